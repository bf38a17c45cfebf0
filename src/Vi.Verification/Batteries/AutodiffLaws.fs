namespace Vi.Verification.FSharp

open System
open System.Threading.Tasks
open FsCheck
open FsCheck.FSharp
open Vi.Math
open Vi.Math.FSharp
open Vi.Verification

/// Laws of expressions, their derivatives and their plans.
[<RequireQualifiedAccess>]
module AutodiffLaws =

    /// A number's value by a plan of it alone.
    let internal valueOf dimension (value: Expression) : float[] -> float =
        let plan = Plan.compile dimension [ value ]

        fun position ->
            let results = Plan.evaluate plan (Vec.ofArray position)
            results[0].ToArray()[0]

    /// All derivatives in one vector, by a reverse mode.
    let internal gradientOf reverse (draft: Draft) (value: Expression) : float[] =
        let gradient = reverse value draft.Leaves |> Expr.concatenate
        let plan = Plan.compile draft.Position.Length [ gradient ]
        let results = Plan.evaluate plan (Vec.ofArray draft.Position)
        results[0].ToArray()

    let internal moved (position: float[]) (direction: float[]) h = Array.map2 (fun x d -> x + h * d) position direction

    /// Random directions on all coordinates, and some single coordinates.
    let private directions (draft: Draft) =
        let dimension = draft.Position.Length
        let scale = 1.0 / sqrt (float dimension)

        [ for _ in 1..3 do
              Array.init dimension (fun _ -> draft.Choose [ -scale; scale ])
          for _ in 1..3 do
              let chosen = draft.Below dimension
              Array.init dimension (fun i -> if i = chosen then 1.0 else 0.0) ]

    let private inner (a: float[]) (b: float[]) = Array.fold2 (fun sum x y -> sum + x * y) 0.0 a b

    /// The derivative along directions against differences of values, extrapolated.
    let private againstDifferences what (draft: Draft) (f: float[] -> float) (gradient: float[]) =
        directions draft
        |> List.map (fun direction ->
            let estimate = Numerical.derivative 0.05 (moved draft.Position direction >> f)
            let size = Array.fold2 (fun sum g d -> sum + abs (g * d)) (abs estimate.Value) gradient direction
            Compare.close what estimate.Value (inner gradient direction) (Tolerances.finiteDifference size))

    /// The gradient of one operation by a reverse mode against finite differences.
    let gradientOfOperation reverse (name: string, make: int -> int -> Draft -> Expression) =
        Law.make
            { Name = $"autodiff: gradient of {name}"
              Statement = $"The gradient of {name} equals extrapolated central differences of its values."
              Formula = @"\nabla f\cdot d=\lim_{h\to0}\frac{f(x+hd)-f(x-hd)}{2h}"
              Source = "Ridders 1982; Giles 2008 for the matrix operations"
              Covers = [ "autodiff" ]
              Cases = 12
              Generator = Drafts.cases
              Holds =
                fun case ->
                    let draft = Draft case.Seed
                    let value = make case.Rows case.Columns draft
                    let f = valueOf draft.Position.Length value
                    againstDifferences "derivative along a direction" draft f (gradientOf reverse draft value) }

    /// A number that depends on all members of a pool.
    let internal total (draft: Draft) (pool: Expression[]) =
        pool
        |> Array.filter (fun a -> a.Shape.Size < 200)
        |> Array.map (fun a -> draft.Weigh(Expr.tanh a))
        |> Array.reduce (+)

    let private gradientOfGraphs =
        Law.make
            { Name = "autodiff: gradient of random graphs"
              Statement =
                "The gradient of a random graph with many shared parts equals extrapolated central differences."
              Formula = @"\nabla f\cdot d=\lim_{h\to0}\frac{f(x+hd)-f(x-hd)}{2h}"
              Source = "Ridders 1982"
              Covers = [ "autodiff" ]
              Cases = 40
              Generator = Drafts.cases
              Holds =
                fun case ->
                    let draft, pool = Drafts.pool true case
                    let value = total draft pool
                    let f = valueOf draft.Position.Length value
                    againstDifferences "derivative along a direction" draft f (gradientOf Gradient.reverse draft value) }

    let internal largestDifference quantity (expected: float[]) (actual: float[]) allowed =
        Array.map2 (fun e a -> Compare.close quantity e a (allowed e)) expected actual
        |> Array.maxBy (fun comparison -> comparison.Slack)

    let private values =
        Law.make
            { Name = "autodiff: values of random graphs"
              Statement =
                "Every output of a plan, intermediate results, leaves and repeated ones among them, equals the plain evaluation."
              Formula = @"\text{plan}(x)=\text{interpreter}(x)"
              Source = "plain loops"
              Covers = [ "autodiff" ]
              Cases = 150
              Generator = Drafts.cases
              Holds =
                fun case ->
                    let draft, pool = Drafts.pool false case
                    // The last member, then any: inner ones, leaves, some twice.
                    let outputs =
                        pool[pool.Length - 1] :: [ for _ in 0 .. draft.Below 6 -> draft.Choose(List.ofArray pool) ]

                    let plan = Plan.compile draft.Position.Length outputs
                    let found = Plan.evaluate plan (Vec.ofArray draft.Position)
                    let plainly = PlainInterpreter.evaluator draft.Position

                    outputs
                    |> List.mapi (fun i output ->
                        let expected = plainly output
                        largestDifference $"output {i}" expected (found[i].ToArray()) Tolerances.throughGraph) }

    let private operationsByInterpreter =
        Law.make
            { Name = "autodiff: values of every operation"
              Statement = "Every operation's value equals the plain evaluation, whatever the sizes."
              Formula = @"\text{plan}(x)=\text{interpreter}(x)"
              Source = "plain loops"
              Covers = [ "autodiff" ]
              Cases = 10
              Generator = Drafts.cases
              Holds =
                fun case ->
                    AutodiffCases.all
                    |> List.map (fun (name, make) ->
                        let draft = Draft case.Seed
                        let value = make case.Rows case.Columns draft
                        let plainly = PlainInterpreter.evaluator draft.Position
                        let expected = (plainly value)[0]
                        let found = valueOf draft.Position.Length value draft.Position

                        let size =
                            value.Operands
                            |> Seq.sumBy (plainly >> Array.sumBy (fun x -> if Double.IsFinite x then abs x else 0.0))

                        Compare.close name expected found (Tolerances.throughGraph (abs expected + size))) }

    let private second =
        Law.make
            { Name = "autodiff: second derivatives of random graphs"
              Statement = "The gradient's gradient is symmetric, and equals differences of gradients."
              Formula = @"u'Hv=v'Hu=\lim_{h\to0}\frac{u'(\nabla f(x+hv)-\nabla f(x-hv))}{2h}"
              Source = "equality of mixed derivatives"
              Covers = [ "autodiff" ]
              Cases = 30
              Generator = Drafts.cases
              Holds =
                fun case ->
                    let draft, pool =
                        Drafts.pool true { case with Rows = min 9 case.Rows; Columns = min 9 case.Columns }

                    let value = total draft pool
                    let dimension = draft.Position.Length
                    let gradient = Gradient.reverse value draft.Leaves |> Expr.concatenate
                    let u, v = directions draft |> fun all -> all[0], all[1]
                    let along (direction: float[]) = Expr.dot (Expr.vector direction) gradient
                    let times direction = gradientOf Gradient.reverse draft (along direction)
                    let hu, hv = times u, times v
                    let estimate = Numerical.derivative 0.05 (moved draft.Position v >> valueOf dimension (along u))
                    let size = abs estimate.Value + Array.sumBy abs hu / sqrt (float dimension)

                    [ Compare.close "symmetry" (inner v hu) (inner u hv) (Tolerances.throughGraph (1.0 + 100.0 * size))
                      Compare.close
                          "difference of gradients"
                          estimate.Value
                          (inner v hu)
                          (Tolerances.finiteDifference size) ] }

    let private secondOfOperations =
        Law.make
            { Name = "autodiff: second derivatives of every operation"
              Statement =
                "The derivative of each operation's gradient equals differences of gradients, where second derivatives are available."
              Formula = @"u'Hv=\lim_{h\to0}\frac{u'(\nabla f(x+hv)-\nabla f(x-hv))}{2h}"
              Source = "definition"
              Covers = [ "autodiff" ]
              Cases = 3
              Generator = Drafts.cases
              Holds =
                fun case ->
                    AutodiffCases.all
                    |> List.filter (fun (name, _) ->
                        name <> "digamma"
                        && not (
                            List.contains name [ for family, _ in AutodiffCases.families -> $"{family} likelihood" ]
                        ))
                    |> List.map (fun (name, make) ->
                        let draft = Draft case.Seed
                        let value = make (min 9 case.Rows) (min 9 case.Columns) draft
                        let gradient = Gradient.reverse value draft.Leaves |> Expr.concatenate
                        let u, v = directions draft |> fun all -> all[0], all[1]
                        let along = Expr.dot (Expr.vector u) gradient
                        let found = inner v (gradientOf Gradient.reverse draft along)
                        let f = valueOf draft.Position.Length along
                        let estimate = Numerical.derivative 0.05 (moved draft.Position v >> f)

                        Compare.close
                            name
                            estimate.Value
                            found
                            (Tolerances.finiteDifference (abs estimate.Value + 1.0))) }

    /// All laws that a reverse mode obeys.
    let derivatives reverse = AutodiffCases.all |> List.map (gradientOfOperation reverse)

    let all: Law list =
        derivatives Gradient.reverse
        @ [ gradientOfGraphs; values; operationsByInterpreter; second; secondOfOperations ]
