namespace Vi.Verification.FSharp

open System
open FsCheck.FSharp
open Vi.Math
open Vi.Math.FSharp
open Vi.Verification

/// Laws of plans that compute rows some at a time.
[<RequireQualifiedAccess>]
module PlanTileLaws =

    /// Matrices from this number of entries on are computed by tiles.
    let private tiledEntries = 4096

    /// A number of many rows and few columns with all that rows can be made of: products, functions, rows and columns repeated, groups,
    /// reductions within a row, a parameter for each row; and sums over rows, read again after them. With what lies between.
    let private graph (total: Expression -> Expression) rows inner (draft: Draft) : Expression list =
        let columns = tiledEntries / rows + 1 + draft.Below 9
        let x = draft.Constant(Shape.Matrix(rows, inner))
        let y = draft.Constant(Shape.Vector rows)
        let w = draft.Real(Shape.Matrix(inner, columns))
        let hidden = Expr.tanh (Expr.matrixProduct x w + draft.Real(Shape.Vector columns))
        let second = draft.Real(Shape.Matrix(columns, 5)) / float columns
        let deeper = Expr.tanh (Expr.matrixProduct hidden second)
        let groups = Array.init rows (fun _ -> draft.Below 7)
        let levels = Expr.gather groups (draft.Real(Shape.Vector 7))
        let own = draft.Real(Shape.Vector rows)
        let sd = draft.Positive Shape.Scalar
        let mean = Expr.matrixVector hidden (draft.Real(Shape.Vector columns)) + levels + own
        let z = (y - mean) / sd
        let soft = Expr.exp (hidden - Expr.column (Expr.logSumExpRows hidden))
        let heavy = Expr.log1p (Expr.square z * Expr.sumRows (soft * hidden) |> Expr.abs)
        let sums = Expr.sumColumns (hidden * soft) + Expr.matrixVector (Expr.transpose hidden) z / float rows

        let value =
            total (-0.5 * Expr.square z) - total heavy
            + total (Expr.matrixVector deeper (draft.Real(Shape.Vector 5)))
            + Expr.dot sums (Expr.tanh sums)

        value
        :: [ if draft.Below 2 = 0 then
                 hidden
             else
                 mean
                 sums ]

    let internal equality (total: Expression -> Expression) =
        Law.make
            { Name = "autodiff: rows by tiles"
              Statement =
                "Where rows are computed some at a time, every output, value, derivatives and intermediate results, equals the plain evaluation of all rows."
              Formula = @"\sum_n f_n=\sum_t\sum_{n\in t}f_n"
              Source = "plain loops"
              Covers = [ "autodiff" ]
              Cases = 8
              Generator = Arb.fromGen Scalars.seedGen
              Holds =
                fun seed ->
                    let outputsBy total =
                        let draft = Draft seed

                        let outputs =
                            graph
                                total
                                (64 + draft.Below(draft.Choose [ 60; 60; 60; 500 ]))
                                (draft.Choose [ 1; 3 ])
                                draft

                        draft, outputs @ Gradient.reverse outputs.Head draft.Leaves

                    let draft, expected = outputsBy Expr.sum
                    let _, given = outputsBy total
                    let plan = Plan.compile draft.Position.Length given
                    let found = Plan.evaluate plan (Vec.ofArray draft.Position)

                    // Sums over some hundred rows of numbers about 1.
                    let allowed (e: float) = Tolerances.throughGraph (500.0 + abs e)

                    let plainly = PlainInterpreter.evaluator draft.Position

                    expected
                    |> List.mapi (fun i output ->
                        let numbers = plainly output

                        Array.map2
                            (fun e a -> Compare.close $"output {i}" e a (allowed e))
                            numbers
                            (found[i].ToArray())
                        |> Array.maxBy (fun comparison -> comparison.Slack)) }

    let private value =
        Law.make
            { Name = "autodiff: a value alone, by tiles"
              Statement =
                "Where rows are computed some at a time, the value alone has the bits of the value with its gradient."
              Formula = @"f(x)=f(x)"
              Source = "purity"
              Covers = [ "autodiff" ]
              Cases = 5
              Generator = Arb.fromGen Scalars.seedGen
              Holds =
                fun seed ->
                    let draft = Draft seed
                    let outputs = graph Expr.sum (64 + draft.Below 500) 1 draft
                    let plan = PlannedDensity.plan draft.Position.Length outputs.Head
                    let evaluator = (PlannedDensity.ofPlan (LogDensity.plainNames plan.Dimension) plan).Evaluator()
                    let position = draft.Position
                    let gradient = Array.zeroCreate<float> position.Length
                    let before = evaluator.Value(ReadOnlySpan position)
                    let together = evaluator.ValueAndGradient(ReadOnlySpan position, gradient.AsSpan())
                    let after = evaluator.Value(ReadOnlySpan position)

                    [ Compare.holds
                          $"{before:R}, {together:R} and {after:R} are one"
                          (before = together && after = together) ] }

    let private drawsAtOnce (name: string, family: PredictorFamily) =
        Law.make
            { Name = $"autodiff: {name} likelihood, draws at once"
              Statement = "Several draws in one pass over many rows give the bits of each draw alone."
              Formula = @"f(x_s)=f(x_s)"
              Source = "purity"
              Covers = [ "autodiff" ]
              Cases = 5
              Generator = Arb.fromGen Scalars.seedGen
              Holds =
                fun seed ->
                    // Rows that do not stay in the nearest cache.
                    let draft = Draft seed
                    let columns = 1 + draft.Below 12
                    let rows = 7000 / (columns + 1) + draft.Below 200
                    let struct (likelihood, _) = AutodiffCases.likelihoods family rows columns draft
                    let d = draft.Position.Length
                    let evaluator = (PlannedDensity.ofPlan [||] (PlannedDensity.plan d likelihood)).Evaluator()
                    let draws = 2 + draft.Below 18

                    let positions =
                        Array.init draws (fun _ -> draft.Position |> Array.map (fun x -> x * draft.Uniform 0.9 1.1))
                        |> Array.concat

                    let values, gradients = Array.create draws nan, Array.create (draws * d) nan
                    evaluator.ValuesAndGradients(ReadOnlySpan positions, values.AsSpan(), gradients.AsSpan())

                    [ for s in 0 .. draws - 1 do
                          let gradient = Array.create d nan
                          let value = evaluator.ValueAndGradient(ReadOnlySpan(positions, s * d, d), gradient.AsSpan())

                          Compare.holds
                              $"draw {s} of {draws}"
                              (value = values[s] && Double.IsFinite value && gradient = Array.sub gradients (s * d) d) ] }

    let all: Law list = [ equality Expr.sum; value ] @ (AutodiffCases.families |> List.map drawsAtOnce)
