namespace Vi.Math

/// A mixture's factors as responsibilities and predictions read them, whatever the weights' law and the kind of components.
type MixtureView =
    {
        /// E[pi_k] (K).
        ExpectedWeights: Vec
        /// E[log pi_k] (K).
        ExpectedLogWeights: Vec
        /// The components, K of them, all of one kind.
        Components: MixtureComponent[]
    }

namespace Vi.Math.FSharp

open System
open Vi.Kernels
open Vi.Math

/// One component by itself.
[<RequireQualifiedAccess>]
module MixtureComponent =

    /// D.
    let dimension c =
        match c with
        | Joint law -> law.Mean.Length
        | Independent laws -> laws.Length

    /// E[mu] (D).
    let mean c =
        match c with
        | Joint law -> law.Mean
        | Independent laws -> Vec.init laws.Length (fun j -> laws[j].Mean)

    /// Law of the mean's entry j.
    let marginalMean (j: int) c : StudentT =
        match c with
        | Joint law -> MvStudentT.ofMean law |> MvStudentT.marginal j
        | Independent laws -> StudentT.ofMean laws[j]

    /// Law of the variance of column j: inverse gamma with shape (nu - D + 1) / 2 and scale (W^-1)_jj / 2 (Gelman et al. 2013, appendix A,
    /// inverse Wishart), or the law of 1 / tau_j.
    let marginalVariance (j: int) c : InverseGamma =
        match c with
        | Joint law ->
            let w = law.Precision
            let d = float w.InverseScale.Dimension
            InverseGamma.create (0.5 * (w.DegreesOfFreedom - d + 1.0)) (0.5 * (Chol.toMat w.InverseScale)[j, j])
        | Independent laws -> { Shape = laws[j].Shape; Scale = laws[j].Rate }

    /// The covariance that the expected precision stands for (D x D).
    let covariance c : Mat =
        match c with
        | Joint law -> Mat.scale (1.0 / law.Precision.DegreesOfFreedom) (Chol.toMat law.Precision.InverseScale)
        | Independent laws ->
            Mat.diagonalOf (Vec.init laws.Length (fun j -> 1.0 / NormalGamma.expectedPrecision laws[j]))

    /// Law of column j of a new row.
    let marginalPredictive (j: int) c : StudentT =
        match c with
        | Joint law -> MvStudentT.predictive law |> MvStudentT.marginal j
        | Independent laws -> StudentT.predictive laws[j]

    /// Log density of a new row; what does not depend on the row is prepared once.
    let predictiveLogDensity c : Vec -> float =
        match c with
        | Joint law -> MvStudentT.logDensity (MvStudentT.predictive law)
        | Independent laws ->
            let columns = laws |> Array.map StudentT.predictive
            fun x -> columns |> Array.mapi (fun j law -> StudentT.logDensity law x[j]) |> Array.sum

/// What any mixture of normal distributions says of rows, fitted or new.
[<RequireQualifiedAccess>]
module MixtureView =

    /// Responsibilities of a block's rows, row by row.
    let private responsibilitiesOf (view: MixtureView) : Block -> float[] =
        let joint =
            view.Components
            |> Array.choose (fun c ->
                match c with
                | Joint law -> Some law
                | Independent _ -> None)

        if joint.Length = view.Components.Length then
            let parameters = FullComponents.kernelParameters view.ExpectedLogWeights joint
            fun block -> MixtureKernel.Responsibilities(block, parameters)
        else
            let laws =
                view.Components
                |> Array.map (fun c ->
                    match c with
                    | Independent laws -> laws
                    | Joint _ -> invalidArg (nameof view) "a mixture's components must all be of one kind")

            let parameters = DiagonalComponents.kernelParameters view.ExpectedLogWeights laws
            fun block -> DiagonalMixtureKernel.Responsibilities(block, parameters)

    /// Responsibilities of all rows of a small table, N rows of K.
    let responsibilities (view: MixtureView) (rows: Rows) : float[][] =
        let ofBlock = responsibilitiesOf view
        let k = view.Components.Length

        Array.init rows.BlockCount (fun b -> ofBlock (rows.Block b) |> Array.chunkBySize k) |> Array.concat

    /// Index of the most probable component of each row.
    let mostProbable (view: MixtureView) (rows: Rows) : int[] =
        responsibilities view rows
        |> Array.map (fun r ->
            r |> Array.mapi (fun k value -> struct (value, -k)) |> Array.max |> fun (struct (_, k)) -> -k)

    /// Effective number of components given the rows that each explains: exp of the entropy of their shares. K equal components give K,
    /// one alone gives 1.
    let effectiveComponents (counts: Vec) =
        let total = Vec.sum counts

        if total > 0.0 then
            exp (-(Vec.sumBy (fun count -> Special.xlogx (max 0.0 count / total)) counts))
        else
            1.0

    /// Log density of a new observation under the factors: the components' Student-t laws mixed by their expected weights (Bishop 10.81
    /// and 10.82).
    let predictiveLogDensity (view: MixtureView) : Vec -> float =
        let weights = view.ExpectedWeights
        let laws = view.Components |> Array.map MixtureComponent.predictiveLogDensity

        fun x ->
            let terms = laws |> Array.mapi (fun k law -> log weights[k] + law x)
            Special.logSumExp (ReadOnlySpan terms)

    /// Distribution function of column j of a new observation.
    let predictiveCdf (view: MixtureView) (j: int) : float -> float =
        let weights = view.ExpectedWeights
        let laws = view.Components |> Array.map (MixtureComponent.marginalPredictive j)
        fun x -> laws |> Array.mapi (fun k law -> weights[k] * StudentT.cdf law x) |> Array.sum

    /// Quantile of column j of a new observation, 0 < probability < 1.
    let predictiveQuantile (view: MixtureView) (j: int) (probability: float) : float =
        let widest =
            view.Components
            |> Array.map (MixtureComponent.marginalPredictive j)
            |> Array.maxBy (fun law -> law.Scale)

        Root.ofIncreasing (predictiveCdf view j) probability widest.Location widest.Scale
