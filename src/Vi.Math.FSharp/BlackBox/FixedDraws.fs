namespace Vi.Math

/// How a bound with fixed draws is fitted.
[<NoComparison>]
type FixedDrawsOptions =
    {
        /// Pairs of draws that mirror each other, at least 2.
        Pairs: int
        /// Most iterations of L-BFGS.
        MaxIterations: int
        /// Where to begin.
        Start: AdviStart
    }

/// A fit of the bound estimated with draws that stay fixed, finished or on the way: what the next iterations need.
type FixedDrawsState =
    {
        /// Parameters of q (P).
        Parameters: Vec
        /// The noise (R x M) of the draws, which their mirror images complete.
        Noise: Mat
        /// Iterations so far.
        Iterations: int
        /// A generator for what comes after the fit.
        Rng: Rng
    }

/// What a reader wants to know of some iterations.
type FixedDrawsInfo =
    {
        /// The bound's estimate, in nats, and what the iterations gained.
        Elbo: float
        Gain: float
        /// Iterations so far.
        Iterations: int
        /// Nats that a step along the natural gradient promises to gain: half the squared distance to the optimum, in posterior standard
        /// deviations, were the bound that of a normal.
        Decrement: float
        /// How the minimisation stands: its iterations spent while it goes on.
        End: LbfgsEnd
        /// Gradients of log p that the iterations took.
        Evaluations: int
    }

/// A fit of the bound estimated with draws that stay fixed.
[<NoComparison; NoEquality>]
type FixedDrawsFit =
    {
        /// The optimum.
        Normal: Variational
        /// The state that it was read off.
        State: FixedDrawsState
    }

/// How the optimum of a bound with fixed draws answers to small changes.
type FixedDrawsResponse =
    {
        /// Covariance of the chosen coordinates by linear response (K x K); nothing where the bound's curvature is not that of a maximum, or
        /// could not be told from rounding.
        Covariance: Mat voption
        /// Monte Carlo standard error of the optimum's means of the chosen coordinates (K), over the choice of the draws; not numbers where
        /// there is no covariance.
        MeanErrors: Vec
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

    /// Iterations of a step of the engine: L-BFGS begins anew after them, in the metric of the place that was reached.
    let private blockIterations = 25

    /// Nats still promised up to which a fit counts as converged: a move of less than two thousandths of a standard deviation. The choice of
    /// 15 pairs itself moves means by 0.014 (mean-field) and 0.011 (full-rank), medians over 40 fits each of logistic and skewed densities.
    let private complete = 1e-6

    /// Nats that a step of L-BFGS must still promise: a thousandth of `complete`, since L-BFGS measures what is left by its own curvature and not
    /// by the family's metric (in those 80 fits the decrement was at most 6e-10 in the end). It is a move of 5e-5 standard deviations.
    let private promised = 1e-9

    /// Fifteen pairs, 2000 iterations, from Pathfinder's start.
    let defaults: FixedDrawsOptions =
        { Pairs = 15; MaxIterations = 2000; Start = FromPathfinder Pathfinder.defaults }

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

    /// The metric of a place (P) as a function that turns a gradient into the natural one, in place.
    let private naturalAt (family: VariationalFamily) (parameters: Vec) =
        let metric = family.Evaluator()
        metric.Load(parameters.AsSpan())
        metric.Condition()

        fun (p: float[]) ->
            let copy = Array.copy p
            metric.Natural(ReadOnlySpan copy, p.AsSpan())

    /// Noise (R x M) with the second moments of the normal distribution, all of them where there are more pairs than numbers to a draw, else the variances:
    /// with their mirror images such draws fit a quadratic log density exactly, where plain ones leave its standard deviations off by
    /// 1 / sqrt(2 R).
    let private matched (noise: Mat) : Mat =
        let moments = Mat.scale (1.0 / float noise.Rows) (Mat.multiply (Mat.transpose noise) noise)

        if noise.Rows > noise.Columns then
            let factor = Chol.factor "the second moments of the draws" moments
            Mat.multiply noise (Mat.transpose (Chol.inverseLower factor))
        else
            Mat.init noise.Rows noise.Columns (fun r c -> noise[r, c] / sqrt moments[c, c])

    /// The fit that a state describes.
    let answer (family: VariationalFamily) (state: FixedDrawsState) : FixedDrawsFit =
        { Normal = { Family = family; Parameters = state.Parameters }; State = state }

    /// Whether a fit has reached an optimum: nothing is lower, and the natural gradient promises nothing more.
    let isSettled (info: FixedDrawsInfo) = info.Decrement <= complete && not info.End.IsIterationsSpent

    /// Stops at an optimum, where no iteration gets on, where the bound is not finite at the start, or where the iterations are spent.
    let stopRule (options: FixedDrawsOptions) : StopRule<FixedDrawsInfo> =
        let promised (info: FixedDrawsInfo) =
            ValueSome(BudgetSpent(GainPromised(info.Iterations, info.Decrement, info.End.IsNoLower)))

        { Judge =
            fun _ info ->
                match info.End with
                | BadStart -> ValueSome(Diverged StartNotFinite)
                | Reached
                | NoLower when info.Decrement <= complete ->
                    ValueSome(Converged(StepWouldMove(info.Iterations, sqrt (2.0 * info.Decrement))))
                | NoLower -> promised info
                | _ when info.Iterations >= options.MaxIterations -> promised info
                | _ -> ValueNone }

    /// A run for a family: a step is so many iterations of L-BFGS.
    let parts
        (options: FixedDrawsOptions)
        (family: VariationalFamily)
        (density: LogDensity)
        : RunParts<FixedDrawsState, FixedDrawsInfo> =
        if family.Dimension <> density.Dimension then
            invalidArg
                (nameof family)
                $"a family in {family.Dimension} dimensions does not fit a density in {density.Dimension}"

        if options.Pairs < 2 then
            invalidArg (nameof options) $"at least two pairs of draws are needed, not {options.Pairs}"

        let start rng =
            let struct (rng, starts) = Rng.split rng
            let struct (parameters, report) = Advi.startParameters family options.Start density starts
            let noise = Array.zeroCreate (options.Pairs * family.NoiseCount)
            let rng = Rng.fillNormal (noise.AsSpan()) rng
            let noise = matched (Mat.wrap options.Pairs family.NoiseCount noise)

            struct (report, { Parameters = parameters; Noise = noise; Iterations = 0; Rng = rng })

        let step (state: FixedDrawsState) =
            let struct (_, evaluate) = objective family state.Noise density

            let lbfgs =
                { Lbfgs.defaults with
                    MaxIterations = min blockIterations (max 1 (options.MaxIterations - state.Iterations))
                    Tolerance = promised }

            let natural = naturalAt family state.Parameters
            let result = Lbfgs.minimizeWith lbfgs (ValueSome natural) evaluate state.Parameters
            let gradient = result.Last.Gradient.ToArray()
            let direction = Array.copy gradient
            naturalAt family result.Last.Position direction

            let next =
                { state with
                    Parameters = result.Last.Position
                    Iterations = state.Iterations + result.Path.Length - 1 }

            struct (next,
                    { Elbo = -result.Last.Value
                      Gain = result.Path[0].Value - result.Last.Value
                      Iterations = next.Iterations
                      Decrement = 0.5 * LinearAlgebra.Dot(ReadOnlySpan gradient, ReadOnlySpan direction)
                      End = result.End
                      Evaluations = 2 * options.Pairs * result.Evaluations })

        { Begin = start
          Step = step
          Rule = stopRule options
          Evaluations = fun info -> float info.Evaluations }

    /// How far the step that the natural gradient promises would move the fit, as a check.
    let check (info: FixedDrawsInfo) : Check =
        Check.lenient (sqrt (2.0 * complete)) CheckId.StepMove (sqrt (2.0 * info.Decrement))

    /// Fits a family with so many pairs of draws from Pathfinder's start; gives the last report as well.
    let fit (family: VariationalFamily) (pairs: int) (density: LogDensity) (rng: Rng) =
        let run = RunProgress.finish (parts { defaults with Pairs = pairs } family density) rng
        struct (answer family run.State, RunProgress.last run)

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

    /// Solves H x = b by conjugate gradients, preconditioned by the natural gradient's metric, to a relative residual of 1e-6, which is what
    /// central differences of a smooth gradient are good to with steps of 1e-3; nothing where
    /// H has a direction in which it does not curve upwards, or where that takes too long.
    let private solve evaluate (family: VariationalFamily) (natural: float[] -> unit) (theta: float[]) (b: float[]) =
        let dot (x: float[]) (y: float[]) = LinearAlgebra.Dot(ReadOnlySpan x, ReadOnlySpan y)

        let precondition (r: float[]) =
            let z = Array.copy r
            natural z
            z

        let x = Array.zeroCreate b.Length
        let r = Array.copy b
        let z = precondition r
        let mutable p = Array.copy z
        let mutable rz = dot r z
        let stop = 1e-12 * rz
        let mutable count = 0
        let mutable curved = true

        while curved && rz > stop && count < 4 * b.Length do
            let hp = hessianTimes evaluate family theta p
            let curvature = dot p hp

            if curvature > 0.0 then
                let alpha = rz / curvature
                LinearAlgebra.AddScaled(alpha, ReadOnlySpan p, x.AsSpan())
                LinearAlgebra.AddScaled(-alpha, ReadOnlySpan hp, r.AsSpan())
                let z = precondition r
                let next = dot r z
                p <- Array.map2 (fun fresh old -> fresh + next / rz * old) z p
                rz <- next
                count <- count + 1
            else
                curved <- false

        if curved && rz <= stop then ValueSome x else ValueNone

    /// Monte Carlo standard errors of means: H^-1 Cov(g) H^-1 / R with the R pairs' gradients g.
    let private meanErrors (fit: FixedDrawsFit) (density: LogDensity) (rows: float[][]) : Vec =
        let evaluator = density.Evaluator()
        let noise = fit.State.Noise
        let pairs = noise.Rows

        let gradients =
            Array.init pairs (fun r ->
                (ElboGradient.ofNoise
                    (closedForm 2)
                    evaluator
                    fit.Normal
                    (Mat.wrap 1 noise.Columns (Mat.row r noise).Values))
                    .Gradient.Values)

        Vec.init rows.Length (fun k ->
            let along = gradients |> Array.map (fun g -> LinearAlgebra.Dot(ReadOnlySpan g, ReadOnlySpan rows[k]))

            let mean = Array.average along
            let variance = (along |> Array.sumBy (fun a -> (a - mean) * (a - mean))) / float (pairs - 1)
            sqrt (variance / float pairs))

    /// Linear response of chosen coordinates: how the optimum's means answer to a linear term added to log p, which are the rows of the
    /// inverse Hessian that belong to the means. Exact where p is normal, whatever the family, up to rounding.
    let respond (fit: FixedDrawsFit) (density: LogDensity) (coordinates: int[]) : FixedDrawsResponse =
        let family = fit.Normal.Family
        let struct (_, evaluate) = objective family fit.State.Noise density
        let mutable calls = 0

        let counted theta gradient =
            calls <- calls + 1
            evaluate theta gradient

        let natural = naturalAt family fit.Normal.Parameters
        let theta = fit.Normal.Parameters.ToArray()

        let rows =
            coordinates
            |> Array.map (fun i ->
                solve counted family natural theta (Array.init theta.Length (fun j -> if j = i then 1.0 else 0.0)))

        let ended covariance errors =
            { Covariance = covariance
              MeanErrors = errors
              Evaluations = 2 * fit.State.Noise.Rows * (calls + 1) }

        if rows |> Array.exists (fun row -> row.IsNone) then
            ended ValueNone (Vec.constant coordinates.Length nan)
        else
            let rows = rows |> Array.map (fun row -> row.Value)

            let covariance =
                Mat.init rows.Length rows.Length (fun i j ->
                    0.5 * (rows[i].[coordinates[j]] + rows[j].[coordinates[i]]))

            match Chol.tryFactor covariance with
            | ValueSome _ -> ended (ValueSome covariance) (meanErrors fit density rows)
            | ValueNone -> ended ValueNone (Vec.constant coordinates.Length nan)
