namespace Vi.Properties

open System
open Vi.Verification
open Vi.Verification.FSharp
open Xunit
open Xunit.Abstractions

/// Settings of a test run, from the environment.
module Settings =

    let private variable name =
        match Environment.GetEnvironmentVariable name with
        | null
        | "" -> None
        | text -> Some text

    /// Seed of every law; VI_SEED changes it.
    let seed = variable "VI_SEED" |> Option.map UInt64.Parse |> Option.defaultValue 42UL

    /// A number of cases, scaled so that VI_CASES=1000 gives ten times as many as the ordinary 100.
    let scaled cases =
        match variable "VI_CASES" with
        | Some text when cases > 1 -> max 1 (cases * int text / 100)
        | _ -> cases

    /// Cases of a law: its own default, scaled.
    let cases (law: Law) = scaled law.DefaultCases

/// Every law of the catalogue, a test each under the law's name: kept failures first, then generated cases.
type LawTests(output: ITestOutputHelper) =

    let require (law: Law) (outcome: LawOutcome) =
        output.WriteLine $"{outcome.Cases} cases, worst slack {outcome.WorstSlack:g3} ({outcome.WorstQuantity})"

        match outcome.Counterexample with
        | None -> ()
        | Some counterexample -> Assert.Fail(law.Statement + "\n" + counterexample.ToString())

    [<ForEach "laws">]
    member _.Law(name: string) =
        let law = Catalogue.find name

        for regression in Regressions.all do
            if regression.Law = name then
                output.WriteLine $"kept failure: {regression.Found}"
                law.Replay regression.Case |> require law

        require law (law.Check (Settings.cases law) Settings.seed)

/// Every specimen, a test each: the law that it names must reject it with a counterexample.
type SpecimenTests(output: ITestOutputHelper) =

    [<ForEach "specimens">]
    member _.Specimen(name: string) =
        let specimen = Catalogue.findSpecimen name
        let outcome = Specimen.run (max 100 specimen.Law.DefaultCases) Settings.seed specimen

        match outcome.Counterexample with
        | Some counterexample ->
            output.WriteLine $"{specimen.Wrong} Rejected by '{specimen.RejectedBy}':\n{counterexample}"
        | None -> Assert.Fail $"'{specimen.RejectedBy}' accepted {outcome.Cases} cases of '{name}': {specimen.Wrong}"

/// What the catalogue promises as a whole.
type CatalogueTests() =

    let duplicates names = names |> List.countBy id |> List.filter (fun (_, count) -> count > 1)

    [<Fact>]
    member _.``Names of laws and specimens are unique``() =
        Assert.Empty(Catalogue.laws |> List.map (fun law -> law.Name) |> duplicates)
        Assert.Empty(Catalogue.specimens () |> List.map (fun specimen -> specimen.Name) |> duplicates)

    [<Fact>]
    member _.``Every law has a statement, a source and something it covers``() =
        for law in Catalogue.laws do
            Assert.False(String.IsNullOrWhiteSpace law.Statement, law.Name)
            Assert.False(String.IsNullOrWhiteSpace law.Source, law.Name)
            Assert.NotEmpty law.Covers

    [<Fact>]
    member _.``Every specimen names a law of the catalogue``() =
        for specimen in Catalogue.specimens () do
            Assert.Equal(specimen.RejectedBy, (Catalogue.find specimen.RejectedBy).Name)

    [<Theory>]
    [<InlineData "gaussian-mean">]
    [<InlineData "gaussian-mean-precision">]
    [<InlineData "linear-regression">]
    [<InlineData "gaussian-mixture">]
    [<InlineData "regime-switching">]
    [<InlineData "logistic-regression">]
    [<InlineData "factor-model">]
    [<InlineData "linear-response">]
    member _.``Every model is covered``(model: string) = Assert.True((Catalogue.forModel model).Length >= 10, model)

    [<Fact>]
    member _.``Kept failures name laws of the catalogue``() =
        for regression in Regressions.all do
            Assert.Equal(regression.Law, (Catalogue.find regression.Law).Name)

    [<Fact>]
    member _.``A law of NaN fails``() =
        let law =
            Law.make
                { Name = "nan"
                  Statement = "nan"
                  Formula = ""
                  Source = ""
                  Covers = []
                  Cases = 1
                  Generator = Law.once
                  Holds = fun () -> [ Compare.close "nan" 0.0 nan 1.0 ] }

        Assert.False((law.Check 1 1UL).Passed)
