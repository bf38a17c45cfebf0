namespace Vi.Math.Fluent

open System
open System.Collections.Generic
open System.Globalization
open Microsoft.FSharp.Reflection
open Vi.Math

/// A case of one of the core's unions as data: how a run ended, how far it has come, what to change.
[<Sealed>]
type UnionCase private (name: string, fields: (string * objnull)[]) =

    static let caseOf (union: Type) (name: string) =
        FSharpType.GetUnionCases union |> Array.find (fun case -> case.Name = name)

    /// The case that a value is of.
    static member Of(value: obj) : UnionCase =
        let info, values = FSharpValue.GetUnionFields(value, value.GetType())
        UnionCase(info.Name, Array.zip (info.GetFields() |> Array.map (fun field -> field.Name)) values)

    /// The case's name.
    member _.Name = name

    /// The fields' values.
    member _.Values: IReadOnlyList<objnull> = Array.map snd fields

    /// The fields that are no text, as numbers by name; true is 1.
    member _.Numbers: IReadOnlyDictionary<string, float> =
        fields
        |> Seq.filter (fun (_, value) -> not (value :? string))
        |> Seq.map (fun (name, value) -> KeyValuePair(name, Convert.ToDouble(value, CultureInfo.InvariantCulture)))
        |> Dictionary
        :> IReadOnlyDictionary<_, _>

    /// The first field that is a text; null where there is none.
    member _.Text: string | null = fields |> Seq.map snd |> Seq.tryPick tryUnbox<string> |> Option.toObj

    /// The outcome of a status (Converged, BudgetSpent, ...) whose reason is a case with these fields, as numbers and one text.
    static member Outcome
        (status: string, reason: string, numbers: IReadOnlyDictionary<string, float>, text: string | null)
        : Outcome =
        let outer = caseOf typeof<Outcome> status
        let inner = caseOf (outer.GetFields()[0]).PropertyType reason

        let values =
            inner.GetFields()
            |> Array.map (fun field ->
                if field.PropertyType = typeof<string> then
                    box text
                else
                    Convert.ChangeType(numbers[field.Name], field.PropertyType, CultureInfo.InvariantCulture))

        FSharpValue.MakeUnion(outer, [| FSharpValue.MakeUnion(inner, values) |]) |> unbox<Outcome>
