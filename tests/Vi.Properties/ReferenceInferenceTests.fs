namespace Vi.Properties

open System
open Vi.Math
open Vi.Math.FSharp
open Xunit
open Xunit.Abstractions

/// Black-box inference and sampling on posteriors that others published: what a verdict promises must hold.
type ReferenceInferenceTests(output: ITestOutputHelper) =

    let onPosterior name test =
        match ReferencePosteriors.folder with
        | Some folder -> test (ReferencePosteriors.load folder name)
        | None ->
            output.WriteLine "not checked: the folder shared with the reference posteriors is not beside the repository"

    /// Draws of the reference's quantities, one vector each.
    let quantitiesOf (posterior: ReferencePosterior) (positions: Mat) =
        let reported = ProgramDensity.quantities posterior.Program
        let width = reported.Names.Length
        let evaluator = reported.Evaluator()
        let values: float[] = Array.zeroCreate (positions.Rows * width)

        for s in 0 .. positions.Rows - 1 do
            evaluator.Evaluate(
                positions.AsSpan().Slice(s * positions.Columns, positions.Columns),
                values.AsSpan(s * width, width)
            )

        posterior.Quantities
        |> Array.map (fun name ->
            let column = Array.IndexOf(reported.Names, name)
            name, Vec.init positions.Rows (fun s -> values[s * width + column]))

    /// How far a quantity's centre is off in reference standard deviations, and the ratio of its spreads; from quartiles where the moments
    /// hardly exist.
    let compare (posterior: ReferencePosterior) (name: string, draws: Vec) =
        let reference = posterior.Summary

        if List.contains name posterior.HeavyTails then
            let spread low high = (high - low) / 1.349
            let quantile = Sample.quantile draws
            let expected = spread reference.Q25[name] reference.Q75[name]
            struct ((quantile 0.5 - reference.Q50[name]) / expected, spread (quantile 0.25) (quantile 0.75) / expected)
        else
            struct ((Sample.mean draws - reference.Mean[name]) / reference.Sd[name],
                    Sample.sd draws / reference.Sd[name])

    let worst posterior positions =
        let all = quantitiesOf posterior positions |> Array.map (compare posterior)
        let shift = all |> Array.map (fun (struct (shift, _)) -> abs shift) |> Array.max
        let ratios = all |> Array.map (fun (struct (_, ratio)) -> ratio)
        struct (shift, Array.min ratios, Array.max ratios)

    static member Names: TheoryData<string> = TheoryData<string>(ReferencePosteriors.names)

    [<Theory>]
    [<MemberData(nameof ReferenceInferenceTests.Names)>]
    member _.``What black-box inference calls reliable is right``(name: string) =
        onPosterior name (fun posterior ->
            let density = ProgramDensity.whole posterior.Program

            // Pathfinder with importance weights where a full covariance has too many entries.
            let fit =
                if density.Dimension <= 100 then
                    VariationalFit.advi Advi.defaults (FullRank.family density.Dimension) density (Rng.ofSeed 42UL)
                else
                    VariationalFit.pathfinder Pathfinder.defaults density (Rng.ofSeed 42UL)

            match fit.Evidence, posterior.LogEvidence with
            | ValueSome evidence, ValueSome(struct (exact, error)) ->
                // Four standard errors of both sides; the weighted bound is a logarithm of an average, whose error is relative to it.
                let room e = 4.0 * (e + error) + 1e-6
                output.WriteLine $"bound {evidence.Elbo:F3}, weighted {evidence.WeightedBound:F3}, evidence {exact:F3}"
                Assert.True(evidence.Elbo <= exact + room evidence.ElboError, "the bound exceeds the evidence")

                Assert.True(
                    evidence.WeightedBound <= exact + room evidence.WeightedBoundError,
                    "the weighted bound exceeds the evidence"
                )
            | _ -> ()

            output.WriteLine fit.ReliabilitySentence

            let positions =
                match fit.Reliability, fit.Corrected with
                | UsableWithCorrection, ValueSome corrected -> corrected
                | _ -> fit.Draws

            let struct (shift, narrowest, widest) = worst posterior positions
            output.WriteLine $"largest shift {shift:F3} sd, spreads {narrowest:F3} to {widest:F3} of the reference's"

            match fit.Reliability with
            | Reliable ->
                Assert.True(shift <= 0.15, $"a mean is off by {shift:F3} reference standard deviations")
                Assert.InRange(narrowest, 0.85, 1.15)
                Assert.InRange(widest, 0.85, 1.15)
            | UsableWithCorrection -> Assert.True(shift <= 0.5, $"corrected draws are off by {shift:F3}")
            | MomentsChecked
            | NotToBeBelieved _ -> ())

    [<Theory>]
    [<MemberData(nameof ReferenceInferenceTests.Names)>]
    member _.``The no-U-turn sampler has the published means and spreads``(name: string) =
        onPosterior name (fun posterior ->
            let density = ProgramDensity.whole posterior.Program
            let set = Sampler.run 2 HamiltonianChain.noUTurn 1000 density (RandomStarts 4) (Rng.ofSeed 7UL)
            let struct (shift, narrowest, widest) = worst posterior (SampleSet.positions set)

            let rHat = Seq.init density.Dimension (fun d -> RHat.rank (SampleSet.coordinate d set)) |> Seq.max

            let divergences = SampleSet.divergences set

            output.WriteLine
                $"largest shift {shift:F3} sd, spreads {narrowest:F3} to {widest:F3}, R-hat {rHat:F4}, {divergences} divergences"

            // A sampler that says so itself may be off.
            if divergences = 0 && rHat < 1.01 then
                Assert.True(shift <= 0.1, $"a mean is off by {shift:F3} reference standard deviations")
                Assert.InRange(narrowest, 0.9, 1.1)
                Assert.InRange(widest, 0.9, 1.1))
