namespace Vi.Verification.FSharp

open System
open Vi.Math
open Vi.Math.FSharp
open Vi.Verification

/// What only a factor model can be asked.
[<RequireQualifiedAccess>]
module FactorLaws =

    let private cases = FactorSamples.factorModel 0 25 (1, 5) 3 FactorSamples.either

    let private subjectOf (case: FactorCase) =
        if case.Prior.LoadingPrecision.IsArd then
            FactorSubjects.relevance
        else
            FactorSubjects.known

    let private start case = ConjugateSubject.start (subjectOf case) case

    let private table (case: FactorCase) = ConjugateSubject.table case.Columns case.Rows

    let private bound (case: FactorCase) q =
        let model = FactorModel.model case.Columns case.Prior
        model.Elbo (Cavi.statistics (table case) model q) q

    let private luttinen = "Luttinen and Ilin 2010, Transformations in variational Bayesian factor analysis"

    /// The answer's loadings against the plain ones, in standard deviations.
    let private loadingsApart (a: PlainFactors) (b: PlainFactors) =
        Seq.max (
            seq {
                for n in 0 .. a.Means.Length - 1 do
                    for k in 0 .. a.Means[n].Length - 1 do
                        abs (a.Means[n][k] - b.Means[n][k]) / sqrt b.Covariances[n].[k, k]
                        abs (a.Covariances[n].[k, k] / b.Covariances[n].[k, k] - 1.0)
            }
        )

    /// Against the plain implementation, which sees the rows as they are; the model sees what is made of them.
    let plain (seen: float[][] -> float[][]) : Law =
        Law.make
            { Name = "factor-model: bound and sweep equal those of a plain implementation, with and without gaps"
              Statement =
                "Row by row and entry by entry over what is observed, without frames and statistics, the bound and the factors after two sweeps come out the same: missing entries are integrated out."
              Formula =
                @"\mathcal L=\sum_{(t,n)\,\mathrm{observed}}\mathbb E\log\mathcal N(r_{tn}\mid b_n^\top f_t,\psi_n)-\mathrm{KL}"
              Source = "own derivation; Bishop 1999"
              Covers = [ "factor-model"; "cavi" ]
              Cases = 100
              Generator = cases
              Holds =
                fun whole ->
                    let case = { whole with FactorCase.Rows = seen whole.Rows }
                    let first = start case
                    let still = { case with Prior = { case.Prior with Rotation = false } }
                    let answer = ConjugateSubject.sweeps (subjectOf still) still 2 first

                    let slow =
                        PlainFactorModel.ofPosterior first
                        |> PlainFactorModel.sweep case.Prior whole.Rows
                        |> PlainFactorModel.sweep case.Prior whole.Rows

                    let rotated = ConjugateSubject.sweeps (subjectOf case) case 2 first

                    [ for name, q in [ "start", first; "two sweeps", answer; "two sweeps of the model", rotated ] do
                          let elbo = bound case q
                          let expected = PlainFactorModel.elbo case.Prior whole.Rows (PlainFactorModel.ofPosterior q)
                          Compare.close $"bound after {name}" expected elbo.Value (Tolerances.evidence elbo.Magnitude)

                      Compare.error
                          "loadings after two sweeps, in standard deviations"
                          (loadingsApart (PlainFactorModel.ofPosterior answer) slow)
                          1e-8

                      for n in 0 .. case.Columns - 1 do
                          let shape, rate = slow.Noise[n]
                          Compare.close $"shape of 1/psi {n}" shape answer.NoisePrecisions[n].Shape (1e-12 * shape)
                          Compare.close $"rate of 1/psi {n}" rate answer.NoisePrecisions[n].Rate (1e-8 * rate) ] }

    let private reduced: Law =
        Law.make
            { Name = "factor-model: R'R says all that complete rows say"
              Statement =
                "Where no entry is missing, statistics from R'R and from the rows agree, and with them bound and next factors."
              Formula = @"\mathbb E[F]^\top R=W R^\top R,\quad\mathbb E[F^\top F]=T S+W R^\top R W^\top"
              Source = "q(F) is affine in the rows"
              Covers = [ "factor-model"; "cavi" ]
              Cases = 100
              Generator = cases
              Holds =
                fun case ->
                    let rows = case.Rows |> Array.map (Array.map (fun r -> if Double.IsNaN r then 0.0 else r))
                    let q = start case

                    let scatter =
                        { Rows = float rows.Length
                          Threads = 2
                          Scatter =
                            Mat.init case.Columns case.Columns (fun i j ->
                                rows |> Array.sumBy (fun row -> row[i] * row[j])) }

                    let byRows = FactorModel.model case.Columns case.Prior
                    let byScatter = FactorModel.ofScatter case.Columns case.Prior
                    let data = Cavi.statistics (ConjugateSubject.table case.Columns rows) byRows q
                    let dataOther = Cavi.statistics (Batches.ofList [ scatter ]) byScatter q
                    let next = (q, byRows.Updates) ||> List.fold (fun q update -> update.Update data q)
                    let nextOther = (q, byScatter.Updates) ||> List.fold (fun q update -> update.Update dataOther q)
                    let elbo = byRows.Elbo data q

                    [ Compare.close
                          "bound"
                          elbo.Value
                          (byScatter.Elbo dataOther q).Value
                          (Tolerances.evidence elbo.Magnitude)
                      Compare.close
                          "next factors, in posterior standard deviations"
                          0.0
                          (sqrt (2.0 * byRows.Divergence nextOther next))
                          Tolerances.sameAnswerByOtherStatistics ] }

    /// Tables without gaps, longer than wide and wider than long.
    let private tables = FactorSamples.factorModel 1 40 (1, 40) 1 FactorSamples.either

    let private eitherWay: Law =
        Law.make
            { Name = "factor-model: R'R and the rows themselves give the same fit, whichever side is longer"
              Statement =
                "From one start, three sweeps on R'R read once and on the rows read in every sweep reach the same bound and the same factors, centred or not; no bit depends on the number of threads."
              Formula = @"W(R^\top R)=(WR^\top)R"
              Source = "associativity; sections 2 and 3 of the design"
              Covers = [ "factor-model"; "cavi" ]
              Cases = 100
              Generator = tables
              Holds =
                fun case ->
                    let rows =
                        case.Rows
                        |> Array.map (Array.map (fun r -> if Double.IsNaN r then 0.0 else r))
                        |> ConjugateSubject.table case.Columns

                    let prior = { case.Prior with Factors = min 3 case.Columns }
                    let means = (Moments.ofRows rows).Mean
                    let centre = if case.Seed % 2UL = 0UL then means else Vec.zero case.Columns

                    let fit data =
                        let engine = FactorData.engine prior data
                        let first = FactorData.start prior (FactorData.reduced centre rows) (Rng.ofSeed case.Seed)

                        (Acceleration.startAt { Globals = first; Elbo = 0.0 }, seq { 1..3 })
                        ||> Seq.fold (fun state _ ->
                            let struct (next, _) = engine.Step state
                            next)
                        |> _.Ascent

                    let ofScatter = fit (FactorData.reduced centre rows)
                    let ofRows = fit (FactorData.rowByRow centre rows)
                    let model = FactorModel.model case.Columns prior

                    [ Compare.close
                          "bound"
                          ofScatter.Elbo
                          ofRows.Elbo
                          (Tolerances.evidence (float rows.Count * float case.Columns + abs ofRows.Elbo))
                      Compare.close
                          "factors, in posterior standard deviations"
                          0.0
                          (sqrt (2.0 * model.Divergence ofRows.Globals ofScatter.Globals))
                          1e-6
                      Compare.holds
                          "same bits of R'R on two threads"
                          ((fit (FactorData.reduced centre (rows.WithThreads 2))).Equals ofScatter)
                      Compare.holds
                          "same bits of rows on two threads"
                          ((fit (FactorData.rowByRow centre (rows.WithThreads 2))).Equals ofRows) ] }

    let private unobserved: Law =
        Law.make
            { Name = "factor-model: a row without entries changes nothing"
              Statement = "Rows of which every entry is missing leave bound and next factors as they were."
              Formula = @"\mathcal L(R,\varnothing)=\mathcal L(R)"
              Source = "their factors stay at the prior"
              Covers = [ "factor-model"; "cavi" ]
              Cases = 100
              Generator = cases
              Holds =
                fun (case: FactorCase) ->
                    let more: FactorCase =
                        { case with Rows = Array.append case.Rows [| Array.create case.Columns nan |] }

                    let first = start case
                    let elbo = bound case first
                    let elboMore = bound more first
                    let still (c: FactorCase) : FactorCase = { c with Prior = { c.Prior with Rotation = false } }
                    let answer = ConjugateSubject.sweeps (subjectOf case) (still case) 2 first
                    let answerMore = ConjugateSubject.sweeps (subjectOf case) (still more) 2 first
                    let model = FactorModel.model case.Columns case.Prior

                    [ Compare.close "bound" elbo.Value elboMore.Value (Tolerances.evidence elboMore.Magnitude)
                      Compare.close
                          "next factors, in posterior standard deviations"
                          0.0
                          (sqrt (2.0 * model.Divergence answerMore answer))
                          Tolerances.sameAnswerByOtherStatistics ] }

    let private rotation: Law =
        Law.make
            { Name = "factor-model: rotation raises the bound and leaves what is predicted"
              Statement =
                "The rotation's frame is at least as good as any other; the expected log likelihood, which sees B and F only through their product, stays."
              Formula =
                @"\mathcal L(BA,A^{-1}F)\le\mathcal L(BA^\ast,A^{\ast-1}F),\quad\mathbb E\log p(R\mid BA,A^{-1}F)=\mathrm{const}"
              Source = luttinen
              Covers = [ "factor-model"; "cavi" ]
              Cases = 100
              Generator = cases
              Holds =
                fun case ->
                    let model = FactorModel.model case.Columns case.Prior
                    let q = ConjugateSubject.sweeps (subjectOf case) case 1 (start case)
                    let data = Cavi.statistics (table case) model q
                    let rotated = FactorModel.rotate case.Prior data q
                    let best = model.Elbo data rotated
                    let before = model.Elbo data q
                    let likelihood = Elbo.term "E[log p(R | B, F, psi)]"

                    // Any other frame, with the best q(alpha) for it.
                    let tried frame =
                        model.Elbo data (FactorModel.updateRelevance case.Prior { rotated with Frame = frame })

                    let k = case.Prior.Factors
                    let struct (normals, _) = Rng.array (4 * k * k) Rng.normal (Rng.ofSeed (case.Seed + 7UL))

                    [ Compare.atMost "bound before" before.Value best.Value (Tolerances.bound before.Magnitude)
                      Compare.close
                          "expected log likelihood"
                          (likelihood before)
                          (likelihood best)
                          (Tolerances.bound before.Magnitude)

                      for i, size in List.indexed [ 1e-3; 0.1; 0.5; 2.0 ] do
                          let step = Mat.init k k (fun r c -> size * normals[(i * k + r) * k + c])

                          let frame =
                              FactorFrame.ofMatrix (Mat.multiply rotated.Frame.Matrix (Mat.add (Mat.identity k) step))

                          let other = tried frame

                          Compare.atMost
                              $"bound in a frame {size} away"
                              other.Value
                              best.Value
                              (Tolerances.bound (max best.Magnitude other.Magnitude))

                      // Both second moments are diagonal in the best frame.
                      let loadings = FactorLoadings.squaresIn case.Prior.Scales rotated.Frame rotated.Loadings

                      for i in 0 .. k - 1 do
                          for j in 0 .. i - 1 do
                              Compare.close
                                  $"E[B'S^-2 B] entry {i} {j}"
                                  0.0
                                  (loadings[i, j] / sqrt (loadings[i, i] * loadings[j, j]))
                                  1e-9 ] }

    let private order: Law =
        Law.make
            { Name = "factor-model: the answer in plain coordinates is the same answer"
              Statement =
                "Putting factors in order, signs right and the frame away changes neither the bound nor q(psi)."
              Formula = @"\mathcal L(B\Pi,\Pi^{-1}F)=\mathcal L(B,F)"
              Source = "the prior is the same for all factors and signs"
              Covers = [ "factor-model"; "cavi" ]
              Cases = 100
              Generator = cases
              Holds =
                fun case ->
                    let q = ConjugateSubject.sweeps (subjectOf case) case 2 (start case)
                    let ordered = FactorModel.inOrder q
                    let elbo = bound case q
                    let squares = Mat.diagonal (FactorLoadings.squares ordered.Frame ordered.Loadings)

                    [ Compare.close "bound" elbo.Value (bound case ordered).Value (Tolerances.evidence elbo.Magnitude)
                      Compare.holds "same q(psi)" (ordered.NoisePrecisions = q.NoisePrecisions)
                      for k in 1 .. squares.Length - 1 do
                          Compare.atMost "size of a later factor" squares[k] squares[k - 1] (1e-9 * squares[k - 1]) ] }

    let private divergence: Law =
        Law.make
            { Name = "factor-model: how far a sweep moves the factors is the divergence of their normals and gammas"
              Statement =
                "In plain coordinates, row by row and factor by factor, the divergence between the answers of two sweeps comes out the same, far apart and near."
              Formula =
                @"\mathrm{KL}(q'\,\|\,q)=\sum_n\mathrm{KL}(q'(b_n)\,\|\,q(b_n))+\mathrm{KL}(q'(\psi)\,\|\,q(\psi))+\mathrm{KL}(q'(\alpha)\,\|\,q(\alpha))"
              Source = "the factors are independent; the divergence is the same in all coordinates"
              Covers = [ "factor-model"; "cavi" ]
              Cases = 40
              Generator = cases
              Holds =
                fun case ->
                    let model = FactorModel.model case.Columns case.Prior
                    let after count = ConjugateSubject.sweeps (subjectOf case) case count (start case)

                    let plainRows (q: FactorModelPosterior) =
                        FactorLoadings.rows (FactorModel.inFrame (FactorFrame.identity case.Prior.Factors) q).Loadings

                    [ for former, recent in [ 0, 1; 1, 2; 1, 4; 20, 21 ] do
                          let p, q = after former, after recent

                          let expected =
                              Array.sum (Array.map2 MvNormal.klDivergence (plainRows q) (plainRows p))
                              + Array.sum (Array.map2 Gamma.klDivergence q.NoisePrecisions p.NoisePrecisions)
                              + Array.sum (Array.map2 Gamma.klDivergence q.LoadingPrecisions p.LoadingPrecisions)

                          Compare.close
                              $"divergence from sweep {former} to sweep {recent}"
                              expected
                              (model.Divergence q p)
                              (1e-6 * expected + 1e-10) ] }

    let private settled: Law =
        Law.make
            { Name = "factor-model: after convergence a further sweep changes nothing"
              Statement =
                "Where the stop rule says converged, the next sweep gains no more than the tolerance and moves the answer no further."
              Formula = @"q^{(i+1)}=q^{(i)}"
              Source = "a fixed point of coordinate ascent"
              Covers = [ "factor-model"; "cavi" ]
              Cases = 30
              Generator = FactorSamples.factorModel 8 25 (3, 5) 2 FactorSamples.either
              Holds =
                fun case ->
                    let case = { case with Prior = { case.Prior with Rotation = true } }
                    let struct (data, _) = FactorData.ofRows false (table case)
                    let engine = FactorData.engine case.Prior data
                    let last = Run.last engine (Cavi.stopRule 1e-10 20000) (Rng.ofSeed case.Seed)
                    let struct (_, info) = engine.Step last.State

                    [ Compare.holds "converged" (last.Outcome.Value.IsConverged)
                      Compare.close "gain" 0.0 info.Gain (1e-10 + Tolerances.bound info.Elbo.Magnitude)
                      Compare.error "change, in posterior standard deviations" info.Change 2e-6 ] }

    let all: Law list =
        [ yield!
              ConjugateLaws.battery FactorSubjects.oneColumn
              |> List.map (fun law ->
                  if law.Name.EndsWith("evidence", StringComparison.Ordinal) then
                      Law.cases 10 law
                  else
                      law)
          plain id
          reduced
          eitherWay
          unobserved
          rotation
          order
          divergence
          settled ]
