namespace Vi.Math.Fluent

open System
open System.Collections.Generic
open Vi.Math
open Vi.Math.FSharp

/// What Hamiltonian samplers share.
[<AbstractClass>]
type ChainInference internal (standard: ChainSettings) =
    inherit Inference()

    /// Number of chains, at least 1 [4]; given starts count where there are any.
    member val Chains = Nullable<int>() with get, set

    /// Draws of each chain that tune the sampler and are not kept [1000].
    member val WarmUp = Nullable<int>() with get, set

    /// Draws of each chain that are kept, at least 1 [1000].
    member val Samples = Nullable<int>() with get, set

    /// Acceptance rate that the step size is tuned to, between 0 and 1 [0.8].
    member val TargetAcceptance = Nullable<float>() with get, set

    /// Whether the metric learns all covariances, not the standard deviations only [false].
    member val DenseMetric = standard.DenseMetric with get, set

    /// Whether chains begin at draws of Pathfinder instead of at dispersed points [false].
    member val StartFromPathfinder = false with get, set

    /// Whether chains begin at random whatever modes there are [false].
    member val StartAtRandom = false with get, set

    /// Where chains begin, a position (D) each [dispersed].
    member val Starts: IReadOnlyList<IReadOnlyList<float>> = Array.empty with get, set

    /// Draws of each chain in one step of the run; no draw depends on it [a fortieth of all].
    member val Block = Nullable<int>() with get, set

    /// How far trajectories go.
    member internal this.SettingsOf(trajectory: TrajectoryRule) : ChainSettings =
        { Trajectory = trajectory
          Chains = Settings.given standard.Chains this.Chains
          WarmUp = Settings.given standard.WarmUp this.WarmUp
          Samples = Settings.given standard.Samples this.Samples
          TargetAcceptance = Settings.given standard.TargetAcceptance this.TargetAcceptance
          DenseMetric = this.DenseMetric
          Start =
            if this.Starts.Count > 0 then
                ChainBeginning.Positions(this.Starts |> Seq.map Vec.ofSeq |> Seq.toArray)
            elif this.StartFromPathfinder then
                ChainBeginning.Pathfinder
            elif this.StartAtRandom then
                ChainBeginning.Random
            else
                ChainBeginning.Dispersed
          Block = Settings.optional this.Block }

    member internal this.Run(trajectory, model, seed, threads) =
        let settings = this.SettingsOf trajectory
        let inference = ChainInference.create settings
        let form = ModelAnswers.ofChains inference.Name (ChainInference.budget settings)
        Settings.start inference form model seed threads

/// The no-U-turn sampler (nuts).
[<Sealed>]
type NutsInference() =
    inherit ChainInference(ChainInference.noUTurn)

    /// Most doublings of a trajectory, from 1 to 20 [10].
    member val MaxDepth = Nullable<int>() with get, set

    override _.Name = "nuts"

    override this.Begin(model, seed, threads) =
        let trajectory =
            if this.MaxDepth.HasValue then
                NoUTurn this.MaxDepth.Value
            else
                ChainInference.noUTurn.Trajectory

        this.Run(trajectory, model, seed, threads)

/// Hamiltonian Monte Carlo with trajectories of a given length (hmc).
[<Sealed>]
type HmcInference() =
    inherit ChainInference(ChainInference.fixedLength)

    /// Length of a trajectory in the time of the whitened dynamics, where a standard normal has the period 2 pi [pi / 2].
    member val TrajectoryTime = Nullable<float>() with get, set

    override _.Name = "hmc"

    override this.Begin(model, seed, threads) =
        let trajectory =
            if this.TrajectoryTime.HasValue then
                Static this.TrajectoryTime.Value
            else
                ChainInference.fixedLength.Trajectory

        this.Run(trajectory, model, seed, threads)
