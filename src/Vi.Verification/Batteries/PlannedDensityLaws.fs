namespace Vi.Verification.FSharp

open System
open System.Threading.Tasks
open FsCheck
open FsCheck.FSharp
open Vi.Math
open Vi.Math.FSharp
open Vi.Verification

/// Laws of densities compiled into plans: the same bits again and again, bad points as values, refusals.
[<RequireQualifiedAccess>]
module PlannedDensityLaws =

    let private densityOf (case: DraftCase) =
        let draft, pool = Drafts.pool true case
        let value = AutodiffLaws.total draft pool
        draft, PlannedDensity.plan draft.Position.Length value

    let private evaluations (density: LogDensity) (positions: float[][]) =
        let evaluator = density.Evaluator()

        positions
        |> Array.map (fun position ->
            let gradient = Array.create position.Length nan
            let value = evaluator.ValueAndGradient(ReadOnlySpan position, gradient.AsSpan())
            Array.append [| value |] gradient)

    let private sameBits (a: float[]) (b: float[]) =
        Array.forall2
            (fun (x: float) (y: float) -> BitConverter.DoubleToInt64Bits x = BitConverter.DoubleToInt64Bits y)
            a
            b

    let private repetition =
        Law.make
            { Name = "autodiff: evaluation leaves no trace"
              Statement =
                "The same position gives the same bits whatever was evaluated in between, bad points included; a value alone equals that with the gradient; many at once equal one by one; evaluators on several threads do not disturb each other."
              Formula = @"f(x)=f(x)"
              Source = "purity"
              Covers = [ "autodiff" ]
              Cases = 25
              Generator = Drafts.cases
              Holds =
                fun case ->
                    let draft, plan = densityOf case
                    let density = PlannedDensity.ofPlan (LogDensity.plainNames plan.Dimension) plan
                    let here = draft.Position
                    let positions = Array.init 4 (fun _ -> here |> Array.map (fun x -> x + draft.Uniform -0.2 0.2))
                    let bad = Array.create here.Length nan

                    let fresh =
                        Array.append [| here |] positions |> Array.map (fun p -> (evaluations density [| p |])[0])

                    let sequence = [| here; positions[0]; bad; positions[1]; positions[2]; positions[3]; here |]
                    let found = evaluations density sequence
                    let evaluator = density.Evaluator()

                    evaluator.ValueAndGradient(ReadOnlySpan positions[0], (Array.zeroCreate here.Length).AsSpan())
                    |> ignore

                    let alone = evaluator.Value(ReadOnlySpan here)
                    let stacked = Array.concat positions
                    let values, gradients = Array.zeroCreate 4, Array.zeroCreate stacked.Length
                    evaluator.ValuesAndGradients(ReadOnlySpan stacked, values.AsSpan(), gradients.AsSpan())

                    let threads =
                        [| for _ in 1..2 -> Task.Run(fun () -> [| for _ in 1..20 -> (evaluations density positions) |]) |]

                    let parallelResults = threads |> Array.collect (fun task -> task.Result)

                    [ Compare.holds "the same again" (sameBits (found[0]) (found[6]) && sameBits (fresh[0]) (found[6]))
                      Compare.holds
                          "others in between"
                          (Array.forall2 sameBits (Array.tail fresh) [| found[1]; found[3]; found[4]; found[5] |])
                      Compare.holds "value alone" (let whole = fresh[0] in sameBits [| alone |] [| whole[0] |])
                      Compare.holds
                          "many at once"
                          ([ 0..3 ]
                           |> List.forall (fun s ->
                               sameBits
                                   (fresh[s + 1])
                                   (Array.append [| values[s] |] (Array.sub gradients (s * here.Length) here.Length))))
                      Compare.holds
                          "threads"
                          (parallelResults |> Array.forall (fun all -> Array.forall2 sameBits (Array.tail fresh) all)) ] }

    let private badPoints =
        Law.make
            { Name = "autodiff: bad points are values"
              Statement =
                "A position with NaN or infinite entries raises no exception; where the plain evaluation is finite or NaN or infinite, so is the plan."
              Formula = @"f(\mathrm{NaN})"
              Source = "plain loops"
              Covers = [ "autodiff" ]
              Cases = 60
              Generator = Drafts.cases
              Holds =
                fun case ->
                    let draft, pool = Drafts.pool false case
                    let value = AutodiffLaws.total draft pool
                    let position = Array.copy draft.Position

                    for _ in 0 .. draft.Below 3 do
                        position[draft.Below position.Length] <-
                            draft.Choose [ nan; infinity; -infinity; 1e300; -1e300; 1e-320 ]

                    let expected = (PlainInterpreter.evaluate position value)[0]
                    let plan = PlannedDensity.plan position.Length value
                    let found = (evaluations (PlannedDensity.ofPlan [||] plan) [| position |])[0]

                    [ Compare.holds
                          $"finite as the plain value {expected} is, found {found[0]}"
                          (Double.IsFinite expected = Double.IsFinite(found[0])) ] }

    let private fusedLikelihood (name: string, family) =
        Law.make
            { Name = $"autodiff: the {name} likelihood as one operation equals that of simple ones"
              Statement =
                "One pass over the rows gives the value and the derivatives that the composition of simple operations gives."
              Formula = @"\sum_n\log p(y_n\mid\alpha+x_n'\beta)"
              Source = "definition"
              Covers = [ "autodiff" ]
              Cases = 30
              Generator = Drafts.cases
              Holds =
                fun case ->
                    let rows = case.Rows * (if case.Seed % 3UL = 0UL then 40 else 1)
                    let draft = Draft case.Seed
                    let struct (one, composed) = AutodiffCases.likelihoods family rows case.Columns draft
                    let both f = f one, f composed

                    let expected, found =
                        both (fun value -> AutodiffLaws.valueOf draft.Position.Length value draft.Position)

                    let gradients = both (AutodiffLaws.gradientOf Gradient.reverse draft)
                    let size = 10.0 * float rows

                    [ Compare.close "value" expected found (Tolerances.throughGraph size)
                      AutodiffLaws.largestDifference "gradient" (fst gradients) (snd gradients) (fun _ ->
                          Tolerances.throughGraph size) ] }

    let private refusals =
        let number = Expr.parameter "level" 0 Shape.Scalar
        let short = Expr.parameter "slopes" 1 (Shape.Vector 3)
        let long = Expr.parameter "path" 4 (Shape.Vector 5)
        let wide = Expr.parameter "loadings" 9 (Shape.Matrix(2, 3))
        let tall = Expr.parameter "factors" 15 (Shape.Matrix(5, 2))

        let cases: (string * (unit -> Expression) * string list) list =
            [ "sum", (fun () -> short + long), [ "'slopes'"; "a vector of 3"; "'path'"; "a vector of 5" ]
              "product", (fun () -> wide * long), [ "'loadings'"; "a 2 x 3 matrix"; "'path'"; "a vector of 5" ]
              "power", (fun () -> Expr.power wide tall), [ "'loadings'"; "'factors'"; "a 5 x 2 matrix" ]
              "of an expression", (fun () -> Expr.exp short + long), [ "an expression of 'slopes'"; "'path'" ]
              "fill", (fun () -> Expr.fill (Shape.Vector 4) short), [ "'slopes'"; "a vector of 3"; "a vector of 4" ]
              "reshape",
              (fun () -> Expr.reshape (Shape.Vector 4) wide),
              [ "'loadings'"; "a 2 x 3 matrix"; "a vector of 4" ]
              "transpose", (fun () -> Expr.transpose short), [ "'slopes'"; "a vector of 3" ]
              "item", (fun () -> Expr.item 3 short), [ "'slopes'"; "a vector of 3"; "3" ]
              "item before the first", (fun () -> Expr.item -1 short), [ "'slopes'"; "-1" ]
              "gather", (fun () -> Expr.gather [| 0; 7 |] long), [ "'path'"; "7" ]
              "slice", (fun () -> Expr.slice 3 3 long), [ "'path'"; "a vector of 5" ]
              "row", (fun () -> Expr.row 2 wide), [ "'loadings'" ]
              "rows", (fun () -> Expr.gatherRows [| 0; 5 |] tall), [ "'factors'" ]
              "scatter", (fun () -> Expr.scatter (Shape.Vector 2) [| 0; 1; 2 |] short), [ "'slopes'"; "a vector of 2" ]
              "scatter of another length", (fun () -> Expr.scatter (Shape.Vector 9) [| 0 |] short), [ "'slopes'" ]
              "inner product", (fun () -> Expr.dot short long), [ "'slopes'"; "'path'"; "a vector of 5" ]
              "sums of rows", (fun () -> Expr.sumRows short), [ "'slopes'"; "a vector of 3" ]
              "sums of columns", (fun () -> Expr.sumColumns number), [ "'level'"; "a number" ]
              "log sum exp of rows", (fun () -> Expr.logSumExpRows short), [ "'slopes'" ]
              "cumulative sum", (fun () -> Expr.cumulativeSum wide), [ "'loadings'"; "a 2 x 3 matrix" ]
              "recurrence", (fun () -> Expr.linearRecurrence short long), [ "'slopes'"; "'path'" ]
              "recurrence of a matrix", (fun () -> Expr.linearRecurrence number wide), [ "'level'"; "'loadings'" ]
              "matrix product",
              (fun () -> Expr.matrixProduct wide tall),
              [ "'loadings'"; "'factors'"; "a 5 x 2 matrix" ]
              "matrix times vector", (fun () -> Expr.matrixVector wide long), [ "'loadings'"; "'path'" ]
              "diagonal", (fun () -> Expr.diagonal wide), [ "'loadings'"; "a 2 x 3 matrix" ]
              "Cholesky factor", (fun () -> Expr.cholesky tall), [ "'factors'"; "a 5 x 2 matrix" ]
              "triangular solve", (fun () -> Expr.solveLower wide short), [ "'loadings'" ]
              "triangular solve of another length",
              (fun () -> Expr.solveLower (Expr.parameter "factor" 0 (Shape.Matrix(3, 3))) long),
              [ "'factor'"; "a 3 x 3 matrix"; "'path'" ]
              "matrix", (fun () -> Expr.matrix 2 3 [ 1.0; 2.0 ]), [ "2 numbers"; "2 x 3" ]
              "nothing", (fun () -> Expr.concatenate []), [ "nothing" ]
              "gradient of a vector",
              (fun () -> Gradient.reverse short [ short ] |> List.head),
              [ "'slopes'"; "a vector of 3" ]
              "likelihood",
              (fun () -> GeneralizedLinear.bernoulliLogit wide long number short),
              [ "'loadings'"; "'path'"; "'level'"; "'slopes'"; "a 2 x 3 matrix" ] ]

        Law.make
            { Name = "autodiff: errors name variables and shapes"
              Statement =
                "Shapes that do not go together raise ArgumentException, whose message has the variables' names and shapes."
              Formula = ""
              Source = "the project's contract"
              Covers = [ "autodiff" ]
              Cases = 1
              Generator = Law.once
              Holds =
                fun () ->
                    cases
                    |> List.map (fun (name, attempt, fragments) ->
                        try
                            let made = attempt ()
                            Compare.holds $"{name} is refused, not {made}" false
                        with :? ArgumentException as refusal ->
                            let lacking = fragments |> List.filter (refusal.Message.Contains >> not)
                            Compare.holds $"{name}: '{refusal.Message}' lacks {lacking}" lacking.IsEmpty) }

    let all: Law list =
        (AutodiffCases.families |> List.map fusedLikelihood) @ [ repetition; badPoints; refusals ]
