namespace Vi.Math.Fluent

open System
open System.Collections.Generic
open Vi.Math
open Vi.Math.FSharp

/// Draws from a posterior.
[<Sealed>]
type Samples internal (set: SampleSet) =

    let rows (matrix: Mat) : IReadOnlyList<IReadOnlyList<float>> =
        matrix.ToRows() |> Array.map (fun row -> row :> IReadOnlyList<float>) :> IReadOnlyList<_>

    member internal _.Set = set

    /// Names of the coordinates.
    member _.Names: IReadOnlyList<string> = set.Names

    /// Number of chains.
    member _.Chains = set.Chains.Length

    /// Number of draws of each chain.
    member _.DrawsPerChain = if set.Chains.Length = 0 then 0 else set.Chains[0].Length

    /// Draws of a coordinate, chain by chain; raises ArgumentException for a name that there is not.
    member _.Of(name: string) : IReadOnlyList<IReadOnlyList<float>> =
        match Array.tryFindIndex ((=) name) set.Names with
        | Some d -> rows (SampleSet.coordinate d set)
        | None -> invalidArg (nameof name) $"""there is no '{name}' among {String.Join(", ", set.Names)}"""

    /// log p of the draws, chain by chain, in nats.
    member _.LogDensity: IReadOnlyList<IReadOnlyList<float>> = rows (SampleSet.logDensity set)

    /// Energies of the draws, chain by chain, in nats.
    member _.Energy: IReadOnlyList<IReadOnlyList<float>> =
        rows (SampleSet.figure (fun draw -> draw.Energy) set)

    /// Mean, sd, quantiles, R-hat, effective sample sizes and standard errors of every coordinate.
    member _.Summary() : IReadOnlyList<DrawSummary> = SampleSet.summary set

    /// Number of draws whose trajectory diverged.
    member _.Divergences = SampleSet.divergences set

    /// Where trajectories diverged, a position (D) each.
    member _.DivergenceLocations: IReadOnlyList<IReadOnlyList<float>> =
        SampleSet.divergenceLocations set
        |> Array.map (fun place -> place.ToArray() :> IReadOnlyList<float>)
        :> IReadOnlyList<_>

    /// E-BFMI of each chain; below 0.3 the energies are explored too slowly.
    member _.Bfmi: IReadOnlyList<float> = (SampleSet.bfmi set).ToArray()

    /// Step size that each chain settled for.
    member _.StepSizes: IReadOnlyList<float> =
        set.WarmUps |> Array.map (fun warmUp -> warmUp.StepSize) :> IReadOnlyList<_>

    /// Gradients that warm-up took, all chains together.
    member _.WarmUpLeapfrogSteps = set.WarmUps |> Array.sumBy (fun warmUp -> warmUp.LeapfrogSteps)

    /// Gradients that the draws took, all chains together.
    member _.LeapfrogSteps = SampleSet.leapfrogSteps set

    /// The same draws in other coordinates: a map from a position (D) to as many numbers as there are names.
    member _.Map(names: IReadOnlyList<string>, map: Func<IReadOnlyList<float>, IReadOnlyList<float>>) : Samples =
        Samples(SampleSet.map (Seq.toArray names) (fun q -> Vec.ofSeq (map.Invoke(q.ToArray()))) set)

    /// The lines of a chain, from 0, as CmdStan writes them.
    member _.ToCmdStan(model: string, seed: uint64, chain: int) : IEnumerable<string> =
        CmdStanCsv.lines model seed chain set

    /// Draws from the lines of CmdStan's files, one for each chain; raises FormatException, naming line and column.
    static member FromCmdStan(chains: IEnumerable<IEnumerable<string>>) : Samples = Samples(CmdStanCsv.read chains)
