namespace Vi.Math

/// A conjugate model with the local variables of its rows summed or integrated out: what is left depends on the global parameters theta alone,
/// on coordinates that range over R^D.
[<NoComparison; NoEquality>]
type MarginalModel<'globals> =
    {
        /// log p(data, theta) in nats, with all constants and the Jacobian of the coordinates: its exponential integrates to the evidence.
        Density: LogDensity
        /// Names of the numbers that are reported of theta: those of Gibbs sampling, in its order.
        Names: string[]
        /// Those numbers, of a position (D).
        Values: Vec -> Vec
        /// The position (D) of pinned globals; of factors that are no points, that of what they expect.
        OfGlobals: 'globals -> Vec
        /// The globals pinned at a position (D).
        ToGlobals: Vec -> 'globals
        /// log q(theta) of global factors at a position (D), on the same coordinates: exp(log p(data, theta) - log q(theta)) averages to the
        /// evidence over draws of theta from q. What a draw does not change is prepared once.
        LogFactors: 'globals -> Vec -> float
    }
