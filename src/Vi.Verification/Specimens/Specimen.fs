namespace Vi.Verification

/// A known-wrong variant of something, and the law that must reject it. A law that lets its specimens pass has gone blunt.
type Specimen =
    {
        /// Unique name.
        Name: string
        /// Where it was seen.
        SeenIn: string
        /// What is wrong about it.
        Wrong: string
        /// Name of the catalogue's law that must reject it.
        RejectedBy: string
        /// That law, instantiated on the wrong variant.
        Law: Law
    }

namespace Vi.Verification.FSharp

open Vi.Verification

/// Specimens.
[<RequireQualifiedAccess>]
module Specimen =

    /// A specimen from the battery instantiated on the wrong variant; raises where that battery has no law of the name.
    let make name seenIn wrong rejectedBy (battery: Law list) =
        match battery |> List.tryFind (fun law -> law.Name = rejectedBy) with
        | Some law -> { Name = name; SeenIn = seenIn; Wrong = wrong; RejectedBy = rejectedBy; Law = law }
        | None -> invalidArg (nameof rejectedBy) $"the battery on the specimen '{name}' has no law '{rejectedBy}'"

    /// Checks the wrong variant against its law: rejected where the outcome holds a counterexample.
    let run count seed (specimen: Specimen) = specimen.Law.Check count seed

    /// A step of an engine after which the state is another: from the state before it, the right one after it, and what the step reports.
    let internal afterwards (change: 'state -> 'state -> 'info -> 'state) (step: 'state -> struct ('state * 'info)) =
        fun state ->
            let struct (next, info) = step state
            struct (change state next info, info)
