namespace Vi.Math.FSharp

open System
open Vi.Kernels
open Vi.Math

/// Distances between posteriors given by draws or by moments.
[<RequireQualifiedAccess>]
module Distance =

    /// 1-Wasserstein distance of two ascending samples of any sizes, in their unit: the area between their quantile functions.
    let private betweenAscending (a: float[]) (b: float[]) =
        // Shares are counted in units of 1 / (N M), so that breakpoints that coincide do so exactly.
        let n = int64 a.Length
        let m = int64 b.Length
        let mutable i = 0
        let mutable j = 0
        let mutable at = 0L
        let mutable sum = 0.0

        while i < a.Length && j < b.Length do
            let endOfA = int64 (i + 1) * m
            let endOfB = int64 (j + 1) * n
            let next = min endOfA endOfB
            sum <- sum + float (next - at) * abs (a[i] - b[j])
            at <- next

            if endOfA = next then
                i <- i + 1

            if endOfB = next then
                j <- j + 1

        sum / (float n * float m)

    /// 1-Wasserstein distance of two samples of one quantity, in its unit: int |F(x) - G(x)| dx. Sizes may differ.
    let wasserstein (a: Vec) (b: Vec) =
        Require.atLeastOne "distance" (nameof a) a.Length
        Require.atLeastOne "distance" (nameof b) b.Length
        betweenAscending (Array.sort a.Values) (Array.sort b.Values)

    /// Scales by which samples are compared: the reference's standard deviations, 1 where a coordinate does not vary.
    let private scales (reference: Mat) =
        Array.init reference.Columns (fun d ->
            let sd = Sample.sd (Mat.column d reference)
            if sd > 0.0 && Double.IsFinite sd then sd else 1.0)

    let private requireSame (draws: Mat) (reference: Mat) =
        Require.sameDimension "distance" (nameof draws) draws.Columns (nameof reference) reference.Columns

    /// For each of D coordinates, the 1-Wasserstein distance of draws (N x D) from reference draws (M x D), in the reference's standard
    /// deviations.
    let perCoordinate (draws: Mat) (reference: Mat) : Vec =
        requireSame draws reference
        let scale = scales reference

        Vec.init draws.Columns (fun d -> wasserstein (Mat.column d draws) (Mat.column d reference) / scale[d])

    /// Sliced 1-Wasserstein distance of draws (N x D) from reference draws (M x D), coordinates in the reference's standard deviations:
    /// the average over so many random directions of the distance of the projections (Rabin, Peyre, Delon and Bernot 2011).
    let sliced (directions: int) (draws: Mat) (reference: Mat) (rng: Rng) : struct (float * Rng) =
        requireSame draws reference
        Require.atLeastOne "distance" (nameof directions) directions
        let dimension = draws.Columns
        let scale = scales reference

        let project (points: Mat) (direction: float[]) =
            Array.init points.Rows (fun i ->
                LinearAlgebra.Dot(ReadOnlySpan(points.Values, i * dimension, dimension), ReadOnlySpan direction))

        let one rng =
            let struct (normals, rng) = Rng.array dimension Rng.normal rng
            let length = sqrt (normals |> Array.sumBy (fun x -> x * x))
            let direction = Array.map2 (fun x s -> x / (length * s)) normals scale

            struct (betweenAscending (Array.sort (project draws direction)) (Array.sort (project reference direction)),
                    rng)

        let struct (distances, rng) = Rng.array directions one rng
        struct (Array.average distances, rng)

    /// KL(p || q) + KL(q || p) of two multivariate normals, in nats (Jeffreys 1946).
    let symmetrisedKl (p: MvNormal) (q: MvNormal) = MvNormal.klDivergence p q + MvNormal.klDivergence q p

    /// The normal that has the mean and the covariance of draws (N x D); nothing where they span fewer than D dimensions.
    let tryNormal (draws: Mat) : MvNormal voption =
        let mean = Array.init draws.Columns (fun d -> Sample.mean (Mat.column d draws))

        let centred = Mat.init draws.Rows draws.Columns (fun i d -> draws[i, d] - mean[d])

        let covariance =
            Mat.multiply (Mat.transpose centred) centred
            |> Mat.symmetrize
            |> Mat.scale (1.0 / float (draws.Rows - 1))

        match (if Mat.isFinite covariance then Chol.tryFactor covariance else ValueNone) with
        | ValueNone -> ValueNone
        | ValueSome factor ->
            match Chol.tryFactor (Chol.inverse factor) with
            | ValueNone -> ValueNone
            | ValueSome precision -> ValueSome(MvNormal.create (Vec.wrap mean) precision)
