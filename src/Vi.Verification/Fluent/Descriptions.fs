namespace Vi.Verification.Fluent

open System
open System.Collections.Generic
open Vi.Math
open Vi.Math.Fluent

/// An exponential family over numbers, density exp(log h + eta . T(x) - A(eta)), described for its laws. All but Plainer and TermSizes
/// must be set.
[<Sealed; AllowNullLiteral>]
type FamilyDescription<'T>() =

    /// Name of the family, in front of its laws' names.
    member val Name = "" with get, set

    /// A distribution with parameters of moderate size, so that draws have light tails.
    member val Draw: Func<RandomStream, 'T> | null = null with get, set

    /// Plainer distributions to try where one breaks a law.
    member val Plainer: Func<'T, IEnumerable<'T>> | null = null with get, set

    /// eta of a distribution.
    member val NaturalParameters: Func<'T, Vec> | null = null with get, set

    /// The distribution of eta.
    member val OfNaturalParameters: Func<Vec, 'T> | null = null with get, set

    /// Whether eta belongs to a distribution.
    member val IsProper: Func<Vec, bool> | null = null with get, set

    /// T(x).
    member val SufficientStatistics: Func<float, Vec> | null = null with get, set

    /// E[T(x)].
    member val MeanParameters: Func<'T, Vec> | null = null with get, set

    /// A(eta); infinite outside the natural parameter space.
    member val LogPartition: Func<Vec, float> | null = null with get, set

    /// log h, a constant.
    member val LogBaseMeasure = 0.0 with get, set

    /// Log of the density at a point, in nats.
    member val LogDensity: Func<'T, float, float> | null = null with get, set

    /// Entropy in nats.
    member val Entropy: Func<'T, float> | null = null with get, set

    /// KL(q || p) in nats.
    member val KlDivergence: Func<'T, 'T, float> | null = null with get, set

    /// One draw.
    member val Sample: Func<'T, RandomStream, float> | null = null with get, set

    /// Sizes of the terms that A is summed from, which bound its rounding; 0 where it is not set.
    member val TermSizes: Func<'T, float> | null = null with get, set

/// A factor of a conjugate model, described for its laws. All must be set.
[<Sealed; AllowNullLiteral>]
type FactorDescription<'Case, 'Statistics, 'Globals>() =

    /// Its name, e.g. q(tau).
    member val Name = "" with get, set

    /// Puts the factor to its optimum given the statistics and the other factors.
    member val Update: Func<'Case, 'Statistics, 'Globals, 'Globals> | null = null with get, set

    /// Its natural parameters.
    member val NaturalParameters: Func<'Globals, Vec> | null = null with get, set

    /// Whether natural parameters belong to a distribution.
    member val IsProper: Func<Vec, bool> | null = null with get, set

    /// The globals with these natural parameters in the factor's place.
    member val Replace: Func<'Globals, Vec, 'Globals> | null = null with get, set

/// A conjugate model under coordinate ascent, described for its laws. Data are rows of numbers. Globals must compare by value (a record
/// does). All must be set but Plainer and Evidence; of Statistics and LocalStatistics one.
[<Sealed; AllowNullLiteral>]
type ConjugateDescription<'Case, 'Statistics, 'Globals>() =

    /// Name of the model, in front of its laws' names.
    member val Name = "" with get, set

    /// A prior with data.
    member val Draw: Func<RandomStream, 'Case> | null = null with get, set

    /// Plainer cases to try where one breaks a law.
    member val Plainer: Func<'Case, IEnumerable<'Case>> | null = null with get, set

    /// The rows of a case.
    member val Rows: Func<'Case, float[][]> | null = null with get, set

    /// Numbers in a row.
    member val Columns = 1 with get, set

    /// The case without its data.
    member val Empty: Func<'Case, 'Case> | null = null with get, set

    /// Statistics of no rows.
    member val Zero: Func<'Statistics> | null = null with get, set

    /// Statistics of both sets of rows.
    member val Combine: Func<'Statistics, 'Statistics, 'Statistics> | null = null with get, set

    /// Statistics of rows, where no factor changes them.
    member val Statistics: Func<'Case, float[][], 'Statistics> | null = null with get, set

    /// Statistics of rows under local factors at their optimum given the globals, with the local part of the bound inside.
    member val LocalStatistics: Func<'Case, float[][], 'Globals, 'Statistics> | null = null with get, set

    /// The factors in the order of their updates.
    member val Factors: IReadOnlyList<FactorDescription<'Case, 'Statistics, 'Globals>> = Array.empty with get, set

    /// The whole bound's terms by name, in nats.
    member val Elbo: Func<'Case, 'Statistics, 'Globals, IReadOnlyDictionary<string, float>> | null = null with get, set

    /// KL(new || old) between two values of the factors.
    member val Divergence: Func<'Globals, 'Globals, float> | null = null with get, set

    /// The factors at their priors.
    member val Prior: Func<'Case, 'Globals> | null = null with get, set

    /// The exact log evidence, where it can be had.
    member val Evidence: Func<'Case, float> | null = null with get, set

    /// Whether the exact posterior factorises as the approximation does.
    member val IsExact = false with get, set

    /// Whether the prior factorises as the approximation does.
    member val PriorFactorises = true with get, set
