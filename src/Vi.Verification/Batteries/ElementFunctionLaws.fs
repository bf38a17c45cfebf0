namespace Vi.Verification.FSharp

open System
open FsCheck
open FsCheck.FSharp
open Vi.Math
open Vi.Math.FSharp
open Vi.Verification

/// Laws of the elementary functions of plans.
[<RequireQualifiedAccess>]
module ElementFunctionLaws =

    /// The most ulps that each function is off the correctly rounded value, as its documentation says.
    let private ulps operation =
        match operation with
        | UnaryOperation.Exp
        | UnaryOperation.Log -> 1.0
        | UnaryOperation.Expm1
        | UnaryOperation.Log1p -> 2.0
        | UnaryOperation.Tanh
        | UnaryOperation.Logistic
        | UnaryOperation.Softplus -> 3.0
        | other -> invalidArg (nameof operation) $"{other} has no table"

    /// f of each number, by a plan over a vector.
    let private values operation (numbers: float[]) : float[] =
        let x = Expr.parameter "x" 0 (Shape.Vector numbers.Length)
        let plan = Plan.compile numbers.Length [ Expr.map operation x ]
        let results = Plan.evaluate plan (Vec.ofArray numbers)
        results[0].ToArray()

    /// Distance between two numbers in units of the last place; infinite where one is NaN or only one is infinite, or where zeros
    /// differ in sign.
    let private distance (expected: float) (actual: float) =
        let ordered (x: float) =
            let bits = BitConverter.DoubleToInt64Bits x
            if bits < 0L then Int64.MinValue - bits else bits

        if Double.IsNaN expected || Double.IsNaN actual then
            if Double.IsNaN expected && Double.IsNaN actual then 0.0 else infinity
        elif expected = 0.0 && actual = 0.0 then
            if Double.IsNegative expected = Double.IsNegative actual then 0.0 else infinity
        elif Double.IsInfinity expected <> Double.IsInfinity actual then
            infinity
        else
            abs (float (ordered actual - ordered expected))

    let private table (operation: UnaryOperation, pairs: struct (float * float)[]) =
        let name = (string operation).ToLowerInvariant()

        Law.make
            { Name = $"autodiff: {name} against its table"
              Statement =
                $"{name} is within its stated ulps of values computed with 400 bits, over the whole range, ends, denormals and infinities included."
              Formula = ""
              Source = "mpmath 1.3.0"
              Covers = [ "autodiff" ]
              Cases = 1
              Generator = Arb.fromGen (Gen.constant ())
              Holds =
                fun () ->
                    let found = values operation (pairs |> Array.map (fun struct (x, _) -> x))

                    Array.map2
                        (fun struct (x, expected) actual ->
                            Compare.error $"{name} {x:R} in ulps" (distance expected actual) (ulps operation))
                        pairs
                        found
                    |> List.ofArray }

    let private special =
        Law.make
            { Name = "autodiff: elementary functions at zeros, infinities and NaN"
              Statement =
                "Elementary functions at signed zeros, infinities, NaN and outside their domain give the limit or NaN, with the right sign."
              Formula = ""
              Source = "IEEE 754-2019, 9.2.1"
              Covers = [ "autodiff" ]
              Cases = 1
              Generator = Law.once
              Holds =
                fun () ->
                    let at operation pairs =
                        let found = values operation (pairs |> List.map fst |> Array.ofList)

                        pairs
                        |> List.mapi (fun i (x, expected: float) ->
                            Compare.holds
                                $"{operation} {x} is {expected}, found {found[i]}"
                                (distance expected found[i] = 0.0))

                    List.concat
                        [ at UnaryOperation.Exp [ 0.0, 1.0; -0.0, 1.0; infinity, infinity; -infinity, 0.0; nan, nan ]
                          at
                              UnaryOperation.Expm1
                              [ 0.0, 0.0; -0.0, -0.0; infinity, infinity; -infinity, -1.0; nan, nan ]
                          at
                              UnaryOperation.Log
                              [ 0.0, -infinity
                                -0.0, -infinity
                                infinity, infinity
                                -infinity, nan
                                -1.0, nan
                                nan, nan
                                -5e-324, nan ]
                          at
                              UnaryOperation.Log1p
                              [ 0.0, 0.0
                                -0.0, -0.0
                                infinity, infinity
                                -infinity, nan
                                -1.0, -infinity
                                -2.0, nan
                                nan, nan ]
                          at UnaryOperation.Tanh [ 0.0, 0.0; -0.0, -0.0; infinity, 1.0; -infinity, -1.0; nan, nan ]
                          at UnaryOperation.Logistic [ 0.0, 0.5; -0.0, 0.5; infinity, 1.0; -infinity, 0.0; nan, nan ]
                          at UnaryOperation.Softplus [ 0.0, log 2.0; infinity, infinity; -infinity, 0.0; nan, nan ]
                          at
                              UnaryOperation.Sqrt
                              [ 0.0, 0.0; -0.0, -0.0; infinity, infinity; -1.0, nan; nan, nan; 5e-324, sqrt 5e-324 ]
                          at
                              UnaryOperation.Sign
                              [ 0.0, 0.0; -0.0, -0.0; infinity, 1.0; -infinity, -1.0; nan, nan; -5e-324, -1.0 ]
                          at UnaryOperation.Abs [ -0.0, 0.0; -infinity, infinity; nan, nan ]
                          at
                              UnaryOperation.Reciprocal
                              [ 0.0, infinity; -0.0, -infinity; infinity, 0.0; -infinity, -0.0; nan, nan ]
                          at UnaryOperation.LogGamma [ 1.0, 0.0; infinity, infinity; 0.0, nan; -1.0, nan; nan, nan ]
                          at UnaryOperation.Digamma [ infinity, infinity; 0.0, nan; -1.0, nan; nan, nan ] ] }

    /// The runtime's function of one number; itself within 1 ulp.
    let private runtime operation : (float -> float) option =
        match operation with
        | UnaryOperation.Exp -> Some Math.Exp
        | UnaryOperation.Log -> Some Math.Log
        | UnaryOperation.Tanh -> Some Math.Tanh
        | _ -> None

    let private bulk =
        Law.make
            { Name = "autodiff: elementary functions against the runtime's"
              Statement =
                "exp, log and tanh of random numbers of every size agree with the runtime's functions within the sum of both errors."
              Formula = ""
              Source = "System.Math"
              Covers = [ "autodiff" ]
              Cases = 10
              Generator = Arb.fromGen Scalars.seedGen
              Holds =
                fun seed ->
                    let draft = Draft seed

                    [ for operation in [ UnaryOperation.Exp; UnaryOperation.Log; UnaryOperation.Tanh ] do
                          let f = (runtime operation).Value
                          // Sizes from 1e-320 to 1e3, or all positive numbers for the logarithm.
                          let top = if operation = UnaryOperation.Log then 308.0 else 3.0

                          let numbers =
                              Array.init 500 (fun _ ->
                                  let size = Math.Pow(10.0, draft.Uniform (draft.Choose [ -320.0; -2.0; 0.0 ]) top)
                                  if operation = UnaryOperation.Log || draft.Below 2 = 0 then size else -size)

                          let found = values operation numbers

                          let x, error =
                              Array.map2 (fun x actual -> x, distance (f x) actual) numbers found |> Array.maxBy snd

                          Compare.error $"{operation} {x:R} in ulps" error (ulps operation + 1.0) ] }

    let private alone =
        Law.make
            { Name = "autodiff: an entry does not depend on its neighbours"
              Statement =
                "The value of an elementary function at a number has the same bits wherever it stands, and beside numbers for which the function takes another path."
              Formula = ""
              Source = "definition of a function"
              Covers = [ "autodiff" ]
              Cases = 20
              Generator = Arb.fromGen Scalars.seedGen
              Holds =
                fun seed ->
                    let draft = Draft seed
                    let odd = [ 0.0; -0.0; nan; infinity; -infinity; 1e-320; -800.0; 800.0; 1e300; -1e300; -1.0; -2.0 ]

                    let numbers =
                        Array.init (20 + draft.Below 9) (fun _ ->
                            if draft.Below 3 = 0 then draft.Choose odd else draft.Uniform -5.0 5.0)

                    [ for operation, _ in ElementFunctionTable.all do
                          let together = values operation numbers
                          let single = numbers |> Array.map (fun x -> (values operation [| x |]) |> Array.head)
                          Compare.holds $"{operation}" (Array.forall2 (fun a b -> distance a b = 0.0) together single) ] }

    let all: Law list = (ElementFunctionTable.all |> List.map table) @ [ special; bulk; alone ]
