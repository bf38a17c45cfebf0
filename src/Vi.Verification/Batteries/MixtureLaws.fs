namespace Vi.Verification.FSharp

open FsCheck
open Vi.Math
open Vi.Math.FSharp
open Vi.Verification

/// What only a mixture can be asked, and evidences of the models against their second derivations.
[<RequireQualifiedAccess>]
module MixtureLaws =

    let private law name statement formula source cases compare =
        Law.make $"gaussian-mixture: {name}" cases compare
        |> Law.says statement formula source
        |> Law.covers [ "gaussian-mixture"; "cavi" ]

    let private bishop = "Bishop 2006, 10.2"

    /// One component: the approximation is exact. The model is given, so that a wrong bound can be tried.
    let single (subject: ConjugateSubject<MixtureCase, MixtureStatistics, GaussianMixturePosterior>) : Law =
        law
            "one component reaches the exact normal-Wishart evidence"
            "With K = 1 the bound after one sweep is the log evidence of the normal-Wishart model, to 1e-10 relative."
            @"\mathcal L(q^\ast)=\log p(X)\quad(K=1)"
            "Murphy 2007, 266"
            (Samples.mixture 0 40 4 1 1)
            (fun case ->
                let answer = ConjugateLaws.sweeps subject case 1 (ConjugateLaws.start subject case)
                let rows = ConjugateLaws.table (subject.Columns case) case.Rows
                let model = subject.Model case
                let elbo = model.Elbo (Cavi.statistics rows model answer) answer
                let exact = Evidence.normalWishart case.Prior.Component case.Rows

                [ Compare.close "bound" exact elbo.Value (Tolerances.evidence exact) ])

    /// The bound on tiny data against the evidence summed over all assignments.
    let enumerated (subject: ConjugateSubject<MixtureCase, MixtureStatistics, GaussianMixturePosterior>) : Law =
        law
            "the bound lies below the evidence enumerated over all assignments"
            "On up to six rows and two components the bound, at any factors, is at most the log of the sum over all 2^N assignments."
            @"\mathcal L(q)\le\log\sum_z p(z)\,p(X\mid z)"
            "DESIGN section 3; Dirichlet-multinomial times normal-Wishart evidences"
            (Samples.mixture 0 6 2 2 2)
            (fun case ->
                let exact = EnumeratedMixture.logEvidence case.Prior case.Rows
                let rows = ConjugateLaws.table (subject.Columns case) case.Rows
                let model = subject.Model case
                let first = ConjugateLaws.start subject case

                [ for count in [ 0; 1; 5; 50 ] do
                      let answer = ConjugateLaws.sweeps subject case count first
                      let elbo = model.Elbo (Cavi.statistics rows model answer) answer

                      Compare.atMost
                          $"bound after {count} sweeps"
                          elbo.Value
                          exact
                          (Tolerances.evidence elbo.Magnitude) ])

    let private responsibilities: Law =
        law
            "responsibilities are probabilities, and their sums the statistics"
            "Each row's responsibilities sum to 1, they sum over rows to the components' weights, and their entropy is the local part of the bound."
            @"\sum_k r_{nk}=1,\quad\sum_n r_{nk}=N_k"
            "Bishop 2006, 10.49 to 10.51"
            (Samples.mixture 0 40 4 1 4)
            (fun case ->
                let subject = Models.gaussianMixture
                let globals = ConjugateLaws.start subject case
                let rows = ConjugateLaws.table (subject.Columns case) case.Rows
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
                      (Tolerances.rounding 64 (1.0 + float n)) ])

    let private predictive: Law =
        law
            "the predictive density is the ratio of expected evidences"
            "For K = 1 the predictive density of a further row is the evidence with it over the evidence without it."
            @"p(x^\ast\mid X)=p(X,x^\ast)/p(X)"
            "definition of the predictive"
            (Samples.mixture 1 20 4 1 1)
            (fun case ->
                let subject = Models.gaussianMixture
                let row = case.Rows[0]
                let rest = { case with Rows = case.Rows[1..] }
                let answer = ConjugateLaws.sweeps subject rest 1 (subject.Model rest).Prior
                let withRow = Evidence.normalWishart case.Prior.Component case.Rows
                let without = Evidence.normalWishart case.Prior.Component rest.Rows

                [ Compare.close
                      "log density"
                      (withRow - without)
                      (GaussianMixture.predictiveLogDensity answer (Vec.ofArray row))
                      (Tolerances.evidence (abs withRow + abs without)) ])

    /// The models' own evidences against the second derivations. The functions are given, so that wrong ones can be tried.
    let gaussianMeanEvidence (logEvidence: GaussianMeanPrior -> Moments -> float) : Law =
        Law.make "gaussian-mean: the evidence is the joint normal density" (Samples.gaussianMean 0 40) (fun case ->
            let data = Moments.ofRows (ConjugateLaws.table 1 case.Rows)
            let values = case.Rows |> Array.map Array.head

            let covariance =
                Array2D.init values.Length values.Length (fun i j ->
                    case.Prior.Mean.Variance + (if i = j then case.Prior.NoiseVariance else 0.0))

            let joint = Evidence.jointNormal case.Prior.Mean.Mean covariance values
            // Elimination in a matrix whose condition is 1 + N s0^2 / sigma^2.
            let condition = 1.0 + float values.Length * case.Prior.Mean.Variance / case.Prior.NoiseVariance
            let actual = logEvidence case.Prior data

            [ Compare.close
                  "log evidence against the joint density"
                  joint
                  actual
                  (Tolerances.evidence (abs joint) + Tolerances.conditioned values.Length condition (1.0 + abs joint))
              Compare.close
                  "log evidence against one prediction after the other"
                  (Evidence.gaussianMean case.Prior values)
                  actual
                  (Tolerances.evidence (abs joint)) ])
        |> Law.says
            "The closed log evidence equals the density of the sample under its joint normal law, and the product of its one-step predictions."
            @"\log p(x)=\log N(x\mid m_0 1,\ \sigma^2I+s_0^2 11^\top)"
            "Bishop 2006, 2.3.3"
        |> Law.covers [ "gaussian-mean" ]

    let private meanPrecisionEvidence: Law =
        Law.make
            "gaussian-mean-precision: the evidence is the product of its predictions"
            (Samples.gaussianMeanPrecision 0 40)
            (fun case ->
                let data = Moments.ofRows (ConjugateLaws.table 1 case.Rows)
                let expected = Evidence.gaussianMeanPrecision case.Prior (case.Rows |> Array.map Array.head)

                [ Compare.close
                      "log evidence"
                      expected
                      (GaussianMeanPrecision.logEvidence case.Prior data)
                      (Tolerances.evidence (abs expected)) ])
        |> Law.says
            "The closed log evidence equals the product of Student's t predictions of each row from those before."
            @"p(x)=\prod_i t(x_i\mid x_{<i})"
            "Murphy 2007, 95"
        |> Law.covers [ "gaussian-mean-precision" ]

    let private regressionEvidence: Law =
        Law.make
            "linear-regression: the evidence is an integral over the noise alone"
            (Samples.regression 1 15)
            (fun case ->
                let data = Moments.ofRows (ConjugateLaws.table (case.Columns + 1) case.Rows)
                let expected = Evidence.regression case.Prior case.Rows

                [ Compare.close
                      "log evidence"
                      expected
                      (LinearRegression.exact case.Prior data).Value.LogEvidence
                      (1e-8 * (1.0 + abs expected)) ])
        |> Law.says
            "The exact log evidence equals the integral over log tau of the target's normal density with all weights integrated out of a dense covariance."
            @"p(y)=\int N(y\mid b_0,\ \tau^{-1}I+XX^\top/\alpha)\,p(\tau)\,d\tau"
            "Bishop 2006, 3.5"
        |> Law.covers [ "linear-regression" ]
        |> Law.cases 10

    let private normalWishartEvidence: Law =
        law
            "the closed evidence of one component"
            "The model's evidence of a single component equals the same formula written on other sums."
            @"\log p(X)"
            "Murphy 2007, 266"
            (Samples.mixture 0 40 4 1 1)
            (fun case ->
                let data = Moments.ofRows (ConjugateLaws.table case.Prior.Component.Mean.Length case.Rows)
                let expected = Evidence.normalWishart case.Prior.Component case.Rows

                [ Compare.close
                      "log evidence"
                      expected
                      (GaussianMixture.logEvidenceOfOne case.Prior.Component data)
                      (Tolerances.evidence (abs expected)) ])

    let all: Law list =
        [ single Models.gaussianMixture
          enumerated Models.gaussianMixture
          responsibilities
          predictive
          normalWishartEvidence
          gaussianMeanEvidence GaussianMean.logEvidence
          meanPrecisionEvidence
          regressionEvidence ]
