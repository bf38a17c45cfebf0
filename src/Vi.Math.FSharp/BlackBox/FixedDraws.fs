namespace Vi.Math

/// A fit of the bound estimated with draws that stay fixed.
[<NoComparison; NoEquality>]
type FixedDrawsFit =
    {
        /// The optimum.
        Normal: Variational
        /// The bound's estimate there, in nats.
        Elbo: float
        /// The noise (R x M) of the draws, which their mirror images complete.
        Noise: Mat
        /// How the minimisation ended.
        End: LbfgsEnd
        /// Its iterations.
        Iterations: int
        /// Gradients of log p that it took.
        Evaluations: int
    }

namespace Vi.Math.FSharp

open System
open Vi.Kernels
open Vi.Math

/// Deterministic variational inference (Giordano, Ingram and Broderick 2024): the bound is estimated with the same draws throughout, so that
/// it is a smooth function for L-BFGS, and its Hessian gives covariances that take correlations into account (linear response, Giordano,
/// Broderick and Jordan 2018) and the optimum's Monte Carlo error. Families with more numbers to a column than draws can be fitted to
/// the draws instead of the density: there stochastic steps are right.
[<RequireQualifiedAccess>]
module FixedDraws =

    let private closedForm draws = { Draws = draws; Antithetic = true; Entropy = ClosedForm }

    /// Minus the bound and its gradient as a function of the parameters.
    let private objective (family: VariationalFamily) (noise: Mat) (density: LogDensity) =
        let workspace = ElboWorkspace(family, closedForm (2 * noise.Rows), density.Evaluator())
        noise.Values.AsSpan().CopyTo(workspace.Noise.AsSpan())

        let evaluate (theta: float[]) (gradient: float[]) =
            workspace.Estimate(ReadOnlySpan theta)

            for i in 0 .. gradient.Length - 1 do
                gradient[i] <- -workspace.Gradient[i]

            if workspace.BadDraws > 0 then infinity else -workspace.Elbo

        struct (workspace, evaluate)

    /// Fits a family with so many pairs of draws from parameters (P).
    let fitFrom (family: VariationalFamily) (pairs: int) (density: LogDensity) (start: Vec) (rng: Rng) : FixedDrawsFit =
        let noise = Array.zeroCreate (pairs * family.NoiseCount)
        Rng.fillNormal (noise.AsSpan()) rng |> ignore
        let noise = Mat.wrap pairs family.NoiseCount noise
        let struct (_, evaluate) = objective family noise density
        let metric = family.Evaluator()
        metric.Load(start.AsSpan())
        metric.Condition()

        let natural (p: float[]) =
            let copy = Array.copy p
            metric.Natural(ReadOnlySpan copy, p.AsSpan())

        let options = { Lbfgs.defaults with MaxIterations = 2000; Tolerance = 1e-9 }
        let result = Lbfgs.minimizeWith options (ValueSome natural) evaluate start

        { Normal = { Family = family; Parameters = result.Last.Position }
          Elbo = -result.Last.Value
          Noise = noise
          End = result.End
          Iterations = result.Path.Length - 1
          Evaluations = 2 * pairs * result.Evaluations }

    /// Fits a family with so many pairs of draws from Pathfinder's start.
    let fit (family: VariationalFamily) (pairs: int) (density: LogDensity) (rng: Rng) : FixedDrawsFit =
        let struct (rng, starts) = Rng.split rng

        let struct (start, evaluations, _, _) =
            Advi.startParameters family (FromPathfinder Pathfinder.defaults) density starts

        let found = fitFrom family pairs density start rng
        { found with Evaluations = found.Evaluations + evaluations }

    /// Gradient of minus the bound at parameters.
    let private gradientAt evaluate (theta: float[]) =
        let gradient = Array.zeroCreate theta.Length
        evaluate theta gradient |> ignore
        gradient

    /// The Hessian of minus the bound times a direction, by central differences whose step moves q by a thousandth of its spread.
    let private hessianTimes evaluate (family: VariationalFamily) (theta: float[]) (v: float[]) =
        let at step = Array.map2 (fun x direction -> x + step * direction) theta v
        let vv = LinearAlgebra.Dot(ReadOnlySpan v, ReadOnlySpan v)
        let probe = 1e-6 / sqrt vv
        let moved = BatchMeans.distance family (Vec.wrap theta) (Vec.wrap (at probe))
        let h = if moved > 1e-9 then 1e-3 * probe / moved else 1e-3 / sqrt vv

        Array.map2 (fun up down -> (up - down) / (2.0 * h)) (gradientAt evaluate (at h)) (gradientAt evaluate (at -h))

    /// Solves H x = b by conjugate gradients, preconditioned by the family's metric, to a relative residual of 1e-6.
    let private solve evaluate (family: VariationalFamily) (metric: IFamilyEvaluator) (theta: float[]) (b: float[]) =
        let dot (x: float[]) (y: float[]) = LinearAlgebra.Dot(ReadOnlySpan x, ReadOnlySpan y)

        let precondition (r: float[]) =
            let z = Array.zeroCreate r.Length
            metric.Natural(ReadOnlySpan r, z.AsSpan())
            z

        let x = Array.zeroCreate b.Length
        let r = Array.copy b
        let z = precondition r
        let mutable p = Array.copy z
        let mutable rz = dot r z
        let stop = 1e-12 * rz
        let mutable count = 0

        while rz > stop && count < 10 * b.Length do
            let hp = hessianTimes evaluate family theta p
            let alpha = rz / dot p hp
            LinearAlgebra.AddScaled(alpha, ReadOnlySpan p, x.AsSpan())
            LinearAlgebra.AddScaled(-alpha, ReadOnlySpan hp, r.AsSpan())
            let z = precondition r
            let next = dot r z
            p <- Array.map2 (fun fresh old -> fresh + next / rz * old) z p
            rz <- next
            count <- count + 1

        x

    /// The rows of H^-1 that belong to the means of chosen coordinates (K x P).
    let private responses (fit: FixedDrawsFit) (density: LogDensity) (coordinates: int[]) =
        let struct (_, evaluate) = objective fit.Normal.Family fit.Noise density
        let metric = fit.Normal.Family.Evaluator()
        metric.Load(fit.Normal.Parameters.AsSpan())
        metric.Condition()
        let theta = fit.Normal.Parameters.ToArray()

        coordinates
        |> Array.map (fun i ->
            solve
                evaluate
                fit.Normal.Family
                metric
                theta
                (Array.init theta.Length (fun j -> if j = i then 1.0 else 0.0)))

    /// Covariance of chosen coordinates (K x K) by linear response: how the optimum's means answer to a linear term added to log p. Exact
    /// where p is normal, whatever the family, up to the draws.
    let linearResponse (fit: FixedDrawsFit) (density: LogDensity) (coordinates: int[]) : Mat =
        let rows = responses fit density coordinates
        Mat.init rows.Length rows.Length (fun i j -> 0.5 * (rows[i].[coordinates[j]] + rows[j].[coordinates[i]]))

    /// Monte Carlo standard error of the optimum's means of chosen coordinates (K), over the choice of the draws: H^-1 Cov(g) H^-1 / R with
    /// the R pairs' gradients g.
    let meanErrors (fit: FixedDrawsFit) (density: LogDensity) (coordinates: int[]) : Vec =
        let rows = responses fit density coordinates
        let evaluator = density.Evaluator()
        let pairs = fit.Noise.Rows

        let gradients =
            Array.init pairs (fun r ->
                (ElboGradient.ofNoise
                    (closedForm 2)
                    evaluator
                    fit.Normal
                    (Mat.wrap 1 fit.Noise.Columns (Mat.row r fit.Noise).Values))
                    .Gradient.Values)

        Vec.init coordinates.Length (fun k ->
            let along = gradients |> Array.map (fun g -> LinearAlgebra.Dot(ReadOnlySpan g, ReadOnlySpan rows[k]))

            let mean = Array.average along
            let variance = (along |> Array.sumBy (fun a -> (a - mean) * (a - mean))) / float (pairs - 1)
            sqrt (variance / float pairs))
