namespace Vi.Verification.FSharp

open System
open FsCheck
open FsCheck.FSharp
open MathNet.Numerics
open MathNet.Numerics.Distributions
open Vi.Math
open Vi.Math.FSharp
open Vi.Verification

/// Distributions of programs as they should not be.
[<RequireQualifiedAccess>]
module WrongDistributions =

    let all: Specimen list =
        let halfNormal =
            ProgramDistributionLaws.subjects |> List.find (fun subject -> subject.Name = "half-normal")

        [ Specimen.make
              "half prior without its factor 2"
              "models that restrict a normal to positive numbers by a bound alone"
              "The evidence is off by log 2 for each half prior."
              "half-normal in programs: integrates to 1"
              (ProgramDistributionLaws.battery
                  { halfNormal with
                      Distribution =
                          fun p ->
                              { PositiveDistributions.halfNormal (ProgramDistributionLaws.number p[0]) with
                                  LogDensity =
                                      (RealDistributions.normal
                                          (ProgramDistributionLaws.number 0.0)
                                          (ProgramDistributionLaws.number p[0]))
                                          .LogDensity } }) ]
