namespace Vi.Verification.FSharp

open FsCheck
open Vi.Math
open Vi.Math.FSharp
open Vi.Verification

/// The mixture with stick-breaking weights as a subject of the conjugate battery, and what only such weights can be asked. Cases are those
/// of the mixture: share k has a Beta prior of two neighbouring concentrations, so that two components are the Dirichlet of two.
[<RequireQualifiedAccess>]
module StickBreakingLaws =

    /// Weights of a mixture's case.
    let private weightsOf (case: MixtureCase) : StickBreaking =
        let concentration = case.Prior.Weights.Concentration

        { Sticks = Array.init (concentration.Length - 1) (fun k -> Beta.create concentration[k] concentration[k + 1]) }

    let private priorOf (case: MixtureCase) : StickBreakingMixturePrior =
        { Weights = weightsOf case; Component = case.Prior.Component }

    /// The shares' natural parameters one after the other; none for a single component.
    let private shares: FactorLens<StickBreakingMixturePosterior> =
        let pieces (eta: Vec) = Array.init (eta.Length / 2) (fun k -> Vec.slice (2 * k) 2 eta)

        { Factor = "q(v)"
          NaturalParameters =
            fun q -> q.Weights.Sticks |> Seq.collect (Beta.naturalParameters >> Vec.toArray) |> Vec.ofSeq
          IsProper = pieces >> Array.forall Beta.isProper
          Replace = fun q eta -> { q with Weights = { Sticks = pieces eta |> Array.map Beta.ofNaturalParameters } } }

    /// A mixture's symmetry of data and components, which weights of any kind share.
    let private shared
        (action: SymmetryAction<MixtureCase, GaussianMixturePosterior>)
        : SymmetryAction<MixtureCase, StickBreakingMixturePosterior> =
        let asMixture (weights: Dirichlet) (q: StickBreakingMixturePosterior) : GaussianMixturePosterior =
            { Weights = weights; Components = q.Components }

        { Name = action.Name
          Before = action.Before
          Case = action.Case
          Answer =
            fun case q -> { q with Components = (action.Answer case (asMixture case.Prior.Weights q)).Components }
          BoundShift = action.BoundShift
          Resolution = fun q -> action.Resolution(asMixture (Dirichlet.symmetric 2 1.0) q) }

    let private subjectOf cases : ConjugateSubject<MixtureCase, MixtureStatistics, StickBreakingMixturePosterior> =
        let mixture = Models.mixtureOf cases

        { Name = "gaussian-mixture with stick-breaking"
          Cases = mixture.Cases
          Rows = mixture.Rows
          Columns = mixture.Columns
          Empty = mixture.Empty
          Seed = mixture.Seed
          Model = priorOf >> StickBreakingMixture.model
          Factors =
            fun case ->
                [ shares
                  FactorLens.many
                      "q(mu, Lambda)"
                      (NormalWishart.family (mixture.Columns case))
                      case.Prior.Weights.Concentration.Length
                      (fun q -> q.Components)
                      (fun q d -> { q with Components = d }) ]
          Evidence = None
          Gap = None
          Exact = false
          PriorFactorises = true
          Symmetries =
            mixture.Symmetries
            |> List.filter (fun action -> action.Name <> "components in another order")
            |> List.map shared }

    let subject = subjectOf (Samples.mixture 0 40 4 2 4)

    let private law name statement formula source cases compare =
        Law.make $"gaussian-mixture with stick-breaking: {name}" cases compare
        |> Law.says statement formula source
        |> Law.covers [ "gaussian-mixture"; "cavi" ]

    let private blei = "Blei and Jordan 2006"

    let private boundAfter (subject: ConjugateSubject<MixtureCase, MixtureStatistics, _>) case count first =
        let answer = ConjugateLaws.sweeps subject case count first
        let model = subject.Model case
        model.Elbo (Cavi.statistics (ConjugateLaws.table (subject.Columns case) case.Rows) model answer) answer

    /// The bound on tiny data against the evidence summed over all assignments. The model is given, so that a wrong bound can be tried.
    let enumerated (subject: ConjugateSubject<MixtureCase, MixtureStatistics, StickBreakingMixturePosterior>) : Law =
        law
            "the bound lies below the evidence enumerated over all assignments"
            "On up to five rows and three components the bound, at any factors, is at most the log of the sum over all assignments."
            @"\mathcal L(q)\le\log\sum_z p(z)\,p(X\mid z)"
            blei
            (Samples.mixture 0 5 2 2 3)
            (fun case ->
                let exact = EnumeratedMixture.logEvidenceOfSticks (priorOf case) case.Rows
                let first = ConjugateLaws.start subject case

                [ for count in [ 0; 1; 5; 50 ] do
                      let elbo = boundAfter subject case count first

                      Compare.atMost
                          $"bound after {count} sweeps"
                          elbo.Value
                          exact
                          (Tolerances.evidence elbo.Magnitude) ])

    let private single: Law =
        law
            "one component reaches the exact normal-Wishart evidence"
            "With K = 1 there is no share, and the bound after one sweep is the log evidence of the normal-Wishart model."
            @"\mathcal L(q^\ast)=\log p(X)\quad(K=1)"
            "Murphy 2007, 266"
            (Samples.mixture 0 40 4 1 1)
            (fun case ->
                let elbo = boundAfter subject case 1 (ConjugateLaws.start subject case)
                let exact = Evidence.normalWishart case.Prior.Component case.Rows
                [ Compare.close "bound" exact elbo.Value (Tolerances.evidence (elbo.Magnitude + abs exact)) ])

    let private two: Law =
        law
            "two components are the Dirichlet mixture"
            "A Beta share and what it leaves are a Dirichlet of two: bound and answer are those of the mixture with Dirichlet weights."
            @"\mathrm{Beta}(a,b)=\mathrm{Dir}(a,b)"
            "Bishop 2006, Appendix B"
            (Samples.mixture 0 40 4 2 2)
            (fun case ->
                let mixture = Models.gaussianMixture
                let first = ConjugateLaws.start mixture case
                let concentration = first.Weights.Concentration

                let asSticks (q: GaussianMixturePosterior) : StickBreakingMixturePosterior =
                    { Weights = { Sticks = [| Beta.create q.Weights.Concentration[0] q.Weights.Concentration[1] |] }
                      Components = q.Components }

                let dirichlet = boundAfter mixture case 3 first
                let sticks = boundAfter subject case 3 (asSticks first)

                let distance =
                    (subject.Model case).Divergence
                        (ConjugateLaws.sweeps subject case 3 (asSticks first))
                        (asSticks (ConjugateLaws.sweeps mixture case 3 first))

                [ Compare.close "bound" dirichlet.Value sticks.Value (Tolerances.evidence dirichlet.Magnitude)
                  Compare.close "answer, in posterior standard deviations" 0.0 (sqrt (2.0 * max 0.0 distance)) 1e-9
                  Compare.holds "both start alike" (concentration.Length = 2) ])

    let private moments: Law =
        law
            "moments of the weights are probabilities of assignments"
            "E[pi_k] and E[pi_k^2] are the probabilities that one row, and two rows, belong to component k; the expected weights add up to 1; the matched Beta has these moments."
            @"\mathbb E[\pi_k]=p(z_1=k),\quad\mathbb E[\pi_k^2]=p(z_1=z_2=k)"
            blei
            (Samples.mixture 0 0 1 2 4)
            (fun case ->
                let weights = weightsOf case
                let mean = StickBreaking.mean weights
                let second = StickBreaking.secondMoment weights
                let exact z = exp (EnumeratedMixture.logAssignmentOfSticks weights z)

                [ Compare.close "sum of the expected weights" 1.0 (Vec.sum mean) (Tolerances.rounding 8 1.0)
                  for k in 0 .. mean.Length - 1 do
                      let beta = StickBreaking.marginal k weights
                      // Matching divides by the variance.
                      let condition = 1.0 + mean[k] / Beta.variance beta
                      Compare.close "E[pi]" (exact [ k ]) mean[k] (Tolerances.rounding 8 mean[k])
                      Compare.close "E[pi^2]" (exact [ k; k ]) second[k] (Tolerances.rounding 16 second[k])
                      Compare.close "mean of the matched Beta" mean[k] (Beta.mean beta) (Tolerances.rounding 8 mean[k])

                      Compare.close
                          "second moment of the matched Beta"
                          second[k]
                          (Beta.variance beta + mean[k] * mean[k])
                          (Tolerances.rounding 16 (second[k] * condition)) ])

    let private logarithm: Law =
        law
            "the expected log weight is the slope of the log moment at 0"
            "E[log pi_k] is the derivative of log E[pi_k^s] at s = 0, a product of Beta functions."
            @"\mathbb E[\log\pi_k]=\tfrac{d}{ds}\log\mathbb E[\pi_k^s]\big|_{s=0}"
            blei
            (Samples.mixture 0 0 1 2 4)
            (fun case ->
                let weights = weightsOf case
                let expected = StickBreaking.expectedLog weights

                let logMoment k s =
                    weights.Sticks
                    |> Array.mapi (fun j stick ->
                        let ratio a b = Special.logBeta a b - Special.logBeta stick.Alpha stick.Beta

                        if j < k then ratio stick.Alpha (stick.Beta + s)
                        elif j = k then ratio (stick.Alpha + s) stick.Beta
                        else 0.0)
                    |> Array.sum

                let least = Vec.fold min infinity case.Prior.Weights.Concentration

                [ for k in 0 .. expected.Length - 1 do
                      let slope = Numerical.derivative (0.4 * least) (logMoment k)

                      Compare.close
                          "E[log pi]"
                          slope.Value
                          expected[k]
                          (Tolerances.derivative slope.Error (Tolerances.rounding 8 40.0) slope.Step
                           + Tolerances.rounding 32 expected[k]) ])

    let all: Law list =
        (ConjugateLaws.battery subject |> List.map (Law.covers [ "gaussian-mixture" ]))
        @ [ enumerated subject; single; two; moments; logarithm ]

    let private ownRowsPassedOn =
        { subject with
            Model =
                fun case ->
                    let prior = priorOf case
                    let model = StickBreakingMixture.model prior

                    let wrong (statistics: MixtureStatistics) (q: StickBreakingMixturePosterior) =
                        let right = StickBreakingMixture.updateWeights prior statistics q

                        { right with
                            Weights =
                                { Sticks =
                                    right.Weights.Sticks
                                    |> Array.mapi (fun k stick ->
                                        { stick with Beta = stick.Beta + statistics.Components[k].Weight }) } }

                    { model with Updates = { model.Updates[0] with Update = wrong } :: model.Updates.Tail } }

    let specimens: Specimen list =
        [ Specimen.make
              "a stick passes on its own rows"
              "a common slip: sum over j >= k where j > k is right"
              "The second parameter of q(v_k) counts the rows of component k too."
              "gaussian-mixture with stick-breaking: after its update the bound is stationary in the factor"
              (ConjugateLaws.battery ownRowsPassedOn) ]
