namespace Vi.Math

open System

/// Stored bytes of a state whose layout is not the one that this build of the program has.
[<Sealed>]
type StateLayoutException() =
    inherit InvalidOperationException("another build of the program stored this state, with another layout")

namespace Vi.Math.FSharp

open System
open System.IO
open System.Security.Cryptography
open System.Text
open FSharp.Reflection
open Vi.Math

/// States of engines as bytes, and back, to the bit: what a checkpoint holds. States are immutable values made of numbers, texts, vectors,
/// matrices, factors, arrays, records, unions and tuples; nothing else is needed, and nothing else is taken. The bytes begin with a hash of the
/// state's layout, so that a build with another layout refuses them instead of misreading them.
[<RequireQualifiedAccess>]
module StateBytes =

    let private fail (kind: Type) =
        raise (
            NotSupportedException
                $"a state cannot hold a value of type {kind.FullName}: use numbers, arrays, records and unions"
        )

    let private fields kind values write = Array.iter2 write (kind: Type[]) (values: objnull[])

    let private writeNumbers (writer: BinaryWriter) (values: float[]) =
        writer.Write values.Length

        for value in values do
            writer.Write(BitConverter.DoubleToInt64Bits value)

    let private readNumbers (reader: BinaryReader) =
        Array.init (reader.ReadInt32()) (fun _ -> BitConverter.Int64BitsToDouble(reader.ReadInt64()))

    /// What reflection finds out about a type once; states hold many values of a few types.
    let private once (make: Type -> 'found) : Type -> 'found =
        let known = System.Collections.Concurrent.ConcurrentDictionary<Type, 'found>()
        fun kind -> known.GetOrAdd(kind, make)

    let private isUnion = once FSharpType.IsUnion
    let private isRecord = once FSharpType.IsRecord
    let private isTuple = once FSharpType.IsTuple
    let private recordReader = once (fun kind -> FSharpValue.PreComputeRecordReader kind)
    let private recordMaker = once (fun kind -> FSharpValue.PreComputeRecordConstructor kind)
    let private tupleReader = once (fun kind -> FSharpValue.PreComputeTupleReader kind)
    let private tupleMaker = once (fun kind -> FSharpValue.PreComputeTupleConstructor kind)
    let private tupleKinds = once FSharpType.GetTupleElements
    let private unionTag = once (fun kind -> FSharpValue.PreComputeUnionTagReader kind)

    let private unionCases =
        once (fun kind ->
            FSharpType.GetUnionCases kind
            |> Array.sortBy (fun case -> case.Tag)
            |> Array.map (fun case ->
                struct (case.GetFields() |> Array.map (fun field -> field.PropertyType),
                        FSharpValue.PreComputeUnionReader case,
                        FSharpValue.PreComputeUnionConstructor case)))

    let private recordKinds =
        once (fun kind -> FSharpType.GetRecordFields kind |> Array.map (fun field -> field.PropertyType))

    let rec private writeValue (writer: BinaryWriter) (kind: Type) (value: objnull) : unit =
        match value with
        | :? float as number -> writer.Write(BitConverter.DoubleToInt64Bits number)
        | :? int as number -> writer.Write number
        | :? int64 as number -> writer.Write number
        | :? uint64 as number -> writer.Write number
        | :? bool as truth -> writer.Write truth
        | :? string as text -> writer.Write text
        | :? Vec as vector -> writeNumbers writer vector.Values
        | :? Mat as matrix ->
            writer.Write matrix.Rows
            writer.Write matrix.Columns
            writeNumbers writer matrix.Values
        | :? Chol as factor ->
            writer.Write factor.Dimension
            writeNumbers writer factor.Values
        | :? (float[]) as numbers -> writeNumbers writer numbers
        | _ when kind.IsArray ->
            let items = Unchecked.nonNull value :?> Array
            let item = Unchecked.nonNull (kind.GetElementType())
            writer.Write items.Length

            for i in 0 .. items.Length - 1 do
                writeValue writer item (items.GetValue i)
        | _ when isUnion kind ->
            // An empty list or option may be null itself, which the reader takes.
            let tag = unionTag kind (Unchecked.nonNull value)
            let struct (kinds, read, _) = (unionCases kind)[tag]
            writer.Write tag
            fields kinds (read (Unchecked.nonNull value)) (writeValue writer)
        | _ when isRecord kind ->
            fields (recordKinds kind) (recordReader kind (Unchecked.nonNull value)) (writeValue writer)
        | _ when isTuple kind ->
            fields (tupleKinds kind) (tupleReader kind (Unchecked.nonNull value)) (writeValue writer)
        | _ -> fail kind

    let rec private readValue (reader: BinaryReader) (kind: Type) : objnull =
        let all kinds = kinds |> Array.map (readValue reader)

        if kind = typeof<float> then
            BitConverter.Int64BitsToDouble(reader.ReadInt64())
        elif kind = typeof<int> then
            reader.ReadInt32()
        elif kind = typeof<int64> then
            reader.ReadInt64()
        elif kind = typeof<uint64> then
            reader.ReadUInt64()
        elif kind = typeof<bool> then
            reader.ReadBoolean()
        elif kind = typeof<string> then
            reader.ReadString()
        elif kind = typeof<Vec> then
            Vec(readNumbers reader)
        elif kind = typeof<Mat> then
            let rows = reader.ReadInt32()
            let columns = reader.ReadInt32()
            Mat(rows, columns, readNumbers reader)
        elif kind = typeof<Chol> then
            let dimension = reader.ReadInt32()
            Chol(dimension, readNumbers reader)
        elif kind = typeof<float[]> then
            readNumbers reader
        elif kind.IsArray then
            let item = Unchecked.nonNull (kind.GetElementType())
            let length = reader.ReadInt32()
            let items = Array.CreateInstance(item, length)

            for i in 0 .. length - 1 do
                items.SetValue(readValue reader item, i)

            items
        elif isUnion kind then
            let struct (kinds, _, make) = (unionCases kind)[reader.ReadInt32()]
            make (all kinds)
        elif isRecord kind then
            recordMaker kind (all (recordKinds kind))
        elif isTuple kind then
            tupleMaker kind (all (tupleKinds kind))
        else
            fail kind

    /// Types that are written as they are, without a look inside.
    let private isPlain (kind: Type) =
        kind.IsPrimitive
        || kind = typeof<string>
        || kind = typeof<Vec>
        || kind = typeof<Mat>
        || kind = typeof<Chol>

    /// A type's layout as a text: names and types of its fields and cases, and of theirs, each type described once.
    let private describe (kind: Type) : string =
        let told = System.Collections.Generic.HashSet<Type>()
        let text = StringBuilder()

        let rec tell (kind: Type) : unit =
            let members (fields: Reflection.PropertyInfo[]) =
                for field in fields do
                    text.Append(' ').Append(field.Name).Append(':') |> ignore
                    tell field.PropertyType

            if kind.IsArray then
                text.Append "array of " |> ignore
                tell (Unchecked.nonNull (kind.GetElementType()))
            elif isTuple kind then
                text.Append "tuple(" |> ignore

                tupleKinds kind
                |> Array.iter (fun part ->
                    tell part
                    text.Append ',' |> ignore)

                text.Append ')' |> ignore
            else
                text.Append kind.Name |> ignore

                if told.Add kind && not (isPlain kind) then
                    text.Append '{' |> ignore

                    if isUnion kind then
                        for case in FSharpType.GetUnionCases kind do
                            text.Append('|').Append case.Name |> ignore
                            members (case.GetFields())
                    elif isRecord kind then
                        members (FSharpType.GetRecordFields kind)
                    else
                        fail kind

                    text.Append '}' |> ignore

        tell kind
        text.ToString()

    /// The first eight bytes of the layout's hash.
    let private hash =
        once (fun kind -> BitConverter.ToInt64(SHA256.HashData(Encoding.UTF8.GetBytes(describe kind)), 0))

    /// The layout of a state's type as a text, whose hash is stored.
    let layout<'state> () : string = describe typeof<'state>

    /// The state as bytes; raises NotSupportedException, naming the type, where it holds something that is not a plain value.
    let write (state: 'state) : byte[] =
        use stream = new MemoryStream()
        use writer = new BinaryWriter(stream)
        writer.Write(hash typeof<'state>)
        writeValue writer typeof<'state> (box state)
        writer.Flush()
        stream.ToArray()

    /// The state of such bytes; raises StateLayoutException where a build with another layout wrote them.
    let read<'state> (bytes: byte[]) : 'state =
        use reader = new BinaryReader(new MemoryStream(bytes))

        if bytes.Length < sizeof<int64> || reader.ReadInt64() <> hash typeof<'state> then
            raise (StateLayoutException())

        Unchecked.nonNull (readValue reader typeof<'state>) :?> 'state
