namespace Vi.Verification.FSharp

open System
open Vi.Kernels
open Vi.Math
open Vi.Math.FSharp
open Vi.Verification

/// Laws of conjugate models with their local variables summed or integrated out.
[<RequireQualifiedAccess>]
module MarginalModelLaws =

    /// Factors after some sweeps of coordinate ascent from the prior.
    let private fitted sweeps (subject: MarginalSubject<'c, 's, 'g>) case =
        let model = subject.Conjugate case

        (model.Prior, seq { 1..sweeps })
        ||> Seq.fold (fun globals _ ->
            let data = Cavi.statistics (subject.Batches case) model globals
            (globals, model.Updates) ||> List.fold (fun globals update -> update.Update data globals))

    /// A position where the posterior has mass: that of what the factors expect after a sweep, moved a little at random.
    let internal near (subject: MarginalSubject<'c, 's, 'g>) case : Vec =
        let centre = (subject.Marginal case).OfGlobals(fitted 1 subject case)
        let struct (z, _) = Rng.array centre.Length Rng.normal (Rng.ofSeed (subject.Seed case))
        Vec.addScaled 0.3 (Vec.ofArray z) centre

    let private moved (x: Vec) d step = Vec.mapi (fun i value -> if i = d then value + step else value) x

    let internal valueAt (density: LogDensity) =
        let evaluator = density.Evaluator()
        fun (x: Vec) -> evaluator.Value(x.AsSpan())

    let internal gradient (subject: MarginalSubject<'c, 's, 'g>) : Law =
        Law.make
            { Name = $"marginal: {subject.Name}: the gradient is that of the density"
              Statement = "Every derivative equals the central difference; a value alone equals that with the gradient."
              Formula = @"\nabla_\theta\log p(x,\theta)=E[\nabla_\theta\log p(x,z,\theta)\mid x,\theta]"
              Source = "Fisher's identity (Dempster, Laird and Rubin 1977; Cappe, Moulines and Ryden 2005, 10.1.6)"
              Covers = [ "marginal"; subject.Covers ]
              Cases = 25
              Generator = subject.Cases
              Holds =
                fun case ->
                    let density = (subject.Marginal case).Density
                    let x = near subject case
                    let struct (value, slope) = LogDensity.at density x
                    let at = valueAt density

                    [ Compare.close "value alone" value (at x) 0.0
                      for d in 0 .. x.Length - 1 do
                          let numerical = Numerical.derivative 0.05 (fun step -> at (moved x d step))

                          Compare.close
                              $"derivative in {density.CoordinateNames[d]}"
                              numerical.Value
                              slope[d]
                              (Tolerances.derivative numerical.Error (Tolerances.logDensity value) numerical.Step
                               + Tolerances.finiteDifference slope[d]) ] }

    /// log |det| of the variables' derivatives in the coordinates, by central differences.
    let private logVolume (subject: MarginalSubject<'c, 's, 'g>) case (model: MarginalModel<'g>) (x: Vec) =
        let variables position = subject.Variables case (model.ToGlobals position)
        let count = x.Length

        let columns =
            Array.init count (fun d ->
                Array.init count (fun i ->
                    (Numerical.derivative 0.05 (fun step -> (variables (moved x d step))[i])).Value))

        let struct (_, logDeterminant) = Mat.invert (Mat.init count count (fun i d -> columns[d].[i]))
        logDeterminant

    let internal value (subject: MarginalSubject<'c, 's, 'g>) : Law =
        Law.make
            { Name = $"marginal: {subject.Name}: the density is the plain joint density on other coordinates"
              Statement =
                "The value equals log p(data, theta) by slow formulas - dense covariances, sums over all paths - plus the logarithm of the coordinates' volume by finite differences, constants included."
              Formula = @"\log p(x,\theta(u))+\log|\det\partial\theta/\partial u|"
              Source = "change of variables"
              Covers = [ "marginal"; subject.Covers ]
              Cases = 15
              Generator = subject.Cases
              Holds =
                fun case ->
                    let model = subject.Marginal case
                    let x = near subject case
                    let plain = subject.LogJoint case (model.ToGlobals x)

                    [ Compare.close
                          "log density"
                          (plain + logVolume subject case model x)
                          (valueAt model.Density x)
                          (Tolerances.evidence (abs plain) + Tolerances.finiteDifference (float x.Length)) ] }

    let internal roundTrip (subject: MarginalSubject<'c, 's, 'g>) : Law =
        Law.make
            { Name = $"marginal: {subject.Name}: positions and pinned globals are two forms of one point"
              Statement =
                "A position becomes pinned globals and the same position again; what is reported of a draw's position is what Gibbs sampling reports of the draw."
              Formula = @"u(\theta(u))=u"
              Source = "own derivation"
              Covers = [ "marginal"; subject.Covers ]
              Cases = 25
              Generator = subject.Cases
              Holds =
                fun case ->
                    let model = subject.Marginal case
                    let x = near subject case
                    let again = model.OfGlobals(model.ToGlobals x)
                    let struct (pinned, _) = subject.Pin case (fitted 1 subject case) (Rng.ofSeed (subject.Seed case))
                    let reported = subject.Values case pinned
                    let values = model.Values(model.OfGlobals pinned)

                    [ for d in 0 .. x.Length - 1 do
                          Compare.close
                              $"coordinate {model.Density.CoordinateNames[d]}"
                              x[d]
                              again[d]
                              (Tolerances.sumOfProbabilities * (1.0 + Vec.maxAbs x))
                      for d in 0 .. model.Names.Length - 1 do
                          Compare.close
                              model.Names[d]
                              reported[d]
                              values[d]
                              (Tolerances.sameAnswer * (1.0 + Vec.maxAbs reported)) ] }

    let internal withoutData (subject: MarginalSubject<'c, 's, 'g>) : Law =
        Law.make
            { Name = $"marginal: {subject.Name}: without data the density is the prior's"
              Statement = "Without data the density at any position is that of global factors at their prior."
              Formula = @"\log p(\theta)=\log q_0(\theta)"
              Source = "own derivation"
              Covers = [ "marginal"; subject.Covers ]
              Cases = 25
              Generator = subject.Cases
              Holds =
                fun case ->
                    let position = near subject case
                    let empty = subject.Empty case
                    let model = subject.Marginal empty
                    let expected = model.LogFactors (subject.Conjugate empty).Prior position

                    [ Compare.close
                          "log density"
                          expected
                          (valueAt model.Density position)
                          (Tolerances.logDensity (abs expected)) ] }

    let internal reordered (subject: MarginalSubject<'c, 's, 'g>) reorder : Law =
        Law.make
            { Name = $"marginal: {subject.Name}: the order of what is alike changes nothing"
              Statement =
                "Components, states or factors in another order, and their priors with them, have the same density, although their coordinates are others."
              Formula = @"p(x,\sigma\theta)=p(x,\theta)"
              Source = "Fruehwirth-Schnatter 2006, 3.5.5"
              Covers = [ "marginal"; subject.Covers ]
              Cases = 25
              Generator = subject.Cases
              Holds =
                fun case ->
                    let model = subject.Marginal case
                    let x = near subject case
                    let other, globals = reorder (case, model.ToGlobals x)
                    let turned = subject.Marginal other
                    let expected = valueAt model.Density x

                    [ Compare.close
                          "log density"
                          expected
                          (valueAt turned.Density (turned.OfGlobals globals))
                          (Tolerances.evidence (abs expected)) ] }

    let private draws = 20_000

    /// exp(values - shift) averages to 1 where shift is the log of their mean: the average, its standard error and its allowance.
    let private averageOver shift (logs: float[]) =
        let weights = logs |> Array.map (fun log -> exp (log - shift)) |> Vec.ofArray
        let mean = Sample.mean weights
        let sd = Sample.sd weights
        let skewness = Vec.sumBy (fun w -> ((w - mean) / sd) ** 3.0) weights / float weights.Length
        struct (mean, Tolerances.monteCarlo (sd / sqrt (float weights.Length)) skewness weights.Length 1.0)

    let internal weights (subject: MarginalSubject<'c, 's, 'g>) : Law =
        Law.make
            { Name = $"marginal: {subject.Name}: importance weights of q average to the evidence"
              Statement =
                "Draws of q weighted by the density over q's own average to the exact evidence; the mean of their logarithms lies between coordinate ascent's bound and it, and is the bound where there are no local variables."
              Formula =
                @"E_q\frac{p(x,\theta)}{q(\theta)}=p(x),\quad L(q)\le E_q\log\frac{p(x,\theta)}{q(\theta)}\le\log p(x)"
              Source = "Yao, Vehtari, Simpson and Gelman 2018, section 3; own derivation"
              Covers = [ "marginal"; subject.Covers ]
              Cases = 3
              Generator = Scalars.seed
              Holds =
                fun seed ->
                    let case = subject.Draft 3 seed
                    let model = subject.Marginal case
                    // The factors of one of the rows: wider than the posterior, so that no weight is much larger than the others.
                    let q = fitted 3 subject (subject.Draft 1 seed)
                    let at = valueAt model.Density
                    let logFactors = model.LogFactors q

                    let logs =
                        Array.init draws (fun i ->
                            let struct (pinned, _) = subject.Pin case q (Rng.derive i (Rng.ofSeed seed))
                            let x = model.OfGlobals pinned
                            at x - logFactors x)

                    let conjugate = subject.Conjugate case
                    let bound = (conjugate.Elbo (Cavi.statistics (subject.Batches case) conjugate q) q).Value
                    let mean = Array.average logs
                    let error = Sample.sd (Vec.ofArray logs) / sqrt (float draws)
                    let allowed = Tolerances.standardErrors * error + Tolerances.evidence (abs bound)

                    [ if subject.HasLocals then
                          Compare.atMost "the bound" bound mean allowed
                      else
                          Compare.close "the bound" bound mean allowed
                      match subject.Evidence with
                      | ValueNone -> ()
                      | ValueSome evidence ->
                          let evidence = evidence case
                          let struct (average, allowed') = averageOver evidence logs
                          Compare.atMost "mean logarithm" mean evidence allowed
                          Compare.close "mean weight over the evidence" 1.0 average allowed' ] }

    let internal badPoints (subject: MarginalSubject<'c, 's, 'g>) : Law =
        Law.make
            { Name = $"marginal: {subject.Name}: bad points are values"
              Statement =
                "Positions out of all range raise no exception and never give a density of plus infinity; afterwards a good position gives the same bits as before."
              Formula = @"f(\mathrm{NaN})"
              Source = "purity"
              Covers = [ "marginal"; subject.Covers ]
              Cases = 25
              Generator = subject.Cases
              Holds =
                fun case ->
                    let density = (subject.Marginal case).Density
                    let x = near subject case
                    let at = valueAt density
                    let before = at x

                    let bad =
                        [ for value in [ nan; infinity; -infinity; 1e300; -1e300; 800.0; -800.0; 60.0; -60.0 ] do
                              for d in 0 .. x.Length - 1 ->
                                  at (Vec.mapi (fun i here -> if i = d then value else here) x) ]

                    [ Compare.holds "no infinite density" (bad |> List.forall (fun value -> value <> infinity))
                      Compare.close "the same again" before (at x) 0.0 ] }

    /// The battery of one model.
    let battery (subject: MarginalSubject<'c, 's, 'g>) : Law list =
        [ gradient subject
          value subject
          roundTrip subject
          weights subject
          badPoints subject
          if subject.PriorFactorises then
              withoutData subject
          match subject.Reorder with
          | ValueSome reorder -> reordered subject reorder
          | ValueNone -> () ]
