namespace Vi.Properties

open FsCheck
open FsCheck.FSharp
open FsCheck.Xunit
open Vi.Math
open Vi.Math.FSharp
open Vi.Verification
open Vi.Verification.FSharp

/// What variational inference promises of a conjugate model, in three statements. Each is written once here, for any model, and then claimed
/// below as a property of every model and form of the project.
///
/// A subject is a model with what is known about it: how to generate cases (a prior with data), and, where it can be had by other means, the
/// exact log evidence log p(x) and the Kullback-Leibler divergence of an approximation q from the exact posterior.
module Statement =

    /// Holds where every comparison does; otherwise names the worst.
    let private all (comparisons: Comparison list) =
        let worst = comparisons |> List.maxBy (fun comparison -> comparison.Slack)

        worst.Holds |> Prop.label $"{worst.Quantity}: off by {worst.Error:g6}, allowed {worst.Allowed:g6}"

    /// 1. The evidence lower bound (ELBO) never falls. From any start, setting one factor of q to its optimum given the others raises the ELBO
    /// or leaves it: each global factor in turn, then the local factors of the rows.
    let elboNeverFalls (subject: ConjugateSubject<'case, 'statistics, 'globals>) (case: 'case) =
        let model = subject.Model case
        let optimalLocals q = Cavi.statistics (ConjugateSubject.tableOf subject case) model q
        let mutable q = ConjugateSubject.start subject case
        let mutable locals = optimalLocals q
        let mutable elbo = model.Elbo locals q

        let compare factor =
            let before = elbo
            elbo <- model.Elbo locals q
            let size = max before.Magnitude elbo.Magnitude
            Compare.atMost $"fall of the ELBO by {factor}" before.Value elbo.Value (Tolerances.bound size)

        all
            [ for _ in 1..3 do
                  for update in model.Updates do
                      q <- update.Update locals q
                      compare update.Factor

                  locals <- optimalLocals q
                  compare "the local factors" ]

    /// 2. Log evidence - ELBO = KL(q || posterior), at any q: at a random start and after one and three sweeps. A divergence is never negative,
    /// so that the ELBO is a lower bound.
    let evidenceIsElboPlusDivergence (subject: ConjugateSubject<'case, 'statistics, 'globals>) (case: 'case) =
        let logEvidence = subject.Evidence.Value case
        let start = ConjugateSubject.start subject case

        all
            [ for sweeps in [ 0; 1; 3 ] do
                  let q = ConjugateSubject.sweeps subject case sweeps start
                  let elbo = ConjugateSubject.bound subject case q
                  let divergence = subject.Gap.Value case q
                  let allowed = Tolerances.evidence (elbo.Magnitude + abs divergence)
                  Compare.atMost $"0 against KL after {sweeps} sweeps" 0.0 divergence allowed
                  Compare.close $"ELBO + KL after {sweeps} sweeps" logEvidence (elbo.Value + divergence) allowed ]

    /// 2. Where the exact evidence is known but not the divergence, the ELBO stays below the evidence at any q.
    let elboStaysBelowEvidence (subject: ConjugateSubject<'case, 'statistics, 'globals>) (case: 'case) =
        let logEvidence = subject.Evidence.Value case
        let start = ConjugateSubject.start subject case

        all
            [ for sweeps in [ 0; 1; 5; 50 ] do
                  let elbo = ConjugateSubject.bound subject case (ConjugateSubject.sweeps subject case sweeps start)

                  Compare.atMost
                      $"ELBO after {sweeps} sweeps"
                      elbo.Value
                      logEvidence
                      (Tolerances.evidence elbo.Magnitude) ]

    /// 3. The conjugate posterior is recovered. Where the posterior has the form of q, one sweep finds it: the divergence from it is 0, and the
    /// ELBO is the log evidence.
    let posteriorIsRecovered (subject: ConjugateSubject<'case, 'statistics, 'globals>) (case: 'case) =
        let q = ConjugateSubject.sweeps subject case 1 (ConjugateSubject.start subject case)
        let elbo = ConjugateSubject.bound subject case q
        let allowed = Tolerances.evidence elbo.Magnitude

        all
            [ Compare.close "KL from the exact posterior" 0.0 (subject.Gap.Value case q) allowed
              Compare.close "ELBO" (subject.Evidence.Value case) elbo.Value allowed ]

    /// 3. With no data the posterior equals the prior, and the evidence of nothing is 1.
    let noDataGivesThePrior (subject: ConjugateSubject<'case, 'statistics, 'globals>) (case: 'case) =
        let model = subject.Model case
        let q = ConjugateSubject.sweeps subject case 3 model.Prior
        let elbo = ConjugateSubject.bound subject case q

        all
            [ Compare.close "KL from the prior" 0.0 (model.Divergence q model.Prior) (Tolerances.rounding 1000 1.0)
              Compare.close "ELBO" 0.0 elbo.Value (Tolerances.bound (100.0 * elbo.Magnitude)) ]

    /// 3. The posterior of a mean and a precision is a normal-gamma distribution, which independent factors cannot be; at their optimum they have
    /// the means of the exact posterior all the same.
    let meansAreRecovered (case: GaussianMeanPrecisionCase) =
        let subject = Models.gaussianMeanPrecision
        let q = ConjugateSubject.sweeps subject case 300 (subject.Model case).Prior

        let exact =
            GaussianMeanPrecision.posterior case.Prior (Moments.ofRows (ConjugateSubject.tableOf subject case))

        let exactPrecision = exact.Shape / exact.Rate
        let allowed = Tolerances.evidence

        all
            [ Compare.close "mean of mu" exact.Mean q.Mean.Mean (allowed exact.Mean)
              Compare.close "mean of tau" exactPrecision (Gamma.mean q.Precision) (allowed exactPrecision) ]

    /// 3. A weight and its precision are not independent under an ARD prior, so that q cannot equal it; with no data the factors of the noise and
    /// of the intercept equal theirs.
    let noDataGivesTheArdPrior (case: RegressionCase) =
        let subject = Models.relevanceDetermination
        let q = ConjugateSubject.sweeps subject case 3 (subject.Model case).Prior
        let ofNoise = Gamma.klDivergence q.NoisePrecision case.Prior.NoisePrecision

        let ofIntercept =
            match q.Intercept, case.Prior.Intercept with
            | ValueSome posterior, ValueSome prior -> Normal.klDivergence posterior prior
            | _ -> 0.0

        all
            [ Compare.close "KL of q(tau) from the prior" 0.0 ofNoise (Tolerances.rounding 1000 1.0)
              Compare.close "KL of q(b) from the prior" 0.0 ofIntercept (Tolerances.rounding 1000 1.0) ]

/// Mixtures of a kind of components with a kind of weights; the enumerated one knows its exact evidence and posterior on tiny data.
module Mixtures =

    let full = MixtureKinds.full
    let tied = MixtureKinds.tied
    let diagonal = MixtureKinds.diagonal
    let dirichlet = MixtureKinds.dirichlet
    let stickBreaking = MixtureKinds.stickBreaking
    let mixture components weights = MixtureKinds.subject MixtureKinds.cases weights components
    let enumeratedMixture components weights = MixtureKinds.enumerated weights components


/// Statement 1 for every model and form.
[<Headlines>]
module ``The ELBO never falls`` =

    open Mixtures
    open Statement

    [<Property>]
    let ``gaussian-mean`` case = elboNeverFalls Models.gaussianMean case

    [<Property>]
    let ``gaussian-mean-precision`` case = elboNeverFalls Models.gaussianMeanPrecision case

    [<Property>]
    let ``linear-regression`` case = elboNeverFalls Models.linearRegression case

    [<Property>]
    let ``linear-regression, ARD prior`` (WithArd case) = elboNeverFalls Models.relevanceDetermination case

    [<Property>]
    let ``gaussian-mixture, full covariance, Dirichlet weights`` case = elboNeverFalls (mixture full dirichlet) case

    [<Property>]
    let ``gaussian-mixture, tied covariance, Dirichlet weights`` case = elboNeverFalls (mixture tied dirichlet) case

    [<Property>]
    let ``gaussian-mixture, diagonal covariance, Dirichlet weights`` case =
        elboNeverFalls (mixture diagonal dirichlet) case

    [<Property>]
    let ``gaussian-mixture, full covariance, stick-breaking weights`` case =
        elboNeverFalls (mixture full stickBreaking) case

    [<Property>]
    let ``gaussian-mixture, tied covariance, stick-breaking weights`` case =
        elboNeverFalls (mixture tied stickBreaking) case

    [<Property>]
    let ``gaussian-mixture, diagonal covariance, stick-breaking weights`` case =
        elboNeverFalls (mixture diagonal stickBreaking) case

    [<Property>]
    let ``gaussian-mixture, full covariance, learned scale`` case =
        elboNeverFalls (LearnedScales.mixture dirichlet full) case

    [<Property>]
    let ``gaussian-mixture, tied covariance, learned scale`` case =
        elboNeverFalls (LearnedScales.mixture dirichlet tied) case

    [<Property>]
    let ``gaussian-mixture, diagonal covariance, learned scale`` case =
        elboNeverFalls (LearnedScales.mixture dirichlet diagonal) case

    [<Property>]
    let ``regime-switching, learned scale`` case = elboNeverFalls LearnedScales.regimes case

    [<Property>]
    let ``factor-model, complete rows`` case = elboNeverFalls FactorSubjects.known case

    [<Property>]
    let ``factor-model, rows with gaps`` (Gaps case) = elboNeverFalls FactorSubjects.known case

    [<Property>]
    let ``regime-switching`` case = elboNeverFalls RegimeModels.regimeSwitching case

    [<Property>]
    let ``logistic-regression`` case = elboNeverFalls LogisticSubjects.logistic case

/// Statement 2 for every model and form. Mixtures and chains have up to six rows, so that all assignments of rows can be summed.
[<Headlines>]
module ``Log evidence - ELBO = KL`` =

    open Mixtures
    open Statement

    [<Property>]
    let ``gaussian-mean`` case = evidenceIsElboPlusDivergence Models.gaussianMean case

    [<Property>]
    let ``gaussian-mean-precision`` case = evidenceIsElboPlusDivergence Models.gaussianMeanPrecision case

    [<Property>]
    let ``linear-regression`` case = evidenceIsElboPlusDivergence Models.linearRegression case

    [<Property(MaxTest = 20)>]
    let ``linear-regression, ARD prior, one column`` (WithArd(Tiny case)) =
        elboStaysBelowEvidence Models.relevanceOfOneColumn case

    [<Property>]
    let ``gaussian-mixture, full covariance, Dirichlet weights`` (Tiny case) =
        evidenceIsElboPlusDivergence (enumeratedMixture full dirichlet) case

    [<Property>]
    let ``gaussian-mixture, tied covariance, Dirichlet weights`` (Tiny case) =
        evidenceIsElboPlusDivergence (enumeratedMixture tied dirichlet) case

    [<Property>]
    let ``gaussian-mixture, diagonal covariance, Dirichlet weights`` (Tiny case) =
        evidenceIsElboPlusDivergence (enumeratedMixture diagonal dirichlet) case

    [<Property>]
    let ``gaussian-mixture, full covariance, stick-breaking weights`` (Tiny case) =
        evidenceIsElboPlusDivergence (enumeratedMixture full stickBreaking) case

    [<Property>]
    let ``gaussian-mixture, tied covariance, stick-breaking weights`` (Tiny case) =
        evidenceIsElboPlusDivergence (enumeratedMixture tied stickBreaking) case

    [<Property>]
    let ``gaussian-mixture, diagonal covariance, stick-breaking weights`` (Tiny case) =
        evidenceIsElboPlusDivergence (enumeratedMixture diagonal stickBreaking) case

    [<Property(MaxTest = 10)>]
    let ``factor-model, complete rows of one column`` (Tiny case) = elboStaysBelowEvidence FactorSubjects.oneColumn case

    [<Property(MaxTest = 10)>]
    let ``factor-model, rows with gaps of one column`` (Gaps(Tiny case)) =
        elboStaysBelowEvidence FactorSubjects.oneColumn case

    [<Property>]
    let ``regime-switching, all paths`` (Tiny case) = evidenceIsElboPlusDivergence RegimeModels.enumerated case

    [<Property(MaxTest = 20)>]
    let ``logistic-regression, one or two weights`` (Tiny case) =
        evidenceIsElboPlusDivergence LogisticSubjects.byQuadrature case

/// Statement 3 where the exact posterior factorises as q does.
[<Headlines>]
module ``The conjugate posterior is recovered`` =

    open Mixtures
    open Statement

    [<Property>]
    let ``gaussian-mean`` case = posteriorIsRecovered Models.gaussianMean case

    [<Property>]
    let ``gaussian-mean-precision, its means`` case = meansAreRecovered case

    [<Property>]
    let ``gaussian-mixture, full covariance, Dirichlet weights, one component`` (Single case) =
        posteriorIsRecovered (enumeratedMixture full dirichlet) case

    [<Property>]
    let ``gaussian-mixture, tied covariance, Dirichlet weights, one component`` (Single case) =
        posteriorIsRecovered (enumeratedMixture tied dirichlet) case

    [<Property>]
    let ``gaussian-mixture, diagonal covariance, Dirichlet weights, one component`` (Single case) =
        posteriorIsRecovered (enumeratedMixture diagonal dirichlet) case

    [<Property>]
    let ``gaussian-mixture, full covariance, stick-breaking weights, one component`` (Single case) =
        posteriorIsRecovered (enumeratedMixture full stickBreaking) case

    [<Property>]
    let ``gaussian-mixture, tied covariance, stick-breaking weights, one component`` (Single case) =
        posteriorIsRecovered (enumeratedMixture tied stickBreaking) case

    [<Property>]
    let ``gaussian-mixture, diagonal covariance, stick-breaking weights, one component`` (Single case) =
        posteriorIsRecovered (enumeratedMixture diagonal stickBreaking) case

    [<Property>]
    let ``regime-switching, one state`` (Single case) = posteriorIsRecovered RegimeModels.enumerated case

/// Statement 3 without data.
[<Headlines>]
module ``With no data the posterior equals the prior`` =

    open Mixtures
    open Statement

    [<Property>]
    let ``gaussian-mean`` case = noDataGivesThePrior Models.gaussianMean (Models.gaussianMean.Empty case)

    [<Property>]
    let ``linear-regression`` case = noDataGivesThePrior Models.linearRegression (Models.linearRegression.Empty case)

    [<Property>]
    let ``linear-regression, ARD prior`` (WithArd case) =
        noDataGivesTheArdPrior (Models.relevanceDetermination.Empty case)

    [<Property>]
    let ``gaussian-mixture, full covariance, Dirichlet weights`` (case: MixtureCase) =
        noDataGivesThePrior (mixture full dirichlet) { case with Rows = [||] }

    [<Property>]
    let ``gaussian-mixture, tied covariance, Dirichlet weights`` (case: MixtureCase) =
        noDataGivesThePrior (mixture tied dirichlet) { case with Rows = [||] }

    [<Property>]
    let ``gaussian-mixture, diagonal covariance, Dirichlet weights`` (case: MixtureCase) =
        noDataGivesThePrior (mixture diagonal dirichlet) { case with Rows = [||] }

    [<Property>]
    let ``gaussian-mixture, full covariance, stick-breaking weights`` (case: MixtureCase) =
        noDataGivesThePrior (mixture full stickBreaking) { case with Rows = [||] }

    [<Property>]
    let ``gaussian-mixture, tied covariance, stick-breaking weights`` (case: MixtureCase) =
        noDataGivesThePrior (mixture tied stickBreaking) { case with Rows = [||] }

    [<Property>]
    let ``gaussian-mixture, diagonal covariance, stick-breaking weights`` (case: MixtureCase) =
        noDataGivesThePrior (mixture diagonal stickBreaking) { case with Rows = [||] }

    [<Property>]
    let ``factor-model, no rows`` case = noDataGivesThePrior FactorSubjects.known (FactorSubjects.known.Empty case)

    [<Property>]
    let ``factor-model, every entry missing`` (Gaps case) =
        noDataGivesThePrior FactorSubjects.known (FactorSubjects.withoutEntries case)

    [<Property>]
    let ``regime-switching`` case =
        noDataGivesThePrior RegimeModels.regimeSwitching (RegimeModels.regimeSwitching.Empty case)

    [<Property>]
    let ``logistic-regression`` case =
        noDataGivesThePrior LogisticSubjects.logistic (LogisticSubjects.logistic.Empty case)
