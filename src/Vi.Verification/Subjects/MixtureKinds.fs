namespace Vi.Verification

open Vi.Math

/// A distribution of mixture weights with what the laws of mixtures need of it.
type WeightKind<'weights> =
    {
        /// How it is called in the laws' names; empty for the plain one.
        Name: string
        /// As mixtures use it.
        Family: WeightFamily<'weights>
        /// The prior of a case.
        Of: MixtureCase -> 'weights
        /// Whether these natural parameters of K weights belong to a distribution.
        IsProper: int -> Vec -> bool
        /// The distribution with natural parameters.
        OfNaturalParameters: int -> Vec -> 'weights
        /// log p(z) of an assignment of rows to components, the weights integrated out.
        LogAssignment: 'weights -> int list -> float
    }

/// A kind of components with what the laws of mixtures need of it. Priors are made from a case's normal-Wishart.
type ComponentKind<'prior, 'data, 'components> =
    {
        /// How it is called in the laws' names; empty for the plain one.
        Name: string
        /// As mixtures use it.
        Family: ComponentFamily<'prior, 'data, 'components>
        /// The prior of a case's component.
        Of: NormalWishart -> 'prior
        /// Whether these natural parameters of K components in D dimensions belong to a distribution.
        IsProper: int -> int -> Vec -> bool
        /// The distribution with natural parameters.
        OfNaturalParameters: int -> int -> Vec -> 'components
        /// Components of data shifted, as Models.shiftComponent.
        Shift: 'components -> 'components
        /// Components of data scaled, as Models.scaleComponent.
        Scale: 'components -> 'components
        /// Components of data that an orthogonal matrix turns, where the model has no axes of its own.
        Turn: (Mat -> 'components -> 'components) option
        /// How far rounding of means at the shift moves them, in their standard deviations.
        Rounding: 'components -> float
        /// Statistics of rows that are wholly assigned to components, in D dimensions.
        Assigned: int -> float[][][] -> 'data
        /// log p(X | z) of rows by component, means and precisions integrated out.
        LogEvidence: 'prior -> float[][][] -> float
        /// The same of a single component's moments, as the model computes it.
        LogEvidenceOfOne: 'prior -> Moments -> float
    }

namespace Vi.Verification.FSharp

open FsCheck
open Vi.Math
open Vi.Math.FSharp
open Vi.Verification

/// Kinds of weights and components.
[<RequireQualifiedAccess>]
module MixtureKinds =

    /// Dirichlet weights.
    let dirichlet: WeightKind<Dirichlet> =
        { Name = ""
          Family = WeightFamilies.dirichlet
          Of = fun case -> case.Prior.Weights
          IsProper = fun k -> (Models.weightsFamily k).IsProper
          OfNaturalParameters = fun k -> (Models.weightsFamily k).OfNaturalParameters
          LogAssignment = fun d -> EnumeratedMixture.logAssignment d.Concentration }

    /// Stick-breaking weights: share k has a Beta prior of two neighbouring concentrations, so that two components are the Dirichlet of
    /// two.
    let stickBreaking: WeightKind<StickBreaking> =
        let pieces (eta: Vec) = Array.init (eta.Length / 2) (fun k -> Vec.slice (2 * k) 2 eta)

        { Name = "stick-breaking"
          Family = WeightFamilies.stickBreaking
          Of =
            fun case ->
                let c = case.Prior.Weights.Concentration
                { Sticks = Array.init (c.Length - 1) (fun k -> Beta.create c[k] c[k + 1]) }
          IsProper = fun _ -> pieces >> Array.forall Beta.isProper
          OfNaturalParameters = fun _ eta -> { Sticks = pieces eta |> Array.map Beta.ofNaturalParameters }
          LogAssignment = EnumeratedMixture.logAssignmentOfSticks }

    /// An array of components from natural parameters one after the other.
    let private split k (eta: Vec) = Array.init k (fun i -> Vec.slice (i * (eta.Length / k)) (eta.Length / k) eta)

    let private momentsOf d = Array.map (ConjugateSubject.table d >> Moments.ofRows)

    /// A covariance for each component.
    let full: ComponentKind<NormalWishart, Moments[], NormalWishart[]> =
        { Name = ""
          Family = FullComponents.family
          Of = id
          IsProper = fun k d -> split k >> Array.forall (NormalWishart.isProper d)
          OfNaturalParameters = fun k d -> split k >> Array.map (NormalWishart.ofNaturalParameters d)
          Shift = Array.map Models.shiftComponent
          Scale = Array.map Models.scaleComponent
          Turn = Some(fun turn -> Array.map (Models.turnComponent turn))
          Rounding = Models.meansRounding
          Assigned = momentsOf
          LogEvidence = fun prior -> Array.sumBy (Evidence.normalWishart prior)
          LogEvidenceOfOne = FullComponents.logEvidence }

    /// One covariance for all components.
    let tied: ComponentKind<NormalWishart, TiedMoments, TiedNormalWishart> =
        let mapMarginals f (c: TiedNormalWishart) : TiedNormalWishart =
            let moved = Array.init c.Means.Length (fun k -> f (TiedNormalWishart.marginal k c))

            { c with
                Means = moved |> Array.map (fun (distribution: NormalWishart) -> distribution.Mean)
                Precision = moved[0].Precision }

        { Name = "tied covariance"
          Family = TiedComponents.family
          Of = id
          IsProper = TiedNormalWishart.isProper
          OfNaturalParameters = TiedNormalWishart.ofNaturalParameters
          Shift = mapMarginals Models.shiftComponent
          Scale = mapMarginals Models.scaleComponent
          Turn = Some(fun turn -> mapMarginals (Models.turnComponent turn))
          Rounding =
            fun c -> Array.init c.Means.Length (fun k -> TiedNormalWishart.marginal k c) |> Models.meansRounding
          Assigned =
            fun d groups ->
                let moments = momentsOf d groups

                { Weights = Vec.init moments.Length (fun k -> moments[k].Weight)
                  Means = moments |> Array.map (fun m -> m.Mean)
                  MeanRests = moments |> Array.map (fun m -> m.MeanRest)
                  Scatter = moments |> Array.map (fun m -> m.Scatter) |> Array.reduce Mat.add }
          LogEvidence = Evidence.tiedNormalWishart
          LogEvidenceOfOne = FullComponents.logEvidence }

    /// Independent columns.
    let diagonal: ComponentKind<NormalGamma[], DiagonalMoments[], NormalGamma[][]> =
        let ofPrior (c: NormalWishart) =
            let inverseScale = Chol.toMat c.Precision.InverseScale

            Array.init c.Mean.Length (fun j ->
                NormalGamma.create
                    c.Mean[j]
                    c.PrecisionScale
                    (0.5 * c.Precision.DegreesOfFreedom)
                    (0.5 * inverseScale[j, j]))

        let wide (distribution: NormalGamma) =
            NormalWishart.create
                (Vec.constant 1 distribution.Mean)
                distribution.PrecisionScale
                (Wishart.create (2.0 * distribution.Shape) (Chol.scaledIdentity 1 (2.0 * distribution.Rate)))

        { Name = "diagonal covariance"
          Family = DiagonalComponents.family
          Of = ofPrior
          IsProper = fun k d -> split (k * d) >> Array.forall NormalGamma.isProper
          OfNaturalParameters =
            fun k d -> split (k * d) >> Array.map NormalGamma.ofNaturalParameters >> Array.chunkBySize d
          Shift =
            Array.map (Array.map (fun distribution -> { distribution with Mean = distribution.Mean + Models.shift }))
          Scale =
            Array.map (
                Array.map (fun distribution ->
                    { distribution with
                        Mean = Models.scale * distribution.Mean
                        Rate = Models.scale * Models.scale * distribution.Rate })
            )
          Turn = None
          Rounding = Array.concat >> Array.map wide >> Models.meansRounding
          Assigned = fun d -> momentsOf d >> Array.map DiagonalMoments.ofMoments
          LogEvidence =
            fun prior ->
                Array.sumBy (fun rows ->
                    prior
                    |> Array.mapi (fun j distribution ->
                        Evidence.gaussianMeanPrecision distribution (rows |> Array.map (fun row -> row[j])))
                    |> Array.sum)
          LogEvidenceOfOne = fun prior data -> DiagonalComponents.logEvidence prior (DiagonalMoments.ofMoments data) }

    /// The prior of a case.
    let prior
        (weights: WeightKind<'weights>)
        (kind: ComponentKind<'prior, 'data, 'components>)
        (case: MixtureCase)
        : MixturePrior<'weights, 'prior> =
        { Weights = weights.Of case
          Component = kind.Of case.Prior.Component
          Learned = case.Prior.Learned }

    /// The laws' name for a mixture of these kinds.
    let name (weights: WeightKind<'weights>) (kind: ComponentKind<'prior, 'data, 'components>) =
        match List.filter (fun part -> part <> "") [ kind.Name; weights.Name ] with
        | [] -> "gaussian-mixture"
        | parts -> "gaussian-mixture with " + String.concat " and " parts

    /// A mixture of these kinds as a subject of the conjugate battery.
    let subject
        (cases: Arbitrary<MixtureCase>)
        (weights: WeightKind<'weights>)
        (kind: ComponentKind<'prior, 'data, 'components>)
        : ConjugateSubject<MixtureCase, MixtureStatistics<'data>, MixturePosterior<'weights, 'components>> =
        let columns (case: MixtureCase) = case.Prior.Component.Mean.Length
        let count (case: MixtureCase) = case.Prior.Weights.Concentration.Length

        let moveComponent f (case: MixtureCase) =
            { case with Prior = { case.Prior with Component = f case.Prior.Component } }

        let mapRows f (case: MixtureCase) = { case with Rows = Models.mapRows f case.Rows }

        let withWeights (q: MixturePosterior<'weights, 'components>) weights : MixturePosterior<'weights, 'components> =
            { q with Weights = weights }

        let components f (q: MixturePosterior<'weights, 'components>) : MixturePosterior<'weights, 'components> =
            { q with Components = f q.Components }

        let turned name (matrix: int -> Mat) (turn: Mat -> 'components -> 'components) =
            { Name = name
              Before = id
              Resolution = fun _ -> 0.0
              Case =
                fun case ->
                    let matrix = matrix (columns case)

                    { moveComponent (Models.turnComponent matrix) case with
                        Rows = case.Rows |> Array.map (fun row -> (Mat.multiplyVec matrix (Vec.ofArray row)).ToArray()) }
              Answer = fun case -> components (turn (matrix (columns case)))
              BoundShift = fun _ -> 0.0 }

        { Name = name weights kind
          Cases = cases
          Rows = fun case -> case.Rows
          Columns = columns
          Empty = fun case -> { case with Rows = [||] }
          Seed = fun case -> case.Seed
          Model = prior weights kind >> Mixture.model weights.Family kind.Family
          Factors =
            fun case ->
                let k, d = count case, columns case

                [ { Factor = $"q({weights.Family.Variable})"
                    NaturalParameters = fun q -> weights.Family.NaturalParameters q.Weights
                    IsProper = weights.IsProper k
                    Replace = fun q eta -> withWeights q (weights.OfNaturalParameters k eta) }
                  { Factor = $"q({kind.Family.Variables})"
                    NaturalParameters = fun q -> kind.Family.NaturalParameters q.Components
                    IsProper = kind.IsProper k d
                    Replace = fun q eta -> components (fun _ -> kind.OfNaturalParameters k d eta) q } ]
          Evidence = None
          Gap = None
          Exact = false
          PriorFactorises = true
          Symmetries =
            [ { Name = "data shifted by 1e6"
                Before = moveComponent Models.snapComponent >> mapRows Models.snap
                Case = moveComponent Models.shiftComponent >> mapRows (fun x -> x + Models.shift)
                Answer = fun _ -> components kind.Shift
                BoundShift = fun _ -> 0.0
                Resolution = fun q -> kind.Rounding q.Components }
              { Name = "data scaled by 1e-6"
                Before = id
                Resolution = fun _ -> 0.0
                Case = moveComponent Models.scaleComponent >> mapRows (fun x -> Models.scale * x)
                Answer = fun _ -> components kind.Scale
                BoundShift = fun case -> Models.scalingShift case.Rows (columns case) }

              match kind.Turn with
              | Some turn -> turned "rotated data" Models.rotation turn
              | None ->
                  // A model with axes of its own: the columns may change places.
                  let reversed d = Mat.init d d (fun i j -> if i + j = d - 1 then 1.0 else 0.0)

                  { turned "columns in another order" reversed (fun _ components -> components) with
                      Answer =
                          fun case ->
                              let k, d = count case, columns case

                              components (fun c ->
                                  kind.Family.NaturalParameters c
                                  |> split (k * d)
                                  |> Array.chunkBySize d
                                  |> Array.collect Array.rev
                                  |> Array.reduce Vec.append
                                  |> kind.OfNaturalParameters k d) }

              match weights.Family.Reorder with
              | ValueNone -> ()
              | ValueSome reorder ->
                  { Name = "components in another order"
                    Before = id
                    Resolution = fun _ -> 0.0
                    Case =
                      fun case ->
                          { case with
                              Prior =
                                  { case.Prior with
                                      Weights = { Concentration = Models.reverse case.Prior.Weights.Concentration } } }
                    Answer =
                      fun case q ->
                          let order = Array.init (count case) (fun k -> count case - 1 - k)

                          withWeights (components (kind.Family.Select order) q) (reorder order q.Weights)
                    BoundShift = fun _ -> 0.0 } ] }

    /// A mixture on data so small that sums over all assignments of rows to components give the exact evidence and the divergence from the
    /// exact posterior.
    let enumerated (weights: WeightKind<'weights>) (kind: ComponentKind<'prior, 'data, 'components>) =
        let subject = subject (Samples.mixture 0 5 2 2 3) weights kind

        let over sum (case: MixtureCase) =
            let prior = prior weights kind case

            sum
                prior
                (weights.Family.Count prior.Weights)
                (weights.LogAssignment prior.Weights)
                (kind.LogEvidence prior.Component)

        { subject with
            Evidence =
                Some(fun case ->
                    case
                    |> over (fun _ k assignment evidence ->
                        EnumeratedMixture.logEvidence k assignment evidence case.Rows))
            Gap =
                Some(fun case q ->
                    let view = Mixture.view weights.Family kind.Family q
                    let rows = ConjugateSubject.table (subject.Columns case) case.Rows

                    case
                    |> over (fun prior k assignment evidence ->
                        let given groups =
                            let data = kind.Assigned (subject.Columns case) groups

                            let exact: MixturePosterior<'weights, 'components> =
                                { Weights = weights.Family.Posterior (kind.Family.Counts data) prior.Weights
                                  Components = kind.Family.Posterior prior.Component data
                                  Learned = ValueNone }

                            (subject.Model case).Divergence q exact

                        EnumeratedMixture.divergence
                            k
                            assignment
                            evidence
                            (MixtureView.responsibilities view rows)
                            given
                            case.Rows)) }

    /// Tables for mixtures of two to four components.
    let cases = Samples.mixture 0 40 4 2 4

    /// Dirichlet weights and full covariances.
    let gaussianMixture = subject cases dirichlet full
