namespace Vi.Verification

open Vi.Math

/// A fit's verdict next to its true error.
type VerdictRow =
    {
        Kind: string
        Seed: uint64
        /// What the check says.
        Level: TrustLevel
        Check: AscentCheck
        /// Largest distance of a mean from the reference's, in reference standard deviations.
        MeanError: float
        /// The number that has it.
        MeanOf: string
        /// The factor between a standard deviation and the reference's that is furthest from 1.
        SdRatio: float
        /// The number that has it.
        SdOf: string
        /// Largest R-hat of the reference: above 1.05 it is no reference.
        ReferenceRHat: float
    }

    /// A mean off by more than half a standard deviation, or a standard deviation by more than 30 %.
    member this.IsWrong = this.MeanError > 0.5 || abs (log this.SdRatio) > log 1.3

    /// Means within a tenth of a standard deviation, standard deviations within 10 %.
    member this.IsRight = this.MeanError <= 0.1 && abs (log this.SdRatio) <= log 1.1

/// Verdicts of one kind of data set.
type VerdictCount =
    {
        Kind: string
        Reliable: int
        Usable: int
        Unreliable: int
        /// Fits called reliable that are wrong.
        WronglyReliable: int
        /// Fits that are right.
        Right: int
        /// Fits that are right and called reliable.
        RightlyReliable: int
        /// Fits called unreliable although no mean is off by a standard deviation and no standard deviation is half of what it should be.
        WronglyUnreliable: int
        /// Fits whose reference chains do not agree.
        WithoutReference: int
    }

namespace Vi.Verification.FSharp

open System
open Vi.Math
open Vi.Math.FSharp
open Vi.Verification

/// How often verdicts on fits by coordinate ascent are right: fits, checks and long Gibbs runs over many data sets.
[<RequireQualifiedAccess>]
module Verdicts =

    let private chains = 4

    let private numbersOf (check: AscentCheck) =
        match check with
        | AscentCheck.NotChecked _ -> [||]
        | AscentCheck.Stationary figures
        | AscentCheck.Moved figures
        | AscentCheck.Unclear figures -> figures.Numbers
        | AscentCheck.Sampled figures -> figures.Numbers

    /// The verdict on one data set.
    let row (options: AscentCheckOptions) (kind: VerdictKind) (seed: uint64) : VerdictRow =
        let fit = kind.Fit seed
        let struct (forCheck, forReference) = Rng.split (Rng.ofSeed seed)
        let check = fit.Check options forCheck
        let reference = fit.Reference chains kind.ReferenceDraws forReference
        let byName = reference |> Array.map (fun number -> number.Name, number) |> Map.ofArray

        let against figure =
            numbersOf check
            |> Array.map (fun number -> number.Name, figure number byName[number.Name])
            |> fun all -> if all.Length = 0 then "", nan else all |> Array.maxBy (snd >> abs)

        let meanOf, mean =
            against (fun (number: CheckedNumber) reference -> (number.Mean - reference.Mean) / reference.Sd)

        let sdOf, logRatio = against (fun number reference -> log (number.Sd / reference.Sd))

        { Kind = kind.Name
          Seed = seed
          Level = (Judgement.Of(AscentJudgement.checks check)).Level
          Check = check
          MeanError = abs mean
          MeanOf = meanOf
          SdRatio = exp logRatio
          SdOf = sdOf
          ReferenceRHat = reference |> Array.map _.RHat |> Array.filter (Double.IsNaN >> not) |> Array.fold max 1.0 }

    /// R-hat above which chains are no reference.
    let private agreement = 1.05

    /// Counts by kind, in the order of their first rows.
    let count (rows: VerdictRow seq) : VerdictCount list =
        rows
        |> Seq.groupBy _.Kind
        |> Seq.map (fun (kind, rows) ->
            let number condition = rows |> Seq.filter condition |> Seq.length
            let known (row: VerdictRow) = row.ReferenceRHat <= agreement
            let isBad row = row.MeanError > AscentBounds.largeDrift || row.SdRatio < 1.0 / AscentBounds.largeRatio

            { Kind = kind
              Reliable = number (fun row -> row.Level = Reliable)
              Usable = number (fun row -> row.Level = Usable)
              Unreliable = number (fun row -> row.Level = Unreliable)
              WronglyReliable = number (fun row -> known row && row.Level = Reliable && row.IsWrong)
              Right = number (fun row -> known row && row.IsRight)
              RightlyReliable = number (fun row -> known row && row.IsRight && row.Level = Reliable)
              WronglyUnreliable = number (fun row -> known row && row.Level = Unreliable && not (isBad row))
              WithoutReference = number (known >> not) })
        |> List.ofSeq
