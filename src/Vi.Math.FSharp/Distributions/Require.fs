namespace Vi.Math.FSharp

open System
open Vi.Math

/// Checks of parameters, with messages that name family, parameter and value.
module internal Require =

    /// The smallest normal number, 2^-1022: what draws from (0, ...) that would underflow become, so that every draw has a finite
    /// logarithm.
    let smallest = 2.2250738585072014e-308

    let private refuse (family: string) (parameter: string) (wanted: string) (value: obj) =
        raise (ArgumentException($"{family}: {parameter} must be {wanted}, not {value}", parameter))

    let finite family parameter (value: float) =
        if not (Double.IsFinite value) then
            refuse family parameter "finite" value

    let positive family parameter (value: float) =
        if not (value > 0.0 && Double.IsFinite value) then
            refuse family parameter "positive and finite" value

    let above family parameter (bound: float) (value: float) =
        if not (value > bound && Double.IsFinite value) then
            refuse family parameter $"above {bound} and finite" value

    let atLeastOne family parameter (count: int) =
        if count < 1 then
            refuse family parameter "of at least one entry" count

    let finiteVec family parameter (value: Vec) =
        atLeastOne family parameter value.Length

        for i in 0 .. value.Length - 1 do
            finite family $"{parameter}[{i}]" value[i]

    let positiveVec family parameter (value: Vec) =
        atLeastOne family parameter value.Length

        for i in 0 .. value.Length - 1 do
            positive family $"{parameter}[{i}]" value[i]

    /// Units of columns or weights, as a vector.
    let scales (model: string) (values: seq<float>) : Vec =
        let scales = Vec.ofArray (Seq.toArray values)
        positiveVec model "scales" scales
        scales

    let sameDimension family (first: string) (a: int) (second: string) (b: int) =
        if a <> b then
            refuse family second $"of dimension {a}, as {first} is" b

    let length family (expected: int) (naturalParameters: Vec) =
        if naturalParameters.Length <> expected then
            refuse family "naturalParameters" $"{expected} numbers" naturalParameters.Length
