namespace Vi.Verification.FSharp

open Vi.Math
open Vi.Math.FSharp
open Vi.Verification

/// Factor models.
[<RequireQualifiedAccess>]
module FactorVerdicts =

    let private restarts = 3

    /// Gibbs sweeps for each position that a reference keeps.
    let private sweeps = 8

    /// A table with factors of a size; a share of its entries is missing.
    let private table count columns factors size gaps seed =
        let struct (f, rng) = Rng.array (count * factors) Rng.normal (Rng.ofSeed seed)
        let struct (b, rng) = Rng.array (columns * factors) Rng.normal rng
        let struct (e, rng) = Rng.array (count * columns) Rng.normal rng
        let struct (u, _) = Rng.array (count * columns) Rng.uniform rng

        let entry t n =
            let common = Seq.sum (Seq.init factors (fun k -> b[n * factors + k] * f[t * factors + k]))
            if u[t * columns + n] < gaps then nan else e[t * columns + n] + size * common

        Rows.ofSeq (Array.init count (fun t -> Array.init columns (entry t)))

    let private draw factors precision (rows: uint64 -> Rows) seed =
        let rows = rows seed

        let prior: FactorModelPrior =
            { Factors = factors
              LoadingPrecision = precision
              Scales = ValueNone
              NoisePrecision = { Shape = 1.0; Rate = 1.0 }
              Rotation = true }

        let struct (data, means) = FactorData.ofRows true rows
        let check = CheckedModels.factorModel (FactorData.isReduced data) means prior
        let marginal = MarginalModels.factorModel prior data
        let target = MarginalTargets.factorModel prior data means rows

        VerdictFits.conjugate
            { Batches = rows
              Checked = check
              Engine = FactorData.engine prior data
              Restarts = restarts
              Ordered = FactorModel.inOrder
              Pinned = ValueSome marginal.ToGlobals
              Target = target
              Chains = VerdictFits.gibbsChains sweeps rows check marginal target }
            seed

    let private kind name factors precision rows : VerdictKind =
        { Name = name
          Model = "factor-model"
          Algorithms = VerdictFits.ofConjugate
          Draw = draw factors precision rows }

    let private unit = Known 1.0

    /// All of them.
    let all: VerdictKind list =
        [ kind "one strong factor" 1 unit (table 200 6 1 1.0 0.0)
          kind "two weak factors" 2 unit (table 100 6 2 0.5 0.0)
          kind "one factor, gaps" 1 unit (table 200 6 1 1.0 0.1)
          kind "one factor, few rows" 1 unit (table 24 5 1 1.0 0.0)
          kind "two factors, relevance" 2 (Ard { Shape = 1.0; Rate = 1.0 }) (table 150 6 1 1.0 0.0) ]
