namespace Vi.Math.Fluent

open System.Collections.Generic
open Vi.Kernels
open Vi.Math
open Vi.Math.FSharp

/// Fits of mixtures of any kind.
module internal MixtureFits =

    /// All sweeps of any algorithm. Stochastic inference starts from a sample of the rows, a stream from the rows that it takes in first.
    let fit
        (weights: WeightFamily<'weights>)
        (family: ComponentFamily<'prior, 'data, 'components>)
        (prior: MixturePrior<'weights, 'prior>)
        (rows: Rows)
        (options: FitOptions)
        (form: MixturePosterior<'weights, 'components> -> 'posterior)
        : IEnumerable<Sweep<'posterior>> =
        let rows = rows.WithThreads options.Threads
        let form = Mixture.inOrder weights family prior >> form
        let model = Mixture.stochastic weights family prior

        match options.Algorithm with
        | FitAlgorithm.Stochastic ->
            Sweeps.stochastic options form rows model (Mixture.startFromSample weights family prior rows)
        | FitAlgorithm.Streaming ->
            let first = Streaming.part rows 0L (min options.BatchRows rows.Count)

            Sweeps.streaming options form rows model.Scale model.Model (fun rng ->
                (Mixture.start weights family prior first rng).Globals)
        | _ -> MixtureMoves.engineWith options.Accelerate weights family prior rows |> Sweeps.ofEngine options form

    /// Linear response of the components that explain rows.
    let respond
        (weights: WeightFamily<'weights>)
        (family: ComponentFamily<'prior, 'data, 'components>)
        (ofWeights: int -> FactorResponse<'weights>)
        (ofComponents: int -> int -> FactorResponse<'components>)
        (prior: MixturePrior<'weights, 'prior>)
        (q: MixturePosterior<'weights, 'components>)
        (rows: Rows)
        (options: LinearResponseOptions)
        : LinearResponseCovariance =
        let k = weights.Count prior.Weights
        let dimension = family.Dimension prior.Component
        let counts = Mixture.explained family prior q

        let wanted =
            Set.ofList
                [ for c in 0 .. k - 1 do
                      if counts[c] >= 1.0 then
                          $"pi[{c + 1}]"

                          for d in 1..dimension do
                              $"mu[{c + 1},{d}]" ]

        let all = Responses.mixture weights family (ofWeights k) (ofComponents k dimension)
        let view = ResponseCovariances.finite wanted.Contains all q
        ResponseCovariances.ofRows rows (Mixture.model weights family prior) view options q

    let private named name values = KeyValuePair(name, values)

    let private dirichletParts (d: Dirichlet) =
        struct (Array.init d.Concentration.Length (fun k -> Dirichlet.marginal k d), [| named "alpha" d.Concentration |])

    let private stickParts (d: StickBreaking) =
        struct (Array.init (StickBreaking.components d) (fun k -> StickBreaking.marginal k d),
                [| named "gamma1" (d.Sticks |> Array.map (fun v -> v.Alpha) |> Vec.ofArray)
                   named "gamma2" (d.Sticks |> Array.map (fun v -> v.Beta) |> Vec.ofArray) |])

    let private ofEach (f: 'c -> float) (components: 'c[]) = components |> Array.map f |> Vec.ofArray

    let private fullParts (c: NormalWishart[]) =
        struct ([| named "beta" (c |> ofEach (fun distribution -> distribution.PrecisionScale))
                   named "nu" (c |> ofEach (fun distribution -> distribution.Precision.DegreesOfFreedom)) |],
                [| named "m" (c |> Array.map (fun distribution -> distribution.Mean)) |],
                c |> Array.map (fun distribution -> Chol.inverse distribution.Precision.InverseScale))

    let private tiedParts (c: TiedNormalWishart) =
        struct ([| named "beta" c.PrecisionScales; named "nu" (Vec.constant 1 c.Precision.DegreesOfFreedom) |],
                [| named "m" c.Means |],
                [| Chol.inverse c.Precision.InverseScale |])

    let private diagonalParts (c: NormalGamma[][]) =
        let ofColumns f = c |> Array.map (ofEach f)

        struct ([| named "beta" (c |> ofEach (fun distributions -> distributions[0].PrecisionScale)) |],
                [| named "m" (ofColumns (fun distribution -> distribution.Mean))
                   named "a" (ofColumns (fun distribution -> distribution.Shape))
                   named "b" (ofColumns (fun distribution -> distribution.Rate)) |],
                Array.empty<Mat>)

    let private any
        (weights: WeightFamily<'weights>)
        (family: ComponentFamily<'prior, 'data, 'components>)
        weightParts
        weightResponse
        componentParts
        componentResponse
        (checkedModel:
            MixturePrior<'weights, 'prior>
                -> CheckedModel<Block, MixtureStatistics<'data>, MixturePosterior<'weights, 'components>>)
        prior
        rows
        options
        =
        fit weights family prior rows options (fun q ->
            let struct (distributions, ofWeights) = weightParts q.Weights
            let struct (numbers, vectors, matrices) = componentParts q.Components

            FittedMixture(
                Mixture.view weights family q,
                Mixture.explained family prior q,
                distributions,
                Array.append ofWeights numbers,
                vectors,
                matrices,
                q.Learned,
                respond weights family weightResponse componentResponse prior q,
                q,
                fun rows others ->
                    let others = others |> Seq.map unbox<MixturePosterior<'weights, 'components>>
                    PosteriorCheckers.ofRows rows (checkedModel prior) others q
            ))

    let private priorOf
        (design: MixtureDesign)
        (family: ComponentFamily<'prior, 'data, 'components>)
        (weights: 'weights)
        (component': 'prior)
        : MixturePrior<'weights, 'prior> =
        let prior = { Weights = weights; Component = component'; Learned = ValueNone }
        if design.LearnsScale then Mixture.learnScale family prior else prior

    let private ofWeights
        (design: MixtureDesign)
        (family: ComponentFamily<'prior, 'data, 'components>)
        parts
        response
        ofSticks
        ofDirichlet
        prior
        rows
        options
        =
        match design.Weights with
        | MixtureWeights.StickBreaking ->
            any
                WeightFamilies.stickBreaking
                family
                stickParts
                Responses.stickWeights
                parts
                response
                ofSticks
                (priorOf design family design.Sticks prior)
                rows
                options
        | _ ->
            any
                WeightFamilies.dirichlet
                family
                dirichletParts
                Responses.dirichletWeights
                parts
                response
                ofDirichlet
                (priorOf design family design.Dirichlet prior)
                rows
                options

    /// All sweeps of a mixture of the design's kind.
    let ofDesign (design: MixtureDesign) (rows: Rows) (options: FitOptions) : IEnumerable<Sweep<FittedMixture>> =
        match design.Covariance with
        | MixtureCovariance.Tied ->
            ofWeights
                design
                TiedComponents.family
                tiedParts
                Responses.tiedMeans
                CheckedModels.tiedStickBreaking
                CheckedModels.tiedMixture
                design.Joint
                rows
                options
        | MixtureCovariance.Diagonal ->
            ofWeights
                design
                DiagonalComponents.family
                diagonalParts
                Responses.diagonalMeans
                CheckedModels.diagonalStickBreaking
                CheckedModels.diagonalMixture
                design.Columns
                rows
                options
        | _ ->
            ofWeights
                design
                FullComponents.family
                fullParts
                Responses.fullMeans
                CheckedModels.fullStickBreaking
                CheckedModels.fullMixture
                design.Joint
                rows
                options

    /// The mixture of the design's kind as a target of samplers and black-box inference.
    let target (design: MixtureDesign) (rows: Rows) : InferenceTarget =
        match design.Weights, design.Covariance with
        | MixtureWeights.StickBreaking, MixtureCovariance.Tied ->
            MarginalTargets.tiedStickBreaking (priorOf design TiedComponents.family design.Sticks design.Joint) rows
        | MixtureWeights.StickBreaking, MixtureCovariance.Diagonal ->
            MarginalTargets.diagonalStickBreaking
                (priorOf design DiagonalComponents.family design.Sticks design.Columns)
                rows
        | MixtureWeights.StickBreaking, _ ->
            MarginalTargets.fullStickBreaking (priorOf design FullComponents.family design.Sticks design.Joint) rows
        | _, MixtureCovariance.Tied ->
            MarginalTargets.tiedMixture (priorOf design TiedComponents.family design.Dirichlet design.Joint) rows
        | _, MixtureCovariance.Diagonal ->
            MarginalTargets.diagonalMixture
                (priorOf design DiagonalComponents.family design.Dirichlet design.Columns)
                rows
        | _ -> MarginalTargets.fullMixture (priorOf design FullComponents.family design.Dirichlet design.Joint) rows
