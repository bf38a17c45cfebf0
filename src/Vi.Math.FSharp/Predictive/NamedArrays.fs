namespace Vi.Math

/// Numbers by name, row by row: what a stored posterior is made of.
type NamedArray =
    {
        /// The name.
        Name: string
        /// Length along each axis; empty for a single number.
        Shape: int[]
        /// The numbers, the last axis fastest.
        Values: float[]
    }

/// A stored posterior that cannot be read; the message says what is wrong with it.
[<Sealed>]
type StoredFitException(message: string) =
    inherit System.Exception(message)

namespace Vi.Math.FSharp

open Vi.Math

/// Named arrays made and read.
[<RequireQualifiedAccess>]
module NamedArray =

    let private fail text = raise (StoredFitException text)

    /// A single number.
    let ofNumber name (value: float) : NamedArray = { Name = name; Shape = [||]; Values = [| value |] }

    /// Numbers along one axis.
    let ofNumbers name (values: float[]) : NamedArray = { Name = name; Shape = [| values.Length |]; Values = values }

    /// The entries of a vector.
    let ofVec name (values: Vec) : NamedArray = ofNumbers name (values.ToArray())

    /// Vectors of one length, one a row.
    let ofVecs name (rows: Vec[]) : NamedArray =
        { Name = name
          Shape = [| rows.Length; (if rows.Length = 0 then 0 else rows[0].Length) |]
          Values = rows |> Array.collect Vec.toArray }

    /// The lower triangles of Cholesky factors of one dimension.
    let ofChols name (factors: Chol[]) : NamedArray =
        let d = factors[0].Dimension

        { Name = name
          Shape = [| factors.Length; d; d |]
          Values = factors |> Array.collect (fun f -> f.Lower.ToArray()) }

    /// The lower triangle of a Cholesky factor (D x D).
    let ofChol name (factor: Chol) : NamedArray =
        { ofChols name [| factor |] with Shape = [| factor.Dimension; factor.Dimension |] }

    /// The array of a name with so many axes; raises StoredFitException where there is none.
    let find name axes (arrays: NamedArray[]) : NamedArray =
        match arrays |> Array.tryFind (fun a -> a.Name = name) with
        | Some found when found.Shape.Length = axes && Array.fold (*) 1 found.Shape = found.Values.Length -> found
        | Some found -> fail $"numbers.{name} has {found.Values.Length} numbers of the wrong shape"
        | None -> fail $"numbers.{name} is missing"

    /// The single number of a name; raises StoredFitException where there is none.
    let number name arrays : float = (find name 0 arrays).Values[0]

    /// The numbers of a name along one axis; raises StoredFitException where there are none.
    let numbers name arrays : float[] = (find name 1 arrays).Values

    /// The same as a vector.
    let vec name arrays : Vec = Vec.wrap (numbers name arrays)

    /// The rows of the matrix of a name; raises StoredFitException where there is none.
    let vecs name arrays : Vec[] =
        let found = find name 2 arrays

        if found.Shape[1] = 0 then
            Array.create found.Shape[0] (Vec.zero 0)
        else
            found.Values |> Array.chunkBySize found.Shape[1] |> Array.map Vec.wrap

    let private factor name d (values: float[]) : Chol =
        let isFactor =
            Seq.forall
                (fun (i, j) ->
                    let value = values[i * d + j]

                    if i = j then value > 0.0 && System.Double.IsFinite value
                    elif j > i then value = 0.0
                    else System.Double.IsFinite value)
                (seq {
                    for i in 0 .. d - 1 do
                        for j in 0 .. d - 1 -> i, j
                })

        if isFactor then
            Chol(d, values)
        else
            fail $"numbers.{name} is not a Cholesky factor"

    /// The Cholesky factors of a name; raises StoredFitException where there are none, or a diagonal entry is not positive.
    let chols name arrays : Chol[] =
        let found = find name 3 arrays
        let d = found.Shape[1]

        if found.Shape[2] <> d then
            fail $"numbers.{name} is not square"

        found.Values |> Array.chunkBySize (d * d) |> Array.map (factor name d)

    /// The Cholesky factor of a name; raises StoredFitException where there is none, or a diagonal entry is not positive.
    let chol name arrays : Chol =
        let found = find name 2 arrays

        if found.Shape[0] <> found.Shape[1] then
            fail $"numbers.{name} is not square"

        factor name found.Shape[0] found.Values
