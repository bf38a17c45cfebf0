namespace Vi.Math

/// The posterior of a fit, as far as predictions need it.
[<RequireQualifiedAccess>]
type FittedPosterior =
    /// q(mu) of a normal sample, and the known variance of one observation.
    | NormalMean of mean: Normal * noiseVariance: float
    /// q(mu) q(tau) of a normal sample.
    | NormalMeanPrecision of GaussianMeanPrecisionPosterior
    /// Factors of a linear regression, and the point (D) at which its intercept is the expected target.
    | Regression of centre: Vec * LinearRegressionPosterior
    /// q(w), with an intercept q(w, b), b last, and the point (D) at which the intercept is the log odds.
    | Logistic of centre: Vec * intercept: bool * weights: MvNormal
    /// A mixture of normals.
    | Mixture of MixtureView
    /// A chain of normal states, and the probability of each state at the last fitted row given all rows (S).
    | Regimes of RegimeSwitchingPosterior * last: Vec
    /// q(b_n) and q(1 / psi_n) of each of N columns, and what was taken off each column (N).
    | Factors of loadings: MvNormal[] * noise: Gamma[] * means: Vec
    /// Draws by name, draw by draw along the first axis, and known numbers of the model.
    | Draws of NamedArray[]

namespace Vi.Math.FSharp

open Vi.Math

/// Posteriors as named arrays, and back, to the bit.
[<RequireQualifiedAccess>]
module FittedPosterior =

    let private ofNormal name (d: Normal) =
        [| NamedArray.ofNumber $"{name}.mean" d.Mean; NamedArray.ofNumber $"{name}.variance" d.Variance |]

    let private ofGamma name (d: Gamma) =
        [| NamedArray.ofNumber $"{name}.shape" d.Shape; NamedArray.ofNumber $"{name}.rate" d.Rate |]

    let private ofGammas name (d: Gamma[]) =
        [| NamedArray.ofNumbers $"{name}.shape" (d |> Array.map _.Shape)
           NamedArray.ofNumbers $"{name}.rate" (d |> Array.map _.Rate) |]

    let private ofMvNormal name (d: MvNormal) =
        [| NamedArray.ofVec $"{name}.mean" d.Mean
           NamedArray.ofChol $"{name}.precisionFactor" d.Precision |]

    let private ofNormalWisharts name (d: NormalWishart[]) =
        [| NamedArray.ofVecs $"{name}.mean" (d |> Array.map _.Mean)
           NamedArray.ofNumbers $"{name}.precisionScale" (d |> Array.map _.PrecisionScale)
           NamedArray.ofNumbers $"{name}.degreesOfFreedom" (d |> Array.map _.Precision.DegreesOfFreedom)
           NamedArray.ofChols $"{name}.inverseScaleFactor" (d |> Array.map _.Precision.InverseScale) |]

    let private ofColumns name (d: NormalGamma[][]) =
        let each f = d |> Array.map (fun columns -> columns |> Array.map f |> Vec.ofArray)

        [| NamedArray.ofVecs $"{name}.mean" (each _.Mean)
           NamedArray.ofVecs $"{name}.precisionScale" (each _.PrecisionScale)
           NamedArray.ofVecs $"{name}.shape" (each _.Shape)
           NamedArray.ofVecs $"{name}.rate" (each _.Rate) |]

    let private ofComponents name (components: MixtureComponent[]) =
        match components[0] with
        | Joint _ ->
            components
            |> Array.choose (fun c ->
                match c with
                | Joint d -> Some d
                | Independent _ -> None)
            |> ofNormalWisharts name
        | Independent _ ->
            components
            |> Array.choose (fun c ->
                match c with
                | Joint _ -> None
                | Independent d -> Some d)
            |> ofColumns name

    /// The numbers of a posterior by name.
    let toArrays (posterior: FittedPosterior) : NamedArray[] =
        match posterior with
        | FittedPosterior.NormalMean(mean, noise) ->
            [| yield! ofNormal "mu" mean; NamedArray.ofNumber "noiseVariance" noise |]
        | FittedPosterior.NormalMeanPrecision q -> [| yield! ofNormal "mu" q.Mean; yield! ofGamma "tau" q.Precision |]
        | FittedPosterior.Regression(centre, q) ->
            [| NamedArray.ofVec "centre" centre
               yield! ofMvNormal "w" q.Weights
               match q.Intercept with
               | ValueSome b -> yield! ofNormal "b" b
               | ValueNone -> ()
               yield! ofGamma "tau" q.NoisePrecision
               if q.WeightPrecisions.Length > 0 then
                   yield! ofGammas "alpha" q.WeightPrecisions |]
        | FittedPosterior.Logistic(centre, intercept, weights) ->
            [| NamedArray.ofVec "centre" centre; yield! ofMvNormal (if intercept then "wb" else "w") weights |]
        | FittedPosterior.Mixture view ->
            [| NamedArray.ofVec "weights.mean" view.ExpectedWeights
               NamedArray.ofVec "weights.expectedLog" view.ExpectedLogWeights
               yield! ofComponents "components" view.Components |]
        | FittedPosterior.Regimes(q, last) ->
            [| NamedArray.ofVec "initial" q.Initial.Concentration
               NamedArray.ofVecs "transitions" (q.Transitions |> Array.map _.Concentration)
               yield! ofNormalWisharts "states" q.States
               NamedArray.ofVec "last" last |]
        | FittedPosterior.Factors(loadings, noise, means) ->
            [| NamedArray.ofVecs "loadings.mean" (loadings |> Array.map _.Mean)
               NamedArray.ofChols "loadings.precisionFactor" (loadings |> Array.map _.Precision)
               yield! ofGammas "noisePrecision" noise
               NamedArray.ofVec "means" means |]
        | FittedPosterior.Draws arrays -> arrays

    let private normal name arrays : Normal =
        { Mean = NamedArray.number $"{name}.mean" arrays
          Variance = NamedArray.number $"{name}.variance" arrays }

    let private gamma name arrays : Gamma =
        { Shape = NamedArray.number $"{name}.shape" arrays; Rate = NamedArray.number $"{name}.rate" arrays }

    let private has name (arrays: NamedArray[]) = arrays |> Array.exists (fun a -> a.Name = name)

    let private require condition text =
        if not condition then
            raise (StoredFitException text)

    let private gammas name arrays : Gamma[] =
        let shapes = NamedArray.numbers $"{name}.shape" arrays
        let rates = NamedArray.numbers $"{name}.rate" arrays
        require (shapes.Length = rates.Length) $"numbers.{name} has shapes and rates of different lengths"
        Array.map2 (fun shape rate -> { Shape = shape; Rate = rate }: Gamma) shapes rates

    let private mvNormal name arrays : MvNormal =
        let mean = NamedArray.vec $"{name}.mean" arrays
        let precision = NamedArray.chol $"{name}.precisionFactor" arrays
        require (mean.Length = precision.Dimension) $"numbers.{name} has a mean and a precision of different lengths"
        { Mean = mean; Precision = precision }

    let private normalWisharts name arrays : NormalWishart[] =
        let means = NamedArray.vecs $"{name}.mean" arrays
        let scales = NamedArray.numbers $"{name}.precisionScale" arrays
        let degrees = NamedArray.numbers $"{name}.degreesOfFreedom" arrays
        let factors = NamedArray.chols $"{name}.inverseScaleFactor" arrays

        require
            (scales.Length = means.Length
             && degrees.Length = means.Length
             && factors.Length = means.Length
             && Array.forall2 (fun (m: Vec) (f: Chol) -> m.Length = f.Dimension) means factors)
            $"numbers.{name} has parts of different lengths"

        Array.init means.Length (fun k ->
            { Mean = means[k]
              PrecisionScale = scales[k]
              Precision = { DegreesOfFreedom = degrees[k]; InverseScale = factors[k] } })

    let private columns name arrays : NormalGamma[][] =
        let part suffix = NamedArray.vecs $"{name}.{suffix}" arrays
        let means, scales, shapes, rates = part "mean", part "precisionScale", part "shape", part "rate"
        let lengths (rows: Vec[]) = rows |> Array.map _.Length

        require
            ([ scales; shapes; rates ] |> List.forall (fun other -> lengths other = lengths means))
            $"numbers.{name} has parts of different lengths"

        Array.init means.Length (fun k ->
            Array.init means[k].Length (fun j ->
                { Mean = means[k][j]; PrecisionScale = scales[k][j]; Shape = shapes[k][j]; Rate = rates[k][j] }))

    let private regression arrays =
        let weights = mvNormal "w" arrays
        let centre = NamedArray.vec "centre" arrays
        require (centre.Length = weights.Mean.Length) "numbers.centre has another length than numbers.w.mean"

        FittedPosterior.Regression(
            centre,
            { Weights = weights
              Intercept = if has "b.mean" arrays then ValueSome(normal "b" arrays) else ValueNone
              NoisePrecision = gamma "tau" arrays
              WeightPrecisions = if has "alpha.shape" arrays then gammas "alpha" arrays else [||] }
        )

    let private logistic arrays =
        let intercept = has "wb.mean" arrays
        let weights = mvNormal (if intercept then "wb" else "w") arrays
        let centre = NamedArray.vec "centre" arrays
        let columns = weights.Mean.Length - (if intercept then 1 else 0)
        require (centre.Length = columns) "numbers.centre has another length than there are weights"
        FittedPosterior.Logistic(centre, intercept, weights)

    let private mixture arrays =
        let components =
            if has "components.inverseScaleFactor" arrays then
                normalWisharts "components" arrays |> Array.map Joint
            else
                columns "components" arrays |> Array.map Independent

        let weights = NamedArray.vec "weights.mean" arrays
        let logs = NamedArray.vec "weights.expectedLog" arrays

        require
            (weights.Length = components.Length && logs.Length = components.Length)
            "numbers.weights and numbers.components have different lengths"

        FittedPosterior.Mixture { ExpectedWeights = weights; ExpectedLogWeights = logs; Components = components }

    let private regimes arrays =
        let states = normalWisharts "states" arrays
        let initial = NamedArray.vec "initial" arrays
        let transitions = NamedArray.vecs "transitions" arrays
        let last = NamedArray.vec "last" arrays
        let s = states.Length

        require
            (initial.Length = s
             && last.Length = s
             && transitions.Length = s
             && transitions |> Array.forall (fun row -> row.Length = s))
            "numbers.initial, transitions, states and last have different lengths"

        FittedPosterior.Regimes(
            { Initial = { Concentration = initial }
              Transitions = transitions |> Array.map (fun row -> { Concentration = row })
              States = states
              Learned = ValueNone },
            last
        )

    let private factors arrays =
        let means = NamedArray.vecs "loadings.mean" arrays
        let precisions = NamedArray.chols "loadings.precisionFactor" arrays
        let noise = gammas "noisePrecision" arrays
        let taken = NamedArray.vec "means" arrays

        require
            (precisions.Length = means.Length
             && noise.Length = means.Length
             && taken.Length = means.Length
             && Array.forall2 (fun (m: Vec) (f: Chol) -> m.Length = f.Dimension) means precisions)
            "numbers.loadings, noisePrecision and means have different lengths"

        FittedPosterior.Factors(
            Array.map2 (fun mean precision -> { Mean = mean; Precision = precision }) means precisions,
            noise,
            taken
        )

    /// What kind of posterior it is, as files name it.
    let kind (posterior: FittedPosterior) : string =
        match posterior with
        | FittedPosterior.NormalMean _ -> "gaussian-mean"
        | FittedPosterior.NormalMeanPrecision _ -> "gaussian-mean-precision"
        | FittedPosterior.Regression _ -> "linear-regression"
        | FittedPosterior.Logistic _ -> "logistic-regression"
        | FittedPosterior.Mixture _ -> "gaussian-mixture"
        | FittedPosterior.Regimes _ -> "regime-switching"
        | FittedPosterior.Factors _ -> "factor-model"
        | FittedPosterior.Draws _ -> "draws"

    /// The posterior of a kind with these numbers; raises StoredFitException where they do not fit.
    let ofArrays (kind: string) (arrays: NamedArray[]) : FittedPosterior =
        match kind with
        | "gaussian-mean" -> FittedPosterior.NormalMean(normal "mu" arrays, NamedArray.number "noiseVariance" arrays)
        | "gaussian-mean-precision" ->
            FittedPosterior.NormalMeanPrecision { Mean = normal "mu" arrays; Precision = gamma "tau" arrays }
        | "linear-regression" -> regression arrays
        | "logistic-regression" -> logistic arrays
        | "gaussian-mixture" -> mixture arrays
        | "regime-switching" -> regimes arrays
        | "factor-model" -> factors arrays
        | "draws" -> FittedPosterior.Draws arrays
        | other -> raise (StoredFitException $"there is no posterior of kind \"{other}\"")
