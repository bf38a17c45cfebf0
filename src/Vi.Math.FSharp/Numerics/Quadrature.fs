namespace Vi.Math

/// A numerical integral: its value, an estimate of its absolute error, and how often the integrand was evaluated.
type Integral = { Value: float; Error: float; Evaluations: int }

namespace Vi.Math.FSharp

open System
open System.Collections.Generic
open Vi.Math

/// Numerical integration in one dimension.
[<RequireQualifiedAccess>]
module Quadrature =

    /// Abscissae of the 15-point Kronrod rule on (0, 1], largest first (QUADPACK, dqk15); every second belongs to the Gauss rule.
    let private abscissae =
        [| 0.991455371120812639206854697526329
           0.949107912342758524526189684047851
           0.864864423359769072789712788640926
           0.741531185599394439863864773280788
           0.586087235467691130294144691258130
           0.405845151377397166906606412076961
           0.207784955007898467600689403773245 |]

    /// Kronrod weights of these, and last of 0.
    let private kronrod =
        [| 0.022935322010529224963732008058970
           0.063092092629978553290700663189204
           0.104790010322250183839876322541518
           0.140653259715525918745189590510238
           0.169004726639267902826583426598550
           0.190350578064785409913256402421014
           0.204432940075298892414161999234649
           0.209482141084727828012999174891714 |]

    /// Gauss weights of abscissae 1, 3, 5, and last of 0.
    let private gauss =
        [| 0.129484966168869693270611432679082
           0.279705391489276667901467771423780
           0.381830050505118944950369775488975
           0.417959183673469387755102040816327 |]

    /// Integral over one interval: of f and of |f|, the estimated error of the rule, and what rounding of x and f amounts to, which
    /// no halving lowers.
    [<Struct>]
    type private Panel = { Left: float; Right: float; Value: float; Magnitude: float; Error: float; Rounding: float }

    /// 2^-52.
    let private ulp = 2.220446049250313e-16

    /// One panel with QUADPACK's error estimate.
    let private panel (f: float -> float) left right =
        let centre = 0.5 * (left + right)
        let half = 0.5 * (right - left)
        let middle = f centre
        let values = abscissae |> Array.map (fun x -> struct (f (centre - half * x), f (centre + half * x)))
        let mutable fine = kronrod[7] * middle
        let mutable coarse = gauss[3] * middle
        let mutable magnitude = kronrod[7] * abs middle

        for k in 0..6 do
            let struct (a, b) = values[k]
            fine <- fine + kronrod[k] * (a + b)
            magnitude <- magnitude + kronrod[k] * (abs a + abs b)

            if k % 2 = 1 then
                coarse <- coarse + gauss[k / 2] * (a + b)

        let mutable spread = kronrod[7] * abs (middle - 0.5 * fine)
        let mutable lowest = middle
        let mutable highest = middle

        for k in 0..6 do
            let struct (a, b) = values[k]
            spread <- spread + kronrod[k] * (abs (a - 0.5 * fine) + abs (b - 0.5 * fine))
            lowest <- Math.Min(lowest, Math.Min(a, b))
            highest <- Math.Max(highest, Math.Max(a, b))

        let difference = abs (fine - coarse)

        let error =
            if spread > 0.0 then
                spread * Math.Min(1.0, Math.Pow(200.0 * difference / spread, 1.5))
            else
                difference

        { Left = left
          Right = right
          Value = half * fine
          Magnitude = half * magnitude
          Error = half * error
          Rounding = ulp * (half * magnitude + Math.Max(abs left, abs right) * (highest - lowest)) }

    let private mostPanels = 4000

    /// Halves the panel with the largest error until the sum of errors is below the tolerance times the integral of |f|, or below
    /// what rounding amounts to.
    let private refine (f: float -> float) (tolerance: float) (panels: Panel seq) : Integral =
        let queue = PriorityQueue<Panel, float>()
        let mutable error = 0.0
        let mutable rounding = 0.0
        let mutable magnitude = 0.0
        let mutable count = 0

        let account sign (p: Panel) =
            error <- error + sign * p.Error
            rounding <- rounding + sign * p.Rounding
            magnitude <- magnitude + sign * p.Magnitude

        let add (p: Panel) =
            queue.Enqueue(p, -p.Error)
            account 1.0 p
            count <- count + 1

        Seq.iter add panels

        while error > Math.Max(tolerance * magnitude, rounding) && queue.Count < mostPanels do
            let worst = queue.Dequeue()
            let middle = 0.5 * (worst.Left + worst.Right)
            account -1.0 worst
            add (panel f worst.Left middle)
            add (panel f middle worst.Right)

        let all = [| for struct (p, _) in queue.UnorderedItems -> p |] |> Array.sortBy (fun p -> p.Left)

        { Value = all |> Array.sumBy (fun p -> p.Value)
          Error = all |> Array.sumBy (fun p -> p.Error + p.Rounding)
          Evaluations = 15 * count }

    /// Integral of f from left to right, both finite, by adaptive Gauss-Kronrod rules (QUADPACK's QAG with 15 points); the tolerance is
    /// relative to the integral of |f|.
    let finite (tolerance: float) (left: float) (right: float) (f: float -> float) : Integral =
        refine f tolerance [ panel f left right ]

    /// Integral of f over the real line. The breakpoints (at least two different ones) show where f lives and how finely to look
    /// first; beyond the outermost, panels of doubling width are added until three in a row add nothing.
    let realLine (tolerance: float) (breakpoints: float seq) (f: float -> float) : Integral =
        let breaks = breakpoints |> Seq.distinct |> Seq.sort |> Seq.toArray

        if breaks.Length < 2 then
            invalidArg (nameof breakpoints) "at least two different breakpoints are needed"

        let inner = breaks |> Array.pairwise |> Array.map (fun (left, right) -> panel f left right)

        let panels = List<Panel> inner
        let mutable magnitude = inner |> Array.sumBy (fun p -> p.Magnitude)

        let outwards direction start =
            let mutable edge = start
            let mutable width = 0.25 * (breaks[breaks.Length - 1] - breaks[0])
            let mutable quiet = 0

            while quiet < 3 && Double.IsFinite(edge + direction * width) do
                let next = edge + direction * width
                let p = panel f (Math.Min(edge, next)) (Math.Max(edge, next))
                panels.Add p
                magnitude <- magnitude + p.Magnitude
                quiet <- if p.Magnitude <= 1e-18 * magnitude then quiet + 1 else 0
                edge <- next
                width <- 2.0 * width

        outwards 1.0 breaks[breaks.Length - 1]
        outwards -1.0 breaks[0]
        refine f tolerance panels

    /// Breakpoints around a centre at 0, 1, 2, 4, 8 and 16 scales on both sides.
    let around (centre: float) (scale: float) =
        [| -16.0; -8.0; -4.0; -2.0; -1.0; 0.0; 1.0; 2.0; 4.0; 8.0; 16.0 |]
        |> Array.map (fun z -> centre + scale * z)

    /// Orthonormal Hermite polynomials of the standard normal weight at x: those of degree n and n - 1.
    let private hermite n (x: float) =
        let mutable previous = 0.0
        let mutable current = 1.0

        for k in 0 .. n - 1 do
            let next = (x * current - sqrt (float k) * previous) / sqrt (float (k + 1))

            previous <- current
            current <- next

        struct (current, previous)

    /// Gauss-Hermite nodes (ascending) and weights (sum 1) for the mean of a function under the standard normal distribution, n >= 1: exact for
    /// polynomials of degree 2 n - 1. Golub and Welsch (1969), the nodes polished by Newton's method.
    let gaussHermite (n: int) : struct (Vec * Vec) =
        if n < 1 then
            invalidArg (nameof n) $"at least one node is needed, not {n}"

        let jacobi = Mat.init n n (fun i j -> if abs (i - j) = 1 then sqrt (float (max i j)) else 0.0)

        let struct (start, _) = Mat.symmetricEigen jacobi

        let polish x =
            let step x =
                let struct (value, previous) = hermite n x
                x - value / (sqrt (float n) * previous)

            step (step x)

        let nodes =
            Array.init n (fun i ->
                if 2 * i + 1 = n then 0.0
                elif 2 * i < n then polish start[i]
                else -(polish start[n - 1 - i]))

        let weights =
            nodes
            |> Array.map (fun x ->
                let struct (_, previous) = hermite n x
                1.0 / (float n * previous * previous))

        struct (Vec.wrap nodes, Vec.wrap weights)
