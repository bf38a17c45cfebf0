namespace Vi.Math

/// What every exponential family offers: densities exp(logBaseMeasure + eta . T(x) - A(eta)) with a constant base measure. 'T is the
/// family's record, 'Point what it is a distribution of. The last five are the family's own closed forms. Each family's page ends with its
/// record, by which laws are checked: those of the family, and those of models that have it as a factor.
[<NoEquality; NoComparison>]
type ExponentialFamily<'T, 'Point> =
    {
        /// Name of the family, with the dimension where there is one.
        Name: string
        /// eta of a distribution.
        NaturalParameters: 'T -> Vec
        /// The distribution of eta; raises where eta is outside the natural parameter space.
        OfNaturalParameters: Vec -> 'T
        /// Whether eta is inside the natural parameter space, so that the density can be normalised.
        IsProper: Vec -> bool
        /// T(x).
        SufficientStatistics: 'Point -> Vec
        /// E[T(x)], which is the gradient of A at eta.
        MeanParameters: 'T -> Vec
        /// A(eta), convex; plus infinity outside the natural parameter space.
        LogPartition: Vec -> float
        /// Logarithm of the constant base measure.
        LogBaseMeasure: float
        /// log of the density at a point, in nats; minus infinity outside the support.
        LogDensity: 'T -> 'Point -> float
        /// Differential entropy (entropy for a discrete family), in nats.
        Entropy: 'T -> float
        /// E_q[log p(x)] for q, p, in nats.
        ExpectedLogDensity: 'T -> 'T -> float
        /// KL(q || p) for q, p, in nats.
        KlDivergence: 'T -> 'T -> float
        /// One draw.
        Sample: 'T -> Rng -> struct ('Point * Rng)
    }
