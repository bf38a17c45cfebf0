namespace Vi.Verification.FSharp

open FsCheck
open FsCheck.FSharp
open Vi.Kernels
open Vi.Math
open Vi.Math.FSharp
open Vi.Verification

/// What only logistic regression can be asked.
[<RequireQualifiedAccess>]
module LogisticLaws =

    let private subject = LogisticSubjects.logistic

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
                    let rows = ConjugateSubject.table (subject.Columns case) case.Rows
                    let model = subject.Model case
                    let first = ConjugateSubject.start subject case

                    [ for count in [ 0; 1; 5; 50 ] do
                          let answer = ConjugateSubject.sweeps subject case count first
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
                    let d = LogisticSubjects.columns case
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

                    let first = ConjugateSubject.start subject case
                    let one = ConjugateSubject.sweeps subject case 2 first
                    let other = ConjugateSubject.sweeps subject explicit 2 first

                    [ Compare.close
                          "answer, in posterior standard deviations"
                          0.0
                          (sqrt (2.0 * max 0.0 (MvNormal.klDivergence other one)))
                          Tolerances.sameAnswer ] }

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

                    let found rows =
                        LogisticRegression.firstBadTarget (
                            ConjugateSubject.table (LogisticSubjects.columns case + 1) rows
                        )

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
