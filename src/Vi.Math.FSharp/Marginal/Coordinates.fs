namespace Vi.Math

/// The log density of coordinates from a place of a position on, in nats: gives it, and adds its gradient.
type internal CoordinateDensity = float[] -> int -> float[] -> float

/// How a factor's variable is laid out on the real line.
[<NoComparison; NoEquality>]
type internal Coordinates<'factor> =
    {
        /// A name for each coordinate: that of the entry of the variable that it moves.
        Names: string[]
        /// The distribution's log density on the coordinates, Jacobian included.
        LogDensity: 'factor -> CoordinateDensity
        /// The coordinates of a pinned factor, or of what a factor expects.
        OfFactor: 'factor -> float[]
        /// The factor pinned at the coordinates from a place of a position on.
        ToFactor: float[] -> int -> 'factor
    }

namespace Vi.Math.FSharp

open Vi.Math

/// Coordinates of variables, one after the other.
[<RequireQualifiedAccess>]
module internal Coordinates =

    /// Of one variable, then of another.
    let pair (first: Coordinates<'a>) (second: Coordinates<'b>) : Coordinates<struct ('a * 'b)> =
        let size = first.Names.Length

        { Names = Array.append first.Names second.Names
          LogDensity =
            fun (struct (a, b)) ->
                let ofFirst = first.LogDensity a
                let ofSecond = second.LogDensity b
                fun x at gradient -> ofFirst x at gradient + ofSecond x (at + size) gradient
          OfFactor = fun (struct (a, b)) -> Array.append (first.OfFactor a) (second.OfFactor b)
          ToFactor = fun x at -> struct (first.ToFactor x at, second.ToFactor x (at + size)) }

    /// Of several variables of one kind.
    let all (parts: Coordinates<'a>[]) : Coordinates<'a[]> =
        let places = parts |> Array.scan (fun at part -> at + part.Names.Length) 0

        { Names = parts |> Array.collect _.Names
          LogDensity =
            fun factors ->
                let densities = Array.map2 (fun part factor -> part.LogDensity factor) parts factors

                fun x at gradient ->
                    let mutable value = 0.0

                    for i in 0 .. densities.Length - 1 do
                        value <- value + densities[i] x (at + places[i]) gradient

                    value
          OfFactor = fun factors -> Array.map2 (fun part factor -> part.OfFactor factor) parts factors |> Array.concat
          ToFactor = fun x at -> parts |> Array.mapi (fun i part -> part.ToFactor x (at + places[i])) }

    /// The same coordinates for factors that are kept in another form.
    let convert (from: 'b -> 'a) (into: 'a -> 'b) (coordinates: Coordinates<'a>) : Coordinates<'b> =
        { Names = coordinates.Names
          LogDensity = from >> coordinates.LogDensity
          OfFactor = from >> coordinates.OfFactor
          ToFactor = fun x at -> into (coordinates.ToFactor x at) }

    /// A number that is its own coordinate.
    let normal (name: string) : Coordinates<Normal> =
        { Names = [| name |]
          LogDensity =
            fun d x at gradient ->
                gradient[at] <- gradient[at] - (x[at] - d.Mean) / d.Variance
                Normal.logDensity d x[at]
          OfFactor = fun d -> [| d.Mean |]
          ToFactor = fun x at -> Pin.normal x[at] }

    /// Numbers that are their own coordinates.
    let mvNormal (names: string[]) : Coordinates<MvNormal> =
        { Names = names
          LogDensity =
            fun d x at gradient ->
                let here = Vec.wrap (Array.sub x at names.Length)
                let slope = Symmetric.multiply d.Precision (Vec.subtract d.Mean here)

                for j in 0 .. names.Length - 1 do
                    gradient[at + j] <- gradient[at + j] + slope[j]

                MvNormal.logDensity d here
          OfFactor = fun d -> d.Mean.ToArray()
          ToFactor = fun x at -> Pin.mvNormal (Vec.wrap (Array.sub x at names.Length)) }

    /// A positive number by its logarithm.
    let gamma (name: string) : Coordinates<Gamma> =
        { Names = [| name |]
          LogDensity =
            fun d x at gradient ->
                let value = exp x[at]
                gradient[at] <- gradient[at] + d.Shape - d.Rate * value
                Gamma.logDensity d value + x[at]
          OfFactor = fun d -> [| log (Gamma.mean d) |]
          ToFactor = fun x at -> Pin.gamma (exp x[at]) }

    /// A mean, and a precision by its logarithm.
    let normalGamma (mean: string) (precision: string) : Coordinates<NormalGamma> =
        { Names = [| mean; precision |]
          LogDensity =
            fun d x at gradient ->
                let tau = exp x[at + 1]
                let away = x[at] - d.Mean
                let pull = d.PrecisionScale * tau * away
                gradient[at] <- gradient[at] - pull
                gradient[at + 1] <- gradient[at + 1] + d.Shape + 0.5 - d.Rate * tau - 0.5 * pull * away

                Gamma.logDensity (NormalGamma.precision d) tau
                + x[at + 1]
                + 0.5 * (log d.PrecisionScale + x[at + 1] - Special.logTwoPi - pull * away)
          OfFactor = fun d -> [| d.Mean; log (NormalGamma.expectedPrecision d) |]
          ToFactor = fun x at -> Pin.normalGamma (struct (x[at], exp x[at + 1])) }

    /// log p(w | alpha) of N rows of K weights, w_nk ~ N(0, 1 / (p_nk alpha_k)), row by row from a place on, p given (N x K, row by row); where the
    /// precisions alpha are learned, their logarithms (K) are at another place.
    let addWeights
        (prior: WeightPrecisionPrior)
        (precisions: float[])
        columns
        (x: float[])
        at
        ofPrecisions
        (gradient: float[])
        : float =
        let rows = precisions.Length / columns
        let mutable value = 0.0

        for p in precisions do
            value <- value + 0.5 * log p

        for k in 0 .. columns - 1 do
            let struct (alpha, logAlpha) =
                match prior with
                | Known alpha -> struct (alpha, log alpha)
                | Ard _ -> struct (exp x[ofPrecisions + k], x[ofPrecisions + k])

            let mutable squares = 0.0

            for n in 0 .. rows - 1 do
                let p = precisions[n * columns + k]
                let place = at + n * columns + k
                squares <- squares + p * x[place] * x[place]
                gradient[place] <- gradient[place] - alpha * p * x[place]

            value <- value + 0.5 * float rows * (logAlpha - Special.logTwoPi) - 0.5 * alpha * squares

            if prior.IsArd then
                gradient[ofPrecisions + k] <- gradient[ofPrecisions + k] + 0.5 * (float rows - alpha * squares)

        value
