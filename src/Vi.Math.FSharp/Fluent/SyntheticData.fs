namespace Vi.Math.Fluent

open System.Collections.Generic
open Vi.Math.FSharp

/// Data drawn from models whose parameters are known. Rows are drawn one after the other; the same stream gives the same data.
[<AbstractClass; Sealed>]
type SyntheticData private () =

    static let rows (numbers: IReadOnlyList<IReadOnlyList<float>>) = numbers |> Seq.map Seq.toArray |> Seq.toArray

    static let unzip (drawn: struct ('a * 'b)[]) =
        struct (Array.map (fun struct (a, _) -> a) drawn, Array.map (fun struct (_, b) -> b) drawn)

    /// N draws from N(mean, sd^2).
    static member Normal(count: int, mean: float, sd: float, random: RandomStream) : float[] =
        random.Draw(Rng.array count (SyntheticData.normal mean sd))

    /// N rows of D standard normal predictors x and, last, a target from N(weights . x, noiseSd^2).
    static member LinearRegression
        (count: int, weights: IReadOnlyList<float>, noiseSd: float, random: RandomStream)
        : float[][] =
        random.Draw(
            SyntheticData.regression (Seq.toArray weights) 0.0 (fun mean -> SyntheticData.normal mean noiseSd) count
        )

    /// N rows of D standard normal predictors x and, last, a target that is 1 with log odds intercept + weights . x, otherwise 0.
    static member LogisticRegression
        (count: int, weights: IReadOnlyList<float>, intercept: float, random: RandomStream)
        : float[][] =
        random.Draw(SyntheticData.regression (Seq.toArray weights) intercept SyntheticData.bernoulli count)

    /// The lower factor of a covariance matrix (D x D); null where it is not symmetric and positive definite.
    static member LowerFactor(covariance: IReadOnlyList<IReadOnlyList<float>>) : float[][] | null =
        match SyntheticData.tryFactor (rows covariance) with
        | ValueSome factor -> factor
        | ValueNone -> null

    /// Shuffled rows of a normal mixture, so many of each component, given its mean (D) and the lower factor of its covariance (D x D); and the
    /// component of each row, from 0.
    static member Mixture
        (
            counts: IReadOnlyList<int>,
            means: IReadOnlyList<IReadOnlyList<float>>,
            lowerFactors: IEnumerable<float[][]>,
            random: RandomStream
        ) : struct (float[][] * int[]) =
        random.Draw(SyntheticData.mixture (Seq.toArray counts) (rows means) (Seq.toArray lowerFactors))
        |> unzip

    /// N numbers whose mean and standard deviation follow a Markov chain that begins in its first state; and the states, from 0.
    static member Regimes
        (
            count: int,
            transitions: IReadOnlyList<IReadOnlyList<float>>,
            means: IReadOnlyList<float>,
            sds: IReadOnlyList<float>,
            random: RandomStream
        ) : struct (float[] * int[]) =
        random.Draw(SyntheticData.regimes (rows transitions) (Seq.toArray means) (Seq.toArray sds) count)
        |> unzip

    /// N returns whose log variance is a stationary first-order autoregression about mu; and the log variances.
    static member Volatility
        (count: int, mean: float, mu: float, phi: float, sigma: float, random: RandomStream)
        : struct (float[] * float[]) =
        random.Draw(SyntheticData.volatility mean mu phi sigma count) |> unzip

    /// N rows of a factor model with loadings (D x K) and idiosyncratic variances psi (D); and the factors of each row (K).
    static member Factors
        (count: int, loadings: IReadOnlyList<IReadOnlyList<float>>, psi: IReadOnlyList<float>, random: RandomStream)
        : struct (float[][] * float[][]) =
        random.Draw(SyntheticData.factors (rows loadings) (Seq.toArray psi) count) |> unzip
