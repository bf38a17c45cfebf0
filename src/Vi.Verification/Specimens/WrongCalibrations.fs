namespace Vi.Verification.FSharp

open FsCheck
open FsCheck.FSharp
open Vi.Math
open Vi.Math.FSharp
open Vi.Verification

/// Calibration as it should not be.
[<RequireQualifiedAccess>]
module WrongCalibrations =

    /// Binomial(n, z): probabilities of at most k and of at least k.
    let private binomialTails n z k =
        let probability j =
            exp (
                Special.logGamma (float n + 1.0)
                - Special.logGamma (float j + 1.0)
                - Special.logGamma (float (n - j) + 1.0)
                + float j * log z
                + float (n - j) * log (1.0 - z)
            )

        Seq.sumBy probability (seq { 0..k }), Seq.sumBy probability (seq { k..n })

    /// The band of each grid point alone.
    let private pointwise n probability =
        Ranks.band n probability
        |> Array.mapi (fun i _ ->
            // Central interval of Binomial(n, z) by its distribution function.
            let z = float (i + 1) / float Ranks.bins
            let cumulative = Array.init (n + 1) (fun k -> fst (binomialTails n z k))
            let at p = cumulative |> Array.tryFindIndex (fun c -> c >= p) |> Option.defaultValue n
            struct (at (0.5 * (1.0 - probability)), at (1.0 - 0.5 * (1.0 - probability))))

    /// Twice the smallest tail of any grid point.
    let private leastTail n (below: int[]) =
        below
        |> Array.mapi (fun i count ->
            let upTo, from = binomialTails n (float (i + 1) / float Ranks.bins) count
            2.0 * min upTo from)
        |> Array.min
        |> min 1.0

    let private countedTwice =
        let exact =
            CalibrationSubjects.all
            |> List.find (fun s -> s.Model = "gaussian-mean-precision" && s.Method = "exact")

        { exact with Replicate = CalibrationSubjects.normalCountedTwice }

    let all: Specimen list =
        [ Specimen.make
              "bands that hold point by point"
              "rank plots with a binomial band for each bin or point"
              "Each point is inside with the probability, but all together much more seldom."
              "calibration: the simultaneous band holds as often as it says, by enumeration"
              [ CalibrationLaws.bands pointwise ]
          Specimen.make
              "data counted twice"
              "a common slip: statistics of a minibatch scaled by N/M that are already those of all rows"
              "The posterior is that of twice the data: too narrow by a factor of about sqrt 2."
              "calibration: gaussian-mean-precision by exact: ranks are uniform"
              [ CalibrationLaws.known countedTwice ]
          Specimen.make
              "p-values point by point"
              "rank plots judged by their worst point"
              "The smallest of nineteen tails is small much more often than a single one."
              "calibration: p-values of uniform ranks are as small as they say just as often, by enumeration"
              [ CalibrationLaws.pValues leastTail ]
          Specimen.make
              "a Jacobian left out"
              "a common slip: a positive parameter sampled by its logarithm without the derivative"
              "The sampler draws from another posterior: tau is taken for smaller than it is."
              "calibration: linear-regression with eight rows by nuts: ranks are uniform"
              [ CalibrationLaws.known SampledSubjects.withoutJacobian ]
          Specimen.make
              "a prior of another width"
              "a common slip: a precision given where a standard deviation is asked for"
              "The weights are shrunk more than the distribution allows that they were drawn from."
              "calibration: linear-regression with eight rows by nuts: ranks are uniform"
              [ CalibrationLaws.known SampledSubjects.otherPrior ]
          yield!
              ResponseSubjects.unrepaired
              |> List.map (fun subject ->
                  Specimen.make
                      $"mean-field claimed to be calibrated: {subject.Model}"
                      "posterior intervals of mean-field fits reported as they are"
                      "Variances that other factors pass on are left out: the linear response that adds them is not taken."
                      $"calibration: {subject.Model} by {subject.Method}: ranks are nearly uniform"
                      [ CalibrationLaws.known subject ]) ]
