namespace Vi.Verification

open System

/// One number that ought to be small, against the most it may be. Both in the unit of the quantity compared.
type Comparison =
    {
        /// What was compared.
        Quantity: string
        /// How far off it was: non-negative, or negative where an inequality holds with room to spare.
        Error: float
        /// How far off it may be.
        Allowed: float
    }

    /// Error over allowance: at most 1 where the comparison holds. Infinite where either is not a number, so that NaN never passes.
    member this.Slack =
        if Double.IsNaN this.Error || not (Double.IsFinite this.Allowed) then
            Double.PositiveInfinity
        elif this.Error <= 0.0 then
            0.0
        elif this.Allowed > 0.0 then
            this.Error / this.Allowed
        else
            Double.PositiveInfinity

    /// Whether the error is within its allowance.
    member this.Holds = this.Slack <= 1.0

/// A case that breaks a law, made as simple as the generator's shrinking can.
type Counterexample =
    {
        /// The shrunk case, printed.
        Case: string
        /// The comparison that fails on it.
        Comparison: Comparison
        /// Number of the case that failed first, from 1.
        At: int
        /// Steps of shrinking from that case to this one.
        Shrinks: int
        /// Seed that, with the same number of cases, fails again in the same way.
        Seed: uint64
    }

    /// The counterexample as lines for a person.
    override this.ToString() =
        let at = if this.Shrinks = 1 then "1 step" else $"{this.Shrinks} steps"

        $"{this.Comparison.Quantity}: off by {this.Comparison.Error:g6}, allowed {this.Comparison.Allowed:g6}\n"
        + $"case {this.At} of seed {this.Seed}, shrunk in {at}:\n{this.Case}"

/// What checking a law gave.
type LawOutcome =
    {
        /// Number of cases tried.
        Cases: int
        /// The largest error over allowance among all comparisons of all cases; above 1 where the law broke.
        WorstSlack: float
        /// Which quantity came that close.
        WorstQuantity: string
        /// The case that breaks the law, where there is one.
        Counterexample: Counterexample option
    }

    /// Whether every comparison held.
    member this.Passed = this.Counterexample.IsNone

/// Something that must hold for every case of a generator, as a value.
type Law =
    {
        /// Unique and stable: results, tests and specimens refer to it.
        Name: string
        /// The law in words.
        Statement: string
        /// The law as a formula, LaTeX.
        Formula: string
        /// Where it comes from.
        Source: string
        /// What it speaks for: model types, families, engines, e.g. gaussian-mixture.
        Covers: string list
        /// How many cases an ordinary check tries; fewer where a case is dear.
        DefaultCases: int
        /// Tries so many cases from a seed.
        Check: int -> uint64 -> LawOutcome
        /// Tries one case given as a value, such as a shrunk failure that was kept; raises where it is not a case of this law.
        Replay: obj -> LawOutcome
    }

/// What a law is made from. Every part has a name, and a law that leaves one out does not compile.
type LawOf<'case> =
    {
        /// Unique and stable: results, tests and specimens refer to it.
        Name: string
        /// The law in words.
        Statement: string
        /// The law as a formula, LaTeX; empty where words say it all.
        Formula: string
        /// Where it comes from.
        Source: string
        /// What it speaks for: model types, families, engines, e.g. gaussian-mixture.
        Covers: string list
        /// How many cases an ordinary check tries: 100, fewer where a case is dear.
        Cases: int
        /// How cases are made, by construction, and made plainer where one breaks the law.
        Generator: FsCheck.Arbitrary<'case>
        /// What is compared for a case.
        Holds: 'case -> Comparison list
    }

namespace Vi.Verification.FSharp

open System
open FsCheck
open FsCheck.FSharp
open Vi.Verification

/// Comparisons of numbers.
[<RequireQualifiedAccess>]
module Compare =

    /// Error against allowance, named.
    let error quantity error allowed : Comparison = { Quantity = quantity; Error = error; Allowed = allowed }

    /// actual = expected within the allowance. Equal infinities are equal; any other infinity or NaN fails.
    let close quantity (expected: float) (actual: float) allowed =
        if expected = actual then
            error quantity 0.0 allowed
        elif Double.IsInfinity expected || Double.IsInfinity actual then
            error quantity Double.NaN allowed
        else
            error quantity (abs (actual - expected)) allowed

    /// smaller <= larger, up to the allowance.
    let atMost quantity (smaller: float) (larger: float) allowed = error quantity (smaller - larger) allowed

    /// Something that either is so or is not, where no number can be had.
    let holds quantity condition = error quantity (if condition then 0.0 else 1.0) 0.5

/// Laws as values, made from a generator and comparisons.
///
/// A law of one's own:
/// <code>
/// let symmetric =
///     Law.make
///         { Name = "mine: the divergence is symmetric"
///           Statement = "The divergence does not depend on the order."
///           Formula = "d(a,b)=d(b,a)"
///           Source = "own derivation"
///           Covers = [ "mine" ]
///           Cases = 100
///           Generator = Arb.zip (Scalars.positive 1e-3 1e3, Scalars.positive 1e-3 1e3)
///           Holds = fun (a, b) -> [ Compare.close "d(b, a)" (d a b) (d b a) 1e-12 ] }
/// let outcome = symmetric.Check 100 42UL
/// </code>
[<RequireQualifiedAccess>]
module Law =

    /// Error that stands for an exception: never within any allowance.
    let private thrown (failure: exn) = Compare.error $"{failure.GetType().Name}: {failure.Message}" Double.NaN 0.0

    let private judge (compare: 'case -> Comparison list) case =
        try
            match compare case with
            | [] -> thrown (InvalidOperationException "the law compared nothing")
            | comparisons -> comparisons |> List.maxBy (fun comparison -> comparison.Slack)
        with failure ->
            thrown failure

    /// A runner that keeps the result and prints nothing.
    let private keeping (keep: TestResult -> unit) =
        { new IRunner with
            member _.OnStartFixture _ = ()
            member _.OnArguments(_, _, _) = ()
            member _.OnShrink(_, _) = ()
            member _.OnFinished(_, result) = keep result }

    let private check (cases: Arbitrary<'case>) (compare: 'case -> Comparison list) count (seed: uint64) =
        let mutable worst = Compare.error "nothing" 0.0 1.0
        let mutable result = None

        let property case =
            let comparison = judge compare case

            if comparison.Holds then
                if comparison.Slack >= worst.Slack then
                    worst <- comparison

                true
            else
                false

        let config =
            Config.Default
                .WithMaxTest(count)
                .WithReplay(Some { Rnd = Rnd seed; Size = None })
                .WithRunner(keeping (fun finished -> result <- Some finished))

        Check.One(config, Prop.forAll cases property)

        match result with
        | Some(TestResult.Passed(data, _)) ->
            { Cases = data.NumberOfTests
              WorstSlack = worst.Slack
              WorstQuantity = worst.Quantity
              Counterexample = None }
        | Some(TestResult.Failed(data, _, shrunk, _, _, _, _)) ->
            let case = unbox<'case> shrunk.Head
            let comparison = judge compare case

            { Cases = data.NumberOfTests
              WorstSlack = comparison.Slack
              WorstQuantity = comparison.Quantity
              Counterexample =
                Some
                    { Case = sprintf "%A" case
                      Comparison = comparison
                      At = data.NumberOfTests
                      Shrinks = data.NumberOfShrinks
                      Seed = seed } }
        | Some(TestResult.Exhausted _)
        | None -> invalidOp "the generator gave no cases; a generator must construct, not filter"

    let private replay name (compare: 'case -> Comparison list) (case: obj) =
        match case with
        | :? 'case as case ->
            let comparison = judge compare case

            { Cases = 1
              WorstSlack = comparison.Slack
              WorstQuantity = comparison.Quantity
              Counterexample =
                if comparison.Holds then
                    None
                else
                    Some { Case = sprintf "%A" case; Comparison = comparison; At = 1; Shrinks = 0; Seed = 0UL } }
        | _ -> invalidArg (nameof case) $"the law '{name}' has cases of type {typeof<'case>}, not {case}"

    /// A law from its parts.
    let make (parts: LawOf<'case>) : Law =
        { Name = parts.Name
          Statement = parts.Statement
          Formula = parts.Formula
          Source = parts.Source
          Covers = parts.Covers
          DefaultCases = parts.Cases
          Check = check parts.Generator parts.Holds
          Replay = replay parts.Name parts.Holds }

    /// The generator of a law about one fixed case, such as published values.
    let once: Arbitrary<unit> = Arb.fromGen (Gen.constant ())

    /// What the law speaks for, added to what it has.
    let covers tags (law: Law) = { law with Covers = law.Covers @ tags |> List.distinct }

    /// How many cases an ordinary check tries.
    let cases count (law: Law) = { law with DefaultCases = count }
