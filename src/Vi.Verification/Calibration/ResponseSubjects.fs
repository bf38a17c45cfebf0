namespace Vi.Verification.FSharp

open Vi.Kernels
open Vi.Math
open Vi.Math.FSharp
open Vi.Verification

/// Mean-field approximations that are known to be too narrow, beside their repair by linear response: a normal with the mean of q and the
/// response covariance, for positive parameters on the logarithm's scale.
[<RequireQualifiedAccess>]
module ResponseSubjects =

    /// Normal probability below a value.
    let private below mean sd value = Normal.cdf (Normal.ofStandardDeviation mean sd) value

    // --- coordinate ascent, q(w) q(tau), with half as many columns as rows ---------------------------------------------------

    /// The first weight and tau, of all quantities that responses can be asked for.
    let private view =
        Responses.linearRegression Simulations.columns Simulations.manyColumns
        |> LinearResponse.among [| 0; Simulations.columns |]

    let private simulateMany rng : struct (float[] * float[][] * Rng) =
        let struct (parameters, rows, rng) = Simulations.manyColumnsRows rng
        struct ([| parameters[0]; Array.last parameters |], rows, rng)

    let private model = LinearRegression.model Simulations.columns Simulations.manyColumns

    let private byCoordinateAscent (rows: float[][]) (truth: float[]) =
        let q = Simulations.fit (Rows.ofSeq rows) model

        [| below q.Weights.Mean[0] (sqrt (MvNormal.covariance q.Weights).[0, 0]) truth[0]
           Gamma.cdf q.NoisePrecision truth[1] |]

    let private byResponse (rows: float[][]) (truth: float[]) =
        let rows = Rows.ofSeq rows
        let q = Simulations.fit rows model

        let covariance =
            LinearResponse.covariance rows (float rows.Count) model view (LinearResponse.precise 4000) q

        if not covariance.IsUsable then
            invalidOp $"{covariance.End}"

        let tau = q.NoisePrecision

        [| below q.Weights.Mean[0] (sqrt covariance.Response[0, 0]) truth[0]
           // sd(log tau) = sd(tau) / E[tau] to first order.
           below (Gamma.expectedLog tau) (sqrt covariance.Response[1, 1] / Gamma.mean tau) (log truth[1]) |]

    // --- independent normals for each coordinate, fitted with draws that stay fixed, on correlated columns ------------------

    /// Pairs of mirrored draws.
    let private pairs = 32

    let private fixedDraws (rows: float[][]) =
        let struct (x, y) = SampledSubjects.tableOf rows

        let density =
            ProgramDensity.whole (Program.trace (RegressionPrograms.linear Simulations.correlated x y))

        let struct (fit, _) = FixedDraws.fit (MeanField.family density.Dimension) pairs density (Rng.ofSeed 0UL)
        struct (density, fit)

    /// Probabilities of w1, w2 and tau, which the density has as log tau, from their standard deviations.
    let private probabilities (fit: FixedDrawsFit) (sd: int -> float) (truth: float[]) =
        let mean = Variational.mean fit.Normal

        [| truth[0]; truth[1]; log truth[2] |] |> Array.mapi (fun j value -> below mean[j] (sd j) value)

    let private byIndependentNormals rows truth =
        let struct (_, fit) = fixedDraws rows
        let sds = Variational.standardDeviations fit.Normal
        probabilities fit (fun j -> sds[j]) truth

    let private byFixedResponse rows truth =
        let struct (density, fit) = fixedDraws rows

        match (FixedDraws.respond fit density [| 0; 1; 2 |]).Covariance with
        | ValueSome covariance -> probabilities fit (fun j -> sqrt covariance[j, j]) truth
        | ValueNone -> invalidOp "the fit is at no maximum of its bound"

    /// Of central intervals of probability 0.8, linear response holds 75 % (weights with the tails of Student's t) to 83 % (log tau, skewed).
    let private repaired =
        Nearly(
            0.05,
            "Linear response gives covariances to first order, and its intervals are a normal's: shares of ranks are held to within five points, not to be exact"
        )

    let private manyColumns = "linear-regression with many columns"
    let private correlatedColumns = "linear-regression with correlated columns"

    /// All of them.
    let all: CalibrationSubject list =
        [ Calibration.byCdf
              manyColumns
              "cavi"
              [ "w1"; "tau" ]
              (TooNarrow
                  "q(w) q(tau) takes the weights for known where it judges the noise: with half as many weights as rows q(tau) is too narrow")
              simulateMany
              byCoordinateAscent
          Calibration.byCdf manyColumns "linear response" [ "w1"; "tau" ] repaired simulateMany byResponse
          |> Calibration.quickly 1000
          Calibration.byCdf
              correlatedColumns
              "mean-field advi"
              [ "w1"; "w2"; "tau" ]
              (TooNarrow "q(w1) q(w2) leaves out that the weights of correlated columns can move against each other")
              Simulations.correlatedRows
              byIndependentNormals
          |> Calibration.quickly 300
          Calibration.byCdf
              correlatedColumns
              "linear response"
              [ "w1"; "w2"; "tau" ]
              repaired
              Simulations.correlatedRows
              byFixedResponse
          |> Calibration.quickly 300 ]

    /// Known to be wrong: the repaired covariances left out, while calibration is claimed.
    let internal unrepaired: CalibrationSubject list =
        all
        |> List.pairwise
        |> List.filter (fun (_, repaired) -> repaired.Method = "linear response")
        |> List.map (fun (raw, repaired) ->
            { repaired with Replicate = raw.Replicate; QuickReplicates = repaired.QuickReplicates })
