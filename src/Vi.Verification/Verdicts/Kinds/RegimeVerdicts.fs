namespace Vi.Verification.FSharp

open Vi.Math
open Vi.Math.FSharp
open Vi.Verification

/// Regimes.
[<RequireQualifiedAccess>]
module RegimeVerdicts =

    let private restarts = 3

    /// Gibbs sweeps for each position that a reference keeps.
    let private sweeps = 4

    /// Probability that a state stays.
    let private staying = 0.95

    let private draw length (sds: float[]) (means: float[]) seed =
        let states = sds.Length
        let struct (z, rng) = Rng.array length Rng.normal (Rng.ofSeed seed)
        let struct (u, _) = Rng.array length Rng.uniform rng
        let path = u[1..] |> Array.scan (fun state u -> if u < staying then state else (state + 1) % states) 0
        let rows = Rows.ofColumn (Array.map2 (fun state z -> means[state] + sds[state] * z) path z)
        let moments = Moments.ofRows rows

        let prior =
            RegimeSwitching.prior
                states
                1.0
                0.0
                { Mean = moments.Mean
                  PrecisionScale = 1.0
                  Precision =
                    { DegreesOfFreedom = 1.0
                      InverseScale = Chol.factor "the data's variance" (Moments.covariance moments) } }

        let model = CheckedModels.regimeSwitching prior
        let chain = RegimeSwitching.chain rows
        let batches = Batches.ofList [ chain ]
        let target = MarginalTargets.regimeSwitching prior rows
        let marginal = MarginalModels.regimeSwitching prior batches

        VerdictFits.conjugate
            { Batches = batches
              Checked = model
              Engine = RegimeMoves.engine prior chain
              Restarts = restarts
              Ordered = id
              Pinned = ValueSome marginal.ToGlobals
              Target = target
              Chains = VerdictFits.gibbsChains sweeps batches model marginal target }
            seed

    let private kind name length sds means : VerdictKind =
        { Name = name
          Model = "regime-switching"
          Algorithms = VerdictFits.ofConjugate
          Draw = draw length sds means }

    /// All of them.
    let all: VerdictKind list =
        [ kind "regimes that differ in level" 300 [| 1.0; 1.0 |] [| 0.0; 3.0 |]
          kind "regimes that differ in volatility" 300 [| 1.0; 2.0 |] [| 0.0; 0.0 |]
          kind "regimes, a short chain" 60 [| 1.0; 1.0 |] [| 0.0; 3.0 |] ]
