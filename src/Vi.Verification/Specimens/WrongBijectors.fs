namespace Vi.Verification.FSharp

open System
open FsCheck
open FsCheck.FSharp
open MathNet.Numerics.LinearAlgebra.Double
open Vi.Math
open Vi.Math.FSharp
open Vi.Verification

/// Transforms as they should not be.
[<RequireQualifiedAccess>]
module WrongBijectors =

    let all: Specimen list =
        let withSlope change =
            { BijectorLaws.subject with
                Constrain =
                    fun domain shape ->
                        let constrain = BijectorLaws.subject.Constrain domain shape

                        fun numbers ->
                            let struct (value, logSlope) = constrain numbers
                            struct (value, change logSlope) }

        [ Specimen.make
              "log-Jacobian left out"
              "ports of a model from a language that adds it by itself"
              "The density is that of another prior: a half-normal becomes one of x / x."
              "bijectors: the log-Jacobian is the determinant's"
              (BijectorLaws.battery (withSlope (fun _ -> 0.0)))
          Specimen.make
              "log-Jacobian of the wrong sign"
              "a common slip: that of the map back"
              "log |dy/dx| in the place of log |dx/dy|."
              "bijectors: the log-Jacobian is the determinant's"
              (BijectorLaws.battery (withSlope (fun logSlope -> -logSlope)))
          Specimen.make
              "sticks without their offset"
              "stick-breaking written without log(K - k)"
              "0 maps to weights 1/2, 1/4, 1/8 ...: a start and a normal approximation that favour the first."
              "bijectors: 0 is the middle"
              (BijectorLaws.battery
                  { BijectorLaws.subject with
                      Constrain =
                          fun domain shape ->
                              let move (numbers: float[]) =
                                  match domain, shape with
                                  | Domain.Simplex, Shape.Vector k ->
                                      numbers |> Array.mapi (fun i y -> y + log (float (k - 1 - i)))
                                  | _ -> numbers

                              move >> BijectorLaws.subject.Constrain domain shape }) ]
