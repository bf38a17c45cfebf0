namespace Vi.Verification.FSharp

open Vi.Math
open Vi.Math.FSharp
open Vi.Verification

/// Components in an order that they should not have.
[<RequireQualifiedAccess>]
module WrongOrders =

    let all: Specimen list =
        let subject = MixtureKinds.subject MixtureKinds.cases MixtureKinds.dirichlet MixtureKinds.full
        let asFound = MixtureOrderLaws.ordered (fun _ q -> q) MixtureKinds.dirichlet MixtureKinds.full subject

        [ Specimen.make
              "components as they were found"
              "tables of components whose order changes from run to run"
              "Empty components stand among those that explain rows."
              asFound.Name
              [ asFound ] ]
