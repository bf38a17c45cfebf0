namespace Vi.Properties

open System
open Vi.Math
open Vi.Math.Fluent
open Vi.Math.FSharp
open Vi.Verification
open Vi.Verification.FSharp
open Xunit
open Xunit.Abstractions

/// Checks of fits against their posterior through the C# face, and how often their verdicts are right.
type PosteriorCheckTests(output: ITestOutputHelper) =

    let struct (z, _) = Rng.array 240 Rng.normal (Rng.ofSeed 7UL)
    let column = Rows.ofColumn z
    let pairs = Rows.ofSeq (z |> Array.chunkBySize 2)

    let labelled =
        z
        |> Array.chunkBySize 2
        |> Array.map (fun row -> [| row[0]; (if row[0] + row[1] > 0.0 then 1.0 else 0.0) |])
        |> Rows.ofSeq

    let last (sweeps: Sweep<'posterior> seq) = (Seq.last sweeps).Posterior
    let fit = FitOptions()

    let checkers () =
        [ let prior = GaussianMeanModel.Prior(0.0, 1.0, 1.0)
          "mean", GaussianMeanModel.Checker(prior, column, last (GaussianMeanModel.Fit(prior, column, fit)))

          let prior = GaussianMeanPrecisionModel.Prior(0.0, 0.01, 1.0, 1.0)
          let q = last (GaussianMeanPrecisionModel.Fit(prior, column, fit))
          "mean and precision", GaussianMeanPrecisionModel.Checker(prior, column, q)

          let prior = LinearRegressionModel.WithIntercept(LinearRegressionModel.Prior(1.0, 1.0, 1.0), 0.0, 1.0)
          "regression", LinearRegressionModel.Checker(prior, pairs, last (LinearRegressionModel.Fit(prior, pairs, fit)))

          let prior = LogisticRegressionModel.Prior(1, 1.0)

          "logistic",
          LogisticRegressionModel.Checker(prior, labelled, last (LogisticRegressionModel.Fit(prior, labelled, fit)))

          let moments = Moments.ofRows pairs
          let prior = GaussianMixtureModel.DefaultPrior(1, 1.0, moments)
          let q = last (GaussianMixtureModel.Fit(prior, pairs, fit))
          "mixture", GaussianMixtureModel.Checker(prior, pairs, q, [ q ])

          for covariance in Enum.GetValues<MixtureCovariance>() do
              for weights in Enum.GetValues<MixtureWeights>() do
                  let design =
                      MixtureDesign(weights, covariance, 2, 1.0, moments.Mean, 1.0, 2.0, Moments.covariance moments)

                  let q = last (GaussianMixtureModel.Fit(design, pairs, fit))
                  $"{covariance} mixture, {weights} weights", q.Checker(pairs, [ q ])

          let prior = RegimeSwitchingModel.Prior(1, 1.0, 0.0, moments.Mean, 1.0, 2.0, Moments.covariance moments)

          let q = last (RegimeSwitchingModel.Fit(prior, pairs, fit))
          "regimes", RegimeSwitchingModel.Checker(prior, pairs, q, [ q ])

          let prior = LatentFactorModel.Prior(1, 1.0, 1.0, 1.0, true)
          let data = LatentFactorModel.Data(pairs, true)
          let q = last (LatentFactorModel.Fit(prior, data, fit))
          "factors", LatentFactorModel.Checker(prior, data, q, [ q ]) ]

    [<Fact>]
    member _.``every model's fit can be checked``() =
        for name, checker in checkers () do
            Assert.InRange(checker.SweepSeconds, 1e-6, 1e-2)
            let check = checker.Check(PosteriorCheckOptions(Sweeps = 256, Threads = 2))
            let judgement = check.Judge(Converged(SweepGain(10, 1e-10, 1e-6)), nan, [| 1.0; 1e-10 |])
            output.WriteLine $"{name}: {check.Kind}, {judgement.Level}"
            Assert.NotEqual(PosteriorCheckKind.NotChecked, check.Kind)
            Assert.NotEmpty check.Numbers
            Assert.All(check.Numbers, (fun n -> Assert.True(n.BestSd > 0.0 && Double.IsFinite n.BestMean)))
            Assert.NotNull(judgement.Find CheckId.DriftOfMeans)

    [<Fact>]
    member _.``a fit without a check is never reliable, and its advice is a check``() =
        let check = PosteriorCheck.NotRequested
        let judgement = check.Judge(Converged(SweepGain(10, 1e-10, 1e-6)), nan, [| 1.0; 1e-10 |])
        Assert.Equal(Usable, judgement.Level)
        Assert.Empty check.Numbers

        Assert.Contains(check.Advise judgement, fun advice -> advice.Remedy = Remedy.CheckPosterior CheckExtent.Fast)

    /// Of fits by coordinate ascent called reliable at most one in fifty is wrong; of those that are right three in five are called reliable.
    [<SkippableFact>]
    member _.``verdicts are right``() =
        let dataSets = Environment.GetEnvironmentVariable "VI_VERDICTS"
        Skip.If(String.IsNullOrEmpty dataSets, "VI_VERDICTS=20 checks 20 data sets of each kind, in half an hour")

        let rows =
            [ for kind in VerdictKinds.all do
                  if kind.Algorithms |> List.contains VerdictFits.cavi then
                      for number in 0 .. int dataSets - 1 do
                          yield! Verdicts.rows kind [ VerdictFits.cavi ] 42UL number ]

        for count in Verdicts.countBy _.Kind rows do
            output.WriteLine $"{count}"

        let all = Verdicts.count "all" rows
        Assert.True((Verdicts.reliablesAreRight all).Holds, $"{all}")
        Assert.True((Verdicts.rightsAreReliable all).Holds, $"{all}")
