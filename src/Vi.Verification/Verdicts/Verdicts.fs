namespace Vi.Verification

open Vi.Math
open Vi.Verification.FSharp

/// A fit's verdict next to its true error.
type VerdictRow =
    {
        Kind: string
        Model: string
        Algorithm: string
        /// Number of the data set, from 0, and its seed.
        Number: int
        Seed: uint64
        /// What the fit says of itself.
        Level: TrustLevel
        /// Checks that it failed.
        Failed: string[]
        /// Largest distance of a mean from the posterior's, in posterior standard deviations; infinite where the fit has none.
        MeanError: float
        /// The number that has it.
        MeanOf: string
        /// The factor between a standard deviation and the posterior's that is furthest from 1; 0 where the fit has none.
        SdRatio: float
        /// The number that has it.
        SdOf: string
        /// Numbers that were compared, and those whose posterior moments chains could not tell.
        Compared: int
        LeftOut: int
        /// Largest R-hat of the reference.
        ReferenceRHat: float
        /// What stopped the fit; null where nothing did.
        Failure: string | null
    }

    /// Whether the truth is known: the reference's chains agree, and some number of it is known well enough.
    member this.HasReference = this.ReferenceRHat <= References.agreement && this.Compared > 0

    /// Whether there is a fit, and its error is known.
    member this.IsKnown = isNull this.Failure && this.HasReference

    /// A mean off by more than half a standard deviation, or a standard deviation by more than 30 %.
    member this.IsWrong = this.IsKnown && not (this.MeanError <= 0.5 && abs (log this.SdRatio) <= log 1.3)

    /// Means within a tenth of a standard deviation, standard deviations within 10 %.
    member this.IsRight = this.IsKnown && this.MeanError <= 0.1 && abs (log this.SdRatio) <= log 1.1

/// How many fits of one level are right, in between, and wrong.
[<Struct>]
type VerdictErrors = { Right: int; Between: int; Wrong: int }

/// Verdicts next to true errors, counted.
type VerdictCount =
    {
        /// What the fits have in common.
        Name: string
        Reliable: VerdictErrors
        Usable: VerdictErrors
        Unreliable: VerdictErrors
        /// Fits whose posterior is not known.
        WithoutReference: int
        /// Fits that ended in an error.
        Failed: int
    }

    member this.Fits =
        let sum (errors: VerdictErrors) = errors.Right + errors.Between + errors.Wrong

        sum this.Reliable + sum this.Usable + sum this.Unreliable + this.WithoutReference + this.Failed

/// A promise about a share, with what was seen.
type VerdictPromise =
    {
        /// Fits that it speaks of, and those among them that are as it says.
        Among: int
        Count: int
        /// The share that is promised.
        Promised: float
        /// Exact 95 % interval of the true share (Clopper and Pearson 1934).
        Lower: float
        Upper: float
        /// Probability of a count as far on the wrong side, or further, where the share is as promised (exact binomial).
        PValue: float
        /// Whether chance explains what was seen.
        Holds: bool
    }

namespace Vi.Verification.FSharp

open System
open Vi.Math
open Vi.Math.FSharp
open Vi.Verification

/// How often verdicts are right: fits of many data sets next to their posterior.
[<RequireQualifiedAccess>]
module Verdicts =

    /// The seed of data set number n of a study.
    let seedOf (seed: uint64) (number: int) : uint64 =
        let struct (bits, _) = Rng.bits (Rng.derive number (Rng.ofSeed seed))
        bits

    /// An estimate of a distance without the part that Monte Carlo errors add to it on average. The largest of many such distances is still too large on
    /// average, so the error is against the fit.
    let private without (errors: float list) (distance: float) =
        sqrt (max 0.0 (distance * distance - List.sumBy (fun e -> e * e) errors))

    let private meanError (number: FittedNumber) =
        let sd = number.Reference.Sd

        (number.Mean - number.Reference.Mean) / sd
        |> without [ number.MeanError / sd; number.Reference.MeanError / sd ]

    let private logRatio (number: FittedNumber) =
        let ratio = log (number.Sd / number.Reference.Sd)
        float (sign ratio) * without [ number.LogSdError; number.Reference.LogSdError ] ratio

    /// Whether a fit has no figure that could be compared.
    let private isBroken (number: FittedNumber) =
        not (Double.IsFinite number.Mean && Double.IsFinite number.Sd && number.Sd > 0.0)

    let private worst (figure: FittedNumber -> float) (broken: float) (numbers: FittedNumber[]) =
        match numbers |> Array.tryFind isBroken with
        | Some number -> number.Reference.Name, broken
        | None ->
            numbers
            |> Array.map (fun number -> number.Reference.Name, figure number)
            |> function
                | [||] -> "", 0.0
                | all -> all |> Array.maxBy (snd >> abs)

    let private compared (kind: VerdictKind) algorithm number seed (fit: VerdictFit) : VerdictRow =
        let known, unknown = fit.Numbers |> Array.partition (fun n -> VerdictFits.isKnown n.Reference)
        let meanOf, meanError = worst meanError infinity known
        let sdOf, logRatio = worst logRatio -infinity known

        { Kind = kind.Name
          Model = kind.Model
          Algorithm = algorithm
          Number = number
          Seed = seed
          Level = fit.Judgement.Level
          Failed =
            fit.Judgement.Checks
            |> Seq.filter (fun check -> check.Level <> Reliable)
            |> Seq.map (fun check -> string check.Id)
            |> Seq.toArray
          MeanError = meanError
          MeanOf = meanOf
          SdRatio = exp logRatio
          SdOf = sdOf
          Compared = known.Length
          LeftOut = unknown.Length
          ReferenceRHat =
            fit.Numbers
            |> Array.map _.Reference.RHat
            |> Array.filter (Double.IsNaN >> not)
            |> Array.fold max 1.0
          Failure = null }

    let private failed (kind: VerdictKind) algorithm number seed (message: string) : VerdictRow =
        { compared kind algorithm number seed { Judgement = Judgement.Of []; Numbers = [||] } with
            Failure = message }

    /// Verdicts on data set number n of a study, by these algorithms.
    let rows (kind: VerdictKind) (algorithms: string seq) (study: uint64) (number: int) : VerdictRow[] =
        let seed = seedOf study number
        let fit = kind.Draw seed

        [| for algorithm in algorithms ->
               try
                   compared kind algorithm number seed (fit algorithm)
               with
               // A study of many hours goes on where one fit breaks; the break is counted.
               | :? OperationCanceledException -> reraise ()
               | error -> failed kind algorithm number seed $"{error.GetType().Name}: {error.Message}" |]

    let private errorsOf (rows: VerdictRow[]) : VerdictErrors =
        let number condition = rows |> Array.filter condition |> Array.length
        let right = number _.IsRight
        let wrong = number _.IsWrong
        { Right = right; Wrong = wrong; Between = rows.Length - right - wrong }

    /// All rows counted under one name.
    let count (name: string) (rows: VerdictRow seq) : VerdictCount =
        let known, unknown = rows |> Array.ofSeq |> Array.partition _.IsKnown
        let ofLevel level = known |> Array.filter (fun row -> row.Level = level) |> errorsOf
        let failures = unknown |> Array.filter (fun row -> not (isNull row.Failure)) |> Array.length

        { Name = name
          Reliable = ofLevel Reliable
          Usable = ofLevel Usable
          Unreliable = ofLevel Unreliable
          WithoutReference = unknown.Length - failures
          Failed = failures }

    /// Counts by a name, in the order of the names' first rows.
    let countBy (name: VerdictRow -> string) (rows: VerdictRow seq) : VerdictCount[] =
        rows |> Seq.groupBy name |> Seq.map (fun (name, rows) -> count name rows) |> Seq.toArray

    /// Probability below which chance no longer explains a broken promise.
    let private significance = 0.01

    let private promise among count promised pValue : VerdictPromise =
        let struct (lower, upper) = Proportions.interval 0.95 count among

        { Among = among
          Count = count
          Promised = promised
          Lower = lower
          Upper = upper
          PValue = pValue
          Holds = pValue >= significance }

    /// Of fits called reliable at most one in fifty is wrong.
    let reliablesAreRight (count: VerdictCount) : VerdictPromise =
        let among = count.Reliable.Right + count.Reliable.Between + count.Reliable.Wrong
        promise among count.Reliable.Wrong 0.02 (Proportions.atLeast count.Reliable.Wrong among 0.02)

    /// Of fits that are right three in five are called reliable.
    let rightsAreReliable (count: VerdictCount) : VerdictPromise =
        let among = count.Reliable.Right + count.Usable.Right + count.Unreliable.Right
        promise among count.Reliable.Right 0.6 (Proportions.atMost count.Reliable.Right among 0.6)
