namespace Vi.Verification.FSharp

open FsCheck
open FsCheck.FSharp
open Vi.Math
open Vi.Math.FSharp
open Vi.Verification

/// Models at their optima, of which linear-response covariances are asked.
module internal LinearResponseSubjects =

    /// Sweeps to the optimum, and after each tilt.
    let budget = 4000

    let giordano = "Giordano, Broderick and Jordan 2018, Covariances, robustness, and variational Bayes"

    /// A model at an optimum with the view of its quantities.
    type Subject<'case, 'statistics, 'globals> =
        { Name: string
          Cases: Arbitrary<'case>
          Model: 'case -> ConjugateModel<Vi.Kernels.Block, 'statistics, 'globals>
          Rows: 'case -> Rows
          View: 'case -> ResponseView<'globals>
          Start: 'case -> 'globals }

    /// The optimum that coordinate ascent reaches from factors.
    let optimumFrom start subject case model =
        let rows = subject.Rows case
        let engine = Cavi.engine rows model (fun _ -> Cavi.start rows model start)
        (Run.last engine (Cavi.stopRule 1e-18 budget) (Rng.ofSeed 0UL)).State

    let optimum subject case model = optimumFrom (subject.Start case) subject case model

    let respond (rows: Rows) model view answer =
        LinearResponse.covariance rows (float rows.Count) model view (LinearResponse.precise budget) answer

    let covariance (subject: Subject<_, _, _>) case =
        let model = subject.Model case
        let answer = (optimum subject case model).Globals
        respond (subject.Rows case) model (subject.View case) answer

    /// Comparisons of a response. Where the bound has nearly two optima, or ascent all but stands still, it is refused, and why is told.
    let whereUsable (found: ResponseCovariance) (compare: unit -> Comparison list) =
        if found.IsUsable then
            compare ()
        else
            [ Compare.holds "a refusal has no numbers" (not (Mat.isFinite found.Response)) ]

    /// Whether a response more than doubles a standard deviation.
    let isSteep (found: ResponseCovariance) =
        [ 0 .. found.Names.Length - 1 ]
        |> List.exists (fun i -> found.Response[i, i] > 4.0 * found.Raw[i, i])

    /// Comparisons of a response that at most doubles every standard deviation. Next to where two optima of the bound merge it grows without
    /// limit and bends, so that it is known to be wider than q, and no more.
    let whereMild (found: ResponseCovariance) compare =
        if found.IsUsable && isSteep found then
            [ for i in 0 .. found.Names.Length - 1 do
                  Compare.atMost
                      $"variance of {found.Names[i]}"
                      found.Raw[i, i]
                      found.Response[i, i]
                      (1e-6 * found.Raw[i, i]) ]
        else
            whereUsable found compare

    /// Cases that a law about how often something is so looks at.
    let private looked = 100

    /// Laws that compare only where there is something to compare would hold if there never were: so the exceptions are counted. Given is the
    /// share of them among 10,000 generated cases with three of its standard errors.
    let exceptions subject share (isException: 'case -> bool) seed =
        let exceptions =
            Gen.sampleWithSeed (Rnd seed) 50 looked subject.Cases.Generator
            |> Seq.filter isException
            |> Seq.length

        [ Compare.atMost
              $"exceptions among {looked} cases"
              (float exceptions)
              (float (Tolerances.exceptions looked share))
              0.0 ]

    let meanPrecision: Subject<GaussianMeanPrecisionCase, _, _> =
        { Name = "gaussian-mean-precision"
          Cases = Samples.gaussianMeanPrecision 4 40
          Model = fun case -> GaussianMeanPrecision.model case.Prior
          Rows = fun case -> ConjugateSubject.table 1 case.Rows
          View = fun _ -> Responses.gaussianMeanPrecision
          Start = fun case -> (GaussianMeanPrecision.model case.Prior).Prior }

    let regression: Subject<RegressionCase, _, _> =
        { Name = "linear-regression"
          Cases = Samples.regression 8 40
          Model = fun case -> LinearRegression.model case.Columns case.Prior
          Rows = fun case -> ConjugateSubject.table (case.Columns + 1) case.Rows
          View = fun case -> Responses.linearRegression case.Columns case.Prior
          Start = fun case -> (LinearRegression.model case.Columns case.Prior).Prior }

    let logistic: Subject<LogisticCase, _, _> =
        { Name = "logistic-regression"
          Cases = Samples.logistic 4 40 3
          Model = fun case -> LogisticRegression.model case.Prior
          Rows = fun case -> ConjugateSubject.table (case.Prior.Centre.Length + 1) case.Rows
          View = fun case -> Responses.logisticRegression case.Prior
          Start = fun case -> case.Prior.Weights }

    /// Two clusters in one dimension so far apart, in units of their spread, that coordinate ascent settles within the budget.
    type Clusters = { Gap: float; Left: float[]; Right: float[] }

    let clusters: Arbitrary<Clusters> =
        let spread = Gen.choose (-1000, 1000) |> Gen.map (fun i -> float i / 1000.0)

        gen {
            let! gap = Scalars.uniformGen 3.0 12.0
            let! left = Gen.arrayOfLength 15 spread
            let! right = Gen.arrayOfLength 25 spread
            return { Gap = gap; Left = left; Right = right }
        }
        |> Arb.fromGen

    let clusterRows (case: Clusters) =
        Array.append case.Left (case.Right |> Array.map (fun x -> x + case.Gap))
        |> Array.map Array.singleton
        |> Rows.ofSeq

    /// The prior of clusters beside each other, whatever their gap: one that covered a wide gap would blur them.
    let clusterPrior case =
        GaussianMixture.defaultPrior 2 1.0 (Moments.ofRows (clusterRows { case with Gap = min case.Gap 12.0 }))

    let mixtureOf
        name
        (weights: WeightFamily<'weights>)
        (family: ComponentFamily<'prior, 'data, 'components>)
        (prior: Clusters -> MixturePrior<'weights, 'prior>)
        ofWeights
        ofMeans
        : Subject<Clusters, MixtureStatistics<'data>, MixturePosterior<'weights, 'components>> =
        { Name = name
          Cases = clusters
          Model = prior >> Mixture.model weights family
          Rows = clusterRows
          View = fun _ -> Responses.mixture weights family ofWeights ofMeans
          Start = fun case -> (Mixture.start weights family (prior case) (clusterRows case) (Rng.ofSeed 1UL)).Globals }

    let mixture =
        mixtureOf
            "gaussian-mixture"
            WeightFamilies.dirichlet
            FullComponents.family
            clusterPrior
            (Responses.dirichletWeights 2)
            (Responses.fullMeans 2 1)

    let tied =
        mixtureOf
            "gaussian-mixture, tied covariance"
            WeightFamilies.dirichlet
            TiedComponents.family
            clusterPrior
            (Responses.dirichletWeights 2)
            (Responses.tiedMeans 2 1)

    let diagonal =
        mixtureOf
            "gaussian-mixture, diagonal covariance"
            WeightFamilies.dirichlet
            DiagonalComponents.family
            (fun case ->
                let prior = clusterPrior case
                let w = prior.Component.Precision
                let rate = 0.5 * (Chol.toMat w.InverseScale).[0, 0]

                { Weights = prior.Weights
                  Learned = ValueNone
                  Component =
                    [| NormalGamma.create
                           prior.Component.Mean[0]
                           prior.Component.PrecisionScale
                           (0.5 * w.DegreesOfFreedom)
                           rate |] })
            (Responses.dirichletWeights 2)
            (Responses.diagonalMeans 2 1)

    /// Three components, so that a share comes after another; the third finds next to no rows.
    let sticks =
        mixtureOf
            "gaussian-mixture, stick-breaking"
            WeightFamilies.stickBreaking
            FullComponents.family
            (fun case ->
                { Weights = StickBreaking.create 2 1.5
                  Component = (clusterPrior case).Component
                  Learned = ValueNone })
            (Responses.stickWeights 2)
            (Responses.fullMeans 2 1)

    /// The clusters with a second column that goes with the first.
    let wideRows (case: Clusters) =
        let all = Array.append case.Left (case.Right |> Array.map (fun x -> x + case.Gap))
        let side = Array.append case.Right case.Left
        Array.map2 (fun x y -> [| x; 0.3 * x + y |]) all side |> Rows.ofSeq

    let widePrior case =
        GaussianMixture.defaultPrior 2 1.0 (Moments.ofRows (wideRows { case with Gap = min case.Gap 12.0 }))

    let wide: Subject<Clusters, _, _> =
        { Name = "gaussian-mixture in two columns"
          Cases = clusters
          Model = widePrior >> GaussianMixture.model
          Rows = wideRows
          View = fun _ -> Responses.gaussianMixture 2 2
          Start = fun case -> (GaussianMixture.start (widePrior case) (wideRows case) (Rng.ofSeed 1UL)).Globals }

    /// The clusters one after the other as a chain.
    let regimePrior case = RegimeSwitching.prior 2 1.0 0.0 (clusterPrior case).Component

    let regimes: Subject<Clusters, _, _> =
        { Name = "regime-switching"
          Cases = clusters
          Model = regimePrior >> RegimeSwitching.model
          Rows = clusterRows
          View = fun _ -> Responses.regimeSwitching 2 1
          Start =
            fun case ->
                (RegimeStart.start (regimePrior case) (RegimeSwitching.chain (clusterRows case)) (Rng.ofSeed 1UL))
                    .Globals }

    let mean: Subject<GaussianMeanCase, _, _> =
        { Name = "gaussian-mean"
          Cases = Samples.gaussianMean 1 40
          Model = fun case -> GaussianMean.model case.Prior
          Rows = fun case -> ConjugateSubject.table 1 case.Rows
          View = fun _ -> Responses.gaussianMean
          Start = fun case -> case.Prior.Mean }
