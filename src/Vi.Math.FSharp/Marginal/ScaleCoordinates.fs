namespace Vi.Math.FSharp

open System
open Vi.Math

/// Coordinates of the scale of components where it is learned, and the density of components that depend on it.
[<RequireQualifiedAccess>]
module internal ScaleCoordinates =

    let private ofMatrix (scale: ScaleMatrix) : Coordinates<ScaleMatrix> =
        match scale with
        | JointScale d ->
            let joint scale =
                match scale with
                | JointScale d -> d
                | ColumnRates _ -> invalidArg (nameof scale) "a matrix is needed"

            WhiteningCoordinates.ofMatrix "B" (Wishart.dimension d) |> Coordinates.convert joint JointScale
        | ColumnRates rates ->
            let columns scale =
                match scale with
                | ColumnRates rates -> rates
                | JointScale _ -> invalidArg (nameof scale) "rates are needed"

            Coordinates.all (Array.init rates.Length (fun j -> Coordinates.gamma $"b[{j + 1}]"))
            |> Coordinates.convert columns ColumnRates

    let private ofScale (prior: LearnedScale) : Coordinates<LearnedScale> =
        Coordinates.pair (ofMatrix prior.Matrix) (Coordinates.gamma "beta0")
        |> Coordinates.convert
            (fun (q: LearnedScale) -> struct (q.Matrix, q.MeanScale))
            (fun (struct (matrix, meanScale)) -> { Matrix = matrix; MeanScale = meanScale })

    /// Of components, then of their scale if it is learned.
    let after
        (prior: LearnedScale voption)
        (components: Coordinates<'components>)
        : Coordinates<struct ('components * LearnedScale voption)> =
        match prior with
        | ValueNone -> components |> Coordinates.convert (fun (struct (c, _)) -> c) (fun c -> struct (c, ValueNone))
        | ValueSome prior ->
            Coordinates.pair components (ofScale prior)
            |> Coordinates.convert
                (fun (struct (c, scale)) -> struct (c, ValueOption.defaultValue prior scale))
                (fun (struct (c, scale)) -> struct (c, ValueSome scale))

    /// log p(components | B, beta_0) + log p(B) + log p(beta_0), on coordinates of components and then of their scale; the prior of components alone
    /// where nothing is learned. As the priors are conjugate, the slope in B and beta_0 is that of their complete conditional density.
    let logPrior
        (learning: ScaleLearning<'prior, 'components>)
        (ofPrior: 'prior -> 'components)
        (prior: 'prior)
        (learned: LearnedScale voption)
        (components: Coordinates<'components>)
        : CoordinateDensity =
        match learned with
        | ValueNone -> components.LogDensity(ofPrior prior)
        | ValueSome hyperprior ->
            let scale = ofScale hyperprior
            let ofHyperprior = scale.LogDensity hyperprior
            let first = components.Names.Length

            let value (x: float[]) at (gradient: float[]) =
                let c = components.ToFactor x at
                let s = scale.ToFactor x (at + first)

                let conditional =
                    { Matrix = learning.Matrix prior c hyperprior.Matrix
                      MeanScale = learning.MeanScale prior c hyperprior.MeanScale }

                scale.LogDensity conditional x (at + first) gradient |> ignore

                components.LogDensity (ofPrior (learning.At s prior)) x at gradient
                + learning.Excess s prior c
                + ofHyperprior x (at + first) (Array.zeroCreate gradient.Length)

            fun x at gradient ->
                try
                    value x at gradient
                with
                | :? ArithmeticException
                | :? ArgumentException ->
                    // So far out that a matrix is singular, or no matrix at all, in double precision.
                    Double.NegativeInfinity
