namespace Vi.Verification.FSharp

open FsCheck.FSharp
open Vi.Math
open Vi.Math.FSharp
open Vi.Verification

/// Laws of checks of fits of single models.
[<RequireQualifiedAccess>]
module AscentCheckModelLaws =

    let private exactFactorisations =
        AscentCheckLaws.law
            4
            "exact factorisations are stationary"
            "The mean of a normal sample with known noise, and a mixture of one component: q is the posterior, and its check says so."
            @"q=p"
            "conjugacy"
            [ "gaussian-mean"; "gaussian-mixture" ]
            Scalars.seed
            (fun seed ->
                let struct (z, _) = Rng.array 60 Rng.normal (Rng.ofSeed seed)
                let column = Rows.ofColumn z
                let meanPrior: GaussianMeanPrior = { Mean = CorrelatedPair.right.X; NoiseVariance = 1.0 }
                let rows = Rows.ofSeq (z |> Array.chunkBySize 2)
                let prior = GaussianMixture.defaultPrior 1 1.0 (Moments.ofRows rows)
                let mixture = CheckedModels.fullMixture prior

                let q =
                    let engine = Cavi.engineAt rows mixture.Sampler.Model (fun _ -> mixture.Sampler.Model.Prior)
                    let struct (q, _) = VerdictFits.best 1 engine seed
                    q

                [ AscentCheck.run
                      (AscentCheckLaws.fast 4096)
                      column
                      (CheckedModels.gaussianMean meanPrior)
                      []
                      (GaussianMean.posterior meanPrior (Moments.ofRows column))
                      (Rng.ofSeed seed)
                  AscentCheck.run (AscentCheckLaws.fast 4096) rows mixture [] q (Rng.ofSeed seed) ]
                |> List.map (fun check ->
                    Compare.holds
                        $"stationary"
                        (check.IsStationary && (AscentCheckLaws.judged AscentCheckLaws.subject check).Level = Reliable)))

    let private exactMeanPrecision =
        AscentCheckLaws.law
            6
            "best estimates are the exact posterior's moments"
            "Mean and precision of six rows, where q is too narrow: estimates from 8192 sweeps are the normal-gamma posterior's means and standard deviations within seven errors, and nearer than q's."
            @"\mu\sim t_{2a_n},\quad \tau\sim\mathrm{Gamma}(a_n,b_n)"
            "Murphy 2007, 85 to 89 and 100"
            [ "gaussian-mean-precision" ]
            Scalars.seed
            (fun seed ->
                let prior: NormalGamma = { Mean = 0.0; PrecisionScale = 0.01; Shape = 1.0; Rate = 1.0 }
                let struct (z, _) = Rng.array 6 Rng.normal (Rng.ofSeed seed)
                let rows = Rows.ofColumn (z |> Array.map (fun z -> 3.0 + 2.0 * z))
                let model = CheckedModels.gaussianMeanPrecision prior
                let engine = Cavi.engineAt rows model.Sampler.Model (fun _ -> model.Sampler.Model.Prior)
                let struct (q, _) = VerdictFits.best 1 engine seed
                let exact = GaussianMeanPrecision.posterior prior (Moments.ofRows rows)
                let mean = StudentT.ofMean exact
                let tau: Gamma = { Shape = exact.Shape; Rate = exact.Rate }

                let truths =
                    [ struct (mean.Location, sqrt (StudentT.variance mean))
                      struct (Gamma.mean tau, sqrt (Gamma.variance tau)) ]

                let numbers =
                    AscentCheckLaws.numbersOf (
                        AscentCheck.run (AscentCheckLaws.fast 8192) rows model [] q (Rng.ofSeed seed)
                    )

                [ Compare.holds "both numbers" (numbers.Length = 2)
                  for n, struct (truth, sd) in Seq.zip numbers truths do
                      Compare.close $"mean of {n.Name}" truth n.BestMean (Tolerances.standardErrors * n.BestMeanError)
                      Compare.close $"sd of {n.Name}" sd n.BestSd (Tolerances.standardErrors * n.BestSdError)
                  let struct (_, exactSd) = truths.Head
                  Compare.atMost "q's sd of mu" numbers[0].Sd (0.95 * exactSd) 0.0 ])

    let private relabelled =
        AscentCheckLaws.law
            40
            "labels of a draw come back from any order"
            "A draw near the pivot whose labels are permuted - weights, transitions, means and covariances - is the draw again after matching, and one that is matched stays."
            @"\mathrm{near}(\pi\theta)=\theta"
            "Marin, Mengersen and Robert 2005"
            [ "gaussian-mixture"; "regime-switching" ]
            (Scalars.both (Scalars.integer 1 9) Scalars.seed)
            (fun (count, seed) ->
                let struct (order, rng) = Rng.permutation count (Rng.ofSeed seed)

                [ for name, (labels: LabelledNumbers) in
                      [ "full", Labels.ofFullMixture count 2
                        "tied", Labels.ofTiedMixture count 2
                        "diagonal", Labels.ofDiagonalMixture count 2
                        "regimes", Labels.ofRegimes count 2 ] do
                      let size = (labels.Sources(Array.init count id)).Length
                      let struct (noise, _) = Rng.array size Rng.uniform rng
                      let variances = labels.Variances |> Array.concat |> Set.ofArray

                      // Means on a square grid, ten units apart, variances about one: labels that go round in a circle.
                      let numbers (by: float) =
                          Vec.init size (fun at ->
                              match labels.Means |> Array.tryFindIndex (Array.contains at) with
                              | Some k ->
                                  let step = if labels.Means[k][0] = at then k % 3 else k / 3
                                  10.0 * float step + by * noise[at]
                              | None -> (if variances.Contains at then 1.0 else 0.0) + by * noise[at])

                      let pivot, draw = numbers 0.0, numbers 0.5
                      let permuted = labels.Sources order |> Array.map (fun at -> draw[at]) |> Vec.ofArray
                      Compare.holds $"{name}: the draw again" (Labels.near labels pivot permuted = draw)
                      Compare.holds $"{name}: it stays" (Labels.near labels pivot draw = draw) ])

    /// All laws.
    let all: Law list = [ exactFactorisations; exactMeanPrecision; relabelled ]
