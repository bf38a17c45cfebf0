namespace Vi.Figures

open System
open System.Text.Json.Nodes
open Vi.Results

/// The page TYPE.md of a model: its title and summary; its formulas, under `Model`, `Coordinate ascent` and `Bound` by what they hold for; how it
/// is approximated; a small complete experiment without the model's type.
[<Sealed>]
type ModelPage(model: string) =

    let chapters = Pages.chapters model
    let oneLine (text: string) = text.Trim().ReplaceLineEndings " "

    let text heading =
        chapters
        |> Array.tryPick (fun (struct (own, text)) -> if own = heading then Some text else None)
        |> Option.defaultValue ""

    /// Lines of the form `- LABEL: $LATEX$`.
    let formulas heading scope =
        [| for line in (text heading).Split '\n' do
               if line.StartsWith("- ", StringComparison.Ordinal) then
                   let parts = line[2 .. line.Length - 2].Split(": $", 2)
                   LabelledFormula(parts[0], parts[1], scope) |]

    /// The model in words and formulas.
    member _.Description =
        let struct (title, summary) = chapters[0]

        ModelRecord(
            Type = model,
            Title = title,
            Summary = oneLine summary,
            Approximation = oneLine (text "Approximation"),
            Formulas =
                Array.concat
                    [ formulas "Model" FormulaScope.Model
                      formulas "Coordinate ascent" FormulaScope.CoordinateAscent
                      formulas "Bound" FormulaScope.Bound ]
        )

    /// A small complete experiment.
    member _.Example: JsonObject =
        let json = (text "Example").Trim().Trim('`').Substring("json".Length)

        match JsonNode.Parse json with
        | :? JsonObject as example ->
            match example["model"] with
            | :? JsonObject as settings -> settings.Insert(0, "type", JsonValue.Create model)
            | _ -> invalidOp $"The example of {model}.md has no model."

            example
        | _ -> invalidOp $"The example of {model}.md is no object."
