namespace Vi.Verification.FSharp

open System
open Vi.Math
open Vi.Math.FSharp
open Vi.Verification

/// Evidences, bounds and updates of conjugate models as they should not be.
[<RequireQualifiedAccess>]
module WrongBounds =

    /// The bound without some of its terms.
    let private without (names: string list) (subject: ConjugateSubject<'case, 'statistics, 'globals>) =
        { subject with
            Model =
                fun case ->
                    let model = subject.Model case

                    { model with
                        Elbo =
                            fun statistics globals ->
                                { Inflation = 1.0
                                  Terms =
                                    (model.Elbo statistics globals).Terms
                                    |> List.filter (fun term -> not (List.contains term.Name names)) } } }

    /// The notebook's section 3: the sample's density about its own mean times the predictive density of that mean, without dividing
    /// by the density of the mean that the first factor already holds.
    let private notebookEvidence (prior: GaussianMeanPrior) (data: Moments) =
        if data.Weight = 0.0 then
            0.0
        else
            let aboutMean =
                -0.5 * data.Weight * (Special.logTwoPi + log prior.NoiseVariance)
                - 0.5 * data.Scatter[0, 0] / prior.NoiseVariance

            aboutMean
            + Normal.logDensity
                { Mean = prior.Mean.Mean; Variance = prior.Mean.Variance + prior.NoiseVariance / data.Weight }
                data.Mean[0]

    let private simplified =
        without [ "E[log p(pi)]"; "E[log p(mu, Lambda)]"; "H[q(pi)]"; "H[q(mu, Lambda)]" ] MixtureKinds.gaussianMixture

    /// The bound as scikit-learn's BayesianGaussianMixture reports it: what remains after every constant of the prior, and N D/2 log 2 pi,
    /// is dropped. Right up to a constant, so that its ascent looks healthy; no bound on the evidence.
    let private droppedConstants =
        { MixtureKinds.gaussianMixture with
            Model =
                fun case ->
                    let model = GaussianMixture.model case.Prior

                    { model with
                        Elbo =
                            fun statistics q ->
                                let n = statistics.Components |> Array.sumBy (fun c -> c.Weight)
                                let d = float q.Components[0].Mean.Length

                                let ofPrior =
                                    Vec.sumBy Special.logGamma case.Prior.Weights.Concentration
                                    - Special.logGamma (Vec.sum case.Prior.Weights.Concentration)
                                    + float q.Components.Length
                                      * (Wishart.logNormalizer case.Prior.Component.Precision
                                         - 0.5 * d * log case.Prior.Component.PrecisionScale)

                                let whole = model.Elbo statistics q

                                { Inflation = 1.0
                                  Terms =
                                    { Name = "constants dropped"; Value = ofPrior + 0.5 * n * d * Special.logTwoPi }
                                    :: whole.Terms } } }

    /// The log-determinant of the weights' covariance with its sign turned.
    let private determinantTurned =
        { Models.linearRegression with
            Model =
                fun case ->
                    let model = Models.linearRegression.Model case

                    { model with
                        Elbo =
                            fun statistics q ->
                                { Inflation = 1.0
                                  Terms =
                                    (model.Elbo statistics q).Terms
                                    |> List.map (fun term ->
                                        if term.Name = "H[q(w)]" then
                                            { term with Value = term.Value + q.Weights.Precision.LogDeterminant }
                                        else
                                            term) } } }

    /// A rotation as if there were no loadings' entropy: its optimum is that of T + N rows.
    let private rotationWithoutVolume =
        { FactorSubjects.known with
            Model =
                fun case ->
                    let model = FactorModel.model case.Columns case.Prior

                    { model with
                        Updates =
                            model.Updates
                            |> List.map (fun update ->
                                if update.Factor = "rotation" then
                                    { update with
                                        Update =
                                            fun statistics ->
                                                FactorModel.rotate
                                                    case.Prior
                                                    { statistics with Rows = statistics.Rows + float case.Columns } }
                                else
                                    update) } }

    let private wrongCount =
        { Models.gaussianMeanPrecision with
            Model =
                fun case ->
                    let model = GaussianMeanPrecision.model case.Prior

                    { model with
                        Updates =
                            model.Updates
                            |> List.map (fun update ->
                                if update.Factor = "q(tau)" then
                                    { update with
                                        Update =
                                            fun data q ->
                                                let right = update.Update data q

                                                { right with
                                                    Precision =
                                                        { right.Precision with
                                                            Shape = case.Prior.Shape + 0.5 * data.Weight } } }
                                else
                                    update) } }

    /// The evidence of the columns whose scatter is above rounding of the largest one's.
    let private smallColumnsLost (prior: LinearRegressionPrior) (data: Moments) =
        let d = data.Mean.Length - 1
        let largest = Seq.max (Seq.init d (fun j -> data.Scatter[j, j]))
        let isKept j = j = d || data.Scatter[j, j] > 1e-16 * largest
        let keep (v: Vec) = Vec.mapi (fun j x -> if isKept j then x else 0.0) v

        ExactRegression.ofMoments
            prior
            { data with
                Mean = keep data.Mean
                MeanRest = keep data.MeanRest
                Scatter = Mat.init (d + 1) (d + 1) (fun i j -> if isKept i && isKept j then data.Scatter[i, j] else 0.0) }

    let all: Specimen list =
        [ Specimen.make
              "notebook section 3: log evidence"
              "notebook, section 3, _compute_log_evidence; prints -69.3107 for -70.3478"
              "Leaves out -log N(xbar; xbar, sigma^2 / n): the density of the sample mean is counted twice."
              "gaussian-mean: log evidence is the bound plus the divergence from the posterior"
              (ConjugateLaws.battery
                  { Models.gaussianMean with
                      Evidence =
                          Some(fun case ->
                              notebookEvidence case.Prior (Moments.ofRows (ConjugateSubject.table 1 case.Rows))) })
          Specimen.make
              "notebook section 3: log evidence against the joint density"
              "notebook, section 3, _compute_log_evidence"
              "The same, held against the joint normal density."
              "gaussian-mean: the evidence is the joint normal density"
              [ EvidenceLaws.gaussianMean notebookEvidence ]
          Specimen.make
              "columns of small scale taken for rounding"
              "this project: eigenvalues below rounding of the largest column's were set to 0"
              "What a column in small units explains is lost beside one in large units: a right bound lay above this evidence."
              "linear-regression: the evidence holds whatever the scales of the columns"
              [ EvidenceLaws.regressionScales smallColumnsLost ]
          Specimen.make
              "notebook section 5: simplified bound on tiny data"
              "notebook, section 5, _compute_elbo"
              "No E[log p(pi)], no E[log p(mu, Lambda)], no entropies of q(pi) and q(mu, Lambda): exceeds the evidence."
              "gaussian-mixture: the bound lies below the evidence enumerated over all assignments"
              [ MixtureLaws.enumerated MixtureKinds.dirichlet MixtureKinds.full simplified ]
          Specimen.make
              "notebook section 5: simplified bound with one component"
              "notebook, section 5, _compute_elbo"
              "The same with K = 1, where the bound must equal the evidence."
              "gaussian-mixture: one component reaches the exact evidence"
              [ MixtureLaws.single MixtureKinds.full simplified ]
          Specimen.make
              "notebook section 5: simplified bound under updates"
              "notebook, section 5, _compute_elbo"
              "The same: updates that maximise the true bound lower this one."
              "gaussian-mixture: no factor's update lowers the bound"
              (ConjugateLaws.battery simplified)
          Specimen.make
              "mixture bound with dropped constants"
              "scikit-learn, BayesianGaussianMixture.lower_bound_ (github.com/scikit-learn/scikit-learn/issues/8823)"
              "Normalisers of the prior and N D/2 log 2 pi dropped: right up to a constant, but no bound."
              "gaussian-mixture: one component reaches the exact evidence"
              [ MixtureLaws.single MixtureKinds.full droppedConstants ]
          Specimen.make
              "mixture bound with dropped constants, without data"
              "scikit-learn, BayesianGaussianMixture.lower_bound_ (github.com/scikit-learn/scikit-learn/issues/8823)"
              "The same: without data the bound is not 0."
              "gaussian-mixture: no data give back the prior and a bound of 0"
              (ConjugateLaws.battery droppedConstants)
          Specimen.make
              "entropy of q(tau) left out"
              "notebook, section 7: the entropy of q is left out of the value"
              "The bound lacks H[q(tau)]."
              "gaussian-mean-precision: log evidence is the bound plus the divergence from the posterior"
              (ConjugateLaws.battery (without [ "H[q(tau)]" ] Models.gaussianMeanPrecision))
          Specimen.make
              "entropy of q(w) left out"
              "notebook, section 6: prior terms and entropies missing"
              "The bound lacks H[q(w)], so the right update does not maximise it."
              "linear-regression: after its update the bound is stationary in the factor"
              (ConjugateLaws.battery (without [ "H[q(w)]" ] Models.linearRegression))
          Specimen.make
              "log-determinant of the regression with its sign turned"
              "scikit-learn, BayesianRidge.scores_ until 0.20 (github.com/scikit-learn/scikit-learn/issues/10748)"
              "-log|Sigma|/2 where +log|Sigma|/2 belongs: the more the rows say, the more the score exceeds the evidence."
              "linear-regression: the bound never exceeds the exact evidence"
              (ConjugateLaws.battery determinantTurned)
          Specimen.make
              "log-determinant of the regression with its sign turned, under updates"
              "scikit-learn, BayesianRidge.scores_ until 0.20 (github.com/scikit-learn/scikit-learn/issues/10748)"
              "The same: narrower weights raise the score, so the right update does not maximise it."
              "linear-regression: after its update the bound is stationary in the factor"
              (ConjugateLaws.battery determinantTurned)
          Specimen.make
              "prior of the weights left out"
              "notebook, section 6, _compute_elbo: no prior terms"
              "The bound lacks E[log p(w)]: without data it is not 0."
              "linear-regression: no data give back the prior and a bound of 0"
              (ConjugateLaws.battery (without [ "E[log p(w)]" ] Models.linearRegression))
          Specimen.make
              "update of q(tau) with half a count missing"
              "a common slip: a_n = a_0 + N/2, forgetting the half that p(mu | tau) brings"
              "Shape a_0 + N/2 where a_0 + (N + 1)/2 is the optimum."
              "gaussian-mean-precision: after its update the bound is stationary in the factor"
              (ConjugateLaws.battery wrongCount)
          Specimen.make
              "factor model without the priors of B, F and psi"
              "notebook, section 6, _compute_elbo: no prior terms"
              "The bound lacks E[log p(B)], E[log p(F)] and E[log p(1/psi)]: without data it is not 0."
              "factor-model: no data give back the prior and a bound of 0"
              (ConjugateLaws.battery (without [ "E[log p(B)]"; "E[log p(F)]"; "E[log p(1/psi)]" ] FactorSubjects.known))
          Specimen.make
              "rotation that forgets the volume of the loadings"
              "a common slip: only the factors' prior and entropy are counted when factors are stretched"
              "The frame maximises -T log|det A| - tr(A^-1 G A^-T)/2 - tr(A'CA)/2 without + N log|det A|."
              "factor-model: after its update the bound is stationary in the factor"
              (ConjugateLaws.battery rotationWithoutVolume) ]
