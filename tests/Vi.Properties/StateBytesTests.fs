namespace Vi.Properties

open Vi.Math
open Vi.Math.FSharp
open Xunit

module Before =
    type Part = { Name: string; Values: float[] }

    type Phase =
        | Learning of Part
        | Drawing

    type State = { Position: Vec; Count: int; Phase: Phase; Parts: Part list }

/// The same layout under another roof.
module Same =
    type Part = { Name: string; Values: float[] }

    type Phase =
        | Learning of Part
        | Drawing

    type State = { Position: Vec; Count: int; Phase: Phase; Parts: Part list }

module Renamed =
    type State = { Position: Vec; Number: int; Phase: Before.Phase; Parts: Before.Part list }

module Retyped =
    type State = { Position: Vec; Count: int64; Phase: Before.Phase; Parts: Before.Part list }

module Reordered =
    type State = { Count: int; Position: Vec; Phase: Before.Phase; Parts: Before.Part list }

/// A field of a part of a part has another type.
module Deeper =
    type Part = { Name: string; Values: Vec }

    type Phase =
        | Learning of Part
        | Drawing

    type State = { Position: Vec; Count: int; Phase: Phase; Parts: Part list }

module OtherCases =
    type Phase =
        | Learning of Before.Part
        | Drawing
        | Done

    type State = { Position: Vec; Count: int; Phase: Phase; Parts: Before.Part list }

/// Stored states of another build are refused, not misread.
type StateBytesTests() =

    let part: Before.Part = { Name = "mu"; Values = [| 1.0; nan |] }

    let state: Before.State =
        { Position = Vec.ofArray [| 0.5; -1.0 |]
          Count = 3
          Phase = Before.Learning part
          Parts = [ part; part ] }

    let bytes = StateBytes.write state

    let refuses (read: byte[] -> 'state) = Assert.Throws<StateLayoutException>(fun () -> read bytes |> ignore) |> ignore

    [<Fact>]
    member _.``The same layout is read``() =
        let back = StateBytes.read<Same.State> bytes
        Assert.Equal(3, back.Count)
        Assert.Equal<byte>(bytes, StateBytes.write back)

    [<Fact>]
    member _.``Another layout is refused at any depth``() =
        refuses StateBytes.read<Renamed.State>
        refuses StateBytes.read<Retyped.State>
        refuses StateBytes.read<Reordered.State>
        refuses StateBytes.read<Deeper.State>
        refuses StateBytes.read<OtherCases.State>
        refuses StateBytes.read<SamplerState>

    [<Fact>]
    member _.``Bytes too short for a layout are refused``() =
        Assert.Throws<StateLayoutException>(fun () -> StateBytes.read<Before.State> [| 1uy |] |> ignore)
