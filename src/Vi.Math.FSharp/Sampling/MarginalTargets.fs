namespace Vi.Math.FSharp

open System
open Vi.Kernels
open Vi.Math

/// Conjugate models with local variables as targets of any inference: their marginal log density, in which the local variables are summed or
/// integrated out, and Gibbs chains, in which they are drawn. Labels and rotations, which the posterior does not know, are matched to a fit by
/// coordinate ascent in all that is reported.
[<RequireQualifiedAccess>]
module MarginalTargets =

    /// Starts of the fit that labels are matched to, and its sweeps. Which of several optima it finds does not matter, nor its last digits.
    let private referenceStarts = 2

    let private referenceSweeps = 200
    let private referenceGain = 1e-6

    /// The best of several fits by coordinate ascent.
    let private reference (engine: Engine<'state, SweepInfo, 'globals>) : 'globals =
        Run.restarts referenceStarts engine (Cavi.stopRule referenceGain referenceSweeps) (Rng.ofSeed 1UL)
        |> Array.maxBy (fun run -> run.Info.Elbo.Value)
        |> fun best -> engine.Answer best.State

    let private quantities (places: (string * Shape) list) (values: Vec -> float[]) : ProgramQuantities =
        let places = List.toArray places
        let firsts = places |> Array.scan (fun at (_, shape) -> at + shape.Size) 0

        { Places = places |> Array.mapi (fun i (name, shape) -> { Name = name; Shape = shape; First = firsts[i] })
          Names = places |> Array.collect (fun (name, shape) -> ProgramDensity.entryNames name shape)
          Evaluator =
            fun () ->
                { new IQuantityEvaluator with
                    member _.Evaluate(position, target) =
                        (values (Vec.wrap (position.ToArray()))).AsSpan().CopyTo target } }

    /// A target that reports numbers of globals pinned at a position.
    let private target
        (marginal: MarginalModel<'globals>)
        (places: (string * Shape) list)
        (values: 'globals -> float[])
        (chain: unit -> Engine<GibbsState<'globals>, Vec, Vec>)
        : InferenceTarget =
        { InferenceTarget.ofDensity marginal.Density with
            Quantities = quantities places (marginal.ToGlobals >> values) }
        |> InferenceTarget.withConditionals (fun () -> chain () |> Gibbs.report marginal.OfGlobals)

    let private sds (c: MixtureComponent) =
        let covariance = MixtureComponent.covariance c
        Array.init covariance.Rows (fun j -> sqrt covariance[j, j])

    let private means (c: MixtureComponent) = (MixtureComponent.mean c).ToArray()

    /// A mixture of any kind: pi (K), mu (K x D) and the standard deviations sigma (K x D) within components are reported.
    let private mixture
        (weights: WeightFamily<'weights>)
        (family: ComponentFamily<'prior, 'data, 'components>)
        (gibbs:
            MixturePrior<'weights, 'prior> -> GibbsModel<Block, 'statistics, MixturePosterior<'weights, 'components>>)
        (marginal:
            MixturePrior<'weights, 'prior> -> IBatches<Block> -> MarginalModel<MixturePosterior<'weights, 'components>>)
        (prior: MixturePrior<'weights, 'prior>)
        (rows: Rows)
        : InferenceTarget =
        let k, d = weights.Count prior.Weights, family.Dimension prior.Component

        let labels =
            lazy
                (MixtureMoves.engine weights family prior rows
                 |> reference
                 |> Mixture.inOrder weights family prior
                 |> fun q -> DrawMatching.components (family.View q.Components))

        let values q =
            let view = Mixture.view weights family q
            let order = labels.Force () view.Components

            [| for c in order -> view.ExpectedWeights[c]
               for c in order do
                   yield! means view.Components[c]
               for c in order do
                   yield! sds view.Components[c] |]

        target
            (marginal prior rows)
            [ "pi", Shape.Vector k; "mu", Shape.Matrix(k, d); "sigma", Shape.Matrix(k, d) ]
            values
            (fun () ->
                Gibbs.engine rows (gibbs prior) (fun rng -> (Mixture.start weights family prior rows rng).Globals))

    let fullMixture (prior: MixturePrior<Dirichlet, NormalWishart>) =
        mixture WeightFamilies.dirichlet FullComponents.family GibbsModels.fullMixture MarginalModels.fullMixture prior

    /// With one covariance for all components.
    let tiedMixture (prior: MixturePrior<Dirichlet, NormalWishart>) =
        mixture WeightFamilies.dirichlet TiedComponents.family GibbsModels.tiedMixture MarginalModels.tiedMixture prior

    /// With independent columns.
    let diagonalMixture (prior: MixturePrior<Dirichlet, NormalGamma[]>) =
        mixture
            WeightFamilies.dirichlet
            DiagonalComponents.family
            GibbsModels.diagonalMixture
            MarginalModels.diagonalMixture
            prior

    /// With stick-breaking weights.
    let fullStickBreaking (prior: MixturePrior<StickBreaking, NormalWishart>) =
        mixture
            WeightFamilies.stickBreaking
            FullComponents.family
            GibbsModels.fullStickBreaking
            MarginalModels.fullStickBreaking
            prior

    /// With stick-breaking weights and one covariance for all components.
    let tiedStickBreaking (prior: MixturePrior<StickBreaking, NormalWishart>) =
        mixture
            WeightFamilies.stickBreaking
            TiedComponents.family
            GibbsModels.tiedStickBreaking
            MarginalModels.tiedStickBreaking
            prior

    /// With stick-breaking weights and independent columns.
    let diagonalStickBreaking (prior: MixturePrior<StickBreaking, NormalGamma[]>) =
        mixture
            WeightFamilies.stickBreaking
            DiagonalComponents.family
            GibbsModels.diagonalStickBreaking
            MarginalModels.diagonalStickBreaking
            prior

    /// A hidden Markov chain of S normal states in D columns: probabilities pi of the first state (S), transitions A (S x S), mu and sigma (S x D),
    /// the stationary distribution (S) and, for more than one state, the expected durations (S) are reported.
    let regimeSwitching (prior: RegimeSwitchingPrior) (rows: Rows) : InferenceTarget =
        let s, d = prior.Initial.Concentration.Length, prior.State.Mean.Length
        let chain = RegimeSwitching.chain rows
        let batches = Batches.ofList [ chain ]

        let labels =
            lazy
                (RegimeMoves.engine prior chain
                 |> reference
                 |> RegimeSwitching.inOrder prior
                 |> fun q -> DrawMatching.components (Array.map Joint q.States))

        let values (q: RegimeSwitchingPosterior) =
            let order = labels.Force () (Array.map Joint q.States)
            let initial = Dirichlet.mean q.Initial
            let expected = RegimeSwitching.expectedTransitions q
            let transitions = Mat.init s s (fun i j -> expected[order[i], order[j]])

            [| for c in order -> initial[c]
               yield! transitions.ToArray()
               for c in order do
                   yield! means (Joint q.States[c])
               for c in order do
                   yield! sds (Joint q.States[c])
               yield! (RegimeSwitching.stationary transitions).ToArray()
               if s > 1 then
                   for i in 0 .. s - 1 -> 1.0 / (1.0 - transitions[i, i]) |]

        target
            (MarginalModels.regimeSwitching prior batches)
            [ "pi", Shape.Vector s
              "A", Shape.Matrix(s, s)
              "mu", Shape.Matrix(s, d)
              "sigma", Shape.Matrix(s, d)
              "stationary", Shape.Vector s
              if s > 1 then
                  "duration", Shape.Vector s ]
            values
            (fun () ->
                Gibbs.engine batches (GibbsModels.regimeSwitching prior) (fun rng ->
                    (RegimeStart.start prior chain rng).Globals))

    /// How far starts of Gibbs chains are spread: standard deviation of the logarithms that scale loadings and noise.
    let private spread = 0.5

    /// The start with each factor's loadings and each column's noise scaled at random.
    let private dispersed (q: FactorModelPosterior) (rng: Rng) : FactorModelPosterior =
        let rows = FactorLoadings.rows q.Loadings
        let k = rows[0].Mean.Length
        let struct (normals, _) = Rng.array (k + rows.Length) Rng.normal rng
        let scale i = exp (spread * normals[i])

        { q with
            Loadings =
                rows
                |> Array.map (fun row -> { row with Mean = Vec.init k (fun j -> scale j * row.Mean[j]) })
                |> FactorLoadings.ofRows
            NoisePrecisions =
                q.NoisePrecisions |> Array.mapi (fun n tau -> { tau with Rate = tau.Rate * scale (k + n) }) }

    /// A factor model of N columns: loadings B (N x K) turned to come closest to the reference, noise variances psi (N), precisions alpha (K) of
    /// factors where they are learned, and the communalities sum_k B_nk^2 (N), which no rotation changes, are reported. Rows are taken about the
    /// centre (N); NaN where an entry is missing.
    let factorModel (prior: FactorModelPrior) (data: FactorData) (centre: Vec) (rows: Rows) : InferenceTarget =
        let columns, k = rows.Columns, prior.Factors
        let isRelevance = prior.LoadingPrecision.IsArd

        let known =
            lazy
                (FactorData.engine prior data
                 |> reference
                 |> FactorModel.inOrder
                 |> fun q -> FactorLoadings.means q.Loadings)

        let values (q: FactorModelPosterior) =
            let loadings = FactorLoadings.means q.Loadings
            let turned = Mat.multiply loadings (FactorModel.alignment loadings (known.Force()))

            [| yield! turned.ToArray()
               for precision in q.NoisePrecisions -> 1.0 / Gamma.mean precision
               if isRelevance then
                   for j in DrawMatching.factors (known.Force()) loadings -> Gamma.mean q.LoadingPrecisions[j]
               for n in 0 .. columns - 1 -> Seq.sum (Seq.init k (fun j -> loadings[n, j] * loadings[n, j])) |]

        target
            (MarginalModels.factorModel prior data)
            [ "B", Shape.Matrix(columns, k)
              "psi", Shape.Vector columns
              if isRelevance then
                  "alpha", Shape.Vector k
              "communality", Shape.Vector columns ]
            values
            (fun () ->
                Gibbs.engine rows (GibbsModels.factorModel centre prior) (fun rng ->
                    let struct (own, rng) = Rng.split rng
                    dispersed (FactorData.start prior data own) rng))
        |> fun plain ->
            match prior.Scales with
            | ValueNone -> plain
            | ValueSome scales ->
                // Loadings in their columns' units, and log 1 / psi from that of the columns' squares.
                let d = plain.Density.Dimension
                let isLoading i = i < columns * k
                let isNoise i = i >= columns * k && i < columns * k + columns

                InferenceTarget.inUnits
                    { Centre = Array.init d (fun i -> if isNoise i then -2.0 * log scales[i - columns * k] else 0.0)
                      Scale = Array.init d (fun i -> if isLoading i then scales[i / k] else 1.0) }
                    plain
