namespace Vi.Verification.FSharp

open System
open FsCheck
open FsCheck.FSharp
open Vi.Math
open Vi.Math.FSharp
open Vi.Verification

/// Transitions of chains as they should not be.
[<RequireQualifiedAccess>]
module WrongTransitions =

    let private slip kind : NoUTurnTransition = PlainNoUTurn.transition kind

    let all: Specimen list =
        [ Specimen.make
              "nuts with uniform weights"
              "a common slip: the points of a trajectory taken as equally likely"
              "Points of higher energy are drawn too often: the tails are too heavy."
              TransitionLaws.invariantName
              (TransitionLaws.transitions (slip UniformWeights))
          Specimen.make
              "nuts with half a push left out"
              "a common slip in hand-written leapfrogs"
              "A step is no longer its own inverse, and the energies that weigh the points are not theirs."
              TransitionLaws.agreesName
              (TransitionLaws.transitions (slip HalfAPush))
          Specimen.make
              "nuts that takes every new half"
              "a common slip: the probability of moving to the newer half left out"
              "The stationary distribution is no longer the target."
              TransitionLaws.invariantName
              (TransitionLaws.transitions (slip AlwaysTakeNewest))
          Specimen.make
              "nuts with subtrees that turn back"
              "a common slip: only whole trajectories are judged"
              "From the points of a trajectory other trajectories can be made than from its start."
              TransitionLaws.agreesName
              (TransitionLaws.transitions (slip NoChecksWithin))
          Specimen.make
              "nuts that turns without its metric"
              "samplers that judge the U-turn by momenta instead of velocities"
              "With scales apart, trajectories stop far too early or too late."
              TransitionLaws.metricName
              (TransitionLaws.transitions (slip TurnWithoutMetric))
          Specimen.make
              "nuts without checks across subtrees"
              "Stan before 2.21"
              "Trajectories that go round between two checks are not seen."
              TransitionLaws.longStepsName
              (TransitionLaws.transitions (slip NoChecksAcross)) ]
