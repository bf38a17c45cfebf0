namespace Vi.Math.Fluent

open Vi.Math
open Vi.Math.FSharp

/// A random stream for code that draws in loops: holds the generator and moves it on with each draw. Not for several threads at once;
/// split it instead.
[<Sealed>]
type RandomStream private (start: Rng) =

    let mutable rng = start

    let draw (f: Rng -> struct ('a * Rng)) =
        let struct (value, next) = f rng
        rng <- next
        value

    /// The stream of a seed.
    new(seed: uint64) = RandomStream(Rng.ofSeed seed)

    /// Uniform on [0, 1).
    member _.NextUniform() : float = draw Rng.uniform

    /// Normal with mean 0 and standard deviation 1.
    member _.NextNormal() : float = draw Rng.normal

    /// Uniform on 0 to count - 1, without bias; raises ArgumentException for a count below 1.
    member _.NextInt(count: int) : int = draw (Rng.below count)

    /// A draw from a normal distribution.
    member _.Next(distribution: Normal) : float = draw (Normal.sample distribution)

    /// A draw from a gamma distribution.
    member _.Next(distribution: Gamma) : float = draw (Gamma.sample distribution)

    /// A draw from a multivariate normal distribution of D numbers.
    member _.Next(distribution: MvNormal) : Vec = draw (MvNormal.sample distribution)

    /// What a function of the generator draws.
    member internal _.Draw(f: Rng -> struct ('a * Rng)) : 'a = draw f

    /// A stream that is independent of this one.
    member _.Split() : RandomStream = RandomStream(draw Rng.split)
