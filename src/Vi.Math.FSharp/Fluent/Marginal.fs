namespace Vi.Math.Fluent

open System
open Vi.Math
open Vi.Math.FSharp

/// The distribution of one number: its mean, its standard deviation (infinite where it has none), its quantile at a probability, its density at
/// a value, and where a figure of the density begins and ends.
[<Sealed>]
type Marginal
    (
        mean: float,
        sd: float,
        quantile: Func<float, float>,
        density: Func<float, float>,
        range: Func<struct (float * float)>
    ) =

    // Figures ask for these at every row of a series, and a quantile of a heavy tail takes a search.
    let q05 = lazy (quantile.Invoke 0.05)
    let q50 = lazy (quantile.Invoke 0.5)
    let q95 = lazy (quantile.Invoke 0.95)

    /// A distribution whose figure leaves out 1e-5 of the probability at either end.
    new(mean: float, sd: float, quantile: Func<float, float>, density: Func<float, float>) =
        Marginal(mean, sd, quantile, density, fun () -> struct (quantile.Invoke 1e-5, quantile.Invoke(1.0 - 1e-5)))

    /// The mean.
    member _.Mean = mean

    /// The standard deviation; infinite where there is none.
    member _.Sd = sd

    /// The quantile at a probability.
    member _.Quantile(probability: float) = quantile.Invoke probability

    /// The density at a value.
    member _.Density(x: float) = density.Invoke x

    /// The 5 % quantile.
    member _.Q05 = q05.Value

    /// The median.
    member _.Q50 = q50.Value

    /// The 95 % quantile.
    member _.Q95 = q95.Value

    /// Where a figure of the density begins and ends.
    member _.Range: struct (float * float) = range.Invoke()

    /// A normal distribution.
    static member Of(d: Normal) =
        Marginal(d.Mean, Distribution.Sd d, Normal.quantile d, (fun x -> Distribution.Density(d, x)))

    /// A gamma distribution.
    static member Of(d: Gamma) =
        Marginal(Gamma.mean d, Distribution.Sd d, Gamma.quantile d, (fun x -> Distribution.Density(d, x)))

    /// An inverse gamma distribution.
    static member Of(d: InverseGamma) =
        Marginal(InverseGamma.mean d, Distribution.Sd d, InverseGamma.quantile d, (fun x -> Distribution.Density(d, x)))

    /// A beta distribution; certainly 1 where its second parameter is 0, as of the weight of a single component.
    static member Of(d: Beta) =
        Marginal(
            Beta.mean d,
            Distribution.Sd d,
            (fun p -> Distribution.Quantile(d, p)),
            (fun x -> Distribution.Density(d, x))
        )

    /// A Student-t distribution.
    static member Of(d: StudentT) =
        Marginal(d.Location, Distribution.Sd d, StudentT.quantile d, (fun x -> Distribution.Density(d, x)))

    /// A mixture of Student-t distributions.
    static member Of(d: StudentTMixture) =
        Marginal(
            StudentTMixture.mean d,
            sqrt (StudentTMixture.variance d),
            StudentTMixture.quantile d,
            StudentTMixture.density d
        )

    /// A prediction whose noise is uncertain.
    static member Of(d: NormalScaleMixture) =
        Marginal(d.Mean, Distribution.Sd d, NormalScaleMixture.quantile d, (fun x -> Distribution.Density(d, x)))

    /// A standard deviation whose square has an inverse gamma distribution.
    static member OfSquareRoot(square: InverseGamma) =
        let mean = Distribution.MeanOfSquareRoot square
        let meanOfSquare = InverseGamma.mean square

        Marginal(
            mean,
            (if Double.IsFinite meanOfSquare then
                 sqrt (max 0.0 (meanOfSquare - mean * mean))
             else
                 infinity),
            (fun p -> sqrt (InverseGamma.quantile square p)),
            (fun x -> 2.0 * x * Distribution.Density(square, x * x))
        )

    /// The standard deviation tau^(-1/2) of noise whose precision tau has a gamma distribution.
    static member OfSpread(precision: Gamma) = Marginal.OfSquareRoot(Distribution.Reciprocal precision)
