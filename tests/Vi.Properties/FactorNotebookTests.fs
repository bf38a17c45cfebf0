namespace Vi.Properties

open System
open System.IO
open Vi.Math
open Vi.Math.FSharp
open Xunit
open Xunit.Abstractions

/// Section 6 of the notebook: what the factor model must show on its returns.
type FactorNotebookTests(output: ITestOutputHelper) =

    let onNotebook test = test (Shared.required "notebook")

    let data (folder: string) =
        let struct (data, _) =
            Rows.ofSeq (Shared.csv (Path.Combine(folder, "s06-factor-returns.csv"))) |> FactorData.ofRows false

        data

    let fixedPrior factors =
        { Factors = factors
          LoadingPrecision = Known 1.0
          Scales = ValueNone
          NoisePrecision = Gamma.create 1.0 1.0
          Rotation = true }

    /// Steps until a sweep gains less than 1e-10 nats.
    let converge prior data seed =
        let rule: StopRule<SweepInfo> =
            { Judge =
                fun iteration info ->
                    if iteration > 1 && info.Gain < 1e-10 then
                        ValueSome(Converged(SweepGain(iteration, info.Gain, info.Change)))
                    else
                        ValueNone }

        Run.last (FactorData.engine prior data) (StopRule.firstOf [ rule; StopRule.steps 1000 ]) (Rng.ofSeed seed)

    [<SkippableTheory>]
    [<InlineData(2, 60)>]
    [<InlineData(3, 60)>]
    [<InlineData(4, 200)>]
    member _.``section 6: twenty seeds reach one bound in few sweeps``(factors: int, most: int) =
        onNotebook (fun folder ->
            let data = data folder
            let steps = Array.init 20 (fun seed -> converge (fixedPrior factors) data (uint64 seed))
            let sweeps = steps |> Array.map (fun step -> step.Iteration)
            let bounds = steps |> Array.map (fun step -> step.State.Ascent.Elbo)
            output.WriteLine $"K = {factors}: {Array.min sweeps} to {Array.max sweeps} sweeps"
            output.WriteLine $"bound {Array.max bounds:R}, spread {Array.max bounds - Array.min bounds:g3}"
            Assert.True(Array.max sweeps <= most, $"{Array.max sweeps} sweeps")
            Assert.True(Array.max bounds - Array.min bounds < 1e-6))

    [<SkippableFact>]
    member _.``section 6: the bound is highest at three factors, and they are found``() =
        onNotebook (fun folder ->
            let data = data folder
            let answers = [| 1..5 |] |> Array.map (fun k -> converge (fixedPrior k) data 6UL)

            for k, step in Array.zip [| 1..5 |] answers do
                output.WriteLine $"K = {k}: bound {step.State.Ascent.Elbo:R} after {step.Iteration} sweeps"

            let best = answers |> Array.maxBy (fun step -> step.State.Ascent.Elbo)
            let q = FactorModel.inOrder best.State.Ascent.Globals
            Assert.Equal(3, q.Frame.Matrix.Rows)

            let truth = Mat.ofRows (Shared.csv (Path.Combine(folder, "s06-true-loadings.csv")))
            let loadings = Mat.ofRows ((FactorLoadings.means q.Loadings).ToRows())
            let aligned = Mat.multiply loadings (FactorModel.alignment loadings truth)

            for k in 0..2 do
                let x, y = Mat.column k aligned, Mat.column k truth
                let about (v: Vec) = Vec.map (fun e -> e - Vec.sum v / float v.Length) v
                let x, y = about x, about y
                let correlation = Vec.dot x y / (Vec.norm x * Vec.norm y)
                output.WriteLine $"loadings of factor {k + 1}: correlation {correlation:F4}"
                Assert.True(correlation > 0.98)

            let psi = [| 0.05; 0.08; 0.04; 0.06; 0.07; 0.05; 0.09; 0.06; 0.08; 0.05 |]
            let expected = q.NoisePrecisions |> Array.map (fun tau -> tau.Rate / (tau.Shape - 1.0))
            let error = Array.map2 (fun a b -> abs (a - b)) psi expected |> Array.average
            output.WriteLine $"mean absolute error of psi {error:F5}"
            Assert.True(error < 0.016))

    [<SkippableFact>]
    member _.``section 6: relevance determination keeps three of eight factors``() =
        onNotebook (fun folder ->
            let prior = { fixedPrior 8 with LoadingPrecision = Ard(Gamma.create 1e-3 1e-3) }

            for seed in 1UL .. 5UL do
                let step = converge prior (data folder) seed
                let q = FactorModel.inOrder step.State.Ascent.Globals
                let squares = Mat.diagonal (FactorLoadings.squares q.Frame q.Loadings)
                output.WriteLine $"{step.Iteration} sweeps, bound {step.State.Ascent.Elbo:R}, sizes {squares}"
                let kept = squares.ToArray() |> Array.filter (fun c -> c > 0.01 * squares[0])
                Assert.Equal(3, kept.Length))
