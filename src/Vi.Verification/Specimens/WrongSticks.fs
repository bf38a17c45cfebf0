namespace Vi.Verification.FSharp

open FsCheck
open Vi.Math
open Vi.Math.FSharp
open Vi.Verification

/// Stick-breaking weights as they should not be.
[<RequireQualifiedAccess>]
module WrongSticks =

    let private ownRowsPassedOn =
        { StickBreakingLaws.subject with
            Model =
                fun case ->
                    let model = StickBreakingLaws.subject.Model case

                    let wrong (statistics: MixtureStatistics) (q: StickBreakingMixturePosterior) =
                        let right = model.Updates.Head.Update statistics q

                        { right with
                            Weights =
                                { Sticks =
                                    right.Weights.Sticks
                                    |> Array.mapi (fun k stick ->
                                        { stick with Beta = stick.Beta + statistics.Components[k].Weight }) } }

                    { model with Updates = { model.Updates[0] with Update = wrong } :: model.Updates.Tail } }

    let all: Specimen list =
        [ Specimen.make
              "a stick passes on its own rows"
              "a common slip: sum over j >= k where j > k is right"
              "The second parameter of q(v_k) counts the rows of component k too."
              "gaussian-mixture with stick-breaking: after its update the bound is stationary in the factor"
              (ConjugateLaws.battery ownRowsPassedOn) ]
