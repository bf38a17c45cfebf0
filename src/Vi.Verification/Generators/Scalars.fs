namespace Vi.Verification.FSharp

open System
open FsCheck
open FsCheck.FSharp
open Vi.Math
open Vi.Math.FSharp

/// Numbers and arrays of numbers, each with shrinking to plainer ones within the same range.
[<RequireQualifiedAccess>]
module Scalars =

    /// Uniform on [0, 1) with 53 bits.
    let private unitGen: Gen<float> =
        Gen.choose64 (0L, (1L <<< 53) - 1L) |> Gen.map (fun bits -> float bits / float (1L <<< 53))

    /// Uniform on [low, high).
    let uniformGen low high : Gen<float> = unitGen |> Gen.map (fun u -> low + (high - low) * u)

    /// Log-uniform on [low, high), both positive.
    let logUniformGen low high : Gen<float> =
        uniformGen (log low) (log high) |> Gen.map exp |> Gen.map (fun x -> min high (max low x))

    /// Standard normal by Box and Muller (1958).
    let normalGen: Gen<float> =
        Gen.map2 (fun u v -> sqrt (-2.0 * log (1.0 - u)) * cos (2.0 * Math.PI * v)) unitGen unitGen

    /// 64 random bits for a generator of one's own.
    let seedGen: Gen<uint64> =
        Gen.map2
            (fun (high: int64) (low: int64) -> (uint64 high <<< 32) ||| uint64 low)
            (Gen.choose64 (0L, 0xffffffffL))
            (Gen.choose64 (0L, 0xffffffffL))

    let private roundTo digits (x: float) = Double.Parse(x.ToString("E" + string (digits - 1)))

    let private isPowerOfTen (x: float) = x = roundTo 1 x && x.ToString("E0").StartsWith '1'

    /// How far from plain a positive number is: 1, then powers of ten, then one digit, then three, then the rest.
    let private complexity x =
        if x = 1.0 then 0.0
        elif isPowerOfTen x then 1.0 + abs (log10 x)
        elif x = roundTo 1 x then 1e3 + abs (log10 x)
        elif x = roundTo 3 x then 1e4
        else 1e5

    /// Plainer positive numbers between low and high: 1, powers of ten, fewer digits.
    let shrinkPositive low high (x: float) =
        seq {
            1.0
            Math.Pow(10.0, Math.Truncate(log10 x / 2.0))
            Math.Pow(10.0, Math.Truncate(log10 x))
            Math.Pow(10.0, log10 x |> round |> fun e -> e - float (sign e))
            roundTo 1 x
            roundTo 3 x
        }
        |> Seq.distinct
        |> Seq.filter (fun y -> y >= low && y <= high && complexity y < complexity x)

    /// Plainer numbers of any sign: 0, the positive one, the same with plainer size.
    let shrinkReal (x: float) =
        seq {
            if x <> 0.0 then
                0.0

            if x < 0.0 then
                -x

            if x <> 0.0 then
                yield! shrinkPositive 0.0 Double.MaxValue (abs x) |> Seq.map (fun y -> if x < 0.0 then -y else y)
        }

    /// Positive, log-uniform between low and high.
    let positive low high : Arbitrary<float> = Arb.fromGenShrink (logUniformGen low high, shrinkPositive low high)

    /// Of both signs, with a size log-uniform from 1e-3 times the scale up to the scale; now and then 0.
    let realGen scale : Gen<float> =
        Gen.frequency
            [ (1, Gen.constant 0.0)
              (9,
               Gen.map2 (fun size sign -> size * sign) (logUniformGen (1e-3 * scale) scale) (Gen.elements [ 1.0; -1.0 ])) ]

    /// realGen with shrinking.
    let real scale : Arbitrary<float> = Arb.fromGenShrink (realGen scale, shrinkReal)

    /// A whole number between low and high, shrinking towards low.
    let integer low high : Arbitrary<int> =
        Arb.fromGenShrink (
            Gen.choose (low, high),
            fun n ->
                seq {
                    if n > low then
                        low
                        (low + n) / 2
                        n - 1
                }
                |> Seq.distinct
                |> Seq.filter (fun m -> m < n)
        )

    /// A seed, shrinking to small ones.
    let seed: Arbitrary<uint64> =
        Arb.fromGenShrink (seedGen, fun s -> Seq.filter (fun small -> small < s) [ 0UL; 1UL; 2UL ])

    /// Arrays like this one with one entry plainer.
    let shrinkEntries (shrink: 'a -> 'a seq) (values: 'a[]) =
        seq {
            for i in 0 .. values.Length - 1 do
                for plainer in shrink values[i] do
                    Array.mapi (fun j value -> if j = i then plainer else value) values
        }

    /// Arrays like this one without one entry, down to a length.
    let shrinkLength least (values: 'a[]) =
        seq {
            if values.Length > least then
                for i in 0 .. values.Length - 1 do
                    Array.removeAt i values
        }

    /// Arrays of least to most entries, shrinking by leaving entries out, then entry by entry.
    let arrayOf least most (entry: Arbitrary<'a>) : Arbitrary<'a[]> =
        Arb.fromGenShrink (
            gen {
                let! length = Gen.choose (least, most)
                return! Gen.arrayOfLength length entry.Generator
            },
            fun values -> Seq.append (shrinkLength least values) (shrinkEntries entry.Shrinker values)
        )

    /// Two at a time, shrinking one or the other.
    let both (a: Arbitrary<'a>) (b: Arbitrary<'b>) : Arbitrary<'a * 'b> =
        Arb.fromGenShrink (
            Gen.zip a.Generator b.Generator,
            fun (x, y) ->
                Seq.append (a.Shrinker x |> Seq.map (fun x -> (x, y))) (b.Shrinker y |> Seq.map (fun y -> (x, y)))
        )

    /// Three at a time.
    let three (a: Arbitrary<'a>) (b: Arbitrary<'b>) (c: Arbitrary<'c>) : Arbitrary<'a * 'b * 'c> =
        let nested = both a (both b c)

        Arb.fromGenShrink (
            nested.Generator |> Gen.map (fun (x, (y, z)) -> (x, y, z)),
            fun (x, y, z) -> nested.Shrinker(x, (y, z)) |> Seq.map (fun (x, (y, z)) -> (x, y, z))
        )

    /// A vector of reals.
    let vectorGen length scale : Gen<Vec> = Gen.arrayOfLength length (realGen scale) |> Gen.map Vec.ofArray

    /// Units of columns that a prior refers to, or none.
    let unitsGen columns : Gen<Vec voption> =
        Gen.oneof
            [ Gen.constant ValueNone
              Gen.arrayOfLength columns (logUniformGen 0.2 5.0) |> Gen.map (Vec.ofArray >> ValueSome) ]

    /// Vectors of the same length with plainer entries: all zeros, then entry by entry.
    let shrinkVector (v: Vec) =
        seq {
            if Vec.maxAbs v > 0.0 then
                Vec.zero v.Length

            yield! shrinkEntries shrinkReal (v.ToArray()) |> Seq.map Vec.ofArray
        }
