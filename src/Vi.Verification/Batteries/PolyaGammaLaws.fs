namespace Vi.Verification.FSharp

open System
open FsCheck.FSharp
open Vi.Kernels
open Vi.Math
open Vi.Math.FSharp
open Vi.Verification

/// Sums of so many draws of PG(1, c): from c, their number and the generator.
type internal PolyaGammaSum = float -> int -> Rng -> float

/// Laws of Polya-Gamma draws.
[<RequireQualifiedAccess>]
module PolyaGammaLaws =

    let private polson = "Polson, Scott and Windle 2013, section 2.1"

    /// Draws of the rows of a block whose log odds are c.
    let internal sum: PolyaGammaSum =
        fun c count rng ->
            let weights = LogisticParameters(1, false, [| 0.0 |], [| c |], [| 1e-200 |])
            let block = Block.FromRows(ReadOnlyMemory(Array.init (2 * count) (fun i -> float ((i + 1) % 2))), 2)
            LogisticKernel.Accumulate(block, weights, LocalChoice.Drawn(rng.State, rng.Gamma)).Gram[0]

    /// Mean and variance of PG(1, c): tanh(c/2) / (2c) and (sinh c - c) / (4 c^3 cosh^2(c/2)), where sinh c / cosh^2(c/2) = 2 tanh(c/2).
    let private moments c =
        if abs c < 1e-2 then
            struct (0.25, 1.0 / 24.0)
        else
            let tanh, cosh = Math.Tanh(0.5 * c), Math.Cosh(0.5 * c)
            struct (tanh / (2.0 * c), (2.0 * tanh - c / cosh / cosh) / 4.0 / c / c / c)

    /// Mean and variance of sums of draws, in standard errors.
    let private against (sum: PolyaGammaSum) blocks seed c =
        let struct (mean, variance) = moments c
        let count = 4
        let sums = Array.init blocks (fun b -> sum c count (Rng.derive b (Rng.ofSeed seed)))
        let expected = float count * mean
        let spread = float count * variance
        let squares = sums |> Array.map (fun s -> (s - expected) * (s - expected) / spread)

        [ Compare.close
              $"mean at c = {c}, in standard errors"
              0.0
              ((Array.average sums - expected) / sqrt (spread / float blocks))
              Tolerances.standardErrors

          Compare.close
              $"variance at c = {c}, in exact ones"
              1.0
              (Array.average squares)
              (Tolerances.standardErrors * Sample.sd (Vec.ofArray squares) / sqrt (float blocks)) ]

    let internal draws (sum: PolyaGammaSum) : Law =
        Law.make
            { Name = "gibbs: Polya-Gamma draws have their distribution's moments"
              Statement =
                "Means over many rows of PG(1, c) draws, and of their squares over many blocks, are the known ones, up to c = 1000."
              Formula = @"E\omega=\tfrac{1}{2c}\tanh\tfrac c2,\quad V\omega=\frac{\sinh c-c}{4c^3\cosh^2(c/2)}"
              Source = polson
              Covers = [ "gibbs"; "logistic-regression" ]
              Cases = 4
              Generator = Scalars.seed
              Holds =
                fun seed ->
                    [ 0.0; 0.3; 1.0; 3.0; 3.3; 10.0; 60.0; 400.0; 1000.0 ] |> List.collect (against sum 4000 seed) }

    let internal extreme (sum: PolyaGammaSum) : Law =
        Law.make
            { Name = "gibbs: Polya-Gamma draws end at any tilt, and vary as long as that can be seen"
              Statement =
                "From c = 1000 to 1e20 draws have the mean and the variance of their distribution; beyond, to 1e300, where the standard deviation falls below rounding of the mean, they are the mean to rounding. Either sign of c gives the same."
              Formula = @"c\to\infty:\quad E\omega\to\frac1{2c},\quad\frac{\sqrt{V\omega}}{E\omega}\to\sqrt{\frac2c}"
              Source = polson
              Covers = [ "gibbs"; "logistic-regression" ]
              Cases = 20
              Generator =
                Scalars.three
                    (Arb.fromGen (Scalars.uniformGen 3.0 20.0))
                    (Arb.fromGen (Scalars.uniformGen 20.0 300.0))
                    Scalars.seed
              Holds =
                fun (power, far, seed) ->
                    let count = 4
                    let rng = Rng.ofSeed seed
                    let near = 10.0 ** power

                    [ yield! against sum 1000 seed near
                      Compare.close "the other sign" (sum near count rng) (sum -near count rng) 0.0
                      for c in [ 10.0 ** far; 9e32; 1.1e33; 1e300 ] do
                          let struct (mean, _) = moments c
                          let expected = float count * mean
                          let spread = sqrt (2.0 / c)

                          Compare.close
                              $"sum at c = {c}, in means"
                              1.0
                              (sum c count rng / expected)
                              (Tolerances.standardErrors * spread + Tolerances.rounding count 1.0) ] }

    let all: Law list = [ draws sum; extreme sum ]
