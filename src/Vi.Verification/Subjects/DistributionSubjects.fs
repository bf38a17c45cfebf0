namespace Vi.Verification

open Vi.Math

/// An exponential family under test, with its generators. The functions under test are those of the contract record.
type DistributionSubject<'distribution, 'point> =
    {
        /// Prefix of the laws' names, e.g. normal.
        Name: string
        /// The contract at a distribution's dimension.
        Family: 'distribution -> ExponentialFamily<'distribution, 'point>
        /// Generator over the whole range of parameters.
        Wide: FamilyGenerator<'distribution>
        /// Generator of parameters with light tails.
        Moderate: FamilyGenerator<'distribution>
        /// Generator of distributions whose draws are points at which a density can be evaluated to full accuracy.
        Points: FamilyGenerator<'distribution>
        /// Condition of the distribution's matrix, 1 where there is none: how much factorisations magnify rounding.
        Condition: 'distribution -> float
        /// Sizes of the terms that A(eta) is summed from, what is lost on the way from eta to the parameters included: the contract's
        /// derivation cannot be better than a few ulps of these.
        TermSizes: 'distribution -> float
    }

namespace Vi.Verification.FSharp

open Vi.Math
open Vi.Math.FSharp
open Vi.Verification

/// The families of the project as subjects of the distribution battery.
[<RequireQualifiedAccess>]
module DistributionSubjects =

    let private condition (chol: Chol) = Matrices.condition (Chol.toMat chol)

    let private gammaTerms (d: Gamma) = abs (Special.logGamma d.Shape) + d.Shape * (1.0 + abs (log d.Rate))

    let private betaTerms (concentration: Vec) =
        Vec.sumBy (fun a -> abs (Special.logGamma a)) concentration
        + abs (Special.logGamma (Vec.sum concentration))

    let private wishartTerms (d: Wishart) =
        let n = Wishart.dimension d
        let half = 0.5 * d.DegreesOfFreedom

        abs (Special.multivariateLogGamma n half) + half * (float n + abs d.InverseScale.LogDeterminant)

    let normal: DistributionSubject<Normal, float> =
        { Name = "normal"
          Family = fun _ -> Normal.family
          Wide = Families.normal Wide
          Moderate = Families.normal Moderate
          Points = Families.normal Wide
          Condition = fun _ -> 1.0
          TermSizes = fun d -> d.Mean * d.Mean / d.Variance + abs (log d.Variance) }

    let gamma: DistributionSubject<Gamma, float> =
        { Name = "gamma"
          Family = fun _ -> Gamma.family
          Wide = Families.gamma Wide
          Moderate = Families.gamma Moderate
          Points = Families.gamma Wide
          Condition = fun _ -> 1.0
          TermSizes = gammaTerms }

    let beta: DistributionSubject<Beta, float> =
        { Name = "beta"
          Family = fun _ -> Beta.family
          Wide = Families.beta Wide
          Moderate = Families.beta Moderate
          Points = Families.beta Wide
          Condition = fun _ -> 1.0
          TermSizes = fun d -> betaTerms (Vec.ofArray [| d.Alpha; d.Beta |]) }

    let mvNormal: DistributionSubject<MvNormal, Vec> =
        { Name = "mv-normal"
          Family = fun d -> MvNormal.family (MvNormal.dimension d)
          Wide = Families.mvNormal Wide
          Moderate = Families.mvNormal Moderate
          Points = Families.mvNormal Moderate
          Condition = fun d -> condition d.Precision
          TermSizes =
            fun d ->
                (let whitened = Chol.multiplyLower d.Precision d.Mean in Vec.dot whitened whitened)
                + abs d.Precision.LogDeterminant }

    let dirichlet: DistributionSubject<Dirichlet, Vec> =
        { Name = "dirichlet"
          Family = fun d -> Dirichlet.family d.Concentration.Length
          Wide = Families.dirichlet Wide
          Moderate = Families.dirichlet Moderate
          Points = Families.dirichlet Wide
          Condition = fun _ -> 1.0
          TermSizes = fun d -> betaTerms d.Concentration }

    let wishart: DistributionSubject<Wishart, Chol> =
        { Name = "wishart"
          Family = fun d -> Wishart.family (Wishart.dimension d)
          Wide = Families.wishart Wide
          Moderate = Families.wishart Moderate
          Points = Families.wishart Moderate
          Condition = fun d -> condition d.InverseScale
          TermSizes = wishartTerms }

    let normalGamma: DistributionSubject<NormalGamma, struct (float * float)> =
        { Name = "normal-gamma"
          Family = fun _ -> NormalGamma.family
          Wide = Families.normalGamma Wide
          Moderate = Families.normalGamma Moderate
          Points = Families.normalGamma Moderate
          Condition = fun _ -> 1.0
          TermSizes =
            fun d ->
                gammaTerms (NormalGamma.precision d)
                + abs (log d.PrecisionScale)
                + d.Shape * d.PrecisionScale * d.Mean * d.Mean / d.Rate }

    let normalWishart: DistributionSubject<NormalWishart, struct (Vec * Chol)> =
        { Name = "normal-wishart"
          Family = fun d -> NormalWishart.family (NormalWishart.dimension d)
          Wide = Families.normalWishart Wide
          Moderate = Families.normalWishart Moderate
          Points = Families.normalWishart Moderate
          Condition = fun d -> condition d.Precision.InverseScale
          TermSizes =
            fun d ->
                wishartTerms d.Precision
                + abs (log d.PrecisionScale)
                + d.Precision.DegreesOfFreedom
                  * d.PrecisionScale
                  * Chol.inverseQuadratic d.Precision.InverseScale d.Mean }

    let tiedNormalWishart: DistributionSubject<TiedNormalWishart, struct (Vec[] * Chol)> =
        { Name = "tied-normal-wishart"
          Family = fun d -> TiedNormalWishart.family (TiedNormalWishart.components d) (TiedNormalWishart.dimension d)
          Wide = Families.tiedNormalWishart Wide
          Moderate = Families.tiedNormalWishart Moderate
          Points = Families.tiedNormalWishart Moderate
          Condition = fun d -> condition d.Precision.InverseScale
          TermSizes =
            fun d ->
                wishartTerms d.Precision
                + Vec.sumBy (fun beta -> abs (log beta)) d.PrecisionScales
                + Seq.sumBy
                    (fun k ->
                        d.Precision.DegreesOfFreedom
                        * d.PrecisionScales[k]
                        * Chol.inverseQuadratic d.Precision.InverseScale d.Means[k])
                    (seq { 0 .. d.Means.Length - 1 }) }

    let inverseGamma: DistributionSubject<InverseGamma, float> =
        { Name = "inverse-gamma"
          Family = fun _ -> InverseGamma.family
          Wide = Families.inverseGamma Wide
          Moderate = Families.inverseGamma Moderate
          Points = Families.inverseGamma Moderate
          Condition = fun _ -> 1.0
          TermSizes = fun d -> gammaTerms (InverseGamma.reciprocal d) }

    let categorical: DistributionSubject<Categorical, int> =
        { Name = "categorical"
          Family = fun d -> Categorical.family d.LogProbabilities.Length
          Wide = Families.categorical Wide
          Moderate = Families.categorical Moderate
          Points = Families.categorical Wide
          Condition = fun _ -> 1.0
          TermSizes = fun d -> Vec.maxAbs d.LogProbabilities }
