namespace Vi.Verification.FSharp

open System
open FsCheck
open FsCheck.FSharp
open Vi.Kernels
open Vi.Math
open Vi.Math.FSharp
open Vi.Verification

/// The laws of a conjugate model under coordinate ascent. For a model of one's own, describe it once and run the battery:
/// <code>
/// let mine: ConjugateSubject&lt;MyCase, MyStatistics, MyFactors&gt; =
///     { Name = "mine"; Cases = Arb.fromGenShrink (generate, shrink); Rows = (fun case -&gt; case.Rows); ... }
/// for law in ConjugateLaws.battery mine do
///     let outcome = law.Check 100 42UL
///     printfn "%s: %s" law.Name (if outcome.Passed then "holds" else string outcome.Counterexample.Value)
/// </code>
/// An update with a wrong count, a term forgotten in the bound or a constant dropped from it breaks one of them; the specimens show
/// which.
[<RequireQualifiedAccess>]
module ConjugateLaws =

    let private blei = "Blei, Kucukelbir and McAuliffe 2017; Bishop 2006, 10.1"

    /// Falls of the bound in three sweeps, factor by factor.
    let private ascent (subject: ConjugateSubject<'case, 'statistics, 'globals>) note case first =
        let model: ConjugateModel<Block, 'statistics, 'globals> = subject.Model case
        let mutable globals = first
        let mutable data = ConjugateSubject.statistics subject case globals
        let mutable before = model.Elbo data globals

        let compare what =
            let after = model.Elbo data globals
            let scale = max before.Magnitude after.Magnitude

            let comparison =
                Compare.atMost $"fall of the bound by {what}{note}" before.Value after.Value (Tolerances.bound scale)

            before <- after
            comparison

        [ for sweep in 1..3 do
              for update in model.Updates do
                  globals <- update.Update data globals
                  compare $"{update.Factor} in sweep {sweep}"

              data <- ConjugateSubject.statistics subject case globals
              compare $"the local factors in sweep {sweep}" ]

    let private neverLowers (subject: ConjugateSubject<'case, 'statistics, 'globals>) =
        Law.make
            { Name = $"{subject.Name}: no factor's update lowers the bound"
              Statement =
                "Setting a factor, local or global, to its optimum given the others never lowers the evidence lower bound."
              Formula = @"\mathcal L(q_j^\ast, q_{-j})\ge\mathcal L(q_j, q_{-j})"
              Source = blei
              Covers = [ subject.Name; "cavi" ]
              Cases = 100
              Generator = subject.Cases
              Holds =
                fun case ->
                    let first = ConjugateSubject.start subject case

                    [ yield! ascent subject "" case first

                      for action in subject.Symmetries do
                          let case = action.Before case

                          yield! ascent subject $" ({action.Name})" (action.Case case) (action.Answer case first) ] }

    let private stationary (subject: ConjugateSubject<'case, 'statistics, 'globals>) =
        Law.make
            { Name = $"{subject.Name}: after its update the bound is stationary in the factor"
              Statement =
                "After a factor's update no feasible change of its natural parameters raises the bound, and every directional derivative is zero."
              Formula = @"\nabla_{\eta_j}\mathcal L(q_j^\ast, q_{-j})=0"
              Source = blei
              Covers = [ subject.Name; "cavi" ]
              Cases = 100
              Generator = subject.Cases
              Holds =
                fun case ->
                    let model = subject.Model case
                    let mutable globals = ConjugateSubject.start subject case
                    let data = ConjugateSubject.statistics subject case globals
                    let mutable rng = Rng.ofSeed (subject.Seed case + 1UL)

                    [ for update, factor in List.zip model.Updates (subject.Factors case) do
                          globals <- update.Update data globals
                          let at = globals
                          let eta = factor.NaturalParameters at

                          for _ in 1..2 do
                              let struct (towards, next) = ConjugateSubject.direction eta rng
                              rng <- next
                              let top = model.Elbo data at
                              let value h = (model.Elbo data (factor.Replace at (Vec.addScaled h towards eta))).Value
                              let loss h = top.Value - min (value h) (value -h)
                              let room = Numerical.roomyStep 1.0 (fun h -> factor.IsProper(Vec.addScaled h towards eta))
                              // A step that costs no more than a tenth of a nat: derivatives are then measured against it.
                              let rec shorten h count =
                                  if count = 0 || loss h <= 0.1 then h else shorten (0.5 * h) (count - 1)

                              let step = shorten room 60
                              let slope = Numerical.derivative step value
                              let rounding = Tolerances.rounding 16 (1.0 + top.Magnitude)

                              Compare.error
                                  $"slope of the bound in {factor.Factor}, nats a step"
                                  (abs slope.Value * step)
                                  (1e-6 + step * Tolerances.derivative slope.Error rounding slope.Step)

                              Compare.atMost
                                  $"bound at a changed {factor.Factor}"
                                  (max (value step) (value -step))
                                  top.Value
                                  (Tolerances.bound top.Magnitude) ] }

    let private belowEvidence (subject: ConjugateSubject<'case, 'statistics, 'globals>) (evidence: 'case -> float) =
        Law.make
            { Name = $"{subject.Name}: the bound never exceeds the exact evidence"
              Statement = "The evidence lower bound is below the exact log evidence at any factors."
              Formula = @"\mathcal L(q)\le\log p(x)"
              Source = blei
              Covers = [ subject.Name; "cavi" ]
              Cases = 100
              Generator = subject.Cases
              Holds =
                fun case ->
                    let exact = evidence case
                    let first = ConjugateSubject.start subject case

                    [ for count in [ 0; 1; 5 ] do
                          let elbo =
                              ConjugateSubject.bound subject case (ConjugateSubject.sweeps subject case count first)

                          Compare.atMost
                              $"bound after {count} sweeps"
                              elbo.Value
                              exact
                              (Tolerances.evidence elbo.Magnitude) ] }

    let private gapIsDivergence
        (subject: ConjugateSubject<'case, 'statistics, 'globals>)
        (evidence: 'case -> float)
        (gap: 'case -> 'globals -> float)
        =
        Law.make
            { Name = $"{subject.Name}: log evidence is the bound plus the divergence from the posterior"
              Statement =
                "At any factors, bound plus Kullback-Leibler divergence to the exact posterior is the exact log evidence."
              Formula = @"\log p(x)=\mathcal L(q)+\mathrm{KL}(q\,\|\,p(\cdot\mid x))"
              Source = "Bishop 2006, 10.2 to 10.4"
              Covers = [ subject.Name; "cavi" ]
              Cases = 100
              Generator = subject.Cases
              Holds =
                fun case ->
                    let exact = evidence case
                    let first = ConjugateSubject.start subject case

                    [ for count in [ 0; 1; 3 ] do
                          let globals = ConjugateSubject.sweeps subject case count first
                          let elbo = ConjugateSubject.bound subject case globals
                          let divergence = gap case globals

                          Compare.close
                              $"bound + KL after {count} sweeps"
                              exact
                              (elbo.Value + divergence)
                              (Tolerances.evidence (elbo.Magnitude + divergence)) ] }

    let private exactPosterior (subject: ConjugateSubject<'case, 'statistics, 'globals>) (evidence: 'case -> float) =
        Law.make
            { Name = $"{subject.Name}: the exact posterior is recovered"
              Statement =
                "Where the posterior factorises as the approximation does, the bound reaches the log evidence after one sweep."
              Formula = @"\mathcal L(q^\ast)=\log p(x)"
              Source = blei
              Covers = [ subject.Name; "cavi" ]
              Cases = 100
              Generator = subject.Cases
              Holds =
                fun case ->
                    let elbo =
                        ConjugateSubject.bound
                            subject
                            case
                            (ConjugateSubject.sweeps subject case 1 (ConjugateSubject.start subject case))

                    [ Compare.close
                          "bound at the optimum"
                          (evidence case)
                          elbo.Value
                          (Tolerances.evidence elbo.Magnitude) ] }

    let private noData (subject: ConjugateSubject<'case, 'statistics, 'globals>) =
        Law.make
            { Name = $"{subject.Name}: no data give back the prior and a bound of 0"
              Statement =
                "Without rows every factor stays at its prior, and the bound is the log evidence of nothing, 0."
              Formula = @"q^\ast=p,\quad\mathcal L=0\quad(N=0)"
              Source = "Bayes' theorem without data"
              Covers = [ subject.Name; "cavi" ]
              Cases = 100
              Generator = subject.Cases
              Holds =
                fun case ->
                    let empty = subject.Empty case
                    let model = subject.Model empty
                    let after = ConjugateSubject.sweeps subject empty 3 model.Prior
                    let elbo = ConjugateSubject.bound subject empty after

                    [ Compare.close "bound" 0.0 elbo.Value (Tolerances.bound (100.0 * elbo.Magnitude))
                      Compare.close
                          "KL from the prior"
                          0.0
                          (model.Divergence after model.Prior)
                          (Tolerances.rounding 1000 1.0) ] }

    let private regrouped (subject: ConjugateSubject<'case, 'statistics, 'globals>) =
        Law.make
            { Name = $"{subject.Name}: order of rows and cut into blocks change nothing"
              Statement =
                "Rows in any order and cut into blocks of any size give the same bound and the same next factors, up to rounding."
              Formula = @"s(X_\pi)=s(X),\quad s(X_1\cup X_2)=s(X_1)\oplus s(X_2)"
              Source = "statistics form a commutative monoid"
              Covers = [ subject.Name; "cavi" ]
              Cases = 100
              Generator = subject.Cases
              Holds =
                fun case ->
                    let model = subject.Model case
                    let rows = subject.Rows case
                    let columns = subject.Columns case
                    let globals = ConjugateSubject.start subject case
                    let struct (order, rng) = Rng.permutation rows.Length (Rng.ofSeed (subject.Seed case + 2UL))
                    let struct (size, _) = Rng.below (rows.Length + 1) rng
                    let permuted = order |> Array.map (fun i -> rows[i])

                    let blocks =
                        permuted
                        |> Array.chunkBySize (size + 1)
                        |> Array.map (fun chunk -> Block.FromRows(ReadOnlyMemory(Array.concat chunk), columns))

                    let answer (batches: IBatches<Block>) =
                        let data = Cavi.statistics batches model globals

                        struct (model.Elbo data globals,
                                (globals, model.Updates) ||> List.fold (fun g update -> update.Update data g))

                    let struct (elbo, next) = answer (ConjugateSubject.table columns rows)
                    let struct (elboOther, nextOther) = answer (Batches.ofList (List.ofArray blocks))

                    [ Compare.close
                          "bound"
                          elbo.Value
                          elboOther.Value
                          (Tolerances.regrouped rows.Length (1.0 + elbo.Magnitude) + Tolerances.bound elbo.Magnitude)
                      Compare.close
                          "answer, in posterior standard deviations"
                          0.0
                          (ConjugateSubject.distance model nextOther next)
                          Tolerances.sameAnswer ] }

    let private symmetry
        (subject: ConjugateSubject<'case, 'statistics, 'globals>)
        (action: SymmetryAction<'case, 'globals>)
        =
        Law.make
            { Name = $"{subject.Name}: {action.Name} act on the answer as the model says"
              Statement =
                $"With {action.Name}, and the prior moved along, the answer after three sweeps is the transformed answer and the bound changes by the Jacobian alone."
              Formula = @"q^\ast(gX)=g\,q^\ast(X),\quad\mathcal L(gX)=\mathcal L(X)-N\log|g|"
              Source = "equivariance of the model"
              Covers = [ subject.Name; "cavi" ]
              Cases = 100
              Generator = subject.Cases
              Holds =
                fun case ->
                    let case = action.Before case
                    let moved = action.Case case
                    // One sweep first: what is transformed is then no narrower than a posterior of these data.
                    let first = ConjugateSubject.sweeps subject case 1 (ConjugateSubject.start subject case)
                    let answer = ConjugateSubject.sweeps subject case 3 first
                    let movedAnswer = ConjugateSubject.sweeps subject moved 3 (action.Answer case first)
                    let elbo = ConjugateSubject.bound subject case answer
                    let movedElbo = ConjugateSubject.bound subject moved movedAnswer

                    [ Compare.close
                          "answer, in posterior standard deviations"
                          0.0
                          (ConjugateSubject.distance (subject.Model moved) movedAnswer (action.Answer case answer))
                          (Tolerances.shiftedData 1.0 + action.Resolution first + action.Resolution answer)
                      Compare.close
                          "bound"
                          (elbo.Value + action.BoundShift case)
                          movedElbo.Value
                          (Tolerances.shiftedData (elbo.Magnitude + abs (action.BoundShift case))) ] }

    /// What an engine reports of its sweeps, see LedgerLaws.
    let internal ledger stepped (subject: ConjugateSubject<'case, 'statistics, 'globals>) =
        LedgerLaws.ledger (ConjugateSubject.tableOf subject) (ConjugateSubject.start subject) stepped subject

    /// All laws that apply to a subject whose rows are a series: their order means something, and so does where it is cut.
    let batteryOfSeries (subject: ConjugateSubject<'case, 'statistics, 'globals>) : Law list =
        [ neverLowers subject
          stationary subject
          ledger id subject
          FoldLaws.threads subject
          FoldLaws.splits FoldLaws.joined subject

          match subject.Evidence with
          | Some evidence ->
              belowEvidence subject evidence

              match subject.Gap with
              | Some gap -> gapIsDivergence subject evidence gap
              | None -> ()

              if subject.Exact then
                  exactPosterior subject evidence
          | None -> ()

          if subject.PriorFactorises then
              noData subject

          for action in subject.Symmetries do
              symmetry subject action ]

    /// All laws that apply to the subject.
    let battery (subject: ConjugateSubject<'case, 'statistics, 'globals>) : Law list =
        regrouped subject :: batteryOfSeries subject
