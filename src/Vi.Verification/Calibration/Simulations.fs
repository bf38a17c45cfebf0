namespace Vi.Verification.FSharp

open System
open Vi.Kernels
open Vi.Math
open Vi.Math.FSharp

/// Models as generators of parameters and data, written out apart from the model programs.
[<RequireQualifiedAccess>]
module internal Simulations =

    /// So many independent draws.
    let sample count draw (rng: Rng) =
        let struct (values, _) = Rng.array count draw rng
        values

    /// A conjugate model's fit by coordinate ascent to the end.
    let fit (rows: Rows) (model: ConjugateModel<Block, 'statistics, 'globals>) =
        let engine = Cavi.engine rows model (fun _ -> Cavi.start rows model model.Prior)
        (Run.last engine (Cavi.stopRule 1e-10 10000) (Rng.ofSeed 0UL)).State.Globals

    // --- regressions through the origin -------------------------------------------------------------------------------------

    let private regressionPrior alpha shape : LinearRegressionPrior =
        { WeightPrecision = Known alpha
          NoisePrecision = Gamma.create shape shape
          Scales = ValueNone
          Intercept = ValueNone }

    /// Weights ~ N(0, 1 / alpha), tau ~ Gamma(shape, shape), N rows of D columns, each correlated with the one before, and the target:
    /// the parameters (w, tau) and the rows (N x (D + 1)).
    let private regression alpha shape columns rows correlation (rng: Rng) : struct (float[] * float[][] * Rng) =
        let struct (w, rng) = Rng.array columns Rng.normal rng
        let w = w |> Array.map (fun z -> z / sqrt alpha)
        let struct (tau, rng) = Gamma.sample (Gamma.create shape shape) rng
        let struct (z, rng) = Rng.array (rows * (columns + 1)) Rng.normal rng
        let rest = sqrt (1.0 - correlation * correlation)

        let row i =
            let z = Array.sub z (i * (columns + 1)) (columns + 1)

            let x = Array.scan (fun before z -> correlation * before + rest * z) z[0] z[1 .. columns - 1]

            Array.append x [| Seq.sum (Seq.map2 (*) w x) + z[columns] / sqrt tau |]

        struct (Array.append w [| tau |], Array.init rows row, rng)

    /// alpha of the regression of three rows.
    let alphaOfThreeRows = 0.01

    /// Two columns that go together and three rows, which say little about each weight.
    let regressionOfThreeRows = regressionPrior alphaOfThreeRows 0.7

    /// Its parameters w1, w2, tau and rows.
    let threeRows = regression alphaOfThreeRows 0.7 2 3 0.8

    /// Two columns and eight rows.
    let eight = regressionPrior 0.25 2.0

    /// Its parameters w1, w2, tau and rows.
    let eightRows = regression 0.25 2.0 2 8 0.8

    /// Two columns with correlation 0.9 and twenty rows.
    let correlated = regressionPrior 1.0 2.0

    /// Its parameters w1, w2, tau and rows.
    let correlatedRows = regression 1.0 2.0 2 20 0.9

    /// Half as many columns as rows: twelve and twenty-four.
    let manyColumns = regressionPrior 0.01 3.0

    /// Number of its columns.
    let columns = 12

    /// Its parameters w1 ... w12, tau and rows.
    let manyColumnsRows = regression 0.01 3.0 columns 24 0.5

    // --- mixtures of two normals with sd 1 ----------------------------------------------------------------------------------

    /// Means of the known components.
    let centres = [| -0.75; 0.75 |]

    /// Prior of the known components' weights: uniform.
    let share = Dirichlet.create (Vec.ofArray [| 1.0; 1.0 |])

    let private assigned count (share: float) (means: float[]) rng : struct (float[] * Rng) =
        let struct (u, rng) = Rng.array count Rng.uniform rng
        let struct (z, rng) = Rng.array count Rng.normal rng
        struct (Array.map2 (fun u z -> z + (if u < share then means[0] else means[1])) u z, rng)

    /// The first one's weight, and twenty points of the known components.
    let mixture rng : struct (float[] * float[] * Rng) =
        let struct (share, rng) = Rng.uniform rng
        let struct (data, rng) = assigned 20 share centres rng
        struct ([| share |], data, rng)

    /// Concentration of the weights where means are unknown: neither component is left without points often.
    let concentration = 3.0

    /// Prior standard deviation of unknown means.
    let meansSd = 3.0

    /// The first one's weight and the two means, ascending; forty points.
    let mixtureOfUnknownMeans rng : struct (float[] * float[] * Rng) =
        let struct (share, rng) = Beta.sample (Beta.create concentration concentration) rng
        let struct (z, rng) = Rng.array 2 Rng.normal rng
        let means = z |> Array.map (fun z -> meansSd * z) |> Array.sort
        let struct (data, rng) = assigned 40 share means rng
        struct ([| share; means[0]; means[1] |], data, rng)

    // --- stochastic volatility ----------------------------------------------------------------------------------------------

    /// Returns T of a series.
    let returns = 50

    /// mu ~ N(0, 10^2), (phi + 1) / 2 ~ Beta(20, 1.5), sigma ~ half-normal(1), the first and last log variance; T returns.
    let volatility rng : struct (float[] * float[] * Rng) =
        let struct (z, rng) = Rng.array (2 + returns) Rng.normal rng
        let mu, sigma = 10.0 * z[0], abs z[1]
        let struct (half, rng) = Beta.sample (Beta.create 20.0 1.5) rng
        let phi = 2.0 * half - 1.0
        let first = mu + sigma * z[2] / sqrt ((1.0 - phi) * (1.0 + phi))
        let h = Array.scan (fun before e -> mu + phi * (before - mu) + sigma * e) first z[3..]
        let struct (noise, rng) = Rng.array returns Rng.normal rng
        struct ([| mu; phi; sigma; h[0]; Array.last h |], Array.map2 (fun h e -> exp (0.5 * h) * e) h noise, rng)
