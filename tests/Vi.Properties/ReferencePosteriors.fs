namespace Vi.Properties

open System
open System.IO
open System.Text.Json
open Vi.Math
open Vi.Math.FSharp

/// Published summaries of a posterior, by the names of the program's quantities.
type ReferenceSummary =
    {
        Mean: Map<string, float>
        Sd: Map<string, float>
        Q05: Map<string, float>
        Q25: Map<string, float>
        Q50: Map<string, float>
        Q75: Map<string, float>
        Q95: Map<string, float>
        /// Monte Carlo standard errors of the means, where the reference is a sample.
        McseMean: Map<string, float>
    }

/// A published posterior and the program of its model.
type ReferencePosterior =
    {
        Name: string
        Program: TracedProgram
        /// The quantities of the program that the reference speaks of, in the file's order.
        Quantities: string[]
        /// Without Monte Carlo error where the file has such.
        Summary: ReferenceSummary
        /// log p(y) and its standard error.
        LogEvidence: struct (float * float) voption
        /// Quantities whose mean and standard deviation do not exist or barely: compare medians and quartiles.
        HeavyTails: string list
    }

/// The posteriors of the shared collection.
module ReferencePosteriors =

    /// The folder of the collection, where there is one.
    let folder =
        Shared.folder
        |> Option.map (fun shared -> Path.Combine(shared, "reference-posteriors"))
        |> Option.filter Directory.Exists

    /// Names of all of them.
    let names = ReferenceModels.all |> List.map fst

    let private read (folder: string) (name: string) =
        JsonDocument.Parse(File.ReadAllText(Path.Combine(folder, name + ".json"))).RootElement

    let private optional (element: JsonElement) (name: string) =
        match element.TryGetProperty name with
        | true, value when value.ValueKind <> JsonValueKind.Null -> Some value
        | _ -> None

    /// The posterior of a name, from the collection's folder.
    let load (folder: string) (name: string) : ReferencePosterior =
        let file = read folder name
        let sampled = ReferenceModels.field file "reference"
        let best = optional file "exact" |> Option.defaultValue sampled

        let summary (source: JsonElement) statistic =
            match optional source statistic with
            | Some values ->
                values.EnumerateObject()
                |> Seq.filter (fun entry -> entry.Value.ValueKind = JsonValueKind.Number)
                |> Seq.map (fun entry -> entry.Name, entry.Value.GetDouble())
                |> Map.ofSeq
            | None -> Map.empty

        let model = ReferenceModels.all |> List.find (fun (known, _) -> known = name) |> snd

        { Name = name
          Program = Program.trace (model (ReferenceModels.field file "data"))
          Quantities = (ReferenceModels.field file "parameters").EnumerateArray() |> Seq.map string |> Array.ofSeq
          Summary =
            { Mean = summary best "mean"
              Sd = summary best "sd"
              Q05 = summary best "q05"
              Q25 = summary best "q25"
              Q50 = summary best "q50"
              Q75 = summary best "q75"
              Q95 = summary best "q95"
              McseMean =
                if (optional file "exact").IsSome then
                    Map.empty
                else
                    summary sampled "mcse_mean" }
          LogEvidence =
            match optional file "log_evidence" with
            | Some evidence ->
                ValueSome(
                    struct ((ReferenceModels.field evidence "value").GetDouble(),
                            (ReferenceModels.field evidence "standard_error").GetDouble())
                )
            | None -> ValueNone
          HeavyTails =
            match name with
            | "one_comp_mm_elim_abs-one_comp_mm_elim_abs" -> [ "K_m"; "V_m" ]
            // Where phi nears 1 nothing holds mu but its prior of sd 10: a few draws make its standard deviation (0.28 in the reference,
            // 1.26 times what its quartiles give).
            | "sv_pound_dollar_1981_1985" -> [ "mu" ]
            | _ -> [] }

    /// The data of a posterior, for checks of its program by other means.
    let dataOf (folder: string) (name: string) : JsonElement = ReferenceModels.field (read folder name) "data"

    /// All posteriors, where the collection is there.
    let all: Lazy<ReferencePosterior list> =
        lazy
            match folder with
            | Some folder -> names |> List.map (load folder)
            | None -> []
