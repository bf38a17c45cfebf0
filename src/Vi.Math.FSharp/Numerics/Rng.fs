namespace Vi.Math

/// A splittable pseudo-random generator: a value that is threaded, never shared. Two 64-bit words of state; every draw gives the
/// next generator. The stream is SplitMix64 (Steele, Lea, Flood 2014, "Fast splittable pseudorandom number generators") and equals
/// that of java.util.SplittableRandom for the same seed, splits included.
[<Struct>]
type Rng = { State: uint64; Gamma: uint64 }

namespace Vi.Math.FSharp

open System
open System.Numerics
open Vi.Kernels
open Vi.Math

/// Draws from a splittable generator. Every function takes a generator and gives back the value with the next generator.
[<RequireQualifiedAccess>]
module Rng =

    let private goldenGamma = 0x9e3779b97f4a7c15UL

    let private mix64 (z: uint64) =
        let z = (z ^^^ (z >>> 30)) * 0xbf58476d1ce4e5b9UL
        let z = (z ^^^ (z >>> 27)) * 0x94d049bb133111ebUL
        z ^^^ (z >>> 31)

    let private mixGamma (z: uint64) =
        let z = (z ^^^ (z >>> 33)) * 0xff51afd7ed558ccdUL
        let z = (z ^^^ (z >>> 33)) * 0xc4ceb9fe1a85ec53UL
        let z = (z ^^^ (z >>> 33)) ||| 1UL

        if BitOperations.PopCount(z ^^^ (z >>> 1)) < 24 then
            z ^^^ 0xaaaaaaaaaaaaaaaaUL
        else
            z

    /// The generator of a seed.
    let ofSeed (seed: uint64) = { State = seed; Gamma = goldenGamma }

    /// 64 random bits.
    let bits (rng: Rng) : struct (uint64 * Rng) =
        let state = rng.State + rng.Gamma
        struct (mix64 state, { rng with State = state })

    /// Two generators whose streams are independent for all practical purposes: the first continues this one, the second is new.
    let split (rng: Rng) : struct (Rng * Rng) =
        let first = rng.State + rng.Gamma
        let second = first + rng.Gamma

        struct ({ rng with State = second }, { State = mix64 first; Gamma = mixGamma second })

    /// The i-th of a family of generators derived from one, i >= 0; the same i gives the same generator.
    let derive (index: int) (rng: Rng) : Rng =
        let struct (_, child) = split { rng with State = rng.State + uint64 (2 * index) * rng.Gamma }

        child

    /// Uniform on [0, 1) with 53 bits.
    let uniform (rng: Rng) : struct (float * Rng) =
        let struct (word, next) = bits rng
        struct (float (word >>> 11) * (1.0 / 9007199254740992.0), next)

    /// Uniform on the open interval (0, 1): safe to take the logarithm of.
    let openUniform (rng: Rng) : struct (float * Rng) =
        let struct (word, next) = bits rng
        struct ((float (word >>> 12) + 0.5) * (1.0 / 4503599627370496.0), next)

    /// Uniform integer in [0, range) from the stream whose next word belongs to state + gamma (Lemire 2019: multiply and reject). What is
    /// rejected lies below 2^64 mod range, which is less than range: few draws need the division.
    let private nextBelow (range: uint64) (gamma: uint64) (state: byref<uint64>) : int =
        let mutable low = 0UL
        state <- state + gamma
        let mutable high = Math.BigMul(mix64 state, range, &low)

        if low < range then
            let threshold = (0UL - range) % range

            while low < threshold do
                state <- state + gamma
                high <- Math.BigMul(mix64 state, range, &low)

        int high

    /// Uniform integer in [0, bound) without bias. Raises where bound < 1.
    let below (bound: int) (rng: Rng) : struct (int * Rng) =
        if bound < 1 then
            invalidArg (nameof bound) $"the bound must be at least 1, not {bound}"

        let mutable state = rng.State
        let drawn = nextBelow (uint64 bound) rng.Gamma &state
        struct (drawn, { rng with State = state })

    /// Standard normal by Marsaglia's polar method (1964); the pair's second value is discarded, so that a draw depends on nothing
    /// but the generator.
    let normal (rng: Rng) : struct (float * Rng) =
        let rec draw rng =
            let struct (u, rng) = uniform rng
            let struct (v, rng) = uniform rng
            let x = 2.0 * u - 1.0
            let y = 2.0 * v - 1.0
            let s = x * x + y * y

            if s >= 1.0 || s = 0.0 then
                draw rng
            else
                struct (x * sqrt (-2.0 * log s / s), rng)

        draw rng

    /// Exponential with mean 1.
    let exponential (rng: Rng) : struct (float * Rng) =
        let struct (u, next) = openUniform rng
        struct (-log u, next)

    /// Logarithm of a Gamma(shape, rate 1) variable, shape > 0 (Marsaglia and Tsang 2000). In logs, because for small shapes the
    /// variable itself underflows: below 1 the shape is raised by one and log u / shape added.
    let logGamma (shape: float) (rng: Rng) : struct (float * Rng) =
        if not (shape > 0.0) then
            invalidArg (nameof shape) $"the shape of a gamma variable must be positive, not {shape}"

        let d = (if shape < 1.0 then shape + 1.0 else shape) - 1.0 / 3.0
        let c = 1.0 / sqrt (9.0 * d)

        let rec draw rng =
            let struct (x, rng) = normal rng
            let struct (u, rng) = openUniform rng
            let t = 1.0 + c * x
            let v = t * t * t

            if v > 0.0 && log u < 0.5 * x * x + d - d * v + d * log v then
                struct (log d + log v, rng)
            else
                draw rng

        let struct (value, rng) = draw rng

        if shape >= 1.0 then
            struct (value, rng)
        else
            let struct (u, rng) = openUniform rng
            struct (value + log u / shape, rng)

    /// Gamma(shape, rate) with mean shape / rate; both positive.
    let gamma (shape: float) (rate: float) (rng: Rng) : struct (float * Rng) =
        let struct (value, next) = logGamma shape rng
        struct (exp value / rate, next)

    /// An array of n draws, in order.
    let array (n: int) (draw: Rng -> struct ('a * Rng)) (rng: Rng) : struct ('a[] * Rng) =
        let values = Array.zeroCreate n
        let mutable current = rng

        for i in 0 .. n - 1 do
            let struct (value, next) = draw current
            values[i] <- value
            current <- next

        struct (values, current)

    /// Fills a span with standard normal numbers, many at a time; gives the next generator. Their stream is another than that of `normal`.
    let internal fillNormal (target: Span<float>) (rng: Rng) : Rng =
        NormalNoise.Fill(rng.State, rng.Gamma, target)
        { rng with State = rng.State + NormalNoise.Words target.Length * rng.Gamma }

    /// Index drawn with probability proportional to the weights (non-negative, not all zero).
    let index (weights: ReadOnlySpan<float>) (rng: Rng) : struct (int * Rng) =
        let mutable total = 0.0

        for weight in weights do
            total <- total + weight

        let struct (u, next) = uniform rng
        let target = u * total
        let mutable i = 0
        let mutable cumulated = 0.0
        let mutable chosen = -1

        while chosen < 0 && i < weights.Length do
            cumulated <- cumulated + weights[i]

            if weights[i] > 0.0 && target < cumulated then
                chosen <- i

            i <- i + 1

        // Rounding can leave the target at the total: then the last entry that has weight.
        if chosen < 0 then
            chosen <- weights.Length - 1

            while chosen > 0 && weights[chosen] = 0.0 do
                chosen <- chosen - 1

        struct (chosen, next)

    /// A random permutation of 0 .. n - 1 (Fisher and Yates).
    let permutation (n: int) (rng: Rng) : struct (int[] * Rng) =
        let order = Array.zeroCreate<int> n

        for i in 0 .. n - 1 do
            order[i] <- i

        let mutable state = rng.State

        for i in n - 1 .. -1 .. 1 do
            let j = nextBelow (uint64 (i + 1)) rng.Gamma &state
            let kept = order[i]
            order[i] <- order[j]
            order[j] <- kept

        struct (order, { rng with State = state })
