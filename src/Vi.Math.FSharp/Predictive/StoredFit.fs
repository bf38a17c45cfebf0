namespace Vi.Math

/// A fit as it is stored: what predicts rows of a table with its columns.
type StoredFit =
    {
        /// The model's type, e.g. linear-regression.
        Model: string
        /// The algorithm that fitted it.
        Algorithm: string
        /// The columns that the model reads, in its order, the target not among them.
        Columns: ModelColumn[]
        /// The target, or the only column of a model that describes one number; null where there is none.
        Target: ModelColumn | null
        /// The texts of each column of texts in the order of their numbers, by the column's name.
        Levels: struct (string * string[])[]
        /// When the last fitted row was observed; null where unknown.
        Until: System.Nullable<System.DateTime>
        /// The posterior.
        Posterior: FittedPosterior
    }

namespace Vi.Math.FSharp

open System
open System.Buffers
open System.Globalization
open System.Text
open System.Text.Json
open Vi.Math

/// Stored fits as JSON, to the bit, and what they predict.
[<RequireQualifiedAccess>]
module StoredFit =

    /// What the file's member "format" says.
    [<Literal>]
    let Format = "vi-hybrid-posterior"

    /// The layout that is written, and the newest one that is read.
    [<Literal>]
    let Version = 1

    let private fail text = raise (StoredFitException text)

    let private writeNumber (writer: Utf8JsonWriter) (value: float) =
        if Double.IsFinite value then
            writer.WriteNumberValue value
        else
            writer.WriteStringValue(value.ToString CultureInfo.InvariantCulture)

    let private writeColumn (writer: Utf8JsonWriter) (column: ModelColumn) =
        writer.WriteStartObject()
        writer.WriteString("name", column.Name)
        writer.WriteString("source", column.Source)
        writer.WriteString("level", column.Level)
        writer.WriteStartArray "steps"

        for step in column.Steps do
            match step with
            | ColumnStep.Log -> writer.WriteStringValue "log"
            | ColumnStep.Log1p -> writer.WriteStringValue "log1p"
            | ColumnStep.Standardize(mean, sd) ->
                writer.WriteStartObject()
                writer.WriteNumber("mean", mean)
                writer.WriteNumber("sd", sd)
                writer.WriteEndObject()

        writer.WriteEndArray()
        writer.WriteEndObject()

    let private writeArray (writer: Utf8JsonWriter) (a: NamedArray) =
        writer.WriteStartObject a.Name
        writer.WriteStartArray "shape"
        a.Shape |> Array.iter (fun (length: int) -> writer.WriteNumberValue length)
        writer.WriteEndArray()
        writer.WriteStartArray "values"
        a.Values |> Array.iter (writeNumber writer)
        writer.WriteEndArray()
        writer.WriteEndObject()

    /// The fit as JSON text. Numbers are the shortest that read back with the same bits.
    let toJson (fit: StoredFit) : string =
        let buffer = ArrayBufferWriter<byte>()
        use writer = new Utf8JsonWriter(buffer)
        writer.WriteStartObject()
        writer.WriteString("format", Format)
        writer.WriteNumber("version", Version)
        writer.WriteString("model", fit.Model)
        writer.WriteString("algorithm", fit.Algorithm)
        writer.WriteString("kind", FittedPosterior.kind fit.Posterior)
        writer.WriteStartArray "columns"
        fit.Columns |> Array.iter (writeColumn writer)
        writer.WriteEndArray()
        writer.WritePropertyName "target"

        match fit.Target with
        | null -> writer.WriteNullValue()
        | target -> writeColumn writer target

        writer.WriteStartObject "levels"

        for struct (name, texts) in fit.Levels do
            writer.WriteStartArray name
            texts |> Array.iter writer.WriteStringValue
            writer.WriteEndArray()

        writer.WriteEndObject()
        writer.WritePropertyName "until"

        if fit.Until.HasValue then
            writer.WriteStringValue(fit.Until.Value.ToString("O", CultureInfo.InvariantCulture))
        else
            writer.WriteNullValue()

        writer.WriteStartObject "numbers"
        FittedPosterior.toArrays fit.Posterior |> Array.iter (writeArray writer)
        writer.WriteEndObject()
        writer.WriteEndObject()
        writer.Flush()
        Encoding.UTF8.GetString buffer.WrittenSpan + "\n"

    let private isNull (node: JsonElement) = node.ValueKind = JsonValueKind.Null

    let private text (name: string) (node: JsonElement) : string =
        match (node.GetProperty name).GetString() with
        | null -> fail $"{name} is null"
        | value -> value

    let private readNumber (node: JsonElement) =
        if node.ValueKind = JsonValueKind.String then
            Double.Parse(string (node.GetString()), CultureInfo.InvariantCulture)
        else
            node.GetDouble()

    let private items (read: JsonElement -> 'item) (node: JsonElement) : 'item[] =
        [| for item in node.EnumerateArray() -> read item |]

    let private readStep (node: JsonElement) : ColumnStep =
        if node.ValueKind = JsonValueKind.Object then
            ColumnStep.Standardize((node.GetProperty "mean").GetDouble(), (node.GetProperty "sd").GetDouble())
        else
            match node.GetString() with
            | "log" -> ColumnStep.Log
            | "log1p" -> ColumnStep.Log1p
            | other -> fail $"there is no step \"{other}\""

    let private readColumn (node: JsonElement) : ModelColumn =
        { Name = text "name" node
          Source = text "source" node
          Level = (node.GetProperty "level").GetString()
          Steps = node.GetProperty "steps" |> items readStep }

    let private readArray (property: JsonProperty) : NamedArray =
        let found =
            { Name = property.Name
              Shape = property.Value.GetProperty "shape" |> items _.GetInt32()
              Values = property.Value.GetProperty "values" |> items readNumber }

        if Array.fold (fun size length -> size * int64 length) 1L found.Shape <> int64 found.Values.Length then
            fail $"numbers.{property.Name} has {found.Values.Length} numbers, which is not what its shape says"

        found

    /// Number of columns that a posterior reads; none where it reads none or says nothing about it.
    let private columnsOf (posterior: FittedPosterior) : int voption =
        match posterior with
        | FittedPosterior.Regression(centre, _)
        | FittedPosterior.Logistic(centre, _, _) -> ValueSome centre.Length
        | FittedPosterior.Mixture view -> ValueSome(MixtureComponent.dimension view.Components[0])
        | FittedPosterior.Regimes(q, _) -> ValueSome q.States[0].Mean.Length
        | FittedPosterior.Factors(_, _, means) -> ValueSome means.Length
        | FittedPosterior.NormalMean _
        | FittedPosterior.NormalMeanPrecision _ -> ValueSome 0
        | FittedPosterior.Draws _ -> ValueNone

    let private read (root: JsonElement) : StoredFit =
        let version = (root.GetProperty "version").GetInt32()

        let format = text "format" root

        if format <> Format then
            fail $"its format is \"{format}\", not \"{Format}\""

        if version > Version then
            fail $"its version is {version}, and this program reads up to {Version}; use the one that wrote it"

        let target = root.GetProperty "target"
        let until = root.GetProperty "until"

        let posterior =
            [| for property in (root.GetProperty "numbers").EnumerateObject() -> readArray property |]
            |> FittedPosterior.ofArrays (text "kind" root)

        let fit =
            { Model = text "model" root
              Algorithm = text "algorithm" root
              Columns = root.GetProperty "columns" |> items readColumn
              Target = if isNull target then null else readColumn target
              Levels =
                [| for property in (root.GetProperty "levels").EnumerateObject() ->
                       struct (property.Name, property.Value |> items (fun item -> string (item.GetString()))) |]
              Until = if isNull until then Nullable() else Nullable(until.GetDateTime())
              Posterior = posterior }

        match columnsOf posterior with
        | ValueSome columns when columns <> fit.Columns.Length ->
            fail $"it names {fit.Columns.Length} columns, and its numbers are of {columns}"
        | _ -> fit

    /// The fit of JSON text; raises StoredFitException where the text is no stored fit, or one of a newer layout.
    let ofJson (json: string) : StoredFit =
        try
            use document = JsonDocument.Parse json
            read document.RootElement
        with
        | :? StoredFitException -> reraise ()
        | :? JsonException
        | :? FormatException
        | :? InvalidOperationException
        | :? ArgumentException
        | :? IndexOutOfRangeException
        | :? System.Collections.Generic.KeyNotFoundException -> fail "it is damaged: it is no complete stored posterior"

    /// What predicts rows of the fit's columns, going on after the last fitted row where that is asked for; none where the posterior does not
    /// tell enough.
    let predictor (continues: bool) (fit: StoredFit) : RowPredictor voption =
        let target =
            match fit.Target with
            | null -> [||]
            | column -> column.Steps

        RowPredictor.make fit.Model fit.Columns target continues fit.Posterior

    /// Whether rows may have missing entries.
    let takesGaps (fit: StoredFit) =
        match fit.Posterior with
        | FittedPosterior.Factors _ -> true
        | _ -> false

    /// The first column, from 0, of a row (D) that the model cannot read: a missing or infinite entry, or one without a finite logarithm.
    let firstBad (fit: StoredFit) (row: float[]) : int voption =
        let isBad j =
            not (Double.IsFinite(ColumnSteps.apply fit.Columns[j].Steps row[j]))
            && not (Double.IsNaN row[j] && takesGaps fit)

        match Seq.tryFind isBad (seq { 0 .. row.Length - 1 }) with
        | Some j -> ValueSome j
        | None -> ValueNone
