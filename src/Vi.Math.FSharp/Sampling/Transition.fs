namespace Vi.Math

/// One draw of a Hamiltonian sampler, and what is known of the way to it.
type Draw =
    {
        /// The drawn position (D).
        Position: Vec
        /// log p there, up to the density's constant, in nats.
        LogDensity: float
        /// Total energy of the drawn phase point, in nats.
        Energy: float
        /// Average probability of accepting the trajectory's points: what the step size is tuned by.
        AcceptanceRate: float
        /// The leapfrog step size.
        StepSize: float
        /// How often the trajectory doubled; 0 for trajectories of fixed length.
        TreeDepth: int
        /// Number of leapfrog steps, each with one gradient.
        LeapfrogSteps: int
        /// Where a step started whose energy error passed the limit (D), where one did: the integrator cannot follow the density there.
        Divergence: Vec voption
        /// True while the sampler is being tuned: not a draw from the posterior.
        IsWarmUp: bool
    }

/// Where a transition led: its draw and what the next transition starts from.
type internal Landing =
    {
        Draw: Draw
        /// S' times the gradient at the draw (D).
        Slope: Vec
        Rng: Rng
    }

namespace Vi.Math.FSharp

open System
open Vi.Kernels
open Vi.Math

/// What kinds of trajectories share.
module internal Transition =

    /// Energy error from which on a step counts as divergent, in nats (Stan's).
    let divergenceLimit = 1000.0

    /// log(exp a + exp b).
    let logAdd (a: float) (b: float) =
        let larger = max a b

        if Double.IsNegativeInfinity larger then
            larger
        else
            larger + Special.log1p (exp (min a b - larger))

    /// Energy of a log density and a kinetic energy, infinite where it is not a number.
    let energy (value: float) (kinetic: float) =
        let total = kinetic - value
        if Double.IsNaN total then Double.PositiveInfinity else total
