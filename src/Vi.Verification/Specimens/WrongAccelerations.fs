namespace Vi.Verification.FSharp

open Vi.Math
open Vi.Math.FSharp
open Vi.Verification

/// Accelerated ascent as it should not be.
[<RequireQualifiedAccess>]
module WrongAccelerations =

    /// Takes every extrapolation whose bound is a number.
    let private unguarded rows model (init: Rng -> 'globals) =
        let read = Cavi.reader rows model

        Acceleration.engineGuarded
            (fun _ after -> System.Double.IsFinite after)
            read
            model
            (init >> Cavi.startFrom read model)

    /// Reads the numbers 1 % too large.
    let private raw (coordinates: FactorCoordinates<'globals>) : FactorCoordinates<'globals> =
        { coordinates with At = fun q values -> coordinates.At q (Array.map (fun x -> 1.01 * x) values) }

    let all: Specimen list =
        let subject = MixtureKinds.subject MoveLaws.cases MixtureKinds.dirichlet MixtureKinds.full
        let rises = AccelerationLaws.rises unguarded subject
        let returns = AccelerationLaws.returns raw subject

        [ Specimen.make
              "acceleration without its safeguard"
              "squared extrapolation and Anderson mixing that trust every step"
              "An extrapolation is taken wherever it leads, so that the bound can fall."
              rises.Name
              [ rises ]
          Specimen.make
              "coordinates that do not come back"
              "parameters written by one formula and read by another"
              "Factors at their own coordinates are other factors."
              returns.Name
              [ returns ] ]
