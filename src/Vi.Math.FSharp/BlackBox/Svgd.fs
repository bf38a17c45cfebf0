namespace Vi.Math

/// How alike two particles are, from their squared distance r^2 in the start's standard deviations, or their inner product.
type SteinKernel =
    /// exp(-r^2 / h), h the median of r^2 over log(n + 1) (Liu and Wang 2016).
    | Gaussian
    /// (1 + r^2 / h)^(-1/2), whose long reach keeps particles from being forgotten (Gorham and Mackey 2017).
    | InverseMultiquadric
    /// x'y + 1: gets mean and covariance of a normal exactly (Liu and Wang 2018), and nothing beyond.
    | Linear
    /// The sum of linear and Gaussian: spread from the one, shape from the other.
    | LinearAndGaussian

/// Settings of Stein variational gradient descent.
[<NoComparison; NoEquality>]
type SvgdOptions =
    {
        /// Number n of particles, at least 2.
        Particles: int
        /// The kernel.
        Kernel: SteinKernel
        /// What makes updates from the Stein force.
        Optimizer: Optimizer
        /// Where to begin.
        Start: AdviStart
        /// The particles have come to rest where the root mean square of the force, averaged by the kernel, is no more than this, in the
        /// start's standard deviations; 0 uses up the budget.
        Tolerance: float
        /// Most steps.
        MaxSteps: int
    }

/// What the next step needs.
type SvgdState =
    {
        /// Particles (n x D).
        Particles: Mat
        /// The start's mean (D) and standard deviations (D), in whose units particles move.
        Centre: Vec
        Scale: Vec
        /// The optimiser's state.
        Optimizer: Vec
        /// Steps so far.
        Steps: int
        /// A generator for what comes after the run.
        Rng: Rng
    }

/// What a reader wants to know of a step.
type SvgdInfo =
    {
        /// Number of steps.
        Steps: int
        /// Root mean square of the force before the step, averaged by the kernel, in the start's standard deviations.
        Force: float
        /// Size of the repulsion between particles over that of the pull towards high density: 1 in balance, near 0 where the kernel is blind.
        Repulsion: float
        /// Average over coordinates of -mean((x - mean x) g): 1 where the particles' spread is right (Stein's identity), less where it has
        /// collapsed.
        Spread: float
        /// Mean of log p at the particles before the step, those left out where it is not finite; not a number where it is finite at none.
        LogDensity: float
        /// Particles at which log p is not finite.
        BadParticles: int
    }

namespace Vi.Math.FSharp

open System
open Vi.Kernels
open Vi.Math

/// Stein variational gradient descent (Liu and Wang 2016): particles follow phi(x) = mean_j [k(x_j, x) grad log p(x_j) + grad_j k(x_j, x)].
/// Particles live in the start's standard deviations, so that the coordinates' units do not matter.
[<RequireQualifiedAccess>]
module Svgd =

    /// 100 particles, the sum of a linear and a Gaussian kernel, Adam with a falling rate, rest at 0.02, at most 2000 steps.
    let defaults: SvgdOptions =
        { Particles = 100
          Kernel = LinearAndGaussian
          Optimizer = Optimizer.adam (Decaying(0.1, 50.0, 0.75))
          Start = FromPathfinder Pathfinder.defaults
          Tolerance = 0.02
          MaxSteps = 2000 }

    let private median (values: float[]) =
        let sorted = Array.sort values
        sorted[sorted.Length / 2]

    /// Kernel K (n x n) and W with grad_j k(x_j, x_i) = w_ij (x_i - x_j), of the kernels of distance.
    let private weights (kernel: SteinKernel) (points: float[]) n d =
        let squares: float[] = Array.zeroCreate (n * n)
        VectorKernel.SquaredDistances(ReadOnlySpan points, n, d, squares.AsSpan())

        let pairs =
            [| for i in 0 .. n - 1 do
                   for j in 0 .. i - 1 do
                       squares[i * n + j] |]

        let width = max 1e-300 (median pairs / log (float n + 1.0))

        match kernel with
        | InverseMultiquadric ->
            let k = squares |> Array.map (fun r2 -> 1.0 / sqrt (1.0 + r2 / width))
            struct (k, k |> Array.map (fun k -> k * k * k / width))
        | Gaussian
        | Linear
        | LinearAndGaussian ->
            let k = squares |> Array.map (fun r2 -> exp (-r2 / width))
            struct (k, k |> Array.map (fun k -> 2.0 / width * k))

    /// Pull and repulsion (n x D each) of all particles with scores (n x D), and the kernel's row sums over n.
    let forces (kernel: SteinKernel) (particles: Mat) (scores: Mat) : struct (Mat * Mat * Vec) =
        let n = particles.Rows
        let d = particles.Columns
        let x = particles.Values
        let g = scores.Values
        let share = 1.0 / float n
        let pull: float[] = Array.zeroCreate (n * d)
        let repulsion: float[] = Array.zeroCreate (n * d)
        let mass: float[] = Array.zeroCreate n

        if kernel <> Linear then
            let struct (k, w) = weights kernel x n d
            MatrixProducts.Add(ReadOnlySpan k, ReadOnlySpan g, pull.AsSpan(), n, n, d)
            MatrixProducts.Add(ReadOnlySpan w, ReadOnlySpan x, repulsion.AsSpan(), n, n, d)

            for i in 0 .. n - 1 do
                let sum = Array.sum (Array.sub w (i * n) n)
                mass[i] <- share * Array.sum (Array.sub k (i * n) n)

                for c in i * d .. i * d + d - 1 do
                    pull[c] <- share * pull[c]
                    repulsion[c] <- share * (sum * x[c] - repulsion[c])

        if kernel = Linear || kernel = LinearAndGaussian then
            // k = (x - m)'(y - m) + 1 with the particles' mean m: as exact, and the origin does not matter.
            let centre = Array.init d (fun c -> share * Array.sum (Array.init n (fun j -> x[j * d + c])))
            let away = Array.init (n * d) (fun at -> x[at] - centre[at % d])
            let product: float[] = Array.zeroCreate (d * d)

            for j in 0 .. n - 1 do
                for c in 0 .. d - 1 do
                    LinearAlgebra.AddScaled(
                        share * away[j * d + c],
                        ReadOnlySpan(g, j * d, d),
                        product.AsSpan(c * d, d)
                    )

            let mean = Array.init d (fun c -> share * Array.sum (Array.init n (fun j -> g[j * d + c])))

            for i in 0 .. n - 1 do
                let target = pull.AsSpan(i * d, d)
                LinearAlgebra.AddScaled(1.0, ReadOnlySpan mean, target)

                for c in 0 .. d - 1 do
                    LinearAlgebra.AddScaled(away[i * d + c], ReadOnlySpan(product, c * d, d), target)

                LinearAlgebra.AddScaled(1.0, ReadOnlySpan(away, i * d, d), repulsion.AsSpan(i * d, d))
                mass[i] <- mass[i] + 1.0

        struct (Mat.wrap n d pull, Mat.wrap n d repulsion, Vec.wrap mass)

    let private rootMeanSquare (values: float[]) =
        sqrt (Array.sumBy (fun v -> v * v) values / float (max 1 values.Length))

    /// Scores in the start's standard deviations (n x D), zero where log p is not finite; the mean of log p elsewhere; and at how many it is not.
    let private scores (density: IDensityEvaluator) (particles: Mat) (scale: Vec) =
        let n = particles.Rows
        let d = particles.Columns
        let values = Array.zeroCreate n
        let gradients = Array.zeroCreate (n * d)
        density.ValuesAndGradients(particles.AsSpan(), values.AsSpan(), gradients.AsSpan())
        let mutable bad = 0
        let mutable total = 0.0

        for i in 0 .. n - 1 do
            let row = gradients.AsSpan(i * d, d)
            let mutable sum = values[i]

            for c in 0 .. d - 1 do
                row[c] <- row[c] * scale[c]
                sum <- sum + row[c]

            if not (Double.IsFinite sum) then
                bad <- bad + 1
                row.Clear()
            else
                total <- total + values[i]

        struct (Mat.wrap n d gradients, total / float (n - bad), bad)

    /// Stein's identity for each coordinate (D): -mean((x - mean x) g), 1 under p.
    let steinSpread (particles: Mat) (scores: Mat) : Vec =
        let n = float particles.Rows

        Vec.init particles.Columns (fun c ->
            let mean = Vec.sum (Mat.column c particles) / n
            let mutable sum = 0.0

            for i in 0 .. particles.Rows - 1 do
                sum <- sum - (particles[i, c] - mean) * scores[i, c]

            sum / n)

    let private start (options: SvgdOptions) (density: LogDensity) (rng: Rng) : struct (StartReport * SvgdState) =
        let d = density.Dimension
        let struct (rng, starts) = Rng.split rng
        let family = MeanField.family d
        let struct (parameters, report) = Advi.startParameters family options.Start density starts
        let normal = { Family = family; Parameters = parameters }
        let struct (particles, later) = Variational.draws options.Particles normal rng

        struct (report,
                { Particles = particles
                  Centre = Variational.mean normal
                  Scale = Variational.standardDeviations normal
                  Optimizer = Optimizer.init (options.Particles * d) options.Optimizer
                  Steps = 0
                  Rng = later })

    /// Stops where the particles have come to rest, where log p is finite at none, or where the steps are spent.
    let stopRule (options: SvgdOptions) : StopRule<SvgdInfo> =
        { Judge =
            fun _ info ->
                if info.BadParticles = options.Particles || not (Double.IsFinite info.Force) then
                    ValueSome(Diverged(DensityNotFinite info.Steps))
                elif info.Force <= options.Tolerance then
                    ValueSome(Converged(ParticlesAtRest(info.Steps, info.Force, options.Tolerance)))
                elif info.Steps >= options.MaxSteps then
                    ValueSome(BudgetSpent(ParticlesMoving(info.Steps, info.Force, options.Tolerance)))
                else
                    ValueNone }

    /// A run.
    let parts (options: SvgdOptions) (density: LogDensity) : RunParts<SvgdState, SvgdInfo> =
        if options.Particles < 2 then
            invalidArg (nameof options) $"at least two particles are needed, not {options.Particles}"

        let pool = EvaluatorPool density.Evaluator

        let step (state: SvgdState) =
            let n = state.Particles.Rows
            let d = state.Particles.Columns
            let at (i: int) = i % d

            let whitened =
                Mat.wrap
                    n
                    d
                    (Array.mapi (fun i x -> (x - state.Centre[at i]) / state.Scale[at i]) state.Particles.Values)

            let struct (gradients, level, bad) = pool.Use(fun density -> scores density state.Particles state.Scale)
            let struct (pull, repulsion, mass) = forces options.Kernel whitened gradients
            let force = Mat.add pull repulsion
            let averaged = Array.mapi (fun i f -> f / mass[i / d]) force.Values
            let size = rootMeanSquare averaged

            let struct (update, memory) =
                Optimizer.update options.Optimizer (int64 (state.Steps + 1)) (Vec.wrap force.Values) state.Optimizer

            let moved = Array.mapi (fun i x -> x + state.Scale[at i] * update[i]) state.Particles.Values

            struct ({ state with Particles = Mat.wrap n d moved; Optimizer = memory; Steps = state.Steps + 1 },
                    { Steps = state.Steps + 1
                      Force = size
                      Repulsion = rootMeanSquare repulsion.Values / rootMeanSquare pull.Values
                      Spread = Vec.sum (steinSpread whitened gradients) / float d
                      LogDensity = level
                      BadParticles = bad })

        { Begin = start options density
          Step = step
          Rule = stopRule options
          Evaluations = fun _ -> float options.Particles }

    /// The engine; its answer is its state.
    let engine (options: SvgdOptions) (density: LogDensity) : Engine<SvgdState, SvgdInfo, SvgdState> =
        parts options density |> RunProgress.engine "svgd" id
