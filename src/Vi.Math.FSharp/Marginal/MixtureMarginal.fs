namespace Vi.Math

open Vi.Kernels

/// Coordinates of K components, with the likelihood of rows whose component is summed out.
[<NoComparison; NoEquality>]
type internal ComponentCoordinates<'components> =
    {
        /// The components' coordinates.
        Factor: Coordinates<'components>
        /// Of rows: from log weights (K), a position and a place, adds the components' gradient to a gradient, writes the expected rows of each
        /// component (K), and gives log p(X | weights, components).
        AddLogLikelihood: IBatches<Block> -> float[] -> float[] -> int -> float[] -> float[] -> float
    }

namespace Vi.Math.FSharp

open System
open Vi.Kernels
open Vi.Math

/// Mixtures with every row's component summed out: sum_n log sum_k pi_k N(x_n | mu_k, Lambda_k^-1). By Fisher's identity the gradient is that of
/// the complete data's log density, averaged over the components given the rows; so it needs the responsibilities' weighted moments about the
/// means alone, which the kernels of coordinate ascent gather, at a point in place of a distribution.
[<RequireQualifiedAccess>]
module internal MixtureMarginal =

    let private expected (_: Block) = LocalChoice.Expected

    let private means count dimension step (x: float[]) at =
        Array.init count (fun k -> Array.sub x (at + k * step) dimension) |> Array.concat

    /// A precision for each component: mean and whitening, component by component.
    let full (count: int) (dimension: int) : ComponentCoordinates<NormalWishart[]> =
        let step = dimension + WhiteningCoordinates.size dimension

        { Factor = Coordinates.all (Array.init count (fun k -> WhiteningCoordinates.ofComponent (k + 1) dimension))
          AddLogLikelihood =
            fun batches logWeights x at gradient counts ->
                let ofWhitening k = at + k * step + dimension
                let whitening = Array.init count (fun k -> WhiteningCoordinates.matrix dimension x (ofWhitening k))

                let constant k =
                    logWeights[k] + WhiteningCoordinates.logDeterminant dimension x (ofWhitening k)
                    - 0.5 * float dimension * Special.logTwoPi

                let parameters =
                    MixtureParameters(
                        count,
                        dimension,
                        Array.init count constant,
                        means count dimension step x at,
                        Array.concat whitening
                    )

                let read (sums: MixtureSums) =
                    for k in 0 .. count - 1 do
                        counts[k] <- sums.Counts[k]
                        WhiteningCoordinates.addShift dimension whitening[k] (sums.SumsOf k) gradient (at + k * step)

                        WhiteningCoordinates.addScatter
                            dimension
                            whitening[k]
                            counts[k]
                            (sums.ScatterOf k)
                            gradient
                            (ofWhitening k)
                        |> ignore

                    sums.LogNormalizer

                FullComponents.gather parameters expected read batches }

    /// One precision for all components: the means, then the whitening.
    let tied (count: int) (dimension: int) : ComponentCoordinates<TiedNormalWishart> =
        { Factor = WhiteningCoordinates.tied count dimension
          AddLogLikelihood =
            fun batches logWeights x at gradient counts ->
                let ofWhitening = at + count * dimension
                let whitening = WhiteningCoordinates.matrix dimension x ofWhitening

                let shared =
                    WhiteningCoordinates.logDeterminant dimension x ofWhitening
                    - 0.5 * float dimension * Special.logTwoPi

                let parameters =
                    TiedMixtureParameters(
                        count,
                        dimension,
                        Array.map (fun log -> log + shared) logWeights,
                        Array.sub x at (count * dimension),
                        whitening
                    )

                let read (sums: TiedMixtureSums) =
                    for k in 0 .. count - 1 do
                        counts[k] <- sums.Counts[k]
                        WhiteningCoordinates.addShift dimension whitening (sums.SumsOf k) gradient (at + k * dimension)

                    WhiteningCoordinates.addScatter
                        dimension
                        whitening
                        (Array.sum counts)
                        (Span.op_Implicit sums.Scatter)
                        gradient
                        ofWhitening
                    |> ignore

                    sums.LogNormalizer

                TiedComponents.gather parameters expected read batches }

    /// Independent columns: mean and logarithm of the precision of each column, component by component.
    let diagonal (count: int) (dimension: int) : ComponentCoordinates<NormalGamma[][]> =
        let column k j = Coordinates.normalGamma $"mu[{k + 1},{j + 1}]" $"tau[{k + 1},{j + 1}]"

        { Factor = Coordinates.all (Array.init count (fun k -> Coordinates.all (Array.init dimension (column k))))
          AddLogLikelihood =
            fun batches logWeights x at gradient counts ->
                let pairs = count * dimension
                let logs = Array.init pairs (fun i -> x[at + 2 * i + 1])
                let roots = logs |> Array.map (fun log -> exp (0.5 * log))

                let constant k =
                    logWeights[k]
                    + 0.5 * (Array.sum (Array.sub logs (k * dimension) dimension) - float dimension * Special.logTwoPi)

                let parameters =
                    DiagonalMixtureParameters(
                        count,
                        dimension,
                        Array.init count constant,
                        Array.init pairs (fun i -> x[at + 2 * i]),
                        roots
                    )

                let read (sums: DiagonalMixtureSums) =
                    for k in 0 .. count - 1 do
                        counts[k] <- sums.Counts[k]

                        for j in 0 .. dimension - 1 do
                            let i = k * dimension + j
                            let tau = roots[i] * roots[i]
                            let mean = at + 2 * i
                            gradient[mean] <- gradient[mean] + tau * (sums.SumsOf k)[j]

                            gradient[mean + 1] <- gradient[mean + 1] + 0.5 * (counts[k] - tau * (sums.SquaresOf k)[j])

                    sums.LogNormalizer

                DiagonalComponents.gather parameters expected read batches }

    /// Coordinates of the factors: weights, then components, then their scale if it is learned.
    let coordinates
        (weights: WeightCoordinates<'weights>)
        (components: ComponentCoordinates<'components>)
        (learned: LearnedScale voption)
        : Coordinates<MixturePosterior<'weights, 'components>> =
        Coordinates.pair weights.Factor (ScaleCoordinates.after learned components.Factor)
        |> Coordinates.convert
            (fun (q: MixturePosterior<'weights, 'components>) -> struct (q.Weights, struct (q.Components, q.Learned)))
            (fun (struct (weights, struct (components, learned))) ->
                { Weights = weights; Components = components; Learned = learned })

    /// log p(weights, components) and, where it is learned, their scale.
    let logPrior
        (weights: WeightCoordinates<'weights>)
        (family: ComponentFamily<'prior, 'data, 'components>)
        (components: ComponentCoordinates<'components>)
        (prior: MixturePrior<'weights, 'prior>)
        : CoordinateDensity =
        let count = Array.length (weights.LogWeights (Array.zeroCreate weights.Factor.Names.Length) 0)
        let first = weights.Factor.Names.Length
        let ofWeights = weights.Factor.LogDensity prior.Weights

        let ofComponents =
            ScaleCoordinates.logPrior
                family.Learning
                (family.Prior count)
                prior.Component
                prior.Learned
                components.Factor

        fun x at gradient -> ofWeights x at gradient + ofComponents x (at + first) gradient

    /// log p(X | weights, components).
    let logLikelihood
        (weights: WeightCoordinates<'weights>)
        (components: ComponentCoordinates<'components>)
        (batches: IBatches<Block>)
        : CoordinateDensity =
        let first = weights.Factor.Names.Length

        fun x at gradient ->
            let logWeights = weights.LogWeights x at
            let counts: float[] = Array.zeroCreate logWeights.Length
            let value = components.AddLogLikelihood batches logWeights x (at + first) gradient counts
            weights.AddCounts counts x at gradient
            value
