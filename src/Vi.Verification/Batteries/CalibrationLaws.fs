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

    /// Replicates of a quick check.
    let private replicates = 600

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

    let private bands (band: int -> float -> struct (int * int)[]) =
        Law.make
            "calibration: the simultaneous band holds as often as it says, by enumeration"
            (Scalars.both (Scalars.integer 1 3) (Scalars.positive 0.5 0.99))
            (fun (n, probability) ->
                let intervals = band n probability

                let inside counts =
                    Array.forall2 (fun count (struct (low, high)) -> low <= count && count <= high) counts intervals

                let all = placements n |> Seq.toArray
                let share = float (all |> Array.filter inside |> Array.length) / float all.Length
                [ Compare.atMost "probability of the band" probability share (Tolerances.rounding 1000 1.0) ])
        |> Law.says
            "All counts of uniform ranks below the grid points lie in the band with at least the probability asked for."
            @"\Pr(l_i\le R_i\le u_i\ \forall i)\ge 1-\alpha"
            sailynoja
        |> Law.covers [ "calibration" ]
        |> Law.cases 20

    let private coverage =
        Law.fact "calibration: central intervals cover exactly their share of all ranks" (fun () ->
            [ for at in Ranks.coverage Calibration.draws [| 0 .. Calibration.draws |] ->
                  Compare.close $"coverage at {at.Nominal}" at.Nominal at.Observed (Tolerances.rounding 4 1.0) ])
        |> Law.says
            "Of the ranks 0 to L a central interval of probability p holds p (L + 1)."
            @"\#\{r\in I_p\}=p\,(L+1)"
            talts
        |> Law.covers [ "calibration" ]

    /// What is known of a method on a model is found.
    let private known (subject: CalibrationSubject) =
        let found =
            match subject.Expectation with
            | Calibrated -> "ranks are uniform"
            | TooNarrow _ -> "ranks show that it is too narrow"

        Law.fact $"calibration: {subject.Model} by {subject.Method}: {found}" (fun () ->
            let ranks = Array.Parallel.init replicates (Calibration.replicate subject 1UL)

            let summaries =
                subject.Parameters
                |> List.mapi (fun j _ ->
                    ranks |> Array.map (fun r -> r[j]) |> Ranks.summary Calibration.draws Calibration.confidence)

            [ Compare.holds
                  $"{found} in {replicates} replicates"
                  (Calibration.isAsExpected subject.Expectation summaries) ])
        |> Law.says
            (match subject.Expectation with
             | Calibrated ->
                 "True values drawn from the prior have uniform ranks among draws from the posterior given their data."
             | TooNarrow reason -> $"True values fall outside the posterior too often: {reason}.")
            (match subject.Expectation with
             | Calibrated ->
                 @"\theta\sim p,\ x\sim p(\cdot\mid\theta)\ \Rightarrow\ \mathrm{rank}(\theta)\sim U\{0,\dots,L\}"
             | TooNarrow _ -> @"\Pr(\theta\in I_{p}(x))<p")
            talts
        |> Law.covers [ "calibration"; subject.Model; subject.Method ]

    let all: Law list = bands Ranks.band :: coverage :: List.map known CalibrationSubjects.all

    /// The band of each grid point alone.
    let private pointwise n probability =
        Ranks.band n probability
        |> Array.mapi (fun i _ ->
            // Central interval of Binomial(n, z) by its distribution function.
            let z = float (i + 1) / float Ranks.bins

            let cumulative =
                Array.init (n + 1) (fun k ->
                    Seq.sum (
                        seq {
                            for j in 0..k ->
                                exp (
                                    Special.logGamma (float n + 1.0)
                                    - Special.logGamma (float j + 1.0)
                                    - Special.logGamma (float (n - j) + 1.0)
                                    + float j * log z
                                    + float (n - j) * log (1.0 - z)
                                )
                        }
                    ))

            let at p = cumulative |> Array.tryFindIndex (fun c -> c >= p) |> Option.defaultValue n
            struct (at (0.5 * (1.0 - probability)), at (1.0 - 0.5 * (1.0 - probability))))

    let private countedTwice =
        let exact =
            CalibrationSubjects.all
            |> List.find (fun s -> s.Model = "gaussian-mean-precision" && s.Method = "exact")

        { exact with Replicate = CalibrationSubjects.normalCountedTwice }

    let specimens: Specimen list =
        [ Specimen.make
              "bands that hold point by point"
              "rank plots with a binomial band for each bin or point"
              "Each point is inside with the probability, but all together much more seldom."
              "calibration: the simultaneous band holds as often as it says, by enumeration"
              [ bands pointwise ]
          Specimen.make
              "data counted twice"
              "a common slip: statistics of a minibatch scaled by N/M that are already those of all rows"
              "The posterior is that of twice the data: too narrow by a factor of about sqrt 2."
              "calibration: gaussian-mean-precision by exact: ranks are uniform"
              [ known countedTwice ] ]
