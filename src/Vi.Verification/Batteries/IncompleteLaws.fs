namespace Vi.Verification.FSharp

open FsCheck.FSharp
open Vi.Math.FSharp
open Vi.Verification

/// Laws of the incomplete gamma and beta functions and the normal distribution function.
[<RequireQualifiedAccess>]
module IncompleteLaws =

    let all: Law list =
        [ Law.make
              { Name = "incomplete gamma: recurrence and complement"
                Statement = "P(a + 1, x) = P(a, x) - x^a e^-x / Gamma(a + 1), and P + Q = 1."
                Formula = @"P(a+1,x)=P(a,x)-\frac{x^ae^{-x}}{\Gamma(a+1)}"
                Source = "NIST DLMF 8.8.5"
                Covers = [ "numerics" ]
                Cases = 100
                Generator = Scalars.both (Scalars.positive 0.05 1e3) (Scalars.positive 0.05 20.0)
                Holds =
                  fun (a, ratio) ->
                      let x = ratio * a
                      let front = exp (a * log x - x - Special.logGamma (a + 1.0))

                      let frontRounding =
                          front * Tolerances.rounding 8 (a * abs (log x) + x + abs (Special.logGamma (a + 1.0)))

                      [ Compare.close
                            "P(a + 1, x)"
                            (Incomplete.gammaLower a x - front)
                            (Incomplete.gammaLower (a + 1.0) x)
                            (frontRounding + Tolerances.rounding 64 1.0)
                        Compare.close
                            "P + Q"
                            1.0
                            (Incomplete.gammaLower a x + Incomplete.gammaUpper a x)
                            (Tolerances.rounding 1 1.0) ] }
          Law.make
              { Name = "incomplete beta: recurrence and complement"
                Statement = "I_x(a + 1, b) = I_x(a, b) - x^a (1 - x)^b / (a B(a, b)), and I_x(a, b) + I_1-x(b, a) = 1."
                Formula = @"I_x(a+1,b)=I_x(a,b)-\frac{x^a(1-x)^b}{a\,B(a,b)}"
                Source = "NIST DLMF 8.17.20"
                Covers = [ "numerics" ]
                Cases = 100
                Generator =
                  Scalars.three
                      (Scalars.positive 0.05 100.0)
                      (Scalars.positive 0.05 100.0)
                      (Arb.fromGen (Scalars.uniformGen 0.01 0.99))
                Holds =
                  fun (a, b, x) ->
                      let front = exp (a * log x + b * log (1.0 - x) - Special.logBeta a b) / a

                      let frontRounding =
                          front
                          * Tolerances.rounding
                              8
                              (a * abs (log x)
                               + b * abs (log (1.0 - x))
                               + abs (Special.logGamma a)
                               + abs (Special.logGamma b)
                               + abs (Special.logGamma (a + b)))

                      [ Compare.close
                            "I_x(a + 1, b)"
                            (Incomplete.beta a b x (1.0 - x) - front)
                            (Incomplete.beta (a + 1.0) b x (1.0 - x))
                            (frontRounding + Tolerances.rounding 64 1.0)
                        Compare.close
                            "complement"
                            1.0
                            (Incomplete.beta a b x (1.0 - x) + Incomplete.beta b a (1.0 - x) x)
                            (Tolerances.rounding 2 1.0) ] }
          Law.make
              { Name = "incomplete functions: published values"
                Statement =
                  "Incomplete gamma and beta functions and the normal distribution function agree with values computed to 18 digits by an independent package."
                Formula = ""
                Source = "mpmath 1.3.0 at 30 digits"
                Covers = [ "numerics" ]
                Cases = 1
                Generator = Law.once
                Holds =
                  fun () ->
                      [ for a, x, expected in
                            [ 0.1, 0.01, 0.662621259954479792
                              0.5, 2.0, 0.954499736103641586
                              3.0, 2.5, 0.456186884116670482
                              100.0, 90.0, 0.158220989186430168
                              1000.0, 1100.0, 0.998940676746070023
                              10000.0, 10000.0, 0.5013298083399552 ] do
                            Compare.close
                                $"P({a}, {x})"
                                expected
                                (Incomplete.gammaLower a x)
                                (Tolerances.published expected)
                        for a, b, x, expected in
                            [ 0.5, 0.5, 0.2, 0.295167235300866557
                              2.0, 3.0, 0.4, 0.524800000000000038
                              0.1, 20.0, 0.001, 0.707997008423415378
                              50.0, 60.0, 0.5, 0.830907293901669414
                              300.0, 2.0, 0.99, 0.196163576285143026 ] do
                            // The value moves with the rounding of 1 - x: an ulp of x times the density, at most a few.
                            Compare.close
                                $"I_{x}({a}, {b})"
                                expected
                                (Incomplete.beta a b x (1.0 - x))
                                (4.0 * Tolerances.published expected)
                        for x, expected in
                            [ -30.0, 4.90671392714818706e-198
                              -8.5, 9.47953482220331835e-18
                              -1.0, 0.158655253931457051
                              -0.1, 0.460172162722971016
                              0.5, 0.691462461274013104
                              2.0, 0.977249868051820793 ] do
                            // Relative: the tail itself is what counts. exp(-x^2/2) magnifies the rounding of its argument by x^2/2.
                            Compare.close
                                $"Phi({x})"
                                1.0
                                (Special.normalCdf x / expected)
                                (Tolerances.rounding 8 (1.0 + 0.5 * x * x)) ] } ]
