namespace Vi.Verification.FSharp

open System
open FsCheck.FSharp
open Vi.Math
open Vi.Math.FSharp
open Vi.Verification

/// Marginal distributions and predictions as they should not be.
[<RequireQualifiedAccess>]
module WrongMarginals =

    /// The root of the gamma multiplied instead of divided by.
    let private lightTails (d: MvStudentT) rng : struct (Vec * Rng) =
        let half = 0.5 * d.DegreesOfFreedom
        let struct (z, rng) = Rng.array d.Location.Length Rng.normal rng
        let struct (logTau, rng) = Rng.logGamma half rng
        let away = Chol.multiplyLower d.ScaleMatrix (Vec.ofArray z)
        struct (Vec.addScaled (exp (0.5 * (logTau - log half))) away d.Location, rng)

    let all: Specimen list =
        [ Specimen.make
              "variance of the mean with shape + 1"
              "a sign slip in b / (k (a - 1))"
              "The mean's variance is too small, and finite where there is none."
              "normal-gamma: variances are integrals over the precision"
              [ MarginalLaws.variances (fun d ->
                    let struct (_, ofPrecision) = NormalGamma.variance d
                    struct (d.Rate / (d.PrecisionScale * (d.Shape + 1.0)), ofPrecision)) ]
          Specimen.make
              "variance of a gamma without its square"
              "a common slip: a / b for a / b^2"
              "The precision's variance is taken for its mean."
              "normal-gamma: variances are integrals over the precision"
              [ MarginalLaws.variances (fun d ->
                    let struct (ofMean, _) = NormalGamma.variance d
                    struct (ofMean, d.Shape / d.Rate)) ]
          Specimen.make
              "a t that multiplies by the root of its gamma"
              "a sign slip in the exponent of the mixing variable"
              "Draws have tails lighter than the normal's."
              "mv-student-t: draws have the marginals' distributions, and a sum's"
              [ MarginalLaws.projections lightTails ]
          Specimen.make
              "a prediction without the noise"
              "a common slip: the posterior of the mean taken for the distribution of the next observation"
              "The next observation scatters about the mean, which is left out."
              "gaussian-mean: the density of the next observation is a ratio of evidences"
              [ MarginalLaws.predictive (fun _ q -> q) ] ]
