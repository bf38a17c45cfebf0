namespace Vi.Math

/// A mixture's factors as responsibilities and predictions read them, whatever the weights' distribution and the kind of components.
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
        | Joint distribution -> distribution.Mean.Length
        | Independent distributions -> distributions.Length

    /// E[mu] (D).
    let mean c =
        match c with
        | Joint distribution -> distribution.Mean
        | Independent distributions -> Vec.init distributions.Length (fun j -> distributions[j].Mean)

    /// Distribution of the mean's entry j.
    let marginalMean (j: int) c : StudentT =
        match c with
        | Joint distribution -> MvStudentT.ofMean distribution |> MvStudentT.marginal j
        | Independent distributions -> StudentT.ofMean distributions[j]

    /// Distribution of the variance of column j: inverse gamma with shape (nu - D + 1) / 2 and scale (W^-1)_jj / 2 (Gelman et al. 2013, appendix A,
    /// inverse Wishart), or the distribution of 1 / tau_j.
    let marginalVariance (j: int) c : InverseGamma =
        match c with
        | Joint distribution ->
            let w = distribution.Precision
            let d = float w.InverseScale.Dimension
            InverseGamma.create (0.5 * (w.DegreesOfFreedom - d + 1.0)) (0.5 * (Chol.toMat w.InverseScale)[j, j])
        | Independent distributions -> { Shape = distributions[j].Shape; Scale = distributions[j].Rate }

    /// The covariance that the expected precision stands for (D x D).
    let covariance c : Mat =
        match c with
        | Joint distribution ->
            Mat.scale (1.0 / distribution.Precision.DegreesOfFreedom) (Chol.toMat distribution.Precision.InverseScale)
        | Independent distributions ->
            Mat.diagonalOf (
                Vec.init distributions.Length (fun j -> 1.0 / NormalGamma.expectedPrecision distributions[j])
            )

    /// Squared distance of a point from the component's mean, by its expected precision.
    let squaredDistance (point: Vec) c : float =
        match c with
        | Joint distribution ->
            distribution.Precision.DegreesOfFreedom
            * Chol.inverseQuadratic distribution.Precision.InverseScale (Vec.subtract point distribution.Mean)
        | Independent distributions ->
            distributions
            |> Array.mapi (fun j own ->
                NormalGamma.expectedPrecision own * (point[j] - own.Mean) * (point[j] - own.Mean))
            |> Array.sum

    /// Distribution of column j of a new row.
    let marginalPredictive (j: int) c : StudentT =
        match c with
        | Joint distribution -> MvStudentT.predictive distribution |> MvStudentT.marginal j
        | Independent distributions -> StudentT.predictive distributions[j]

    /// Log density of a new row; what does not depend on the row is prepared once.
    let predictiveLogDensity c : Vec -> float =
        match c with
        | Joint distribution -> MvStudentT.logDensity (MvStudentT.predictive distribution)
        | Independent distributions ->
            let columns = distributions |> Array.map StudentT.predictive
            fun x -> columns |> Array.mapi (fun j distribution -> StudentT.logDensity distribution x[j]) |> Array.sum

/// What any mixture of normal distributions says of rows, fitted or new.
[<RequireQualifiedAccess>]
module MixtureView =

    /// Responsibilities of a block's rows, row by row.
    let private responsibilitiesOf (view: MixtureView) : Block -> float[] =
        let joint =
            view.Components
            |> Array.choose (fun c ->
                match c with
                | Joint distribution -> Some distribution
                | Independent _ -> None)

        if joint.Length = view.Components.Length then
            let parameters = FullComponents.kernelParameters view.ExpectedLogWeights joint
            fun block -> MixtureKernel.Responsibilities(block, parameters)
        else
            let distributions =
                view.Components
                |> Array.map (fun c ->
                    match c with
                    | Independent distributions -> distributions
                    | Joint _ -> invalidArg (nameof view) "a mixture's components must all be of one kind")

            let parameters = DiagonalComponents.kernelParameters view.ExpectedLogWeights distributions
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

    /// Log density of a new observation under the factors: the components' Student-t distributions mixed by their expected weights (Bishop 10.81
    /// and 10.82).
    let predictiveLogDensity (view: MixtureView) : Vec -> float =
        let weights = view.ExpectedWeights
        let distributions = view.Components |> Array.map MixtureComponent.predictiveLogDensity

        fun x ->
            let terms = distributions |> Array.mapi (fun k distribution -> log weights[k] + distribution x)
            Special.logSumExp (ReadOnlySpan terms)

    /// Distribution of column j of a new observation.
    let predictive (view: MixtureView) (j: int) : StudentTMixture =
        { Weights = view.ExpectedWeights
          Components = view.Components |> Array.map (MixtureComponent.marginalPredictive j) }

    /// Quantile of column j of a new observation, 0 < probability < 1.
    let predictiveQuantile (view: MixtureView) (j: int) (probability: float) : float =
        StudentTMixture.quantile (predictive view j) probability
