namespace Vi.Verification.FSharp

open FsCheck
open Vi.Math
open Vi.Math.FSharp
open Vi.Verification

/// What only a mixture can be asked.
[<RequireQualifiedAccess>]
module MixtureLaws =

    let private bishop = "Bishop 2006, 10.2"

    /// Bounds after so many sweeps from one start.
    let private boundsAfter (subject: ConjugateSubject<MixtureCase, 'statistics, 'globals>) case counts =
        let first = ConjugateSubject.start subject case
        let rows = ConjugateSubject.table (subject.Columns case) case.Rows
        let model = subject.Model case

        [ for count in counts do
              let answer = ConjugateSubject.sweeps subject case count first
              struct (count, model.Elbo (Cavi.statistics rows model answer) answer) ]

    /// One component: the approximation is exact. The model is given, so that a wrong bound can be tried.
    let single
        (kind: ComponentKind<'prior, 'data, 'components>)
        (subject: ConjugateSubject<MixtureCase, MixtureStatistics<'data>, MixturePosterior<'weights, 'components>>)
        : Law =
        Law.make
            { Name = $"{subject.Name}: one component reaches the exact evidence"
              Statement =
                "With K = 1 the bound after one sweep is the log evidence of the normal-Wishart model, or of the product over columns of normal-gamma models, to 1e-10 relative."
              Formula = @"\mathcal L(q^\ast)=\log p(X)\quad(K=1)"
              Source = "Murphy 2007, 95 and 266"
              Covers = [ "gaussian-mixture"; "cavi" ]
              Cases = 100
              Generator = Samples.mixture 0 40 4 1 1
              Holds =
                fun case ->
                    let exact = kind.LogEvidence (kind.Of case.Prior.Component) [| case.Rows |]

                    [ for struct (_, elbo) in boundsAfter subject case [ 1 ] do
                          Compare.close "bound" exact elbo.Value (Tolerances.evidence (abs exact + elbo.Magnitude)) ] }

    /// The bound on tiny data against the evidence summed over all assignments.
    let enumerated
        (weights: WeightKind<'weights>)
        (kind: ComponentKind<'prior, 'data, 'components>)
        (subject: ConjugateSubject<MixtureCase, MixtureStatistics<'data>, MixturePosterior<'weights, 'components>>)
        : Law =
        Law.make
            { Name = $"{subject.Name}: the bound lies below the evidence enumerated over all assignments"
              Statement =
                "On up to five rows and three components the bound, at any factors, is at most the log of the sum over all assignments of rows to components."
              Formula = @"\mathcal L(q)\le\log\sum_z p(z)\,p(X\mid z)"
              Source = "DESIGN section 3; Dirichlet-multinomial or Beta-binomial times evidences of the components"
              Covers = [ "gaussian-mixture"; "cavi" ]
              Cases = 100
              Generator = Samples.mixture 0 5 2 2 3
              Holds =
                fun case ->
                    let prior = MixtureKinds.prior weights kind case

                    let exact =
                        EnumeratedMixture.logEvidence
                            case.Prior.Weights.Concentration.Length
                            (weights.LogAssignment prior.Weights)
                            (kind.LogEvidence prior.Component)
                            case.Rows

                    [ for struct (count, elbo) in boundsAfter subject case [ 0; 1; 5; 50 ] do
                          Compare.atMost
                              $"bound after {count} sweeps"
                              elbo.Value
                              exact
                              (Tolerances.evidence elbo.Magnitude) ] }

    /// Predictions and the model's own evidence against evidences of more and fewer rows.
    let private evidences (kind: ComponentKind<'prior, 'data, 'components>) : Law list =
        let subject = MixtureKinds.subject (Samples.mixture 1 20 4 1 1) MixtureKinds.dirichlet kind

        [ Law.make
              { Name = $"{subject.Name}: the predictive density is the ratio of evidences"
                Statement =
                  "For K = 1 the predictive density of a further row is the evidence with it over the evidence without it."
                Formula = @"p(x^\ast\mid X)=p(X,x^\ast)/p(X)"
                Source = "definition of the predictive"
                Covers = [ "gaussian-mixture"; "cavi" ]
                Cases = 100
                Generator = subject.Cases
                Holds =
                  fun case ->
                      let rest = { case with Rows = case.Rows[1..] }
                      let answer = ConjugateSubject.sweeps subject rest 1 (subject.Model rest).Prior
                      let evidence rows = kind.LogEvidence (kind.Of case.Prior.Component) [| rows |]
                      let withRow = evidence case.Rows
                      let without = evidence rest.Rows

                      [ Compare.close
                            "log density"
                            (withRow - without)
                            (MixtureView.predictiveLogDensity
                                (Mixture.view WeightFamilies.dirichlet kind.Family answer)
                                (Vec.ofArray case.Rows[0]))
                            (Tolerances.evidence (abs withRow + abs without)) ] }
          Law.make
              { Name = $"{subject.Name}: the closed evidence of one component"
                Statement = "The model's evidence of a single component equals the same written another way."
                Formula = @"\log p(X)"
                Source = "Murphy 2007, 95 and 266"
                Covers = [ "gaussian-mixture"; "cavi" ]
                Cases = 100
                Generator = Samples.mixture 0 40 4 1 1
                Holds =
                  fun case ->
                      let prior = kind.Of case.Prior.Component
                      let data = Moments.ofRows (ConjugateSubject.table case.Prior.Component.Mean.Length case.Rows)
                      let expected = kind.LogEvidence prior [| case.Rows |]

                      [ Compare.close
                            "log evidence"
                            expected
                            (kind.LogEvidenceOfOne prior data)
                            (Tolerances.evidence (abs expected)) ] } ]

    let private responsibilities: Law =
        Law.make
            { Name = "gaussian-mixture: responsibilities are probabilities, and their sums the statistics"
              Statement =
                "Each row's responsibilities sum to 1, they sum over rows to the components' weights, and their entropy is the local part of the bound."
              Formula = @"\sum_k r_{nk}=1,\quad\sum_n r_{nk}=N_k"
              Source = "Bishop 2006, 10.49 to 10.51"
              Covers = [ "gaussian-mixture"; "cavi" ]
              Cases = 100
              Generator = Samples.mixture 0 40 4 1 4
              Holds =
                fun case ->
                    let subject = MixtureKinds.gaussianMixture
                    let globals = ConjugateSubject.start subject case
                    let rows = ConjugateSubject.table (subject.Columns case) case.Rows
                    let values = GaussianMixture.responsibilities globals rows
                    let statistics = Cavi.statistics rows (subject.Model case) globals
                    let n = case.Rows.Length

                    [ for row in values do
                          Compare.close "sum over components" 1.0 (Array.sum row) (Tolerances.rounding 4 1.0)
                          Compare.atMost "least" 0.0 (Array.min row) 0.0
                      for k in 0 .. statistics.Components.Length - 1 do
                          Compare.close
                              "sum over rows"
                              statistics.Components[k].Weight
                              (values |> Array.sumBy (fun row -> row[k]))
                              (Tolerances.regrouped n (float n))
                      Compare.close
                          "entropy"
                          statistics.Entropy
                          -(values |> Array.sumBy (Array.sumBy Special.xlogx))
                          (Tolerances.rounding 64 (1.0 + float n)) ] }

    /// In one dimension, and with one component, the kinds of covariances are the same.
    let private sameAsFull
        name
        statement
        formula
        cases
        (kind: ComponentKind<'prior, 'data, 'components>)
        (translate: NormalWishart[] -> 'components)
        : Law =
        let mixture = MixtureKinds.gaussianMixture
        let other = MixtureKinds.subject cases MixtureKinds.dirichlet kind

        Law.make
            { Name = $"{other.Name}: {name}"
              Statement = statement
              Formula = formula
              Source = bishop
              Covers = [ "gaussian-mixture"; "cavi" ]
              Cases = 100
              Generator = cases
              Holds =
                fun case ->
                    let translated (q: GaussianMixturePosterior) : MixturePosterior<Dirichlet, 'components> =
                        { Weights = q.Weights; Components = translate q.Components; Learned = q.Learned }

                    let first = ConjugateSubject.sweeps mixture case 1 (mixture.Model case).Prior
                    let answer = ConjugateSubject.sweeps mixture case 3 first
                    let otherAnswer = ConjugateSubject.sweeps other case 3 (translated first)
                    let rows = ConjugateSubject.table (mixture.Columns case) case.Rows
                    let elbo = (mixture.Model case).Elbo (Cavi.statistics rows (mixture.Model case) answer) answer

                    let otherElbo =
                        (other.Model case).Elbo (Cavi.statistics rows (other.Model case) otherAnswer) otherAnswer

                    [ Compare.close "bound" elbo.Value otherElbo.Value (Tolerances.evidence elbo.Magnitude)
                      Compare.close
                          "answer, in posterior standard deviations"
                          0.0
                          (sqrt (2.0 * max 0.0 ((other.Model case).Divergence otherAnswer (translated answer))))
                          1e-8 ] }

    let private diagonalInOneColumn =
        sameAsFull
            "one column is a column of full covariances"
            "A 1 x 1 covariance is diagonal: with one column bound and answer are those of full covariances."
            @"W_1(w,\nu)=\mathrm{Gamma}(\nu/2,1/(2w))"
            (Samples.mixture 0 40 1 2 4)
            MixtureKinds.diagonal
            (Array.map MixtureKinds.diagonal.Of)

    let private tiedOfOne =
        sameAsFull
            "one component has a covariance of its own"
            "With K = 1 there is nothing to share: bound and answer are those of full covariances."
            @"K=1"
            (Samples.mixture 0 40 4 1 1)
            MixtureKinds.tied
            (fun c ->
                { Means = [| c[0].Mean |]
                  PrecisionScales = Vec.constant 1 c[0].PrecisionScale
                  Precision = c[0].Precision })

    let private tiedStatistics: Law =
        Law.make
            { Name =
                $"{MixtureKinds.name MixtureKinds.dirichlet MixtureKinds.tied}: statistics are those of separate components, added up"
              Statement =
                "Weights and means are those that full covariances give under the same responsibilities, and the shared scatter is the sum of theirs."
              Formula = @"S=\sum_k S_k"
              Source = bishop
              Covers = [ "gaussian-mixture"; "cavi" ]
              Cases = 100
              Generator = Samples.mixture 0 40 4 1 4
              Holds =
                fun case ->
                    let subject = MixtureKinds.subject MixtureKinds.cases MixtureKinds.dirichlet MixtureKinds.tied
                    let q = ConjugateSubject.start subject case
                    let rows = ConjugateSubject.table (subject.Columns case) case.Rows
                    let tied = Cavi.statistics rows (subject.Model case) q
                    let count = q.Components.Means.Length

                    let marginals: GaussianMixturePosterior =
                        { Weights = q.Weights
                          Components = Array.init count (fun k -> TiedNormalWishart.marginal k q.Components)
                          Learned = q.Learned }

                    let model = MixtureKinds.gaussianMixture.Model case
                    let separate = Cavi.statistics rows model marginals

                    let n = float case.Rows.Length
                    let spread = 1.0 + (case.Rows |> Array.fold (Array.fold (fun m x -> max m (abs x))) 0.0)
                    let scatter = separate.Components |> Array.map (fun m -> m.Scatter) |> Array.reduce Mat.add

                    // Responsibilities are exponentials of squared distances, which round by their size.
                    let distances = model.Elbo separate marginals
                    let relative = Tolerances.rounding 256 (1.0 + distances.Magnitude)

                    [ Compare.close "entropy" separate.Entropy tied.Entropy ((1.0 + n) * relative)
                      Compare.error
                          "scatter"
                          (Mat.maxAbs (Mat.subtract scatter tied.Components.Scatter))
                          ((1.0 + n) * spread * spread * relative)

                      for k in 0 .. count - 1 do
                          let own = separate.Components[k]
                          Compare.close "weight" own.Weight tied.Components.Weights[k] ((1.0 + n) * relative)

                          Compare.error
                              "sum"
                              (Vec.maxAbs (
                                  Vec.subtract
                                      (Vec.scale own.Weight own.Mean)
                                      (Vec.scale tied.Components.Weights[k] tied.Components.Means[k])
                              ))
                              ((1.0 + n) * spread * relative) ] }

    /// All laws of a mixture of these kinds.
    let battery (weights: WeightKind<'weights>) (kind: ComponentKind<'prior, 'data, 'components>) : Law list =
        let subject = MixtureKinds.subject MixtureKinds.cases weights kind

        (ConjugateLaws.battery subject |> List.map (Law.covers [ "gaussian-mixture" ]))
        @ [ single kind subject; enumerated weights kind subject ]

    let all: Law list =
        List.concat
            [ battery MixtureKinds.dirichlet MixtureKinds.full
              battery MixtureKinds.dirichlet MixtureKinds.tied
              battery MixtureKinds.dirichlet MixtureKinds.diagonal
              battery MixtureKinds.stickBreaking MixtureKinds.full
              battery MixtureKinds.stickBreaking MixtureKinds.tied
              battery MixtureKinds.stickBreaking MixtureKinds.diagonal
              evidences MixtureKinds.full
              evidences MixtureKinds.tied
              evidences MixtureKinds.diagonal
              [ responsibilities; diagonalInOneColumn; tiedOfOne; tiedStatistics ] ]
