namespace Vi.Math.Fluent

open System
open System.Collections.Generic
open Vi.Math
open Vi.Math.FSharp

/// Priors of a stochastic volatility model for returns.
[<Sealed>]
type VolatilityOptions() =

    /// Mean and standard deviation of the normal prior of mu, the mean log variance.
    member val MuMean = 0.0 with get, set
    member val MuSd = 2.0 with get, set

    /// The beta prior of the persistence phi, on (0, 1) [20, 1.5].
    member val PhiA = 20.0 with get, set
    member val PhiB = 1.5 with get, set

    /// Rate of the exponential prior of sigma, the log variance's innovations [5].
    member val SigmaRate = 5.0 with get, set

    /// Mean of the normal prior of the mean return [0].
    member val MeanReturn = 0.0 with get, set

    /// Standard deviation of the normal prior of the mean return; 0 for a mean of 0 [0].
    member val MeanReturnSd = 0.0 with get, set

    /// Whether the path itself holds the parameters, not the innovations that it is made of [false].
    member val Centred = false with get, set

    /// What the returns are divided by, so that coordinates do not depend on their unit: their standard deviation [1].
    member val Unit = 1.0 with get, set

/// A network of tanh layers for regressions.
type NetworkOptions() =

    /// Widths of the hidden layers, from the inputs on.
    member val Hidden: IReadOnlyList<int> = [| 50 |] with get, set

    /// Standard deviation > 0 of every weight and bias.
    member val PriorSd = 1.0 with get, set

    /// Scale > 0 of the half-normal prior of the noise's standard deviation, in the target's own unit.
    member val NoiseScale = 1.0 with get, set

    /// Location and size of inputs and target, which the network sees divided out; null where it sees them as they are.
    member val Units: NetworkUnits | null = null with get, set

/// What draws of a network predict at M inputs: the mean, and the standard deviations of the function and of a new target.
type NetworkPrediction = { Mean: float[]; FunctionSd: float[]; TargetSd: float[] }

/// Models that the project brings along as programs.
[<AbstractClass; Sealed>]
type ProgramModels private () =

    /// Returns y with a stochastic volatility: parameters mu, phi, sigma, the log variances h, the mean where it has a prior, and the
    /// innovations z where it is not centred. With a unit, level, path and drift are mu, h and mean of y / unit.
    static member Volatility(y: IReadOnlyList<float>, options: VolatilityOptions) : Model =
        let prior: VolatilityPrior =
            { Mu = Distribution.normal (options.MuMean - 2.0 * log options.Unit) options.MuSd
              Phi = Distribution.beta options.PhiA options.PhiB
              Sigma = Distribution.exponential options.SigmaRate
              MeanReturn =
                if options.MeanReturnSd > 0.0 then
                    ValueSome(
                        Distribution.normal (options.MeanReturn / options.Unit) (options.MeanReturnSd / options.Unit)
                    )
                else
                    ValueNone
              Centred = options.Centred
              Unit = options.Unit }

        Model(Program.trace (VolatilityProgram.returns prior (Vec.ofSeq y)))

    static member private NetworkPrior(options: NetworkOptions) : NetworkPrior =
        { Hidden = List.ofSeq options.Hidden
          PriorSd = options.PriorSd
          NoiseScale = options.NoiseScale
          Units =
            match options.Units with
            | null -> ValueNone
            | units -> ValueSome units }

    /// A regression of y (N) on X (N x D) by a network of tanh layers.
    static member Network(x: Mat, y: Vec, options: NetworkOptions) : Model =
        let prior = ProgramModels.NetworkPrior options
        Model(Program.trace (NetworkProgram.regression prior x y))

    /// The network's output at inputs (M x D) for positions of the fitted model (S x D', row by row): S x M numbers, row by row.
    static member NetworkOutput(inputs: Mat, options: NetworkOptions, positions: float[]) : float[] =
        let prior = ProgramModels.NetworkPrior options
        let traced = Program.trace (NetworkProgram.predictor prior inputs)
        let quantities = ProgramDensity.quantities traced
        let place = quantities.Places |> Array.find (fun place -> place.Name = "output")
        let width = quantities.Names.Length
        let count = positions.Length / traced.Dimension
        let evaluator = quantities.Evaluator()
        let all: float[] = Array.zeroCreate width
        let size = place.Shape.Size
        let output: float[] = Array.zeroCreate (count * size)

        for s in 0 .. count - 1 do
            evaluator.Evaluate(ReadOnlySpan(positions, s * traced.Dimension, traced.Dimension), all.AsSpan())
            Array.blit all place.First output (s * size) size

        output

    /// What positions of the fitted model (S x D', row by row) with their noise sd (S) predict at inputs (M x D).
    static member NetworkPrediction
        (inputs: Mat, options: NetworkOptions, positions: float[], noise: IReadOnlyList<float>)
        : NetworkPrediction =
        let outputs = ProgramModels.NetworkOutput(inputs, options, positions)
        let draws = noise.Count
        let noiseVariance = noise |> Seq.averageBy (fun sd -> sd * sd)

        let moments =
            Array.init inputs.Rows (fun i ->
                let values = Vec.init draws (fun s -> outputs[s * inputs.Rows + i])
                let mean = Sample.mean values
                struct (mean, Vec.sumBy (fun f -> (f - mean) * (f - mean)) values / float draws))

        { Mean = moments |> Array.map (fun (struct (mean, _)) -> mean)
          FunctionSd = moments |> Array.map (fun (struct (_, variance)) -> sqrt variance)
          TargetSd = moments |> Array.map (fun (struct (_, variance)) -> sqrt (variance + noiseVariance)) }

    /// Treatment effects measured as y with standard errors sigma (Rubin 1981).
    static member EightSchools(y: IReadOnlyList<float>, sigma: IReadOnlyList<float>, centred: bool) : Model =
        Model(Program.trace (PlainPrograms.eightSchools centred (Vec.ofSeq y) (Vec.ofSeq sigma)))

    /// The conjugate linear regression as a program: the same prior and likelihood, so that coordinate ascent is the oracle of the others.
    static member LinearRegression(prior: LinearRegressionPrior, x: Mat, y: Vec) : Model =
        Model(ConjugateTargets.tracedLinearRegression prior x y)

    /// The logistic regression of the Polya-Gamma bound as a program.
    static member LogisticRegression(prior: LogisticRegressionPrior, x: Mat, y: Vec) : Model =
        Model(ConjugateTargets.tracedLogisticRegression prior x y)

    /// One mean with known noise.
    static member GaussianMean(prior: GaussianMeanPrior, x: Vec) : Model =
        Model(Program.trace (PlainPrograms.gaussianMean prior x))

    /// One mean and precision.
    static member GaussianMeanPrecision(prior: NormalGamma, x: Vec) : Model =
        Model(ConjugateTargets.tracedMeanPrecision prior x)
