namespace Vi.Math

/// One named term of an evidence lower bound, in nats.
type ElboTerm = { Name: string; Value: float }

/// An evidence lower bound as the sum of all of its named terms: expected log likelihood, each expected log prior, each entropy. There
/// is no other way to make one, so that a bound never lacks its constants.
type Elbo =
    {
        /// The terms, in reading order.
        Terms: ElboTerm list
        /// By how much solving with the factors' matrices magnifies rounding: at least 1, the largest inflation of their Cholesky factors.
        Inflation: float
    }

    /// The bound: the sum of the terms, compensated (Neumaier 1974), so that large terms that cancel cost no digits.
    member this.Value =
        let mutable sum = 0.0
        let mutable compensation = 0.0

        for term in this.Terms do
            let next = sum + term.Value

            compensation <-
                compensation
                + (if abs sum >= abs term.Value then
                       (sum - next) + term.Value
                   else
                       (term.Value - next) + sum)

            sum <- next

        sum + compensation

    /// Sum of the terms' absolute values: the scale of the bound's rounding error.
    member this.Magnitude = this.Terms |> List.sumBy (fun term -> abs term.Value)

namespace Vi.Math.FSharp

open Vi.Math

/// Evidence lower bounds.
[<RequireQualifiedAccess>]
module Elbo =

    /// A bound of named terms that come from matrices of this inflation.
    let ofInflated (inflation: float) (terms: (string * float) list) : Elbo =
        { Terms = terms |> List.map (fun (name, value) -> { Name = name; Value = value })
          Inflation = inflation }

    /// A bound of named terms.
    let ofTerms (terms: (string * float) list) : Elbo = ofInflated 1.0 terms

    /// The bound, in nats.
    let value (elbo: Elbo) = elbo.Value

    /// The value of a named term; raises where there is none of that name.
    let term (name: string) (elbo: Elbo) =
        match elbo.Terms |> List.tryFind (fun term -> term.Name = name) with
        | Some term -> term.Value
        | None ->
            let known = elbo.Terms |> List.map (fun term -> term.Name) |> String.concat ", "
            invalidArg (nameof name) $"this bound has no term '{name}'; it has {known}"

    /// How far rounding alone can move the bound: one part in 10^12 of its terms' size. The terms are sums over rows taken in a fixed
    /// order with relative error far below sqrt(N) 2^-53, which reaches 10^-12 only beyond 10^8 rows. Where columns nearly
    /// determine each other, quadratic forms lose as many digits as the matrices' inflation has (Higham 2002, theorem 10.4).
    let roundoff (elbo: Elbo) = (max 1e-12 (2.220446049250313e-16 * elbo.Inflation)) * (1.0 + elbo.Magnitude)
