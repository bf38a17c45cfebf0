namespace Vi.Math.FSharp

/// About how long a Gibbs sweep over N rows takes on one thread, in seconds, by its sizes alone. A check that counted on a clock would make fewer sweeps on
/// a busy machine and might come to another verdict; by these it makes the same ones everywhere. The nanoseconds are rounded from sweeps of 500 to
/// 10,000 rows on a core with AVX2, which they meet within a factor of two (decision 88).
[<RequireQualifiedAccess>]
module SweepCosts =

    let private seconds (nanoseconds: float) = 1e-9 * nanoseconds

    let private power exponent (count: int) = float count ** exponent

    /// Of K normal distributions of D columns, drawn: a part for each and one for its matrix.
    let private draws (columns: int) (components: int) (ofMatrix: float) =
        float components * (8000.0 + 2200.0 * float columns + ofMatrix)

    let private ofMatrix columns = 180.0 * power 2.0 columns + 2.0 * power 3.0 columns

    /// A mean, or a mean and a precision.
    let normal (_: int64) = seconds 2000.0

    /// A mixture of K components of D columns.
    let mixture (columns: int) (components: int) (rows: int64) =
        let ofRow = 12.0 + 0.5 * float columns + power 2.0 columns / 8.0

        float rows * (50.0 + float components * ofRow) + draws columns components (ofMatrix columns)
        |> seconds

    /// The same of independent columns.
    let diagonalMixture (columns: int) (components: int) (rows: int64) =
        float rows * (50.0 + float components * (12.0 + 0.5 * float columns)) + draws columns components 0.0
        |> seconds

    /// A hidden Markov chain of S states of D columns.
    let regimes (columns: int) (states: int) (rows: int64) =
        let ofRow = 25.0 + float states + 0.5 * float columns + power 2.0 columns / 8.0

        float rows * (50.0 + float states * ofRow) + draws columns states (ofMatrix columns) |> seconds

    /// A linear regression of D weights, whose rows are read once.
    let linearRegression (columns: int) (_: int64) = seconds (9000.0 + 15.0 * power 3.0 columns)

    /// A logistic regression of D weights, with a Polya-Gamma draw a row.
    let logisticRegression (columns: int) (rows: int64) =
        float rows * (400.0 + 0.4 * power 2.0 columns) + 10000.0 + 15.0 * power 3.0 columns |> seconds

    let private loadings (columns: int) (factors: int) =
        float columns * (2000.0 + 4700.0 * float factors + 20.0 * power 3.0 factors)

    /// K factors of D columns whose rows, all complete, are reduced once.
    let reducedFactors (columns: int) (factors: int) (_: int64) = seconds (loadings columns factors)

    /// The same with factors drawn row by row.
    let factors (columns: int) (factors: int) (rows: int64) =
        let ofEntry = 10.0 + 30.0 * float factors + power 2.0 factors

        float rows * float columns * ofEntry + loadings columns factors |> seconds
