namespace Vi.Math

/// The exact posterior's summary for a known weight precision, by quadrature over tau.
type ExactRegression =
    {
        /// log p(y | X).
        LogEvidence: float
        /// Mean and standard deviation of tau.
        NoisePrecisionMean: float
        NoisePrecisionSd: float
        /// Means of the weights (D).
        WeightMeans: Vec
        /// Standard deviations of the weights (D).
        WeightSds: Vec
    }

namespace Vi.Math.FSharp

open Vi.Math

/// The exact posterior of a linear regression, by quadrature.
[<RequireQualifiedAccess>]
module ExactRegression =

    /// X'X = V diag(lambda) V' of the columns from their centre, and c = V'X'y: given tau, the weights are independent along V.
    type private Spectrum = { Eigenvalues: Vec; Vectors: Mat; Cross: Vec }

    let private spectrumOf (design: LinearRegression.Design) : Spectrum =
        let information = LinearRegression.gram design
        let d = information.Rows
        let scales = Seq.init d (fun j -> information[j, j])

        // A tridiagonal form has errors of the largest column's size. Where scales differ by more than a hundred, Jacobi's rotations, ten
        // times as slow, keep what columns of small scale say.
        let struct (eigenvalues, vectors) =
            if d = 0 || Seq.max scales <= 1e4 * Seq.min scales then
                Mat.symmetricEigen information
            else
                Mat.eigenInPlace information

        // A direction v that the rows leave open has eigenvalue and cross product 0; what stands there is rounding, which a large tau would
        // blow up: v'Gv is a sum of terms that are together at most D sum_j v_j^2 G_jj.
        let isOpen k =
            let size = Seq.init d (fun j -> vectors[j, k] * vectors[j, k] * information[j, j]) |> Seq.sum

            eigenvalues[k] <= float d * 2.220446049250313e-16 * size

        let closed (values: Vec) = Vec.mapi (fun k value -> if isOpen k then 0.0 else value) values

        { Eigenvalues = closed eigenvalues
          Vectors = vectors
          Cross = closed (Mat.multiplyVec (Mat.transpose vectors) (LinearRegression.cross design 0.0)) }

    /// log p(y | X, tau), with w and b integrated out: n/2 log(tau / 2 pi) - (log |I + tau X'X / alpha| + log(1 + tau n v)) / 2
    /// - tau (y'y - sum_k tau c_k^2 / (alpha + tau lambda_k)) / 2, v the prior variance of b (Bishop 2006, 3.86 with beta = tau).
    let private logDensityGiven
        (prior: LinearRegressionPrior)
        alpha
        (design: LinearRegression.Design)
        (spectrum: Spectrum)
        tau
        =
        let n = design.Rows
        let mutable determinant = 0.0
        let mutable explained = 0.0

        for i in 0 .. spectrum.Eigenvalues.Length - 1 do
            determinant <- determinant + log (1.0 + tau * spectrum.Eigenvalues[i] / alpha)

            explained <-
                explained + tau * spectrum.Cross[i] * spectrum.Cross[i] / (alpha + tau * spectrum.Eigenvalues[i])

        let total =
            match prior.Intercept with
            | ValueSome b ->
                let deviation = design.Target b.Mean
                let shrink = 1.0 + tau * n * b.Variance
                determinant <- determinant + log shrink
                design.TargetScatter + n * deviation * deviation / shrink
            | ValueNone -> (let mean = design.Target 0.0 in design.TargetScatter + n * mean * mean)

        0.5 * n * (log tau - Special.logTwoPi) - 0.5 * determinant - 0.5 * tau * max 0.0 (total - explained)

    /// Means and standard deviations of the weights (D each): given tau they have mean V diag(tau / (alpha + tau lambda)) c and covariance
    /// V diag(1 / (alpha + tau lambda)) V', which are averaged over tau.
    let private weightMoments alpha (spectrum: Spectrum) (taus: float[]) (weights: float[]) : struct (Vec * Vec) =
        let vectors = spectrum.Vectors
        let d = vectors.Rows

        let averaged (f: int -> float) = weights |> Array.mapi (fun i w -> w * f i) |> Array.sum

        let means =
            taus
            |> Array.map (fun tau ->
                spectrum.Cross
                |> Vec.mapi (fun k c -> tau * c / (alpha + tau * spectrum.Eigenvalues[k]))
                |> Mat.multiplyVec vectors)

        let conditional tau j =
            let mutable variance = 0.0

            for k in 0 .. d - 1 do
                variance <- variance + vectors[j, k] * vectors[j, k] / (alpha + tau * spectrum.Eigenvalues[k])

            variance

        let mean = Vec.init d (fun j -> averaged (fun i -> means[i][j]))

        let variance =
            Vec.init d (fun j ->
                averaged (fun i ->
                    let deviation = means[i][j] - mean[j]
                    conditional taus[i] j + deviation * deviation))

        struct (mean, Vec.map sqrt variance)

    /// The columns times the weights' units, so that all weights have one prior.
    let private inUnits (scales: Vec voption) (design: LinearRegression.Design) : LinearRegression.Design =
        match scales with
        | ValueNone -> design
        | ValueSome s ->
            { design with
                Sxx = Mat.init s.Length s.Length (fun i j -> s[i] * s[j] * design.Sxx[i, j])
                Sxy = Vec.map2 (*) s design.Sxy
                Offset = design.Offset |> ValueOption.map (Vec.map2 (*) s) }

    let private inTheirOwn (scales: Vec voption) (weights: Vec) =
        match scales with
        | ValueNone -> weights
        | ValueSome s -> Vec.map2 (*) s weights

    /// The exact posterior where alpha is known: given tau everything is normal, so one integral over log tau remains. It is taken by the
    /// trapezoidal rule, which converges geometrically for smooth integrands that die out at both ends. Nothing under relevance
    /// determination, where no such reduction exists.
    let ofMoments (prior: LinearRegressionPrior) (data: Moments) : ExactRegression voption =
        match prior.WeightPrecision with
        | Ard _ -> ValueNone
        | Known alpha ->
            let design = LinearRegression.designOf ValueNone prior data |> inUnits prior.Scales
            let spectrum = spectrumOf design

            let nodes =
                LogScaleQuadrature.nodes (fun u ->
                    let tau = exp u
                    logDensityGiven prior alpha design spectrum tau + Gamma.logDensity prior.NoisePrecision tau + u)

            let taus = Array.map exp nodes.Points
            let expectation f = Array.map2 (fun weight tau -> weight * f tau) nodes.Weights taus |> Array.sum
            let tauMean = expectation id
            let struct (means, sds) = weightMoments alpha spectrum taus nodes.Weights

            ValueSome
                { LogEvidence = nodes.LogIntegral
                  NoisePrecisionMean = tauMean
                  NoisePrecisionSd = sqrt (expectation (fun tau -> (tau - tauMean) * (tau - tauMean)))
                  WeightMeans = inTheirOwn prior.Scales means
                  WeightSds = inTheirOwn prior.Scales sds }
