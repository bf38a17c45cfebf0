namespace Vi.Math.Fluent

open System
open System.Collections.Generic
open Vi.Math
open Vi.Math.FSharp

/// Families of normal approximations.
type ApproximationFamily =
    /// Full-rank up to 64 coordinates, mean-field beyond; sparse-precision where paths are given.
    | Automatic = 0
    /// Independent coordinates.
    | MeanField = 1
    /// Any covariance.
    | FullRank = 2
    /// A few shared directions and independent noise.
    | LowRank = 3
    /// Sparse precision: bands along latent paths, everything else tied to all.
    | SparsePrecision = 4

/// How steps are made from gradients.
type StepRule =
    /// The algorithm's own: natural gradients with an automatic rate (advi), Adam with a falling rate (svgd); Adam where a learning rate is given.
    | Automatic = 0
    | Adam = 1
    | RmsProp = 2
    | Sgd = 3

/// Steps in the core's own types.
module internal StepRules =

    let optimizer (rule: StepRule) (learningRate: Nullable<float>) : OptimizerChoice voption =
        let chosen rule = ValueSome { Rule = rule; Rate = Settings.optional learningRate }

        match rule with
        | StepRule.Automatic when not learningRate.HasValue -> ValueNone
        | StepRule.Automatic
        | StepRule.Adam -> chosen OptimizerRule.Adam
        | StepRule.RmsProp -> chosen OptimizerRule.RmsProp
        | _ -> chosen OptimizerRule.Sgd

/// Automatic differentiation variational inference (advi).
[<Sealed>]
type AdviInference() =
    inherit Inference()

    /// Family of the approximation [automatic].
    member val Family = ApproximationFamily.Automatic with get, set

    /// Columns of the low-rank family beside its diagonal, at most one for each coordinate [5, or as many as there are coordinates].
    member val Rank = Nullable<int>() with get, set

    /// Sparse-precision: parameters that are paths in time [those with an autoregression as their prior].
    member val Paths: IReadOnlyList<string> = Array.empty<string> with get, set

    /// Sparse-precision: paths given by their coordinates, of any order [none].
    member val CoordinatePaths: IReadOnlyList<LatentPath> = Array.empty<LatentPath> with get, set

    /// Draws of one gradient estimate, at least 1 [16].
    member val Draws = Nullable<int>() with get, set

    /// Whether draws come in mirrored pairs [true].
    member val Antithetic = AdviInference.defaults.Antithetic with get, set

    /// Whether the entropy's gradient is estimated through the draws alone, without noise at an exact optimum [true].
    member val StickingTheLanding = AdviInference.defaults.StickingTheLanding with get, set

    /// How steps are made [automatic].
    member val StepRule = StepRule.Automatic with get, set

    /// First rate of a named step rule; it falls to a sixth by the last step [0.01].
    member val LearningRate = Nullable<float>() with get, set

    /// Rows of a minibatch [all rows].
    member val BatchRows = Nullable<int>() with get, set

    /// Most steps, each one gradient estimate [40000].
    member val MaxSteps = Nullable<int>() with get, set

    /// Most passes through the rows, instead of MaxSteps.
    member val Epochs = Nullable<int>() with get, set

    /// How far averages may still move when the fit counts as converged, in posterior standard deviations; 0 uses up the budget [0.05].
    member val Accuracy = Nullable<float>() with get, set

    /// Paths of the Pathfinder run that automatic steps start from [4].
    member val Climbs = Nullable<int>() with get, set

    member private this.Settings: AdviSettings =
        let standard = AdviInference.defaults

        { Family =
            match this.Family with
            | ApproximationFamily.MeanField -> FamilyChoice.MeanField
            | ApproximationFamily.FullRank -> FamilyChoice.FullRank
            | ApproximationFamily.LowRank -> FamilyChoice.LowRank(Settings.optional this.Rank)
            | ApproximationFamily.SparsePrecision -> FamilyChoice.SparsePrecision
            | _ -> FamilyChoice.Automatic
          Paths =
            [ yield! this.Paths |> Seq.map PathChoice.Parameter
              yield! this.CoordinatePaths |> Seq.map PathChoice.Coordinates ]
          Draws = Settings.given standard.Draws this.Draws
          Antithetic = this.Antithetic
          StickingTheLanding = this.StickingTheLanding
          Optimizer = StepRules.optimizer this.StepRule this.LearningRate
          BatchRows = Settings.optional this.BatchRows
          MaxSteps = Settings.given standard.MaxSteps this.MaxSteps
          Epochs = Settings.optional this.Epochs
          Accuracy = Settings.given standard.Accuracy this.Accuracy
          Climbs = Settings.given standard.Climbs this.Climbs }

    override _.Name = "advi"

    override this.Begin(model, seed, threads) =
        Settings.start (AdviInference.create this.Settings) ModelAnswers.ofFit model seed threads
