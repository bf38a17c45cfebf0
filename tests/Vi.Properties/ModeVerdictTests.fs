namespace Vi.Properties

open System
open Vi.Math
open Vi.Verification
open Vi.Verification.FSharp
open Xunit
open Xunit.Abstractions

/// Verdicts on densities with several modes.
type ModeVerdictTests(output: ITestOutputHelper) =

    /// Seeds of each algorithm on each kind of density: two, or as many as VI_VERDICTS says.
    let seeds =
        match Environment.GetEnvironmentVariable "VI_VERDICTS" with
        | null
        | "" -> 2
        | number -> int number

    static member Algorithms: TheoryData<string> = TheoryData<string>(ModeVerdicts.algorithms |> List.map fst)

    /// Where the modes can be weighed the answer holds all of them; where they cannot, it is not called reliable.
    [<Theory>]
    [<MemberData(nameof ModeVerdictTests.Algorithms)>]
    member _.``No answer that lacks a mode is called reliable``(algorithm: string) =
        let run = ModeVerdicts.algorithms |> List.find (fun (name, _) -> name = algorithm) |> snd

        let rows =
            [ for kind in ModeVerdicts.all do
                  for seed in 1..seeds -> run kind (uint64 seed) ]

        for kind, rows in rows |> List.groupBy _.Kind do
            let count condition = rows |> List.filter condition |> List.length

            let worst =
                rows
                |> List.filter (fun row -> row.Level <> Unreliable)
                |> List.fold (fun most row -> max most row.MeanError) 0.0

            output.WriteLine(
                $"| {kind} | {algorithm} | {count (fun row -> row.Level = Reliable)} | {count (fun row -> row.Level = Usable)} | "
                + $"{count (fun row -> row.Level = Unreliable)} | {count _.IsRight} | "
                + $"{count (fun row -> row.Level = Reliable && not row.IsRight)} | {count (fun row -> row.Level = Usable && not row.IsRight)} | "
                + $"{count (fun row -> row.Level = Unreliable && row.IsVeryRight)} | {worst:F3} | "
                + $"{rows |> List.averageBy _.SearchEvaluations:F0} of {rows |> List.averageBy _.Evaluations:F0} |"
            )

        Assert.Empty(rows |> List.filter (fun row -> row.Level = Reliable && not row.IsRight))
        Assert.Empty(rows |> List.filter (fun row -> row.Level = Usable && row.MeanError > 0.5))
