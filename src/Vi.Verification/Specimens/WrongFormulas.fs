namespace Vi.Verification.FSharp

open System
open Vi.Math
open Vi.Math.FSharp
open Vi.Verification

/// Formulas of distributions, sums and stop rules as they should not be.
[<RequireQualifiedAccess>]
module WrongFormulas =

    let private turnedRound =
        { DistributionSubjects.gamma with
            Family = fun _ -> { Gamma.family with KlDivergence = fun q p -> Gamma.klDivergence p q } }

    let private entropyWithoutConstants =
        { DistributionSubjects.mvNormal with
            Family =
                fun d ->
                    { MvNormal.family (MvNormal.dimension d) with Entropy = fun d -> -0.5 * d.Precision.LogDeterminant } }

    /// The Wishart with another E[log |X|].
    let private wishartWith (expectedLogDeterminant: Wishart -> float) =
        { DistributionSubjects.wishart with
            Family =
                fun d ->
                    let family = Wishart.family (Wishart.dimension d)

                    { family with
                        MeanParameters =
                            fun d ->
                                let right = family.MeanParameters d

                                Vec.append
                                    (Vec.constant 1 (expectedLogDeterminant d))
                                    (Vec.slice 1 (right.Length - 1) right) } }

    let private withoutLogTwo =
        wishartWith (fun d -> Wishart.expectedLogDeterminant d - float (Wishart.dimension d) * log 2.0)

    let private offByHalf =
        wishartWith (fun d ->
            let n = Wishart.dimension d

            Special.multivariateDigamma n (0.5 * (d.DegreesOfFreedom + 1.0)) + float n * log 2.0
            - d.InverseScale.LogDeterminant)

    let private withoutHalf =
        wishartWith (fun d ->
            let n = Wishart.dimension d

            Seq.sum (seq { for j in 1..n -> Special.digamma (d.DegreesOfFreedom + 1.0 - float j) })
            + float n * log 2.0
            - d.InverseScale.LogDeterminant)

    let private withoutCrossTerm (a: Moments) (b: Moments) : Moments =
        if a.Weight = 0.0 then b
        elif b.Weight = 0.0 then a
        else { Moments.combine a b with Scatter = Mat.add a.Scatter b.Scatter }

    /// Combines second moments about the origin and centres afterwards.
    let private aboutOrigin (a: Moments) (b: Moments) : Moments =
        if a.Weight = 0.0 then
            b
        elif b.Weight = 0.0 then
            a
        else
            let raw (m: Moments) = Mat.add m.Scatter (Mat.outer m.Weight m.Mean m.Mean)
            let weight = a.Weight + b.Weight

            let mean = Vec.add (Vec.scale (a.Weight / weight) a.Mean) (Vec.scale (b.Weight / weight) b.Mean)

            { Weight = weight
              Mean = mean
              MeanRest = Vec.zero mean.Length
              Scatter = Mat.addScaled -weight (Mat.outer 1.0 mean mean) (Mat.add (raw a) (raw b)) }

    let private unshifted (values: float[]) = log (Array.sumBy exp values)

    /// Each row in turn takes the cheapest column that is left.
    let private greedy (costs: Mat) : int[] =
        ([], seq { 0 .. costs.Rows - 1 })
        ||> Seq.fold (fun taken i ->
            let free = [ 0 .. costs.Columns - 1 ] |> List.except taken
            List.append taken [ free |> List.minBy (fun j -> costs[i, j]) ])
        |> Array.ofList

    let private stops (settled: SweepInfo -> float -> bool) (tolerance: float) (most: int) : StopRule<SweepInfo> =
        StopRule.firstOf
            [ { Judge =
                  fun sweep info ->
                      if settled info tolerance then
                          ValueSome(Converged(SweepGain(sweep, info.Gain, info.Change)))
                      else
                          ValueNone }
              StopRule.budget most (fun sweeps info -> Outcome.sweepsSpent sweeps info.Gain) ]

    /// Takes any gain below the tolerance for convergence, a fall included.
    let private fallIsConvergence = stops (fun info tolerance -> info.Gain <= tolerance)

    /// Takes the gain relative to the bound, whose level is arbitrary.
    let private relativeGain =
        stops (fun info tolerance -> abs info.Gain <= 1e3 * tolerance * abs info.Elbo.Value)

    let all: Specimen list =
        [ Specimen.make
              "divergence turned round"
              "a common slip"
              "KL(p || q) where KL(q || p) is meant."
              "gamma: Kullback-Leibler divergence equals the one derived from the contract"
              (DistributionLaws.battery turnedRound)
          Specimen.make
              "divergence turned round, by draws"
              "a common slip"
              "The same, held against the average over draws from q."
              "gamma: divergence equals its Monte Carlo average"
              (DistributionLaws.battery turnedRound)
          Specimen.make
              "entropy without its constants"
              "notebook, section 6, _compute_elbo"
              "log |Sigma| / 2 alone, without D log(2 pi e) / 2."
              "mv-normal: entropy equals the one derived from the contract"
              (DistributionLaws.battery entropyWithoutConstants)
          Specimen.make
              "expected log-determinant without log 2"
              "a common slip in Bishop's B.81"
              "E[log |X|] without D log 2."
              "wishart: mean parameters are the gradient of the log-partition"
              (DistributionLaws.battery withoutLogTwo)
          Specimen.make
              "expected log-determinant off by half"
              "a common slip: counting dimensions from 0 where the formula counts from 1"
              "digamma((nu + 2 - j) / 2) where digamma((nu + 1 - j) / 2) is right."
              "wishart: mean parameters are the gradient of the log-partition"
              (DistributionLaws.battery offByHalf)
          Specimen.make
              "expected log-determinant off by half, by draws"
              "the same slip"
              "The same, held against the average over draws."
              "wishart: draws have the mean parameters as their average"
              (DistributionLaws.battery offByHalf)
          Specimen.make
              "digamma without its half"
              "a common slip in Bishop's B.81"
              "digamma(nu + 1 - j) where digamma((nu + 1 - j) / 2) is right."
              "wishart: mean parameters are the gradient of the log-partition"
              (DistributionLaws.battery withoutHalf)
          Specimen.make
              "moments without the cross term"
              "a common slip in merging variances"
              "Scatters are added without w_a w_b / (w_a + w_b) (m_a - m_b)(m_a - m_b)'."
              "moments: parts combine to the moments of the whole"
              (MonoidLaws.moments withoutCrossTerm)
          Specimen.make
              "moments about the origin"
              "the textbook's sum of squares"
              "Second moments about the origin lose all digits of data at 1e6 +- 1."
              "moments: parts combine to the moments of the whole"
              (MonoidLaws.moments aboutOrigin)
          Specimen.make
              "log-sum-exp without the shift"
              "System.Numerics.Tensors.TensorPrimitives.SoftMax does not shift by the maximum"
              "Overflows and underflows."
              "log-sum-exp: shift"
              [ NumericsLaws.logSumExp unshifted ]
          Specimen.make
              "labels matched one after the other"
              "the first idea for label switching"
              "The first component takes its nearest label although another needs it more."
              "assignment: least total cost"
              (NumericsLaws.assignment greedy)
          Specimen.make
              "stop rule that takes a fall for convergence"
              "any test of the kind `gain < tolerance`"
              "A falling bound counts as converged."
              "stop rule: a falling bound is never taken for convergence"
              (StopRuleLaws.ascent fallIsConvergence)
          Specimen.make
              "stop rule relative to the bound's level"
              "Stan's tol_rel_obj and its kin"
              "A constant added to log p changes the verdict."
              "stop rule: a constant added to the bound changes no verdict"
              (StopRuleLaws.ascent relativeGain)
          Specimen.make
              "a stop rule that ignores terms that are not finite"
              "loops that compare bounds, where every comparison with NaN is false"
              "A run of svi with a bound of NaN goes on to the end of its budget."
              "svi's stop rule: a term that is not finite ends the run"
              (StopRuleLaws.stochastic (fun _ epochs -> StopRule.steps epochs)) ]
