namespace Vi.Verification

open Vi.Math

/// Maps from real numbers to supports under test: value (row by row) with log |dx/dy|, and the way back.
type BijectorSubject =
    { Constrain: Domain -> Shape -> (float[] -> struct (float[] * float))
      Unconstrain: Domain -> Shape -> float[] -> float[] }

/// A support with a shape and the real numbers that stand for a value.
type BijectorCase = { Domain: Domain; Shape: Shape; Numbers: float[] }

namespace Vi.Verification.FSharp

open System
open FsCheck
open FsCheck.FSharp
open MathNet.Numerics.LinearAlgebra.Double
open Vi.Math
open Vi.Math.FSharp
open Vi.Verification

/// Laws of the maps between the real line and supports.
[<RequireQualifiedAccess>]
module BijectorLaws =

    /// The project's own.
    let subject: BijectorSubject =
        { Constrain =
            fun domain shape ->
                let real = Bijectors.realShape domain shape
                let struct (value, logSlope) = Bijectors.constrain domain shape (Expr.parameter "y" 0 real)
                let plan = Plan.compile real.Size [ value; logSlope ]

                fun numbers ->
                    let outputs = Plan.evaluate plan (Vec.ofArray numbers)
                    struct (outputs[0].ToArray(), outputs[1][0])
          Unconstrain = Bijectors.unconstrainNumbers }

    let private shapeGen (domain: Domain) : Gen<Shape> =
        match domain with
        | Domain.Simplex ->
            Gen.oneof
                [ Gen.choose (2, 6) |> Gen.map Shape.Vector
                  Gen.map2 (fun rows columns -> Shape.Matrix(rows, columns)) (Gen.choose (1, 3)) (Gen.choose (2, 4)) ]
        | Domain.Ordered
        | Domain.PositiveOrdered -> Gen.choose (1, 6) |> Gen.map Shape.Vector
        | Domain.CorrelationCholesky
        | Domain.CovarianceCholesky -> Gen.choose (2, 4) |> Gen.map (fun k -> Shape.Matrix(k, k))
        | _ -> Gen.elements [ Shape.Scalar; Shape.Vector 3; Shape.Matrix(2, 2) ]

    let private domains =
        [ Domain.Real
          Domain.Positive
          Domain.Above -2.0
          Domain.Below 3.0
          Domain.Between(0.0, 1.0)
          Domain.Between(-1.0, 4.0)
          Domain.Simplex
          Domain.Ordered
          Domain.PositiveOrdered
          Domain.CorrelationCholesky
          Domain.CovarianceCholesky ]

    let private shrinkNumbers (case: BijectorCase) =
        Scalars.shrinkEntries Scalars.shrinkReal case.Numbers
        |> Seq.map (fun numbers -> { case with Numbers = numbers })

    /// A case of every support, so that none is missed by chance; plainer ones are of one support.
    let private ofEverySupport (entry: Gen<float>) : Arbitrary<BijectorCase[]> =
        let one domain =
            gen {
                let! shape = shapeGen domain
                let! numbers = Gen.arrayOfLength (Bijectors.realShape domain shape).Size entry
                return { Domain = domain; Shape = shape; Numbers = numbers }
            }

        Arb.fromGenShrink (
            List.foldBack (one >> Gen.map2 (fun case cases -> case :: cases)) domains (Gen.constant [])
            |> Gen.map Array.ofList,
            fun cases ->
                if cases.Length > 1 then
                    cases |> Seq.map Array.singleton
                else
                    shrinkNumbers cases[0] |> Seq.map Array.singleton
        )

    /// Places of the value's entries that are free: coordinates of the set.
    let private coordinates (domain: Domain) (shape: Shape) =
        let k = shape.Columns

        [| 0 .. shape.Size - 1 |]
        |> Array.filter (fun at ->
            match domain with
            | Domain.Simplex -> at % k < k - 1
            | Domain.CorrelationCholesky -> at % k < at / k
            | Domain.CovarianceCholesky -> at % k <= at / k
            | _ -> true)

    /// How far numbers move on the way there and back, in their own unit: where the map is flat the value's rounding moves them more.
    let private inverts (subject: BijectorSubject) =
        Law.make
            { Name = "bijectors: there and back is where one was"
              Statement =
                "Real numbers, made a value of the support and turned back, are the same numbers; the value lies in the support."
              Formula = @"T^{-1}(T(y))=y"
              Source = "Stan Reference Manual, Constraint transforms; definition"
              Covers = [ "bijectors"; "programs" ]
              Cases = 30
              Generator = ofEverySupport (Scalars.uniformGen -3.0 3.0)
              Holds =
                fun cases ->
                    [ for case in cases do
                          let struct (value, _) = subject.Constrain case.Domain case.Shape case.Numbers
                          let back = subject.Unconstrain case.Domain case.Shape value
                          // The smallest weight of a simplex of six at |y| <= 3 is above 1e-9 of the largest: what a rounding of the value moves.
                          for i in 0 .. back.Length - 1 do
                              Compare.close $"y[{i}] in {case.Domain}" case.Numbers[i] back[i] 1e-9 ] }

    let private slope (subject: BijectorSubject) =
        let compare case =
            let places = coordinates case.Domain case.Shape
            let constrain = subject.Constrain case.Domain case.Shape
            let struct (_, logSlope) = constrain case.Numbers
            let mutable error = 0.0

            let derivatives =
                Array2D.init places.Length places.Length (fun i j ->
                    let along =
                        Numerical.derivative 0.1 (fun h ->
                            let moved = Array.copy case.Numbers
                            moved[j] <- moved[j] + h
                            let struct (value, _) = constrain moved
                            value[places[i]])

                    error <- max error (along.Error / max 1e-6 (abs along.Value))
                    along.Value)

            let determinant = (DenseMatrix.OfArray derivatives).Determinant()

            Compare.close
                $"log-Jacobian of {case.Domain}"
                (log (abs determinant))
                logSlope
                (1e-7 + 10.0 * float places.Length * min error 1e-7)

        Law.make
            { Name = "bijectors: the log-Jacobian is the determinant's"
              Statement =
                "For every support log |dx/dy| equals the logarithm of the determinant of derivatives found by differences."
              Formula = @"\log\left|\det\frac{\partial x}{\partial y}\right|"
              Source = "Stan Reference Manual, Constraint transforms; definition"
              Covers = [ "bijectors"; "programs" ]
              Cases = 6
              Generator = ofEverySupport (Scalars.uniformGen -3.0 3.0)
              Holds = Array.map compare >> Array.toList }

    let private ends (subject: BijectorSubject) =
        Law.make
            { Name = "bijectors: the ends of the range stay finite"
              Statement =
                "Far from 0 values and log-Jacobians are finite numbers, and values lie in the closure of the support."
              Formula = @"|y|\le 300\Rightarrow |\log|dx/dy||<\infty"
              Source = "Stan Reference Manual, Constraint transforms; definition"
              Covers = [ "bijectors"; "programs" ]
              Cases = 30
              Generator =
                ofEverySupport (Gen.oneof [ Scalars.uniformGen -300.0 300.0; Gen.elements [ -300.0; 300.0; 0.0 ] ])
              Holds =
                fun cases ->
                    [ for case in cases do
                          let struct (value, logSlope) = subject.Constrain case.Domain case.Shape case.Numbers
                          Compare.holds $"finite value in {case.Domain}" (Array.forall Double.IsFinite value)
                          Compare.holds $"finite log-Jacobian of {case.Domain}" (Double.IsFinite logSlope)

                          match case.Domain with
                          | Domain.Between(lower, upper) ->
                              Compare.holds
                                  "between the bounds"
                                  (value |> Array.forall (fun x -> x >= lower && x <= upper))
                          | Domain.Ordered ->
                              Compare.holds "ascending" (value |> Array.pairwise |> Array.forall (fun (a, b) -> a <= b))
                          | Domain.PositiveOrdered ->
                              Compare.holds
                                  "ascending from 0"
                                  (Array.append [| 0.0 |] value |> Array.pairwise |> Array.forall (fun (a, b) -> a <= b))
                          | Domain.Simplex ->
                              for row in Array.chunkBySize case.Shape.Columns value do
                                  Compare.close "sum of weights" 1.0 (Array.sum row) Tolerances.sumOfProbabilities
                                  Compare.holds "non-negative" (row |> Array.forall (fun x -> x >= 0.0))
                          | Domain.CorrelationCholesky ->
                              for row in Array.chunkBySize case.Shape.Columns value do
                                  Compare.close
                                      "length of a row"
                                      1.0
                                      (Array.sumBy (fun x -> x * x) row)
                                      Tolerances.sumOfProbabilities
                          | _ -> () ] }

    let private centred (subject: BijectorSubject) =
        Law.make
            { Name = "bijectors: 0 is the middle"
              Statement = "Zeros stand for equal weights, and for no correlation."
              Formula = @"T(0)=(1/K,\dots,1/K)"
              Source = "Stan Reference Manual, Constraint transforms: the offset log(K - k)"
              Covers = [ "bijectors"; "programs" ]
              Cases = 1
              Generator = Law.once
              Holds =
                fun () ->
                    [ for k in 2..7 do
                          let struct (weights, _) =
                              subject.Constrain Domain.Simplex (Shape.Vector k) (Array.zeroCreate (k - 1))

                          for weight in weights do
                              Compare.close $"weight of {k}" (1.0 / float k) weight Tolerances.lastDigit

                      for k in 2..4 do
                          let zeros = Array.zeroCreate (k * (k - 1) / 2)

                          let struct (factor, _) =
                              subject.Constrain Domain.CorrelationCholesky (Shape.Matrix(k, k)) zeros

                          for at in 0 .. k * k - 1 do
                              Compare.close
                                  $"correlation ({at / k}, {at % k})"
                                  (if at / k = at % k then 1.0 else 0.0)
                                  factor[at]
                                  Tolerances.lastDigit ] }

    /// The laws on a subject.
    let battery (subject: BijectorSubject) = [ inverts subject; slope subject; ends subject; centred subject ]

    let all = battery subject
