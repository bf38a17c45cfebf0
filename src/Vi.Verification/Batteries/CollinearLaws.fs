namespace Vi.Verification.FSharp

open FsCheck.FSharp
open Vi.Math
open Vi.Math.FSharp
open Vi.Verification

/// Columns that nearly determine each other.
[<RequireQualifiedAccess>]
module CollinearLaws =

    /// The model is given, so that one whose bound forgets how matrices magnify rounding can be tried.
    let internal followsAffineMaps
        (model: GaussianMixturePrior -> ConjugateModel<Vi.Kernels.Block, MixtureStatistics, GaussianMixturePosterior>)
        =
        Law.make
            { Name = "gaussian-mixture: a fit of nearly collinear columns ends, at the bound of the columns told apart"
              Statement =
                "Columns x and x + e n, with e down to a thousandth, and columns x and n have fits that converge and whose bounds differ by N log e, up to what rounding explains: a map of the columns changes the default prior with the data."
              Formula = @"\mathcal L(x,x+\varepsilon n)=\mathcal L(x,n)-N\log\varepsilon"
              Source = "change of variables"
              Covers = [ "gaussian-mixture"; "cavi" ]
              Cases = 40
              Generator = Scalars.both MoveLaws.groups (Scalars.positive 1e-3 1e-1)
              Holds =
                fun (case, epsilon) ->
                    let rows = Array.concat case.Groups
                    let struct (noise, _) = Rng.array rows.Length Rng.normal (Rng.ofSeed (case.Seed + 1UL))

                    let withColumn column =
                        ((0, case.Groups)
                         ||> Array.mapFold (fun first group ->
                             group |> Array.mapi (fun i row -> Array.append row [| column (first + i) row |]),
                             first + group.Length)
                         |> fst)

                    // From the groups: k-means would see other distances in other columns.
                    let fit (groups: float[][][]) =
                        let rows = groups |> Array.concat |> Rows.ofSeq
                        let model = GaussianMixture.defaultPrior groups.Length 1.0 (Moments.ofRows rows) |> model

                        let statistics: MixtureStatistics =
                            { Components = groups |> Array.map (Rows.ofSeq >> Moments.ofRows); Entropy = 0.0 }

                        let start = model.Updates |> List.fold (fun q update -> update.Update statistics q) model.Prior

                        Run.steps
                            (Cavi.engineAt rows model (fun _ -> start))
                            (Cavi.stopRule 1e-9 500)
                            (Rng.ofSeed case.Seed)
                        |> Seq.last

                    let near = fit (withColumn (fun i row -> row[0] + epsilon * noise[i]))
                    let apart = fit (withColumn (fun i _ -> noise[i]))
                    let shift = -(float rows.Length * log epsilon)
                    let allowed = Elbo.roundoff near.Info.Elbo + Elbo.roundoff apart.Info.Elbo

                    [ match near.Outcome with
                      | ValueSome(Converged _) -> ()
                      | outcome -> Compare.holds $"ends with {outcome}" false

                      Compare.close
                          "bound"
                          (apart.Info.Elbo.Value + shift)
                          near.Info.Elbo.Value
                          (allowed + Tolerances.sameOptimum) ] }

    let all: Law list = [ followsAffineMaps GaussianMixture.model ]
