namespace Vi.Math.FSharp

open System
open Vi.Math

/// Whether chains have been to all modes. Chains that begin in different modes can leave them in warm-up, where steps are still long, and then agree.
[<RequireQualifiedAccess>]
module ChainModes =

    /// Share of a chain's leapfrog steps that the search for modes may take as evaluations of log p, over that of a fit.
    let private budget = 0.25

    /// Share of the draws that a mode must have to count as seen, over its share of the probability.
    let private seen = 0.1

    /// The most that modes without draws may hold of the probability.
    let private allowed = 0.01

    /// The judgement of chains of positions with a check of modes without draws, where modes can be weighed, and the evaluations it took. Chains that do
    /// not agree need none.
    let judge (target: InferenceTarget) (set: SampleSet) (found: ChainJudgement) : struct (ChainJudgement * int) =
        let steps = SampleSet.leapfrogSteps set

        if steps = 0 || found.Judgement.Level = Unreliable then
            struct (found, 0)
        else
            let positions = SampleSet.positions set
            let struct (mean, sds) = VariationalFit.momentsOf positions (float positions.Rows)

            if not (Vec.isFinite mean && Vec.isFinite sds && Array.forall (fun sd -> sd > 0.0) sds.Values) then
                struct (found, 0)
            else
                let normal =
                    VariationalFit.normalOf mean sds (fun () ->
                        let away = Mat.init positions.Rows positions.Columns (fun i c -> positions[i, c] - mean[c])

                        Mat.multiply (Mat.transpose away) away
                        |> Mat.scale (1.0 / float positions.Rows)
                        |> Mat.symmetrize)

                let answer =
                    ModeSearch.answer
                        target.Density
                        (fun positions -> InferenceTarget.values positions target)
                        { Normal = normal
                          Part = MixturePart.ofNormal normal
                          Ends = [||]
                          Evaluations = budget * float steps }
                        (Rng.ofSeed 1UL)

                let draws = Array.init positions.Rows (fun s -> Mat.row s positions)

                let isMissed (part: MixturePart, mass) =
                    let inside = draws |> Array.filter part.Covers |> Array.length
                    float inside < seen * mass * float draws.Length

                let missed = answer.Others |> Array.filter isMissed |> Array.sumBy snd
                let check = Check.strict allowed CheckId.OmittedModes (min 1.0 missed)

                struct ({ found with Judgement = Judgement.Of(Seq.append found.Judgement.Checks [ check ]) },
                        answer.Report.Evaluations)
