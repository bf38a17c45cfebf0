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

    let internal tracedLinearRegression prior x y = target (RegressionPrograms.linear prior x y) (linearChain prior x y)

    let internal tracedLogisticRegression prior x y =
        target (RegressionPrograms.logistic prior x y) (logisticChain prior x y)

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
