namespace Vi.Math

/// A normal q and its divergence from the mixture it approximates.
type ApproximationPoint = { Normal: Normal; Divergence: float }

/// The way of a minimisation of KL(q || p) from one start to where it stopped.
type ApproximationPath =
    {
        /// Where it began: "component k" (from 0) or "overall moments".
        Start: string
        /// Start, every iterate, and last the end point; the divergence never rises.
        Points: ApproximationPoint[]
        /// Euclidean norm of the gradient in (mean / sd, log sd) at the end point.
        GradientNorm: float
        /// Whether the gradient vanished (norm below 1e-6) at a point where the divergence curves upwards in every direction.
        Converged: bool
    }

/// The local optima of KL(q || p) over normal q that were found, and the paths that led there.
type ReverseApproximation =
    {
        /// Distinct end points of the converged paths, smallest divergence first.
        Optima: ApproximationPoint[]
        /// One for each start.
        Paths: ApproximationPath[]
    }

namespace Vi.Math.FSharp

open System
open Vi.Math

/// The best normal approximation q of a mixture p in both directions of the Kullback-Leibler divergence: forward KL(p || q), which covers
/// all modes, and reverse KL(q || p), which settles on one.
[<RequireQualifiedAccess>]
module NormalApproximation =

    /// The q that minimises KL(p || q): the normal with the mean and variance of p (Bishop, section 10.7).
    let forward (p: NormalMixture) : Normal = Normal.create (NormalMixture.mean p) (NormalMixture.variance p)

    /// KL(p || q) by adaptive quadrature.
    let forwardDivergence (p: NormalMixture) (q: Normal) : Integral =
        Divergence.byQuadratureOver
            Support.RealLine
            (NormalMixture.breakpoints p)
            (NormalMixture.logDensity p)
            (Normal.logDensity q)

    /// E_q of g, z g', g', g'', z g'', z^2 g'' for g = log p, z = (x - mean) / sd.
    let private expectations (p: NormalMixture) (q: Normal) =
        let sd = sqrt q.Variance

        // The trapezoidal rule under the normal weight out to 12 sd, its step halved until all sums stand still: for analytic
        // integrands the error falls exponentially with the step.
        let addNode (sums: float[]) (z: float) =
            let weight = exp (-0.5 * (z * z + Special.logTwoPi))
            let struct (value, first, second) = NormalMixture.logDensityDerivatives p (q.Mean + sd * z)
            sums[0] <- sums[0] + weight * value
            sums[1] <- sums[1] + weight * first
            sums[2] <- sums[2] + weight * z * first
            sums[3] <- sums[3] + weight * second
            sums[4] <- sums[4] + weight * z * second
            sums[5] <- sums[5] + weight * z * z * second

        let range = 12

        let rec halve (sums: float[]) step =
            let nodes = 2 * int (float range / step)
            let finer = Array.copy sums

            for i in 0 .. nodes - 1 do
                addNode finer (-(float range) + step * (float i + 0.5))

            let next = 0.5 * step
            let before = sums |> Array.map (fun s -> s * step)
            let after = finer |> Array.map (fun s -> s * next)
            let unit = [| 1.0; sd; sd; sd * sd; sd * sd; sd * sd |]

            let settled =
                Seq.forall
                    (fun i -> unit[i] * abs (after[i] - before[i]) <= 1e-13 * (1.0 + abs after[0]))
                    (seq { 0..5 })

            if settled || next <= 1.0 / 4096.0 then after else halve finer next

        let first = Array.zeroCreate 6

        for i in 0 .. 8 * range do
            addNode first (-(float range) + 0.25 * float i)

        halve first 0.25

    /// KL(q || p), its gradient and its Hessian in (mean / sd, log sd), at the present q.
    let private local (p: NormalMixture) (q: Normal) =
        let sd = sqrt q.Variance
        let e = expectations p q
        let divergence = Math.Max(0.0, -(Normal.entropy q) - e[0])
        let gradient = struct (-sd * e[1], -1.0 - sd * e[2])
        let squared = sd * sd
        let hessian = struct (-squared * e[3], -squared * e[4], -sd * e[2] - squared * e[5])
        struct (divergence, gradient, hessian)

    /// KL(q || p), to about 1e-13 (1 + |E_q log p|).
    let divergence (p: NormalMixture) (q: Normal) =
        let struct (value, _, _) = local p q
        value

    /// Eigenvalues (ascending) and unit eigenvectors of ((a, b), (b, c)).
    let private eigen (struct (a: float, b: float, c: float)) =
        let struct (values, vectors) = Mat.symmetricEigen (Mat.ofRows [ [| a; b |]; [| b; c |] ])
        [| for k in 0..1 -> struct (values[k], vectors[0, k], vectors[1, k]) |]

    /// Gradients below this, in (mean / sd, log sd), count as zero.
    let private stationary = 1e-6

    /// The direction of Newton's method with the absolute values of the curvatures, so that it points downhill; at a saddle the
    /// direction of negative curvature, its first entry (or else its second) positive.
    let private direction (struct (first: float, second: float)) hessian =
        let modes = eigen hessian
        let struct (lowest, u, v) = modes[0]

        if lowest < -1e-6 && first * first + second * second < stationary * stationary then
            let sign = if u < 0.0 || u = 0.0 && v < 0.0 then -1.0 else 1.0
            struct (sign * u, sign * v)
        else
            let mutable x = 0.0
            let mutable y = 0.0

            for struct (curvature, u, v) in modes do
                let along = (first * u + second * v) / Math.Max(abs curvature, 1e-3)
                x <- x - along * u
                y <- y - along * v

            // At most two standard deviations or a factor e at a time.
            let shrink = Math.Min(1.0, 1.0 / Math.Max(0.5 * abs x, abs y))
            struct (shrink * x, shrink * y)

    /// One step downhill on KL(q || p): damped Newton in mean and log sd. Never raises the divergence; gives q itself where no shorter
    /// step lowers it.
    let step (p: NormalMixture) (q: Normal) : Normal =
        let struct (here, gradient, hessian) = local p q
        let struct (x, y) = direction gradient hessian
        let struct (first, second) = gradient
        let squaredNorm = first * first + second * second
        let sd = sqrt q.Variance

        let rec shorten length tries =
            let next: Normal = { Mean = q.Mean + sd * length * x; Variance = q.Variance * exp (2.0 * length * y) }

            if next = q || tries = 0 then
                q
            else
                let struct (there, struct (a, b), _) = local p next
                // Within rounding of the optimum the divergence stands still while the gradient still falls.
                let lower = there < here || there = here && a * a + b * b < squaredNorm
                if lower then next else shorten (0.5 * length) (tries - 1)

        shorten 1.0 40

    let private mostSteps = 500

    let private follow (p: NormalMixture) (start: string) (from: Normal) : ApproximationPath =
        let pointAt q = { Normal = q; Divergence = divergence p q }

        let rec descend (points: ApproximationPoint list) count =
            let q = points.Head.Normal
            let next = step p q

            if next = q || count = mostSteps then
                points
            else
                descend (pointAt next :: points) (count + 1)

        let points = descend [ pointAt from ] 0 |> List.rev |> List.toArray
        let last = points[points.Length - 1].Normal
        let struct (_, struct (a, b), hessian) = local p last
        let norm = sqrt (a * a + b * b)
        let struct (lowest, _, _) = (eigen hessian)[0]

        { Start = start
          Points = points
          GradientNorm = norm
          Converged = norm < stationary && lowest > 0.0 }

    /// Whether two normals are one, for the purpose of telling optima apart.
    let private same (a: Normal) (b: Normal) =
        abs (a.Mean - b.Mean) <= 1e-4 * sqrt b.Variance && abs (log (a.Variance / b.Variance)) <= 2e-4

    /// Minimises KL(q || p) from every component of positive weight and from the overall moments of p.
    let reverse (p: NormalMixture) : ReverseApproximation =
        let starts =
            [| for k in 0 .. p.Components.Length - 1 do
                   if p.Weights[k] > 0.0 then
                       struct ($"component {k}", p.Components[k])
               struct ("overall moments", forward p) |]

        let paths = starts |> Array.map (fun struct (name, q) -> follow p name q)

        let addNew (found: ApproximationPoint list) (candidate: ApproximationPoint) =
            if found |> List.exists (fun f -> same f.Normal candidate.Normal) then
                found
            else
                candidate :: found

        let optima =
            paths
            |> Seq.filter (fun path -> path.Converged)
            |> Seq.map (fun path -> path.Points[path.Points.Length - 1])
            |> Seq.sortBy (fun point -> point.Divergence)
            |> Seq.fold addNew []
            |> List.rev
            |> List.toArray

        { Optima = optima; Paths = paths }
