namespace Vi.Math

/// How the entropy enters an estimate of the bound's gradient.
type EntropyGradient =
    /// The closed form's gradient is added.
    | ClosedForm
    /// Through the draws alone, the parameters in log q held fixed (Roeder, Wu and Duvenaud 2017): no noise where q is exact.
    | StickingTheLanding

/// How the bound and its gradient are estimated.
type ElboEstimator =
    {
        /// Draws S of one estimate, at least 1.
        Draws: int
        /// Whether each draw is followed by its mirror image at the mean.
        Antithetic: bool
        /// How the entropy enters.
        Entropy: EntropyGradient
    }

/// An estimate of the bound E_q[log p] + H[q].
type ElboGradient =
    {
        /// Estimate of the bound, in nats; draws at which log p is not finite are left out.
        Elbo: float
        /// Estimate of its gradient in q's parameters (P).
        Gradient: Vec
        /// Draws at which log p or its gradient is not finite.
        BadDraws: int
    }

namespace Vi.Math.FSharp

open System
open Vi.Kernels
open Vi.Math

/// Buffers and loops of one estimator of the bound's gradient.
[<Sealed>]
type internal ElboWorkspace(family: VariationalFamily, estimator: ElboEstimator, density: IDensityEvaluator) =

    let d = family.Dimension
    let m = family.NoiseCount
    let draws = estimator.Draws
    // R rows of noise, of which the first `mirrored` serve two draws.
    let rows = if estimator.Antithetic then (draws + 1) / 2 else draws
    let mirrored = draws - rows
    let q = family.Evaluator()
    let noise: float[] = Array.zeroCreate (rows * m)
    let deviations: float[] = Array.zeroCreate (rows * d)
    let positions: float[] = Array.zeroCreate (draws * d)
    let values: float[] = Array.zeroCreate draws
    let gradients: float[] = Array.zeroCreate (draws * d)
    let scores: float[] = Array.zeroCreate (rows * d)
    let zeros: float[] = Array.zeroCreate d
    let gradient: float[] = Array.zeroCreate family.ParameterCount

    let row (values: float[]) s = Span<float>(values, s * d, d)
    let readRow (values: float[]) s = ReadOnlySpan<float>(values, s * d, d)

    let isGood s =
        Double.IsFinite values[s]
        && Double.IsFinite(LinearAlgebra.Dot(readRow gradients s, readRow gradients s))

    do
        if draws < 1 then
            invalidArg (nameof estimator) $"an estimate needs at least one draw, not {draws}"

    /// The family's evaluator, with the parameters of the last estimate.
    member _.Family = q

    /// The last estimate's gradient (P).
    member _.Gradient = gradient

    /// Rows of noise.
    member _.NoiseRows = rows

    /// Standard normal noise (R x M), filled before an estimate.
    member _.Noise = noise

    /// Bad draws of the last estimate.
    member val BadDraws = 0 with get, set

    /// The last estimate of the bound.
    member val Elbo = nan with get, set

    /// Estimates at parameters (P) with the noise that is there: log p + (|z|^2 - M) / 2 + H averages to the bound, and does not vary
    /// where q is exact.
    member this.Estimate(parameters: ReadOnlySpan<float>) =
        q.Load parameters
        q.Deviations(ReadOnlySpan noise, deviations.AsSpan())
        let mean = parameters.Slice(0, d)

        for r in 0 .. rows - 1 do
            VectorKernel.Sum(mean, 1.0, readRow deviations r, row positions r)

            if r < mirrored then
                VectorKernel.Sum(mean, -1.0, readRow deviations r, row positions (rows + r))

        density.ValuesAndGradients(ReadOnlySpan positions, values.AsSpan(), gradients.AsSpan())
        Array.Clear gradient
        let sticking = estimator.Entropy = StickingTheLanding

        if sticking then
            q.Scores(ReadOnlySpan noise, ReadOnlySpan deviations, scores.AsSpan())

        let mutable good = 0
        let mutable sum = 0.0

        for r in 0 .. rows - 1 do
            let partner = rows + r

            if isGood r && (r >= mirrored || isGood partner) then
                let z = ReadOnlySpan(noise, r * m, m)
                let control = 0.5 * (LinearAlgebra.Dot(z, z) - float m)
                // The mean takes the sum over a draw and its image, the shape their difference; of scores, which are odd, the converse.
                LinearAlgebra.AddScaled(1.0, readRow gradients r, gradient.AsSpan(0, d))

                if r < mirrored then
                    LinearAlgebra.AddScaled(1.0, readRow gradients partner, gradient.AsSpan(0, d))
                    LinearAlgebra.AddScaled(-1.0, readRow gradients partner, row gradients r)

                    if sticking then
                        LinearAlgebra.AddScaled(-2.0, readRow scores r, row gradients r)

                    good <- good + 2
                    sum <- sum + values[r] + values[partner] + 2.0 * control
                else
                    if sticking then
                        LinearAlgebra.AddScaled(-1.0, readRow scores r, gradient.AsSpan(0, d))
                        LinearAlgebra.AddScaled(-1.0, readRow scores r, row gradients r)

                    good <- good + 1
                    sum <- sum + values[r] + control
            else
                zeros.AsSpan().CopyTo(row gradients r)

        this.BadDraws <- draws - good

        if good > 0 then
            let weight = 1.0 / float good

            for i in 0 .. d - 1 do
                gradient[i] <- gradient[i] * weight

            q.AddShapePullback(
                ReadOnlySpan noise,
                ReadOnlySpan deviations,
                ReadOnlySpan(gradients, 0, rows * d),
                weight,
                gradient.AsSpan()
            )

            if not sticking then
                q.AddEntropyGradient(gradient.AsSpan())

        this.Elbo <- if good > 0 then sum / float good + q.Entropy() else nan

/// Estimates of the bound and its gradient by reparametrised draws (Kucukelbir et al. 2017).
[<RequireQualifiedAccess>]
module ElboGradient =

    /// Rows of noise that an estimate takes: half the draws, rounded up, where they come with their mirror images.
    let noiseRows (estimator: ElboEstimator) =
        if estimator.Antithetic then (estimator.Draws + 1) / 2 else estimator.Draws

    let private answer (workspace: ElboWorkspace) : ElboGradient =
        { Elbo = workspace.Elbo; Gradient = Vec.ofArray workspace.Gradient; BadDraws = workspace.BadDraws }

    /// The estimate that belongs to noise (R x M, R = noiseRows): the mirror images follow from it.
    let ofNoise (estimator: ElboEstimator) (density: IDensityEvaluator) (q: Variational) (noise: Mat) : ElboGradient =
        let workspace = ElboWorkspace(q.Family, estimator, density)

        if noise.Rows <> workspace.NoiseRows || noise.Columns <> q.Family.NoiseCount then
            invalidArg
                (nameof noise)
                $"noise of {workspace.NoiseRows} x {q.Family.NoiseCount} is needed, not {noise.Rows} x {noise.Columns}"

        noise.Values.AsSpan().CopyTo(workspace.Noise.AsSpan())
        workspace.Estimate(q.Parameters.AsSpan())
        answer workspace

    /// One estimate, with the next generator.
    let estimate
        (estimator: ElboEstimator)
        (density: IDensityEvaluator)
        (q: Variational)
        (rng: Rng)
        : struct (ElboGradient * Rng) =
        let workspace = ElboWorkspace(q.Family, estimator, density)
        let rng = Rng.fillNormal (workspace.Noise.AsSpan()) rng
        workspace.Estimate(q.Parameters.AsSpan())
        struct (answer workspace, rng)
