namespace Vi.Math.FSharp

open System
open Vi.Kernels
open Vi.Math

/// Draws of the factors of a factor model, and what makes a chain of them mix.
[<RequireQualifiedAccess>]
module FactorDraws =

    /// Rows without gaps, as far as statistics under drawn factors need them: A with A'A = R'R takes their place.
    type private Reduced =
        {
            /// Number T of rows.
            Rows: float
            /// A (N x N).
            Root: Mat
            /// The diagonal of R'R (N).
            Squares: Vec
        }

    /// R'R about a centre, and whether an entry is missing.
    type private Scatter = { Count: float; HasGaps: bool; Sum: Mat }

    let private scatterOf (centre: Vec) (block: Block) : Scatter =
        let columns = centre.Length
        let rows: float[] = Array.zeroCreate (block.Rows * columns)
        let hasGaps = ObservedRows.Sort(block, centre.AsSpan(), rows) < block.Rows
        let table = Mat.wrap block.Rows columns rows

        { Count = float block.Rows
          HasGaps = hasGaps
          Sum =
            if hasGaps then
                Mat.zero columns columns
            else
                Mat.multiply (Mat.transpose table) table }

    /// The rows reduced; nothing where an entry is missing, or where there are too few rows for the draws below.
    let private reduce (centre: Vec) (factors: int) (batches: IBatches<Block>) : Reduced voption =
        let columns = centre.Length

        let monoid: Monoid<Scatter> =
            { Zero = { Count = 0.0; HasGaps = false; Sum = Mat.zero columns columns }
              Combine =
                fun a b -> { Count = a.Count + b.Count; HasGaps = a.HasGaps || b.HasGaps; Sum = Mat.add a.Sum b.Sum } }

        let found = batches.Fold(monoid, scatterOf centre)

        if found.HasGaps || found.Count < float (columns + factors) then
            ValueNone
        else
            let struct (values, vectors) = Mat.symmetricEigen (Mat.symmetrize found.Sum)

            ValueSome
                { Rows = found.Count
                  Root = Mat.init columns columns (fun i j -> sqrt (max 0.0 values[i]) * vectors[j, i])
                  Squares = Mat.diagonal found.Sum }

    /// Statistics under factors drawn for all rows, from R'R alone. A row's factors are W r + H z, H H' their covariance and z standard normal. With R = Q A,
    /// Q'Q = I, the rows' z (T x K) enter through Y = Z'Q (K x N), standard normal, and Z'Z = Y Y' + G, G from a Wishart distribution of
    /// T - N degrees of freedom: with P = W A' + H Y the moments with the rows and with themselves are P A and P P' + H G H'. Costs nothing in T.
    let private ofReduced (data: Reduced) (rng: Rng) (q: FactorModelPosterior) : FactorStatistics =
        let columns = data.Root.Rows
        let factors = q.Frame.Matrix.Rows
        let tau = FactorStatistics.noiseMeans q

        let precision =
            FactorLoadings.weightedSquares q.Frame tau q.Loadings
            |> Mat.add (Mat.identity factors)
            |> Chol.factor "the factors' precision, I + B' psi^-1 B,"

        let half = Mat.rowProducts q.Frame.Matrix (Chol.inverseLower precision)
        let weights = FactorLoadings.weightedMeans (Mat.rowProducts half half) tau q.Loadings
        let struct (y, rng) = Rng.array (factors * columns) Rng.normal rng
        let rest = Wishart.create (data.Rows - float columns) (Chol.scaledIdentity factors 1.0)
        let struct (g, _) = Wishart.sample rest rng
        let along = Mat.add (Mat.rowProducts weights data.Root) (Mat.multiply half (Mat.wrap factors columns y))
        let across = Mat.multiply half g.Lower

        { Rows = data.Rows
          Counts = Vec.constant columns data.Rows
          Squares = data.Squares
          Cross = Mat.multiply along data.Root
          Gram = Mat.add (Mat.rowProducts along along) (Mat.rowProducts across across)
          Observed = Mat.zero 0 0
          LogDeterminants = data.Rows * (2.0 * q.Frame.LogDeterminant - precision.LogDeterminant) }

    /// Second moments of the factors and squares of the loadings (K x K each) in the frame's own unit, the map of the factors so far, and the
    /// generator.
    type private Stretched = { Gram: Mat; Squares: Mat; Map: Mat; Rng: Rng }

    /// Any 2 x 2 rotation, or 1.
    let private rotation size rng : struct (Mat * Rng) =
        let struct (u, rng) = Rng.uniform rng
        let angle = 2.0 * Math.PI * u

        let turn =
            if size = 1 then
                Mat.identity 1
            else
                Mat.ofArray 2 2 [| cos angle; sin angle; -(sin angle); cos angle |]

        struct (turn, rng)

    /// A matrix at some of the K coordinates, the identity at the others.
    let private embed (factors: int) (at: int[]) (a: Mat) =
        Mat.init factors factors (fun i j ->
            match Array.IndexOf(at, i), Array.IndexOf(at, j) with
            | -1, _
            | _, -1 -> if i = j then 1.0 else 0.0
            | k, l -> a[k, l])

    /// Some factors, one or two, taken to S f and their loadings to B S^-1.
    let private stretchSome freedom (alphas: float[]) (state: Stretched) (at: int[]) : Stretched =
        let gram = Chol.factor "the factors' second moments" (Mat.submatrix at at state.Gram)
        let struct (precision, rng) = Wishart.sample (Wishart.create freedom gram) state.Rng
        let struct (turn, rng) = rotation at.Length rng
        let struct (u, rng) = Rng.openUniform rng
        let forward = Mat.multiply turn (Mat.transpose precision.Lower)
        let struct (backward, _) = Mat.invert forward
        let squares = Mat.submatrix at at state.Squares
        let stretched = Mat.multiply (Mat.transpose backward) (Mat.multiply squares backward)
        let penalty (a: Mat) = Seq.sum (Seq.init at.Length (fun k -> alphas[at[k]] * a[k, k]))

        if log u < 0.5 * (penalty squares - penalty stretched) then
            let factors = alphas.Length
            let forward, backward = embed factors at forward, embed factors at backward

            { Gram = FactorFrame.sandwich forward state.Gram
              Squares = FactorFrame.sandwich (Mat.transpose backward) state.Squares
              Map = Mat.multiply forward state.Map
              Rng = rng }
        else
            { state with Rng = rng }

    /// Statistics of factors that were moved along with their loadings. Rows know B and F by the product B F' only, so that F given B, and B given F,
    /// move little in what (B S^-1, F S') leaves free: scales, and shears of any two factors. An invertible S of two factors (or one) is drawn given
    /// everything else, in proportion to
    ///
    ///     |S|^(T - N) exp(-tr(S F'F S') / 2 - tr(alpha S^-T B'B S^-1) / 2)
    ///
    /// times the invariant measure of invertible matrices (Liu and Wu 1999; Liu and Sabatti 2000): S'S is proposed from the Wishart distribution that
    /// the first trace makes, and accepted by the second. The posterior is kept. B is drawn anew after it, given F, and so need not be moved. The
    /// power is given as degrees of freedom, so that a wrong one can be tried; alphas are the loadings' precisions (K), in the columns' own units (N).
    let stretch
        (degreesOfFreedom: float)
        (scales: Vec voption)
        (alphas: float[])
        (q: FactorModelPosterior)
        (statistics: FactorStatistics)
        (rng: Rng)
        : FactorStatistics =
        let factors = alphas.Length

        let groups =
            if factors = 1 then
                [ [| 0 |] ]
            else
                [ for i in 1 .. factors - 1 do
                      for j in 0 .. i - 1 -> [| j; i |] ]

        if not (degreesOfFreedom >= 2.0) then
            statistics
        else
            let start: Stretched =
                { Gram = FactorFrame.ofFactors q.Frame statistics.Gram
                  Squares = FactorLoadings.squaresIn scales q.Frame q.Loadings
                  Map = Mat.identity factors
                  Rng = rng }

            let last = groups |> List.fold (stretchSome degreesOfFreedom alphas) start
            let map = Mat.multiply q.Frame.Matrix (Mat.multiply last.Map q.Frame.Inverse)

            let observed n = FactorFrame.sandwich map (FactorStatistics.gramOf statistics n)

            { statistics with
                Cross = Mat.multiply map statistics.Cross
                Gram = Mat.symmetrize (FactorFrame.sandwich map statistics.Gram)
                Observed =
                    if FactorStatistics.isComplete statistics then
                        statistics.Observed
                    else
                        Mat.ofRows (Array.init statistics.Observed.Rows (fun n -> (observed n).ToArray())) }

    /// The loadings' precisions (K) of a prior and pinned globals.
    let precisions (prior: FactorModelPrior) (q: FactorModelPosterior) : float[] =
        match prior.LoadingPrecision with
        | Known alpha -> Array.create prior.Factors alpha
        | Ard _ -> q.LoadingPrecisions |> Array.map Gamma.mean

    /// Statistics under factors drawn given pinned globals, as they are drawn: from R'R where no entry is missing and there are rows enough.
    let drawn (centre: Vec) (prior: FactorModelPrior) (batches: IBatches<Block>) =
        let reduced = lazy reduce centre prior.Factors batches

        fun (rng: Rng) (q: FactorModelPosterior) ->
            match reduced.Value with
            | ValueSome data -> ofReduced data rng q
            | ValueNone -> FactorStatistics.ofRowsWith (Locals.Drawn rng) centre q batches

    /// The same, stretched.
    let moved (centre: Vec) (prior: FactorModelPrior) (batches: IBatches<Block>) =
        let drawn = drawn centre prior batches

        fun (rng: Rng) (q: FactorModelPosterior) ->
            let struct (own, rng) = Rng.split rng
            let statistics = drawn own q
            stretch (statistics.Rows - float centre.Length) prior.Scales (precisions prior q) q statistics rng
