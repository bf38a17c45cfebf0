namespace Vi.Verification

/// Ranks of a parameter's true values among posterior draws, against the uniform distribution that they follow where the posterior is right.
type RankSummary =
    {
        /// Number of replicates N.
        Replicates: int
        /// Counts of the ranks in bins of equal width.
        Counts: int[]
        /// Least and largest count that any bin has with the asked probability, all bins together (binomial, Bonferroni).
        CountBand: struct (int * int)
        /// The inner grid points z_i at which the distribution of the ranks is compared.
        Grid: float[]
        /// Share of ranks below z_i, less z_i.
        Difference: float[]
        /// The band that the differences stay in with the asked probability, all grid points together.
        Lower: float[]
        /// Its upper end.
        Upper: float[]
        /// Whether all differences are inside.
        Uniform: bool
        /// Probability that uniform ranks leave a band as wide as these do somewhere, or a wider one: below 1 less the band's probability
        /// where the ranks are not uniform.
        PValue: float
        /// More mass at both ends than the uniform distribution has, and significantly so: the posterior is too narrow.
        TooNarrow: bool
    }

/// How often central intervals held the true value.
type Coverage =
    {
        /// Nominal probability.
        Nominal: float
        /// Share of replicates.
        Observed: float
        /// Lower end of the 95 % interval of the true probability (Clopper and Pearson 1934).
        Lower: float
        /// Its upper end.
        Upper: float
    }

namespace Vi.Verification.FSharp

open Vi.Math
open Vi.Math.FSharp
open Vi.Verification

/// Simulation-based calibration (Talts, Betancourt, Simpson, Vehtari and Gelman 2018): where parameters are drawn from the prior, data
/// given them, and the posterior given the data is right, the rank of the true value among L posterior draws is uniform on 0 to L. The
/// band for the ranks' distribution is simultaneous and exact (Sailynoja, Buerkner and Vehtari 2022, section 2).
[<RequireQualifiedAccess>]
module Ranks =

    /// Bins of a histogram and steps of the grid; L + 1 must be a multiple of it.
    let bins = 20

    let private logBinomial n k =
        Special.logGamma (float n + 1.0)
        - Special.logGamma (float k + 1.0)
        - Special.logGamma (float (n - k) + 1.0)

    /// Binomial(n, p) probabilities of 0 to n.
    let private binomial n (p: float) =
        Array.init (n + 1) (fun k ->
            if p >= 1.0 then
                (if k = n then 1.0 else 0.0)
            else
                exp (logBinomial n k + float k * log p + float (n - k) * log (1.0 - p)))

    /// The smallest k with P(X <= k) >= probability.
    let private quantile (probabilities: float[]) probability =
        let mutable sum = probabilities[0]
        let mutable k = 0

        while sum < probability && k < probabilities.Length - 1 do
            k <- k + 1
            sum <- sum + probabilities[k]

        k

    /// Smallest and largest count that is inside the central interval of 1 - tail.
    let private interval (probabilities: float[]) tail =
        struct (quantile probabilities (0.5 * tail), quantile probabilities (1.0 - 0.5 * tail))

    /// Probability that a uniform sample's counts below each grid point stay in all intervals: the counts are a Markov chain, of which
    /// the part inside is carried from point to point.
    let private staysInside n (intervals: struct (int * int)[]) =
        let mutable inside = [| 1.0 |]
        let mutable from = 0

        for i in 0 .. intervals.Length - 1 do
            let struct (low, high) = intervals[i]
            // A value above z_i falls below z_{i+1} with this probability.
            let step = 1.0 / float (bins - i)
            let logStep, logRest = log step, log (1.0 - step)
            let next: float[] = Array.zeroCreate (high - low + 1)

            for r in 0 .. inside.Length - 1 do
                let before = from + r

                if inside[r] > 0.0 then
                    for after in max low before .. high do
                        let k = after - before
                        let rest = n - before

                        next[after - low] <-
                            next[after - low]
                            + inside[r] * exp (logBinomial rest k + float k * logStep + float (rest - k) * logRest)

            inside <- next
            from <- low

        Array.sum inside

    /// The intervals of counts at the inner grid points which n uniform ranks stay in with the probability, all together.
    let band (n: int) (probability: float) : struct (int * int)[] =
        let pointwise = Array.init (bins - 1) (fun i -> binomial n (float (i + 1) / float bins))
        let at tail = pointwise |> Array.map (fun probabilities -> interval probabilities tail)

        // The wider of two tails always covers more: bisection on its logarithm.
        let rec search low high steps =
            if steps = 0 then
                at (exp low)
            else
                let middle = 0.5 * (low + high)

                if staysInside n (at (exp middle)) >= probability then
                    search middle high (steps - 1)
                else
                    search low middle (steps - 1)

        search (log (1e-3 * (1.0 - probability))) (log (1.0 - probability)) 20

    /// Probability that counts of n uniform ranks below the inner grid points come as far out as these somewhere, where far out is a small
    /// binomial tail: exact, of the same chain as the band.
    let pValue (n: int) (below: int[]) : float =
        let pointwise =
            Array.init (bins - 1) (fun i ->
                let probabilities = binomial n (float (i + 1) / float bins)
                let upTo = Array.scan (+) 0.0 probabilities |> Array.tail
                let from = Array.scanBack (+) probabilities 0.0
                struct (upTo, from))

        let least =
            Array.map2 (fun (struct (upTo: float[], from: float[])) k -> min upTo[k] from[k]) pointwise below
            |> Array.min
        // Tails that are equal in exact numbers count as equal.
        let least = least * (1.0 + 1e-9)

        if least >= 0.5 then
            1.0
        else
            let further =
                pointwise
                |> Array.map (fun (struct (upTo, from)) ->
                    let low = upTo |> Array.findIndex (fun tail -> tail > least)
                    let high = Array.truncate (n + 1) from |> Array.findIndexBack (fun tail -> tail > least)
                    struct (low, high))

            min 1.0 (max 0.0 (1.0 - staysInside n further))

    /// Ranks in the outer two bins of either end.
    let private outer (counts: int[]) = counts[0] + counts[1] + counts[bins - 2] + counts[bins - 1]

    /// The share of them where the posterior is right.
    let private outerShare = 4.0 / float bins

    /// Ranks 0 to L of N replicates against the uniform distribution; the bands hold with the probability. Raises ArgumentException unless L + 1
    /// is a multiple of the bins and every rank is in its range.
    let summary (draws: int) (probability: float) (ranks: int[]) : RankSummary =
        if (draws + 1) % bins <> 0 then
            invalidArg (nameof draws) $"{draws} draws give {draws + 1} ranks, which is not a multiple of {bins}"

        if ranks |> Array.exists (fun rank -> rank < 0 || rank > draws) then
            invalidArg (nameof ranks) $"a rank is outside 0 to {draws}"

        let n = ranks.Length
        let counts: int[] = Array.zeroCreate bins

        for rank in ranks do
            let bin = rank * bins / (draws + 1)
            counts[bin] <- counts[bin] + 1

        let below = counts |> Array.scan (+) 0 |> Array.skip 1 |> Array.truncate (bins - 1)
        let band = band n probability
        let grid = Array.init (bins - 1) (fun i -> float (i + 1) / float bins)
        let share (count: int) z = float count / float (max 1 n) - z

        let uniform = Array.forall2 (fun count (struct (low, high)) -> low <= count && count <= high) below band

        let struct (_, most) = interval (binomial n outerShare) (2.0 * (1.0 - probability))

        { Replicates = n
          Counts = counts
          CountBand = interval (binomial n (1.0 / float bins)) ((1.0 - probability) / float bins)
          Grid = grid
          Difference = Array.map2 share below grid
          Lower = Array.map2 (fun (struct (low, _)) z -> share low z) band grid
          Upper = Array.map2 (fun (struct (_, high)) z -> share high z) band grid
          Uniform = uniform
          PValue = pValue n below
          TooNarrow = outer counts > most }

    /// Whether the shares of ranks, below each grid point and in the outer bins, can be those of a distribution that differs from the uniform one by
    /// no more than so much: the bands of the probability, moved out by it.
    let isNear (probability: float) (within: float) (summary: RankSummary) =
        let struct (_, most) =
            interval (binomial summary.Replicates (outerShare + within)) (2.0 * (1.0 - probability))

        outer summary.Counts <= most
        && Array.forall2 (fun difference low -> difference >= low - within) summary.Difference summary.Lower
        && Array.forall2 (fun difference high -> difference <= high + within) summary.Difference summary.Upper

    /// Nominal probabilities of central intervals that begin and end between two ranks of every grid.
    let nominal = [| 0.5; 0.8; 0.9 |]

    /// Coverage of central intervals: the true value is inside where its rank is.
    let coverage (draws: int) (ranks: int[]) : Coverage[] =
        nominal
        |> Array.map (fun level ->
            let tail = int (round (0.5 * (1.0 - level) * float (draws + 1)))
            let inside = ranks |> Array.filter (fun rank -> rank >= tail && rank <= draws - tail) |> Array.length
            let struct (lower, upper) = Proportions.interval 0.95 inside ranks.Length

            { Nominal = level
              Observed = float inside / max 1.0 (float ranks.Length)
              Lower = lower
              Upper = upper })

    /// The rank of the true value among draws; a tie is as likely below as above.
    let ofDraws (draws: float[]) (truth: float) (rng: Rng) : struct (int * Rng) =
        let below = draws |> Array.sumBy (fun draw -> if draw < truth then 1 else 0)
        let ties = draws |> Array.sumBy (fun draw -> if draw = truth then 1 else 0)
        let struct (among, rng) = Rng.below (ties + 1) rng
        struct (below + among, rng)
