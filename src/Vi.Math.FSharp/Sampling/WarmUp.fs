namespace Vi.Math

/// What the metric learns from warm-up.
type MetricShape =
    /// Nothing: it stays as given.
    | Given
    /// Standard deviations of the coordinates.
    | Diagonals
    /// The covariance.
    | Full

/// What a sampler is learning during warm-up.
type WarmUp =
    {
        /// The search for the step size.
        Search: DualAveraging
        /// Positions (each D) drawn since the window began, the oldest first.
        Window: Vec[]
    }

namespace Vi.Math.FSharp

open Vi.Math

/// Stan's warm-up: an initial stretch that finds the bulk, windows of doubling length that each end with a new metric, and a last stretch that
/// settles the step size (Stan reference manual, "Automatic parameter tuning"). Unlike Stan's, the first window too takes the rest where the
/// next would be short.
[<RequireQualifiedAccess>]
module WarmUp =

    /// Lengths of the first stretch, of the first window and of the last stretch, for warm-ups of 150 draws and more.
    let private stretches = struct (75, 25, 50)

    /// The draws (counted from 1) with which windows begin and end: the first begins after fst, the ends are snd, in order. None for fewer than
    /// 20 draws, which tune the step size only.
    let windows (draws: int) : struct (int * int list) =
        let struct (first, window, last) = stretches

        if draws < 20 then
            struct (draws, [])
        else
            let struct (first, window, last) =
                if first + window + last > draws then
                    let first = int (0.15 * float draws)
                    let last = int (0.1 * float draws)
                    struct (first, draws - first - last, last)
                else
                    struct (first, window, last)

            let limit = draws - last

            // A window that would leave less than twice its length to the next takes the rest.
            let rec ends start length =
                let stop = start + length

                if stop + 2 * length > limit then [ limit ] else stop :: ends stop (2 * length)

            struct (first, ends first window)

    /// The metric of a window's draws, regularised as Stan does it: n / (n + 5) of the sample's moments and 5 / (n + 5) of 1e-3 I.
    let metricOf (shape: MetricShape) (before: Metric) (window: Vec[]) : Metric =
        let n = float window.Length
        let dimension = Metric.dimension before

        if window.Length < 2 then
            before
        else
            let first = window[0]
            let mean = Array.zeroCreate dimension

            for draw in window do
                for d in 0 .. dimension - 1 do
                    mean[d] <- mean[d] + (draw[d] - first[d]) / n

            let away = window |> Array.map (fun draw -> Vec.init dimension (fun d -> draw[d] - first[d] - mean[d]))
            let kept = n / (n + 5.0) / (n - 1.0)
            let added = 1e-3 * 5.0 / (n + 5.0)

            let diagonal () =
                let squares = Array.zeroCreate dimension

                for draw in away do
                    for d in 0 .. dimension - 1 do
                        squares[d] <- squares[d] + draw[d] * draw[d]

                Diagonal(Vec.init dimension (fun d -> sqrt (kept * squares[d] + added)))

            match shape with
            | Given -> before
            | Diagonals -> diagonal ()
            | Full ->
                let rows = Mat.init window.Length dimension (fun i d -> away[i][d])

                let covariance =
                    Mat.multiply (Mat.transpose rows) rows
                    |> Mat.scale kept
                    |> Mat.add (Mat.scaledIdentity dimension added)
                    |> Mat.symmetrize

                // Fewer draws than dimensions on scales far apart can leave nothing but rounding in some direction.
                match Chol.tryFactor covariance with
                | ValueSome factor -> Dense factor
                | ValueNone -> diagonal ()
