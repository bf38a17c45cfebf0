namespace Vi.Verification.FSharp

open Vi.Math.FSharp

/// Exact inference about a share from a count among n independent ones.
[<RequireQualifiedAccess>]
module Proportions =

    /// The interval of a share that a count of n gives at a confidence (Clopper and Pearson 1934); all shares where n is 0.
    let interval (confidence: float) (count: int) (n: int) : struct (float * float) =
        let tail = 0.5 * (1.0 - confidence)
        let k, rest = float count, float (n - count)

        struct ((if count = 0 then 0.0 else Beta.quantile (Beta.create k (rest + 1.0)) tail),
                (if count = n then
                     1.0
                 else
                     Beta.quantile (Beta.create (k + 1.0) rest) (1.0 - tail)))

    /// P(X >= count) for X ~ Binomial(n, share).
    let atLeast (count: int) (n: int) (share: float) : float =
        if count <= 0 then 1.0
        elif count > n then 0.0
        else Beta.cdf (Beta.create (float count) (float (n - count + 1))) share

    /// P(X <= count) for X ~ Binomial(n, share).
    let atMost (count: int) (n: int) (share: float) : float = 1.0 - atLeast (count + 1) n share
