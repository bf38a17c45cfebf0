namespace Vi.Math

/// What warm-up left a chain with, and what it cost.
type WarmUpReport =
    {
        /// The step size that it settled for.
        StepSize: float
        /// The metric of the draws after it.
        Metric: Metric
        /// Number of its draws.
        Draws: int
        /// Gradients that they took.
        LeapfrogSteps: int
        /// How many of them diverged, which in warm-up is no matter.
        Divergences: int
    }

/// Draws from a posterior by several chains, all with as many draws.
type SampleSet =
    {
        /// Names of the D coordinates.
        Names: string[]
        /// Draws after warm-up: chain by chain, in their order.
        Chains: Draw[][]
        /// Warm-up of each chain.
        WarmUps: WarmUpReport[]
    }

/// One quantity of a posterior by its draws.
type DrawSummary =
    {
        /// The quantity's name.
        Name: string
        /// Mean of the draws.
        Mean: float
        /// Their standard deviation (divisor S - 1).
        Sd: float
        /// Quantiles 0.05, 0.25, 0.5, 0.75, 0.95.
        Quantiles: float[]
        /// Rank-normalised split R-hat.
        RHat: float
        /// Effective sample size for the bulk.
        BulkSize: float
        /// Effective sample size for the tails.
        TailSize: float
        /// Standard error of the mean.
        MeanError: float
        /// Standard error of the sd.
        SdError: float
    }

namespace Vi.Math.FSharp

open System
open Vi.Math

/// Sets of draws.
[<RequireQualifiedAccess>]
module SampleSet =

    /// Probabilities of a summary's quantiles.
    let probabilities = [| 0.05; 0.25; 0.5; 0.75; 0.95 |]

    /// A set from blocks of draws (each: chain by chain), warm-up's included, and the states that the chains ended in.
    let ofBlocks (names: string[]) (states: ChainState[]) (blocks: Draw[][] seq) : SampleSet =
        let blocks = Seq.toArray blocks
        let chain c = blocks |> Array.collect (fun block -> block[c])

        let report (state: ChainState) (draws: Draw[]) =
            { StepSize = state.StepSize
              Metric = state.Metric
              Draws = draws.Length
              LeapfrogSteps = draws |> Array.sumBy (fun draw -> draw.LeapfrogSteps)
              Divergences = draws |> Array.filter (fun draw -> draw.Divergence.IsSome) |> Array.length }

        let parts = states |> Array.mapi (fun c _ -> chain c |> Array.partition (fun draw -> draw.IsWarmUp))

        { Names = names
          Chains = parts |> Array.map snd
          WarmUps = Array.map2 (fun state (warmUp, _) -> report state warmUp) states parts }

    /// A figure of every draw (chains x draws).
    let figure (f: Draw -> float) (set: SampleSet) : Mat =
        let draws = if set.Chains.Length = 0 then 0 else set.Chains[0].Length
        Mat.init set.Chains.Length draws (fun c i -> f (set.Chains[c][i]))

    /// Coordinate d of every draw (chains x draws).
    let coordinate (d: int) (set: SampleSet) : Mat = figure (fun draw -> draw.Position[d]) set

    /// log p of every draw (chains x draws), in nats.
    let logDensity (set: SampleSet) : Mat = figure (fun draw -> draw.LogDensity) set

    /// All draws (chains times draws x D), chain after chain.
    let positions (set: SampleSet) : Mat =
        let draws = Array.concat set.Chains
        Mat.init draws.Length set.Names.Length (fun i d -> draws[i].Position[d])

    /// The same draws in other coordinates, such as the constrained parameters of a model: a map from D to as many numbers as there are names.
    let map (names: string[]) (f: Vec -> Vec) (set: SampleSet) : SampleSet =
        let mapped (draw: Draw) =
            let position = f draw.Position
            Require.sameDimension "draws" "names" names.Length "the map" position.Length
            { draw with Position = position }

        { set with Names = names; Chains = set.Chains |> Array.map (Array.map mapped) }

    let private summarizeWith (table: float[]) (name: string) (chains: Mat) : DrawSummary =
        let all = Chains.pooled chains
        let ascending = Sample.sort all

        let struct (rHat, bulkSize) =
            if Chains.vary chains then
                let scores = Chains.normalScoresFrom table (Chains.split chains)
                let folded = Chains.normalScoresFrom table (Chains.split (Chains.fold chains))
                struct (max (RHat.basic scores) (RHat.basic folded), EffectiveSampleSize.basic scores)
            else
                struct (nan, nan)

        { Name = name
          Mean = Sample.mean all
          Sd = Sample.sd all
          Quantiles =
            probabilities
            |> Array.map (fun p -> if Mat.isFinite chains then Sample.quantileOfAscending ascending p else nan)
          RHat = rHat
          BulkSize = bulkSize
          TailSize = EffectiveSampleSize.tail chains
          MeanError = MonteCarloError.mean chains
          SdError = MonteCarloError.sd chains }

    let private tableFor (chains: int) (draws: int) =
        Chains.scoreTable (if draws < 2 then chains * draws else 2 * chains * (draws / 2))

    /// Summary of one quantity (chains x draws, at least one of each).
    let summarize (name: string) (chains: Mat) : DrawSummary =
        Require.atLeastOne "summary" (nameof chains) (chains.Rows * chains.Columns)
        summarizeWith (tableFor chains.Rows chains.Columns) name chains

    /// Summaries of all coordinates; there must be a draw.
    let summary (set: SampleSet) : DrawSummary[] =
        let first = coordinate 0 set
        Require.atLeastOne "summary" "draws" (first.Rows * first.Columns)
        let table = tableFor first.Rows first.Columns
        set.Names |> Array.mapi (fun d name -> summarizeWith table name (coordinate d set))

    /// Number of draws whose trajectory diverged.
    let divergences (set: SampleSet) =
        set.Chains |> Array.sumBy (Array.sumBy (fun draw -> if draw.Divergence.IsSome then 1 else 0))

    /// Where trajectories diverged (each D).
    let divergenceLocations (set: SampleSet) : Vec[] =
        set.Chains |> Array.collect (Array.choose (fun draw -> ValueOption.toOption draw.Divergence))

    /// E-BFMI of each chain.
    let bfmi (set: SampleSet) : Vec =
        set.Chains
        |> Array.map (fun chain -> EnergyDiagnostic.bfmi (Vec.wrap (chain |> Array.map (fun draw -> draw.Energy))))
        |> Vec.wrap

    /// Gradients that the draws took, warm-up not counted.
    let leapfrogSteps (set: SampleSet) = set.Chains |> Array.sumBy (Array.sumBy (fun draw -> draw.LeapfrogSteps))
