namespace Vi.Math

/// A normal, or a mixture of some, as part of a mixture: what is needed to draw from it and to weigh it.
[<NoComparison; NoEquality>]
type MixturePart =
    {
        /// Mean (D).
        Mean: Vec
        /// Standard deviations (D).
        StandardDeviations: Vec
        /// So many draws (S x D), and the generator after them.
        Draw: int -> Rng -> struct (Mat * Rng)
        /// log density at draws (S x D).
        LogDensities: Mat -> Vec
        /// Whether a position (D) lies where draws of it lie.
        Covers: Vec -> bool
    }

/// What importance weights of a mixture's draws tell of its parts.
[<NoComparison>]
type PartWeights =
    {
        /// Share of the probability in each part, and its standard error.
        Masses: float[]
        Errors: float[]
        /// Of all draws; its mean and standard deviations are those of the whole.
        Evidence: WeightEvidence
        /// The draws (S x D), with their shares of the probability in each part (parts x S).
        Draws: Mat
        Shares: float[][]
        /// Whether the weights can be relied on.
        IsKnown: bool
    }

namespace Vi.Math.FSharp

open System
open Vi.Math

/// Mixtures of local fits, weighed against each other by importance sampling.
[<RequireQualifiedAccess>]
module MixturePart =

    /// The square distance from a normal's mean within which its draws lie, in its own metric: the mean of D such squares and some four standard
    /// deviations more.
    let private reach (dimension: int) = float dimension + 6.0 * sqrt (float dimension)

    /// Draws of a normal, stratified.
    let ofNormal (normal: Variational) : MixturePart =
        let mean = Variational.mean normal
        let top = Variational.logDensity normal mean

        { Mean = mean
          StandardDeviations = Variational.standardDeviations normal
          Draw = fun count rng -> Variational.stratifiedDraws count normal rng
          LogDensities = Variational.logDensities normal
          Covers = fun x -> 2.0 * (top - Variational.logDensity normal x) <= reach mean.Length }

    let ofCurvature (normal: CurvatureNormal) : MixturePart =
        let densityAt = CurvatureNormal.logDensity normal
        let top = densityAt normal.Mean

        { Mean = normal.Mean
          StandardDeviations = CurvatureNormal.standardDeviations normal
          Draw =
            fun count rng ->
                let noise: float[] = Array.zeroCreate (count * normal.Mean.Length)
                let rng = Rng.fillNormal (noise.AsSpan()) rng
                struct (CurvatureNormal.transform normal (Mat.wrap count normal.Mean.Length noise), rng)
          LogDensities = fun draws -> Vec.init draws.Rows (fun s -> densityAt (Mat.row s draws))
          Covers = fun x -> 2.0 * (top - densityAt x) <= reach normal.Mean.Length }

    /// So many draws, shared out by weights: whole numbers that add up, each within one of its share.
    let private allotted (count: int) (weights: float[]) =
        let cumulated = weights |> Array.scan (+) 0.0
        let at k = int (round (float count * cumulated[k] / cumulated[weights.Length]))
        Array.init weights.Length (fun k -> at (k + 1) - at k)

    /// log sum_k a_k q_k at draws (S x D), and the logarithms of its terms (parts x S).
    let private mixed (weights: float[]) (parts: MixturePart[]) (draws: Mat) : struct (Vec * Vec[]) =
        let terms =
            Array.map2 (fun weight part -> Vec.map (fun l -> log weight + l) (part.LogDensities draws)) weights parts

        struct (Vec.init draws.Rows (fun s ->
                    let logs = terms |> Array.map (fun term -> term[s])
                    Special.logSumExp (ReadOnlySpan logs)),
                terms)

    /// A mixture with weights that add up to 1 as a part of its own.
    let mixture (weights: float[]) (parts: MixturePart[]) : MixturePart =
        let over figure =
            Vec.init parts[0].Mean.Length (fun c -> Seq.sum (Seq.map2 (fun w part -> w * figure part c) weights parts))

        let mean = over (fun part c -> part.Mean[c])

        let variance = over (fun part c -> part.StandardDeviations[c] ** 2.0 + (part.Mean[c] - mean[c]) ** 2.0)

        { Mean = mean
          StandardDeviations = Vec.map sqrt variance
          Draw =
            fun count rng ->
                let struct (rng, own) = Rng.split rng

                let rows k (part: MixturePart) count =
                    if count = 0 then
                        [||]
                    else
                        let struct (draws, _) = part.Draw count (Rng.derive k own)
                        draws.ToRows()

                let draws = Seq.mapi2 rows parts (allotted count weights) |> Seq.concat |> Mat.ofRows
                struct (draws, rng)
          LogDensities =
            fun draws ->
                let struct (all, _) = mixed weights parts draws
                all
          Covers = fun x -> parts |> Array.exists (fun part -> part.Covers x) }

    /// log p at draws (S x D).
    let logDensities (density: LogDensity) (draws: Mat) : Vec =
        let evaluator = density.Evaluator()
        Vec.init draws.Rows (fun s -> evaluator.Value(draws.AsSpan().Slice(s * draws.Columns, draws.Columns)))

    let private weightChecks (check: Check) = check.Id.IsParetoK || check.Id.IsUnseenWeight || check.Id.IsEffectiveDraws

    /// Weighs parts by so many draws of each. The draws count as those of the equal mixture of all parts, whichever they come from (Veach and Guibas 1995,
    /// the balance heuristic; Owen and Zhou 2000), so that a mode found by one part only gets its share.
    let weigh (density: LogDensity) (count: int) (parts: MixturePart[]) (rng: Rng) : PartWeights =
        let equal = Array.create parts.Length (1.0 / float parts.Length)
        let whole = mixture equal parts
        let struct (draws, _) = whole.Draw (count * parts.Length) rng
        let struct (all, terms) = mixed equal parts draws

        let evidence =
            WeightEvidence.ofDraws whole.Mean whole.StandardDeviations draws (logDensities density draws) all

        let weights = evidence.LogWeights |> Vec.map exp
        let shares = terms |> Array.map (fun term -> Array.init draws.Rows (fun s -> exp (term[s] - all[s])))

        let masses =
            shares |> Array.map (fun share -> Seq.sum (Seq.init draws.Rows (fun s -> weights[s] * share[s])))

        // The delta method for a ratio of two sums.
        let error (share: float[]) mass =
            Seq.init draws.Rows (fun s -> (weights[s] * (share[s] - mass)) ** 2.0) |> Seq.sum |> sqrt

        { Masses = masses
          Errors = Array.map2 error shares masses
          Evidence = evidence
          Draws = draws
          Shares = shares
          IsKnown =
            WeightEvidence.checks evidence
            |> List.filter weightChecks
            |> List.forall (fun check -> check.IsPassed) }

    /// Effective draws for each coordinate that moments of a part need.
    let private drawsPerCoordinate = 5.0

    /// The normal with the weighted moments of a part's share of the draws; nothing where too few draws carry them.
    let refined (weights: PartWeights) (k: int) : MixturePart voption =
        let draws, d = weights.Draws, weights.Draws.Columns
        let raw = Array.init draws.Rows (fun s -> exp weights.Evidence.LogWeights[s] * weights.Shares[k].[s])
        let total = Array.sum raw
        let own = raw |> Array.map (fun w -> w / total)
        let effective = 1.0 / Array.sumBy (fun w -> w * w) own

        if not (effective >= drawsPerCoordinate * float d) then
            ValueNone
        else
            let mean = Vec.init d (fun c -> Seq.sum (Seq.init draws.Rows (fun s -> own[s] * draws[s, c])))
            let rows = Mat.init draws.Rows d (fun s c -> sqrt own[s] * (draws[s, c] - mean[c]))

            Chol.tryFactor (Mat.symmetrize (Mat.multiply (Mat.transpose rows) rows))
            |> ValueOption.map (fun factor -> ofNormal (FullRank.ofCholesky mean factor))
