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

    let private covariance (subject: Subject<_, _, _>) case =
        let model = subject.Model case
        let answer = (optimum subject case model).Globals
        LinearResponse.covariance (subject.Rows case) model (subject.View case) budget answer

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

                [ Compare.holds "coordinate ascent settles after every tilt" found.Settled
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
                let found = LinearResponse.covariance (subject.Rows case) model view budget answer

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

    let private mixture: Subject<Clusters, _, _> =
        { Name = "gaussian-mixture"
          Cases = clusters
          Model = fun case -> GaussianMixture.model (clusterPrior case)
          Rows = clusterRows
          View = fun _ -> Responses.gaussianMixture 2 1
          Start = fun case -> (GaussianMixture.start (clusterPrior case) (clusterRows case) (Rng.ofSeed 1UL)).Globals }

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

    /// Ten rows of a mean and a precision: the precision's variance by linear response is nearer to the exact one than q's is.
    let private nearer: Law =
        Law.make
            "linear-response: the noise precision's spread comes nearer to the exact one (linear-regression)"
            (Samples.regression 8 40)
            (fun case ->
                let model = LinearRegression.model case.Columns case.Prior
                let found = covariance regression case
                let data = Cavi.statistics (regression.Rows case) model model.Prior
                let at = case.Columns

                match LinearRegression.exact case.Prior data with
                | ValueSome exact ->
                    let off (variance: float) = abs (log (sqrt variance / exact.NoisePrecisionSd))
                    [ Compare.atMost "error of log sd" (off found.Response[at, at]) (off found.Raw[at, at]) 1e-6 ]
                | ValueNone -> [ Compare.holds "the exact posterior can be had" false ])
        |> Law.says
            "q takes weights and noise for independent and is too sure of the noise; linear response mends that."
            @"|\log\mathrm{sd}_{\mathrm{LR}}[\tau]-\log\mathrm{sd}_p[\tau]|\le|\log\mathrm{sd}_q[\tau]-\log\mathrm{sd}_p[\tau]|"
            giordano
        |> Law.covers [ "linear-response"; "linear-regression" ]
        |> Law.cases 25

    let private battery subject = [ symmetric subject; wider subject ]

    let all: Law list =
        List.concat
            [ battery meanPrecision
              battery regression
              battery logistic
              battery mixture
              [ curvature meanPrecision; curvature regression; curvature logistic; separated; nearer ] ]

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
              [ symmetric wrongVariable ] ]
