namespace Vi.Properties

open System
open System.Collections.Concurrent
open Vi.Math
open Vi.Math.FSharp
open Xunit
open Xunit.Abstractions

/// How far an answer is from what was published, in all quantities.
type ReferenceDistance =
    {
        /// The largest shift of a centre, in reference standard deviations.
        Shift: float
        /// The smallest and largest ratio of spreads.
        Narrowest: float
        Widest: float
    }

/// A sample of a posterior and what it says of itself.
type ReferenceSample =
    { Distance: ReferenceDistance
      RHat: float
      Divergences: int
      BulkSize: float }

    /// The sampler finds nothing wrong with it.
    member this.IsClean = this.Divergences = 0 && this.RHat < 1.01

    override this.ToString() =
        $"largest shift {this.Distance.Shift:F3} sd, spreads {this.Distance.Narrowest:F3} to {this.Distance.Widest:F3}, R-hat {this.RHat:F4}, "
        + $"{this.Divergences} divergences, least bulk size {this.BulkSize:F0}"

/// Fits and samples of the published posteriors, each made once for all tests.
module ReferenceAnswers =

    /// Draws of the reference's quantities, one vector each.
    let private quantitiesOf (posterior: ReferencePosterior) (positions: Mat) =
        let reported = ProgramDensity.quantities posterior.Program
        let width = reported.Names.Length
        let evaluator = reported.Evaluator()
        let values: float[] = Array.zeroCreate (positions.Rows * width)

        for s in 0 .. positions.Rows - 1 do
            evaluator.Evaluate(
                positions.AsSpan().Slice(s * positions.Columns, positions.Columns),
                values.AsSpan(s * width, width)
            )

        let at s name = values[s * width + Array.IndexOf(reported.Names, name)]

        // The reference is the posterior given mu[1] < mu[2]: a draw with its components in the other order is its mirror image.
        let labelled s name =
            if posterior.Name = "normal_2-normal_mixture" && at s "mu[1]" > at s "mu[2]" then
                match name with
                | "theta" -> 1.0 - at s name
                | "mu[1]" -> at s "mu[2]"
                | _ -> at s "mu[1]"
            else
                at s name

        posterior.Quantities
        |> Array.map (fun name -> name, Vec.init positions.Rows (fun s -> labelled s name))

    /// How far a quantity's centre is off in reference standard deviations, and the ratio of its spreads; from quartiles where the moments
    /// hardly exist.
    let private compare (posterior: ReferencePosterior) (name: string, draws: Vec) =
        let reference = posterior.Summary

        if List.contains name posterior.HeavyTails then
            let spread low high = (high - low) / 1.349
            let quantile = Sample.quantile draws
            let expected = spread reference.Q25[name] reference.Q75[name]
            struct ((quantile 0.5 - reference.Q50[name]) / expected, spread (quantile 0.25) (quantile 0.75) / expected)
        else
            struct ((Sample.mean draws - reference.Mean[name]) / reference.Sd[name],
                    Sample.sd draws / reference.Sd[name])

    /// How far draws on the real line (S x D) are from the reference.
    let distance posterior positions : ReferenceDistance =
        let all = quantitiesOf posterior positions |> Array.map (compare posterior)
        let ratios = all |> Array.map (fun (struct (_, ratio)) -> ratio)

        { Shift = all |> Array.map (fun (struct (shift, _)) -> abs shift) |> Array.max
          Narrowest = Array.min ratios
          Widest = Array.max ratios }

    let private once (make: 'key -> 'answer) =
        let made = ConcurrentDictionary<'key, Lazy<'answer>>()
        fun key -> made.GetOrAdd(key, (fun key -> lazy make key)).Value

    /// The posterior of a name, where the collection is there.
    let private load name =
        match ReferencePosteriors.folder with
        | Some folder -> ReferencePosteriors.load folder name
        | None -> invalidOp "the collection of reference posteriors is not beside the repository"

    /// A posterior by its name.
    let posterior = once load

    let private densityOf name = ProgramDensity.whole (posterior name).Program

    /// Full-rank ADVI, or Pathfinder with importance weights where a full covariance has too many entries.
    let fit: string -> VariationalFit =
        once (fun name ->
            let target = InferenceTarget.ofTraced (posterior name).Program
            let dimension = target.Density.Dimension

            if dimension <= 100 then
                VariationalFit.advi Advi.defaults (FullRank.family dimension) target (Rng.ofSeed 42UL)
            else
                VariationalFit.pathfinder Pathfinder.defaults target (Rng.ofSeed 42UL))

    /// Batch-and-match, up to 100 coordinates.
    let matched: string -> VariationalFit voption =
        once (fun name ->
            let target = InferenceTarget.ofTraced (posterior name).Program

            if target.Density.Dimension > 100 then
                ValueNone
            else
                let options = BatchAndMatch.defaults target.Density.Dimension
                ValueSome(VariationalFit.batchAndMatch options target (Rng.ofSeed 42UL)))

    /// The no-U-turn sampler as it comes: four chains from random points, 1000 draws of warm-up and 1000 kept.
    let sample: string -> ReferenceSample =
        once (fun name ->
            let density = densityOf name
            let set = Sampler.run 2 HamiltonianChain.noUTurn 1000 density (RandomStarts 4) (Rng.ofSeed 7UL)
            let coordinates = Array.init density.Dimension (fun d -> SampleSet.coordinate d set)

            { Distance = distance (posterior name) (SampleSet.positions set)
              RHat = coordinates |> Seq.map RHat.rank |> Seq.max
              Divergences = SampleSet.divergences set
              BulkSize = coordinates |> Seq.map EffectiveSampleSize.bulk |> Seq.min })

/// Black-box inference and sampling on posteriors that others published: what a verdict promises must hold.
type ReferenceInferenceTests(output: ITestOutputHelper) =

    let whereThere (test: unit -> unit) =
        Shared.required "reference-posteriors" |> ignore
        test ()

    static member Names: TheoryData<string> = TheoryData<string>(ReferencePosteriors.names)

    [<SkippableTheory>]
    [<MemberData(nameof ReferenceInferenceTests.Names)>]
    member _.``What batch-and-match calls reliable is right``(name: string) =
        whereThere (fun () ->
            match ReferenceAnswers.matched name with
            | ValueNone -> ()
            | ValueSome fit ->
                let advi = ReferenceAnswers.fit name
                let posterior = ReferenceAnswers.posterior name
                let found = ReferenceAnswers.distance posterior fit.Draws
                let other = ReferenceAnswers.distance posterior advi.Draws

                output.WriteLine
                    $"{name}|{fit.Mean.Length}|{fit.Judgement.Level}|{fit.Evaluations:F0}|{found.Shift:F3}|{found.Narrowest:F3}|{found.Widest:F3}|{advi.Judgement.Level}|{advi.Evaluations:F0}|{other.Shift:F3}|{other.Narrowest:F3}|{other.Widest:F3}|{fit.Outcome}"

                if fit.Judgement.Level = Reliable then
                    Assert.True(
                        found.Shift <= 0.15,
                        $"a mean is off by {found.Shift:F3} reference standard deviations"
                    )

                    Assert.InRange(found.Narrowest, 0.85, 1.15)
                    Assert.InRange(found.Widest, 0.85, 1.15))

    [<SkippableTheory>]
    [<MemberData(nameof ReferenceInferenceTests.Names)>]
    member _.``What black-box inference calls reliable is right``(name: string) =
        whereThere (fun () ->
            let posterior = ReferenceAnswers.posterior name
            let fit = ReferenceAnswers.fit name

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

            output.WriteLine(string fit.Judgement)

            let positions =
                match fit.Judgement.Level, fit.Corrected with
                | Usable, ValueSome corrected -> corrected
                | _ -> fit.Draws

            let found = ReferenceAnswers.distance posterior positions

            output.WriteLine
                $"largest shift {found.Shift:F3} sd, spreads {found.Narrowest:F3} to {found.Widest:F3} of the reference's"

            match fit.Judgement.Level with
            | Reliable ->
                Assert.True(found.Shift <= 0.15, $"a mean is off by {found.Shift:F3} reference standard deviations")
                Assert.InRange(found.Narrowest, 0.85, 1.15)
                Assert.InRange(found.Widest, 0.85, 1.15)
            | Usable -> Assert.True(found.Shift <= 0.5, $"corrected draws are off by {found.Shift:F3}")
            | Unreliable -> ())

    /// Measured: 23 of 27, 20 of them reliable; the other four have curved, heavy-tailed or several-moded posteriors, or k-hat near its
    /// threshold. One fewer is allowed for a change of the fits that moves a k-hat across.
    [<SkippableFact>]
    member _.``Most fits are reliable or usable``() =
        whereThere (fun () ->
            let usable =
                ReferencePosteriors.names
                |> List.filter (fun name -> (ReferenceAnswers.fit name).Judgement.Level <> Unreliable)

            output.WriteLine(String.Join(", ", usable))
            Assert.InRange(usable.Length, 22, ReferencePosteriors.names.Length))

    [<SkippableTheory>]
    [<MemberData(nameof ReferenceInferenceTests.Names)>]
    member _.``The no-U-turn sampler has the published means and spreads``(name: string) =
        whereThere (fun () ->
            let found = ReferenceAnswers.sample name
            output.WriteLine(string found)

            // A sampler that says so itself may be off.
            if found.IsClean then
                Assert.True(found.Distance.Shift <= 0.1, $"a mean is off by {found.Distance.Shift:F3} reference sds")
                Assert.InRange(found.Distance.Narrowest, 0.9, 1.1)
                Assert.InRange(found.Distance.Widest, 0.9, 1.1))

    /// Measured: 22 of 27. Three have divergences (3 to 18 of 4000 draws), one of two modes does not mix, and the largest of the radon model's
    /// R-hats is 1.0101. Draws depend on the seed alone, so there is no room below.
    [<SkippableFact>]
    member _.``Few samples of the no-U-turn sampler need an excuse``() =
        whereThere (fun () ->
            let excused =
                ReferencePosteriors.names |> List.filter (fun name -> not (ReferenceAnswers.sample name).IsClean)

            output.WriteLine(String.Join(", ", excused))
            Assert.InRange(ReferencePosteriors.names.Length - excused.Length, 22, ReferencePosteriors.names.Length))

    /// 948 dimensions. The chains mix; the few divergences, where phi nears 1 and mu becomes free, are said and excuse nothing here. Measured:
    /// R-hat 1.0058, 3 divergences, least bulk size 809.
    [<SkippableFact>]
    member _.``Stochastic volatility of the pound mixes from random points``() =
        whereThere (fun () ->
            let found = ReferenceAnswers.sample "sv_pound_dollar_1981_1985"
            output.WriteLine(string found)
            Assert.InRange(found.RHat, 0.0, 1.01)
            Assert.InRange(found.BulkSize, 400.0, infinity)
            Assert.InRange(found.Divergences, 0, 40)
            Assert.InRange(found.Distance.Shift, 0.0, 0.1)
            Assert.InRange(found.Distance.Narrowest, 0.9, 1.1)
            Assert.InRange(found.Distance.Widest, 0.9, 1.1))

    /// Two components in either order: chains that begin at random end in one or the other, which R-hat must tell.
    [<SkippableFact>]
    member _.``A mixture whose components can change places does not mix, and R-hat says so``() =
        whereThere (fun () ->
            let found = ReferenceAnswers.sample "normal_2-normal_mixture"
            output.WriteLine(string found)
            Assert.InRange(found.RHat, 1.1, infinity))
