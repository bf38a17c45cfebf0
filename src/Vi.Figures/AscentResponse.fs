namespace Vi.Figures

open System
open Vi.Math
open Vi.Math.Fluent
open Vi.Results

/// Standard deviations by linear response of a fit by coordinate ascent; the covariance is null where nobody asked for them or they cannot be
/// had, and the record says what it came to.
[<Sealed>]
type AscentResponse(found: LinearResponseCovariance | null, record: LinearResponseRecord | null) =

    let one sd : float[] | null =
        match found with
        | null -> null
        | found -> [| sd found |]

    /// What it came to; null where it was not asked for.
    member _.Record = record

    /// Whether there are standard deviations.
    member _.IsFound = not (isNull found)

    /// Of a quantity's entries, which the core names by their indices; null where there are none.
    member _.Of(quantity: Quantity) : float[] | null =
        match found with
        | null -> null
        | found ->
            let sds = Array.init quantity.Count (quantity.IndexName >> found.Sd)
            if Array.exists Double.IsFinite sds then sds else null

    /// Of an intercept where all columns are 0, from the weights and the intercept at a centre; null where there is none.
    member _.OfIntercept(centre: seq<float>) = one (fun found -> found.SdOfIntercept centre)

    /// Of the noise's standard deviation, from the factor of its precision; null where there is none.
    member _.OfSpread(precision: string, factor: Gamma) = one (fun found -> found.SdOfSpread(precision, factor))
