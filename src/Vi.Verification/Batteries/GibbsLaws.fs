namespace Vi.Verification.FSharp

open System
open Vi.Kernels
open Vi.Math
open Vi.Math.FSharp
open Vi.Verification

/// Laws of Gibbs sampling.
[<RequireQualifiedAccess>]
module GibbsLaws =

    /// How often data are drawn anew, each time followed by a sweep: a sampler that is a little wrong goes wrong a little further each time.
    let private rounds = 20

    /// Parameters from the prior, and where drawing data given parameters and parameters given data, in turn, takes them.
    let private ends (subject: GibbsSubject<'s, 'g>) (rng: Rng) =
        let struct (globals, rng) = GibbsSubject.fromPrior subject rng

        let round (state: GibbsState<'g>) _ =
            let struct (data, rng) = subject.Simulate state.Globals state.Rng
            let engine = Gibbs.engine (Rows.ofSeq data) subject.Model (fun _ -> state.Globals)
            let struct (next, _) = engine.Step { state with Rng = rng }
            next

        let last = ({ Globals = globals; Rng = rng }, seq { 1..rounds }) ||> Seq.fold round
        struct (subject.Model.Values globals, subject.Model.Values last.Globals)

    /// Standard score of the number of pairs with a < b, ties halved (Mann and Whitney 1947).
    let private rankScore (a: float[]) (b: float[]) =
        let sorted = Array.sort a

        let below (x: float) =
            let at = Array.BinarySearch(sorted, x)
            if at < 0 then float ~~~at else float at + 0.5

        let n, m = float a.Length, float b.Length
        (Array.sumBy below b - 0.5 * n * m) / sqrt (n * m * (n + m + 1.0) / 12.0)

    let private distanceFromMedian (median: float) = Array.map (fun x -> abs (x - median))

    let private pairs = 2000

    let private isJoint (subject: GibbsSubject<'s, 'g>) seed =
        let rng = Rng.ofSeed seed
        let runs = Array.init (2 * pairs) (fun i -> ends subject (Rng.derive i rng))

        [ for d in 0 .. subject.Model.Names.Length - 1 do
              let before = runs[.. pairs - 1] |> Array.map (fun (struct (start, _)) -> start[d])
              let after = runs[pairs..] |> Array.map (fun (struct (_, last)) -> last[d])
              let median = (Array.sort before)[pairs / 2]
              let name = subject.Model.Names[d]

              Compare.close $"location of {name}" 0.0 (rankScore before after) Tolerances.standardErrors

              Compare.close
                  $"dispersion of {name}"
                  0.0
                  (rankScore (distanceFromMedian median before) (distanceFromMedian median after))
                  Tolerances.standardErrors ]

    /// The joint distribution of parameters and data is kept by a chain on the data (Geweke 2004).
    let joint (subject: GibbsSubject<'s, 'g>) : Law =
        Law.make
            { Name = $"gibbs: {subject.Name}: a chain keeps the joint distribution"
              Statement =
                "Parameters drawn from the prior; then, in turn, data given parameters and parameters by a sweep given data: where this ends has the "
                + "prior's distribution again, number by number."
              Formula =
                @"\theta\sim p(\theta),\ x\sim p(x\mid\theta),\ \theta'\sim K(\cdot\mid\theta,x)\ \Rightarrow\ \theta'\sim p(\theta)"
              Source = "Geweke 2004, Getting it right: joint distribution tests of posterior simulators"
              Covers = [ "gibbs"; subject.Covers ]
              Cases = 1
              Generator = Scalars.seed
              Holds = isJoint subject }

    /// Draws of one chain after some sweeps (1 x draws for each number).
    let private chain draws (rows: Rows) (model: GibbsModel<Block, 's, 'g>) seed =
        let engine = Gibbs.engine rows model (fun _ -> model.Model.Prior)
        let steps = Run.steps engine (StopRule.steps (draws + 100)) (Rng.ofSeed seed)
        let values = steps |> Seq.skip 100 |> Seq.map (fun step -> step.Info) |> Seq.toArray
        Array.init model.Names.Length (fun d -> Mat.init 1 values.Length (fun _ i -> values[i][d]))

    /// Mean and standard deviation of draws against the exact ones, in standard errors.
    let private against name (mean: float) (sd: float) (draws: Mat) =
        let z = Mat.map (fun x -> (x - mean) / sd) draws
        let k = Tolerances.standardErrors
        let squares = Mat.map (fun z -> z * z) z

        [ Compare.close $"mean of {name}, in sds" 0.0 (Sample.mean (Chains.pooled z)) (k * MonteCarloError.mean z)
          Compare.close
              $"variance of {name}, in exact ones"
              1.0
              (Sample.mean (Chains.pooled squares))
              (k * MonteCarloError.mean squares) ]

    let private exactMean =
        Law.make
            { Name = "gibbs: mean and precision: draws have the exact posterior's moments"
              Statement = "The normal-gamma posterior is known; draws of mu and tau have its means and variances."
              Formula = @"\mu\sim t_{2a_n},\quad \tau\sim\mathrm{Gamma}(a_n,b_n)"
              Source = "Murphy 2007, 85 to 89 and 100"
              Covers = [ "gibbs"; "gaussian-mean-precision" ]
              Cases = 3
              Generator = Scalars.seed
              Holds =
                fun seed ->
                    let prior: NormalGamma = { Mean = 0.0; PrecisionScale = 0.1; Shape = 2.0; Rate = 1.0 }
                    let struct (z, _) = Rng.array 12 Rng.normal (Rng.ofSeed seed)
                    let rows = Rows.ofColumn (z |> Array.map (fun z -> 3.0 + 2.0 * z))
                    let exact = GaussianMeanPrecision.posterior prior (Moments.ofRows rows)
                    let mean = StudentT.ofMean exact
                    let tau: Gamma = { Shape = exact.Shape; Rate = exact.Rate }
                    let draws = chain 20_000 rows (GibbsModels.gaussianMeanPrecision prior) seed

                    against "mu" mean.Location (sqrt (StudentT.variance mean)) draws[0]
                    @ against "tau" (Gamma.mean tau) (sqrt (Gamma.variance tau)) draws[1] }

    let private exactRegression =
        Law.make
            { Name = "gibbs: linear regression: draws have the exact posterior's moments"
              Statement =
                "The exact posterior by quadrature over tau; draws of weights and tau have its means and variances."
              Formula = @"p(w,\tau\mid X,y)"
              Source = "own derivation"
              Covers = [ "gibbs"; "linear-regression" ]
              Cases = 3
              Generator = Scalars.seed
              Holds =
                fun seed ->
                    let prior: LinearRegressionPrior =
                        { WeightPrecision = Known 0.2
                          Scales = ValueNone
                          NoisePrecision = { Shape = 2.0; Rate = 1.0 }
                          Intercept = ValueSome { Mean = 0.0; Variance = 25.0 } }

                    let struct (z, _) = Rng.array 45 Rng.normal (Rng.ofSeed seed)

                    let rows =
                        Array.init 15 (fun i ->
                            let x1 = z[3 * i]
                            let x2 = 0.8 * x1 + 0.6 * z[3 * i + 1]
                            [| x1; x2; 1.0 + x1 - 2.0 * x2 + 0.7 * z[3 * i + 2] |])
                        |> Rows.ofSeq

                    let exact = (ExactRegression.ofMoments prior (Moments.ofRows rows)).Value
                    let draws = chain 20_000 rows (GibbsModels.linearRegression 2 prior) seed

                    [ for d in 0..1 do
                          yield! against $"w[{d + 1}]" exact.WeightMeans[d] exact.WeightSds[d] draws[d]
                      yield! against "tau" exact.NoisePrecisionMean exact.NoisePrecisionSd draws[3] ] }

    let private sameBits =
        Law.make
            { Name = "gibbs: draws do not depend on the number of threads"
              Statement =
                "Every block draws from a stream of its own number, so chains have the same bits on one thread and on three."
              Formula = @"K_1=K_3"
              Source = "own derivation"
              Covers = [ "gibbs"; "gaussian-mixture" ]
              Cases = 3
              Generator = Scalars.seed
              Holds =
                fun seed ->
                    let columns, blockRows, count = 2, Block.TileRows, 5 * Block.TileRows + 17
                    let struct (z, _) = Rng.array (count * columns) Rng.normal (Rng.ofSeed seed)
                    let values = z |> Array.mapi (fun i z -> if i / columns % 2 = 0 then z else z + 3.0)

                    let block b =
                        let first = b * blockRows * columns
                        let length = min (blockRows * columns) (values.Length - first)
                        Block.FromRows(ReadOnlyMemory(values, first, length), columns)

                    let draws threads =
                        let rows = Rows(int64 count, columns, blockRows, threads, Func<int, Block> block)
                        chain 3 rows GibbsSubjects.fullMixture.Model seed |> Array.map Chains.pooled

                    [ Compare.holds
                          "the same bits"
                          (Array.forall2 (fun (a: Vec) (b: Vec) -> a.ToArray() = b.ToArray()) (draws 1) (draws 3)) ] }

    /// All laws.
    let all: Law list =
        [ joint GibbsSubjects.gaussianMeanPrecision
          joint GibbsSubjects.linearRegression
          joint GibbsSubjects.relevance
          joint GibbsSubjects.logisticRegression
          joint GibbsSubjects.fullMixture
          joint GibbsSubjects.tiedMixture
          joint GibbsSubjects.diagonalMixture
          joint GibbsSubjects.fullStickBreaking
          joint GibbsSubjects.tiedStickBreaking
          joint GibbsSubjects.diagonalStickBreaking
          joint GibbsSubjects.regimeSwitching
          joint GibbsSubjects.learnedFullMixture
          joint GibbsSubjects.learnedTiedMixture
          joint GibbsSubjects.learnedDiagonalMixture
          joint GibbsSubjects.learnedRegimes
          joint GibbsSubjects.completeFactors
          joint GibbsSubjects.gappedFactors
          exactMean
          exactRegression
          sameBits ]
