namespace Vi.Verification.FSharp

open System
open FsCheck.FSharp
open Vi.Math
open Vi.Math.FSharp
open Vi.Verification

/// Sums over tiles of rows as they should not be.
[<RequireQualifiedAccess>]
module WrongTiles =

    let all: Specimen list =
        [ Specimen.make
              "the last rows left out"
              "a common slip: whole tiles only"
              "Rows beyond the last whole tile of 64 are not summed."
              (PlanTileLaws.equality Expr.sum).Name
              [ PlanTileLaws.equality (fun a -> Expr.sum (Expr.slice 0 (a.Shape.Size / 64 * 64) a)) ] ]
