namespace Vi.Figures

open System
open System.Collections.Concurrent
open System.Collections.Generic
open System.Globalization
open System.IO
open System.Reflection
open Vi.Reports.English
open Vi.Results

/// The pages that are embedded here: one for each model, and `figures.md` for what several models have in common.
module internal Pages =

    let private parts (text: string) (heading: string) = text.Split("\n" + heading + " ")

    /// The chapters of a page by their headings, the title's first.
    let chapters (page: string) =
        match Assembly.GetExecutingAssembly().GetManifestResourceStream $"{page}.md" with
        | null -> invalidOp $"The assembly has no page {page}.md."
        | stream ->
            use reader = new StreamReader(stream)

            [| for chapter in parts (reader.ReadToEnd()) "##" do
                   let heading = chapter.Split('\n', 2)
                   struct (heading[0].TrimStart('#', ' '), heading[1]) |]

    /// The parts of a chapter.
    let sections (chapter: string) = parts chapter "###" |> Array.skip 1

/// The words of a figure or table. They stand on a model's page, or on `figures.md`, below `### ID: TITLE`: a line `Axes: A | B` (or
/// `Columns: A | B`) and the caption, with values in the places `{0}`, `{1:%}`, `{2?A|B}` as in the sentences of reports. An axis that ends in
/// `(log)` is logarithmic.
type FigureText =
    { Id: string
      Title: string
      Heads: string[]
      Caption: string }

    static let pages = ConcurrentDictionary<string, FigureText[]>(StringComparer.Ordinal)

    static let parse (section: string) =
        let parts = section.Split('\n', 2)
        let heading = parts[0].Split(": ", 2)
        let options = StringSplitOptions.TrimEntries ||| StringSplitOptions.RemoveEmptyEntries
        let lines = parts[1].Split('\n', options)

        let heads =
            match lines[0].Split(": ", 2) with
            | [| "Axes" | "Columns"; listed |] -> listed.Split " | "
            | _ -> [||]

        { Id = heading[0]
          Title = heading[1]
          Heads = heads
          Caption = String.Join(' ', Array.skip (min 1 heads.Length) lines) }

    static let read page =
        Pages.chapters page
        |> Array.pick (fun (struct (heading, text)) -> if heading = "Figures" then Some text else None)
        |> Pages.sections
        |> Array.map parse

    /// An anchor: letters, digits and dashes only.
    static member Identifier(name: string) =
        name |> String.map (fun c -> if Char.IsAsciiLetterOrDigit c then Char.ToLowerInvariant c else '-')

    /// The words of a figure, filled in: numbers with four significant digits, everything else as it is.
    static member Of(page: string, id: string, [<ParamArray>] values: obj[]) =
        match pages.GetOrAdd(page, read) |> Array.tryFind (fun words -> words.Id = id) with
        | None -> invalidOp $"The page {page}.md has no figure {id}."
        | Some words ->
            let figures = Dictionary<string, float>(StringComparer.Ordinal)

            let names =
                [| for i, value in Array.indexed values do
                       match value with
                       | :? string as text -> text
                       | :? float as number ->
                           figures[string i] <- number
                           Numbers.Significant number
                       | other ->
                           figures[string i] <- Convert.ToDouble(other, CultureInfo.InvariantCulture)
                           $"{other}" |]

            let filled text = Sentences.Filled(text, figures, names)

            { Id = FigureText.Identifier(filled words.Id)
              Title = filled words.Title
              Heads = Array.map filled words.Heads
              Caption = filled words.Caption }

    /// An axis by its place in the line.
    member this.Axis(place: int) =
        let title = this.Heads[place]
        let logarithmic = " (log)"

        if title.EndsWith(logarithmic, StringComparison.Ordinal) then
            Axis(title[.. title.Length - logarithmic.Length - 1], true)
        else
            Axis title
