namespace Vi.Verification.FSharp

open System
open FsCheck
open FsCheck.FSharp
open Vi.Math
open Vi.Math.FSharp
open Vi.Verification

/// Fits that are stored and predict new rows: what is stored comes back, and answers are those of the posterior, in the columns' own units.
[<RequireQualifiedAccess>]
module StoredFitLaws =

    let private column steps name : ModelColumn = { Name = name; Source = name; Level = null; Steps = steps }

    let private columns count = Array.init count (fun j -> column [||] $"x{j + 1}")

    let private fit model posterior columns target : StoredFit =
        { Model = model
          Algorithm = "cavi"
          Columns = columns
          Target = target
          Levels = [| struct ("x1", [| "no"; "a \"quoted\" text" |]) |]
          Until = Nullable(DateTime(2026, 3, 31))
          Posterior = posterior }

    let private ofRegression (case: RegressionCase) =
        let q = ConjugateSubject.start Models.linearRegression case
        let rows = Moments.ofRows (ConjugateSubject.tableOf Models.linearRegression case)
        FittedPosterior.Regression(Vec.slice 0 case.Columns rows.Mean, q)

    let private ofMixture (kind: ComponentKind<'prior, 'data, 'components>) =
        let subject = MixtureKinds.subject (Samples.mixture 0 20 3 2 4) MixtureKinds.dirichlet kind

        fun (case: MixtureCase) ->
            ConjugateSubject.start subject case
            |> Mixture.view MixtureKinds.dirichlet.Family kind.Family
            |> FittedPosterior.Mixture

    let private ofRegimes (case: RegimeCase) =
        let q = ConjugateSubject.start RegimeModels.regimeSwitching case
        FittedPosterior.Regimes({ q with Learned = ValueNone }, Dirichlet.mean q.Transitions[0])

    let private ofFactors (case: FactorCase) =
        let q = ConjugateSubject.start FactorSubjects.known case |> FactorModel.inOrder

        FittedPosterior.Factors(
            FactorLoadings.rows q.Loadings,
            q.NoisePrecisions,
            Vec.init case.Columns (fun n -> 0.25 * float n)
        )

    /// Fits of every kind, with the number of columns that each reads.
    let private fits: Arbitrary<StoredFit> =
        let made (cases: Arbitrary<'case>) (model: string) (posterior: 'case -> FittedPosterior) width =
            cases.Generator
            |> Gen.map (fun case -> fit model (posterior case) (columns (width case)) (column [||] "y"))

        let logistic (case: LogisticCase) =
            let q = ConjugateSubject.start LogisticSubjects.logistic case
            FittedPosterior.Logistic(case.Prior.Centre, case.Prior.Intercept, q)

        let draws (case: RegressionCase) =
            FittedPosterior.Draws
                [| { Name = "w"; Shape = [| case.Rows.Length; case.Columns + 1 |]; Values = Array.concat case.Rows }
                   { Name = "odd"; Shape = [| 4 |]; Values = [| nan; infinity; -infinity; -0.0 |] } |]

        Gen.oneof
            [ made
                  Models.gaussianMean.Cases
                  "gaussian-mean"
                  (fun case ->
                      FittedPosterior.NormalMean(
                          ConjugateSubject.start Models.gaussianMean case,
                          case.Prior.NoiseVariance
                      ))
                  (fun _ -> 0)
              made
                  Models.gaussianMeanPrecision.Cases
                  "gaussian-mean-precision"
                  (fun case ->
                      FittedPosterior.NormalMeanPrecision(ConjugateSubject.start Models.gaussianMeanPrecision case))
                  (fun _ -> 0)
              made (Samples.regression 1 20) "linear-regression" ofRegression _.Columns
              made (Samples.logistic 1 20 3) "logistic-regression" logistic _.Prior.Centre.Length
              made
                  (Samples.mixture 0 20 3 2 4)
                  "gaussian-mixture"
                  (ofMixture MixtureKinds.full)
                  _.Prior.Component.Mean.Length
              made
                  (Samples.mixture 0 20 3 2 4)
                  "gaussian-mixture"
                  (ofMixture MixtureKinds.diagonal)
                  _.Prior.Component.Mean.Length
              made (Samples.regimes 3 20 2 1 4) "regime-switching" ofRegimes _.Prior.State.Mean.Length
              made FactorSubjects.known.Cases "factor-model" ofFactors _.Columns
              made (Samples.regression 1 20) "program" draws _.Columns ]
        |> Arb.fromGen

    let private bits (fit: StoredFit) =
        [| for numbers in FittedPosterior.toArrays fit.Posterior do
               for value in numbers.Values -> BitConverter.DoubleToInt64Bits value |]

    let private names (fit: StoredFit) =
        [| for numbers in FittedPosterior.toArrays fit.Posterior -> $"%A{(numbers.Name, numbers.Shape)}" |]

    /// What stores and loads is given, so that a wrong one can be tried.
    let internal stored (again: StoredFit -> StoredFit) : Law =
        Law.make
            { Name = "stored fits: what is loaded has the bits of what was stored"
              Statement =
                "A posterior of any kind, its columns, texts and date come back from the stored text as they were, every number to the bit; stored again it is the same text."
              Formula = @"\mathrm{load}(\mathrm{store}(q))=q"
              Source = "definition"
              Covers = [ "predictions" ]
              Cases = 60
              Generator = fits
              Holds =
                fun fit ->
                    let found = again fit
                    let same what condition = Compare.close what 0.0 (if condition then 0.0 else 1.0) 0.0

                    [ same "numbers" (bits fit = bits found)
                      same "names and shapes" (names fit = names found)
                      same "columns" (fit.Columns = found.Columns && fit.Target = found.Target)
                      same "texts" (fit.Levels = found.Levels && fit.Until = found.Until && fit.Model = found.Model)
                      same "text" (StoredFit.toJson fit = StoredFit.toJson found) ] }

    let private answers (predictor: RowPredictor) (rows: float[][]) : Map<string, float>[] =
        let step state row =
            let struct (next, numbers) = predictor.Step state row
            Map.ofArray (Array.zip predictor.Names numbers), next

        Array.mapFold step predictor.Start rows |> fst

    /// Probability of each state at the last of some rows given all of them, and the log density of all rows: sums over all paths.
    let private overPaths (q: RegimeSwitchingPosterior) (first: float[]) (rows: float[][]) : struct (float[] * float) =
        let expected i j = q.Transitions[i].Concentration[j] / Vec.sum q.Transitions[i].Concentration
        let density k row = exp (Predictions.componentLogDensity (Joint q.States[k]) row)
        let found: float[] = Array.zeroCreate q.States.Length

        let rec walk probability state at =
            let here = probability * density state rows[at]

            if at = rows.Length - 1 then
                found[state] <- found[state] + here
            else
                for next in 0 .. q.States.Length - 1 do
                    walk (here * expected state next) next (at + 1)

        first |> Array.iteri (fun state probability -> walk probability state 0)
        let total = Array.sum found
        struct (found |> Array.map (fun p -> p / total), log total)

    /// The filter is given, so that a wrong one can be tried.
    let internal filter (make: bool -> FittedPosterior -> RowPredictor) : Law =
        Law.make
            { Name = "regime-switching: the filter of new rows sums over all paths that lead to them"
              Statement =
                "The probability of a state at a row given the rows up to it is the sum over paths of the first state's, the transitions' and the rows' probabilities; the rows' log densities add up to that of all of them. A series that goes on begins with the state after the last fitted row."
              Formula =
                @"P(z_t=k\mid x_{1:t})\propto\sum_{z_{1:t-1}}p(z_1)\prod_{s}\mathbb E[A_{z_{s-1}z_s}]\,p(x_s\mid z_s)"
              Source = "enumeration"
              Covers = [ "regime-switching"; "predictions" ]
              Cases = 40
              Generator =
                Scalars.both (Samples.regimes 3 20 2 2 3) (Scalars.arrayOf 5 5 (Scalars.arrayOf 2 2 (Scalars.real 1.0)))
              Holds =
                fun (case, points) ->
                    let q = ConjugateSubject.start RegimeModels.regimeSwitching case
                    let last = Array.init q.States.Length (fun k -> float (k + 1))
                    let last = last |> Array.map (fun p -> p / Array.sum last)
                    let rows = points |> Array.map (fun row -> row[.. case.Prior.State.Mean.Length - 1])

                    [ for continues in [ false; true ] do
                          let found = answers (make continues (FittedPosterior.Regimes(q, Vec.ofArray last))) rows

                          let first =
                              if continues then
                                  Predictions.statesAhead q.Transitions 1 last
                              else
                                  (Dirichlet.mean q.Initial).ToArray()

                          let mutable total = 0.0

                          for t in 0 .. rows.Length - 1 do
                              let struct (expected, logDensity) = overPaths q first rows[..t]
                              total <- total + found[t].["logDensity"]

                              Compare.close
                                  $"log density up to row {t}"
                                  logDensity
                                  total
                                  (Tolerances.evidence (abs logDensity))

                              let next = Predictions.statesAhead q.Transitions 1 expected

                              for k in 0 .. expected.Length - 1 do
                                  Compare.close
                                      $"state {k} at row {t}"
                                      expected[k]
                                      found[t].[$"p[{k + 1}]"]
                                      (Tolerances.evidence 1.0)

                                  Compare.close
                                      $"state {k} after row {t}"
                                      next[k]
                                      found[t].[$"next[{k + 1}]"]
                                      (Tolerances.evidence 1.0) ] }

    /// What a model may read of a column: the steps, the value in the column's own unit of a number u that is read, and log (dx / du).
    let private changes mean sd =
        let standardized = ColumnStep.Standardize(mean, sd)

        [ "as it is", [||], (fun u -> u), (fun _ -> 0.0)
          "standardised", [| standardized |], (fun u -> mean + sd * u), (fun _ -> log sd)
          "logarithm", [| ColumnStep.Log |], exp, id
          "logarithm, standardised",
          [| ColumnStep.Log; standardized |],
          (fun u -> exp (mean + sd * u)),
          (fun u -> mean + sd * u + log sd) ]

    let private unitCases = Scalars.both (Scalars.real 2.0) (Scalars.positive 0.2 5.0)

    /// The predictor is given, so that a wrong one can be tried.
    let internal densities (make: ModelColumn[] -> ColumnStep[] -> FittedPosterior -> RowPredictor) : Law =
        Law.make
            { Name = "gaussian-mixture: densities of rows are in the columns' own units"
              Statement =
                "The density of a row integrates to one over the column's own unit, whatever the model reads of it: it is the density of what is read times the derivative."
              Formula = @"p(x)=p_g(g(x))\,g'(x),\quad\int p(x)\,dx=1"
              Source = "change of variables"
              Covers = [ "gaussian-mixture"; "predictions" ]
              Cases = 20
              Generator = Scalars.both (Samples.mixture 0 20 1 2 3) unitCases
              Holds =
                fun (case, (mean, sd)) ->
                    let q =
                        ConjugateSubject.start
                            (MixtureKinds.subject (Samples.mixture 0 20 1 2 3) MixtureKinds.dirichlet MixtureKinds.full)
                            case

                    let view = Mixture.view MixtureKinds.dirichlet.Family MixtureKinds.full.Family q
                    let marginal = MixtureView.predictive view 0
                    let middle = StudentTMixture.quantile marginal 0.5
                    let scale = marginal.Components |> Array.map _.Scale |> Array.min
                    let expected u = MixtureView.predictiveLogDensity view (Vec.ofArray [| u |])

                    [ for name, steps, back, logSlope in changes mean sd do
                          let predictor = make [| column steps "x" |] [||] (FittedPosterior.Mixture view)

                          let density u =
                              let struct (_, numbers) = predictor.Step predictor.Start [| back u |]
                              Array.last numbers + logSlope u

                          if not (Array.contains ColumnStep.Log steps) then
                              Compare.close
                                  $"{name}: mass"
                                  1.0
                                  (Numerical.integral middle scale density)
                                  (Tolerances.quadrature 1.0)

                          for u in [ middle - scale; middle; middle + 2.0 * scale ] do
                              // Exponentials within the range of doubles; rounding of x moves u by 1e-15 of its size, in scales.
                              if abs (logSlope u) < 300.0 then
                                  let size = 1.0 + (abs mean / sd + abs u) / scale

                                  Compare.close
                                      $"{name}: at {u}"
                                      (expected u)
                                      (density u)
                                      (Tolerances.unitsThereAndBack size * (1.0 + abs (expected u))) ] }

    /// The predictor is given, so that a wrong one can be tried.
    let internal units (make: ModelColumn[] -> ColumnStep[] -> FittedPosterior -> RowPredictor) : Law =
        Law.make
            { Name = "predictions: intervals, means and standard deviations are in the target's own unit"
              Statement =
                "Ends of intervals go back as they came, means and standard deviations by the unit, and not at all where the target is read as a logarithm."
              Formula = @"Q_y(p)=g^{-1}(Q_{g(y)}(p))"
              Source = "change of variables"
              Covers = [ "gaussian-mean-precision"; "predictions" ]
              Cases = 40
              Generator = Scalars.both Models.gaussianMeanPrecision.Cases unitCases
              Holds =
                fun (case, (mean, sd)) ->
                    let q = ConjugateSubject.start Models.gaussianMeanPrecision case
                    let found steps = (answers (make [||] steps (FittedPosterior.NormalMeanPrecision q)) [| [||] |])[0]
                    let plain = found [||]
                    // The sum mean + sd u rounds by the size of its parts.
                    let allowed u = Tolerances.unitsThereAndBack (abs mean + sd * abs u + abs u)

                    [ for name, steps, back, _ in changes mean sd do
                          let own = found steps

                          for p in [ "q05"; "q50"; "q95" ] do
                              Compare.close
                                  $"{name}: {p}"
                                  (back plain[p])
                                  own[p]
                                  (allowed plain[p] * (1.0 + abs (back plain[p])))

                          let isLog = Array.contains ColumnStep.Log steps

                          Compare.close
                              $"{name}: has a mean"
                              (if isLog then 0.0 else 1.0)
                              (if own.ContainsKey "mean" then 1.0 else 0.0)
                              0.0

                          if own.ContainsKey "mean" && q.Precision.Shape > 1.1 then
                              let unit = if steps.Length = 0 then 1.0 else sd
                              Compare.close $"{name}: mean" (back plain["mean"]) own["mean"] (allowed plain["mean"])

                              Compare.close
                                  $"{name}: sd"
                                  (unit * plain["sd"])
                                  own["sd"]
                                  (Tolerances.unitsThereAndBack (unit * plain["sd"])) ] }

    /// The predictor is given, so that a wrong one can be tried.
    let internal missing (make: ModelColumn[] -> FittedPosterior -> RowPredictor) : Law =
        Law.make
            { Name = "factor-model: a missing entry has the moments of loadings times factors and noise"
              Statement =
                "The mean of a missing entry is that of b'f, its variance E[(b'f)^2] less the mean's square and the expected variance of the noise, b and f independent; an observed entry is itself, with no spread."
              Formula = @"\mathrm{Var}=\sum_{ij}\mathbb E[b_ib_j]\,\mathbb E[f_if_j]-(m_b^\top m_f)^2+\mathbb E[\psi]"
              Source = "definition; plain loops"
              Covers = [ "factor-model"; "predictions" ]
              Cases = 50
              Generator =
                Scalars.three FactorSubjects.known.Cases (Scalars.arrayOf 5 5 (Scalars.real 3.0)) (Scalars.integer 0 31)
              Holds =
                fun (case, point, gaps) ->
                    let posterior = ofFactors case
                    let q = ConjugateSubject.start FactorSubjects.known case |> FactorModel.inOrder
                    let plain = PlainFactorModel.ofPosterior q
                    let means = Array.init case.Columns (fun n -> 0.25 * float n)
                    let row = Array.init case.Columns (fun n -> if (gaps >>> n) &&& 1 = 1 then nan else point[n])
                    let struct (f, spread) = PlainFactorModel.factorsAt plain (Array.map2 (-) row means)
                    let found = (answers (make (columns case.Columns) posterior) [| row |])[0]
                    let loadings = FactorLoadings.rows q.Loadings

                    [ for n in 0 .. case.Columns - 1 do
                          let name = $"x{n + 1}"

                          if Double.IsNaN row[n] then
                              let b = loadings[n].Mean
                              let covariance = MvNormal.covariance loadings[n]
                              let mutable product = 0.0
                              let mutable square = 0.0

                              for i in 0 .. b.Length - 1 do
                                  product <- product + b[i] * f[i]

                                  for j in 0 .. b.Length - 1 do
                                      square <- square + (covariance[i, j] + b[i] * b[j]) * (spread[i, j] + f[i] * f[j])

                              let noise = q.NoisePrecisions[n]
                              let own = if noise.Shape > 1.0 then noise.Rate / (noise.Shape - 1.0) else infinity
                              let sd = sqrt (square - product * product + (if Double.IsFinite own then own else 0.0))
                              let size = sqrt square + sd

                              Compare.close
                                  $"mean {n}"
                                  0.0
                                  ((found[name] - means[n] - product) / size)
                                  Tolerances.missingEntry

                              if Double.IsFinite own then
                                  Compare.close
                                      $"sd {n}"
                                      0.0
                                      ((found[$"{name}.sd"] - sd) / size)
                                      Tolerances.missingEntry
                          else
                              Compare.close $"entry {n}" row[n] found[name] 0.0
                              Compare.close $"sd of an entry {n}" 0.0 found[$"{name}.sd"] 0.0 ] }

    let internal predictor model columns target continues posterior =
        (RowPredictor.make model columns target continues posterior).Value

    let internal filterOf continues posterior =
        let width =
            match posterior with
            | FittedPosterior.Regimes(q, _) -> q.States[0].Mean.Length
            | _ -> 0

        predictor "regime-switching" (columns width) [||] continues posterior

    let internal unitsOf columns target posterior = predictor "" columns target false posterior

    let internal missingOf columns posterior = predictor "factor-model" columns [||] false posterior

    let all: Law list =
        [ stored (StoredFit.toJson >> StoredFit.ofJson)
          filter filterOf
          densities unitsOf
          units unitsOf
          missing missingOf ]
