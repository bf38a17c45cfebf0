namespace Vi.Math

/// What a fit says of rows, one after another.
type RowPredictor =
    {
        /// Names of the numbers that a row is answered with.
        Names: string[]
        /// What is known before the first row; empty where rows are independent.
        Start: Vec
        /// From what the rows before say, and a row (D): what is known then, and the row's numbers.
        Step: Vec -> float[] -> struct (Vec * float[])
    }

namespace Vi.Math.FSharp

open System
open Vi.Math

/// Predictions by stored posteriors, in the columns' own units.
[<RequireQualifiedAccess>]
module RowPredictor =

    let private independent names (answer: float[] -> float[]) : RowPredictor =
        { Names = names; Start = Vec.zero 0; Step = fun state row -> struct (state, answer row) }

    /// Names of a predicted number's answers. Under a logarithm it has no mean and no standard deviation: that of an exponential of a Student-t
    /// variable is infinite.
    let private numberNames target =
        [| if ColumnSteps.isAffine target then
               "mean"
               "sd"
           "q05"
           "q50"
           "q95" |]

    let private number target mean sd low median high : float[] =
        let back = ColumnSteps.invert target

        [| if ColumnSteps.isAffine target then
               yield back mean
               yield ColumnSteps.unit target * sd
           yield back low
           yield back median
           yield back high |]

    let private ofScaleMixture target (d: NormalScaleMixture) =
        let struct (low, high) = NormalScaleMixture.interval90 d
        number target (NormalScaleMixture.mean d) (sqrt (NormalScaleMixture.variance d)) low d.Mean high

    let private ofNormals target (components: Normal[]) =
        let weights = Vec.constant components.Length (1.0 / float components.Length)
        let d: NormalMixture = { Weights = weights; Components = components }
        let at = NormalMixture.quantile d
        number target (NormalMixture.mean d) (sqrt (NormalMixture.variance d)) (at 0.05) (at 0.5) (at 0.95)

    let private labelNames = [| "class"; "probability"; "q05"; "q95" |]

    let private label (p: LabelPrediction) =
        [| (if p.Probability > 0.5 then 1.0 else 0.0); p.Probability; p.Low; p.High |]

    /// Place from 1 of the largest, the first among equals, and its value.
    let private largest (weights: float[]) =
        let at = Array.IndexOf(weights, Array.max weights)
        [| float (at + 1); weights[at] |]

    let private numbered name count = Array.init count (fun k -> $"{name}[{k + 1}]")

    /// Weights of components given a row, log w_k + log p_k(x) less the log density of the row, and that log density.
    let private given (weights: Vec) (densities: (Vec -> float)[]) (x: Vec) : struct (float[] * float) =
        let terms = densities |> Array.mapi (fun k density -> log weights[k] + density x)
        let total = Special.logSumExp (ReadOnlySpan terms)
        struct (terms |> Array.map (fun term -> exp (term - total)), total)

    /// P(z = k | x) = E[pi_k] St_k(x) / sum_j E[pi_j] St_j(x), the Student-t densities of a new row (Bishop 2006, 10.81), and log of the sum.
    let private ofMixture (slope: float[] -> float) (read: float[] -> Vec) (view: MixtureView) =
        let densities = view.Components |> Array.map MixtureComponent.predictiveLogDensity

        independent
            [| "component"; "probability"; yield! numbered "p" view.Components.Length; "logDensity" |]
            (fun row ->
                let struct (weights, total) = given view.ExpectedWeights densities (read row)
                Array.concat [ largest weights; weights; [| total + slope row |] ])

    /// The filter: P(z_t = k | x_1 ... x_t) is proportional to St_k(x_t) P(z_t = k | x_1 ... x_(t-1)), and the latter sum_j P(z_(t-1) = j | ...) E[A_jk]
    /// (Hamilton 1989; Bishop 2006, 13.59, scaled).
    let private ofRegimes continues slope (read: float[] -> Vec) (q: RegimeSwitchingPosterior) (last: Vec) =
        let states = q.States.Length
        let densities = q.States |> Array.map (MvStudentT.predictive >> MvStudentT.logDensity)

        { Names =
            [| "state"
               "probability"
               yield! numbered "p" states
               yield! numbered "next" states
               "logDensity" |]
          Start = if continues then RegimeSwitching.nextState q last else Dirichlet.mean q.Initial
          Step =
            fun before row ->
                let struct (weights, total) = given before densities (read row)
                let next = RegimeSwitching.nextState q (Vec.ofArray weights)
                struct (next, Array.concat [ largest weights; weights; next.ToArray(); [| total + slope row |] ]) }

    /// Probability of each state at the last of some rows given all of them (S).
    let lastState (q: RegimeSwitchingPosterior) (rows: Rows) : Vec =
        let densities = q.States |> Array.map (MvStudentT.predictive >> MvStudentT.logDensity)
        let first = Dirichlet.mean q.Initial

        let struct (last, _) =
            (struct (first, first), seq { 0L .. rows.Count - 1L })
            ||> Seq.fold (fun (struct (_, before)) at ->
                let struct (weights, _) = given before densities (rows.Row at)
                let weights = Vec.wrap weights
                struct (weights, RegimeSwitching.nextState q weights))

        last

    /// The factors given the observed entries, f ~ N(m, S) with the other factors of q at their expectations, and each column: the entry itself, or
    /// where it is missing E[b_n'f] = m_b'm with the variance m_b'S m_b + m'S_b m + tr(S_b S) + E[psi_n].
    let private ofFactors
        (columns: ModelColumn[])
        (read: float[] -> Vec)
        (loadings: MvNormal[])
        (noise: Gamma[])
        (means: Vec)
        =
        let k = loadings[0].Mean.Length

        let ofRow =
            FactorStatistics.factorsOf
                { Frame = FactorFrame.identity k
                  Loadings = FactorLoadings.ofRows loadings
                  NoisePrecisions = noise
                  LoadingPrecisions = [||] }

        let covariances = loadings |> Array.map MvNormal.covariance
        let isAffine = columns |> Array.map (fun column -> ColumnSteps.isAffine column.Steps)
        let steps = columns |> Array.map (fun column -> ColumnSteps.afterLogarithms column.Steps)
        let name n = ColumnSteps.logarithmOf columns[n].Name columns[n].Steps

        let entry (row: float[]) (x: Vec) (mean: Vec) (covariance: Mat) n =
            if not (Double.IsNaN x[n]) then
                [| (if isAffine[n] then row[n] else ColumnSteps.invert steps[n] x[n]); 0.0 |]
            else
                let own = loadings[n].Mean
                let precision = noise[n]
                let predicted = means[n] + Vec.dot own mean

                let variance =
                    Mat.bilinear own covariance own
                    + Mat.bilinear mean covariances[n] mean
                    + Mat.inner covariances[n] covariance
                    + (if precision.Shape > 1.0 then
                           precision.Rate / (precision.Shape - 1.0)
                       else
                           infinity)

                [| ColumnSteps.invert steps[n] predicted; ColumnSteps.unit steps[n] * sqrt variance |]

        independent
            [| for f in 1..k do
                   yield $"factor[{f}]"
                   yield $"factor[{f}].sd"
               for n in 0 .. columns.Length - 1 do
                   yield name n
                   yield $"{name n}.sd" |]
            (fun row ->
                let x = read row
                let struct (mean, covariance) = ofRow (Array.init x.Length (fun n -> x[n] - means[n]))

                [| for f in 0 .. k - 1 do
                       yield mean[f]
                       yield sqrt covariance[f, f]
                   for n in 0 .. x.Length - 1 do
                       yield! entry row x mean covariance n |])

    /// Number of draws, and the numbers of one of them.
    let private drawsOf (draws: NamedArray) =
        let width = if draws.Shape[0] = 0 then 0 else draws.Values.Length / draws.Shape[0]
        Mat.wrap draws.Shape[0] width draws.Values

    /// Predictions by draws, of models whose predictions are mixtures of normals or of probabilities over the draws of a few quantities.
    let private ofDraws model target (read: float[] -> Vec) (arrays: NamedArray[]) : RowPredictor voption =
        let column name = arrays |> Array.tryFind (fun a -> a.Name = name) |> Option.map (drawsOf >> Mat.column 0)

        let linear () =
            let weights = NamedArray.find "w" 2 arrays |> drawsOf
            let centre = NamedArray.vec "centre" arrays
            let intercepts = column "b"

            fun row ->
                let slope = Mat.multiplyVec weights (Vec.subtract (read row) centre)

                match intercepts with
                | Some b -> Vec.add b slope
                | None -> slope

        let precisions () = NamedArray.vec "tau" arrays

        match model with
        | "gaussian-mean" ->
            let noise = NamedArray.number "noiseVariance" arrays

            let components =
                (NamedArray.vec "mu" arrays).ToArray()
                |> Array.map (fun m -> { Mean = m; Variance = noise }: Normal)

            let answer = ofNormals target components
            ValueSome(independent (numberNames target) (fun _ -> answer))
        | "gaussian-mean-precision" ->
            let tau = precisions ()
            let mu = NamedArray.vec "mu" arrays

            let answer =
                ofNormals target (Array.init mu.Length (fun s -> { Mean = mu[s]; Variance = 1.0 / tau[s] }))

            ValueSome(independent (numberNames target) (fun _ -> answer))
        | "linear-regression" ->
            let tau = precisions ()
            let means = linear ()

            let ofRow row =
                let mean = means row
                ofNormals target (Array.init mean.Length (fun s -> { Mean = mean[s]; Variance = 1.0 / tau[s] }))

            ValueSome(independent (numberNames target) ofRow)
        | "logistic-regression" ->
            let logOdds = linear ()
            ValueSome(independent labelNames (fun row -> label (LabelScores.ofDraws (logOdds row) 0)))
        | _ -> ValueNone

    /// Predictions of a model's posterior for rows of these columns, and for a target that the model reads by these steps; none where the posterior
    /// does not tell enough. Rows are in the columns' own units, an entry that is missing NaN.
    let make
        (model: string)
        (columns: ModelColumn[])
        (target: ColumnStep[])
        (continues: bool)
        (posterior: FittedPosterior)
        : RowPredictor voption =
        let read (row: float[]) = Vec.init columns.Length (fun j -> ColumnSteps.apply columns[j].Steps row[j])

        let slope (row: float[]) =
            let mutable sum = 0.0

            for j in 0 .. columns.Length - 1 do
                sum <- sum + ColumnSteps.logSlope columns[j].Steps row[j]

            sum

        let always (answer: float[]) = independent (numberNames target) (fun _ -> answer)

        match posterior with
        | FittedPosterior.NormalMean(mean, noise) ->
            let d: Normal = { Mean = mean.Mean; Variance = mean.Variance + noise }
            let at = Normal.quantile d
            ValueSome(always (number target d.Mean (sqrt d.Variance) (at 0.05) d.Mean (at 0.95)))
        | FittedPosterior.NormalMeanPrecision q ->
            ValueSome(always (ofScaleMixture target (GaussianMeanPrecision.predictive q)))
        | FittedPosterior.Regression(centre, q) ->
            ValueSome(
                independent (numberNames target) (fun row ->
                    ofScaleMixture target (LinearRegression.predictiveAbout centre q (read row)))
            )
        | FittedPosterior.Logistic(centre, intercept, q) ->
            ValueSome(
                independent labelNames (fun row ->
                    label (LabelScores.ofLogOdds (LogisticRegression.logOddsAbout centre intercept q (read row)) 0))
            )
        | FittedPosterior.Mixture view -> ValueSome(ofMixture slope read view)
        | FittedPosterior.Regimes(q, last) -> ValueSome(ofRegimes continues slope read q last)
        | FittedPosterior.Factors(loadings, noise, means) -> ValueSome(ofFactors columns read loadings noise means)
        | FittedPosterior.Draws arrays -> ofDraws model target read arrays
