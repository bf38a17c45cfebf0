namespace Vi.Math

open System

/// Computes with a normal approximation q = mean + A(theta) z, z standard normal of M numbers, over buffers of its own: one thread at a
/// time uses it. The first D parameters are the mean; the others, the shape, make A. Everything but the mean's part is odd in z, so that
/// the functions take deviations x - mean and serve a draw and its mirror image at once.
type IFamilyEvaluator =

    /// Takes the parameters (P) that all other members speak of.
    abstract Load: parameters: ReadOnlySpan<float> -> unit

    /// Entropy of q in nats, closed form.
    abstract Entropy: unit -> float

    /// Adds the entropy's gradient to a gradient in the parameters (P).
    abstract AddEntropyGradient: target: Span<float> -> unit

    /// x - mean (R x D) of the draws that belong to noise (R x M).
    abstract Deviations: noise: ReadOnlySpan<float> * deviations: Span<float> -> unit

    /// Gradient of log q in x (R x D) at draws given by noise (R x M) and deviations (R x D).
    abstract Scores: noise: ReadOnlySpan<float> * deviations: ReadOnlySpan<float> * scores: Span<float> -> unit

    /// log q (R) at deviations x - mean (R x D).
    abstract LogDensities: deviations: ReadOnlySpan<float> * values: Span<float> -> unit

    /// Adds the weight times the sum over draws of (dx / dshape)' g to the shape's part of a gradient in the parameters (P); noise (R x M),
    /// deviations and g (R x D).
    abstract AddShapePullback:
        noise: ReadOnlySpan<float> *
        deviations: ReadOnlySpan<float> *
        gradients: ReadOnlySpan<float> *
        weight: float *
        target: Span<float> ->
            unit

    /// Makes the parameters that are loaded now the place of the metric of Natural.
    abstract Condition: unit -> unit

    /// The direction (P) of steepest ascent of a gradient (P) where lengths are measured by the divergence of q: the inverse Fisher
    /// information times the gradient, or a positive definite matrix close to it where the family's page says so.
    abstract Natural: gradient: ReadOnlySpan<float> * direction: Span<float> -> unit

    /// Standard deviation of each coordinate (D).
    abstract StandardDeviations: sds: Span<float> -> unit

/// A family of normal approximations on R^D.
[<NoComparison; NoEquality>]
type VariationalFamily =
    {
        /// Which family it is.
        Kind: FamilyKind
        /// Number D of coordinates.
        Dimension: int
        /// Number P of parameters; the first D are the mean.
        ParameterCount: int
        /// Standard normal numbers M behind a draw.
        NoiseCount: int
        /// How many numbers are estimated from one draw's gradient entry: the largest number of shape parameters that share one.
        Freedom: int
        /// Parameters of the member with a mean (D) and standard deviations (D), all positive, and as little correlation as the family's
        /// page says.
        Start: Vec -> Vec -> Vec
        /// Parameters of the member with a mean (D) and any covariance, given by its factor; nothing where the family has not all of them.
        OfCovariance: (Vec -> Chol -> Vec) voption
        /// A new evaluator with buffers of its own.
        Evaluator: unit -> IFamilyEvaluator
    }

    /// mean-field, full-rank, low-rank or sparse-precision.
    member this.Name = this.Kind.Name

/// A member of a family: a normal approximation.
[<NoComparison; NoEquality>]
type Variational =
    {
        /// Its family.
        Family: VariationalFamily
        /// Its parameters (P).
        Parameters: Vec
    }

namespace Vi.Math.FSharp

open System
open Vi.Kernels
open Vi.Math

/// Members of variational families, whatever the family.
[<RequireQualifiedAccess>]
module Variational =

    /// The member of a family with such parameters (P); raises where their number is wrong or one is not finite.
    let ofParameters (family: VariationalFamily) (parameters: Vec) : Variational =
        if parameters.Length <> family.ParameterCount then
            invalidArg
                (nameof parameters)
                $"the {family.Name} family in {family.Dimension} dimensions has {family.ParameterCount} parameters, not {parameters.Length}"

        Require.finiteVec family.Name "Parameters" parameters
        { Family = family; Parameters = parameters }

    /// The member with this mean and these standard deviations.
    let start (family: VariationalFamily) (mean: Vec) (sds: Vec) = ofParameters family (family.Start mean sds)

    /// An evaluator that has loaded the member.
    let internal evaluator (q: Variational) =
        let evaluator = q.Family.Evaluator()
        evaluator.Load(q.Parameters.AsSpan())
        evaluator

    /// Mean (D).
    let mean (q: Variational) = Vec.slice 0 q.Family.Dimension q.Parameters

    /// Standard deviation of each coordinate (D).
    let standardDeviations (q: Variational) : Vec =
        let sds = Array.zeroCreate q.Family.Dimension
        (evaluator q).StandardDeviations(sds.AsSpan())
        Vec.wrap sds

    /// Entropy in nats.
    let entropy (q: Variational) = (evaluator q).Entropy()

    let private offMean (q: Variational) (positions: Mat) =
        let d = q.Family.Dimension

        if positions.Columns <> d then
            invalidArg (nameof positions) $"positions of {d} coordinates are needed, not {positions.Columns}"

        Array.init (positions.Rows * d) (fun at -> positions.Values[at] - q.Parameters.Values[at % d])

    /// log q at each of S positions (S x D).
    let logDensities (q: Variational) (positions: Mat) : Vec =
        let values = Array.zeroCreate positions.Rows
        (evaluator q).LogDensities(ReadOnlySpan(offMean q positions), values.AsSpan())
        Vec.wrap values

    /// log q at a position (D).
    let logDensity (q: Variational) (position: Vec) = (logDensities q (Mat.wrap 1 position.Length position.Values))[0]

    /// Draws (S x D) that belong to standard normal noise (S x M).
    let transform (q: Variational) (noise: Mat) : Mat =
        let d = q.Family.Dimension

        if noise.Columns <> q.Family.NoiseCount then
            invalidArg (nameof noise) $"noise of {q.Family.NoiseCount} columns is needed, not {noise.Columns}"

        let draws = Array.zeroCreate (noise.Rows * d)
        (evaluator q).Deviations(noise.AsSpan(), draws.AsSpan())

        for at in 0 .. draws.Length - 1 do
            draws[at] <- draws[at] + q.Parameters.Values[at % d]

        Mat.wrap noise.Rows d draws

    /// Standard normal noise of S draws (S x M).
    let noise (count: int) (q: Variational) (rng: Rng) : struct (Mat * Rng) =
        let values = Array.zeroCreate (count * q.Family.NoiseCount)
        let rng = Rng.fillNormal (values.AsSpan()) rng
        struct (Mat.wrap count q.Family.NoiseCount values, rng)

    /// S independent draws (S x D).
    let draws (count: int) (q: Variational) (rng: Rng) : struct (Mat * Rng) =
        let struct (noise, rng) = noise count q rng
        struct (transform q noise, rng)

    /// S standard normal scores, the quantiles at (s - 1/2) / S, scaled to mean 0 and variance 1.
    let private scores (count: int) =
        let raw = Array.init count (fun s -> Special.normalQuantile ((float s + 0.5) / float count))
        let size = sqrt (Array.sumBy (fun z -> z * z) raw / float count)
        raw |> Array.map (fun z -> z / size)

    /// S draws (S x D) in which every number of the noise takes each of S normal scores once, in random order (Latin hypercube, McKay, Beckman
    /// and Conover 1979): averages of what depends on one coordinate, or adds up over several, are nearly free of noise.
    let stratifiedDraws (count: int) (q: Variational) (rng: Rng) : struct (Mat * Rng) =
        let m = q.Family.NoiseCount
        let scores = scores count
        let values = Array.zeroCreate (count * m)
        let mutable rng = rng

        for j in 0 .. m - 1 do
            let struct (order, next) = Rng.permutation count rng
            rng <- next

            for s in 0 .. count - 1 do
                values[s * m + j] <- scores[order[s]]

        struct (transform q (Mat.wrap count m values), rng)

    /// Covariance matrix (D x D), from the deviations that belong to the unit vectors of the noise.
    let covariance (q: Variational) : Mat =
        let d = q.Family.Dimension
        let m = q.Family.NoiseCount
        let columns = Array.zeroCreate (m * d)
        (evaluator q).Deviations((Mat.identity m).AsSpan(), columns.AsSpan())
        let factor = Mat.wrap m d columns
        Mat.multiply (Mat.transpose factor) factor

    /// The natural direction (P) of a gradient (P) at q.
    let natural (q: Variational) (gradient: Vec) : Vec =
        let direction = Array.zeroCreate q.Family.ParameterCount
        let evaluator = evaluator q
        evaluator.Condition()
        evaluator.Natural(gradient.AsSpan(), direction.AsSpan())
        Vec.wrap direction
