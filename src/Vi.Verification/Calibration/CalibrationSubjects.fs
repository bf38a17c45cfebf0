namespace Vi.Verification.FSharp

open System
open Vi.Kernels
open Vi.Math
open Vi.Math.FSharp
open Vi.Verification

/// Models that generate data, with methods that answer for them. Another one is one more line of `all`.
[<RequireQualifiedAccess>]
module CalibrationSubjects =

    // --- mean and precision of one observation ----------------------------------------------------------------------------

    let private normalGamma = NormalGamma.create 0.0 0.5 0.7 0.7

    let private simulateNormal rng : struct (float[] * Rows * Rng) =
        let struct (struct (mu, tau), rng) = NormalGamma.sample normalGamma rng
        let struct (z, rng) = Rng.array 1 Rng.normal rng
        struct ([| mu; tau |], Rows.ofColumn (z |> Array.map (fun z -> mu + z / sqrt tau)), rng)

    let private drawsGiven moments rng =
        let posterior = GaussianMeanPrecision.posterior normalGamma moments

        Simulations.sample Calibration.draws (NormalGamma.sample posterior) rng
        |> Array.map (fun (struct (mu, tau)) -> [| mu; tau |])

    let private exactNormal rows rng = drawsGiven (Moments.ofRows rows) rng

    /// Known to be wrong: the posterior of the data taken twice.
    let internal normalCountedTwice =
        let twice rows =
            let moments = Moments.ofRows rows
            Moments.combine moments moments

        (Calibration.byDraws "" "" [] Calibrated simulateNormal (fun rows rng -> drawsGiven (twice rows) rng)).Replicate

    let private meanFieldNormal rows (truth: float[]) =
        let q = Simulations.fit rows (GaussianMeanPrecision.model normalGamma)
        [| Normal.cdf q.Mean truth[0]; Gamma.cdf q.Precision truth[1] |]

    // --- regression with two columns and three rows ------------------------------------------------------------------------

    let private regression = Simulations.regressionOfThreeRows
    let private simulateRegression = Simulations.threeRows

    let private meanFieldRegression (rows: float[][]) (truth: float[]) =
        let q = Simulations.fit (Rows.ofSeq rows) (LinearRegression.model 2 regression)
        let covariance = MvNormal.covariance q.Weights

        [| for j in 0..1 do
               Normal.cdf (Normal.create q.Weights.Mean[j] covariance[j, j]) truth[j]

           Gamma.cdf q.NoisePrecision truth[2] |]

    /// Draws by composition: tau from its posterior on a grid of its logarithm, then the weights given tau. Small algebra on plain
    /// numbers, apart from the project's own regression.
    let private exactRegression (rows: float[][]) rng =
        let total f = rows |> Array.sumBy f
        let alpha = Simulations.alphaOfThreeRows
        let a, b, c = total (fun r -> r[0] * r[0]), total (fun r -> r[0] * r[1]), total (fun r -> r[1] * r[1])
        let u, v, yy = total (fun r -> r[0] * r[2]), total (fun r -> r[1] * r[2]), total (fun r -> r[2] * r[2])
        let n = float rows.Length
        let step = 0.04

        /// Precision alpha I + tau X'X and its determinant, mean of the weights given tau.
        let given tau =
            let p, q, r = alpha + tau * a, tau * b, alpha + tau * c
            let determinant = p * r - q * q
            struct (p, q, r, determinant, tau * (r * u - q * v) / determinant, tau * (p * v - q * u) / determinant)

        let grid = Array.init 1001 (fun i -> exp (-30.0 + step * float i))

        let logWeights =
            grid
            |> Array.map (fun tau ->
                let struct (_, _, _, determinant, m0, m1) = given tau
                // Shape and rate of the prior; the logarithm's measure adds one power of tau.
                let power = 0.5 * n + regression.NoisePrecision.Shape

                power * log tau
                - tau * regression.NoisePrecision.Rate
                - 0.5 * log determinant
                - 0.5 * tau * (yy - m0 * u - m1 * v))

        let top = Array.max logWeights
        let weights = logWeights |> Array.map (fun l -> exp (l - top))

        let draw rng : struct (float[] * Rng) =
            let struct (i, rng) = Rng.index (ReadOnlySpan weights) rng
            let struct (within, rng) = Rng.uniform rng
            let tau = grid[i] * exp (step * (within - 0.5))
            let struct (p, q, _, determinant, m0, m1) = given tau
            let struct (z, rng) = Rng.array 2 Rng.normal rng
            // Covariance from the precision's Cholesky factor, L' x = z.
            let x1 = z[1] * sqrt (p / determinant)
            let x0 = (z[0] - q / sqrt p * x1) / sqrt p
            struct ([| m0 + x0; m1 + x1; tau |], rng)

        Simulations.sample Calibration.draws draw rng

    // --- mixture of two known components -------------------------------------------------------------------------------------

    let private weightsPrior = Simulations.share
    let private logComponent k x = Normal.logDensity (Normal.create Simulations.centres[k] 1.0) x
    let private simulateMixture = Simulations.mixture

    /// q(z) q(pi), as a conjugate model of which only the weights are unknown: counts, and the rows' part of the bound.
    let private knownComponents: ConjugateModel<Block, struct (Vec * float), Dirichlet> =
        let combine (struct (a, x)) (struct (b, y)) = struct (Vec.add a b, x + y)
        let monoid = { Zero = struct (Vec.zero 2, 0.0); Combine = combine }

        let statistics q (block: Block) =
            let expectedLog = Dirichlet.meanParameters q

            (monoid.Zero, seq { 0 .. block.Rows - 1 })
            ||> Seq.fold (fun sum i ->
                let logs = Vec.init 2 (fun k -> expectedLog[k] + logComponent k block[i, 0])
                let top = max logs[0] logs[1]
                let normalizer = top + log (exp (logs[0] - top) + exp (logs[1] - top))
                combine sum (struct (Vec.map (fun l -> exp (l - normalizer)) logs, normalizer)))

        { Name = "mixture of known components"
          Monoid = monoid
          Data = DataStep.byBatch "q(z)" monoid statistics
          Updates =
            [ { Factor = "q(pi)"
                Update = fun (struct (counts, _)) _ -> Dirichlet.create (Vec.add weightsPrior.Concentration counts) } ]
          Elbo =
            fun (struct (_, normalizers)) q ->
                Elbo.ofTerms
                    [ "E[log p(x, z | pi)] + H[q(z)]", normalizers
                      "-KL(q(pi) || p(pi))", -(Dirichlet.klDivergence q weightsPrior) ]
          Divergence = Dirichlet.klDivergence
          Coordinates = FactorCoordinates.dirichlet
          Prior = weightsPrior }

    let private meanFieldMixture (data: float[]) (truth: float[]) =
        let q = Simulations.fit (Rows.ofColumn data) knownComponents
        [| Beta.cdf (Beta.create q.Concentration[0] q.Concentration[1]) truth[0] |]

    /// The share's posterior by the midpoint rule.
    let private exactMixture (data: float[]) (truth: float[]) =
        let densities = data |> Array.map (fun x -> struct (exp (logComponent 0 x), exp (logComponent 1 x)))

        let logLikelihood share = densities |> Array.sumBy (fun (struct (a, b)) -> log (share * a + (1.0 - share) * b))

        let count = 2000
        let cells = Array.init count (fun i -> logLikelihood ((float i + 0.5) / float count))
        let top = Array.max cells
        let weights = cells |> Array.map (fun l -> exp (l - top))
        let at = truth[0] * float count
        let whole = min (count - 1) (int at)
        [| (Array.sum (Array.truncate whole weights) + (at - float whole) * weights[whole]) / Array.sum weights |]

    let private meanPrecision = [ "mu"; "tau" ]
    let private weightsAndNoise = [ "w1"; "w2"; "tau" ]

    /// All subjects.
    let all: CalibrationSubject list =
        [ Calibration.byDraws "gaussian-mean-precision" "exact" meanPrecision Calibrated simulateNormal exactNormal
          Calibration.byCdf
              "gaussian-mean-precision"
              "cavi"
              meanPrecision
              (TooNarrow
                  "q(mu) q(tau) leaves out that a small tau spreads mu: q(mu) is normal where the posterior is Student's t")
              simulateNormal
              meanFieldNormal
          Calibration.byDraws "linear-regression" "exact" weightsAndNoise Calibrated simulateRegression exactRegression
          Calibration.byCdf
              "linear-regression"
              "cavi"
              weightsAndNoise
              (TooNarrow "q(w) q(tau) leaves out that a small tau spreads w: with three rows q(w) is too narrow")
              simulateRegression
              meanFieldRegression
          Calibration.byCdf "mixture of known components" "exact" [ "pi" ] Calibrated simulateMixture exactMixture
          Calibration.byCdf
              "mixture of known components"
              "cavi"
              [ "pi" ]
              (TooNarrow "q(z) q(pi) counts assignments that it is unsure of as if they were data")
              simulateMixture
              meanFieldMixture ]
        @ ResponseSubjects.all
        @ SampledSubjects.all
        @ GibbsCalibration.all
