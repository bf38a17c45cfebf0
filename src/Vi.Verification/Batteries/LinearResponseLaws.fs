namespace Vi.Verification.FSharp

open FsCheck
open FsCheck.FSharp
open Vi.Math
open Vi.Math.FSharp
open Vi.Verification

/// What linear-response covariances obey, whatever the model.
[<RequireQualifiedAccess>]
module LinearResponseLaws =

    /// Sweeps to the optimum, and after each tilt.
    let private budget = 4000

    let private giordano =
        "Giordano, Broderick and Jordan 2018, Covariances, robustness, and variational Bayes"

    /// A model at an optimum with the view of its quantities.
    type private Subject<'case, 'statistics, 'globals> =
        { Name: string
          Cases: Arbitrary<'case>
          Model: 'case -> ConjugateModel<Vi.Kernels.Block, 'statistics, 'globals>
          Rows: 'case -> Rows
          View: 'case -> ResponseView<'globals>
          Start: 'case -> 'globals }

    let private optimum subject case model =
        let rows = subject.Rows case
        let engine = Cavi.engine rows model (fun _ -> Cavi.start rows model (subject.Start case))
        (Run.last engine (Cavi.stopRule 1e-18 budget) (Rng.ofSeed 0UL)).State

    let private respond (rows: Rows) model view answer =
        LinearResponse.covariance rows (float rows.Count) model view (LinearResponse.precise budget) answer

    let private covariance (subject: Subject<_, _, _>) case =
        let model = subject.Model case
        let answer = (optimum subject case model).Globals
        respond (subject.Rows case) model (subject.View case) answer

    let private law subject name statement formula compare =
        Law.make $"linear-response: {name} ({subject.Name})" subject.Cases compare
        |> Law.says statement formula giordano
        |> Law.covers [ "linear-response"; subject.Name ]
        |> Law.cases 25

    /// The derivative of a gradient is symmetric; a wrong tilt, or a quantity put in the wrong factor, makes it lopsided. The allowance is
    /// the error of the extrapolated difference, a few 1e-8 of the standard deviations, with room for steep cases.
    let private symmetric subject =
        law
            subject
            "the response is symmetric"
            "How g_i follows a tilt by g_j is how g_j follows a tilt by g_i."
            @"\frac{d\,\mathbb E_{q_t}[g_i]}{dt_j}=\frac{d\,\mathbb E_{q_t}[g_j]}{dt_i}"
            (fun case ->
                let found = covariance subject case

                [ Compare.holds (LinearResponse.sentence found.End) found.IsUsable
                  Compare.error "asymmetry" found.Asymmetry 1e-5 ])

    /// With V the covariance under q and H the coupling through the other factors, zero or positive within a factor, the diagonal of
    /// (V^-1 - H)^-1 is at least that of V at a maximum of the bound.
    let private wider subject =
        law
            subject
            "variances are at least those of q"
            "What the other factors pass on can only add to a quantity's variance."
            @"\mathrm{Var}_{\mathrm{LR}}[g_i]\ge\mathrm{Var}_q[g_i]"
            (fun case ->
                let found = covariance subject case

                [ for i in 0 .. found.Names.Length - 1 do
                      Compare.atMost
                          $"variance of {found.Names[i]}"
                          found.Raw[i, i]
                          found.Response[i, i]
                          (1e-6 * found.Raw[i, i]) ])

    /// The bound's second derivative under the tilt, from its values alone: an oracle that knows nothing of how means follow.
    let private curvature subject =
        law
            subject
            "variances are second derivatives of the tilted bound"
            "The optimum of the bound of p exp(t g), as a function of t, has the response variance as its second derivative at 0."
            @"\mathrm{Var}_{\mathrm{LR}}[g]=\frac{d^2}{dt^2}\max_q\big(\mathcal L(q)+t\,\mathbb E_q[g]\big)"
            (fun case ->
                let model = subject.Model case
                let view = subject.View case
                let answer = (optimum subject case model).Globals
                let found = respond (subject.Rows case) model view answer

                let best j t =
                    let tilted =
                        { model with
                            Elbo =
                                fun statistics q ->
                                    { Terms =
                                        { Name = "tilt"; Value = t * (view.Means q)[j] }
                                        :: (model.Elbo statistics q).Terms }
                            Updates =
                                model.Updates
                                |> List.map (fun update ->
                                    if update.Factor = view.Factors[j] then
                                        { update with
                                            Update = fun statistics q -> view.Tilt j t (update.Update statistics q) }
                                    else
                                        update) }

                    (optimum subject case tilted).Elbo

                [ for j in 0 .. found.Names.Length - 1 do
                      let step = 0.05 / sqrt found.Response[j, j]
                      let second t = (best j t - 2.0 * best j 0.0 + best j -t) / (t * t)
                      let value = (4.0 * second step - second (2.0 * step)) / 3.0
                      // Rounding of the bound, a part in 10^12 of its terms, over t^2; truncation of the fourth order in t.
                      let magnitude = abs (best j 0.0) + 1.0
                      let allowed = 1e-3 * found.Response[j, j] + 8e-12 * magnitude / (step * step)
                      Compare.close $"variance of {found.Names[j]}" value found.Response[j, j] allowed ])

    let private meanPrecision: Subject<GaussianMeanPrecisionCase, _, _> =
        { Name = "gaussian-mean-precision"
          Cases = Samples.gaussianMeanPrecision 4 40
          Model = fun case -> GaussianMeanPrecision.model case.Prior
          Rows = fun case -> ConjugateLaws.table 1 case.Rows
          View = fun _ -> Responses.gaussianMeanPrecision
          Start = fun case -> (GaussianMeanPrecision.model case.Prior).Prior }

    let private regression: Subject<RegressionCase, _, _> =
        { Name = "linear-regression"
          Cases = Samples.regression 8 40
          Model = fun case -> LinearRegression.model case.Columns case.Prior
          Rows = fun case -> ConjugateLaws.table (case.Columns + 1) case.Rows
          View = fun case -> Responses.linearRegression case.Columns case.Prior
          Start = fun case -> (LinearRegression.model case.Columns case.Prior).Prior }

    let private logistic: Subject<LogisticCase, _, _> =
        { Name = "logistic-regression"
          Cases = Samples.logistic 4 40 3
          Model = fun case -> LogisticRegression.model case.Prior
          Rows = fun case -> ConjugateLaws.table (case.Prior.Centre.Length + 1) case.Rows
          View = fun case -> Responses.logisticRegression case.Prior
          Start = fun case -> case.Prior.Weights }

    /// Two clusters in one dimension so far apart, in units of their spread, that coordinate ascent settles within the budget.
    type private Clusters = { Gap: float; Left: float[]; Right: float[] }

    let private clusters: Arbitrary<Clusters> =
        let spread = Gen.choose (-1000, 1000) |> Gen.map (fun i -> float i / 1000.0)

        gen {
            let! gap = Scalars.uniformGen 3.0 12.0
            let! left = Gen.arrayOfLength 15 spread
            let! right = Gen.arrayOfLength 25 spread
            return { Gap = gap; Left = left; Right = right }
        }
        |> Arb.fromGen

    let private clusterRows (case: Clusters) =
        Array.append case.Left (case.Right |> Array.map (fun x -> x + case.Gap))
        |> Array.map Array.singleton
        |> Rows.ofSeq

    /// The prior of clusters beside each other, whatever their gap: one that covered a wide gap would blur them.
    let private clusterPrior case =
        GaussianMixture.defaultPrior 2 1.0 (Moments.ofRows (clusterRows { case with Gap = min case.Gap 12.0 }))

    let private mixtureOf
        name
        (weights: WeightFamily<'weights>)
        (family: ComponentFamily<'prior, 'data, 'components>)
        (prior: Clusters -> MixturePrior<'weights, 'prior>)
        view
        : Subject<Clusters, MixtureStatistics<'data>, MixturePosterior<'weights, 'components>> =
        { Name = name
          Cases = clusters
          Model = prior >> Mixture.model weights family
          Rows = clusterRows
          View = fun _ -> view
          Start = fun case -> (Mixture.start weights family (prior case) (clusterRows case) (Rng.ofSeed 1UL)).Globals }

    let private mixture =
        mixtureOf
            "gaussian-mixture"
            WeightFamilies.dirichlet
            FullComponents.family
            clusterPrior
            (Responses.gaussianMixture 2 1)

    let private tied =
        mixtureOf
            "gaussian-mixture, tied covariance"
            WeightFamilies.dirichlet
            TiedComponents.family
            clusterPrior
            (Responses.mixture
                WeightFamilies.dirichlet
                TiedComponents.family
                (Responses.dirichletWeights 2)
                (Responses.tiedMeans 2 1))

    let private diagonal =
        mixtureOf
            "gaussian-mixture, diagonal covariance"
            WeightFamilies.dirichlet
            DiagonalComponents.family
            (fun case ->
                let prior = clusterPrior case
                let w = prior.Component.Precision
                let rate = 0.5 * (Chol.toMat w.InverseScale).[0, 0]

                { Weights = prior.Weights
                  Component =
                    [| NormalGamma.create
                           prior.Component.Mean[0]
                           prior.Component.PrecisionScale
                           (0.5 * w.DegreesOfFreedom)
                           rate |] })
            (Responses.mixture
                WeightFamilies.dirichlet
                DiagonalComponents.family
                (Responses.dirichletWeights 2)
                (Responses.diagonalMeans 2 1))

    /// Three components, so that a share comes after another; the third finds next to no rows.
    let private sticks =
        mixtureOf
            "gaussian-mixture, stick-breaking"
            WeightFamilies.stickBreaking
            FullComponents.family
            (fun case -> { Weights = StickBreaking.create 2 1.5; Component = (clusterPrior case).Component })
            (Responses.mixture
                WeightFamilies.stickBreaking
                FullComponents.family
                (Responses.stickWeights 2)
                (Responses.fullMeans 2 1))

    /// The clusters with a second column that goes with the first.
    let private wideRows (case: Clusters) =
        let all = Array.append case.Left (case.Right |> Array.map (fun x -> x + case.Gap))
        let side = Array.append case.Right case.Left
        Array.map2 (fun x y -> [| x; 0.3 * x + y |]) all side |> Rows.ofSeq

    let private widePrior case =
        GaussianMixture.defaultPrior 2 1.0 (Moments.ofRows (wideRows { case with Gap = min case.Gap 12.0 }))

    let private wide: Subject<Clusters, _, _> =
        { Name = "gaussian-mixture in two columns"
          Cases = clusters
          Model = widePrior >> GaussianMixture.model
          Rows = wideRows
          View = fun _ -> Responses.gaussianMixture 2 2
          Start = fun case -> (GaussianMixture.start (widePrior case) (wideRows case) (Rng.ofSeed 1UL)).Globals }

    /// The clusters one after the other as a chain.
    let private regimePrior case = RegimeSwitching.prior 2 1.0 0.0 (clusterPrior case).Component

    let private regimes: Subject<Clusters, _, _> =
        { Name = "regime-switching"
          Cases = clusters
          Model = regimePrior >> RegimeSwitching.model
          Rows = clusterRows
          View = fun _ -> Responses.regimeSwitching 2 1
          Start =
            fun case ->
                (RegimeStart.start (regimePrior case) (RegimeSwitching.chain (clusterRows case)) (Rng.ofSeed 1UL))
                    .Globals }

    /// Weights add up to 1 whatever is tilted, so their responses add up to nothing.
    let private adding subject =
        law
            subject
            "responses of the weights add up to nothing"
            "The weights add up to 1 after every tilt, so no quantity has a covariance with their sum."
            @"\sum_k\mathrm{Cov}_{\mathrm{LR}}[g,\pi_k]=0"
            (fun case ->
                let found = covariance subject case

                let weights =
                    [ for i in 0 .. found.Names.Length - 1 do
                          if found.Names[i].StartsWith "pi" then
                              i ]

                [ for i in 0 .. found.Names.Length - 1 do
                      let sum = weights |> List.sumBy (fun k -> found.Response[i, k])
                      let scale = weights |> List.sumBy (fun k -> sqrt (found.Response[i, i] * found.Response[k, k]))
                      Compare.close $"sum for {found.Names[i]}" 0.0 (sum / scale) 1e-6 ])
        |> Law.cases 10

    /// Where the groups cannot be mistaken, nothing comes through the assignments.
    let private separated: Law =
        Law.make
            "linear-response: clusters that cannot be mistaken keep the variances of q (gaussian-mixture)"
            clusters
            (fun case ->
                // A prior mean between the clusters would blur them, were it not worth next to nothing.
                let weak case =
                    let prior = clusterPrior case
                    GaussianMixture.model { prior with Component = { prior.Component with PrecisionScale = 1e-9 } }

                let found = covariance { mixture with Model = weak } { case with Gap = 400.0 + case.Gap }

                [ for i in 0 .. found.Names.Length - 1 do
                      Compare.close
                          $"variance of {found.Names[i]}"
                          found.Raw[i, i]
                          found.Response[i, i]
                          (1e-6 * found.Raw[i, i]) ])
        |> Law.says
            "With every assignment certain the factors are independent, and the response is q's own covariance."
            @"r_{nk}\in\{0,1\}\Rightarrow\mathrm{Cov}_{\mathrm{LR}}=\mathrm{Cov}_q"
            giordano
        |> Law.covers [ "linear-response"; "gaussian-mixture" ]
        |> Law.cases 10

    /// A response as the laws against exact posteriors take it, so that wrong ones can be given to them.
    type private Respond<'statistics, 'globals> =
        Rows
            -> ConjugateModel<Vi.Kernels.Block, 'statistics, 'globals>
            -> ResponseView<'globals>
            -> 'globals
            -> ResponseCovariance

    let private exactly name statement formula (subject: Subject<_, _, _>) (respond: Respond<_, _>) compare =
        law subject name statement formula (fun case ->
            let model = subject.Model case
            let answer = (optimum subject case model).Globals
            compare case (respond (subject.Rows case) model (subject.View case) answer))

    let private mean: Subject<GaussianMeanCase, _, _> =
        { Name = "gaussian-mean"
          Cases = Samples.gaussianMean 1 40
          Model = fun case -> GaussianMean.model case.Prior
          Rows = fun case -> ConjugateLaws.table 1 case.Rows
          View = fun _ -> Responses.gaussianMean
          Start = fun case -> case.Prior.Mean }

    let private oneFactor: Law =
        exactly
            "with one factor the response is the posterior's variance"
            "A model of one factor leaves nothing out: q is the posterior, and its linear response the posterior's own variance."
            @"q=p\Rightarrow\mathrm{Cov}_{\mathrm{LR}}=\mathrm{Cov}_p"
            mean
            respond
            (fun case found ->
                let exact = GaussianMean.posterior case.Prior (Moments.ofRows (mean.Rows case))
                [ Compare.close "variance" exact.Variance found.Response[0, 0] (1e-7 * exact.Variance) ])

    /// q(tau) has shape a + 1/2 where the exact law has a, and the same mean a / b: its variance a^2 / (b^2 (a + 1/2)) is too small by
    /// a / (a + 1/2). Tilted by t the fixed point is E[tau] = a / (b - t), whose slope is the exact variance a / b^2.
    let private exactPrecision respond : Law =
        exactly
            "the precision's variance is the exact one"
            "What q(mu) q(tau) leaves out of the precision's variance, linear response puts back to the last digit."
            @"\mathrm{Var}_{\mathrm{LR}}[\tau]=a_N/b_N^2"
            meanPrecision
            respond
            (fun case found ->
                let exact = GaussianMeanPrecision.posterior case.Prior (Moments.ofRows (meanPrecision.Rows case))
                let struct (_, variance) = NormalGamma.variance exact
                [ Compare.close "variance of tau" variance found.Response[1, 1] (1e-6 * variance) ])

    /// Variances of the weights, which the exact posterior mixes over the noise, and of the noise's precision.
    let private nearer respond : Law =
        exactly
            "spreads come nearer to the exact ones"
            "q takes weights and noise for independent and is too sure of both; linear response is never farther from the exact standard deviations."
            @"|\log\mathrm{sd}_{\mathrm{LR}}-\log\mathrm{sd}_p|\le|\log\mathrm{sd}_q-\log\mathrm{sd}_p|"
            regression
            respond
            (fun case found ->
                let model = LinearRegression.model case.Columns case.Prior
                let data = Cavi.statistics (regression.Rows case) model model.Prior

                match LinearRegression.exact case.Prior data with
                | ValueSome exact ->
                    [ for i in 0 .. case.Columns do
                          let sd = if i < case.Columns then exact.WeightSds[i] else exact.NoisePrecisionSd
                          let off (variance: float) = abs (log (sqrt variance / sd))

                          Compare.atMost
                              $"error of log sd of {found.Names[i]}"
                              (off found.Response[i, i])
                              (off found.Raw[i, i])
                              1e-6 ]
                | ValueNone -> [ Compare.holds "the exact posterior can be had" false ])

    /// Differences of two responses in units of the standard deviations of the first.
    let private same (expected: ResponseCovariance) (found: ResponseCovariance) =
        let sd i = sqrt expected.Response[i, i]

        [ for i in 0 .. expected.Names.Length - 1 do
              for j in 0..i do
                  Compare.close
                      $"{expected.Names[i]} with {expected.Names[j]}, in sds"
                      (expected.Response[i, j] / (sd i * sd j))
                      (found.Response[i, j] / (sd i * sd j))
                      1e-5 ]

    let private reordered subject (reorder: 'case -> 'case) =
        law
            subject
            "the order of the rows does not matter"
            "Rows that are independent given the parameters may come in any order."
            @"\mathrm{Cov}_{\mathrm{LR}}[g\mid x_{\sigma(1)},\dots]=\mathrm{Cov}_{\mathrm{LR}}[g\mid x_1,\dots]"
            (fun case -> same (covariance subject case) (covariance subject (reorder case)))
        |> Law.cases 10

    /// Moves the first column by a constant.
    let private moved (rows: float[][]) = rows |> Array.map (fun row -> Array.append [| row[0] + 3.0 |] row[1..])

    let private shifted subject (shift: 'case -> 'case) =
        law
            subject
            "moving a centred column changes nothing"
            "Where columns count from their centre, a constant added to one of them is taken off again."
            @"x_{n1}\to x_{n1}+c\Rightarrow\mathrm{Cov}_{\mathrm{LR}}\text{ as before}"
            (fun case -> same (covariance subject case) (covariance subject (shift case)))
        |> Law.cases 10

    let private withIntercept =
        { regression with
            Model =
                fun case ->
                    LinearRegression.model
                        case.Columns
                        { case.Prior with Intercept = ValueSome(Normal.create 0.0 100.0) }
            View =
                fun case ->
                    Responses.linearRegression
                        case.Columns
                        { case.Prior with Intercept = ValueSome(Normal.create 0.0 100.0) }
            Start =
                fun case ->
                    (LinearRegression.model
                        case.Columns
                        { case.Prior with Intercept = ValueSome(Normal.create 0.0 100.0) })
                        .Prior }

    /// Two components at the same place are a fixed point, but no maximum: whoever reads a response there must be told.
    let private saddles: Law =
        Law.make
            "linear-response: at a saddle of the bound there is no response (gaussian-mixture)"
            clusters
            (fun case ->
                let model = mixture.Model case
                let there = (optimum { mixture with Start = fun _ -> model.Prior } case model).Globals

                let quick =
                    LinearResponse.covariance
                        (clusterRows case)
                        40.0
                        model
                        (mixture.View case)
                        LinearResponse.quick
                        there

                [ Compare.holds
                      $"precise: {LinearResponse.sentence (respond (clusterRows case) model (mixture.View case) there).End}"
                      (not (respond (clusterRows case) model (mixture.View case) there).IsUsable)
                  Compare.holds $"quick: {LinearResponse.sentence quick.End}" (not quick.IsUsable) ])
        |> Law.says
            "Components that start equal stay equal; a small tilt lets them part for good, and the answer says that there is no covariance."
            @"q_t\not\to q\;(t\to0)\Rightarrow\text{none}"
            giordano
        |> Law.covers [ "linear-response"; "gaussian-mixture" ]
        |> Law.cases 10

    /// The bounded computation that reports use.
    let private quickly subject =
        law
            subject
            "the quick response has three digits"
            "The computation of bounded cost agrees with the precise one to a thousandth of the standard deviations."
            @"\mathrm{Cov}_{\mathrm{LR}}^{\mathrm{quick}}\approx\mathrm{Cov}_{\mathrm{LR}}"
            (fun case ->
                let model = subject.Model case
                let answer = (optimum subject case model).Globals
                let rows = subject.Rows case
                let precise = respond rows model (subject.View case) answer

                let quick =
                    LinearResponse.covariance
                        rows
                        (float rows.Count)
                        model
                        (subject.View case)
                        LinearResponse.quick
                        answer

                let sd i = sqrt precise.Response[i, i]

                [ Compare.holds (LinearResponse.sentence quick.End) quick.IsUsable
                  for i in 0 .. precise.Names.Length - 1 do
                      Compare.close $"sd of {precise.Names[i]}" 1.0 (sqrt quick.Response[i, i] / sd i) 1e-3 ])
        |> Law.cases 10

    let private battery subject = [ symmetric subject; wider subject ]

    let all: Law list =
        List.concat
            [ battery meanPrecision
              battery regression
              battery logistic
              battery mixture
              battery tied |> List.map (Law.cases 10)
              battery diagonal |> List.map (Law.cases 10)
              battery sticks |> List.map (Law.cases 10)
              battery wide |> List.map (Law.cases 10)
              battery regimes |> List.map (Law.cases 10)
              [ curvature meanPrecision
                curvature regression
                curvature logistic
                separated
                oneFactor
                exactPrecision respond
                nearer respond
                adding mixture
                adding sticks
                reordered regression (fun case -> { case with Rows = Array.rev case.Rows })
                reordered logistic (fun case -> { case with Rows = Array.rev case.Rows })
                reordered mixture (fun case -> { case with Left = Array.rev case.Left; Right = Array.rev case.Right })
                shifted withIntercept (fun case -> { case with Rows = moved case.Rows })
                shifted logistic (fun case ->
                    { case with
                        Rows = moved case.Rows
                        Prior =
                            { case.Prior with
                                Centre =
                                    Vec.init case.Prior.Centre.Length (fun i ->
                                        case.Prior.Centre[i] + (if i = 0 then 3.0 else 0.0)) } })
                saddles
                quickly regression
                quickly logistic
                quickly mixture ] ]

    /// q's own covariance given out for the response.
    let private rawReturned rows model view answer =
        let found = respond rows model view answer
        { found with Response = found.Raw }

    /// The response with every factor but the tilted one held still: what comes back from the others is lost.
    let private withoutFeedback rows (model: ConjugateModel<_, _, _>) (view: ResponseView<_>) answer =
        let one j =
            let held =
                { model with
                    Updates = model.Updates |> List.filter (fun update -> update.Factor = view.Factors[j]) }

            (respond rows held (LinearResponse.among [| j |] view) answer).Response[0, 0]

        let found = respond rows model view answer

        { found with
            Response =
                Mat.init view.Names.Length view.Names.Length (fun i j -> if i = j then one j else found.Response[i, j]) }

    let private withTilt
        name
        (tilt: ResponseView<LinearRegressionPosterior> -> ResponseView<LinearRegressionPosterior>)
        =
        { regression with Name = name; View = regression.View >> tilt }

    let private reversed =
        withTilt "linear-regression" (fun view -> { view with Tilt = fun j t q -> view.Tilt j -t q })

    /// The precision's tilt put on the shape, where the variable is log tau, not tau.
    let private wrongVariable =
        withTilt "linear-regression" (fun view ->
            { view with
                Tilt =
                    fun j t q ->
                        if view.Names[j] = "tau" then
                            { q with NoisePrecision = { q.NoisePrecision with Shape = q.NoisePrecision.Shape + t } }
                        else
                            view.Tilt j t q })

    let specimens: Specimen list =
        [ Specimen.make
              "tilts of the wrong sign"
              "a common slip: p exp(-t g) for p exp(t g)"
              "Every quantity moves the wrong way: variances shrink where they should grow."
              (wider reversed).Name
              [ wider reversed ]
          Specimen.make
              "tilt of the logarithm"
              "a common slip: the shape of a gamma belongs to log tau"
              "The noise precision is tilted by its logarithm: the response is no longer symmetric."
              (symmetric wrongVariable).Name
              [ symmetric wrongVariable ]
          Specimen.make
              "q's own covariance for the response"
              "what packages report after a mean-field fit"
              "Mean-field variances are given out as they are: too small where factors depend on each other."
              (exactPrecision rawReturned).Name
              [ exactPrecision rawReturned ]
          Specimen.make
              "a response without feedback"
              "a common slip: the other factors are held still while one is tilted"
              "Only the tilted factor moves, so that nothing comes back from the others and q's variance is all that is found."
              (exactPrecision withoutFeedback).Name
              [ exactPrecision withoutFeedback ] ]
