namespace Vi.Properties

open System
open System.IO
open System.Text.Json
open Vi.Math
open Vi.Math.FSharp
open Vi.Verification.FSharp
open Xunit
open Xunit.Abstractions

/// Files that others published, beside or above the repository.
module Shared =

    let rec private upwards (folder: DirectoryInfo | null) (found: DirectoryInfo -> bool) : DirectoryInfo option =
        match folder with
        | null -> None
        | folder when found folder -> Some folder
        | folder -> upwards folder.Parent found

    /// The folder `shared`, where there is one.
    let folder =
        upwards (DirectoryInfo AppContext.BaseDirectory) (fun folder ->
            File.Exists(Path.Combine(folder.FullName, "Vi.Hybrid.sln")))
        |> Option.bind (fun root ->
            upwards root.Parent (fun folder -> Directory.Exists(Path.Combine(folder.FullName, "shared"))))
        |> Option.map (fun folder -> Path.Combine(folder.FullName, "shared"))

    /// A file or folder in it; the test is skipped where there is none.
    let required (name: string) =
        let path = folder |> Option.map (fun folder -> Path.Combine(folder, name)) |> Option.filter Path.Exists
        Skip.If(path.IsNone, $"there is no {name} in a folder 'shared' beside the repository")
        path.Value

    /// Rows of a CSV file of numbers, its header left out.
    let csv (path: string) =
        File.ReadAllLines path
        |> Array.skip 1
        |> Array.filter (fun line -> line <> "")
        |> Array.map (fun line -> line.Split ',' |> Array.map float)

    /// Rows of a two-dimensional `.npy` file of little-endian float64 in C order (NumPy's format 1.0).
    let npy (path: string) =
        let bytes = File.ReadAllBytes path
        let headerLength = int (BitConverter.ToUInt16(bytes, 8))
        let header = Text.Encoding.ASCII.GetString(bytes, 10, headerLength)
        Assert.Contains("'<f8'", header)
        Assert.Contains("'fortran_order': False", header)
        let shape = header.Substring(header.IndexOf '(' + 1)
        let columns = int (shape.Substring(0, shape.IndexOf ')').Split(',')[1])
        let values = Array.zeroCreate<float>((bytes.Length - 10 - headerLength) / 8)
        Buffer.BlockCopy(bytes, 10 + headerLength, values, 0, 8 * values.Length)
        Array.chunkBySize columns values

/// The notebook's numbers that are right, on its own data.
type NotebookTests(output: ITestOutputHelper) =

    let onNotebook test = test (Shared.required "notebook")

    let expected (folder: string) (section: string) =
        (JsonDocument.Parse(File.ReadAllText(Path.Combine(folder, "expected.json")))).RootElement.GetProperty section

    let numbers (element: JsonElement) = element.EnumerateArray() |> Seq.map (fun e -> e.GetDouble()) |> Seq.toArray

    let close name (expected: float) (actual: float) tolerance =
        output.WriteLine $"{name}: {actual:R}, expected {expected:R}, off by {abs (actual - expected):g3}"
        Assert.True(abs (actual - expected) <= tolerance, $"{name}: {actual:R} is not {expected:R} within {tolerance}")

    /// Means and standard deviations of the weights of a logistic regression without intercept under the exact posterior, by
    /// draws from a normal weighted to the posterior; with the effective number of draws.
    let importance (prior: LogisticRegressionPrior) (rows: float[][]) (proposal: MvNormal) draws =
        let d = proposal.Mean.Length
        let mutable rng = Rng.ofSeed 7UL

        let points =
            Array.init draws (fun _ ->
                let struct (w, next) = MvNormal.sample proposal rng
                rng <- next
                w.ToArray())

        let logWeights =
            points
            |> Array.Parallel.map (fun w ->
                LogisticEvidence.logLikelihood prior rows w + MvNormal.logDensity prior.Weights (Vec.ofArray w)
                - MvNormal.logDensity proposal (Vec.ofArray w))

        let top = Array.max logWeights
        let weights = logWeights |> Array.map (fun l -> exp (l - top))
        let total = Array.sum weights
        let average f = Array.fold2 (fun sum weight w -> sum + weight * f w) 0.0 weights points / total
        let means = Array.init d (fun j -> average (fun w -> w[j]))
        let sds = Array.init d (fun j -> sqrt (average (fun w -> (w[j] - means[j]) ** 2.0)))
        let logEvidence = top + log (total / float draws)
        struct (means, sds, total * total / Array.sumBy (fun w -> w * w) weights, logEvidence)

    [<SkippableFact>]
    member _.``section 3: evidence, bound and divergence on the notebook's sample``() =
        onNotebook (fun folder ->
            let rows = Rows.ofSeq (Shared.csv (Path.Combine(folder, "s03-gaussian-mean.csv")))
            let section = expected folder "s03"
            let prior = { Mean = Normal.create 0.0 4.0; NoiseVariance = 1.0 }
            let data = Moments.ofRows rows
            let evidence = GaussianMean.logEvidence prior data
            let posterior = GaussianMean.posterior prior data
            close "log evidence" -70.347804833526 evidence 1e-11

            close
                "log evidence of expected.json"
                ((section.GetProperty "log_evidence_exact").GetDouble())
                evidence
                1e-11

            close "posterior mean" ((section.GetProperty "posterior_mean").GetDouble()) posterior.Mean 1e-13
            close "posterior sd" ((section.GetProperty "posterior_sd").GetDouble()) (sqrt posterior.Variance) 1e-13
            close "bound at the posterior" evidence (GaussianMean.elbo prior data posterior).Value 1e-10

            let mutable rng = Rng.ofSeed 3UL
            let mutable worst = 0.0

            for _ in 1..1000 do
                let struct (z, next) = Rng.normal rng
                let struct (u, next) = Rng.uniform next
                rng <- next
                let q = Normal.ofStandardDeviation (posterior.Mean + 2.0 * z) (exp (6.0 * u - 5.0))
                let gap = evidence - (GaussianMean.elbo prior data q).Value
                worst <- max worst (abs (gap - Normal.klDivergence q posterior))

            close "evidence - bound - KL at a thousand q" 0.0 worst 1e-10)

    [<SkippableFact>]
    member _.``section 4: regression on the notebook's table``() =
        onNotebook (fun folder ->
            let rows = Rows.ofSeq (Shared.csv (Path.Combine(folder, "s04-regression-train.csv")))
            let section = expected folder "s04"

            let prior =
                { WeightPrecision = Known 1.0
                  NoisePrecision = Gamma.create 1.0 1.0
                  Scales = ValueNone
                  Intercept = ValueNone }

            let model = LinearRegression.model 3 prior
            let engine = Cavi.engine rows model (fun _ -> Cavi.start rows model model.Prior)
            let last = Run.last engine (Cavi.stopRule 1e-13 1000) (Rng.ofSeed 4UL)
            let q = last.State.Globals
            close "bound" -154.229153768447 last.State.Elbo 1e-9
            let weights = numbers (section.GetProperty "mu_w")
            let covariance = MvNormal.covariance q.Weights
            let rowsOfSigma = (section.GetProperty "Sigma_w").EnumerateArray() |> Seq.map numbers |> Seq.toArray

            for i in 0..2 do
                close $"weight {i}" (weights[i]) (q.Weights.Mean[i]) 1e-9

                for j in 0..2 do
                    close $"covariance {i} {j}" (rowsOfSigma[i][j]) (covariance[i, j]) 1e-9

            close "a" ((section.GetProperty "a_n").GetDouble()) q.NoisePrecision.Shape 1e-9
            close "b" ((section.GetProperty "b_n").GetDouble()) q.NoisePrecision.Rate 1e-9

            let test = Shared.csv (Path.Combine(folder, "s04-regression-test.csv"))

            let squares =
                test
                |> Array.averageBy (fun row ->
                    let away = row[3] - Vec.dot q.Weights.Mean (Vec.ofArray row[..2])
                    away * away)

            close "test RMSE" 0.48152 (sqrt squares) 5e-6
            close "test RMSE of expected.json" ((section.GetProperty "test_rmse").GetDouble()) (sqrt squares) 1e-9)

    [<SkippableFact>]
    member _.``section 5: mixture on the notebook's points``() =
        onNotebook (fun folder ->
            let rows =
                Shared.csv (Path.Combine(folder, "s05-mixture.csv"))
                |> Array.map (fun row -> row[..1])
                |> Rows.ofSeq

            let prior =
                { Weights = Dirichlet.symmetric 3 1.0
                  Learned = ValueNone
                  Component = NormalWishart.create (Vec.zero 2) 1.0 (Wishart.create 2.0 (Chol.scaledIdentity 2 1.0)) }

            let engine = Cavi.engine rows (GaussianMixture.model prior) (GaussianMixture.start prior rows)

            let best =
                Run.restarts 5 engine (Cavi.stopRule 1e-10 500) (Rng.ofSeed 5UL)
                |> Array.maxBy (fun step -> step.State.Elbo)

            let weights = (Dirichlet.mean best.State.Globals.Weights).ToArray() |> Array.sort
            let reference = numbers ((expected folder "s05").GetProperty "E_pi") |> Array.sort

            for expected, actual in Array.zip [| 0.3; 0.3; 0.4 |] weights do
                close "weight" expected actual 0.01

            for expected, actual in Array.zip reference weights do
                close "weight of expected.json" expected actual 1e-4)

    [<Fact>]
    member _.``section 5: the bound never falls over 1,000 generated data sets``() =
        let outcome = (Catalogue.find "gaussian-mixture: no factor's update lowers the bound").Check 1000 5UL
        output.WriteLine $"{outcome.Cases} data sets, worst slack {outcome.WorstSlack:g3}"
        Assert.True(outcome.Passed, string outcome.Counterexample)
        Assert.Equal(1000, outcome.Cases)

    [<SkippableFact>]
    member _.``section 9: both regimes of the notebook's returns``() =
        onNotebook (fun folder ->
            let table = Shared.csv (Path.Combine(folder, "s09-regime-returns.csv"))
            let rows = Rows.ofColumn (table |> Array.map Array.head)
            let moments = Moments.ofRows rows

            let state =
                NormalWishart.create
                    moments.Mean
                    1.0
                    (Wishart.create 1.0 (Chol.factor "the covariance" (Moments.covariance moments)))

            let prior = RegimeSwitching.prior 2 1.0 0.0 state
            let chain = RegimeSwitching.chain rows
            let model = RegimeSwitching.model prior
            let engine = Cavi.engine (Batches.ofList [ chain ]) model (RegimeStart.start prior chain)
            let ends = Run.restarts 5 engine (Cavi.stopRule 1e-10 500) (Rng.ofSeed 9UL)

            for step in ends do
                close "bound of each start" ends[0].State.Elbo step.State.Elbo 1e-6

            let q = RegimeSwitching.inOrder prior ends[0].State.Globals

            let right =
                Array.zip table (RegimeSwitching.mostProbableStates q chain)
                |> Array.filter (fun (row, state) -> int row[1] = state)

            output.WriteLine $"{right.Length} of {table.Length} days in the right state"
            Assert.True(float right.Length >= 0.93 * float table.Length)

            for expected, state in Array.zip [| 0.01; 0.03 |] q.States do
                let precision = state.Precision

                close
                    "volatility"
                    expected
                    (sqrt ((Chol.toMat precision.InverseScale)[0, 0] / precision.DegreesOfFreedom))
                    (0.1 * expected))

    [<SkippableFact>]
    member _.``section 7: logistic regression against importance sampling``() =
        onNotebook (fun folder ->
            let train = Shared.npy (Path.Combine(folder, "s07-logistic-train.npy"))
            let rows = Rows.ofSeq train
            let d = train[0].Length - 1

            let prior =
                { Weights = MvNormal.create (Vec.zero d) (Chol.scaledIdentity d 0.1)
                  Centre = Vec.zero d
                  Intercept = false }

            let model = LogisticRegression.model prior
            let engine = Cavi.engine rows model (fun _ -> Cavi.start rows model model.Prior)
            let last = Run.last engine (Cavi.stopRule 1e-9 1000) (Rng.ofSeed 7UL)
            let q = last.State.Globals
            let proposal = LogisticRegression.curvatureAt prior rows q
            let struct (means, sds, effective, logEvidence) = importance prior train proposal 4000
            let qSds = MvNormal.standardDeviations q
            let off = Array.init d (fun j -> abs (q.Mean[j] - means[j]) / sds[j]) |> Array.max
            let ratios = Array.init d (fun j -> qSds[j] / sds[j])

            output.WriteLine
                $"{last.Iteration} sweeps; {effective:F0} effective draws; bound {last.State.Elbo:F4}, log evidence {logEvidence:F4}"

            output.WriteLine
                $"means off by at most {off:F3} posterior sd; sd of q / exact {Array.min ratios:F3} to {Array.max ratios:F3}"

            Assert.True(effective > 1000.0, $"{effective} effective draws are too few")
            Assert.True(off <= 0.15, $"a mean is off by {off} posterior standard deviations")
            Assert.True(last.State.Elbo < logEvidence, "the bound lies above the evidence")
            Assert.True(Array.max ratios < 1.0, "the bound's variances are known to be too small")

            let test = Shared.npy (Path.Combine(folder, "s07-logistic-test.npy"))

            let accuracy =
                test
                |> Array.averageBy (fun row ->
                    let distribution = LogisticRegression.logOdds prior q (Vec.ofArray row[.. d - 1])

                    if (LogisticRegression.probability distribution > 0.5) = (row[d] = 1.0) then
                        1.0
                    else
                        0.0)

            output.WriteLine $"test accuracy {accuracy:R}"
            Assert.True(accuracy >= 0.84, $"test accuracy {accuracy}"))
