namespace Vi.Figures

open System
open System.Collections
open System.Globalization
open System.Text.Json.Nodes
open Vi.Math
open Vi.Math.Fluent

/// Figures by name as a result stores them: numbers, nested as their shape, texts and objects. What is null is left out; a number that is not
/// finite is stored as null.
[<Sealed>]
type NamedNumbers() =

    let json = JsonObject()

    static let rec node (value: obj | null) : JsonNode | null =
        match value with
        | null -> null
        | :? float as number -> if Double.IsFinite number then JsonValue.Create number else null
        | :? bool as known -> JsonValue.Create known
        | :? string as text -> JsonValue.Create text
        | :? NamedNumbers as numbers -> numbers.Json
        | :? Vec as vector -> node (vector.ToArray())
        | :? Mat as matrix -> node (matrix.ToRows())
        | :? Marginal as marginal ->
            let summary: NamedNumbers =
                NamedNumbers.Of
                    [ "mean", marginal.Mean
                      "sd", marginal.Sd
                      "q05", marginal.Q05
                      "q50", marginal.Q50
                      "q95", marginal.Q95 ]

            summary.Json
        | :? IEnumerable as values -> JsonArray [| for item in values -> node item |]
        | number -> node (Convert.ToDouble(number, CultureInfo.InvariantCulture))

    member private _.Json = json

    /// Numbers by name.
    static member Of(numbers: (string * (obj | null)) list) : NamedNumbers =
        let all = NamedNumbers()

        for name, value in numbers do
            all.Add(name, value)

        all

    /// Median and 90 % interval of a new value of a column.
    static member Predictive(column: string, marginal: Marginal) =
        NamedNumbers.Of [ "column", column; "q05", marginal.Q05; "q50", marginal.Q50; "q95", marginal.Q95 ]

    /// Parameters of the factors of a learned scale of components by textbook name; none where the scale is fixed.
    static member ScaleParameters(scales: FittedScale seq) : (string * (obj | null)) list =
        [ for scale in scales do
              for pair in scale.Numbers do
                  pair.Key, box pair.Value

              for pair in scale.Vectors do
                  pair.Key, box pair.Value

              for pair in scale.Matrices do
                  pair.Key, box pair.Value ]

    /// A value by its name, unless it is null.
    member _.Add(name: string, value: obj | null) =
        if not (isNull value) then
            json[name] <- node value

    /// All of others, after those that are here.
    member _.Add(others: NamedNumbers) =
        for pair in others.Json do
            json[pair.Key] <-
                match pair.Value with
                | null -> null
                | value -> value.DeepClone()

    /// As a result stores them.
    static member op_Implicit(numbers: NamedNumbers) : JsonObject = numbers.Json

    interface IEnumerable with
        member _.GetEnumerator() = (json :> IEnumerable).GetEnumerator()
