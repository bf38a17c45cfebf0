namespace Vi.Verification.FSharp

open FsCheck
open FsCheck.FSharp
open Vi.Kernels
open Vi.Math
open Vi.Math.FSharp
open Vi.Verification

/// Logistic regression as a subject of the conjugate battery, and what only it can be asked.
[<RequireQualifiedAccess>]
module LogisticLaws =

    let private columns (case: LogisticCase) = case.Prior.Centre.Length

    /// The target is the last entry of a row.
    let private mapTarget f (rows: float[][]) =
        rows |> Array.map (fun row -> Array.updateAt (row.Length - 1) (f row[row.Length - 1]) row)

    let private mapColumns f (rows: float[][]) =
        rows |> Array.map (Array.mapi (fun j x -> if j < rows[0].Length - 1 then f x else x))

    let private reverseColumns (row: float[]) = Array.append (Array.rev row[.. row.Length - 2]) row[row.Length - 1 ..]

    /// Weights with their first D entries in reverse order.
    let private reverseWeights d (q: MvNormal) : MvNormal =
        let from i = if i < d then d - 1 - i else i
        let precision = Chol.toMat q.Precision

        { Mean = Vec.init q.Mean.Length (fun i -> q.Mean[from i])
          Precision =
            Mat.init precision.Rows precision.Columns (fun i j -> precision[from i, from j])
            |> Chol.factor "a precision in another order" }

    /// Weights of columns in units `factor` times as large; the intercept stays.
    let private scaleWeights d factor (q: MvNormal) : MvNormal =
        let scale i = if i < d then factor else 1.0

        { Mean = Vec.mapi (fun i m -> scale i * m) q.Mean
          Precision = Chol.ofLower (Mat.init q.Mean.Length q.Mean.Length (fun i j -> q.Precision.Lower[i, j] / scale i)) }

    let private negate (q: MvNormal) : MvNormal = { q with Mean = Vec.scale -1.0 q.Mean }

    let private onWeights f (case: LogisticCase) =
        { case with Prior = { case.Prior with Weights = f case.Prior.Weights } }

    /// 2^20, as for the other models: with data and centre on a grid of 2^-20 the shift rounds nothing.
    let private shift = 1048576.0

    let private snap x = round (x * shift) / shift

    let private scale = 1e-6

    let private symmetries: SymmetryAction<LogisticCase, MvNormal> list =
        let action name case answer =
            { Name = name
              Before = id
              Case = case
              Answer = answer
              BoundShift = fun _ -> 0.0
              Resolution = fun _ -> 0.0 }

        [ action
              "labels turned round"
              (fun case -> onWeights negate { case with Rows = mapTarget (fun y -> 1.0 - y) case.Rows })
              (fun _ -> negate)
          action
              "columns in another order"
              (fun case ->
                  let d = columns case

                  onWeights
                      (reverseWeights d)
                      { case with
                          Prior = { case.Prior with Centre = Vec.init d (fun j -> case.Prior.Centre[d - 1 - j]) }
                          Rows = Array.map reverseColumns case.Rows })
              (fun case -> reverseWeights (columns case))
          action
              "columns scaled by 1e-6"
              (fun case ->
                  onWeights
                      (scaleWeights (columns case) (1.0 / scale))
                      { case with
                          Prior = { case.Prior with Centre = Vec.scale scale case.Prior.Centre }
                          Rows = mapColumns (fun x -> scale * x) case.Rows })
              (fun case -> scaleWeights (columns case) (1.0 / scale))
          { action
                "columns shifted by 1e6"
                (fun (case: LogisticCase) ->
                    // Without an intercept a shifted column is another model; there the shift is none.
                    if case.Prior.Intercept then
                        { case with
                            Prior = { case.Prior with Centre = Vec.map (fun c -> c + shift) case.Prior.Centre }
                            Rows = mapColumns (fun x -> x + shift) case.Rows }
                    else
                        case)
                (fun _ -> id) with
              Before =
                  fun case ->
                      { case with
                          Prior = { case.Prior with Centre = Vec.map snap case.Prior.Centre }
                          Rows = mapColumns snap case.Rows } } ]

    let private subjectOf cases : ConjugateSubject<LogisticCase, LogisticStatistics, MvNormal> =
        { Name = "logistic-regression"
          Cases = cases
          Rows = fun case -> case.Rows
          Columns = fun case -> columns case + 1
          Empty = fun case -> { case with Rows = [||] }
          Seed = fun case -> case.Seed
          Model = fun case -> LogisticRegression.model case.Prior
          Factors =
            fun case ->
                [ FactorLens.one
                      (if case.Prior.Intercept then "q(w, b)" else "q(w)")
                      (MvNormal.family case.Prior.Weights.Mean.Length)
                      id
                      (fun _ q -> q) ]
          Evidence = None
          Gap = None
          Exact = false
          PriorFactorises = true
          Symmetries = symmetries }

    let subject = subjectOf (Samples.logistic 0 40 4)

    /// One or two weights, where the exact evidence and the divergence from the exact posterior are sums over a grid.
    let byQuadrature =
        { subjectOf (Samples.logistic 0 8 2) with
            Evidence = Some(fun case -> LogisticEvidence.logEvidence case.Prior case.Rows)
            Gap =
                Some(fun case q ->
                    LogisticEvidence.divergence
                        case.Prior
                        case.Rows
                        (LogisticEvidence.logEvidence case.Prior case.Rows)
                        q) }

    /// The bound on tiny data against the evidence by quadrature. The model is given, so that a wrong bound can be tried.
    let belowEvidence (subject: ConjugateSubject<LogisticCase, LogisticStatistics, MvNormal>) : Law =
        Law.make
            { Name = "logistic-regression: the bound lies below the evidence by quadrature"
              Statement =
                "With one or two weights the bound, at any factors, is at most the log of the likelihood averaged over the prior on a grid."
              Formula = @"\mathcal L(q)\le\log\int p(w)\prod_n\sigma(\pm x_n^\top w)\,dw"
              Source = "Jaakkola and Jordan 2000"
              Covers = [ "logistic-regression"; "cavi" ]
              Cases = 20
              Generator = Samples.logistic 0 8 2
              Holds =
                fun case ->
                    let exact = LogisticEvidence.logEvidence case.Prior case.Rows
                    let rows = ConjugateLaws.table (subject.Columns case) case.Rows
                    let model = subject.Model case
                    let first = ConjugateLaws.start subject case

                    [ for count in [ 0; 1; 5; 50 ] do
                          let answer = ConjugateLaws.sweeps subject case count first
                          let elbo = model.Elbo (Cavi.statistics rows model answer) answer

                          Compare.atMost
                              $"bound after {count} sweeps"
                              elbo.Value
                              exact
                              (Tolerances.evidence elbo.Magnitude) ] }

    let private tilts: Arbitrary<float> =
        Arb.fromGenShrink (
            Gen.oneof [ Gen.constant 0.0; Scalars.logUniformGen 1e-12 1e3; Scalars.uniformGen 0.4 0.6 ],
            fun c -> if c > 0.0 then Scalars.shrinkPositive 1e-12 1e3 c else Seq.empty
        )

    /// A law of the Polya-Gamma mean, as a function of the tilt; the function is given, so that a wrong one can be tried.
    let meanDigits (mean: float -> float) : Law =
        Law.make
            { Name = "logistic-regression: the Polya-Gamma mean keeps its digits at any tilt"
              Statement = "E[omega] is tanh(c/2) / (2c) to a few units in the last place, and 1/4 at c = 0."
              Formula = @"\mathbb E[\omega]=\tanh(c/2)/(2c)"
              Source = "Polson, Scott and Windle 2013, 1"
              Covers = [ "logistic-regression"; "cavi" ]
              Cases = 100
              Generator = tilts
              Holds =
                fun c ->
                    let expected = if c = 0.0 then 0.25 else tanh (0.5 * c) / (2.0 * c)
                    [ Compare.close "E[omega]" expected (mean c) (Tolerances.rounding 4 expected) ] }

    let private meanOf c = PolyaGamma.mean (PolyaGamma.create c)

    let private meanSeries: Law =
        Law.make
            { Name = "logistic-regression: the Polya-Gamma mean is the mean of its gamma series"
              Statement =
                "omega is a sum of independent exponentials over (k - 1/2)^2 + c^2 / (4 pi^2), divided by 2 pi^2: so is its mean."
              Formula = @"\mathbb E[\omega]=\frac1{2\pi^2}\sum_{k\ge1}\frac1{(k-1/2)^2+c^2/(4\pi^2)}"
              Source = "Polson, Scott and Windle 2013, definition 1"
              Covers = [ "logistic-regression"; "cavi" ]
              Cases = 100
              Generator = Arb.fromGen (Scalars.logUniformGen 1e-6 1e2)
              Holds =
                fun c ->
                    let a = c / (2.0 * System.Math.PI)
                    let terms = 2000
                    let sum = Seq.sumBy (fun k -> 1.0 / ((float k - 0.5) ** 2.0 + a * a)) (seq { terms .. -1 .. 1 })
                    // The rest by the midpoint rule: its integral plus a 24th of the slope where it begins.
                    let k = float terms
                    let rest = atan2 a k / a - 2.0 * k / (24.0 * (k * k + a * a) ** 2.0)
                    let expected = (sum + rest) / (2.0 * System.Math.PI * System.Math.PI)
                    [ Compare.close "E[omega]" expected (meanOf c) (Tolerances.rounding terms expected) ] }

    let private divergence: Law =
        Law.make
            { Name = "logistic-regression: the local divergence is that of the tilted density"
              Statement =
                "KL(PG(1, c) || PG(1, 0)) is log cosh(c/2) - c^2 E[omega] / 2, and its slope in c^2 is -c^2 / 2 times that of the mean."
              Formula = @"\mathrm{KL}=\log\cosh(c/2)-\tfrac{c^2}2\mathbb E[\omega]"
              Source = "Polson, Scott and Windle 2013, 1"
              Covers = [ "logistic-regression"; "cavi" ]
              Cases = 100
              Generator = Arb.fromGen (Scalars.logUniformGen 1e-2 1e2)
              Holds =
                fun c ->
                    let d = PolyaGamma.create c
                    let divergence s = PolyaGamma.divergenceFromUntilted (PolyaGamma.create (sqrt s))
                    let mean s = meanOf (sqrt s)
                    let square = c * c
                    let step = 0.25 * square
                    let slope = Numerical.derivative step (fun h -> divergence (square + h))
                    let slopeOfMean = Numerical.derivative step (fun h -> mean (square + h))
                    let logCosh = 0.5 * c + Special.log1p (exp -c) - log 2.0

                    [ Compare.close
                          "KL"
                          (logCosh - 0.5 * square * PolyaGamma.mean d)
                          (PolyaGamma.divergenceFromUntilted d)
                          (Tolerances.rounding 4 (1.0 + c))
                      Compare.close
                          "slope of KL"
                          (-0.5 * square * slopeOfMean.Value)
                          slope.Value
                          (Tolerances.derivative slope.Error (Tolerances.rounding 4 (1.0 + c)) slope.Step
                           + 0.5
                             * square
                             * Tolerances.derivative slopeOfMean.Error (Tolerances.rounding 4 0.25) slopeOfMean.Step) ] }

    let private tangent: Law =
        Law.make
            { Name = "logistic-regression: the likelihood's bound touches at plus and minus c"
              Statement =
                "For any z and c, log sigma(z) is at least z/2 - log 2 - E[omega] z^2 / 2 - KL(c), with equality at z = c and z = -c."
              Formula =
                @"\log\sigma(z)\ge\tfrac z2-\log2-\tfrac12\mathbb E_c[\omega]z^2-\mathrm{KL}(c),\quad z=\pm c:\ ="
              Source = "Jaakkola and Jordan 2000; Bishop 2006, 10.144"
              Covers = [ "logistic-regression"; "cavi" ]
              Cases = 100
              Generator = Scalars.both (Arb.fromGen (Scalars.uniformGen -60.0 60.0)) tilts
              Holds =
                fun (z, c) ->
                    let c = min c 60.0
                    let d = PolyaGamma.create c

                    let lower z =
                        0.5 * z - log 2.0 - 0.5 * PolyaGamma.mean d * z * z - PolyaGamma.divergenceFromUntilted d

                    let allowed = Tolerances.rounding 16 (1.0 + abs z + c + PolyaGamma.mean d * z * z)

                    [ Compare.atMost "bound at z" (lower z) (LogisticEvidence.logSigmoid z) allowed
                      Compare.close "bound at c" (LogisticEvidence.logSigmoid c) (lower c) allowed
                      Compare.close "bound at -c" (LogisticEvidence.logSigmoid -c) (lower -c) allowed ] }

    let private interceptColumn: Law =
        Law.make
            { Name = "logistic-regression: an intercept is the weight of a column of ones"
              Statement =
                "Columns less their centre, and ones as a last column, give without an intercept what the columns give with one."
              Formula = @"(x-c)^\top w+b=(x-c,1)^\top(w,b)"
              Source = "definition"
              Covers = [ "logistic-regression"; "cavi" ]
              Cases = 100
              Generator = Samples.logistic 0 40 3
              Holds =
                fun case ->
                    let d = columns case
                    let p = case.Prior.Weights.Mean.Length

                    let explicit =
                        { case with
                            Prior = { case.Prior with Centre = Vec.zero p; Intercept = false }
                            Rows =
                                case.Rows
                                |> Array.map (fun row ->
                                    Array.init (p + 1) (fun j ->
                                        if j < d then row[j] - case.Prior.Centre[j]
                                        elif j < p then 1.0
                                        else row[d])) }

                    let first = ConjugateLaws.start subject case
                    let one = ConjugateLaws.sweeps subject case 2 first
                    let other = ConjugateLaws.sweeps subject explicit 2 first

                    [ Compare.close
                          "answer, in posterior standard deviations"
                          0.0
                          (sqrt (2.0 * max 0.0 (MvNormal.klDivergence other one)))
                          1e-9 ] }

    let private probabilities: Law =
        Law.make
            { Name = "logistic-regression: predicted probabilities average the sigmoid over the log odds"
              Statement =
                "P(y = 1) equals the integral of sigma against the normal distribution of z, and the probabilities of z and -z add up to 1."
              Formula = @"P(y=1)=\int\sigma(z)N(z\mid\mu,v)\,dz"
              Source = "Bishop 2006, 4.5.2"
              Covers = [ "logistic-regression"; "cavi" ]
              Cases = 100
              Generator = Families.one (Families.normal Moderate)
              Holds =
                fun distribution ->
                    let expected =
                        Numerical.integral distribution.Mean (sqrt distribution.Variance) (fun z ->
                            Normal.logDensity distribution z + LogisticEvidence.logSigmoid z)

                    let value = LogisticRegression.probability distribution

                    [ Compare.close "P(y = 1)" expected value (Tolerances.quadrature 1.0)
                      Compare.close
                          "P(y = 1) + P(y = 0)"
                          1.0
                          (value + LogisticRegression.probability { distribution with Mean = -distribution.Mean })
                          (Tolerances.rounding 16 1.0) ] }

    let private badTarget: Law =
        Law.make
            { Name = "logistic-regression: a target that is neither 0 nor 1 is found with its row"
              Statement =
                "One target put to another value is named by its row, wherever it stands; without one there is none."
              Formula = @"y_n\in\{0,1\}"
              Source = "the model's domain"
              Covers = [ "logistic-regression"; "cavi" ]
              Cases = 100
              Generator = Scalars.both (Samples.logistic 1 40 3) (Arb.fromGen (Gen.elements [ 0.5; -1.0; 2.0; nan ]))
              Holds =
                fun (case, wrong) ->
                    let at = int (case.Seed % uint64 case.Rows.Length)

                    let bad =
                        case.Rows
                        |> Array.mapi (fun i row -> if i = at then Array.updateAt (row.Length - 1) wrong row else row)

                    let found rows = LogisticRegression.firstBadTarget (ConjugateLaws.table (columns case + 1) rows)

                    [ Compare.holds "none among zeros and ones" (found case.Rows).IsNone
                      Compare.holds
                          "the row that was changed"
                          (match found bad with
                           | ValueSome(struct (row, _)) -> row = int64 at
                           | ValueNone -> false) ] }

    let all: Law list =
        ConjugateLaws.battery subject
        @ [ belowEvidence subject
            meanDigits meanOf
            meanSeries
            divergence
            tangent
            interceptColumn
            probabilities
            badTarget ]

    let private localPartDropped =
        { subject with
            Model =
                fun case ->
                    let model = LogisticRegression.model case.Prior

                    { model with
                        Elbo =
                            fun statistics q ->
                                { Terms =
                                    (model.Elbo statistics q).Terms
                                    |> List.filter (fun term -> term.Name <> "E[log p(omega)] + H[q(omega)]") } } }

    let specimens: Specimen list =
        [ Specimen.make
              "local part of the logistic bound dropped"
              "a common slip: keeping only the quadratic in w that the update needs"
              "Lacks sum_n KL(q(omega_n) || p(omega_n)), so it exceeds the evidence."
              "logistic-regression: the bound lies below the evidence by quadrature"
              [ belowEvidence localPartDropped ]
          Specimen.make
              "log 2 cosh of the logistic bound dropped"
              "the same slip, under updates"
              "Lacks sum_n KL(q(omega_n) || p(omega_n)), so the optimal local factors lower it."
              "logistic-regression: no factor's update lowers the bound"
              (ConjugateLaws.battery localPartDropped)
          Specimen.make
              "Polya-Gamma mean from exponentials"
              "the formula as it stands in most code"
              "(1 - exp(-c)) / (1 + exp(-c)) / (2c) loses its digits near c = 0 and is no number at 0."
              "logistic-regression: the Polya-Gamma mean keeps its digits at any tilt"
              [ meanDigits (fun c -> (1.0 - exp -c) / (1.0 + exp -c) / (2.0 * c)) ] ]
