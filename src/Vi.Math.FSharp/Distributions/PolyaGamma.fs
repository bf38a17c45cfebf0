namespace Vi.Math

/// The Polya-Gamma distribution PG(1, c) on the positive line, with tilt c >= 0: density proportional to exp(-c^2 x / 2) times that of PG(1, 0).
type PolyaGamma = { Tilt: float }

namespace Vi.Math.FSharp

open Vi.Kernels
open Vi.Math

/// The Polya-Gamma family with shape 1, under which a logistic likelihood is a normal one (Polson, Scott and Windle 2013): 1 / (2 cosh(z/2)) =
/// E[exp(-omega z^2 / 2)] / 2 with omega ~ PG(1, 0). Only what an approximation needs: the density is an alternating series.
[<RequireQualifiedAccess>]
module PolyaGamma =

    /// PG(1, tilt); raises ArgumentException unless the tilt is finite and not negative.
    let create (tilt: float) : PolyaGamma =
        Require.finite "PolyaGamma" "Tilt" tilt

        if tilt < 0.0 then
            invalidArg (nameof tilt) $"PolyaGamma: Tilt is {tilt}; it must not be negative"

        { Tilt = tilt }

    /// E[omega] = tanh(c/2) / (2c), 1/4 at c = 0.
    let mean (d: PolyaGamma) =
        let struct (mean, _) = PolyaGammaKernel.Evaluate(d.Tilt * d.Tilt)
        mean

    /// KL(PG(1, c) || PG(1, 0)) = log cosh(c/2) - c^2 E[omega] / 2, in nats; c^4 / 192 near 0.
    let divergenceFromUntilted (d: PolyaGamma) =
        let struct (_, divergence) = PolyaGammaKernel.Evaluate(d.Tilt * d.Tilt)
        divergence
