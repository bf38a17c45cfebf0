namespace Vi.Math.FSharp

open Vi.Math

/// What Beta and Dirichlet share.
module internal Concentration =

    /// Entropy of Dirichlet(alpha), log B(alpha) + (alpha_0 - K) digamma(alpha_0) - sum (alpha_k - 1) digamma(alpha_k), with
    /// Stirling's leading terms cancelled on paper.
    let entropy (concentration: Vec) =
        let sum = Vec.sum concentration
        let count = float concentration.Length

        let entry a =
            0.5 * (log a + Special.logTwoPi + 1.0) - 0.5 / a + Special.stirlingRemainder a
            - (a - 1.0) * Special.stirlingRemainderDerivative a

        Vec.sumBy entry concentration + (0.5 - count) * log sum - 0.5 * (Special.logTwoPi + 1.0)
        + 0.5 * count / sum
        - Special.stirlingRemainder sum
        + (sum - count) * Special.stirlingRemainderDerivative sum
