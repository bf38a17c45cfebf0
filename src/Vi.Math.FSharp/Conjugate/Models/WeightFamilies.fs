namespace Vi.Math.FSharp

open Vi.Math

/// The distributions that a mixture's weights can have.
[<RequireQualifiedAccess>]
module WeightFamilies =

    /// A Dirichlet distribution.
    let dirichlet: WeightFamily<Dirichlet> =
        { Variable = "pi"
          Count = fun d -> d.Concentration.Length
          Mean = Dirichlet.mean
          ExpectedLog = Dirichlet.expectedLog
          Posterior = fun counts prior -> { Concentration = Vec.add prior.Concentration counts }
          ExpectedLogDensity = Dirichlet.expectedLogDensity
          Entropy = Dirichlet.entropy
          KlDivergence = Dirichlet.klDivergence
          Blend = Blend.dirichlet
          NaturalParameters = Dirichlet.naturalParameters
          Coordinates = FactorCoordinates.dirichlet
          Reorder =
            ValueSome(fun order d -> { Concentration = Vec.init order.Length (fun i -> d.Concentration[order[i]]) }) }

    /// Stick-breaking shares: the Dirichlet process, truncated. Their prior expects the weights to fall, so that order has a meaning.
    let stickBreaking: WeightFamily<StickBreaking> =
        { Variable = "v"
          Count = StickBreaking.components
          Mean = StickBreaking.mean
          ExpectedLog = StickBreaking.expectedLog
          Posterior = StickBreaking.posterior
          ExpectedLogDensity = StickBreaking.expectedLogDensity
          Entropy = StickBreaking.entropy
          KlDivergence = StickBreaking.klDivergence
          Blend = Blend.stickBreaking
          NaturalParameters = fun d -> d.Sticks |> Array.collect (Beta.naturalParameters >> Vec.toArray) |> Vec.ofArray
          Coordinates = FactorCoordinates.stickBreaking
          Reorder = ValueNone }
