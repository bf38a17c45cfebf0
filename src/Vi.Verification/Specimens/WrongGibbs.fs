namespace Vi.Verification.FSharp

open Vi.Kernels
open Vi.Math
open Vi.Math.FSharp
open Vi.Verification

/// Gibbs samplers as they should not be.
[<RequireQualifiedAccess>]
module WrongGibbs =

    /// Statistics in expectation in place of those of drawn local variables.
    let private expected (subject: GibbsSubject<'s, 'g>) =
        { subject with
            Model =
                { subject.Model with
                    Locals = ValueSome(fun batches _ globals -> Cavi.statistics batches subject.Model.Model globals) } }

    /// tau updated with a shape that is a half too small.
    let private halfTooFew (subject: GibbsSubject<Moments, GaussianMeanPrecisionPosterior>) =
        let change (update: FactorUpdate<Moments, GaussianMeanPrecisionPosterior>) =
            if update.Factor = "q(tau)" then
                { update with
                    Update =
                        fun statistics q ->
                            let right = update.Update statistics q
                            let tau = right.Precision
                            { right with Precision = { tau with Shape = tau.Shape - 0.5 } } }
            else
                update

        let model = subject.Model.Model

        { subject with
            Model = { subject.Model with Model = { model with Updates = List.map change model.Updates } } }

    /// Factors stretched with a power of |S| that counts the rows alone: what the loadings' volume changes by is left out.
    let private withoutVolume (subject: GibbsSubject<FactorStatistics, FactorModelPosterior>) =
        let centre = Vec.zero GibbsSubjects.factorColumns
        let prior = GibbsSubjects.factorPrior (Known GibbsSubjects.loadingPrecision)

        let moved (batches: IBatches<Block>) =
            let drawn = FactorDraws.drawn centre prior batches

            fun (rng: Rng) (q: FactorModelPosterior) ->
                let struct (own, rng) = Rng.split rng
                let statistics = drawn own q
                FactorDraws.stretch statistics.Rows prior.Scales (FactorDraws.precisions prior q) q statistics rng

        { subject with Model = { subject.Model with Locals = ValueSome moved } }

    let private jointOf (subject: GibbsSubject<_, _>) = $"gibbs: {subject.Name}: a chain keeps the joint distribution"

    let private specimen name seenIn wrong original (variant: GibbsSubject<'s, 'g>) =
        Specimen.make name seenIn wrong original [ GibbsLaws.joint variant ]

    let all: Specimen list =
        [ specimen
              "gibbs with expected assignments"
              "a common slip: one step of coordinate ascent inside a sampler"
              "Rows belong to components by their responsibilities; the spread that assignments add is lost."
              (jointOf GibbsSubjects.fullMixture)
              (expected GibbsSubjects.fullMixture)
          specimen
              "gibbs with smoothed states"
              "the same slip"
              "State probabilities in place of a drawn path."
              (jointOf GibbsSubjects.regimeSwitching)
              (expected GibbsSubjects.regimeSwitching)
          specimen
              "gibbs with expected factors"
              "the same slip"
              "Means and covariances of the factors in place of draws."
              (jointOf GibbsSubjects.completeFactors)
              (expected GibbsSubjects.completeFactors)
          specimen
              "gibbs with factors stretched without the loadings' volume"
              "a common slip of parameter expansion: half of the Jacobian"
              "S has the density that the factors alone give it: factors come out too small and loadings too large."
              (jointOf GibbsSubjects.completeFactors)
              (withoutVolume GibbsSubjects.completeFactors)
          specimen
              "gibbs with expected Polya-Gamma variables"
              "the same slip"
              "E[omega] in place of a draw: the weights' spread comes out too small."
              (jointOf GibbsSubjects.logisticRegression)
              (expected GibbsSubjects.logisticRegression)
          specimen
              "gibbs without the half of p(mu | tau)"
              "a common slip: forgetting that the mean's prior holds tau"
              "The precision is drawn with a shape that is a half too small."
              (jointOf GibbsSubjects.gaussianMeanPrecision)
              (halfTooFew GibbsSubjects.gaussianMeanPrecision)
          Specimen.make
              "Polya-Gamma draws that are means too early"
              "a guard of large arguments that is set where the method still works"
              "The spread of the draws is lost beyond c = 100."
              (PolyaGammaLaws.extreme PolyaGammaLaws.sum).Name
              [ PolyaGammaLaws.extreme (fun c count rng ->
                    if abs c > 100.0 then
                        0.5 * float count / abs c
                    else
                        PolyaGammaLaws.sum c count rng) ]
          Specimen.make
              "Polya-Gamma draws of double the mean"
              "1 / c for 1 / (2 c), as in the other convention of the tilt"
              "Beyond the guard the curvature is twice what it is."
              (PolyaGammaLaws.extreme PolyaGammaLaws.sum).Name
              [ PolyaGammaLaws.extreme (fun c count rng ->
                    if abs c > 1e33 then float count / abs c else PolyaGammaLaws.sum c count rng) ] ]
