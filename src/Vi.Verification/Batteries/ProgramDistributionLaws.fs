namespace Vi.Verification

open Vi.Math

/// A family of distributions of single numbers under test, with its formulas from elsewhere.
type ProgramDistributionSubject =
    {
        Name: string
        /// Ranges of the parameters: of positive ones the exponents' of 10, of real ones the size.
        Parameters: ParameterRange list
        /// The distribution of parameters.
        Distribution: float[] -> ProgramDistribution
        /// log density from elsewhere.
        LogDensity: float[] -> float -> float
        /// P(X <= x) from elsewhere.
        Cdf: float[] -> float -> float
    }

/// The range of a parameter.
and ParameterRange =
    | PositiveBetween of low: float * high: float
    | RealUpTo of size: float
    | WholeUpTo of most: int

namespace Vi.Verification.FSharp

open System
open FsCheck
open FsCheck.FSharp
open MathNet.Numerics
open MathNet.Numerics.Distributions
open Vi.Math
open Vi.Math.FSharp
open Vi.Verification

/// Laws of the families that programs are made of.
[<RequireQualifiedAccess>]
module ProgramDistributionLaws =

    let internal number (value: float) = Expr.number value

    let private subject name parameters distribution logDensity cdf : ProgramDistributionSubject =
        { Name = name
          Parameters = parameters
          Distribution = distribution
          LogDensity = logDensity
          Cdf = cdf }

    let private positive = PositiveBetween(0.2, 5.0)
    let private real = RealUpTo 3.0
    let private share = PositiveBetween(0.02, 0.98)
    let private logistic (x: float) = 1.0 / (1.0 + exp -x)
    let private folded (cdf: float -> float) x = if x <= 0.0 then 0.0 else 2.0 * cdf x - 1.0

    let private between a b mean sd x =
        let cdf = fun x -> MathNet.Numerics.Distributions.Normal.CDF(mean, sd, x)
        (cdf (max a (min b x)) - cdf a) / (cdf b - cdf a)

    /// P(X <= x) of a normal above a bound, by upper tails.
    let private above bound mean sd x =
        let tail = fun x -> MathNet.Numerics.Distributions.Normal.CDF(-mean, sd, -x)
        1.0 - tail x / tail bound

    /// Every family, with MathNet.Numerics' formulas.
    let subjects: ProgramDistributionSubject list =
        [ subject
              "normal"
              [ real; positive ]
              (fun p -> RealDistributions.normal (number p[0]) (number p[1]))
              (fun p x -> Normal.PDFLn(p[0], p[1], x))
              (fun p x -> Normal.CDF(p[0], p[1], x))
          subject
              "cauchy"
              [ real; positive ]
              (fun p -> RealDistributions.cauchy (number p[0]) (number p[1]))
              (fun p x -> Cauchy.PDFLn(p[0], p[1], x))
              (fun p x -> Cauchy.CDF(p[0], p[1], x))
          subject
              "student-t"
              [ PositiveBetween(1.0, 20.0); real; positive ]
              (fun p -> RealDistributions.studentT (number p[0]) (number p[1]) (number p[2]))
              (fun p x -> StudentT.PDFLn(p[1], p[2], p[0], x))
              (fun p x -> StudentT.CDF(p[1], p[2], p[0], x))
          subject
              "laplace"
              [ real; positive ]
              (fun p -> RealDistributions.laplace (number p[0]) (number p[1]))
              (fun p x -> Laplace.PDFLn(p[0], p[1], x))
              (fun p x -> Laplace.CDF(p[0], p[1], x))
          subject
              "uniform"
              []
              (fun _ -> RealDistributions.uniform -1.0 4.0)
              (fun _ x -> ContinuousUniform.PDFLn(-1.0, 4.0, x))
              (fun _ x -> ContinuousUniform.CDF(-1.0, 4.0, x))
          subject
              "normal above a bound"
              [ real; positive ]
              (fun p -> RealDistributions.normalBetween 0.5 infinity (number p[0]) (number p[1]))
              (fun p x -> Normal.PDFLn(p[0], p[1], x) - log (Normal.CDF(-p[0], p[1], -0.5)))
              (fun p x -> above 0.5 p[0] p[1] x)
          subject
              "normal below a bound"
              [ real; positive ]
              (fun p -> RealDistributions.normalBetween -infinity 0.5 (number p[0]) (number p[1]))
              (fun p x -> Normal.PDFLn(p[0], p[1], x) - log (Normal.CDF(p[0], p[1], 0.5)))
              (fun p x -> Normal.CDF(p[0], p[1], x) / Normal.CDF(p[0], p[1], 0.5))
          subject
              "normal between bounds"
              [ RealUpTo 2.0; PositiveBetween(0.5, 5.0) ]
              (fun p -> RealDistributions.normalBetween -1.0 2.0 (number p[0]) (number p[1]))
              (fun p x ->
                  Normal.PDFLn(p[0], p[1], x) - log (Normal.CDF(p[0], p[1], 2.0) - Normal.CDF(p[0], p[1], -1.0)))
              (fun p x -> between -1.0 2.0 p[0] p[1] x)
          subject
              "half-normal"
              [ positive ]
              (fun p -> PositiveDistributions.halfNormal (number p[0]))
              (fun p x -> log 2.0 + Normal.PDFLn(0.0, p[0], x))
              (fun p -> folded (fun x -> Normal.CDF(0.0, p[0], x)))
          subject
              "half-Cauchy"
              [ positive ]
              (fun p -> PositiveDistributions.halfCauchy (number p[0]))
              (fun p x -> log 2.0 + Cauchy.PDFLn(0.0, p[0], x))
              (fun p -> folded (fun x -> Cauchy.CDF(0.0, p[0], x)))
          subject
              "half-student-t"
              [ PositiveBetween(1.0, 20.0); positive ]
              (fun p -> PositiveDistributions.halfStudentT (number p[0]) (number p[1]))
              (fun p x -> log 2.0 + StudentT.PDFLn(0.0, p[1], p[0], x))
              (fun p -> folded (fun x -> StudentT.CDF(0.0, p[1], p[0], x)))
          subject
              "exponential"
              [ positive ]
              (fun p -> PositiveDistributions.exponential (number p[0]))
              (fun p x -> Exponential.PDFLn(p[0], x))
              (fun p x -> Exponential.CDF(p[0], x))
          subject
              "log-normal"
              [ real; PositiveBetween(0.2, 2.0) ]
              (fun p -> PositiveDistributions.logNormal (number p[0]) (number p[1]))
              (fun p x -> LogNormal.PDFLn(p[0], p[1], x))
              (fun p x -> LogNormal.CDF(p[0], p[1], x))
          subject
              "gamma"
              [ positive; positive ]
              (fun p -> PositiveDistributions.gamma (number p[0]) (number p[1]))
              (fun p x -> Gamma.PDFLn(p[0], p[1], x))
              (fun p x -> Gamma.CDF(p[0], p[1], x))
          subject
              "inverse-gamma"
              [ positive; positive ]
              (fun p -> PositiveDistributions.inverseGamma (number p[0]) (number p[1]))
              (fun p x -> InverseGamma.PDFLn(p[0], p[1], x))
              (fun p x -> InverseGamma.CDF(p[0], p[1], x))
          subject
              "beta"
              [ positive; positive ]
              (fun p -> PositiveDistributions.beta (number p[0]) (number p[1]))
              (fun p x -> Beta.PDFLn(p[0], p[1], x))
              (fun p x -> Beta.CDF(p[0], p[1], x))
          subject
              "beta between bounds"
              [ positive; positive ]
              (fun p -> PositiveDistributions.betaBetween -1.0 3.0 (number p[0]) (number p[1]))
              (fun p x -> BetaScaled.PDFLn(p[0], p[1], -1.0, 4.0, x))
              (fun p x -> BetaScaled.CDF(p[0], p[1], -1.0, 4.0, x))
          subject
              "bernoulli"
              [ share ]
              (fun p -> CountDistributions.bernoulli (number p[0]))
              (fun p x -> Bernoulli.PMFLn(p[0], int x))
              (fun p x -> Bernoulli.CDF(p[0], x))
          subject
              "bernoulli of log odds"
              [ real ]
              (fun p -> CountDistributions.bernoulliLogit (number p[0]))
              (fun p x -> Bernoulli.PMFLn(logistic p[0], int x))
              (fun p x -> Bernoulli.CDF(logistic p[0], x))
          subject
              "binomial"
              [ WholeUpTo 90; share ]
              (fun p -> CountDistributions.binomial (number p[0]) (number p[1]))
              (fun p x -> Binomial.PMFLn(p[1], int p[0], int x))
              (fun p x -> Binomial.CDF(p[1], int p[0], x))
          subject
              "binomial of log odds"
              [ WholeUpTo 90; real ]
              (fun p -> CountDistributions.binomialLogit (number p[0]) (number p[1]))
              (fun p x -> Binomial.PMFLn(logistic p[1], int p[0], int x))
              (fun p x -> Binomial.CDF(logistic p[1], int p[0], x))
          subject
              "poisson"
              [ PositiveBetween(0.2, 90.0) ]
              (fun p -> CountDistributions.poisson (number p[0]))
              (fun p x -> Poisson.PMFLn(p[0], int x))
              (fun p x -> Poisson.CDF(p[0], x))
          subject
              "poisson of a log mean"
              [ real ]
              (fun p -> CountDistributions.poissonLog (number p[0]))
              (fun p x -> Poisson.PMFLn(exp p[0], int x))
              (fun p x -> Poisson.CDF(exp p[0], x))
          subject
              "negative binomial"
              [ positive; positive ]
              (fun p -> CountDistributions.negativeBinomial (number p[0]) (number p[1]))
              (fun p x -> NegativeBinomial.PMFLn(p[1], p[1] / (p[0] + p[1]), int x))
              (fun p x -> NegativeBinomial.CDF(p[1], p[1] / (p[0] + p[1]), x))
          subject
              "categorical"
              [ positive; positive; positive ]
              (fun p -> CountDistributions.categorical (Expr.vector (Array.map (fun w -> w / Array.sum p) p)))
              (fun p x -> log (p[int x] / Array.sum p))
              (fun p x -> Array.sum p[.. int x] / Array.sum p)
          subject
              "categorical of logits"
              [ real; real; real ]
              (fun p -> CountDistributions.categoricalLogit (Expr.vector p))
              (fun p x -> p[int x] - log (Array.sumBy exp p))
              (fun p x -> Array.sumBy exp p[.. int x] / Array.sumBy exp p)
          subject
              "mixture of normals"
              [ share; real; real; positive ]
              (fun p ->
                  MixtureDistributions.mixture
                      (Expr.vector [ p[0]; 1.0 - p[0] ])
                      (RealDistributions.normal (Expr.vector [ p[1]; p[2] ]) (number p[3])))
              (fun p x -> log (p[0] * Normal.PDF(p[1], p[3], x) + (1.0 - p[0]) * Normal.PDF(p[2], p[3], x)))
              (fun p x -> p[0] * Normal.CDF(p[1], p[3], x) + (1.0 - p[0]) * Normal.CDF(p[2], p[3], x))
          subject
              "mixture of families"
              [ share; real; positive ]
              (fun p ->
                  MixtureDistributions.mixtureOf
                      (Expr.vector [ p[0]; 1.0 - p[0] ])
                      [ RealDistributions.normal (number p[1]) (number p[2])
                        RealDistributions.laplace (number 0.0) (number p[2]) ])
              (fun p x -> log (p[0] * Normal.PDF(p[1], p[2], x) + (1.0 - p[0]) * Laplace.PDF(0.0, p[2], x)))
              (fun p x -> p[0] * Normal.CDF(p[1], p[2], x) + (1.0 - p[0]) * Laplace.CDF(0.0, p[2], x)) ]

    let private parameterGen range =
        match range with
        | PositiveBetween(low, high) -> Scalars.logUniformGen low high
        | RealUpTo size -> Scalars.uniformGen -size size
        | WholeUpTo most -> Gen.choose (1, most) |> Gen.map float

    let private casesOf (subject: ProgramDistributionSubject) : Arbitrary<float[] * uint64> =
        Arb.fromGen (
            gen {
                let! parameters = subject.Parameters |> List.map parameterGen |> Gen.sequenceToList
                let! seed = Scalars.seedGen
                return Array.ofList parameters, seed
            }
        )

    /// Draws from a distribution with its numbers in a vector of so many entries.
    let private draws (distribution: ProgramDistribution) count seed =
        let shape = Shape.Vector count

        let numbers =
            distribution.Parameters shape
            |> List.map (fun parameter ->
                let outputs = Plan.evaluate (Plan.compile 1 [ parameter ]) (Vec.zero 1)
                outputs[0].ToArray())
            |> Array.ofList

        let struct (values, _) = distribution.Draw shape numbers (Rng.ofSeed seed)
        values

    let private evaluate (value: Expression) =
        let outputs = Plan.evaluate (Plan.compile 1 [ value ]) (Vec.zero 1)
        outputs[0]

    /// Draws next to a bound may round to it, where a density is infinite or 0.
    let private isInside support x =
        match support with
        | Domain.Positive -> x > 0.0
        | Domain.Above lower -> x > lower
        | Domain.Below upper -> x < upper
        | Domain.Between(lower, upper) -> lower < x && x < upper
        | _ -> true

    /// On drawn values: all at once, and entry by entry.
    let private formula subject =
        Law.make
            { Name = $"{subject.Name} in programs: log density"
              Statement =
                $"{subject.Name}: the log density of drawn values is the sum of log densities by another formula."
              Formula = @"\log p(x)"
              Source = "MathNet.Numerics' formulas; definition"
              Covers = [ "programs"; subject.Name ]
              Cases = 30
              Generator = (casesOf subject)
              Holds =
                fun (p, seed) ->
                    let distribution = subject.Distribution p
                    let values = draws distribution 6 seed |> Array.filter (isInside distribution.Support)
                    let expected = values |> Array.map (subject.LogDensity p)
                    let data = Expr.vector values
                    let total = (evaluate (distribution.LogDensity data))[0]
                    let size = 1.0 + Array.sumBy abs expected

                    [ Compare.close "sum" (Array.sum expected) total (1e-10 * size)
                      match distribution.Entrywise with
                      | ValueSome entries ->
                          let actual = evaluate (Expr.fill data.Shape (entries data))

                          for i in 0 .. values.Length - 1 do
                              Compare.close $"entry at {values[i]}" expected[i] actual[i] (1e-10 * size)
                      | ValueNone -> Compare.holds "has entries" false ] }

    /// As a parameter on the real line, with the Jacobian.
    let private normalised (subject: ProgramDistributionSubject) =
        Law.make
            { Name = $"{subject.Name} in programs: integrates to 1"
              Statement =
                $"{subject.Name}: as a parameter, on the real line, the density integrates to 1; of counts, probabilities sum to 1."
              Formula = @"\int p(x(y))\left|\frac{dx}{dy}\right|dy=1"
              Source = "MathNet.Numerics' formulas; definition"
              Covers = [ "programs"; subject.Name ]
              Cases = 10
              Generator = (casesOf subject)
              Holds =
                fun (p, seed) ->
                    let distribution = subject.Distribution p

                    match distribution.Support with
                    | Domain.Whole(least, most) ->
                        let last = if most = infinity then 2000.0 else most
                        let counts = [| least..last |]
                        let entries = distribution.Entrywise.Value(Expr.vector counts)
                        let logs = evaluate (Expr.fill (Shape.Vector counts.Length) entries)
                        [ Compare.close "sum of probabilities" 1.0 (Vec.sumBy exp logs) 1e-10 ]
                    | _ ->
                        let program = Program.draw "x" distribution |> Program.trace
                        let evaluator = (ProgramDensity.whole program).Evaluator()
                        // Around draws, but for those that round to a bound; parameters are places where a density may have an edge.
                        let centres =
                            draws distribution 20 seed
                            |> Array.collect (fun x ->
                                Bijectors.unconstrainNumbers distribution.Support Shape.Scalar [| x |])
                            |> Array.filter Double.IsFinite

                        let breakpoints =
                            Array.concat [ centres; p; [| 0.0; -5.0; 5.0 |] ] |> Array.distinct |> Array.sort

                        let total =
                            Quadrature.realLine 1e-10 breakpoints (fun y -> exp (evaluator.Value(ReadOnlySpan [| y |])))

                        [ Compare.close "integral" 1.0 total.Value 1e-7 ] }

    let private sampling subject =
        let count = 2000

        Law.make
            { Name = $"{subject.Name} in programs: draws"
              Statement =
                $"{subject.Name}: draws follow the distribution function by another formula (Kolmogorov and Smirnov)."
              Formula = @"\sup_x|F_n(x)-F(x)|"
              Source = "MathNet.Numerics' formulas; definition"
              Covers = [ "programs"; subject.Name ]
              Cases = 4
              Generator = (casesOf subject)
              Holds =
                fun (p, seed) ->
                    let distribution = subject.Distribution p
                    let values = draws distribution count seed |> Array.sort

                    let discrete =
                        match distribution.Support with
                        | Domain.Whole _ -> true
                        | _ -> false

                    let distance =
                        seq { 0 .. count - 1 }
                        |> Seq.map (fun i ->
                            let cdf = subject.Cdf p values[i]

                            if discrete then
                                // Where the next value is larger, all draws up to this one are counted.
                                if i = count - 1 || values[i + 1] > values[i] then
                                    abs (float (i + 1) / float count - cdf)
                                else
                                    0.0
                            else
                                max (abs (float (i + 1) / float count - cdf)) (abs (float i / float count - cdf)))
                        |> Seq.max

                    [ Compare.error "Kolmogorov-Smirnov distance" distance (Tolerances.kolmogorovSmirnov count) ] }

    /// The laws on a family.
    let battery (subject: ProgramDistributionSubject) = [ formula subject; normalised subject; sampling subject ]

    let all = subjects |> List.collect battery
