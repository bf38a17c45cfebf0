namespace Vi.Verification

/// Three quantities with their variances under q, and the correlations that their response has.
type ResponseCase = { Sds: float[]; Correlations: float[] }

namespace Vi.Verification.FSharp

open FsCheck.FSharp
open Vi.Kernels
open Vi.Math
open Vi.Math.FSharp
open Vi.Verification

/// Linear response on coordinate ascents whose response is chosen: what is refused, what is picked, and functions of a quantity.
[<RequireQualifiedAccess>]
module ResponseFormLaws =

    let private giordano = "Giordano, Broderick and Jordan 2018"

    let private count = 3

    let private cases: FsCheck.Arbitrary<ResponseCase> =
        Gen.map2
            (fun sds correlations -> { Sds = sds; Correlations = correlations })
            (Gen.arrayOfLength count (Scalars.logUniformGen 0.1 10.0))
            (Gen.oneof
                [ Gen.arrayOfLength count (Scalars.uniformGen -0.95 0.95)
                  Gen.arrayOfLength count (Scalars.uniformGen -1.2 1.2) ])
        |> Arb.fromGen

    /// The correlations as a matrix: (0, 1), (0, 2), (1, 2).
    let private correlation (case: ResponseCase) =
        let r = case.Correlations

        Mat.init count count (fun i j ->
            match min i j, max i j with
            | 0, 1 -> r[0]
            | 0, 2 -> r[1]
            | 1, 2 -> r[2]
            | _ -> 1.0)

    let private expected (case: ResponseCase) =
        let r = correlation case
        Mat.init count count (fun i j -> case.Sds[i] * r[i, j] * case.Sds[j])

    /// Means m_i = sum_j>i c_ij m_j, each set in turn, of quantities with variances s_i^2. A tilt of quantity j by t adds t s_j^2 to m_j, so that the
    /// response is (I - C)^-1 diag(s^2), whose symmetric part has the correlations r where (I - C)^-1 = U with u_ij = 2 r_ij above the diagonal,
    /// in units of the standard deviations. C = I - U^-1 has no diagonal, and three sweeps settle.
    let private model (case: ResponseCase) : ConjugateModel<Block, unit, float[]> =
        let r = correlation case
        let first, last = 2.0 * r[0, 1], 2.0 * r[1, 2]
        let corner = 2.0 * r[0, 2] - first * last
        let unit i j = case.Sds[i] / case.Sds[j]

        let mean i (m: float[]) =
            match i with
            | 0 -> first * unit 0 1 * m[1] + corner * unit 0 2 * m[2]
            | 1 -> last * unit 1 2 * m[2]
            | _ -> 0.0

        { Name = "chosen-response"
          Monoid = { Zero = (); Combine = fun _ _ -> () }
          Data = Fixed ignore
          Updates =
            [ for i in 0 .. count - 1 -> { Factor = $"q({i})"; Update = fun () m -> Array.updateAt i (mean i m) m } ]
          Elbo = fun _ _ -> Elbo.ofTerms [ "E[log p]", 0.0 ]
          Divergence = fun _ _ -> 0.0
          Coordinates = FactorCoordinates.none
          Prior = Array.zeroCreate count }

    let private view (case: ResponseCase) : ResponseView<float[]> =
        { Names = Array.init count (fun i -> $"x[{i}]")
          Factors = Array.init count (fun i -> $"q({i})")
          Means = Vec.ofArray
          Covariance = fun _ -> Mat.diagonalOf (Vec.init count (fun i -> case.Sds[i] * case.Sds[i]))
          Tilt = fun j t m -> Array.updateAt j (m[j] + t * case.Sds[j] * case.Sds[j]) m }

    /// A response, given model, view and options.
    type Respond =
        ConjugateModel<Block, unit, float[]>
            -> ResponseView<float[]>
            -> ResponseOptions
            -> float[]
            -> ResponseCovariance

    let internal respond: Respond =
        fun model view options -> LinearResponse.covarianceFrom ignore 0.0 model view options

    let internal refusals (respond: Respond) : Law =
        Law.make
            { Name = "linear-response: a response that is not positive definite is refused, and no other"
              Statement =
                "On a linear ascent whose response is chosen, quantities by pairs or all together, the response is found where its correlations are positive definite and refused as no maximum where they are not."
              Formula = @"\hat\Sigma\succ0"
              Source = giordano
              Covers = [ "linear-response" ]
              Cases = 100
              Generator = cases
              Holds =
                fun case ->
                    let model, view = model case, view case
                    let found = respond model view (LinearResponse.precise 100) model.Prior
                    let struct (eigenvalues, _) = Mat.symmetricEigen (correlation case)
                    let least = Seq.min (eigenvalues.ToArray())
                    let expected = expected case

                    // Correlations that miss being positive definite by a thousandth pass for errors of the differences.
                    if least < -0.01 then
                        [ Compare.holds $"refused, not {found.End}" found.End.IsNotAMaximum ]
                    elif least > 0.0 then
                        Compare.holds $"found, not {found.End}" found.IsUsable
                        :: [ for i in 0 .. count - 1 do
                                 for j in 0 .. count - 1 do
                                     Compare.close
                                         $"response ({i}, {j}), as a correlation"
                                         0.0
                                         ((found.Response[i, j] - expected[i, j]) / (case.Sds[i] * case.Sds[j]))
                                         1e-6 ]
                    else
                        [ Compare.holds $"found or refused, not {found.End}" (found.IsUsable || found.End.IsNotAMaximum) ] }

    let internal subsets (among: int[] -> ResponseView<float[]> -> ResponseView<float[]>) : Law =
        Law.make
            { Name = "linear-response: of some of the quantities it is that part of the whole"
              Statement =
                "Names, means and responses of chosen quantities, in any order, are those that they have among all of them."
              Formula = @"\hat\Sigma_{CC}"
              Source = "definition"
              Covers = [ "linear-response" ]
              Cases = 50
              Generator = Scalars.both cases (Scalars.integer 0 5)
              Holds =
                fun (case, which) ->
                    let weaker = { case with Correlations = case.Correlations |> Array.map (fun r -> 0.3 * r) }
                    let chosen = [| [| 0; 1 |]; [| 1; 0 |]; [| 2; 0 |]; [| 1; 2 |]; [| 2; 1; 0 |]; [| 2 |] |][which]
                    let model, view = model weaker, view weaker
                    let part = among chosen view
                    let found = respond model part (LinearResponse.precise 100) model.Prior
                    let expected = expected weaker

                    [ Compare.holds "found" found.IsUsable
                      for i in 0 .. chosen.Length - 1 do
                          Compare.holds $"name {i}" (found.Names[i] = view.Names[chosen[i]])

                          for j in 0 .. chosen.Length - 1 do
                              Compare.close
                                  $"response ({i}, {j}), as a correlation"
                                  0.0
                                  ((found.Response[i, j] - expected[chosen[i], chosen[j]])
                                   / (case.Sds[chosen[i]] * case.Sds[chosen[j]]))
                                  1e-6 ] }

    /// From the index of the quantity, the function's variance and its covariance with the quantity under q, and the response.
    let internal functions (variance: int -> float -> float -> ResponseCovariance -> float) : Law =
        Law.make
            { Name =
                "linear-response: a function of a quantity has the response of the quantity times its slope squared"
              Statement =
                "A function a + s x + e of one quantity, e independent of it, has s^2 times the variance of x by linear response, and that of e, for any slope."
              Formula = @"\mathrm{Var}[a+sx+e]=s^2\hat\Sigma_{xx}+\mathrm{Var}[e]"
              Source = giordano
              Covers = [ "linear-response" ]
              Cases = 100
              Generator =
                Scalars.three
                    cases
                    (Scalars.both (Arb.fromGen (Scalars.uniformGen -4.0 4.0)) (Scalars.positive 1e-3 10.0))
                    (Scalars.both (Scalars.integer 0 2) (Scalars.positive 0.5 20.0))
              Holds =
                fun (case, (slope, own), (i, ratio)) ->
                    let raw = Mat.diagonalOf (Vec.init count (fun i -> case.Sds[i] * case.Sds[i]))

                    let found =
                        { Names = Array.init count string
                          Raw = raw
                          Response =
                            Mat.init count count (fun j k ->
                                (if j = k then ratio + float j else 0.1) * case.Sds[j] * case.Sds[k])
                          Asymmetry = 0.0
                          Bend = 0.0
                          Sweeps = 1
                          End = ResponseFound }

                    let expected = slope * slope * found.Response[i, i] + own

                    [ Compare.close
                          "variance"
                          expected
                          (variance i (slope * slope * raw[i, i] + own) (slope * raw[i, i]) found)
                          (Tolerances.rounding 16 (expected + slope * slope * raw[i, i])) ] }

    /// Two quantities of variance 1, of which the first follows the second by a function, a share of the way a sweep.
    let private following share (f: float -> float) : ConjugateModel<Block, unit, float[]> =
        { model { Sds = Array.create count 1.0; Correlations = Array.zeroCreate count } with
            Updates =
                [ { Factor = "q(0)"; Update = fun () m -> Array.updateAt 0 (m[0] + share * (f m[1] - m[0])) m }
                  { Factor = "q(1)"; Update = fun () m -> Array.updateAt 1 0.0 m } ]
            Prior = Array.zeroCreate 2 }

    let private pair: ResponseView<float[]> =
        LinearResponse.among [| 0; 1 |] (view { Sds = Array.create count 1.0; Correlations = Array.zeroCreate count })

    let internal proportions (respond: Respond) : Law =
        Law.make
            { Name = "linear-response: answers that are not in proportion to a tilt, or not there in time, are refused"
              Statement =
                "Where one quantity follows another by a straight line the response is its slope; where it answers a tilt and its opposite alike, or one tilt far more than another, there is none, and neither is there where sweeps do not settle in their number."
              Formula = @"m(t)=-m(-t)+o(t)"
              Source = giordano
              Covers = [ "linear-response" ]
              Cases = 50
              Generator =
                Scalars.three
                    (Arb.fromGen (Scalars.uniformGen -1.5 1.5))
                    (Arb.fromGen (Scalars.uniformGen 0.7 3.0))
                    (Scalars.positive 0.01 0.2)
              Holds =
                fun (slope, size, share) ->
                    let precise = LinearResponse.precise 20000
                    let respond options share f = respond (following share f) pair options (Array.zeroCreate 2)
                    let line = respond precise 1.0 (fun x -> slope * x)
                    let even = respond precise 1.0 (fun x -> size * abs x)
                    // All of the answer lies within the smaller tilt.
                    let step = precise.Step
                    let bent = respond precise 1.0 (fun x -> 4.0 * size * step * tanh (2.0 * x / step))
                    let slow = respond precise share (fun x -> slope * x)
                    let cut = respond { precise with Sweeps = 5 } share (fun x -> (slope + 2.0) * x)

                    [ Compare.holds $"a line, not {line.End}" line.IsUsable
                      // The symmetric part: half of the slope.
                      Compare.close "response to a line" (0.5 * slope) line.Response[0, 1] 1e-6
                      Compare.holds $"even, not {even.End}" even.End.IsNotLinear
                      Compare.holds $"bent, not {bent.End}" bent.End.IsNotLinear
                      Compare.holds $"slow, not {slow.End}" slow.IsUsable
                      Compare.close "response of a slow ascent" (0.5 * slope) slow.Response[0, 1] 1e-5
                      Compare.holds $"cut off, not {cut.End}" cut.End.IsResponseNotSettled ] }

    let all: Law list =
        [ refusals respond
          proportions respond
          subsets LinearResponse.among
          functions LinearResponse.varianceOfFunction ]
