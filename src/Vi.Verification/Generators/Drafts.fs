namespace Vi.Verification.FSharp

open System
open FsCheck
open FsCheck.FSharp
open Vi.Math
open Vi.Math.FSharp

/// What an operation's case is made from: sizes and random numbers.
type DraftCase =
    {
        /// Number of rows.
        Rows: int
        /// Number of columns.
        Columns: int
        /// Seed of the position, the weights and the choices.
        Seed: uint64
    }

/// An expression under construction: parameters with their position, constants, random choices. It is filled by one function and then read.
[<Sealed>]
type Draft(seed: uint64) =
    let random = Random(int (seed % 2147483647UL))
    let position = ResizeArray<float>()
    let leaves = ResizeArray<Expression>()

    /// A number between two.
    member _.Uniform low high = low + (high - low) * random.NextDouble()

    /// A whole number from 0 up to one less than the given.
    member _.Below count = random.Next count

    /// One of these.
    member this.Choose(choices: 'a list) = choices[this.Below choices.Length]

    /// A parameter of a shape with entries made by a function.
    member private this.Leaf (shape: Shape) (entry: unit -> float) =
        let leaf = Expr.parameter $"p{leaves.Count}" position.Count shape

        for _ in 1 .. shape.Size do
            position.Add(entry ())

        leaves.Add leaf
        leaf

    /// Entries of both signs, from 0.3 to 1.5 in size: no kink of |x| is near.
    member this.Real shape = this.Leaf shape (fun () -> this.Uniform 0.3 1.5 * (if this.Below 2 = 0 then 1.0 else -1.0))

    /// Entries from 0.5 to 2.
    member this.Positive shape = this.Leaf shape (fun () -> this.Uniform 0.5 2.0)

    /// Entries between two numbers.
    member this.Between low high shape = this.Leaf shape (fun () -> this.Uniform low high)

    /// Multiples of 1/2 from an offset on: those of offset 0 and of offset 1/4 are 1/4 apart at least, away from the kink of a maximum.
    member this.Spaced offset shape = this.Leaf shape (fun () -> offset + 0.5 * float (1 + this.Below 4))

    /// Constants of both signs.
    member this.Constant(shape: Shape) =
        let numbers = Array.init shape.Size (fun _ -> this.Uniform -1.5 1.5)

        match shape with
        | Shape.Scalar -> Expr.number numbers[0]
        | Shape.Vector _ -> Expr.vector numbers
        | Shape.Matrix(rows, columns) -> Expr.matrix rows columns numbers

    /// Where the parameters are.
    member _.Position = position.ToArray()

    /// The parameters in the order of their places.
    member _.Leaves = List.ofSeq leaves

    /// Inner product with random weights: a number on which the whole of an expression acts.
    member this.Weigh(a: Expression) = Expr.dot (this.Constant a.Shape) a

/// Sizes around whole vectors.
[<RequireQualifiedAccess>]
module Drafts =

    /// Around multiples of eight, the vector's length.
    let sizes = [ 1; 2; 7; 8; 9; 15; 16; 17; 33 ]

    let private plainer (case: DraftCase) =
        seq {
            for rows in sizes do
                if rows < case.Rows then
                    { case with Rows = rows }

            for columns in sizes do
                if columns < case.Columns then
                    { case with Columns = columns }
        }

    /// Cases of all sizes, shrinking to smaller ones.
    let cases: Arbitrary<DraftCase> =
        Arb.fromGenShrink (
            Gen.map3
                (fun rows columns seed -> { Rows = rows; Columns = columns; Seed = seed })
                (Gen.elements sizes)
                (Gen.elements sizes)
                Scalars.seedGen,
            plainer
        )

    let private operations =
        [ "tanh"
          "logistic"
          "softplus"
          "sin"
          "cos"
          "exp"
          "expm1"
          "log"
          "log1p"
          "sqrt"
          "reciprocal"
          "negate"
          "square"
          "logGamma"
          "add"
          "subtract"
          "multiply"
          "divide"
          "power"
          "sum"
          "dot"
          "mean"
          "sumRows"
          "sumColumns"
          "fill"
          "reshape"
          "flatten"
          "column"
          "transpose"
          "concatenate"
          "gather"
          "item"
          "slice"
          "row"
          "scatter"
          "product"
          "product of a transpose"
          "vector"
          "vector by transpose"
          "spd"
          "solve"
          "solve transposed"
          "logSumExp"
          "logSumExpRows"
          "cumulativeSum"
          "recurrence"
          "backwards"
          "outer"
          "diagonal"
          "diagonalMatrix"
          "logDeterminant" ]

    /// Shared pieces of random graphs: what has a kink or no third derivative is left out where derivatives are taken.
    let private kinked = [ "abs"; "sign"; "maximum"; "minimum"; "atLeast"; "digamma" ]

    /// The pool of a random graph: parameters, constants and many operations on members of it, each result kept of moderate size and within
    /// the next one's domain. Later members use earlier ones again and again.
    let pool (smooth: bool) (case: DraftCase) : Draft * Expression[] =
        let draft = Draft case.Seed
        let n, m = case.Rows, min 17 case.Columns

        let pool =
            ResizeArray
                [ draft.Real Shape.Scalar
                  draft.Real(Shape.Vector n)
                  draft.Real(Shape.Matrix(m, n))
                  draft.Constant Shape.Scalar
                  draft.Constant(Shape.Vector n)
                  draft.Constant(Shape.Matrix(m, 1))
                  draft.Positive(Shape.Vector m) ]

        // Half of the choices fall on the latest members.
        let any () =
            if draft.Below 2 = 0 then
                pool[draft.Below pool.Count]
            else
                pool[pool.Count - 1 - draft.Below(min 5 pool.Count)]

        let moderate (a: Expression) = Expr.tanh (a / sqrt (float (max 1 a.Shape.Columns)))
        let positive (a: Expression) = 0.5 + Expr.square a

        let matrix () =
            let a = any ()

            match a.Shape with
            | Shape.Matrix _ -> a
            | Shape.Vector _ when draft.Below 2 = 0 -> Expr.column a
            | _ -> Expr.reshape (Shape.Matrix(1, a.Shape.Size)) a

        let vector () = Expr.flatten (any ())

        // Another of a's shape.
        let like (a: Expression) =
            let b = any ()

            if b.Shape = a.Shape then
                b
            elif b.Shape.Size = a.Shape.Size then
                Expr.reshape a.Shape b
            elif b.Shape.Size = 1 then
                Expr.fill a.Shape (Expr.reshape Shape.Scalar b)
            else
                Expr.gatherTo a.Shape (Array.init a.Shape.Size (fun i -> i * 7 % b.Shape.Size)) b

        // Something that can be laid over a.
        let partner (a: Expression) =
            match draft.Below 4, a.Shape with
            | 0, _ -> Expr.item (draft.Below a.Shape.Size) (like a)
            | 1, Shape.Matrix _ -> Expr.sumColumns a |> moderate
            | 2, Shape.Matrix _ -> Expr.column (moderate (Expr.sumRows a))
            | _ -> like a

        let lower () =
            let a = matrix ()
            let k = min a.Shape.Rows a.Shape.Columns
            let square = Expr.gatherTo (Shape.Matrix(k, k)) [| 0 .. k * k - 1 |] a
            let spd = Expr.matrixProduct square (Expr.transpose square) / float k
            spd + Expr.diagonalMatrix (Expr.fill (Shape.Vector k) (Expr.number 1.5))

        let swap (a: Expression) (b: Expression) = if draft.Below 2 = 0 then struct (a, b) else struct (b, a)

        let make name =
            match name with
            | "tanh" -> Expr.tanh (any ())
            | "logistic" -> Expr.logistic (any ())
            | "softplus" -> Expr.softplus (any ())
            | "sin" -> Expr.sin (any ())
            | "cos" -> Expr.cos (any ())
            | "exp" -> Expr.exp (moderate (any ()))
            | "expm1" -> Expr.expm1 (moderate (any ()))
            | "log" -> Expr.log (positive (any ()))
            | "log1p" -> Expr.log1p (Expr.square (any ()))
            | "sqrt" -> Expr.sqrt (positive (any ()))
            | "reciprocal" -> Expr.reciprocal (positive (any ()))
            | "negate" -> -(any ())
            | "square" -> Expr.square (moderate (any ()))
            | "logGamma" -> Expr.logGamma (positive (moderate (any ())))
            | "digamma" -> Expr.digamma (positive (moderate (any ())))
            | "abs" -> Expr.abs (any ())
            | "sign" -> Expr.sign (any ())
            | "add"
            | "subtract"
            | "multiply"
            | "divide"
            | "power"
            | "maximum"
            | "minimum"
            | "atLeast" ->
                let a = any ()
                let struct (a, b) = swap a (partner a)

                match name with
                | "add" -> moderate (a + b)
                | "subtract" -> moderate (a - b)
                | "multiply" -> moderate (a * b)
                | "divide" -> a / positive b
                | "power" -> Expr.power (positive a) (moderate b)
                | "maximum" -> Expr.maximum a b
                | "minimum" -> Expr.minimum a b
                | _ -> Expr.atLeast a b
            | "sum" -> moderate (Expr.sum (any ()) * 0.1)
            | "mean" -> Expr.mean (any ())
            | "dot" ->
                let a = any ()
                moderate (Expr.dot a (like a) * 0.1)
            | "sumRows" -> moderate (Expr.sumRows (matrix ()))
            | "sumColumns" -> moderate (Expr.sumColumns (matrix ()))
            | "fill" ->
                let a = any ()

                match a.Shape with
                | Shape.Scalar -> Expr.fill (draft.Choose [ Shape.Vector n; Shape.Matrix(m, n) ]) a
                | Shape.Vector length -> Expr.fill (Shape.Matrix(m, length)) a
                | Shape.Matrix(rows, 1) -> Expr.fill (Shape.Matrix(rows, n)) a
                | _ -> a
            | "reshape" ->
                let a = any ()
                Expr.reshape (Shape.Matrix(1, a.Shape.Size)) a
            | "flatten" -> vector ()
            | "column" -> Expr.column (vector ())
            | "transpose" -> Expr.transpose (matrix ())
            | "concatenate" ->
                Expr.concatenate [ any (); any () ]
                |> fun a -> Expr.slice (draft.Below 2) (min n (a.Shape.Size - 1)) a
            | "gather" ->
                let a = vector ()
                Expr.gather (Array.init n (fun i -> (i * 5 + 3) % a.Shape.Size)) a
            | "item" ->
                let a = any ()
                Expr.item (draft.Below a.Shape.Size) a
            | "slice" ->
                let a = vector ()
                let first = draft.Below a.Shape.Size
                Expr.slice first (1 + draft.Below(a.Shape.Size - first)) a
            | "row" ->
                let a = matrix ()
                Expr.row (draft.Below a.Shape.Rows) a
            | "scatter" ->
                let a = any ()
                Expr.scatter (Shape.Vector n) (Array.init a.Shape.Size (fun i -> i * 3 % n)) a |> moderate
            | "product" ->
                let a = matrix ()

                let b =
                    Expr.fill (Shape.Matrix(a.Shape.Columns, m)) (Expr.item 0 (any ())) + draft.Constant(Shape.Vector m)

                moderate (Expr.matrixProduct a b)
            | "product of a transpose" ->
                let a = matrix ()
                moderate (Expr.matrixProduct (Expr.transpose a) (like a))
            | "vector" ->
                let a = matrix ()
                moderate (Expr.matrixVector a (Expr.flatten (Expr.row (draft.Below a.Shape.Rows) (like a))))
            | "vector by transpose" ->
                let a = matrix ()
                moderate (Expr.matrixVector (Expr.transpose a) (Expr.sumRows (like a)))
            | "spd" -> Expr.cholesky (lower ())
            | "logDeterminant" -> Expr.logDeterminant (lower ()) * 0.2
            | "solve"
            | "solve transposed" ->
                let l = Expr.cholesky (lower ())

                let b =
                    Expr.gather
                        (Array.init l.Shape.Rows (fun i -> i * 3 % n))
                        (Expr.fill (Shape.Vector n) (Expr.item 0 (any ())) + pool[1])

                let b = if draft.Below 2 = 0 then b else Expr.outer b (vector ())
                moderate ((if name = "solve" then Expr.solveLower else Expr.solveLowerTransposed) l b)
            | "logSumExp" -> moderate (Expr.logSumExp (any ()))
            | "logSumExpRows" -> Expr.logSumExpRows (matrix ())
            | "cumulativeSum" -> moderate (Expr.cumulativeSum (vector ()))
            | "recurrence" -> moderate (Expr.linearRecurrence (0.9 * Expr.tanh (Expr.item 0 (any ()))) (vector ()))
            | "backwards" ->
                moderate (Expr.linearRecurrenceFromEnd (0.9 * Expr.tanh (Expr.item 0 (any ()))) (vector ()))
            | "outer" -> Expr.outer (Expr.slice 0 1 (vector ())) (vector ())
            | "diagonal" -> Expr.diagonal (lower ()) |> moderate
            | _ ->
                let a = vector ()
                Expr.diagonalMatrix (Expr.slice 0 (min 9 a.Shape.Size) a)

        let names = if smooth then operations else operations @ kinked

        for _ in 1 .. 12 + draft.Below 25 do
            let made = make (draft.Choose names)
            // Large members would make a slow case, not a harder one.
            if made.Shape.Size <= 700 then
                pool.Add made

        draft, pool.ToArray()
