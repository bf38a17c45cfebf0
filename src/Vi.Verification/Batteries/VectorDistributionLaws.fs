namespace Vi.Verification.FSharp

open System
open FsCheck
open FsCheck.FSharp
open MathNet.Numerics.LinearAlgebra.Double
open Vi.Math
open Vi.Math.FSharp
open Vi.Verification

/// Laws of the families of whole vectors, matrices and series.
[<RequireQualifiedAccess>]
module VectorDistributionLaws =

    let private evaluate (value: Expression) =
        let outputs = Plan.evaluate (Plan.compile 1 [ value ]) (Vec.zero 1)
        outputs[0]

    /// The value of a number.
    let private scalar (value: Expression) : float =
        let value = evaluate value
        value[0]

    let private matrix (a: Mat) = Expr.matrix a.Rows a.Columns (a.ToArray())
    let private vector (v: Vec) = Expr.vector (v.ToArray())
    let private definite = Matrices.positiveDefinite 4 1.0 100.0
    let private factorOf (a: Mat) = (Chol.factor "a covariance" a).Lower
    let private tolerance (a: Mat) size = Tolerances.conditioned a.Rows (Matrices.condition a) (1.0 + size)

    /// One draw from a distribution.
    let private drawOf (distribution: ProgramDistribution) (shape: Shape) rng =
        let numbers =
            distribution.Parameters shape |> List.map (fun p -> (evaluate p).ToArray()) |> Array.ofList

        distribution.Draw shape numbers rng

    let private withSeed (cases: Arbitrary<'a>) = Scalars.both cases Scalars.seed

    let private normal =
        Law.make
            { Name = "programs: multivariate normal"
              Statement =
                "By the factor of the covariance or of the precision, for one vector or for rows, the log density is that of the distribution."
              Formula = @"\log N(x\mid\mu,LL')"
              Source = "Bishop 2006, 2.3; the distribution MvNormal"
              Covers = [ "programs" ]
              Cases = 40
              Generator = withSeed definite
              Holds =
                fun (covariance, seed) ->
                    let d = covariance.Rows
                    let struct (mean, rng) = Rng.array d Rng.normal (Rng.ofSeed seed)
                    let mean = Vec.ofArray mean
                    let oracle = MvNormal.ofCovariance mean covariance

                    let byCovariance =
                        VectorDistributions.multivariateNormal (vector mean) (matrix (factorOf covariance))

                    let byPrecision =
                        VectorDistributions.multivariateNormalPrecision (vector mean) (matrix oracle.Precision.Lower)

                    let rows = Shape.Matrix(3, d)
                    let struct (x, _) = drawOf byCovariance rows rng

                    let each =
                        Array.chunkBySize d x |> Array.map (fun row -> MvNormal.logDensity oracle (Vec.ofArray row))

                    let allowed = tolerance covariance (Array.sumBy abs each)

                    [ for name, distribution in [ "covariance", byCovariance; "precision", byPrecision ] do
                          Compare.close
                              $"rows, by {name}"
                              (Array.sum each)
                              (scalar (distribution.LogDensity(Expr.matrix 3 d x)))
                              allowed

                          Compare.close
                              $"one vector, by {name}"
                              each[0]
                              (scalar (distribution.LogDensity(Expr.vector x[.. d - 1])))
                              allowed ] }

    /// Mean and covariance of draws, by both factors.
    let private normalDraws =
        Law.make
            { Name = "programs: multivariate normal draws"
              Statement = "Whitened by the factor, draws have mean 0 and covariance 1."
              Formula = @"L^{-1}(x-\mu)\sim N(0,I)"
              Source = "definition"
              Covers = [ "programs" ]
              Cases = 5
              Generator = withSeed (Matrices.positiveDefinite 3 1.0 20.0)
              Holds =
                fun (covariance, seed) ->
                    let d = covariance.Rows
                    let count = 3000
                    let factor = Chol.factor "a covariance" covariance
                    let precision = Chol.factor "its inverse" (Chol.inverse factor)

                    [ for name, distribution in
                          [ "covariance", VectorDistributions.multivariateNormal (Expr.number 1.5) (matrix factor.Lower)
                            "precision",
                            VectorDistributions.multivariateNormalPrecision (Expr.number 1.5) (matrix precision.Lower) ] do
                          let struct (x, _) = drawOf distribution (Shape.Matrix(count, d)) (Rng.ofSeed seed)

                          let white =
                              Array.chunkBySize d x
                              |> Array.map (fun row ->
                                  Chol.solveLower factor (Vec.ofArray (Array.map (fun v -> v - 1.5) row)))

                          for i in 0 .. d - 1 do
                              for j in 0..i do
                                  let products = white |> Array.map (fun z -> z[i] * z[j])
                                  let sd = if i = j then sqrt 2.0 else 1.0

                                  Compare.close
                                      $"by {name}: covariance ({i}, {j})"
                                      (if i = j then 1.0 else 0.0)
                                      (Array.average products)
                                      (Tolerances.monteCarlo (sd / sqrt (float count)) 3.0 count 1.0) ] }

    let private dirichlet =
        Law.make
            { Name = "programs: Dirichlet"
              Statement = "The log density of drawn rows is the distribution's, summed."
              Formula = @"\log\mathrm{Dir}(w\mid\alpha)"
              Source = "Bishop 2006, appendix B; the distribution Dirichlet"
              Covers = [ "programs" ]
              Cases = 40
              Generator = withSeed (Scalars.arrayOf 2 5 (Scalars.positive 0.3 10.0))
              Holds =
                fun (alpha, seed) ->
                    let distribution = VectorDistributions.dirichlet (Expr.vector alpha)
                    let oracle = Dirichlet.create (Vec.ofArray alpha)
                    let struct (x, _) = drawOf distribution (Shape.Matrix(2, alpha.Length)) (Rng.ofSeed seed)

                    let each =
                        Array.chunkBySize alpha.Length x
                        |> Array.map (fun row -> Dirichlet.logDensity oracle (Vec.ofArray row))

                    let actual = (scalar (distribution.LogDensity(Expr.matrix 2 alpha.Length x)))
                    [ Compare.close "sum of two rows" (Array.sum each) actual (1e-11 * (10.0 + Array.sumBy abs each)) ] }

    /// log |d vech(f(L)) / d vech(L)| by differences.
    let private logSlope (d: int) (f: Mat -> Mat) (lower: Mat) (belowOnly: bool) =
        let places =
            [| for i in 0 .. d - 1 do
                   for j in 0 .. (if belowOnly then i - 1 else i) -> struct (i, j) |]

        let derivatives =
            Array2D.init places.Length places.Length (fun a b ->
                let struct (i, j) = places[a]
                let struct (k, l) = places[b]

                // Where the diagonal follows, entries of a row stay within a sphere.
                let room =
                    if belowOnly then
                        sqrt (lower[k, l] * lower[k, l] + lower[k, k] * lower[k, k]) - abs lower[k, l]
                    else
                        infinity

                (Numerical.derivative (min (0.05 * lower[l, l]) (0.3 * room)) (fun h ->
                    (f (Mat.init d d (fun r c -> if r = k && c = l then lower[r, c] + h else lower[r, c])))[i, j]))
                    .Value)

        log (abs ((DenseMatrix.OfArray derivatives).Determinant()))

    let private square (lower: Mat) = Mat.multiply lower (Mat.transpose lower)

    let private wishart =
        Law.make
            { Name = "programs: Wishart and its inverse"
              Statement =
                "The density of the factor is that of the matrix times the volume by which L L' stretches, found by differences."
              Formula = @"p(L)=p(LL')\left|\frac{\partial LL'}{\partial L}\right|"
              Source = "Muirhead 1982, theorems 2.1.9, 3.2.1; the distribution Wishart"
              Covers = [ "programs" ]
              Cases = 20
              Generator = withSeed (Matrices.positiveDefinite 3 1.0 20.0)
              Holds =
                fun (scale, seed) ->
                    let d = scale.Rows
                    let nu = float d + 1.5
                    let factor = matrix (factorOf scale)
                    let wishart = VectorDistributions.wishart (Expr.number nu) factor
                    let struct (draw, rng) = drawOf wishart wishart.Shape (Rng.ofSeed seed)
                    let lower = Mat.ofArray d d draw
                    let inverse = Chol.inverse (Chol.factor "scale" scale)
                    let oracle = Wishart.create nu (Chol.factor "inverse scale" inverse)
                    let volume = logSlope d square lower false
                    let expected = Wishart.logDensity oracle (Chol.ofLower lower) + volume

                    let inverted = VectorDistributions.inverseWishart (Expr.number nu) factor
                    let struct (other, _) = drawOf inverted inverted.Shape rng
                    let sigma = Chol.ofLower (Mat.ofArray d d other)
                    let precision = Chol.factor "precision" (Chol.inverse sigma)
                    // Sigma^-1 is Wishart with the inverse scale; |d Sigma^-1 / d Sigma| = |Sigma|^-(d + 1).
                    let ofPrecision = Wishart.create nu (Chol.factor "scale" scale)

                    let expectedInverse =
                        Wishart.logDensity ofPrecision precision - float (d + 1) * Chol.logDeterminant sigma
                        + logSlope d square sigma.Lower false

                    [ Compare.close
                          "Wishart"
                          expected
                          (scalar (wishart.LogDensity(Expr.matrix d d draw)))
                          (1e-6 * (1.0 + abs expected))
                      Compare.close
                          "inverse Wishart"
                          expectedInverse
                          (scalar (inverted.LogDensity(Expr.matrix d d other)))
                          (1e-6 * (1.0 + abs expectedInverse)) ] }

    /// Volumes of the sets of correlation matrices.
    let private lkj =
        Law.make
            { Name = "programs: LKJ"
              Statement =
                "At concentration 1 the density of the correlations is one over the published volume of their set; at others it goes with the determinant's power, whose mean over draws is the ratio of normalisers."
              Formula = @"p(R)\propto|R|^{\eta-1}"
              Source =
                "Joe 2006, Generating random correlation matrices, section 3: volumes 2, pi^2/2, 32 pi^2/27; Lewandowski, Kurowicka, Joe 2009"
              Covers = [ "programs" ]
              Cases = 15
              Generator = withSeed (Scalars.both (Scalars.integer 2 4) (Scalars.positive 0.5 5.0))
              Holds =
                fun ((k, eta), seed) ->
                    let volume =
                        match k with
                        | 2 -> 2.0
                        | 3 -> Math.PI * Math.PI / 2.0
                        | _ -> 32.0 * Math.PI * Math.PI / 27.0

                    let uniform = VectorDistributions.lkj k (Expr.number 1.0)
                    let other = VectorDistributions.lkj k (Expr.number eta)
                    let struct (draw, rng) = drawOf uniform uniform.Shape (Rng.ofSeed seed)
                    let lower = Mat.ofArray k k draw

                    let at (distribution: ProgramDistribution) =
                        (scalar (distribution.LogDensity(Expr.matrix k k draw)))

                    // Rows of length 1: the diagonal follows from what is below.
                    let correlations (moved: Mat) =
                        square (
                            Mat.init k k (fun i j ->
                                if i = j then
                                    sqrt (1.0 - Seq.sumBy (fun m -> moved[i, m] * moved[i, m]) (seq { 0 .. i - 1 }))
                                else
                                    moved[i, j])
                        )

                    let expected = -(log volume) + logSlope k correlations lower true
                    let logDeterminant = Chol.logDeterminant (Chol.ofLower lower)

                    // E_1[|R|^(eta - 1)] = c(eta) / c(1).
                    let count = 2000
                    let struct (draws, _) = Rng.array count (drawOf uniform uniform.Shape) rng

                    let powers =
                        draws
                        |> Array.map (fun draw ->
                            let lower = Mat.ofArray k k draw
                            exp ((eta - 1.0) * Chol.logDeterminant (Chol.ofLower lower)))

                    let mean = Array.average powers
                    let ratio = exp (at uniform - at other + (eta - 1.0) * logDeterminant)

                    let spread = sqrt (Array.averageBy (fun p -> (p - mean) * (p - mean)) powers / float count)

                    [ Compare.close "uniform" expected (at uniform) (1e-6 * (1.0 + abs expected))
                      if eta >= 1.0 then
                          Compare.close "ratio of normalisers" ratio mean (Tolerances.monteCarlo spread 5.0 count 1.0) ] }

    let private autoregression =
        Law.make
            { Name = "programs: autoregression"
              Statement =
                "The log density is that of the multivariate normal with the stationary covariance, and the series made of innovations has it too."
              Formula = @"\mathrm{Cov}(x_s,x_t)=\sigma^2\phi^{|s-t|}/(1-\phi^2)"
              Source = "Hamilton 1994, section 3.4"
              Covers = [ "programs" ]
              Cases = 40
              Generator =
                withSeed (
                    Scalars.three
                        (Scalars.integer 1 6)
                        (Arb.fromGen (Scalars.uniformGen -0.95 0.95))
                        (Scalars.positive 0.2 5.0)
                )
              Holds =
                fun ((length, phi, sd), seed) ->
                    let mean = 0.7
                    let e = Expr.number

                    let covariance =
                        Mat.init length length (fun s t ->
                            sd * sd * Math.Pow(phi, float (abs (s - t))) / (1.0 - phi * phi))

                    let oracle = MvNormal.ofCovariance (Vec.constant length mean) covariance
                    let distribution = SeriesDistributions.autoregression (e mean) (e phi) (e sd) length
                    let struct (x, rng) = drawOf distribution distribution.Shape (Rng.ofSeed seed)
                    let struct (z, _) = Rng.array length Rng.normal rng

                    let made =
                        (evaluate (SeriesDistributions.autoregressionOf (e mean) (e phi) (e sd) (Expr.vector z)))
                            .ToArray()

                    let density (x: float[]) = (scalar (distribution.LogDensity(Expr.vector x)))
                    let expected = MvNormal.logDensity oracle (Vec.ofArray x)
                    // Each innovation is stretched by sd, the first also by the stationary spread.
                    let logStretch = float length * log sd - 0.5 * log (1.0 - phi * phi)
                    let ofInnovations = Array.sumBy (fun z -> -0.5 * z * z - 0.5 * Special.logTwoPi) z

                    [ Compare.close "log density" expected (density x) (tolerance covariance (abs expected))
                      Compare.close
                          "of innovations"
                          ofInnovations
                          (density made + logStretch)
                          (tolerance covariance (abs ofInnovations)) ] }

    let private hiddenMarkov =
        Law.make
            { Name = "programs: hidden Markov chain"
              Statement = "The density is the sum over all paths."
              Formula = @"p(x)=\sum_{z}w_{z_0}p_{z_0}(x_0)\prod_t T_{z_{t-1}z_t}p_{z_t}(x_t)"
              Source = "Rabiner 1989; enumeration"
              Covers = [ "programs" ]
              Cases = 40
              Generator = withSeed (Scalars.both (Scalars.integer 1 6) (Scalars.integer 2 3))
              Holds =
                fun ((length, states), seed) ->
                    let struct (weights, rng) = Rng.array (states * (states + 1)) Rng.exponential (Rng.ofSeed seed)

                    let rows =
                        Array.chunkBySize states weights
                        |> Array.map (fun row -> Array.map (fun w -> w / Array.sum row) row)

                    let means = Array.init states (fun k -> 2.0 * float k)

                    let distribution =
                        SeriesDistributions.hiddenMarkov
                            (Expr.vector rows[0])
                            (Expr.matrix states states (Array.concat rows[1..]))
                            (RealDistributions.normal (Expr.vector means) (Expr.number 1.3))
                            length

                    let struct (x, _) = drawOf distribution distribution.Shape rng
                    let emission t k = MathNet.Numerics.Distributions.Normal.PDF(means[k], 1.3, x[t])

                    let rec paths t state =
                        if t = length then
                            1.0
                        else
                            Seq.sumBy
                                (fun k ->
                                    let step = if t = 0 then rows[0][k] else rows[1 + state][k]
                                    step * emission t k * paths (t + 1) k)
                                (seq { 0 .. states - 1 })

                    let expected = log (paths 0 0)

                    [ Compare.close
                          "log density"
                          expected
                          (scalar (distribution.LogDensity(Expr.vector x)))
                          (Tolerances.logDensity expected) ] }

    let all = [ normal; normalDraws; dirichlet; wishart; lkj; autoregression; hiddenMarkov ]
