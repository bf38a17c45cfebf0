namespace Vi.Math

/// r_t = B f_t + e_t with f_t ~ N(0, I), e_tn ~ N(0, psi_n).
type FactorModelPrior =
    {
        /// Number K of factors.
        Factors: int
        /// Prior of the loadings' precision: one known number, or one learned for each factor.
        LoadingPrecision: WeightPrecisionPrior
        /// Prior of every 1 / psi_n, psi_n in the unit of its column's square.
        NoisePrecision: Gamma
        /// Units s of the columns (N) that both priors refer to: B_nk ~ N(0, s_n^2 / alpha_k) and s_n^2 / psi_n ~ Gamma. Where there are none they
        /// are 1.
        Scales: Vec voption
        /// Whether each sweep turns and stretches the factors to the coordinates in which the bound is highest.
        Rotation: bool
    }

namespace Vi.Math.FSharp

open System
open Vi.Kernels
open Vi.Math

/// Priors of factor models, column by column.
[<RequireQualifiedAccess>]
module internal FactorModelPrior =

    /// The prior of 1 / psi_n.
    let noise (prior: FactorModelPrior) n : Gamma =
        { prior.NoisePrecision with Rate = prior.NoisePrecision.Rate * WeightScales.square prior.Scales n }

/// The evidence lower bound of a factor model, with all terms.
[<RequireQualifiedAccess>]
module FactorBound =

    /// sum_t E (r_tn - b_n' f_t)^2 over the observed entries of each column (N). The product b'f is the same in every frame.
    let residuals (data: FactorStatistics) (q: FactorModelPosterior) : float[] =
        match q.Loadings with
        | Shared s when FactorStatistics.isComplete data ->
            let basis = Mat.transpose s.Basis
            let gram = FactorFrame.sandwich basis data.Gram
            let target: float[] = Array.zeroCreate data.Squares.Length

            FactorKernel.Residuals(
                data.Squares.AsSpan(),
                s.Means.AsSpan(),
                s.Variances.AsSpan(),
                data.Cross.AsSpan(),
                basis.AsSpan(),
                gram.AsSpan(),
                target
            )

            target
        | loadings ->
            let means = FactorLoadings.means loadings
            let seconds = FactorLoadings.secondMoments loadings
            let width = seconds.Columns
            let k = means.Columns

            Array.init data.Squares.Length (fun n ->
                let gram =
                    if FactorStatistics.isComplete data then
                        data.Gram.AsSpan()
                    else
                        data.Observed.AsSpan().Slice(n * width, width)

                let mutable pull = 0.0

                for i in 0 .. k - 1 do
                    pull <- pull + means[n, i] * data.Cross[i, n]

                data.Squares[n] - 2.0 * pull + LinearAlgebra.Dot(gram, seconds.AsSpan().Slice(n * width, width)))

    /// sum_n E[b_nk^2] of each factor (K).
    let internal loadingSquares (q: FactorModelPosterior) = Mat.diagonal (FactorLoadings.squares q.Frame q.Loadings)

    /// sum_n E[b_nk^2] / s_n^2 of each factor (K).
    let internal loadingSquaresIn (prior: FactorModelPrior) (q: FactorModelPosterior) =
        Mat.diagonal (FactorLoadings.squaresIn prior.Scales q.Frame q.Loadings)

    /// Sums over the columns.
    [<Struct>]
    type private NoiseTerms = { Likelihood: float; Prior: float; Entropy: float }

    /// With tau_n = 1 / psi_n and C_n observed entries in column n: sum_n C_n (E log tau_n - log 2 pi) / 2 - E[tau_n] residual_n / 2; the
    /// expectation of sum_n log Gamma(tau_n | a, b_n), which is a log b_n - log Gamma(a) + (a - 1) E log tau_n - b_n E[tau_n]; and the entropies of
    /// q(tau_n), whose rate enters as -log rate (Bishop 2006, B.26 to B.31). Special functions are taken once for columns of one shape, which
    /// is all of them where no entry is missing.
    let private noiseTerms (own: FactorModelPrior) (counts: Vec) (residuals: float[]) (noise: Gamma[]) : NoiseTerms =
        let prior = own.NoisePrecision
        let square = WeightScales.square own.Scales

        let ofShape =
            noise
            |> Array.map _.Shape
            |> Array.distinct
            |> Array.map (fun shape -> shape, struct (Special.digamma shape, Gamma.standardEntropy shape))
            |> dict

        let constant = prior.Shape * log prior.Rate - Special.logGamma prior.Shape

        let columns =
            noise
            |> Array.mapi (fun n tau ->
                let struct (digamma, standardEntropy) = ofShape[tau.Shape]
                let logRate = log tau.Rate
                struct (n, Gamma.mean tau, digamma - logRate, standardEntropy, logRate))

        let sum term = columns |> Array.fold term 0.0

        { Likelihood =
            sum (fun sum (struct (n, mean, expectedLog, _, _)) ->
                sum + 0.5 * counts[n] * (expectedLog - Special.logTwoPi) - 0.5 * mean * residuals[n])
          Prior =
            sum (fun sum (struct (n, mean, expectedLog, _, _)) ->
                sum + constant + prior.Shape * log (square n) + (prior.Shape - 1.0) * expectedLog
                - prior.Rate * square n * mean)
          Entropy = sum (fun sum (struct (_, _, _, standardEntropy, logRate)) -> sum + standardEntropy - logRate) }

    /// The whole bound of any statistics and any factors.
    let elbo (prior: FactorModelPrior) (data: FactorStatistics) (q: FactorModelPosterior) : Elbo =
        let k = float prior.Factors
        let n = float q.NoisePrecisions.Length
        let squares = loadingSquaresIn prior q
        let residuals = residuals data q
        let noise = noiseTerms prior data.Counts residuals q.NoisePrecisions

        let ofLoadings =
            match prior.LoadingPrecision with
            | Known alpha -> 0.5 * n * k * (log alpha - Special.logTwoPi) - 0.5 * alpha * Vec.sum squares
            | Ard _ ->
                q.LoadingPrecisions
                |> Array.mapi (fun i alpha ->
                    0.5 * n * (Gamma.expectedLog alpha - Special.logTwoPi) - 0.5 * Gamma.mean alpha * squares[i])
                |> Array.sum

        Elbo.ofTerms
            [ "E[log p(R | B, F, psi)]", noise.Likelihood
              "E[log p(F)]",
              -0.5 * (data.Rows * k * Special.logTwoPi + Mat.trace (FactorFrame.ofFactors q.Frame data.Gram))
              (match prior.LoadingPrecision with
               | Known _ -> "E[log p(B)]"
               | Ard _ -> "E[log p(B | alpha)]"),
              ofLoadings - k * WeightScales.sumOfLogs prior.Scales
              "E[log p(1/psi)]", noise.Prior

              match prior.LoadingPrecision with
              | Ard p -> "E[log p(alpha)]", q.LoadingPrecisions |> Array.sumBy (fun a -> Gamma.expectedLogDensity a p)
              | Known _ -> ()

              "H[q(F)]",
              0.5 * (data.Rows * k * (Special.logTwoPi + 1.0) + data.LogDeterminants)
              - data.Rows * q.Frame.LogDeterminant
              "H[q(B)]", FactorLoadings.entropy q.Loadings + n * q.Frame.LogDeterminant
              "H[q(1/psi)]", noise.Entropy

              match prior.LoadingPrecision with
              | Ard _ -> "H[q(alpha)]", q.LoadingPrecisions |> Array.sumBy Gamma.entropy
              | Known _ -> () ]
