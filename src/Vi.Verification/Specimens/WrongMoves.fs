namespace Vi.Verification.FSharp

open Vi.Math
open Vi.Math.FSharp
open Vi.Verification

/// Moves between optima as they should not be.
[<RequireQualifiedAccess>]
module WrongMoves =

    let private weights = WeightFamilies.dirichlet
    let private family = FullComponents.family

    /// Weights and means together, what lies between the means forgotten.
    let private withoutShift into from (data: TiedMoments) =
        { TiedComponents.family.Merge into from data with Scatter = data.Scatter }

    /// Takes the first proposal, wherever it leads.
    let private rash (case: MixtureCase) rows =
        let prior = MixtureKinds.prior MixtureKinds.dirichlet MixtureKinds.full case
        let propose = LabelMoves.propose (MixtureMoves.movable weights family prior rows)
        let model = Mixture.model weights family prior
        let read = Cavi.statistics rows model
        let ascent = Cavi.engine rows model (Mixture.start weights family prior rows)

        { ascent with
            Step =
                fun state ->
                    let struct (next, info) = ascent.Step state

                    match propose (read next.Globals) next.Globals |> Seq.tryHead with
                    | None -> struct (next, info)
                    | Some globals ->
                        let elbo = model.Elbo (read globals) globals

                        struct ({ Globals = globals; Elbo = elbo.Value },
                                { info with Elbo = elbo; Gain = elbo.Value - state.Elbo }) }

    let private still (prior: GaussianMixturePrior) rows =
        Cavi.engine rows (Mixture.model weights family prior) (Mixture.start weights family prior rows)

    let all: Specimen list =
        let merged = MoveLaws.merged withoutShift MixtureKinds.tied

        let rises =
            MixtureKinds.subject MoveLaws.cases MixtureKinds.dirichlet MixtureKinds.full |> MoveLaws.rises rash

        let recovers = MoveLaws.recovers still

        [ Specimen.make
              "a merge that forgets the way between means"
              "moments added as if they had one mean"
              "The scatter lacks what the distance of the two means adds."
              merged.Name
              [ merged ]
          Specimen.make
              "every move taken"
              "searches that jump first and climb later"
              "A proposal is taken wherever it leads, so that the bound can fall."
              rises.Name
              [ rises ]
          Specimen.make
              "ascent without moves"
              "mixtures with twenty components for three groups"
              "Components that share a group keep it."
              recovers.Name
              [ recovers ] ]
