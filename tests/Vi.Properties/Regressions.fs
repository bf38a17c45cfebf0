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
                      { WeightPrecision = Known 1.0; NoisePrecision = Gamma.create 1.0 1.0; Intercept = ValueNone }
                    Rows = [| [| 1.0; 4.0; 7.0 |] |]
                    Columns = 2
                    Seed = 0UL } } ]
