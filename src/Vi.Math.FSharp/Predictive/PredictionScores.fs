namespace Vi.Math

/// A predicted number with its standard deviation and central 90 % interval, and the number that came.
type Prediction =
    { Mean: float
      Sd: float
      Low: float
      High: float
      Actual: float }

    /// Whether the number lies in its interval.
    member this.IsInside = this.Low <= this.Actual && this.Actual <= this.High

namespace Vi.Math.FSharp

open Vi.Math

/// How good predicted numbers are.
[<RequireQualifiedAccess>]
module PredictionScores =

    /// The prediction that a distribution makes of a number.
    let ofDistribution (distribution: NormalScaleMixture) (actual: float) : Prediction =
        let struct (low, high) = NormalScaleMixture.interval90 distribution

        { Mean = distribution.Mean
          Sd = sqrt (NormalScaleMixture.variance distribution)
          Low = low
          High = high
          Actual = actual }

    let private squaredError (p: Prediction) = (p.Actual - p.Mean) * (p.Actual - p.Mean)

    /// Root mean square error of the means.
    let rootMeanSquareError (predictions: Prediction[]) : float = sqrt (Array.averageBy squaredError predictions)

    /// 1 - sum (y - mean)^2 / sum (y - average y)^2.
    let determination (predictions: Prediction[]) : float =
        let average = predictions |> Array.averageBy (fun p -> p.Actual)
        let scatter = predictions |> Array.sumBy (fun p -> (p.Actual - average) * (p.Actual - average))
        1.0 - Array.sumBy squaredError predictions / scatter

    /// Share of the numbers that lie in their 90 % interval.
    let coverage (predictions: Prediction[]) : float =
        predictions |> Array.averageBy (fun p -> if p.IsInside then 1.0 else 0.0)
