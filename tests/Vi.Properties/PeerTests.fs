namespace Vi.Properties

open System
open System.IO
open Vi.Math
open Vi.Math.FSharp
open Xunit

/// Posterior means on Old Faithful against scikit-learn 1.2.1, BayesianGaussianMixture, run to the end (tol 0, 5000 sweeps, reg_covar 0, best of
/// eight seeds) with beta_0 = 1, m_0 the data's mean, nu_0 = D and the data's covariance as covariance_prior.
type PeerTests() =

    let table =
        let rec upwards (folder: DirectoryInfo) =
            if File.Exists(Path.Combine(folder.FullName, "Vi.Hybrid.sln")) then
                folder.FullName
            else
                match folder.Parent with
                | null -> invalidOp "the tests do not run inside the repository"
                | parent -> upwards parent

        Shared.csv (Path.Combine(upwards (DirectoryInfo AppContext.BaseDirectory), "data", "old-faithful.csv"))

    let column j = table |> Array.map (fun row -> [| row[j] |])

    /// The best of five starts: means by component and rows beyond the prior's, in the order of the first column.
    let fit
        (weights: WeightFamily<'weights>)
        (family: ComponentFamily<'prior, 'data, 'components>)
        (prior: MixturePrior<'weights, 'prior>)
        (rows: Rows)
        =
        let engine =
            Cavi.engine rows (Mixture.model weights family prior) (Mixture.start weights family prior rows)

        let best =
            Run.restarts 5 engine (Cavi.stopRule 1e-14 3000) (Rng.ofSeed 5UL)
            |> Array.maxBy (fun step -> step.State.Elbo)

        let q = best.State.Globals.Components
        let counts = family.Explained prior.Component q

        family.View q
        |> Array.mapi (fun k c -> struct ((MixtureComponent.mean c).ToArray(), counts[k]))
        |> Array.sortBy (fun (struct (mean, _)) -> mean[0])

    let agree (expected: (float list * float) list) (actual: struct (float[] * float)[]) =
        for (means, scale), struct (ourMeans, ourCount) in Seq.zip expected actual do
            for a, b in Seq.zip means ourMeans do
                Assert.True(abs (a - b) <= 1e-6 * (1.0 + abs a), $"{a} {b}")

            // scikit-learn's mean_precision_ holds beta_0 = 1 as well.
            Assert.True(abs (scale - 1.0 - ourCount) <= 1e-5 * scale, $"{scale - 1.0} {ourCount}")

        Assert.Equal(expected.Length, actual.Length)

    /// nu_0 = D and the covariance, both times so many: scikit-learn's tied posterior counts N / K rows, that is, its prior K times.
    let wishart times (rows: Rows) =
        let moments = Moments.ofRows rows
        let covariance = Mat.scale times (Moments.covariance moments)

        NormalWishart.create
            moments.Mean
            1.0
            (Wishart.create (times * float rows.Columns) (Chol.factor "the covariance" covariance))

    let columns (rows: Rows) =
        let moments = Moments.ofRows rows
        let variances = Mat.diagonal (Moments.covariance moments)

        Array.init rows.Columns (fun j ->
            NormalGamma.create moments.Mean[j] 1.0 (0.5 * float rows.Columns) (0.5 * variances[j]))

    let dirichlet k component' = { Weights = Dirichlet.symmetric k 1.0; Component = component'; Learned = ValueNone }

    [<Fact>]
    member _.``full covariance``() =
        let rows = Rows.ofSeq table

        fit WeightFamilies.dirichlet FullComponents.family (dirichlet 2 (wishart 1.0 rows)) rows
        |> agree
            [ [ 2.0549050425704016; 54.69058890369018 ], 98.17355889255981
              [ 4.287837598330164; 79.94602107911872 ], 175.8264411074404 ]

    [<Fact>]
    member _.``tied covariance``() =
        let rows = Rows.ofSeq table

        fit WeightFamilies.dirichlet TiedComponents.family (dirichlet 2 (wishart 2.0 rows)) rows
        |> agree
            [ [ 2.061845669074966; 54.770414238378095 ], 98.78873070909816
              [ 4.29176418077322; 79.98968600220013 ], 175.21126929090187 ]

    [<Fact>]
    member _.``tied covariance of three components``() =
        let rows = Rows.ofSeq table

        fit WeightFamilies.dirichlet TiedComponents.family (dirichlet 3 (wishart 3.0 rows)) rows
        |> agree
            [ [ 2.054234130305348; 54.680777180464354 ], 98.08772578103292
              [ 3.7280493804237658; 77.89059738023431 ], 28.095293078207376
              [ 4.387298749399348; 80.2651609104139 ], 148.81698114075965 ]

    // With two columns scikit-learn's responsibilities take E log|Lambda| of a Wishart for independent columns, so one column at a time.
    [<Fact>]
    member _.``diagonal covariance, eruptions``() =
        let rows = Rows.ofSeq (column 0)

        fit WeightFamilies.dirichlet DiagonalComponents.family (dirichlet 2 (columns rows)) rows
        |> agree [ [ 2.052789089252425 ], 97.91587373970515; [ 4.285746506095767 ], 176.08412626029502 ]

    [<Fact>]
    member _.``diagonal covariance, waiting``() =
        let rows = Rows.ofSeq (column 1)

        fit WeightFamilies.dirichlet DiagonalComponents.family (dirichlet 2 (columns rows)) rows
        |> agree [ [ 54.953530898918096 ], 100.38027374919773; [ 80.11499581813452 ], 173.61972625080213 ]

    [<Fact>]
    member _.``diagonal covariance of both columns, as near as the two models are``() =
        let rows = Rows.ofSeq table
        let ours = fit WeightFamilies.dirichlet DiagonalComponents.family (dirichlet 2 (columns rows)) rows

        for (expected: float list), struct (means, _) in
            Seq.zip [ [ 2.0541767914836484; 54.678724263757104 ]; [ 4.2874784472253795; 79.94398259010748 ] ] ours do
            for a, b in Seq.zip expected means do
                // 1 / (4 N_k) nats a row are what the two responsibilities differ by.
                Assert.True(abs (a - b) <= 1e-3 * abs a, $"{a} {b}")
