namespace Vi.Verification

open FsCheck
open Vi.Kernels
open Vi.Math

/// A model with its local variables summed or integrated out, and the same written plainly.
type MarginalSubject<'case, 'statistics, 'globals> =
    {
        /// Prefix of the laws' names.
        Name: string
        /// The model type.
        Covers: string
        /// Priors with data.
        Cases: Arbitrary<'case>
        /// A prior of moderate shape with so many rows made from a seed.
        Draft: int -> uint64 -> 'case
        Seed: 'case -> uint64
        /// The case without its data.
        Empty: 'case -> 'case
        Batches: 'case -> IBatches<Block>
        /// The density under test.
        Marginal: 'case -> MarginalModel<'globals>
        /// The model that coordinate ascent fits.
        Conjugate: 'case -> ConjugateModel<Block, 'statistics, 'globals>
        /// Pins every global factor at a draw from it.
        Pin: 'case -> 'globals -> Rng -> struct ('globals * Rng)
        /// What draws report of pinned globals.
        Values: 'case -> 'globals -> Vec
        /// log p(data, theta) at pinned globals by slow formulas, a density of the variables.
        LogJoint: 'case -> 'globals -> float
        /// The variables, as many as there are coordinates.
        Variables: 'case -> 'globals -> float[]
        /// The exact log evidence, where it can be had.
        Evidence: ('case -> float) voption
        /// Whether the prior is a product of distributions like the factors of q.
        PriorFactorises: bool
        /// Whether q leaves local variables out of account that the bound has.
        HasLocals: bool
        /// A case and globals in another order of components, states or factors, which leaves the density as it is.
        Reorder: ('case * 'globals -> 'case * 'globals) voption
    }

namespace Vi.Verification.FSharp

open System
open Vi.Kernels
open Vi.Math
open Vi.Math.FSharp
open Vi.Verification

/// What the subjects of marginal densities share.
[<RequireQualifiedAccess>]
module internal MarginalSubject =

    let table columns rows = ConjugateSubject.table columns rows :> IBatches<Block>

    let normals count columns seed : float[][] =
        let struct (z, _) = Rng.array (count * columns) Rng.normal (Rng.ofSeed seed)
        z |> Array.map (fun z -> 1.5 * z) |> Array.chunkBySize columns

    let ofGibbs (gibbs: 'case -> GibbsModel<Block, 's, 'g>) =
        struct ((fun case -> Gibbs.pin (gibbs case)), (fun case -> (gibbs case).Values))

    let lower (a: Mat) =
        [| for i in 0 .. a.Rows - 1 do
               for j in 0..i -> a[i, j] |]

    let factorOf (precision: Wishart) = Chol.factor "a pinned precision" (Wishart.mean precision)

    /// log N(x | mu, Sigma) by elimination in the dense covariance.
    let logNormal (mean: Vec) (covariance: Mat) (x: float[]) =
        Evidence.jointNormal
            0.0
            (Array2D.init x.Length x.Length (fun i j -> covariance[i, j]))
            (Array.mapi (fun j value -> value - mean[j]) x)

    /// log of a gamma's density.
    let logGamma (d: Gamma) (x: Gamma) = Gamma.logDensity d (Gamma.mean x)

    let logOfNormal mean variance x = Evidence.jointNormal mean (Array2D.create 1 1 variance) [| x |]
