namespace Vi.Properties

open System
open System.Diagnostics
open System.IO
open System.Text.Json
open Vi.Math
open Vi.Math.FSharp
open Vi.Verification.FSharp
open Xunit
open Xunit.Abstractions

/// Samplers on posteriors that others published, and draws read by others' programs, where these are present.
type SamplingTests(output: ITestOutputHelper) =

    let posterior name (check: JsonElement -> unit) =
        let path = Shared.required $"reference-posteriors/{name}.json"
        use document = JsonDocument.Parse(File.ReadAllText path)
        check document.RootElement

    let numbers (element: JsonElement) = [| for item in element.EnumerateArray() -> item.GetDouble() |]

    /// Four chains against reference means and sds: means within a tenth of an sd, sds within a tenth, R-hat below 1.01.
    let compare (reference: JsonElement) (density: LogDensity) (names: string[]) constrained =
        let options = { HamiltonianChain.noUTurn with WarmUp = 1000 }

        let set =
            Sampler.run 2 options 2000 density (RandomStarts 4) (Rng.ofSeed 42UL)
            |> SampleSet.map names constrained

        for summary in SampleSet.summary set do
            let mean = reference.GetProperty("mean").GetProperty(summary.Name).GetDouble()
            let sd = reference.GetProperty("sd").GetProperty(summary.Name).GetDouble()

            output.WriteLine
                $"{summary.Name}: mean {summary.Mean:g6} (reference {mean:g6}), sd {summary.Sd:g5} ({sd:g5}), R-hat {summary.RHat:F4}, bulk ESS {summary.BulkSize:F0}"

            Assert.InRange((summary.Mean - mean) / sd, -0.1, 0.1)
            Assert.InRange(summary.Sd / sd, 0.9, 1.1)
            Assert.InRange(summary.RHat, 0.0, 1.01)

        output.WriteLine $"{SampleSet.divergences set} divergences, {SampleSet.leapfrogSteps set} leapfrog steps"

    /// kid_score ~ N(beta1 + beta2 iq, sigma), sigma half-Cauchy(2.5), sampled as its logarithm.
    [<SkippableFact>]
    member _.``kidiq: regression on the mother's IQ``() =
        posterior "kidiq-kidscore_momiq" (fun document ->
            let data = document.GetProperty "data"
            let y = numbers (data.GetProperty "kid_score")
            let x = numbers (data.GetProperty "mom_iq")

            let density =
                Densities.ofWriter 3 (fun q g ->
                    let sigma = exp q[2]
                    let ratio = sigma / 2.5
                    let mutable squares = 0.0
                    g[0] <- 0.0
                    g[1] <- 0.0

                    for n in 0 .. y.Length - 1 do
                        let residual = (y[n] - q[0] - q[1] * x[n]) / sigma
                        squares <- squares + residual * residual
                        g[0] <- g[0] + residual / sigma
                        g[1] <- g[1] + residual * x[n] / sigma

                    g[2] <- squares - float y.Length + 1.0 - 2.0 * ratio * ratio / (1.0 + ratio * ratio)
                    -0.5 * squares - float (y.Length - 1) * q[2] - log (1.0 + ratio * ratio))

            compare (document.GetProperty "exact") density [| "beta[1]"; "beta[2]"; "sigma" |] (fun q ->
                Vec.ofArray [| q[0]; q[1]; exp q[2] |]))

    /// switched ~ Bernoulli(logistic(alpha + beta dist / 100)).
    [<SkippableFact>]
    member _.``wells: logistic regression on the distance``() =
        posterior "wells_data-wells_dist100_model" (fun document ->
            let data = document.GetProperty "data"
            let y = numbers (data.GetProperty "switched")
            let x = numbers (data.GetProperty "dist") |> Array.map (fun d -> d / 100.0)

            let density =
                Densities.ofWriter 2 (fun q g ->
                    let mutable value = 0.0
                    g[0] <- 0.0
                    g[1] <- 0.0

                    for n in 0 .. y.Length - 1 do
                        let eta = q[0] + q[1] * x[n]
                        let p = 1.0 / (1.0 + exp -eta)
                        value <- value + y[n] * eta - (max eta 0.0 + log (1.0 + exp -(abs eta)))
                        g[0] <- g[0] + y[n] - p
                        g[1] <- g[1] + (y[n] - p) * x[n]

                    value)

            compare (document.GetProperty "reference") density [| "alpha"; "beta[1]" |] id)

    /// y ~ N(X beta, sigma), beta ~ N(0, 10^2), sigma half-normal(10).
    [<SkippableFact>]
    member _.``sblri: linear regression``() =
        posterior "sblri-blr" (fun document ->
            let data = document.GetProperty "data"
            let y = numbers (data.GetProperty "y")
            let x = [| for row in (data.GetProperty "X").EnumerateArray() -> numbers row |]

            let density =
                Densities.ofWriter 6 (fun q g ->
                    let sigma = exp q[5]
                    let mutable squares = 0.0
                    let mutable prior = -sigma * sigma / 200.0

                    for d in 0..4 do
                        prior <- prior - q[d] * q[d] / 200.0
                        g[d] <- -q[d] / 100.0

                    for n in 0 .. y.Length - 1 do
                        let mutable mean = 0.0

                        for d in 0..4 do
                            mean <- mean + q[d] * x[n][d]

                        let residual = (y[n] - mean) / sigma
                        squares <- squares + residual * residual

                        for d in 0..4 do
                            g[d] <- g[d] + residual * x[n][d] / sigma

                    g[5] <- squares - float y.Length + 1.0 - sigma * sigma / 100.0
                    prior - 0.5 * squares - float (y.Length - 1) * q[5])

            let names = Array.append (Array.init 5 (fun d -> $"beta[{d + 1}]")) [| "sigma" |]

            compare (document.GetProperty "exact") density names (fun q ->
                Vec.mapi (fun d v -> if d = 5 then exp v else v) q))

    /// The file as rstan's read_stan_csv sees it: names, number of draws, means and figures.
    [<SkippableFact>]
    member _.``R reads the draws from a CmdStan file``() =
        let density = Densities.independentNormal [| 1.0; -2.0; 5.0 |] [| 1.0; 0.5; 3.0 |]
        let density = { density with CoordinateNames = [| "mu"; "theta[0]"; "theta[1]" |] }
        let options = { HamiltonianChain.noUTurn with WarmUp = 150 }
        let set = Sampler.run 1 options 80 density (RandomStarts 2) (Rng.ofSeed 7UL)
        let folder = Directory.CreateTempSubdirectory "vi-cmdstan"

        try
            let files =
                [| for chain in 0..1 ->
                       let path = Path.Combine(folder.FullName, $"draws-{chain + 1}.csv")
                       File.WriteAllLines(path, CmdStanCsv.lines "normals" 7UL chain set)
                       path |]

            let script =
                "a <- commandArgs(TRUE); if (!requireNamespace('rstan', quietly = TRUE)) { cat('no rstan'); quit() };"
                + "f <- suppressMessages(rstan::read_stan_csv(a)); x <- as.array(f);"
                + "p <- rstan::get_sampler_params(f, inc_warmup = FALSE);"
                + "cat(paste(dimnames(x)$parameters, collapse = ' '), '\n');"
                + "cat(paste(dim(x), collapse = ' '), '\n');"
                + "cat(sprintf('%.17g', c(x[80, 2, 1], x[1, 1, 3], mean(x[, 2, 2]), p[[2]][80, 'energy__'], p[[1]][1, 'n_leapfrog__'], x[80, 2, 4])), '\n')"

            let answer =
                try
                    let start = ProcessStartInfo("Rscript", RedirectStandardOutput = true, RedirectStandardError = true)

                    for argument in Array.append [| "-e"; script |] files do
                        start.ArgumentList.Add argument

                    use reader = Unchecked.nonNull (Process.Start start)
                    let errors = reader.StandardError.ReadToEndAsync()
                    let text = reader.StandardOutput.ReadToEnd()
                    reader.WaitForExit()

                    if reader.ExitCode <> 0 then
                        failwith errors.Result

                    text
                with :? ComponentModel.Win32Exception ->
                    "no rstan"

            Skip.If((answer = "no rstan"), "R with rstan is not installed")
            let lines = answer.Split '\n' |> Array.map (fun line -> line.Trim())
            Assert.Equal("mu theta[1] theta[2] lp__", lines[0])
            Assert.Equal("80 2 4", lines[1])
            let draw c i = set.Chains[c][i]

            let expected =
                [| (draw 1 79).Position[0]
                   (draw 0 0).Position[2]
                   Sample.mean (Mat.row 1 (SampleSet.coordinate 1 set))
                   (draw 1 79).Energy
                   float (draw 0 0).LeapfrogSteps
                   (draw 1 79).LogDensity |]

            let found = lines[2].Split ' ' |> Array.map float

            for e, f in Array.zip expected found do
                Assert.Equal(e, f, 1e-12 * (1.0 + abs e))
        finally
            folder.Delete true
