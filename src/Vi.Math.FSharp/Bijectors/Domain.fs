namespace Vi.Math

/// The set in which a random quantity lies.
[<RequireQualifiedAccess>]
type Domain =
    /// Every number.
    | Real
    /// Numbers above 0.
    | Positive
    /// Numbers above a bound.
    | Above of lower: float
    /// Numbers below a bound.
    | Below of upper: float
    /// Numbers between two bounds.
    | Between of lower: float * upper: float
    /// Non-negative numbers with sum 1; of a matrix, each row.
    | Simplex
    /// A vector with ascending entries.
    | Ordered
    /// A vector with ascending positive entries.
    | PositiveOrdered
    /// Lower Cholesky factor of a correlation matrix: rows of length 1, positive diagonal.
    | CorrelationCholesky
    /// Lower Cholesky factor of a covariance matrix: positive diagonal.
    | CovarianceCholesky
    /// Whole numbers from the least to the most, which may be infinite.
    | Whole of least: float * most: float

    /// The set in words.
    override this.ToString() =
        match this with
        | Real -> "the real numbers"
        | Positive -> "the positive numbers"
        | Above lower -> $"the numbers above {lower}"
        | Below upper -> $"the numbers below {upper}"
        | Between(lower, upper) -> $"the numbers between {lower} and {upper}"
        | Simplex -> "the simplex: non-negative numbers with sum 1"
        | Ordered -> "the vectors with ascending entries"
        | PositiveOrdered -> "the vectors with ascending positive entries"
        | CorrelationCholesky -> "the lower Cholesky factors of correlation matrices"
        | CovarianceCholesky -> "the lower Cholesky factors of covariance matrices"
        | Whole(least, most) when most = infinity -> $"the whole numbers from {least} on"
        | Whole(least, most) -> $"the whole numbers from {least} to {most}"
