namespace Vi.Verification.FSharp

open FsCheck
open FsCheck.FSharp
open Vi.Math
open Vi.Math.FSharp
open Vi.Verification

/// Calibration: that its bands mean what they say, and that it finds what is known of the methods it is applied to.
[<RequireQualifiedAccess>]
module CalibrationLaws =

    let private sailynoja = "Sailynoja, Buerkner and Vehtari 2022, section 2"
    let private talts = "Talts, Betancourt, Simpson, Vehtari and Gelman 2018"

    /// Every way in which n values can fall into the bins: the counts below each inner grid point.
    let rec private placements n : int[] seq =
        if n = 0 then
            Seq.singleton (Array.zeroCreate (Ranks.bins - 1))
        else
            seq {
                for others in placements (n - 1) do
                    for bin in 0 .. Ranks.bins - 1 do
                        others |> Array.mapi (fun i below -> if bin <= i then below + 1 else below)
            }

    let internal bands (band: int -> float -> struct (int * int)[]) =
        Law.make
            { Name = "calibration: the simultaneous band holds as often as it says, by enumeration"
              Statement =
                "All counts of uniform ranks below the grid points lie in the band with at least the probability asked for."
              Formula = @"\Pr(l_i\le R_i\le u_i\ \forall i)\ge 1-\alpha"
              Source = sailynoja
              Covers = [ "calibration" ]
              Cases = 20
              Generator = Scalars.both (Scalars.integer 1 3) (Scalars.positive 0.5 0.99)
              Holds =
                fun (n, probability) ->
                    let intervals = band n probability

                    let inside counts =
                        Array.forall2 (fun count (struct (low, high)) -> low <= count && count <= high) counts intervals

                    let all = placements n |> Seq.toArray
                    let share = float (all |> Array.filter inside |> Array.length) / float all.Length
                    [ Compare.atMost "probability of the band" probability share (Tolerances.rounding 1000 1.0) ] }

    /// How often a p-value is as small as each value that it can take, by enumeration.
    let internal pValues (pValue: int -> int[] -> float) =
        Law.make
            { Name = "calibration: p-values of uniform ranks are as small as they say just as often, by enumeration"
              Statement = "Of all ways in which uniform ranks can fall, a share p has a p-value of at most p."
              Formula = @"\Pr(P\le p)=p"
              Source = sailynoja
              Covers = [ "calibration" ]
              Cases = 3
              Generator = Scalars.integer 1 3
              Holds =
                fun n ->
                    let counted =
                        placements n
                        |> Seq.countBy List.ofArray
                        |> Seq.map (fun (below, count) -> struct (pValue n (Array.ofList below), count))
                        |> Seq.toArray

                    let total = counted |> Array.sumBy (fun (struct (_, count)) -> float count)

                    [ for p in counted |> Array.map (fun (struct (p, _)) -> p) |> Array.distinct do
                          let share =
                              counted
                              |> Array.sumBy (fun (struct (q, count)) -> if q <= p + 1e-9 then float count else 0.0)

                          Compare.close $"probability of at most {p}" p (share / total) (Tolerances.rounding 1000 1.0) ] }

    let private coverage =
        Law.make
            { Name = "calibration: central intervals cover exactly their share of all ranks"
              Statement = "Of the ranks 0 to L a central interval of probability p holds p (L + 1)."
              Formula = @"\#\{r\in I_p\}=p\,(L+1)"
              Source = talts
              Covers = [ "calibration" ]
              Cases = 1
              Generator = Law.once
              Holds =
                fun () ->
                    [ for at in Ranks.coverage Calibration.draws [| 0 .. Calibration.draws |] ->
                          Compare.close $"coverage at {at.Nominal}" at.Nominal at.Observed (Tolerances.rounding 4 1.0) ] }

    /// What is known of a method on a model is found.
    let internal known (subject: CalibrationSubject) =
        let found =
            match subject.Expectation with
            | Calibrated -> "ranks are uniform"
            | TooNarrow _ -> "ranks show that it is too narrow"
            | Nearly _ -> "ranks are nearly uniform"

        Law.make
            { Name = $"calibration: {subject.Model} by {subject.Method}: {found}"
              Statement =
                match subject.Expectation with
                | Calibrated ->
                    "True values drawn from the prior have uniform ranks among draws from the posterior given their data."
                | TooNarrow reason -> $"True values fall outside the posterior too often: {reason}."
                | Nearly(_, reason) -> $"{reason}."
              Formula =
                match subject.Expectation with
                | Calibrated ->
                    @"\theta\sim p,\ x\sim p(\cdot\mid\theta)\ \Rightarrow\ \mathrm{rank}(\theta)\sim U\{0,\dots,L\}"
                | TooNarrow _ -> @"\Pr(\theta\in I_{p}(x))<p"
                | Nearly _ -> @"|\Pr(\mathrm{rank}(\theta)\le r)-\tfrac{r}{L+1}|\le\delta"
              Source = talts
              Covers = [ "calibration"; subject.Model; subject.Method ]
              Cases = 1
              Generator = Law.once
              Holds =
                fun () ->
                    let replicates = subject.QuickReplicates

                    let ranks =
                        Array.Parallel.init replicates (Calibration.replicate subject (Calibration.quickSeed subject))

                    let summaries =
                        subject.Parameters
                        |> List.mapi (fun j _ ->
                            ranks
                            |> Array.map (fun r -> r[j])
                            |> Ranks.summary Calibration.draws Calibration.confidence)

                    [ Compare.holds
                          $"{found} in {replicates} replicates"
                          (Calibration.isAsExpected subject.Expectation summaries) ] }

    let all: Law list =
        bands Ranks.band :: pValues Ranks.pValue :: coverage :: List.map known CalibrationSubjects.all
