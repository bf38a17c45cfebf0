namespace Vi.Math.FSharp

open System
open Vi.Math

/// Conjugate models as targets of any inference: the log density of the same model as a program, and Gibbs chains whose positions are that
/// program's, so that quantities, draws and log density of a position mean the same whatever sampler went there.
[<RequireQualifiedAccess>]
module ConjugateTargets =

    /// Chains start at draws from normals and gammas this much wider (in standard deviations) than the factors of coordinate ascent: far enough
    /// apart for R-hat to see whether they meet.
    let private dispersion = 2.0

    /// Sweeps of coordinate ascent before a start, which need not have converged.
    let private sweepsToStart = 20

    /// Factors near the optimum on statistics that are the same at any globals.
    let private nearOptimum
        (model: ConjugateModel<'batch, 'statistics, 'globals>)
        (statistics: 'globals -> 'statistics)
        =
        (model.Prior, seq { 1..sweepsToStart })
        ||> Seq.fold (fun q _ ->
            let read = statistics q
            (q, model.Updates) ||> List.fold (fun q update -> update.Update read q))

    /// Rows of X (N x D) with y as the last column.
    let private table (x: Mat) (y: Vec) : Rows =
        let width = x.Columns + 1

        let values =
            Array.init (x.Rows * width) (fun at ->
                let row, column = at / width, at % width
                if column < x.Columns then x[row, column] else y[row])

        Rows.OfRowMajor(ReadOnlyMemory values, width)

    /// Moments whose factors are wider by the dispersion.
    let private dispersed = Moments.scale (1.0 / (dispersion * dispersion))

    /// Of `GibbsModels.linearRegression` at positions of `RegressionPrograms.linear`.
    let private linearChain (prior: LinearRegressionPrior) (x: Mat) (y: Vec) (program: TracedProgram) =
        let gibbs = GibbsModels.linearRegression x.Columns prior
        let rows = table x y

        let start =
            lazy
                (let moments = dispersed (Cavi.statistics rows gibbs.Model gibbs.Model.Prior)
                 nearOptimum gibbs.Model (fun _ -> moments))

        let position (q: LinearRegressionPosterior) =
            ProgramDensity.unconstrain
                program
                [ if prior.WeightPrecision.IsArd then
                      "alpha", Array.map Gamma.mean q.WeightPrecisions
                  "w", q.Weights.Mean.ToArray()
                  match q.Intercept with
                  | ValueSome b -> "b", [| b.Mean |]
                  | ValueNone -> ()
                  "tau", [| Gamma.mean q.NoisePrecision |] ]

        Gibbs.engine rows gibbs (fun _ -> start.Force()) |> Gibbs.report position

    /// Of `GibbsModels.logisticRegression` at positions of `RegressionPrograms.logistic`.
    let private logisticChain (prior: LogisticRegressionPrior) (x: Mat) (y: Vec) (program: TracedProgram) =
        let gibbs = GibbsModels.logisticRegression prior
        let rows = table x y

        let start =
            lazy
                (let q = nearOptimum gibbs.Model (Cavi.statistics rows gibbs.Model)

                 { q with Precision = Chol.ofLower (Mat.scale (1.0 / dispersion) q.Precision.Lower) })

        let apart = program.Parameters.Length > 1

        let position (q: MvNormal) =
            let all = q.Mean.ToArray()

            ProgramDensity.unconstrain
                program
                (if apart then
                     [ "w", Array.sub all 0 x.Columns; "b", [| all[x.Columns] |] ]
                 else
                     [ "w", all ])

        Gibbs.engine rows gibbs (fun _ -> start.Force()) |> Gibbs.report position

    /// Of `GibbsModels.gaussianMeanPrecision` at positions of `PlainPrograms.gaussianMeanPrecision`.
    let private meanPrecisionChain (prior: NormalGamma) (x: Vec) (program: TracedProgram) =
        let gibbs = GibbsModels.gaussianMeanPrecision prior
        let rows = Rows.OfRowMajor(ReadOnlyMemory(x.ToArray()), 1)

        let start =
            lazy
                (let moments = dispersed (Cavi.statistics rows gibbs.Model gibbs.Model.Prior)
                 nearOptimum gibbs.Model (fun _ -> moments))

        let position (q: GaussianMeanPrecisionPosterior) =
            ProgramDensity.unconstrain program [ "mu", [| q.Mean.Mean |]; "tau", [| Gamma.mean q.Precision |] ]

        Gibbs.engine rows gibbs (fun _ -> start.Force()) |> Gibbs.report position

    let private target (program: Program<unit>) (chain: TracedProgram -> Engine<'state, Vec, Vec>) =
        let traced = Program.trace program

        struct (traced, InferenceTarget.ofTraced traced |> InferenceTarget.withConditionals (fun () -> chain traced))

    /// A traced program's target with centre and scale for each coordinate of each parameter.
    let private inUnits (unitOf: string -> int -> struct (float * float)) (struct (traced: TracedProgram, target)) =
        let units =
            [| for p in traced.Parameters do
                   for i in 0 .. p.Size - 1 -> unitOf p.Name i |]

        struct (traced,
                InferenceTarget.inUnits
                    { Centre = units |> Array.map (fun (struct (centre, _)) -> centre)
                      Scale = units |> Array.map (fun (struct (_, scale)) -> scale) }
                    target)

    /// Where the prior has units, weights and intercept are counted in them.
    let internal tracedLinearRegression (prior: LinearRegressionPrior) x y =
        let plain = target (RegressionPrograms.linear prior x y) (linearChain prior x y)

        match prior.Scales with
        | ValueNone -> plain
        | ValueSome scales ->
            let noise = Gamma.mean prior.NoisePrecision

            let size =
                match prior.WeightPrecision with
                | Known alpha -> 1.0 / sqrt alpha
                | Ard _ -> 1.0

            plain
            |> inUnits (fun name i ->
                match name with
                | "w" -> struct (0.0, size * scales[i])
                | "b" -> struct (prior.Intercept.Value.Mean, 1.0 / sqrt noise)
                | "tau" -> struct (log noise, 1.0)
                | _ -> struct (0.0, 1.0))

    /// Prior standard deviations outside this range, or several, are taken as the weights' units.
    let private plainSizes = struct (0.01, 100.0)

    /// Weights whose independent priors are of several sizes, or far from 1, are counted in them.
    let internal tracedLogisticRegression (prior: LogisticRegressionPrior) (x: Mat) y =
        let plain = target (RegressionPrograms.logistic prior x y) (logisticChain prior x y)
        let struct (traced, _) = plain
        let factor = prior.Weights.Precision.Lower
        let sds = Array.init x.Columns (fun d -> 1.0 / factor[d, d])
        let struct (least, most) = plainSizes
        let isPlain = sds |> Array.forall (fun sd -> sd = sds[0] && sd >= least && sd <= most)

        if isPlain || traced.Parameters.Length = 1 && prior.Intercept then
            plain
        else
            plain
            |> inUnits (fun name i -> if name = "w" && i < sds.Length then struct (0.0, sds[i]) else struct (0.0, 1.0))

    let internal tracedMeanPrecision prior x =
        target (PlainPrograms.gaussianMeanPrecision prior x) (meanPrecisionChain prior x)

    let private alone (struct (_: TracedProgram, target: InferenceTarget)) = target

    /// Linear regression of y (N) on X (N x D); see `RegressionPrograms.linear`.
    let linearRegression (prior: LinearRegressionPrior) (x: Mat) (y: Vec) : InferenceTarget =
        alone (tracedLinearRegression prior x y)

    /// Logistic regression of y (N), 0 or 1, on X (N x D); see `RegressionPrograms.logistic`.
    let logisticRegression (prior: LogisticRegressionPrior) (x: Mat) (y: Vec) : InferenceTarget =
        alone (tracedLogisticRegression prior x y)

    /// The mean and precision of a normal sample (N).
    let gaussianMeanPrecision (prior: NormalGamma) (x: Vec) : InferenceTarget = alone (tracedMeanPrecision prior x)
