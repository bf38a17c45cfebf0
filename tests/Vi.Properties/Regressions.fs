namespace Vi.Properties

open Vi.Math
open Vi.Math.FSharp
open Vi.Verification
open Vi.Verification.FSharp

/// A shrunk failure that was found once: the law it broke, what was wrong, and the case.
type Regression = { Law: string; Found: string; Case: obj }

/// Shrunk failures, replayed before a law's generated cases.
module Regressions =

    let private value (case: 'case) : obj = Unchecked.nonNull (box case)

    let all: Regression list =
        [ { Law = "gamma: Kullback-Leibler divergence equals the one derived from the contract"
            Found = "the ratio of the means less 1 as a sum of two large terms that cancel"
            Case = value (Gamma.create 0.1 2e-5, Gamma.create 1e4 3.0) }
          { Law = "beta: Kullback-Leibler divergence equals the one derived from the contract"
            Found = "the same in the divergence of the multivariate beta function"
            Case = value (Beta.create 1.0 1.0, Beta.create 1.0 36500.0) }
          { Law = "beta: Kullback-Leibler divergence equals the one derived from the contract"
            Found = "the same"
            Case = value (Beta.create 0.1 0.1, Beta.create 1.0 1000.0) }
          { Law = "dirichlet: expected log density is minus entropy minus divergence"
            Found = "the same"
            Case = value (Dirichlet.symmetric 2 1.0, Dirichlet.create (Vec.ofArray [| 10000.0; 1.0 |])) }
          { Law = "normal-gamma: Kullback-Leibler divergence equals the one derived from the contract"
            Found = "the same, through the gamma factor"
            Case = value (NormalGamma.create 0.0 1.0 1.0 1e-4, NormalGamma.create 0.0 1.0 7e4 10.0) }
          { Law = "gamma: divergence by quadrature equals the closed form"
            Found = "the density's logarithm was minus infinity at the smallest numbers"
            Case = value (Gamma.create 0.787 1.0, Gamma.create 30.0 1.0) }
          { Law = "linear-regression: the bound never exceeds the exact evidence"
            Found = "fewer rows than columns: rounding in a null direction made the evidence NaN"
            Case =
              value
                  { Prior =
                      { WeightPrecision = Known 1.0
                        NoisePrecision = Gamma.create 1.0 1.0
                        Scales = ValueNone
                        Intercept = ValueNone }
                    Rows = [| [| 1.0; 4.0; 7.0 |] |]
                    Columns = 2
                    Seed = 0UL } }
          { Law = "linear-regression: the evidence is an integral over the noise alone"
            Found =
              "10,000 cases: the oracle's integral ended where a thousandth of a millionth of the mass was still outside"
            Case =
              value
                  { Prior =
                      { WeightPrecision = Known 1.0
                        NoisePrecision = Gamma.create 0.3 1.0
                        Scales = ValueNone
                        Intercept = ValueNone }
                    Rows = [| [| 0.0; 0.0 |] |]
                    Columns = 1
                    Seed = 0UL } }
          { Law = "advi: a bijective linear reparametrisation changes no answer"
            Found =
              "50 cases: parameters held L with logarithms on its diagonal; steps and averages of them are geometric for one entry of a column and arithmetic for the others, which a correlation of 1 - 1e-5 blew up to six standard deviations"
            Case = value (2, 0, 10780763945598758639UL) }
          { Law = "advi: a bijective linear reparametrisation changes no answer"
            Found = "the same, and called converged"
            Case = value (3, 0, 6911629134116772719UL) }
          { Law = "linear-regression: the evidence is an integral over the noise alone"
            Found = "10,000 cases: far out in the oracle's tail a covariance was no longer positive definite"
            Case =
              value
                  { Prior =
                      { WeightPrecision = Known 0.06079616391
                        Scales = ValueNone
                        NoisePrecision = Gamma.create 1.0 1.0
                        Intercept = ValueNone }
                    Rows =
                      [| [| -2.356280473; 4.073123666; 0.0 |]
                         [| -3.135694591; 3.588712524; 0.0 |]
                         [| -2.406494983; 3.307779095; -7.0 |]
                         [| -3.0; 1.0; -8.0 |]
                         [| -0.4330507559; 2.681588338; 0.0 |]
                         [| -3.238626522; 4.549056987; -8.0 |] |]
                    Columns = 2
                    Seed = 0UL } }
          { Law = "linear-response: variances are second derivatives of the tilted bound (linear-regression)"
            Found = "10,000 cases: near optima that merge the answer bends, and so does what it is held against"
            Case =
              value
                  { Prior =
                      { WeightPrecision = Known 0.1
                        Scales = ValueNone
                        NoisePrecision = Gamma.create 4.79 0.4
                        Intercept = ValueSome(Normal.create -0.3160240429 0.5084152916) }
                    Rows =
                      [| [| 2.0; -6.0 |]
                         [| 3.0; -8.0 |]
                         [| 2.32; -7.0 |]
                         [| 2.0; -6.0 |]
                         [| 1.0; -5.0 |]
                         [| 2.53; -7.81 |]
                         [| 2.77; -8.15 |]
                         [| 2.7; -5.63 |]
                         [| 2.0; -6.6 |] |]
                    Columns = 1
                    Seed = 0UL } }
          { Law = "programs: LKJ"
            Found = "10,000 cases: near the edge of the correlations the oracle's differences left the sphere"
            Case = value ((3, 1.0), 13058420724763320322UL) }
          { Law = "beta in programs: integrates to 1"
            Found =
              "10,000 cases: draws that round to 1 have no place on the real line, where the law looked around them"
            Case = value ([| 4.643698913; 0.2272722733 |], 13944507970625165876UL) }
          { Law = "programs: a bijective reparametrisation changes nothing"
            Found = "2,000 cases: a value of 1e10 nats rounds by more than the 1e-8 that were allowed"
            Case = value 983398116581679607UL }
          { Law = "streaming on linear-regression: any partition gives the posterior of all rows"
            Found =
              "the bound has two optima where the prior of the intercept contradicts the rows; the law had asked for the same one"
            Case =
              value (
                  { Prior =
                      { WeightPrecision = Known 5.304365898
                        Scales = ValueNone
                        NoisePrecision = Gamma.create 0.7474984058 3.027449784
                        Intercept = ValueSome(Normal.create 0.006091921917 0.4882864408) }
                    Rows =
                      [| [| -3.967949227; 1.371292183; -9.099520148 |]
                         [| -3.713832274; 1.495077098; -8.182726457 |]
                         [| -3.487469423; 1.320355785; -8.154408411 |]
                         [| -3.97898183; 0.8855560519; -9.943230679 |]
                         [| -3.815354142; 1.352267901; -8.412007138 |]
                         [| -3.90392532; 1.104541066; -9.589653199 |]
                         [| -3.910855136; 1.104274591; -9.78157 |]
                         [| -3.607849398; 1.149786248; -9.05411431 |]
                         [| -4.129717598; 1.392423111; -9.734000763 |]
                         [| -3.900147772; 1.461195604; -8.731971954 |]
                         [| -3.498493167; 1.183142612; -8.422956907 |]
                         [| -3.888771855; 1.400132255; -9.804933365 |]
                         [| -3.822628332; 0.9361944189; -8.779687644 |]
                         [| -3.893961223; 0.9088645795; -9.519686709 |]
                         [| -4.127515476; 1.36083828; -9.749780282 |]
                         [| -3.807868406; 1.077116763; -8.970721968 |]
                         [| -3.682207276; 1.016781623; -8.806978789 |]
                         [| -3.740660016; 1.228224409; -8.775602783 |]
                         [| -3.877378399; 1.486734088; -8.880282661 |]
                         [| -3.900022596; 1.211665136; -9.815607918 |]
                         [| -4.00623679; 1.230743747; -9.868575218 |]
                         [| -3.860102931; 1.477892266; -9.449789681 |]
                         [| -3.91959682; 1.355861013; -9.386351821 |]
                         [| -3.997221761; 1.21390267; -9.846555548 |]
                         [| -4.064496485; 1.326174337; -10.07945358 |]
                         [| -3.473939564; 1.407889559; -7.887934131 |]
                         [| -3.950362171; 0.9452941055; -9.680217745 |]
                         [| -4.021520942; 1.309586085; -9.90196357 |]
                         [| -3.71955463; 1.321981296; -8.819712952 |]
                         [| -3.793444732; 1.494128816; -8.997968357 |]
                         [| -4.124912748; 1.253291686; -10.10177055 |]
                         [| -3.763527238; 1.389371571; -9.032156084 |]
                         [| -4.102745127; 1.262363685; -9.78059402 |]
                         [| -3.43266122; 1.294479344; -8.398079485 |]
                         [| -3.845814352; 1.267251571; -8.92826789 |]
                         [| -3.714786948; 0.832755403; -8.985695889 |]
                         [| -4.331915296; 1.262973394; -10.56344491 |]
                         [| -3.632730567; 0.9972117516; -9.180558279 |]
                         [| -3.810057498; 1.419555896; -8.517638982 |] |]
                    Columns = 2
                    Seed = 14311514659657896201UL },
                  1
              ) }
          { Law = "warm-up: the metric learns the scales and the acceptance its target"
            Found =
              "10,000 cases: the step settles by fifty draws, whose noise the law did not allow for; accepted 0.036 less often than asked"
            Case =
              value (
                  { Mean =
                      Vec.ofArray
                          [| 0.0
                             -4.773411544996862
                             -0.3148483883967865
                             -6.420031080205137
                             0.01178611898659992
                             -0.5197285102548491
                             0.07598021590462244
                             0.06621790172866424
                             7.237937966776748
                             -0.018808600964749 |]
                    Covariance =
                      Mat.diagonalOf (
                          Vec.ofArray
                              [| 1.861500243369154
                                 0.00015097375965304372
                                 0.006128189137011621
                                 1491.8902170966824
                                 265.01404313707087
                                 0.0036911807366695726
                                 19.85713311094687
                                 1771.306288345404
                                 6249.192909793342
                                 145.11239375403918 |]
                      )
                    IsDiagonal = true
                    Seed = 3006593963141159289UL },
                  2
              ) }
          { Law = "leapfrog: volume is preserved"
            Found =
              "central differences over 1e-3 were off by 1.5e-6 where three long steps bend the map; the law now takes 2e-4"
            Case =
              value
                  { Covariance = Mat.ofRows [ [| 1.0; 0.0 |]; [| 0.0; 0.4 |] ]
                    Mass = Mat.ofRows [ [| 1.0; 0.0 |]; [| 0.0; 1.49 |] ]
                    IsDense = false
                    Step = 1.19302065
                    Seed = 2UL } }
          { Law = "reliability: mean-field on a strongly correlated normal is not believed, and full-rank is"
            Found =
              "k-hat below its threshold let 10 of 20 fits pass that are a thirtieth as wide as the density in one direction, with a tenth of the weight and more unseen"
            Case = value 175UL }
          { Law = "beta between bounds in programs: log density"
            Found = "a draw rounded to the bound, where both formulas are infinite; the law now looks inside"
            Case = value ([| 0.2411906173; 0.5106355184 |], 1149761241445440038UL) } ]
