namespace Vi.Math.FSharp

open Vi.Kernels
open Vi.Math

/// The conjugate models with draws of their factors.
[<RequireQualifiedAccess>]
module GibbsModels =

    let private draw factor (draw: 'globals -> Rng -> struct ('globals * Rng)) : FactorDraw<'globals> =
        { Factor = factor; Draw = draw }

    /// Draws of many, one after the other.
    let private each (sample: 'a -> Rng -> struct ('point * Rng)) (pin: 'point -> 'a) (factors: 'a[]) (rng: Rng) =
        (struct ([], rng), factors)
        ||> Array.fold (fun (struct (drawn, rng)) factor ->
            let struct (point, rng) = sample factor rng
            struct (pin point :: drawn, rng))
        |> fun (struct (drawn, rng)) -> struct (drawn |> List.rev |> Array.ofList, rng)

    let private gammas = each Gamma.sample Pin.gamma

    /// The mean and precision of a normal sample.
    let gaussianMeanPrecision (prior: NormalGamma) : GibbsModel<Block, Moments, GaussianMeanPrecisionPosterior> =
        { Model = GaussianMeanPrecision.model prior
          Draws =
            [ draw "q(mu)" (fun q rng ->
                  let struct (mu, rng) = Normal.sample q.Mean rng
                  struct ({ q with Mean = Pin.normal mu }, rng))
              draw "q(tau)" (fun q rng ->
                  let struct (tau, rng) = Gamma.sample q.Precision rng
                  struct ({ q with Precision = Pin.gamma tau }, rng)) ]
          Locals = ValueNone
          Names = [| "mu"; "tau" |]
          Values = fun q -> Vec.ofArray [| q.Mean.Mean; Gamma.mean q.Precision |] }

    /// A linear regression of D columns.
    let linearRegression
        (columns: int)
        (prior: LinearRegressionPrior)
        : GibbsModel<Block, Moments, LinearRegressionPosterior> =
        let isArd = prior.WeightPrecision.IsArd
        let names symbol = Array.init columns (fun d -> $"{symbol}[{d + 1}]")

        { Model = LinearRegression.model columns prior
          Draws =
            [ draw "q(w)" (fun q rng ->
                  let struct (w, rng) = MvNormal.sample q.Weights rng
                  struct ({ q with Weights = Pin.mvNormal w }, rng))
              draw "q(b)" (fun q rng ->
                  match q.Intercept with
                  | ValueNone -> struct (q, rng)
                  | ValueSome b ->
                      let struct (b, rng) = Normal.sample b rng
                      struct ({ q with Intercept = ValueSome(Pin.normal b) }, rng))
              draw "q(tau)" (fun q rng ->
                  let struct (tau, rng) = Gamma.sample q.NoisePrecision rng
                  struct ({ q with NoisePrecision = Pin.gamma tau }, rng))
              draw "q(alpha)" (fun q rng ->
                  let struct (alphas, rng) = gammas q.WeightPrecisions rng
                  struct ({ q with WeightPrecisions = alphas }, rng)) ]
          Locals = ValueNone
          Names =
            [| yield! names "w"
               if prior.Intercept.IsSome then
                   "b"
               "tau"
               if isArd then
                   yield! names "alpha" |]
          Values =
            fun q ->
                Vec.ofArray
                    [| yield! q.Weights.Mean.ToArray()
                       match q.Intercept with
                       | ValueSome b -> b.Mean
                       | ValueNone -> ()
                       Gamma.mean q.NoisePrecision
                       yield! Array.map Gamma.mean q.WeightPrecisions |] }

    /// A logistic regression, with Polya-Gamma variables drawn for its rows (Polson, Scott and Windle 2013).
    let logisticRegression (prior: LogisticRegressionPrior) : GibbsModel<Block, LogisticStatistics, MvNormal> =
        let model = LogisticRegression.model prior
        let weights = prior.Weights.Mean.Length

        { Model = model
          Draws =
            [ draw model.Updates.Head.Factor (fun q rng ->
                  let struct (w, rng) = MvNormal.sample q rng
                  struct (Pin.mvNormal w, rng)) ]
          Locals = ValueSome(fun batches rng q -> LogisticRegression.statisticsWith (Locals.Drawn rng) prior q batches)
          Names = Array.init weights (fun j -> if prior.Intercept && j = weights - 1 then "b" else $"w[{j + 1}]")
          Values = fun q -> q.Mean }

    /// How components of a kind are drawn, and what a draw of them reports: means, then covariances or variances.
    type private ComponentDraws<'components> =
        { Pin: 'components -> Rng -> struct ('components * Rng)
          Names: int -> int -> string[]
          Values: 'components -> float[] }

    let private entries symbol count dimension =
        [| for k in 1..count do
               for j in 1..dimension -> $"{symbol}[{k},{j}]" |]

    let private triangle symbol prefix dimension =
        [| for i in 1..dimension do
               for j in 1..i -> $"{symbol}[{prefix}{i},{j}]" |]

    /// The lower triangle of the covariance that a pinned precision holds.
    let private covarianceOf (w: Wishart) =
        let covariance = Mat.scale (1.0 / w.DegreesOfFreedom) (Chol.toMat w.InverseScale)

        [| for i in 0 .. covariance.Rows - 1 do
               for j in 0..i -> covariance[i, j] |]

    let private full: ComponentDraws<NormalWishart[]> =
        { Pin = each NormalWishart.sample Pin.normalWishart
          Names =
            fun count dimension ->
                [| yield! entries "mu" count dimension
                   for k in 1..count do
                       yield! triangle "Sigma" $"{k}," dimension |]
          Values =
            fun components ->
                [| for c in components do
                       yield! c.Mean.ToArray()
                   for c in components do
                       yield! covarianceOf c.Precision |] }

    let private tied: ComponentDraws<TiedNormalWishart> =
        { Pin =
            fun c rng ->
                let struct (point, rng) = TiedNormalWishart.sample c rng
                struct (Pin.tiedNormalWishart point, rng)
          Names = fun count dimension -> [| yield! entries "mu" count dimension; yield! triangle "Sigma" "" dimension |]
          Values =
            fun c ->
                [| for mean in c.Means do
                       yield! mean.ToArray()
                   yield! covarianceOf c.Precision |] }

    let private diagonal: ComponentDraws<NormalGamma[][]> =
        { Pin = each (each NormalGamma.sample Pin.normalGamma) id
          Names =
            fun count dimension -> [| yield! entries "mu" count dimension; yield! entries "variance" count dimension |]
          Values =
            fun components ->
                [| for c in components do
                       for column in c -> column.Mean
                   for c in components do
                       for column in c -> column.Rate / column.Shape |] }

    /// How the scale of components is drawn where it is learned, and what a draw reports: the entries of B, then beta_0.
    type private ScaleDraws<'globals> =
        { Draws: FactorDraw<'globals> list; Names: string[]; Values: 'globals -> float[] }

    let private scaleDraws
        (prior: LearnedScale voption)
        (get: 'globals -> LearnedScale voption)
        (set: LearnedScale -> 'globals -> 'globals)
        : ScaleDraws<'globals> =
        match prior with
        | ValueNone -> { Draws = []; Names = [||]; Values = fun _ -> [||] }
        | ValueSome prior ->
            let current q = ValueOption.defaultValue prior (get q)

            let matrix (scale: ScaleMatrix) rng : struct (ScaleMatrix * Rng) =
                match scale with
                | JointScale d ->
                    let struct (b, rng) = Wishart.sample d rng
                    struct (JointScale(Pin.wishart b), rng)
                | ColumnRates rates ->
                    let struct (drawn, rng) = gammas rates rng
                    struct (ColumnRates drawn, rng)

            { Draws =
                [ draw "q(B)" (fun q rng ->
                      let scale = current q
                      let struct (drawn, rng) = matrix scale.Matrix rng
                      struct (set { scale with Matrix = drawn } q, rng))
                  draw "q(beta0)" (fun q rng ->
                      let scale = current q
                      let struct (beta0, rng) = Gamma.sample scale.MeanScale rng
                      struct (set { scale with MeanScale = Pin.gamma beta0 } q, rng)) ]
              Names =
                [| match prior.Matrix with
                   | JointScale d -> yield! triangle "B" "" (Wishart.dimension d)
                   | ColumnRates rates -> yield! Array.init rates.Length (fun j -> $"b[{j + 1}]")
                   "beta0" |]
              Values =
                fun q ->
                    let scale = current q

                    [| match scale.Matrix with
                       | JointScale _ ->
                           let b = LearnedScale.expected scale

                           for i in 0 .. b.Rows - 1 do
                               for j in 0..i do
                                   b[i, j]
                       | ColumnRates rates -> yield! Array.map Gamma.mean rates
                       Gamma.mean scale.MeanScale |] }

    let private dirichlet (weights: Dirichlet) rng =
        let struct (p, rng) = Dirichlet.sample weights rng
        struct (Pin.dirichlet p, rng)

    let private sticks (weights: StickBreaking) rng =
        let struct (sticks, rng) = each Beta.sample Pin.beta weights.Sticks rng
        let drawn: StickBreaking = { weights with Sticks = sticks }
        struct (drawn, rng)

    let private mixture
        (weights: WeightFamily<'weights>)
        (pinWeights: 'weights -> Rng -> struct ('weights * Rng))
        (family: ComponentFamily<'prior, 'data, 'components>)
        (components: ComponentDraws<'components>)
        (prior: MixturePrior<'weights, 'prior>)
        : GibbsModel<Block, MixtureStatistics<'data>, MixturePosterior<'weights, 'components>> =
        let k = weights.Count prior.Weights
        let d = family.Dimension prior.Component

        let scale =
            scaleDraws prior.Learned (fun (q: MixturePosterior<'weights, 'components>) -> q.Learned) (fun scale q ->
                { q with Learned = ValueSome scale })

        { Model = Mixture.model weights family prior
          Draws =
            [ draw $"q({weights.Variable})" (fun (q: MixturePosterior<'weights, 'components>) rng ->
                  let struct (drawn, rng) = pinWeights q.Weights rng
                  struct ({ q with Weights = drawn }, rng))
              yield! scale.Draws
              draw $"q({family.Variables})" (fun (q: MixturePosterior<'weights, 'components>) rng ->
                  let struct (drawn, rng) = components.Pin q.Components rng
                  struct ({ q with Components = drawn }, rng)) ]
          Locals =
            ValueSome(fun batches rng q ->
                family.Accumulate (Locals.Drawn rng) (weights.ExpectedLog q.Weights) q.Components batches)
          Names = [| yield! Array.init k (fun i -> $"pi[{i + 1}]"); yield! components.Names k d; yield! scale.Names |]
          Values =
            fun q ->
                Vec.ofArray
                    [| yield! (weights.Mean q.Weights).ToArray()
                       yield! components.Values q.Components
                       yield! scale.Values q |] }

    /// Mixtures with Dirichlet weights; components keep their labels along a chain only as far as the data tell them apart.
    let fullMixture = mixture WeightFamilies.dirichlet dirichlet FullComponents.family full

    /// With one covariance for all components.
    let tiedMixture = mixture WeightFamilies.dirichlet dirichlet TiedComponents.family tied

    /// With independent columns.
    let diagonalMixture = mixture WeightFamilies.dirichlet dirichlet DiagonalComponents.family diagonal

    /// Mixtures with stick-breaking weights.
    let fullStickBreaking = mixture WeightFamilies.stickBreaking sticks FullComponents.family full

    /// With one covariance for all components.
    let tiedStickBreaking = mixture WeightFamilies.stickBreaking sticks TiedComponents.family tied

    /// With independent columns.
    let diagonalStickBreaking =
        mixture WeightFamilies.stickBreaking sticks DiagonalComponents.family diagonal

    /// A hidden Markov chain of S normal states, its path drawn by forward filtering and backward sampling.
    let regimeSwitching (prior: RegimeSwitchingPrior) : GibbsModel<Block, ChainStatistics, RegimeSwitchingPosterior> =
        let s = prior.Initial.Concentration.Length
        let d = prior.State.Mean.Length
        let monoid = RegimeSwitching.monoid s d

        let scale =
            scaleDraws prior.Learned (fun (q: RegimeSwitchingPosterior) -> q.Learned) (fun scale q ->
                { q with Learned = ValueSome scale })

        { Model = RegimeSwitching.model prior
          Draws =
            [ draw "q(pi)" (fun q rng ->
                  let struct (drawn, rng) = dirichlet q.Initial rng
                  struct ({ q with RegimeSwitchingPosterior.Initial = drawn }, rng))
              draw "q(A)" (fun q rng ->
                  let struct (drawn, rng) = each Dirichlet.sample Pin.dirichlet q.Transitions rng
                  struct ({ q with RegimeSwitchingPosterior.Transitions = drawn }, rng))
              yield! scale.Draws
              draw "q(mu, Lambda)" (fun (q: RegimeSwitchingPosterior) rng ->
                  let struct (drawn, rng) = full.Pin q.States rng
                  struct ({ q with RegimeSwitchingPosterior.States = drawn }, rng)) ]
          Locals =
            ValueSome(fun batches rng q -> batches.Fold(monoid, RegimeSwitching.statisticsWith (Locals.Drawn rng) q))
          Names =
            [| yield! Array.init s (fun i -> $"pi[{i + 1}]")
               yield! entries "A" s s
               yield! full.Names s d
               yield! scale.Names |]
          Values =
            fun q ->
                Vec.ofArray
                    [| yield! (Dirichlet.mean q.Initial).ToArray()
                       for row in q.Transitions do
                           yield! (Dirichlet.mean row).ToArray()
                       yield! full.Values q.States
                       yield! scale.Values q |] }

    /// A factor model of N columns taken about a centre (N), NaN where an entry is missing. B is known up to a rotation: B B' is reported, row by
    /// row of its lower triangle, and the noise variances psi.
    let factorModel
        (centre: Vec)
        (prior: FactorModelPrior)
        : GibbsModel<Block, FactorStatistics, FactorModelPosterior> =
        let n = centre.Length

        { Model = FactorModel.modelAbout centre { prior with Rotation = false }
          Draws =
            [ draw "q(B)" (fun q rng ->
                  let struct (rows, rng) = each MvNormal.sample Pin.mvNormal (FactorLoadings.rows q.Loadings) rng
                  struct ({ q with Loadings = FactorLoadings.ofRows rows }, rng))
              draw "q(psi)" (fun q rng ->
                  let struct (precisions, rng) = gammas q.NoisePrecisions rng
                  struct ({ q with NoisePrecisions = precisions }, rng))
              draw "q(alpha)" (fun q rng ->
                  let struct (precisions, rng) = gammas q.LoadingPrecisions rng
                  struct ({ q with LoadingPrecisions = precisions }, rng)) ]
          Locals = ValueSome(FactorDraws.moved centre prior)
          Names = [| yield! triangle "BB'" "" n; yield! Array.init n (fun j -> $"psi[{j + 1}]") |]
          Values =
            fun q ->
                let b = Mat.multiply (FactorLoadings.means q.Loadings) q.Frame.Matrix
                let common = Mat.multiply b (Mat.transpose b)

                Vec.ofArray
                    [| for i in 0 .. n - 1 do
                           for j in 0..i -> common[i, j]
                       for precision in q.NoisePrecisions -> 1.0 / Gamma.mean precision |] }
