namespace Vi.Math

/// Where a density on numbers lives, and with it the coordinate in which its integrals are taken.
[<RequireQualifiedAccess>]
type Support =
    /// All numbers; the coordinate is x.
    | RealLine
    /// x > 0; the coordinate is log x.
    | HalfLine
    /// 0 < x < 1; the coordinate is log(x / (1 - x)).
    | UnitInterval

/// The mean of independent draws with its standard error.
type MonteCarloEstimate = { Value: float; StandardError: float; Draws: int }

namespace Vi.Math.FSharp

open System
open Vi.Math

/// Kullback-Leibler divergences where no closed form is at hand, in nats.
[<RequireQualifiedAccess>]
module Divergence =

    /// log q - log p, taken as it counts under q: 0 where q has no density.
    let private logRatio (ofQ: float) (ofP: float) = if Double.IsNegativeInfinity ofQ then 0.0 else ofQ - ofP

    /// Integral of q (log q - log p) over breakpoints given in the coordinate of the support; p need not be normalised (then the value
    /// is less by the logarithm of its integral).
    let byQuadratureOver
        (support: Support)
        (breakpoints: float seq)
        (logQ: float -> float)
        (logP: float -> float)
        : Integral =
        let integrand t =
            let struct (x, logJacobian) =
                match support with
                | Support.RealLine -> struct (t, 0.0)
                | Support.HalfLine -> struct (exp t, t)
                | Support.UnitInterval -> struct (1.0 / (1.0 + exp -t), -(abs t) - 2.0 * Special.log1p (exp -(abs t)))

            let ofQ = logQ x
            let density = exp (ofQ + logJacobian)
            if density = 0.0 then 0.0 else density * logRatio ofQ (logP x)

        Quadrature.realLine 1e-14 breakpoints integrand

    /// KL(q || p) of two densities on numbers by adaptive quadrature with its error estimate. Centre and scale say where q lives, in
    /// the coordinate of the support: roughly the mean and standard deviation of x, log x or logit x under q.
    let byQuadrature (support: Support) (centre: float) (scale: float) (logQ: float -> float) (logP: float -> float) =
        byQuadratureOver support (Quadrature.around centre (0.5 * scale)) logQ logP

    /// KL(q || p) as the mean of log q - log p over draws from q (at least 2), with its standard error and the generator that follows.
    let byMonteCarlo
        (sample: Rng -> struct ('Point * Rng))
        (logQ: 'Point -> float)
        (logP: 'Point -> float)
        (draws: int)
        (rng: Rng)
        : struct (MonteCarloEstimate * Rng) =
        if draws < 2 then
            invalidArg (nameof draws) $"at least 2 draws are needed for a standard error, not {draws}"

        let mutable current = rng
        let mutable mean = 0.0
        let mutable squares = 0.0

        for i in 1..draws do
            let struct (x, next) = sample current
            current <- next
            let value = logRatio (logQ x) (logP x)
            let away = value - mean
            mean <- mean + away / float i
            squares <- squares + away * (value - mean)

        let count = float draws
        struct ({ Value = mean; StandardError = sqrt (squares / (count - 1.0) / count); Draws = draws }, current)
