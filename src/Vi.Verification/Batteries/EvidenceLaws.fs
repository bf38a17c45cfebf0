namespace Vi.Verification.FSharp

open Vi.Math
open Vi.Math.FSharp
open Vi.Verification

/// Exact evidences of the models against second derivations.
[<RequireQualifiedAccess>]
module EvidenceLaws =

    /// The models' own evidences against the second derivations. The functions are given, so that wrong ones can be tried.
    let gaussianMean (logEvidence: GaussianMeanPrior -> Moments -> float) : Law =
        Law.make
            { Name = "gaussian-mean: the evidence is the joint normal density"
              Statement =
                "The closed log evidence equals the density of the sample under its joint normal distribution, and the product of its one-step predictions."
              Formula = @"\log p(x)=\log N(x\mid m_0 1,\ \sigma^2I+s_0^2 11^\top)"
              Source = "Bishop 2006, 2.3.3"
              Covers = [ "gaussian-mean" ]
              Cases = 100
              Generator = Samples.gaussianMean 0 40
              Holds =
                fun case ->
                    let data = Moments.ofRows (ConjugateSubject.table 1 case.Rows)
                    let values = case.Rows |> Array.map Array.head

                    let covariance =
                        Array2D.init values.Length values.Length (fun i j ->
                            case.Prior.Mean.Variance + (if i = j then case.Prior.NoiseVariance else 0.0))

                    let joint = Evidence.jointNormal case.Prior.Mean.Mean covariance values
                    // Elimination in a matrix whose condition is 1 + N s0^2 / sigma^2.
                    let condition = 1.0 + float values.Length * case.Prior.Mean.Variance / case.Prior.NoiseVariance
                    let actual = logEvidence case.Prior data

                    [ Compare.close
                          "log evidence against the joint density"
                          joint
                          actual
                          (Tolerances.evidence (abs joint)
                           + Tolerances.conditioned values.Length condition (1.0 + abs joint))
                      Compare.close
                          "log evidence against one prediction after the other"
                          (Evidence.gaussianMean case.Prior values)
                          actual
                          (Tolerances.evidence (abs joint)) ] }

    let private gaussianMeanPrecision: Law =
        Law.make
            { Name = "gaussian-mean-precision: the evidence is the product of its predictions"
              Statement =
                "The closed log evidence equals the product of Student's t predictions of each row from those before."
              Formula = @"p(x)=\prod_i t(x_i\mid x_{<i})"
              Source = "Murphy 2007, 95"
              Covers = [ "gaussian-mean-precision" ]
              Cases = 100
              Generator = Samples.gaussianMeanPrecision 0 40
              Holds =
                fun case ->
                    let data = Moments.ofRows (ConjugateSubject.table 1 case.Rows)
                    let expected = Evidence.gaussianMeanPrecision case.Prior (case.Rows |> Array.map Array.head)

                    [ Compare.close
                          "log evidence"
                          expected
                          (GaussianMeanPrecision.logEvidence case.Prior data)
                          (Tolerances.evidence (abs expected)) ] }

    let private regression: Law =
        Law.make
            { Name = "linear-regression: the evidence is an integral over the noise alone"
              Statement =
                "The exact log evidence equals the integral over log tau of the target's normal density with all weights integrated out of a dense covariance."
              Formula = @"p(y)=\int N(y\mid b_0,\ \tau^{-1}I+XX^\top/\alpha)\,p(\tau)\,d\tau"
              Source = "Bishop 2006, 3.5"
              Covers = [ "linear-regression" ]
              Cases = 10
              Generator = Samples.regression 1 15
              Holds =
                fun case ->
                    let data = Moments.ofRows (ConjugateSubject.table (case.Columns + 1) case.Rows)
                    let expected = Evidence.regression case.Prior case.Rows

                    [ Compare.close
                          "log evidence"
                          expected
                          (ExactRegression.ofMoments case.Prior data).Value.LogEvidence
                          (1e-8 * (1.0 + abs expected)) ] }

    /// Columns of scales from 1e-6 to 1e8 side by side. The posterior is given, so that a wrong one can be tried.
    let regressionScales (exact: LinearRegressionPrior -> Moments -> ExactRegression voption) : Law =
        Law.make
            { Name = "linear-regression: the evidence holds whatever the scales of the columns"
              Statement =
                "With columns of scales from 1e-6 to 1e8 beside one another the exact log evidence equals the integral in which the weights are eliminated given tau."
              Formula = @"p(y)=\int p(y\mid\tau)\,p(\tau)\,d\tau"
              Source = "Bishop 2006, 3.5; Demmel and Veselic 1992"
              Covers = [ "linear-regression" ]
              Cases = 10
              Generator = Scalars.both (Samples.regression 8 20) Scalars.seed
              Holds =
                fun (case, seed) ->
                    let struct (uniforms, _) = Rng.array (case.Columns + 1) Rng.uniform (Rng.ofSeed seed)

                    let scale j = if j = case.Columns then 1.0 else 10.0 ** (14.0 * uniforms[j] - 6.0)

                    let rows = case.Rows |> Array.map (Array.mapi (fun j x -> scale j * x))
                    let data = Moments.ofRows (ConjugateSubject.table (case.Columns + 1) rows)
                    let expected = Evidence.regressionByWeights case.Prior rows

                    [ Compare.close
                          "log evidence"
                          expected
                          (exact case.Prior data).Value.LogEvidence
                          (Tolerances.evidence (abs expected)) ] }

    let all: Law list =
        [ gaussianMean GaussianMean.logEvidence
          gaussianMeanPrecision
          regression
          regressionScales ExactRegression.ofMoments ]
