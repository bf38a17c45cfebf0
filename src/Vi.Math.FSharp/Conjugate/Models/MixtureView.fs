namespace Vi.Math

/// A mixture's factors as responsibilities and predictions read them, whatever the prior of its weights.
type MixtureView =
    {
        /// E[pi_k] (K).
        ExpectedWeights: Vec
        /// E[log pi_k] (K).
        ExpectedLogWeights: Vec
        /// q(mu_k, Lambda_k), K of them.
        Components: NormalWishart[]
    }

namespace Vi.Math.FSharp

open System
open Vi.Kernels
open Vi.Math

/// What any mixture of normal distributions says of rows, fitted or new.
[<RequireQualifiedAccess>]
module MixtureView =

    /// log rho_nk = E log pi_k + E log|Lambda_k| / 2 - D/2 log 2 pi - D / (2 beta_k) - nu_k (x - m_k)' W_k (x - m_k) / 2 (Bishop 10.46).
    let internal kernelParameters (logWeights: Vec) (components: NormalWishart[]) : MixtureParameters =
        let k = components.Length
        let d = components[0].Mean.Length

        MixtureParameters(
            k,
            d,
            Array.init k (fun i ->
                let c = components[i]

                logWeights[i] + 0.5 * Wishart.expectedLogDeterminant c.Precision
                - 0.5 * float d * (Special.logTwoPi + 1.0 / c.PrecisionScale)),
            components |> Array.collect (fun c -> c.Mean.ToArray()),
            components
            |> Array.collect (fun c ->
                let root = sqrt c.Precision.DegreesOfFreedom
                (Chol.inverseLower c.Precision.InverseScale |> Mat.scale root).ToArray())
        )

    /// Responsibilities of all rows of a small table, N rows of K.
    let responsibilities (view: MixtureView) (rows: Rows) : float[][] =
        let parameters = kernelParameters view.ExpectedLogWeights view.Components
        let k = view.Components.Length

        Array.init rows.BlockCount (fun b ->
            MixtureKernel.Responsibilities(rows.Block b, parameters) |> Array.chunkBySize k)
        |> Array.concat

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

    /// Log density of a new observation under the factors: the components' multivariate Student-t laws mixed by their expected weights
    /// (Bishop 10.81 and 10.82).
    let predictiveLogDensity (view: MixtureView) : Vec -> float =
        let weights = view.ExpectedWeights
        let laws = view.Components |> Array.map MvStudentT.predictive

        fun x ->
            let terms = laws |> Array.mapi (fun k law -> log weights[k] + MvStudentT.logDensity law x)
            Special.logSumExp (ReadOnlySpan terms)

    /// Distribution function of column j of a new observation.
    let predictiveCdf (view: MixtureView) (j: int) : float -> float =
        let weights = view.ExpectedWeights
        let laws = view.Components |> Array.map (MvStudentT.predictive >> MvStudentT.marginal j)
        fun x -> laws |> Array.mapi (fun k law -> weights[k] * StudentT.cdf law x) |> Array.sum

    /// Quantile of column j of a new observation, 0 < probability < 1.
    let predictiveQuantile (view: MixtureView) (j: int) (probability: float) : float =
        let widest =
            view.Components
            |> Array.map (MvStudentT.predictive >> MvStudentT.marginal j)
            |> Array.maxBy (fun law -> law.Scale)

        Root.ofIncreasing (predictiveCdf view j) probability widest.Location widest.Scale
