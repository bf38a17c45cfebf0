namespace Vi.Math

/// Parameters of factors as numbers without bounds, and back: positive parameters by their logarithms, positive definite matrices by their
/// Cholesky factors with the logarithms of the diagonal. Finite numbers are a distribution unless a parameter overflows or underflows.
type FactorCoordinates<'factors> =
    {
        /// The numbers (P).
        Values: 'factors -> float[]
        /// By how much each number may change until the factors have moved by about one posterior standard deviation (P), all positive.
        Units: 'factors -> float[]
        /// The factors at other numbers (P); what has no coordinates is as in the factors given.
        At: 'factors -> float[] -> 'factors
    }

namespace Vi.Math.FSharp

open System
open Vi.Math

/// Coordinates of distributions and of what is made of them.
[<RequireQualifiedAccess>]
module FactorCoordinates =

    /// No coordinates: nothing of the factors changes.
    let none<'factors> : FactorCoordinates<'factors> =
        { Values = (fun _ -> [||]); Units = (fun _ -> [||]); At = fun factors _ -> factors }

    /// Coordinates of a part of the factors.
    let inside
        (get: 'factors -> 'part)
        (set: 'part -> 'factors -> 'factors)
        (part: FactorCoordinates<'part>)
        : FactorCoordinates<'factors> =
        { Values = get >> part.Values
          Units = get >> part.Units
          At = fun factors values -> set (part.At (get factors) values) factors }

    /// Several parts, their numbers one after the other.
    let together (parts: FactorCoordinates<'factors> list) : FactorCoordinates<'factors> =
        { Values = fun factors -> parts |> List.map (fun part -> part.Values factors) |> Array.concat
          Units = fun factors -> parts |> List.map (fun part -> part.Units factors) |> Array.concat
          At =
            fun factors values ->
                (struct (factors, 0), parts)
                ||> List.fold (fun (struct (made, from)) part ->
                    let count = (part.Values factors).Length
                    struct (part.At made (Array.sub values from count), from + count))
                |> fun (struct (made, _)) -> made }

    /// Independent distributions of one kind.
    let each (one: FactorCoordinates<'factor>) : FactorCoordinates<'factor[]> =
        { Values = Array.collect one.Values
          Units = Array.collect one.Units
          At =
            fun factors values ->
                let counts = factors |> Array.map (fun factor -> (one.Values factor).Length)
                let starts = Array.scan (+) 0 counts
                Array.init factors.Length (fun i -> one.At factors[i] (Array.sub values starts[i] counts[i])) }

    /// A part that may be missing, and then has no coordinates.
    let optional (one: FactorCoordinates<'factor>) : FactorCoordinates<'factor voption> =
        let numbers (read: 'factor -> float[]) (factor: 'factor voption) =
            match factor with
            | ValueSome factor -> read factor
            | ValueNone -> [||]

        { Values = numbers one.Values
          Units = numbers one.Units
          At = fun factor values -> factor |> ValueOption.map (fun factor -> one.At factor values) }

    /// The factors at these numbers; nothing where a number, or a parameter that follows from it, is not finite.
    let tryAt (coordinates: FactorCoordinates<'factors>) (factors: 'factors) (values: float[]) : 'factors voption =
        if not (Array.forall Double.IsFinite values) then
            ValueNone
        else
            try
                let made = coordinates.At factors values

                if Array.forall Double.IsFinite (coordinates.Values made) then
                    ValueSome made
                else
                    ValueNone
            with
            | :? ArithmeticException
            | :? ArgumentException -> ValueNone

    /// Logarithm of a positive number, with its unit given.
    let private positive (get: 'factor -> float) (unitOf: 'factor -> float) (set: float -> 'factor -> 'factor) =
        { Values = fun factor -> [| log (get factor) |]
          Units = fun factor -> [| unitOf factor |]
          At = fun factor values -> set (exp values[0]) factor }

    /// Normal distributions: mean and log variance.
    let normal: FactorCoordinates<Normal> =
        { Values = fun d -> [| d.Mean; log d.Variance |]
          Units = fun d -> [| sqrt d.Variance; 1.0 |]
          At = fun _ values -> { Mean = values[0]; Variance = exp values[1] } }

    /// Gamma distributions: logarithms of shape and rate.
    let gamma: FactorCoordinates<Gamma> =
        let unitOf (d: Gamma) = 1.0 / sqrt d.Shape

        together
            [ positive (fun (d: Gamma) -> d.Shape) unitOf (fun shape d -> { d with Shape = shape })
              positive (fun (d: Gamma) -> d.Rate) unitOf (fun rate d -> { d with Rate = rate }) ]

    /// Beta distributions: logarithms of both parameters.
    let beta: FactorCoordinates<Beta> =
        together
            [ positive (fun (d: Beta) -> d.Alpha) (fun d -> 1.0 / sqrt d.Alpha) (fun alpha d ->
                  { d with Alpha = alpha })
              positive (fun (d: Beta) -> d.Beta) (fun d -> 1.0 / sqrt d.Beta) (fun beta d -> { d with Beta = beta }) ]

    /// Dirichlet distributions: logarithms of the concentrations.
    let dirichlet: FactorCoordinates<Dirichlet> =
        { Values = fun d -> d.Concentration.ToArray() |> Array.map log
          Units = fun d -> d.Concentration.ToArray() |> Array.map (fun a -> 1.0 / sqrt a)
          At = fun _ values -> { Concentration = Vec.wrap (Array.map exp values) } }

    /// Stick-breaking weights, share by share.
    let stickBreaking: FactorCoordinates<StickBreaking> =
        each beta |> inside (fun (d: StickBreaking) -> d.Sticks) (fun sticks _ -> { Sticks = sticks })

    /// Cholesky factors, row by row: entries left of the diagonal as they are, the diagonal by its logarithm. A row's unit is the given share of
    /// its diagonal entry.
    let private factor (relative: float) : FactorCoordinates<Chol> =
        let triangle (entry: Mat -> int -> int -> float) (chol: Chol) =
            let lower = chol.Lower

            [| for i in 0 .. chol.Dimension - 1 do
                   for j in 0..i -> entry lower i j |]

        { Values = triangle (fun lower i j -> if i = j then log lower[i, i] else lower[i, j])
          Units = triangle (fun lower i j -> if i = j then relative else relative * lower[i, i])
          At =
            fun chol values ->
                Mat.init chol.Dimension chol.Dimension (fun i j ->
                    if j > i then 0.0
                    elif i = j then exp values[i * (i + 1) / 2 + i]
                    else values[i * (i + 1) / 2 + j])
                |> Chol.ofLower }

    /// Multivariate normal distributions: the mean, and the Cholesky factor of the precision.
    let mvNormal: FactorCoordinates<MvNormal> =
        let mean: FactorCoordinates<MvNormal> =
            { Values = fun d -> d.Mean.ToArray()
              Units = fun d -> (Mat.diagonal (Chol.inverse d.Precision)).ToArray() |> Array.map sqrt
              At = fun d values -> { d with Mean = Vec.wrap values } }

        together
            [ mean
              inside
                  (fun (d: MvNormal) -> d.Precision)
                  (fun precision d -> { d with Precision = precision })
                  (factor 1.0) ]

    /// Wishart distributions: the logarithm of nu - (D - 1), and the Cholesky factor of W^-1.
    let wishart: FactorCoordinates<Wishart> =
        let least (d: Wishart) = float (d.InverseScale.Dimension - 1)
        let unitOf (d: Wishart) = 1.0 / sqrt d.DegreesOfFreedom

        let scale: FactorCoordinates<Wishart> =
            { Values = fun d -> (factor 1.0).Values d.InverseScale
              Units = fun d -> (factor (unitOf d)).Units d.InverseScale
              At = fun d values -> { d with InverseScale = (factor 1.0).At d.InverseScale values } }

        together
            [ positive (fun d -> d.DegreesOfFreedom - least d) unitOf (fun above d ->
                  { d with DegreesOfFreedom = least d + above })
              scale ]

    /// Standard deviations of the entries of a mean with so many rows' worth of a precision matrix.
    let private sdsOfMean (rows: float) (precision: Wishart) =
        let lower = precision.InverseScale.Lower

        Array.init lower.Rows (fun i ->
            let mutable square = 0.0

            for j in 0..i do
                square <- square + lower[i, j] * lower[i, j]

            sqrt (square / (rows * precision.DegreesOfFreedom)))

    /// Normal-Wishart distributions.
    let normalWishart: FactorCoordinates<NormalWishart> =
        let mean: FactorCoordinates<NormalWishart> =
            { Values = fun d -> d.Mean.ToArray()
              Units = fun d -> sdsOfMean d.PrecisionScale d.Precision
              At = fun d values -> { d with Mean = Vec.wrap values } }

        together
            [ mean
              positive (fun (d: NormalWishart) -> d.PrecisionScale) (fun _ -> 1.0) (fun scale d ->
                  { d with PrecisionScale = scale })
              inside
                  (fun (d: NormalWishart) -> d.Precision)
                  (fun precision d -> { d with Precision = precision })
                  wishart ]

    /// Normal-gamma distributions.
    let normalGamma: FactorCoordinates<NormalGamma> =
        { Values = fun d -> [| d.Mean; log d.PrecisionScale; log d.Shape; log d.Rate |]
          Units =
            fun d ->
                let relative = 1.0 / sqrt d.Shape
                [| sqrt (d.Rate / (d.Shape * d.PrecisionScale)); 1.0; relative; relative |]
          At =
            fun _ values ->
                { Mean = values[0]; PrecisionScale = exp values[1]; Shape = exp values[2]; Rate = exp values[3] } }

    /// Normal-Wishart distributions with several means.
    let tiedNormalWishart: FactorCoordinates<TiedNormalWishart> =
        let means: FactorCoordinates<TiedNormalWishart> =
            { Values = fun d -> d.Means |> Array.collect Vec.toArray
              Units = fun d -> d.PrecisionScales.ToArray() |> Array.collect (fun rows -> sdsOfMean rows d.Precision)
              At =
                fun d values ->
                    let columns = d.Means[0].Length

                    { d with
                        Means = Array.init d.Means.Length (fun k -> Vec.wrap (Array.sub values (k * columns) columns)) } }

        let scales: FactorCoordinates<TiedNormalWishart> =
            { Values = fun d -> d.PrecisionScales.ToArray() |> Array.map log
              Units = fun d -> Array.create d.PrecisionScales.Length 1.0
              At = fun d values -> { d with PrecisionScales = Vec.wrap (Array.map exp values) } }

        together
            [ means
              scales
              inside
                  (fun (d: TiedNormalWishart) -> d.Precision)
                  (fun precision d -> { d with Precision = precision })
                  wishart ]
