namespace Vi.Math

/// Weights of K components broken off a stick of length 1: pi_k = v_k prod_(j < k) (1 - v_j), with K - 1 independent Beta shares v_k and the
/// last component taking what is left: the Dirichlet process, truncated.
type StickBreaking =
    {
        /// Distributions of the shares v_k, K - 1 of them; none for a single component.
        Sticks: Beta[]
    }

namespace Vi.Math.FSharp

open Vi.Math

/// Stick-breaking weights (Sethuraman 1994; Ishwaran and James 2001; Blei and Jordan 2006): conjugate to counts, as the Dirichlet is.
[<RequireQualifiedAccess>]
module StickBreaking =

    /// The truncated Dirichlet process: K - 1 shares, each Beta(1, concentration); raises ArgumentException unless K >= 1 and the
    /// concentration is positive and finite.
    let create (components: int) (concentration: float) : StickBreaking =
        Require.positive "StickBreaking" "concentration" concentration

        if components < 1 then
            invalidArg (nameof components) $"StickBreaking: {components} components; at least one is needed"

        { Sticks = Array.create (components - 1) (Beta.create 1.0 concentration) }

    /// K.
    let components (d: StickBreaking) = d.Sticks.Length + 1

    /// Of each component: f of its own share, combined with g of every share before it.
    let private along
        (combine: float -> float -> float)
        neutral
        (f: Beta -> float)
        (g: Beta -> float)
        (d: StickBreaking)
        : Vec =
        let rest = d.Sticks |> Array.scan (fun left stick -> combine left (g stick)) neutral

        Vec.init (components d) (fun k -> if k < d.Sticks.Length then combine rest[k] (f d.Sticks[k]) else rest[k])

    /// E[log pi_k] (K).
    let expectedLog (d: StickBreaking) : Vec =
        let logs = d.Sticks |> Array.map Beta.expectedLog
        let rest = logs |> Array.scan (fun left log -> left + log[1]) 0.0
        Vec.init (components d) (fun k -> if k < logs.Length then rest[k] + logs[k][0] else rest[k])

    /// E[pi_k] (K), which add up to 1.
    let mean (d: StickBreaking) : Vec = along (*) 1.0 Beta.mean (fun v -> v.Beta / (v.Alpha + v.Beta)) d

    /// E[pi_k^2] (K).
    let secondMoment (d: StickBreaking) : Vec =
        let square a (v: Beta) =
            let sum = v.Alpha + v.Beta
            a / sum * ((a + 1.0) / (sum + 1.0))

        along (*) 1.0 (fun v -> square v.Alpha v) (fun v -> square v.Beta v) d

    /// The Beta distribution with the mean and variance of pi_k, k from 0: exact for the first component, and for the last of two. Raises
    /// ArgumentException for a single component, whose weight is certainly 1.
    let marginal (k: int) (d: StickBreaking) : Beta =
        let mean = (mean d)[k]
        let second = (secondMoment d)[k]
        // mean (1 - mean) / variance - 1 = (mean - second) / (second - mean^2).
        let size = (mean - second) / (second - mean * mean)
        Beta.create (mean * size) ((1.0 - mean) * size)

    /// The posterior given counts (K) of rows: share k has won N_k times and passed on the rows of all later components.
    let posterior (counts: Vec) (d: StickBreaking) : StickBreaking =
        let later = (counts.ToArray(), 0.0) ||> Array.scanBack (+)

        { Sticks =
            d.Sticks
            |> Array.mapi (fun k stick -> { Alpha = stick.Alpha + counts[k]; Beta = stick.Beta + later[k + 1] }) }

    let private sumOver (f: Beta -> Beta -> float) (q: StickBreaking) (p: StickBreaking) =
        Array.fold2 (fun sum a b -> sum + f a b) 0.0 q.Sticks p.Sticks

    /// E_q[log p].
    let expectedLogDensity (q: StickBreaking) (p: StickBreaking) = sumOver Beta.expectedLogDensity q p

    /// Entropy of the shares, in nats.
    let entropy (d: StickBreaking) = Array.sumBy Beta.entropy d.Sticks

    /// KL(q || p), in nats.
    let klDivergence (q: StickBreaking) (p: StickBreaking) = sumOver Beta.klDivergence q p
