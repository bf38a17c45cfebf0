namespace Vi.Math

/// The inverse mass matrix of Hamiltonian dynamics as S S', an estimate of the posterior's covariance: along S the posterior looks like a
/// standard normal.
type Metric =
    /// S = diag of standard deviations (D), all positive.
    | Diagonal of scales: Vec
    /// S = Cholesky factor of a covariance (D x D).
    | Dense of factor: Chol

namespace Vi.Math.FSharp

open Vi.Kernels
open Vi.Math

/// Metrics.
[<RequireQualifiedAccess>]
module Metric =

    /// S = I in D dimensions.
    let identity (dimension: int) : Metric = Diagonal(Vec.constant dimension 1.0)

    /// From standard deviations (D); raises ArgumentException unless all are positive and finite.
    let ofScales (scales: Vec) : Metric =
        Require.positiveVec "Metric" (nameof scales) scales
        Diagonal scales

    /// From a covariance (D x D); raises ArithmeticException where it is not positive definite.
    let ofCovariance (covariance: Mat) : Metric = Dense(Chol.factor "the covariance of a metric" covariance)

    /// D.
    let dimension (metric: Metric) =
        match metric with
        | Diagonal scales -> scales.Length
        | Dense factor -> factor.Dimension

    /// S p: a whitened momentum as a velocity.
    let velocity (metric: Metric) (momentum: Vec) : Vec =
        match metric with
        | Diagonal scales -> Vec.map2 (*) scales momentum
        | Dense factor -> Chol.multiplyLower factor momentum

    /// S' g: a gradient as the slope that pushes whitened momenta.
    let slope (metric: Metric) (gradient: Vec) : Vec =
        match metric with
        | Diagonal scales -> Vec.map2 (*) scales gradient
        | Dense factor ->
            let slope: float[] = Array.zeroCreate factor.Dimension
            HamiltonianKernel.WhitenLower(factor.Values, gradient.AsSpan(), slope)
            Vec.wrap slope
