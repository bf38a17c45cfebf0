namespace Vi.Verification.Fluent

open System
open System.Collections.Generic
open System.Runtime.InteropServices
open FsCheck
open FsCheck.FSharp
open Vi.Math.Fluent
open Vi.Verification
open Vi.Verification.FSharp

/// What checking a law gave.
[<Sealed>]
type LawResult internal (outcome: LawOutcome) =

    /// Number of cases tried.
    member _.Cases = outcome.Cases

    /// The largest error over its allowance among all comparisons of all cases; above 1 where the law broke.
    member _.WorstSlack = outcome.WorstSlack

    /// Which quantity came that close.
    member _.WorstQuantity = outcome.WorstQuantity

    /// Whether every comparison held.
    member _.Passed = outcome.Passed

    /// The shrunk case that breaks the law; null where it holds.
    member _.Counterexample: Counterexample | null =
        match outcome.Counterexample with
        | Some found -> found
        | None -> null

    /// One line, and the counterexample where there is one.
    override _.ToString() =
        match outcome.Counterexample with
        | Some found -> $"broken: {found}"
        | None -> $"holds on {outcome.Cases} cases, worst error {outcome.WorstSlack:g2} of what is allowed"

/// A law that can be checked; made by Laws.
[<Sealed>]
type CheckableLaw internal (law: Law) =

    /// Its name.
    member _.Name = law.Name

    /// The law in words.
    member _.Statement = law.Statement

    /// The law in LaTeX; may be empty.
    member _.Formula = law.Formula

    /// Where it comes from.
    member _.Source = law.Source

    /// What it speaks for.
    member _.Covers: IReadOnlyList<string> = ResizeArray law.Covers

    /// The same law with its words, its formula in LaTeX and its source.
    member _.Says(statement: string, formula: string, source: string) =
        CheckableLaw { law with Statement = statement; Formula = formula; Source = source }

    /// Tries so many cases from a seed; 0 cases stands for the law's own number.
    member _.Check
        ([<Optional; DefaultParameterValue(0)>] cases: int, [<Optional; DefaultParameterValue(42UL)>] seed: uint64)
        =
        LawResult(law.Check (if cases > 0 then cases else law.DefaultCases) seed)

/// Where cases come from: drawn from a random stream, with plainer ones to try where a case breaks a law.
[<Sealed>]
type CaseSource<'T> internal (cases: Arbitrary<'T>) =
    member internal _.Arbitrary = cases

/// Makes sources of cases.
[<AbstractClass; Sealed>]
type Cases =

    /// Cases drawn by a function; `plainer` gives simpler candidates of a case, nearest to the plainest first.
    static member Drawn(draw: Func<RandomStream, 'T>, plainer: Func<'T, IEnumerable<'T>>) =
        let generator =
            Gen.choose64 (0L, Int64.MaxValue) |> Gen.map (fun seed -> draw.Invoke(RandomStream(uint64 seed)))

        CaseSource<'T>(Arb.fromGenShrink (generator, plainer.Invoke))

    /// Cases drawn by a function, which are not made plainer.
    static member Drawn(draw: Func<RandomStream, 'T>) = Cases.Drawn(draw, fun _ -> Seq.empty)

/// Comparisons of numbers.
[<AbstractClass; Sealed>]
type Compare =

    /// actual = expected within the allowance.
    static member Close(quantity: string, expected: float, actual: float, allowed: float) =
        Vi.Verification.FSharp.Compare.close quantity expected actual allowed

    /// smaller <= larger, up to the allowance.
    static member AtMost(quantity: string, smaller: float, larger: float, allowed: float) =
        Vi.Verification.FSharp.Compare.atMost quantity smaller larger allowed

    /// Something that either is so or is not.
    static member Holds(quantity: string, condition: bool) = Vi.Verification.FSharp.Compare.holds quantity condition
