namespace Vi.Math.FSharp

open System
open Vi.Math

/// Distributions of whole vectors and matrices. Where a value has one more dimension, its rows are independent draws.
[<RequireQualifiedAccess>]
module VectorDistributions =

    let private squareSide (family: string) (what: string) (a: Expression) =
        match a.Shape with
        | Shape.Matrix(rows, columns) when rows = columns -> rows
        | _ -> ProgramDistribution.refuse $"{family}: the {what} must be a square matrix, and {a.Describe()} is none"

    let private rowsOf (shape: Shape) =
        match shape with
        | Shape.Matrix(rows, _) -> float rows
        | _ -> 1.0

    /// Shape of a draw around a mean: that of the mean, or a vector where it is a number.
    let private around (family: string) (d: int) (mean: Expression) =
        match mean.Shape with
        | Shape.Scalar -> Shape.Vector d
        | shape when shape.Columns = d -> shape
        | _ -> ProgramDistribution.refuse $"{family}: {mean.Describe()} and a {d} x {d} factor do not go together"

    let private normals (count: int) (rng: Rng) = Rng.array count Rng.normal rng

    let private meanAt (numbers: float[]) (d: int) row i =
        if numbers.Length = 1 then
            numbers[0]
        else
            numbers[(row * d + i) % numbers.Length]

    /// Draws of rows mean + A z, with A applied by a function.
    let private drawRows (distribution: ProgramDistribution) (d: int) (apply: float[] -> float[] -> float[]) =
        { distribution with
            Draw =
                fun shape numbers rng ->
                    let rows = shape.Size / d
                    let values: float[] = Array.zeroCreate shape.Size
                    let mutable current = rng

                    for row in 0 .. rows - 1 do
                        let struct (z, next) = normals d current
                        current <- next
                        let spread = apply numbers[1] z

                        for i in 0 .. d - 1 do
                            values[row * d + i] <- meanAt numbers[0] d row i + spread[i]

                    struct (values, current) }

    let private multivariate family d (mean: Expression) (lower: Expression) logDensity =
        let shape = around family d mean

        ProgramDistribution.ofWhole family Domain.Real shape [ mean; lower ] logDensity (fun _ rng ->
            struct ([||], rng))

    /// Multivariate normal with a mean (D, a row for each draw, or a number) and the lower Cholesky factor (D x D) of its covariance.
    let multivariateNormal (mean: Expression) (covarianceFactor: Expression) : ProgramDistribution =
        let family = "multivariate normal"
        let d = squareSide family "covariance's factor" covarianceFactor

        let logDensity (x: Expression) =
            let residual = x - mean

            let whitened =
                match x.Shape with
                | Shape.Matrix _ -> Expr.solveLower covarianceFactor (Expr.transpose residual)
                | _ -> Expr.solveLower covarianceFactor residual

            let rows = rowsOf x.Shape

            -0.5 * Expr.sum (Expr.square whitened)
            - rows * Expr.sum (Expr.log (Expr.diagonal covarianceFactor))
            - 0.5 * rows * float d * Special.logTwoPi

        let multiply (lower: float[]) (z: float[]) =
            Array.init d (fun i -> Seq.sumBy (fun j -> lower[i * d + j] * z[j]) (seq { 0..i }))

        drawRows (multivariate family d mean covarianceFactor logDensity) d multiply

    /// Multivariate normal with a mean (D, a row for each draw, or a number) and the lower Cholesky factor (D x D) of its precision.
    let multivariateNormalPrecision (mean: Expression) (precisionFactor: Expression) : ProgramDistribution =
        let family = "multivariate normal"
        let d = squareSide family "precision's factor" precisionFactor

        let logDensity (x: Expression) =
            let residual = x - mean

            let whitened =
                match x.Shape with
                | Shape.Matrix _ -> Expr.matrixProduct residual precisionFactor
                | _ -> Expr.matrixVector (Expr.transpose precisionFactor) residual

            let rows = rowsOf x.Shape

            -0.5 * Expr.sum (Expr.square whitened) + rows * Expr.sum (Expr.log (Expr.diagonal precisionFactor))
            - 0.5 * rows * float d * Special.logTwoPi

        let solve (lower: float[]) (z: float[]) =
            (Chol.solveUpper (Chol.ofLower (Mat.ofArray d d lower)) (Vec.ofArray z)).ToArray()

        drawRows (multivariate family d mean precisionFactor logDensity) d solve

    /// Dirichlet with concentrations > 0 (K).
    let dirichlet (concentration: Expression) : ProgramDistribution =
        let alpha = ProgramDistribution.positive "Dirichlet" "concentration" concentration

        match alpha.Shape with
        | Shape.Vector count when count > 1 -> ()
        | _ -> ProgramDistribution.refuse $"Dirichlet: {alpha.Describe()} is no vector of at least 2 concentrations"

        let logDensity (x: Expression) =
            let normaliser = Expr.logGamma (Expr.sum alpha) - Expr.sum (Expr.logGamma alpha)
            Expr.sum ((alpha - 1.0) * Expr.log x) + rowsOf x.Shape * normaliser

        ProgramDistribution.ofWhole "Dirichlet" Domain.Simplex alpha.Shape [ alpha ] logDensity (fun p rng ->
            let struct (draw, next) = Dirichlet.sample (Dirichlet.create (Vec.ofArray p[0])) rng
            struct (draw.ToArray(), next))

    /// log 2^(2b - 1) B(b, b): the integral of (1 - z^2)^(b - 1) over (-1, 1).
    let private logSymmetricBeta (b: Expression) =
        (2.0 * b - 1.0) * log 2.0 + 2.0 * Expr.logGamma b - Expr.logGamma (2.0 * b)

    /// Lower Cholesky factor of a K x K correlation matrix R with density proportional to |R|^(concentration - 1); 1 is uniform
    /// (Lewandowski, Kurowicka, Joe 2009: canonical partial correlations of column j are Beta(b, b) on (-1, 1) with
    /// b = concentration + (K - 1 - j) / 2, j from 1).
    let lkj (dimension: int) (concentration: Expression) : ProgramDistribution =
        let eta = ProgramDistribution.positive "LKJ" "concentration" concentration

        if dimension < 2 then
            ProgramDistribution.refuse $"LKJ: a correlation matrix has at least 2 rows, not {dimension}"

        let shapes = [ for j in 1 .. dimension - 1 -> j, eta + 0.5 * float (dimension - 1 - j) ]

        let logDensity (factor: Expression) =
            let counts = Expr.vector [ for k in 1..dimension -> if k = 1 then 0.0 else float (dimension - k) ]

            let powers =
                counts + (2.0 * eta - 2.0) * Expr.vector [ for k in 1..dimension -> if k = 1 then 0.0 else 1.0 ]

            let normaliser =
                shapes |> List.map (fun (j, b) -> float (dimension - j) * logSymmetricBeta b) |> List.reduce (+)

            Expr.dot powers (Expr.log (Expr.diagonal factor)) - normaliser

        let draw (p: float[][]) rng =
            let factor: float[] = Array.zeroCreate (dimension * dimension)
            factor[0] <- 1.0
            let mutable current = rng

            for i in 1 .. dimension - 1 do
                let mutable rest = 1.0

                for j in 0 .. i - 1 do
                    let b = p[0][0] + 0.5 * float (dimension - 2 - j)
                    let struct (x, next) = Rng.logGamma b current
                    let struct (y, next) = Rng.logGamma b next
                    current <- next
                    // z = tanh((x - y) / 2), and 1 - z^2 without cancellation.
                    let half = 0.5 * (x - y)
                    factor[i * dimension + j] <- tanh half * sqrt rest
                    rest <- rest / (cosh half * cosh half)

                factor[i * dimension + i] <- sqrt rest

            struct (factor, current)

        ProgramDistribution.ofWhole
            "LKJ"
            Domain.CorrelationCholesky
            (Shape.Matrix(dimension, dimension))
            [ eta ]
            logDensity
            draw

    /// log |dW/dL| for W = L L', off and on the diagonal: D log 2 + sum_i (D + 1 - i) log L_ii, i from 1 (Muirhead 1982, theorem 2.1.9).
    let private logSlope d (logDiagonal: Expression) =
        Expr.dot (Expr.vector [ for i in 0 .. d - 1 -> float (d - i) ]) logDiagonal + float d * log 2.0

    /// log of 2^(nu D / 2) Gamma_D(nu / 2).
    let private logWishart d (nu: Expression) =
        let gammas = [ for j in 0 .. d - 1 -> Expr.logGamma (0.5 * (nu - float j)) ] |> List.reduce (+)

        0.5 * float d * log 2.0 * nu + gammas + float (d * (d - 1)) / 4.0 * log Math.PI

    let private requireFreedom family d (nu: Expression) =
        match nu.ConstantNumber with
        | ValueSome value when not (value > float (d - 1)) ->
            ProgramDistribution.refuse $"{family}: degrees of freedom must be above {d - 1}, not {value}"
        | _ -> ()

    /// Lower Cholesky factor of W ~ Wishart with degrees of freedom nu > D - 1 and the lower Cholesky factor (D x D) of its scale
    /// matrix; the density is that of the factor.
    let wishart (nu: Expression) (scaleFactor: Expression) : ProgramDistribution =
        let d = squareSide "Wishart" "scale's factor" scaleFactor
        requireFreedom "Wishart" d nu

        let logDensity (factor: Expression) =
            let logDiagonal = Expr.log (Expr.diagonal factor)
            let ratio = Expr.solveLower scaleFactor factor

            (nu - float (d + 1)) * Expr.sum logDiagonal
            - 0.5 * Expr.sum (Expr.square ratio)
            - nu * Expr.sum (Expr.log (Expr.diagonal scaleFactor))
            - logWishart d nu
            + logSlope d logDiagonal

        let draw (p: float[][]) rng =
            let nu = p[0][0]
            let scale = Mat.ofArray d d p[1]
            let inverseScale = Chol.factor "the inverse scale" (Chol.inverse (Chol.ofLower scale))
            let struct (factor, next) = Wishart.sample (Wishart.create nu inverseScale) rng
            struct (factor.Lower.ToArray(), next)

        ProgramDistribution.ofWhole
            "Wishart"
            Domain.CovarianceCholesky
            scaleFactor.Shape
            [ nu; scaleFactor ]
            logDensity
            draw

    /// Lower Cholesky factor of Sigma ~ inverse-Wishart with degrees of freedom nu > D - 1 and the lower Cholesky factor (D x D) of its
    /// scale matrix: Sigma^-1 ~ Wishart(nu, scale^-1). The density is that of the factor.
    let inverseWishart (nu: Expression) (scaleFactor: Expression) : ProgramDistribution =
        let d = squareSide "inverse-Wishart" "scale's factor" scaleFactor
        requireFreedom "inverse-Wishart" d nu

        let logDensity (factor: Expression) =
            let logDiagonal = Expr.log (Expr.diagonal factor)
            let ratio = Expr.solveLower factor scaleFactor

            nu * Expr.sum (Expr.log (Expr.diagonal scaleFactor))
            - (nu + float (d + 1)) * Expr.sum logDiagonal
            - 0.5 * Expr.sum (Expr.square ratio)
            - logWishart d nu
            + logSlope d logDiagonal

        let draw (p: float[][]) rng =
            let nu = p[0][0]
            let scale = Chol.ofLower (Mat.ofArray d d p[1])
            let struct (precision, next) = Wishart.sample (Wishart.create nu scale) rng
            struct ((Chol.factor "a covariance drawn" (Chol.inverse precision)).Lower.ToArray(), next)

        ProgramDistribution.ofWhole
            "inverse-Wishart"
            Domain.CovarianceCholesky
            scaleFactor.Shape
            [ nu; scaleFactor ]
            logDensity
            draw
