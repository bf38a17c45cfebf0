namespace Vi.Math

/// What a pass through the data takes for the local variables of its rows.
[<RequireQualifiedAccess>]
type Locals =
    /// Their optimal distribution given the global factors: coordinate ascent.
    | Expected
    /// A draw from it: Gibbs sampling. Each block draws from a stream of its own, so no draw depends on the order of the blocks.
    | Drawn of Rng

namespace Vi.Math.FSharp

open Vi.Kernels
open Vi.Math

/// How kernels take the local variables of a block.
[<RequireQualifiedAccess>]
module internal Locals =

    let choice (locals: Locals) (block: Block) =
        match locals with
        | Locals.Expected -> LocalChoice.Expected
        | Locals.Drawn rng ->
            let own = Rng.derive block.Number rng
            LocalChoice.Drawn(own.State, own.Gamma)
