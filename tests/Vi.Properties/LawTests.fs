namespace Vi.Properties

open System
open Vi.Verification
open Vi.Verification.FSharp
open Xunit
open Xunit.Abstractions

/// Settings of a test run, from the environment.
module Settings =

    /// Seed of every law; VI_SEED changes it.
    let seed =
        match Environment.GetEnvironmentVariable "VI_SEED" with
        | null
        | "" -> 42UL
        | text -> UInt64.Parse text

    /// Cases of a law: its own default, scaled so that VI_CASES=1000 gives ten times as many as the ordinary 100.
    let cases (law: Law) =
        match Environment.GetEnvironmentVariable "VI_CASES" with
        | null
        | "" -> law.DefaultCases
        | _ when law.DefaultCases = 1 -> 1
        | text -> max 1 (law.DefaultCases * int text / 100)

/// Every law of the catalogue, a test each.
type LawTests(output: ITestOutputHelper) =

    static member Names: obj[] seq = Catalogue.laws |> Seq.map (fun law -> [| box law.Name |])

    [<Theory>]
    [<MemberData(nameof LawTests.Names)>]
    member _.Law(name: string) =
        let law = Catalogue.find name
        let outcome = law.Check (Settings.cases law) Settings.seed
        output.WriteLine $"{outcome.Cases} cases, worst slack {outcome.WorstSlack:g3} ({outcome.WorstQuantity})"

        match outcome.Counterexample with
        | None -> ()
        | Some counterexample -> Assert.Fail $"{law.Statement}\n{counterexample}"
