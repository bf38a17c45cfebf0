namespace Vi.Verification.FSharp

open System
open FsCheck
open FsCheck.FSharp
open Vi.Math
open Vi.Math.FSharp
open Vi.Verification

/// Laws of moments of samples and of distances between posteriors.
[<RequireQualifiedAccess>]
module DistanceLaws =

    let private sampleOf least most = Scalars.arrayOf least most (Scalars.real 10.0)

    let private sampleLaws =
        [ Law.make
              { Name = "sample: equal weights give plain moments and quantiles, doubled draws weigh twice"
                Statement =
                  "With equal weights every weighted figure is the plain one; a draw of weight 2 counts in the mean like two."
                Formula = @"w_i=1/N"
                Source = "Akinshin 2023"
                Covers = [ "diagnostics" ]
                Cases = 100
                Generator = Scalars.both (sampleOf 1 12) (Scalars.positive 1e-3 1.0)
                Holds =
                  fun (values, p) ->
                      let x = Vec.ofArray values
                      let equal = Vec.constant values.Length 0.37
                      let heavy = Vec.init values.Length (fun i -> if i = 0 then 2.0 else 1.0)
                      let doubled = Vec.ofArray (Array.append [| values[0] |] values)
                      let n = float values.Length

                      [ Compare.close "mean" (Sample.mean x) (Sample.weightedMean equal x) Tolerances.shortSum
                        Compare.close "quantile" (Sample.quantile x p) (Sample.weightedQuantile equal x p) 1e-12
                        Compare.close
                            "mean of doubled"
                            (Sample.mean doubled)
                            (Sample.weightedMean heavy x)
                            Tolerances.shortSum
                        if values.Length > 1 then
                            Compare.close
                                "variance"
                                (Sample.variance x * (n - 1.0) / n)
                                (Sample.weightedVariance equal x)
                                1e-12 ] }
          Law.make
              { Name = "sample: far from 0 nothing is lost"
                Statement =
                  "Mean and variance of draws shifted by 1e8 are those of the draws, to the rounding of the shifted draws."
                Formula = @"\mathrm{Var}(x+c)=\mathrm{Var}\,x"
                Source = "definition"
                Covers = [ "diagnostics" ]
                Cases = 100
                Generator = sampleOf 2 40
                Holds =
                  fun values ->
                      let x = Vec.ofArray values
                      let far = Vec.map (fun x -> x + 1e8) x
                      // Numbers near 1e8 are stored to 1.5e-8.
                      [ Compare.close "mean" (Sample.mean x + 1e8) (Sample.mean far) 1e-7
                        Compare.close "variance" (Sample.variance x) (Sample.variance far) (1e-6 * (1.0 + Sample.sd x)) ] } ]

    let private distanceLaws =
        [ Law.make
              { Name = "distance: the 1-Wasserstein distance is a metric and follows shift and scale"
                Statement =
                  "Zero for the same sample, symmetric, within the triangle inequality; a shift by c is c away; scaling scales it; repeating all draws changes nothing."
                Formula = @"W_1(F,G)=\int|F-G|"
                Source = "Villani 2009"
                Covers = [ "diagnostics" ]
                Cases = 100
                Generator = Scalars.three (sampleOf 1 9) (sampleOf 1 9) (sampleOf 1 9)
                Holds =
                  fun (a, b, c) ->
                      let w (x: float[]) (y: float[]) = Distance.wasserstein (Vec.ofArray x) (Vec.ofArray y)

                      [ Compare.close "same" 0.0 (w a a) 0.0
                        Compare.close "symmetric" (w a b) (w b a) 1e-14
                        Compare.atMost "triangle" (w a c) (w a b + w b c) Tolerances.shortSum
                        Compare.close "shift" 2.5 (w a (Array.map (fun x -> x + 2.5) a)) Tolerances.shortSum
                        Compare.close "scale" (3.0 * w a b) (w (Array.map ((*) -3.0) a) (Array.map ((*) -3.0) b)) 1e-12
                        Compare.close "repeated" (w a b) (w (Array.append a a) b) Tolerances.shortSum ] }
          Law.make
              { Name = "distance: the 1-Wasserstein distance is the area between distribution functions"
                Statement = "Summed over the intervals between all draws, |F - G| gives the same number."
                Formula = @"\int|F(x)-G(x)|\,dx"
                Source = "Villani 2009"
                Covers = [ "diagnostics" ]
                Cases = 100
                Generator = Scalars.both (sampleOf 1 12) (sampleOf 1 12)
                Holds =
                  fun (a, b) ->
                      let points = Array.append a b |> Array.sort

                      let below (values: float[]) x =
                          float (values |> Array.filter (fun v -> v <= x)).Length / float values.Length

                      let area =
                          points |> Array.pairwise |> Array.sumBy (fun (x, y) -> (y - x) * abs (below a x - below b x))

                      [ Compare.close
                            "area"
                            area
                            (Distance.wasserstein (Vec.ofArray a) (Vec.ofArray b))
                            Tolerances.shortSum ] }
          Law.make
              { Name =
                  "distance: sliced 1-Wasserstein is 0 for the same draws, symmetric in order, and in one dimension the distance itself"
                Statement =
                  "Order of the draws does not matter; with one coordinate every direction is the coordinate; both sets moved alike are as far apart as before."
                Formula = @"\mathrm{SW}_1=E_\theta W_1(\theta'x,\theta'y)"
                Source = "Rabin, Peyre, Delon and Bernot 2011"
                Covers = [ "diagnostics" ]
                Cases = 100
                Generator = Scalars.three (sampleOf 2 12) (sampleOf 2 12) Scalars.seed
                Holds =
                  fun (a, b, seed) ->
                      let rng = Rng.ofSeed seed
                      let column (values: float[]) = Mat.ofArray values.Length 1 values

                      let plane (values: float[]) =
                          Mat.init values.Length 3 (fun i d -> values[i] * float (d + 1) + float (i * d % 5))

                      let sliced x y = let struct (value, _) = Distance.sliced 20 x y rng in value
                      let reversed = Mat.ofRows (plane a |> fun m -> Array.rev (m.ToRows()))

                      [ Compare.close "same draws in another order" 0.0 (sliced reversed (plane a)) 1e-12
                        // In the reference's sds, which may be small: distances are rounded at their own size.
                        let alone = (Distance.perCoordinate (column a) (column b)).[0]

                        Compare.close
                            "one coordinate"
                            alone
                            (sliced (column a) (column b))
                            (Tolerances.rounding 64 (1.0 + alone))

                        let moved = Mat.map (fun x -> x + 64.0)
                        let apart = sliced (plane a) (plane b)

                        Compare.close
                            "both moved alike"
                            apart
                            (sliced (moved (plane a)) (moved (plane b)))
                            (Tolerances.rounding 64 (64.0 * (1.0 + apart))) ] }
          Law.make
              { Name = "distance: the symmetrised divergence of normals in one dimension"
                Statement = "For one coordinate it is (v_p/v_q + v_q/v_p)/2 - 1 + (m_p - m_q)^2 (1/v_p + 1/v_q)/2."
                Formula =
                  @"J=\tfrac12\left(\tfrac{v_p}{v_q}+\tfrac{v_q}{v_p}\right)-1+\tfrac12(m_p-m_q)^2\left(\tfrac1{v_p}+\tfrac1{v_q}\right)"
                Source = "Jeffreys 1946"
                Covers = [ "diagnostics" ]
                Cases = 100
                Generator = Scalars.both (sampleOf 3 9) (sampleOf 3 9)
                Holds =
                  fun (a, b) ->
                      let spread (values: float[]) = Array.mapi (fun i x -> x + 0.1 * float i) values
                      let column values = let v = spread values in Mat.ofArray v.Length 1 v
                      let p = Distance.tryNormal (column a) |> ValueOption.get
                      let q = Distance.tryNormal (column b) |> ValueOption.get
                      let mp, mq = Sample.mean (Vec.ofArray (spread a)), Sample.mean (Vec.ofArray (spread b))
                      let vp, vq = Sample.variance (Vec.ofArray (spread a)), Sample.variance (Vec.ofArray (spread b))

                      let expected =
                          0.5 * (vp / vq + vq / vp) - 1.0 + 0.5 * (mp - mq) * (mp - mq) * (1.0 / vp + 1.0 / vq)

                      [ Compare.close
                            "divergence"
                            expected
                            (Distance.symmetrisedKl p q)
                            (Tolerances.logDensity expected) ] } ]

    let all: Law list = sampleLaws @ distanceLaws
