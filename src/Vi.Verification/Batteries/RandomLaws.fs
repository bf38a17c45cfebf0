namespace Vi.Verification.FSharp

open System
open FsCheck
open FsCheck.FSharp
open Vi.Math
open Vi.Math.FSharp
open Vi.Verification

/// Laws of the random generator and its draws.
[<RequireQualifiedAccess>]
module RandomLaws =

    let private words count rng =
        let struct (values, rng) = Rng.array count Rng.bits rng
        struct (Array.toList values, rng)

    let private stream: Law =
        Law.make
            { Name = "rng: the stream is java.util.SplittableRandom's"
              Statement =
                "Words, splits and words after splits equal those of java.util.SplittableRandom for the same seed."
              Formula = ""
              Source = "Steele, Lea and Flood 2014; OpenJDK's java.util.SplittableRandom"
              Covers = [ "random" ]
              Cases = 1
              Generator = Law.once
              Holds =
                fun () ->
                    let struct (first, rng) = words 4 (Rng.ofSeed 42UL)
                    let struct (rng, child) = Rng.split rng
                    let struct (ofChild, _) = words 3 child
                    let struct (afterSplit, _) = words 2 rng

                    [ Compare.holds
                          "first words of seed 42"
                          (first =
                              [ 13679457532755275413UL
                                2949826092126892291UL
                                5139283748462763858UL
                                6349198060258255764UL ])
                      Compare.holds
                          "words of the split child"
                          (ofChild = [ 10740246198314165639UL; 13242479359923272039UL; 7342218267636925894UL ])
                      Compare.holds
                          "words of the parent after the split"
                          (afterSplit = [ 4028864712777624925UL; 14769051326987775908UL ]) ] }

    let private draws = 20000

    let private distribution name source cases (draw: 'a -> Rng -> struct (float * Rng)) cdf mean variance skewness =
        Law.make
            { Name = $"{name}: draws follow their distribution"
              Statement =
                $"The empirical distribution function of {draws} draws is within Massart's bound, and their mean within standard errors."
              Formula = @"\sup_x|F_n(x)-F(x)|\le\varepsilon_n"
              Source = source
              Covers = [ "random" ]
              Cases = 10
              Generator = Scalars.both cases Scalars.seed
              Holds =
                fun (parameters, seed) ->
                    let struct (values, _) = Rng.array draws (draw parameters) (Rng.ofSeed seed)

                    [ Compare.error
                          "Kolmogorov-Smirnov distance"
                          (Numerical.kolmogorovSmirnov (cdf parameters) values)
                          (Tolerances.kolmogorovSmirnov draws)
                      Compare.close
                          "mean"
                          (mean parameters)
                          (Array.average values)
                          (Tolerances.monteCarlo
                              (sqrt (variance parameters / float draws))
                              (skewness parameters)
                              draws
                              (mean parameters)) ] }

    let private nothing = Arb.fromGen (Gen.constant ())

    let battery: Law list =
        [ stream
          distribution
              "rng uniform"
              "Massart 1990"
              nothing
              (fun () -> Rng.uniform)
              (fun () x -> x)
              (fun () -> 0.5)
              (fun () -> 1.0 / 12.0)
              (fun () -> 0.0)
          distribution
              "rng normal"
              "Marsaglia 1964"
              nothing
              (fun () -> Rng.normal)
              (fun () -> Special.normalCdf)
              (fun () -> 0.0)
              (fun () -> 1.0)
              (fun () -> 0.0)
          distribution
              "rng exponential"
              "inverse of the distribution function"
              nothing
              (fun () -> Rng.exponential)
              (fun () x -> 1.0 - exp -x)
              (fun () -> 1.0)
              (fun () -> 1.0)
              (fun () -> 2.0)
          distribution
              "rng gamma"
              "Marsaglia and Tsang 2000"
              (Scalars.positive 0.3 1e3)
              (fun shape -> Rng.gamma shape 1.0)
              Incomplete.gammaLower
              id
              id
              (fun shape -> 2.0 / sqrt shape)
          Law.make
              { Name = "rng: whole numbers below a bound are uniform"
                Statement = "Every value below the bound appears with its share of the draws, within standard errors."
                Formula = @"P(i)=1/n"
                Source = "Lemire 2019"
                Covers = [ "random" ]
                Cases = 10
                Generator = Scalars.both (Scalars.integer 1 12) Scalars.seed
                Holds =
                  fun (bound, seed) ->
                      let struct (values, _) = Rng.array draws (Rng.below bound) (Rng.ofSeed seed)
                      let share = 1.0 / float bound

                      [ for value in 0 .. bound - 1 do
                            let count = values |> Array.filter (fun v -> v = value) |> Array.length

                            Compare.close
                                $"share of {value}"
                                share
                                (float count / float draws)
                                (Tolerances.monteCarlo (sqrt (share * (1.0 - share) / float draws)) 3.0 draws 1.0) ] }
          Law.make
              { Name = "rng: an index of weight 0 is never drawn"
                Statement = "Draws by weight have their shares, and none falls on a weight of 0."
                Formula = @"P(i)=w_i/\sum_j w_j"
                Source = "definition"
                Covers = [ "random" ]
                Cases = 10
                Generator = Scalars.both (Matrices.simplex 2 5) Scalars.seed
                Holds =
                  fun (weights, seed) ->
                      let padded = Array.append (Array.append [| 0.0 |] weights) [| 0.0 |]

                      let struct (values, _) =
                          Rng.array draws (fun rng -> Rng.index (ReadOnlySpan padded) rng) (Rng.ofSeed seed)

                      [ Compare.holds "no draw of weight 0" (values |> Array.forall (fun i -> padded[i] > 0.0))
                        for i in 1 .. weights.Length do
                            let count = values |> Array.filter (fun v -> v = i) |> Array.length
                            let share = padded[i]
                            let sd = sqrt (share * (1.0 - share))

                            Compare.close
                                $"share of {i}"
                                share
                                (float count / float draws)
                                (Tolerances.monteCarlo (sd / sqrt (float draws)) (1.0 / sd) draws 1.0) ] }
          Law.make
              { Name = "rng: a permutation is one"
                Statement = "Every index appears exactly once."
                Formula = @"\{\pi(0),\dots,\pi(n-1)\}=\{0,\dots,n-1\}"
                Source = "Fisher and Yates 1938"
                Covers = [ "random" ]
                Cases = 100
                Generator = Scalars.both (Scalars.integer 0 60) Scalars.seed
                Holds =
                  fun (n, seed) ->
                      let struct (order, _) = Rng.permutation n (Rng.ofSeed seed)
                      [ Compare.holds "each index once" (Array.sort order = [| 0 .. n - 1 |]) ] }
          Law.make
              { Name = "rng: derived generators are independent"
                Statement =
                  "Uniform draws of two generators derived from one have correlation 0 within standard errors, and deriving again gives the same."
                Formula = @"\mathrm{corr}(u^{(i)},u^{(j)})=0"
                Source = "Steele, Lea and Flood 2014"
                Covers = [ "random" ]
                Cases = 10
                Generator = Scalars.three (Scalars.integer 0 20) (Scalars.integer 21 40) Scalars.seed
                Holds =
                  fun (i, j, seed) ->
                      let rng = Rng.ofSeed seed

                      let stream index =
                          let struct (values, _) = Rng.array draws Rng.uniform (Rng.derive index rng)
                          values

                      let a, b = stream i, stream j

                      let correlation =
                          12.0 * (Array.fold2 (fun sum x y -> sum + (x - 0.5) * (y - 0.5)) 0.0 a b) / float draws

                      [ Compare.close
                            "correlation"
                            0.0
                            correlation
                            (Tolerances.monteCarlo (1.0 / sqrt (float draws)) 0.0 draws 0.0)
                        Compare.holds "derived again" (a = stream i) ] } ]
