namespace Vi.Verification.FSharp

open System
open FSharp.Reflection
open FsCheck
open FsCheck.FSharp
open Vi.Math
open Vi.Math.FSharp
open Vi.Verification

/// Laws of outcomes, checks, judgements and advice.
[<RequireQualifiedAccess>]
module JudgementLaws =

    let private law cases name statement formula source generator holds =
        Law.make
            { Name = name
              Statement = statement
              Formula = formula
              Source = source
              Covers = [ "diagnostics" ]
              Cases = cases
              Generator = generator
              Holds = holds }

    /// All cases of a union without fields.
    let private casesOf<'union> () =
        FSharpType.GetUnionCases typeof<'union>
        |> Array.map (fun case -> unbox<'union>(FSharpValue.MakeUnion(case, [||])))

    let private ids = casesOf<CheckId>()

    /// A check with any value, those that are no numbers among them, a target, and room between target and limit.
    let private checkGen =
        gen {
            let! id = Gen.elements ids
            let! target = Scalars.realGen 10.0

            let! value =
                Gen.frequency
                    [ 4, Scalars.realGen 20.0; 1, Gen.constant target; 1, Gen.elements [ nan; infinity; -infinity ] ]

            let! room = Gen.elements [ 0.0; 1.0; 5.0; infinity ]
            let limit = if id.Measure.HigherIsBetter then target - room else target + room
            return Check.within limit target id value
        }

    let private check: Arbitrary<Check> = Arb.fromGen checkGen

    let private checks: Arbitrary<Check list> =
        Arb.fromGenShrink (
            Gen.listOf checkGen,
            (fun list -> List.mapi (fun i _ -> List.removeAt i list) list |> Seq.ofList)
        )

    let private levels: Law =
        law
            100
            "judgement: a check's level follows from value, target and direction"
            "A value on the good side of the target passes with the best level that its kind allows; beyond the limit it is unreliable, between them usable; what is not a number fails."
            @"\mathrm{level}=f(\mathrm{value},\mathrm{target},\mathrm{limit})"
            "definition"
            check
            (fun check ->
                let sign = if check.Id.Measure.HigherIsBetter then -1.0 else 1.0
                let excess, room = sign * check.Value - sign * check.Target, sign * check.Limit - sign * check.Target
                // Infinite values have no difference to a limit that is infinite too.
                let excess = if Double.IsNaN excess then 0.0 else excess

                let expected =
                    if excess <= 0.0 then check.Id.Measure.Best
                    elif excess <= room then Usable
                    else Unreliable

                [ Compare.holds "a number" (not (Double.IsNaN check.Value))
                  Compare.holds $"{check}" (check.Level = expected)
                  Compare.holds "passed" (check.IsPassed = (excess <= 0.0)) ])

    let private worst: Law =
        law
            100
            "judgement: its level is the worst of its checks"
            "No check is worse than the judgement, one is as bad, and a judgement without checks is unreliable; a further check never makes it better."
            @"\mathrm{level}(C)=\max_{c\in C}\mathrm{level}(c)"
            "definition"
            checks
            (fun checks ->
                let judgement = Judgement.Of checks

                [ Compare.holds "all kept" (List.ofSeq judgement.Checks = checks)
                  for check in checks do
                      Compare.holds "none is worse" (check.Level <= judgement.Level)
                  Compare.holds
                      "one is as bad"
                      (if checks.IsEmpty then
                           judgement.Level = Unreliable
                       else
                           checks |> List.exists (fun check -> check.Level = judgement.Level))
                  for length in 1 .. checks.Length - 1 do
                      Compare.holds
                          "no better by more"
                          ((Judgement.Of(List.truncate length checks)).Level
                           <= (Judgement.Of(List.truncate (length + 1) checks)).Level) ])

    /// The figures in an outcome.
    let rec private figures (value: objnull) : float list =
        match value with
        | :? float as number -> [ number ]
        | null -> []
        | value when FSharpType.IsUnion(value.GetType()) ->
            let _, fields = FSharpValue.GetUnionFields(value, value.GetType())
            fields |> List.ofArray |> List.collect figures
        | _ -> []

    let private noFigureMissing (outcome: Outcome) =
        figures outcome |> List.forall (fun figure -> not (Double.IsNaN figure))

    /// Runs of all black-box algorithms on normals with few or many steps, and on a density that is finite nowhere.
    let private runs: Law =
        law
            40
            "outcome: every algorithm ends with numbers, and its judgement follows from its checks"
            "ADVI with automatic steps, an optimiser and fixed draws, batch-and-match, SVGD, Pathfinder and Laplace, with a budget of a few steps or of many: no figure of an outcome is missing, advice names failed checks only, and an answer that has converged is never without checks."
            @"\text{outcome}\in\{\text{converged},\text{budget spent},\text{diverged}\}"
            "definition"
            (Scalars.three (Scalars.integer 0 6) (Scalars.integer 1 600) Scalars.seed)
            (fun (which, steps, seed) ->
                let finite = seed % 4UL <> 0UL

                let density =
                    if finite then
                        Targets.skewed 2 5.0 1.0
                    else
                        LogDensity.ofFunction 2 (fun _ -> struct (nan, [| nan; nan |]))

                let start = FromNormal(Vec.zero 2, Vec.constant 2 1.0)
                let target = InferenceTarget.ofDensity density
                let rng = Rng.ofSeed seed
                let advi = { Advi.defaults with MaxSteps = steps; Start = start }

                let fit =
                    match which with
                    | 0 -> VariationalFit.advi advi (MeanField.family 2) target rng
                    | 1 ->
                        let options = { advi with Steps = FirstOrder(Optimizer.adam (Steady 0.02)) }
                        VariationalFit.advi options (FullRank.family 2) target rng
                    | 2 ->
                        let options = { FixedDraws.defaults with MaxIterations = steps; Start = start }
                        let family = MeanField.family 2

                        RunProgress.finish (FixedDraws.parts options family density) rng
                        |> VariationalFit.ofFixedDraws family target
                    | 3 ->
                        VariationalFit.svgd
                            { Svgd.defaults with Particles = 5; MaxSteps = steps; Start = start }
                            target
                            rng
                    | 4 ->
                        let options = { BatchAndMatch.defaults 2 with MaxSteps = steps; Start = start }
                        VariationalFit.batchAndMatch options target rng
                    | 5 -> VariationalFit.pathfinder Pathfinder.defaults target rng
                    | _ -> VariationalFit.laplace 2 target rng

                let failed =
                    fit.Judgement.Checks |> Seq.filter (fun check -> not check.IsPassed) |> Seq.map _.Id |> Set

                [ Compare.holds "an outcome" fit.Outcome.IsSome
                  Compare.holds $"figures of {fit.Outcome}" (noFigureMissing fit.Outcome.Value)
                  Compare.holds "checks" (fit.Judgement.Checks.Count > 0)
                  Compare.holds
                      "advice on failed checks"
                      (fit.Advice |> List.forall (fun advice -> failed.Contains advice.Because))
                  if not finite then
                      Compare.holds $"diverged, not {fit.Outcome}" fit.Outcome.Value.IsDiverged
                      Compare.holds "unreliable" (fit.Judgement.Level = Unreliable) ])

    let private sweeps: Law =
        law
            100
            "judgement: gains that fall by halves leave as many nats as the last gained"
            "Of a run whose gains halve at every sweep the nats to come are the last gain; the judgement follows, and a bound that fell is unreliable."
            @"\sum_{k\ge1}g2^{-k}=g"
            "geometric series"
            (Scalars.both (Scalars.positive 1e-6 10.0) (Scalars.integer 2 8))
            (fun (first, count) ->
                let gains = Array.init count (fun i -> first / 2.0 ** float i)
                let last = gains[count - 1]
                let spent = ValueSome(Outcome.sweepsSpent count last)
                let judgement = SweepJudgement.ofGains spent nan gains

                match judgement.Find CheckId.RemainingNats with
                | null -> [ Compare.holds "the nats to come are checked" false ]
                | check ->
                    [ Compare.close "nats to come" last check.Value (1e-9 * last)
                      Compare.holds "level" (judgement.Level = check.Level)
                      Compare.holds
                          "a fall"
                          ((SweepJudgement.ofGains (ValueSome(Diverged(BoundFell(count, 1e-3)))) nan gains).Level =
                              Unreliable) ])

    let all: Law list = [ levels; worst; runs; sweeps ]
