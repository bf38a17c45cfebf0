namespace Vi.Verification

open FsCheck
open Vi.Kernels
open Vi.Math

/// A factor as the laws see it: its natural parameters, and the globals with others in their place.
type FactorLens<'globals> =
    {
        /// The factor's name, as in the model's updates.
        Factor: string
        /// Its natural parameters.
        NaturalParameters: 'globals -> Vec
        /// Whether these natural parameters belong to a distribution.
        IsProper: Vec -> bool
        /// The globals with these natural parameters in the factor's place.
        Replace: 'globals -> Vec -> 'globals
    }

/// A change of the data and prior under which the answer must change in a known way.
type SymmetryAction<'case, 'globals> =
    {
        /// What is done, e.g. data shifted by 1e6.
        Name: string
        /// The case on which it acts exactly, such as data on a grid that a shift does not round.
        Before: 'case -> 'case
        /// Data and prior after it.
        Case: 'case -> 'case
        /// What the answer must have become.
        Answer: 'case -> 'globals -> 'globals
        /// What must be added to the bound, in nats.
        BoundShift: 'case -> float
        /// How far rounding alone moves the transformed answer, in posterior standard deviations: a location at 1e6 is stored to
        /// 1e-10, which is much where the posterior is narrow.
        Resolution: 'globals -> float
    }

/// A conjugate model under test. A model of one's own needs no more than this to be checked like the project's.
type ConjugateSubject<'case, 'statistics, 'globals> =
    {
        /// Prefix of the laws' names and the model type they cover, e.g. gaussian-mean.
        Name: string
        /// Priors with data.
        Cases: Arbitrary<'case>
        /// The data of a case, N rows of D numbers.
        Rows: 'case -> float[][]
        /// D.
        Columns: 'case -> int
        /// The case without its data.
        Empty: 'case -> 'case
        /// Seed for what is drawn in a law.
        Seed: 'case -> uint64
        /// The model under test.
        Model: 'case -> ConjugateModel<Block, 'statistics, 'globals>
        /// The factors, in the order of the model's updates.
        Factors: 'case -> FactorLens<'globals> list
        /// The exact log evidence, where it can be had.
        Evidence: ('case -> float) option
        /// KL of the factors to the exact posterior, where it can be had.
        Gap: ('case -> 'globals -> float) option
        /// Whether the exact posterior factorises as the approximation does.
        Exact: bool
        /// Whether the prior factorises as the approximation does, so that no data give it back.
        PriorFactorises: bool
        /// Known symmetries.
        Symmetries: SymmetryAction<'case, 'globals> list
    }

namespace Vi.Verification.FSharp

open System
open FsCheck
open FsCheck.FSharp
open Vi.Kernels
open Vi.Math
open Vi.Math.FSharp
open Vi.Verification

/// Factors seen through their natural parameters.
[<RequireQualifiedAccess>]
module FactorLens =

    /// A factor of one distribution.
    let one factor (family: ExponentialFamily<'d, 'p>) (get: 'globals -> 'd) (set: 'globals -> 'd -> 'globals) =
        { Factor = factor
          NaturalParameters = get >> family.NaturalParameters
          IsProper = family.IsProper
          Replace = fun globals eta -> set globals (family.OfNaturalParameters eta) }

    /// A factor of several independent distributions, their natural parameters one after the other.
    let many
        factor
        (family: ExponentialFamily<'d, 'p>)
        count
        (get: 'globals -> 'd[])
        (set: 'globals -> 'd[] -> 'globals)
        =
        let pieces (eta: Vec) =
            let length = eta.Length / count
            Array.init count (fun i -> Vec.slice (i * length) length eta)

        { Factor = factor
          NaturalParameters = get >> Array.map family.NaturalParameters >> Array.reduce Vec.append
          IsProper = pieces >> Array.forall family.IsProper
          Replace = fun globals eta -> set globals (pieces eta |> Array.map family.OfNaturalParameters) }

/// The rows of cases.
[<RequireQualifiedAccess>]
module ConjugateSubject =

    /// A table of rows, with its width where it is empty.
    let table columns (rows: float[][]) = if rows.Length = 0 then Rows.empty columns else Rows.ofSeq rows

    /// The rows of a case.
    let tableOf subject case = table (subject.Columns case) (subject.Rows case)

    /// Statistics of the rows, local factors at their optimum.
    let statistics subject case globals = Cavi.statistics (tableOf subject case) (subject.Model case) globals

    /// A direction in which every natural parameter moves by about its own size.
    let direction (eta: Vec) rng : struct (Vec * Rng) =
        let struct (normals, rng) = Rng.array eta.Length Rng.normal rng
        let floor = 0.1 * Vec.maxAbs eta
        struct (Vec.init eta.Length (fun i -> normals[i] * (abs eta[i] + floor)), rng)

    /// Globals with every factor moved at random inside its natural parameter space.
    let private perturb subject case (globals: 'globals) rng : struct ('globals * Rng) =
        ((struct (globals, rng)), subject.Factors case)
        ||> List.fold (fun (struct (globals, rng)) factor ->
            let eta = factor.NaturalParameters globals
            let struct (towards, rng) = direction eta rng
            let step = Numerical.roomyStep 1.0 (fun h -> factor.IsProper(Vec.addScaled h towards eta))
            struct (factor.Replace globals (Vec.addScaled step towards eta), rng))

    /// A start away from the prior, the same for the same case.
    let start subject case =
        let struct (globals, _) =
            perturb subject case (subject.Model case).Prior (Rng.ofSeed (subject.Seed case))

        globals

    /// So many sweeps from given globals.
    let sweeps subject case count (globals: 'globals) =
        let model: ConjugateModel<Block, 'statistics, 'globals> = subject.Model case
        let rows = tableOf subject case

        (globals, seq { 1..count })
        ||> Seq.fold (fun globals _ ->
            let data = Cavi.statistics rows model globals
            (globals, model.Updates) ||> List.fold (fun globals update -> update.Update data globals))

    /// The bound at these globals, local factors at their optimum.
    let bound subject case (globals: 'globals) = (subject.Model case).Elbo (statistics subject case globals) globals

    /// Distance of two answers in posterior standard deviations, sqrt(2 KL).
    let distance (model: ConjugateModel<Block, 'statistics, 'globals>) a b = sqrt (2.0 * max 0.0 (model.Divergence a b))
