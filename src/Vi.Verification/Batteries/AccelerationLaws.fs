namespace Vi.Verification.FSharp

open System
open System.Collections.Generic
open Vi.Kernels
open Vi.Math
open Vi.Math.FSharp
open Vi.Verification

/// Coordinate ascent that extrapolates from its sweeps.
[<RequireQualifiedAccess>]
module AccelerationLaws =

    let private source = "Varadhan and Roland 2008; Henderson and Varadhan 2019"

    /// The engine on a case's rows, from a start away from the prior.
    let private engineOf (subject: ConjugateSubject<'case, 'statistics, 'globals>) case (rows: Rows) =
        Acceleration.engineAt true rows (subject.Model case) (fun _ -> ConjugateSubject.start subject case)

    /// The accelerated ascent of a conjugate model as an engine.
    let private subjectOf
        (subject: ConjugateSubject<'case, 'statistics, 'globals>)
        : EngineSubject<'case, AcceleratedState<'globals>, SweepInfo, 'globals> =
        { Name = $"accelerated cavi on {subject.Name}"
          Covers = [ subject.Name; "cavi" ]
          Cases = subject.Cases
          Engine = fun case -> engineOf subject case (ConjugateSubject.tableOf subject case)
          Rule = fun _ -> Cavi.stopRule 1e-8 200
          Budget = fun _ -> 200 }

    /// The engine is given, so that one without its safeguard can be tried.
    let internal rises
        (engine:
            Rows
                -> ConjugateModel<Block, 'statistics, 'globals>
                -> (Rng -> 'globals)
                -> Engine<AcceleratedState<'globals>, SweepInfo, 'globals>)
        (subject: ConjugateSubject<'case, 'statistics, 'globals>)
        =
        Law.make
            { Name = $"{subject.Name}: acceleration never lowers the bound, and reports its gain"
              Statement =
                "No step of accelerated coordinate ascent lowers the bound, no extrapolation that is taken has a lower one, the bound reported is that of the answer or below, and the ledger adds up to the gain."
              Formula = @"\mathcal L(q_{t+1})\ge\mathcal L(\tilde q_t)\ge\mathcal L(q_t)"
              Source = source
              Covers = [ subject.Name; "cavi" ]
              Cases = 40
              Generator = subject.Cases
              Holds =
                fun case ->
                    let rows = ConjugateSubject.tableOf subject case
                    let engine = engine rows (subject.Model case) (fun _ -> ConjugateSubject.start subject case)

                    [ for step in Run.steps engine (StopRule.steps 30) (Rng.ofSeed 0UL) do
                          let info: SweepInfo = step.Info
                          let allowed = Tolerances.bound info.Elbo.Magnitude
                          Compare.atMost $"fall in step {step.Iteration}" 0.0 info.Gain (Elbo.roundoff info.Elbo)

                          Compare.atMost
                              $"fall in the sweep of step {step.Iteration}"
                              0.0
                              (info.Gain - info.Ledger.Head.Gain)
                              (Elbo.roundoff info.Elbo)

                          Compare.atMost
                              $"loss by the extrapolation of step {step.Iteration}"
                              0.0
                              info.Ledger.Head.Gain
                              0.0

                          Compare.close
                              $"ledger of step {step.Iteration}"
                              info.Gain
                              (info.Ledger |> List.sumBy (fun entry -> entry.Gain))
                              (4.0 * allowed)

                          if step.Outcome.IsSome then
                              let bound = (ConjugateSubject.bound subject case (engine.Answer step.State)).Value
                              Compare.atMost "bound" info.Elbo.Value bound (Tolerances.evidence info.Elbo.Magnitude) ] }

    let private settles (subject: ConjugateSubject<'case, 'statistics, 'globals>) =
        let tolerance = 1e-8

        Law.make
            { Name = $"{subject.Name}: accelerated ascent ends at a fixed point of the plain one"
              Statement =
                "From where accelerated coordinate ascent converged, a plain sweep gains no more than about the tolerance and moves the posterior by no more than the rule allows."
              Formula = @"\mathcal L(F(q))-\mathcal L(q)\lesssim\epsilon"
              Source = "definition of convergence"
              Covers = [ subject.Name; "cavi" ]
              Cases = 25
              Generator = subject.Cases
              Holds =
                fun case ->
                    let rows = ConjugateSubject.tableOf subject case
                    let model = subject.Model case
                    let last = Run.last (engineOf subject case rows) (Cavi.stopRule tolerance 5000) (Rng.ofSeed 0UL)
                    let struct (_, info) = (Cavi.engineAt rows model (fun _ -> model.Prior)).Step last.State.Ascent

                    match last.Outcome with
                    | ValueSome(Converged _) ->
                        // Twice what the rule allows the last sweep (the tolerance, and a tenth of its root): gains fall from sweep to sweep, but not each.
                        [ Compare.error
                              "gain of a plain sweep"
                              (abs info.Gain)
                              (2.0 * tolerance + Elbo.roundoff info.Elbo)
                          Compare.error
                              "move of a plain sweep, in posterior standard deviations"
                              info.Change
                              (0.2 * sqrt tolerance) ]
                    | ValueSome(BudgetSpent _) ->
                        [ Compare.atMost "bound falls though not converged" 0.0 info.Gain (Elbo.roundoff info.Elbo) ]
                    | other -> [ Compare.holds $"ends with {other}" false ] }

    let private threads (subject: ConjugateSubject<'case, 'statistics, 'globals>) =
        Law.make
            { Name = $"{subject.Name}: threads change no bit of an accelerated ascent"
              Statement = "On one thread and on two, accelerated coordinate ascent visits the same states."
              Formula = @"s_t^{(1)}=s_t^{(2)}"
              Source = "DESIGN: sums follow one fixed tree"
              Covers = [ subject.Name; "cavi" ]
              Cases = 15
              Generator = subject.Cases
              Holds =
                fun case ->
                    let states (rows: Rows) =
                        Run.steps (engineOf subject case rows) (StopRule.steps 12) (Rng.ofSeed 0UL)
                        |> Seq.map (fun step -> StateBytes.write step.State)
                        |> Seq.toArray

                    [ Compare.holds
                          "same bytes"
                          (states (FoldLaws.manyBlocks subject case 1) = states (FoldLaws.manyBlocks subject case 2)) ] }

    let private refuses (subject: ConjugateSubject<'case, 'statistics, 'globals>) =
        Law.make
            { Name = $"{subject.Name}: an extrapolation that cannot be computed is refused"
              Statement =
                "Where the bound raises an exception at every extrapolation, on one thread or on several, accelerated coordinate ascent is the plain one."
              Formula = @"\mathcal L(q_t)=\mathcal L(q_t^{\mathrm{plain}})"
              Source = "definition"
              Covers = [ subject.Name; "cavi" ]
              Cases = 10
              Generator = subject.Cases
              Holds =
                fun case ->
                    let model: ConjugateModel<Block, 'statistics, 'globals> = subject.Model case
                    let rows = ConjugateSubject.tableOf subject case
                    let start = ConjugateSubject.start subject case

                    let bounds engine =
                        Run.steps engine (StopRule.steps 20) (Rng.ofSeed 0UL)
                        |> Seq.map (fun step -> (step.Info: SweepInfo).Elbo.Value)
                        |> Seq.toArray

                    let plain = bounds (Acceleration.engineAt false rows model (fun _ -> start))

                    [ for failure in
                          ([ ArithmeticException(); ArgumentException(); AggregateException(ArithmeticException()) ]
                          : exn list) do
                          let known = HashSet<objnull>(HashIdentity.Reference)
                          known.Add(box start) |> ignore

                          let noted (update: FactorUpdate<_, _>) =
                              { update with
                                  Update =
                                      fun statistics globals ->
                                          let made = update.Update statistics globals
                                          known.Add(box made) |> ignore
                                          made }

                          let failing =
                              { model with
                                  Updates = List.map noted model.Updates
                                  Elbo =
                                      fun statistics globals ->
                                          if known.Contains(box globals) then
                                              model.Elbo statistics globals
                                          else
                                              raise failure }

                          Compare.holds
                              $"bounds where it raises {failure.GetType().Name}"
                              (bounds (Acceleration.engineAt true rows failing (fun _ -> start)) = plain) ] }

    /// The coordinates are given, so that wrong ones can be tried.
    let internal returns
        (coordinates: FactorCoordinates<'globals> -> FactorCoordinates<'globals>)
        (subject: ConjugateSubject<'case, 'statistics, 'globals>)
        =
        Law.make
            { Name = $"{subject.Name}: factors are their coordinates"
              Statement =
                "The factors at their own coordinates are the factors, the coordinates of factors at other numbers are those numbers, and numbers beyond every distribution are refused."
              Formula = @"x(q(x))=x,\quad q(x(q))=q"
              Source = "definition"
              Covers = [ subject.Name; "cavi" ]
              Cases = 40
              Generator = subject.Cases
              Holds =
                fun case ->
                    let model: ConjugateModel<Block, 'statistics, 'globals> = subject.Model case
                    let coordinates = coordinates model.Coordinates
                    let q = ConjugateSubject.sweeps subject case 1 (ConjugateSubject.start subject case)
                    let values, units = coordinates.Values q, coordinates.Units q
                    let struct (noise, _) = Rng.array values.Length Rng.normal (Rng.ofSeed (subject.Seed case))
                    let other = Array.map3 (fun x unit z -> x + 0.3 * unit * z) values units noise
                    let back = coordinates.Values(coordinates.At q other)

                    // A millionth of a standard deviation, where the numbers were moved by about a third of one.
                    [ Compare.holds "units are positive" (units |> Array.forall (fun u -> u > 0.0 && Double.IsFinite u))
                      Compare.error
                          "distance of the factors at their own coordinates"
                          (ConjugateSubject.distance model (coordinates.At q values) q)
                          Tolerances.sameAnswerByOtherStatistics
                      Compare.error
                          "coordinates at other numbers, in their units"
                          (Array.map3 (fun a b unit -> abs (a - b) / unit) other back units |> Array.max)
                          1e-6
                      for far in [ nan; infinity; 1e308; -1e308 ] do
                          let at = values |> Array.map (fun x -> x + far)
                          let found = FactorCoordinates.tryAt coordinates q at

                          Compare.holds
                              $"numbers {far} away are refused, or a distribution"
                              (match found with
                               | ValueNone -> true
                               | ValueSome made ->
                                   Double.IsFinite far && coordinates.Values made |> Array.forall Double.IsFinite) ] }

    let private battery (subject: ConjugateSubject<'case, 'statistics, 'globals>) : Law list =
        [ rises (fun rows -> Acceleration.engineAt true rows) subject
          settles subject
          threads subject
          refuses subject
          returns id subject ]

    let private mixture (weights: WeightKind<'weights>) (kind: ComponentKind<'prior, 'data, 'components>) =
        MixtureKinds.subject MoveLaws.cases weights kind |> battery

    let all: Law list =
        List.concat
            [ battery Models.gaussianMean
              battery Models.gaussianMeanPrecision
              battery Models.linearRegression
              battery Models.relevanceDetermination
              mixture MixtureKinds.dirichlet MixtureKinds.full
              mixture MixtureKinds.dirichlet MixtureKinds.tied
              mixture MixtureKinds.stickBreaking MixtureKinds.diagonal
              battery LearnedScales.regimes
              battery FactorSubjects.known
              battery FactorSubjects.relevance
              battery LogisticSubjects.logistic
              EngineLaws.battery (
                  subjectOf (MixtureKinds.subject MoveLaws.cases MixtureKinds.dirichlet MixtureKinds.full)
              )
              EngineLaws.battery (subjectOf FactorSubjects.relevance) ]
