namespace Vi.Math.Fluent

open System
open Vi.Math
open Vi.Math.FSharp

/// Gibbs sampling (gibbs), for models whose complete conditional distributions are known.
[<Sealed>]
type GibbsInference() =
    inherit Inference()

    /// Number of chains, at least 1 [4].
    member val Chains = Nullable<int>() with get, set

    /// Sweeps of each chain that are not kept [1000].
    member val WarmUp = Nullable<int>() with get, set

    /// Draws of each chain that are kept, at least 1 [1000].
    member val Samples = Nullable<int>() with get, set

    /// Sweeps for each draw that is kept, at least 1 [1].
    member val Thin = Nullable<int>() with get, set

    /// Sweeps of each chain in one step of the run; no draw depends on it [a fortieth of all].
    member val Block = Nullable<int>() with get, set

    override _.Name = "gibbs"

    override this.Begin(model, seed, threads) =
        let standard = GibbsInference.defaults

        let settings: GibbsSettings =
            { Chains = Settings.given standard.Chains this.Chains
              WarmUp = Settings.given standard.WarmUp this.WarmUp
              Samples = Settings.given standard.Samples this.Samples
              Thin = Settings.given standard.Thin this.Thin
              Block = Settings.optional this.Block }

        let form = ModelAnswers.ofChains "gibbs" (GibbsInference.budget settings)
        Settings.start (GibbsInference.create settings) form model seed threads
