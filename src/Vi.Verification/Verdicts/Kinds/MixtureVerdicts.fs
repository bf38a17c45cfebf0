namespace Vi.Verification.FSharp

open Vi.Kernels
open Vi.Math
open Vi.Math.FSharp
open Vi.Verification

/// Normal mixtures.
[<RequireQualifiedAccess>]
module MixtureVerdicts =

    let private restarts = 3

    /// Gibbs sweeps for each position that a reference keeps.
    let private sweeps = 4

    /// Groups of normals in two columns, their centres on both axes so far from 0 and twice as far, from a source of noise.
    let private groupsOf noise count groups distance seed =
        let struct (z, _) = Rng.array (2 * count) noise (Rng.ofSeed seed)

        let entry i j =
            let group = i % groups
            z[2 * i + j] + (if j = group % 2 then distance * float (1 + group / 2) else 0.0)

        Rows.ofSeq (Array.init count (fun i -> Array.init 2 (entry i)))

    let private groups = groupsOf Rng.normal

    /// Student-t with three degrees of freedom.
    let private heavy rng =
        let struct (z, rng) = Rng.normal rng
        let struct (logGamma, rng) = Rng.logGamma 1.5 rng
        struct (z / sqrt (exp logGamma / 1.5), rng)

    let private problem
        (weights: WeightFamily<'weights>)
        (family: ComponentFamily<'prior, 'data, 'components>)
        (check:
            MixturePrior<'weights, 'prior>
                -> CheckedModel<Block, MixtureStatistics<'data>, MixturePosterior<'weights, 'components>>)
        (target: MixturePrior<'weights, 'prior> -> Rows -> InferenceTarget)
        (marginal:
            MixturePrior<'weights, 'prior> -> IBatches<Block> -> MarginalModel<MixturePosterior<'weights, 'components>>)
        (prior: MixturePrior<'weights, 'prior>)
        (rows: Rows)
        : uint64 -> string -> VerdictFit =
        let check = check prior
        let target = target prior rows
        let marginal = marginal prior rows

        VerdictFits.conjugate
            { Batches = rows
              Checked = check
              Engine = MixtureMoves.engine weights family prior rows
              Restarts = restarts
              Ordered = id
              Pinned = ValueSome marginal.ToGlobals
              Target = target
              Chains = VerdictFits.gibbsChains sweeps rows check marginal target }

    let private joint rows = (GaussianMixture.defaultPrior 1 1.0 (Moments.ofRows rows)).Component

    let private dirichlet components : Dirichlet = { Concentration = Vec.constant components 1.0 }

    let private full components rows =
        problem
            WeightFamilies.dirichlet
            FullComponents.family
            CheckedModels.fullMixture
            MarginalTargets.fullMixture
            MarginalModels.fullMixture
            { Weights = dirichlet components; Component = joint rows; Learned = ValueNone }
            rows

    let private tied components rows =
        problem
            WeightFamilies.dirichlet
            TiedComponents.family
            CheckedModels.tiedMixture
            MarginalTargets.tiedMixture
            MarginalModels.tiedMixture
            { Weights = dirichlet components; Component = joint rows; Learned = ValueNone }
            rows

    let private diagonal components rows =
        let joint = joint rows
        let scale = Chol.toMat joint.Precision.InverseScale
        let shape = 0.5 * joint.Precision.DegreesOfFreedom

        let column j = NormalGamma.create joint.Mean[j] joint.PrecisionScale shape (0.5 * scale[j, j])

        problem
            WeightFamilies.dirichlet
            DiagonalComponents.family
            CheckedModels.diagonalMixture
            MarginalTargets.diagonalMixture
            MarginalModels.diagonalMixture
            { Weights = dirichlet components
              Component = Array.init joint.Mean.Length column
              Learned = ValueNone }
            rows

    let private sticks components rows =
        problem
            WeightFamilies.stickBreaking
            FullComponents.family
            CheckedModels.fullStickBreaking
            MarginalTargets.fullStickBreaking
            MarginalModels.fullStickBreaking
            { Weights = StickBreaking.create components 1.0; Component = joint rows; Learned = ValueNone }
            rows

    let private kind name (rows: uint64 -> Rows) (fits: Rows -> uint64 -> string -> VerdictFit) : VerdictKind =
        { Name = name
          Model = "gaussian-mixture"
          Algorithms = VerdictFits.ofConjugate
          Draw = fun seed -> fits (rows seed) seed }

    /// Rows of two groups that overlap.
    let overlapping seed = groups 150 2 2.5 seed

    /// All of them.
    let all: VerdictKind list =
        [ kind "mixture, two groups apart" (groups 200 2 6.0) (full 2)
          kind "mixture, two groups that overlap" overlapping (full 2)
          kind "mixture, two groups, four components" (groups 200 2 5.0) (full 4)
          kind "mixture, three groups" (groups 300 3 4.0) (full 3)
          kind "mixture, heavy tails" (groupsOf heavy 200 2 6.0) (full 2)
          kind "tied mixture, two groups apart" (groups 200 2 5.0) (tied 2)
          kind "diagonal mixture, two groups apart" (groups 200 2 5.0) (diagonal 2)
          kind "stick-breaking mixture, two groups apart" (groups 200 2 6.0) (sticks 2)
          // Chains and particles take minutes for a data set here, a third of the whole study's time.
          { kind "stick-breaking mixture, two groups, four components" (groups 200 2 5.0) (sticks 4) with
              Algorithms = VerdictFits.ofConjugate |> List.except [ "nuts"; "svgd" ] } ]
