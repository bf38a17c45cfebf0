using Vi.App.Configuration;
using Vi.App.Models.Draws;
using Vi.Math;
using Vi.App.Models.Support;
using Vi.Math.Fluent;
using Vi.Results;

namespace Vi.App.Models.Programs;

/// <summary>What a model adds to the answer that all programs have in common.</summary>
public sealed record ProgramWords
{
    /// <summary>Labels of quantities, e.g. <c>sigma</c>: <c>noise sd (unit of y)</c>; a quantity without one is called by its name.</summary>
    public IReadOnlyDictionary<string, string> Labels { get; init; } =
        new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>Names of the entries of quantities, where they have names.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> EntryNames { get; init; } =
        new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal);

    /// <summary>Quantities of the program that are no part of the answer, such as innovations.</summary>
    public IReadOnlyList<string> Hidden { get; init; } = [];

    /// <summary>Figures of the model's own, which come first.</summary>
    public Func<DrawTable, IEnumerable<Exhibit>> Exhibits { get; init; } = static _ => [];

    /// <summary>Figures that are made of positions on the real line (draws x D, row by row), not of the quantities alone.</summary>
    public Func<DrawTable, double[], IEnumerable<Exhibit>> ExhibitsOfPositions { get; init; } = static (_, _) => [];

    /// <summary>The same as numbers.</summary>
    public Func<DrawTable, double[], System.Text.Json.Nodes.JsonObject> DiagnosticsOfPositions { get; init; } =
        static (_, _) => [];

    /// <summary>Figures of the model's own as numbers.</summary>
    public Func<DrawTable, System.Text.Json.Nodes.JsonObject> Diagnostics { get; init; } = static _ => [];
}

/// <summary>A fit of a program by an algorithm that needs no more than its log density.</summary>
public sealed class ProgramFit(FitRequest request, Model model, ProgramWords words) : IResumableFit
{
    private readonly ModelRun run = Run(request, model);
    private bool pulled;

    /// <inheritdoc />
    public IEnumerable<FitStep> Steps() => Follow(run.Steps());

    /// <inheritdoc />
    public byte[]? State() => pulled ? run.Save() : null;

    /// <inheritdoc />
    public IEnumerable<FitStep> StepsAfter(byte[] state) => Follow(run.StepsAfter(state));

    /// <inheritdoc />
    public FitAnswer Finish() => new ProgramAnswer(request, model, words, run.Answer()).Make();

    private IEnumerable<FitStep> Follow(IEnumerable<InferenceStep> steps)
    {
        foreach (var step in steps)
        {
            pulled = true;
            yield return new FitStep(
                0,
                step.Iteration,
                step.Objective,
                step.Gain,
                [],
                CoreText.Status(step.Outcome),
                CoreText.Reason(step.Outcome)
            )
            {
                Phase = step.Phase,
                Share = double.IsNaN(step.Share) ? null : step.Share,
            };
        }
    }

    /// <summary>The run; raises <see cref="ExperimentException"/> at the setting that does not go together with the model.</summary>
    private static ModelRun Run(FitRequest request, Model model)
    {
        if (model.Dimension == 0)
        {
            throw new ExperimentException("model", "it has no parameter, so there is nothing to infer");
        }

        try
        {
            _ = (model.CoordinateNames, model.QuantityNames);
        }
        catch (ArgumentException error)
        {
            throw new ExperimentException("model", error.Message);
        }

        try
        {
            return new ModelRun(model, Inference(request), request.Seed, request.Threads);
        }
        catch (InferenceOptionException error)
        {
            throw new ExperimentException($"inference.{Setting(error.Option)}", error.Message);
        }
        catch (ArgumentException error)
        {
            throw new ExperimentException("inference", error.Message);
        }
    }

    /// <summary>The setting that an option comes from.</summary>
    private static string Setting(string option) =>
        option switch
        {
            nameof(AdviInference.BatchRows) => "batchSize",
            nameof(AdviInference.MaxSteps) => "maxIterations",
            nameof(NutsInference.WarmUp) => "warmup",
            _ => System.Text.Json.JsonNamingPolicy.CamelCase.ConvertName(option),
        };

    /// <summary>The algorithm with the settings of the file; what is missing there is left to the algorithm.</summary>
    private static Inference Inference(FitRequest request)
    {
        var inference = request.Inference;
        return inference.Algorithm switch
        {
            "advi" when inference.Optimizer == StepMaker.Lbfgs => Deterministic(inference),
            "advi" => Advi(inference),
            "svgd" => new SvgdInference
            {
                Particles = inference.Particles,
                Kernel = Kernel(inference.Kernel),
                StepRule = Rule(inference.Optimizer),
                LearningRate = inference.Optimizer == StepMaker.Automatic ? null : inference.LearningRate,
                MaxSteps = inference.MaxIterations,
                Accuracy = Accuracy(inference),
            },
            "pathfinder" => new PathfinderInference { Climbs = inference.Climbs },
            "laplace" => new LaplaceInference { Climbs = inference.Climbs },
            "nuts" => Chains(new NutsInference { MaxDepth = inference.MaxDepth }, inference),
            "hmc" => Chains(new HmcInference(), inference),
            var other => throw new ExperimentException(
                "inference.algorithm",
                $"\"{other}\" needs more than a log density"
            ),
        };
    }

    private static AdviInference Advi(InferenceSettings inference) =>
        new()
        {
            Family = inference.Family switch
            {
                NormalFamily.MeanField => ApproximationFamily.MeanField,
                NormalFamily.FullRank => ApproximationFamily.FullRank,
                NormalFamily.LowRank => ApproximationFamily.LowRank,
                NormalFamily.SparsePrecision => ApproximationFamily.SparsePrecision,
                _ => ApproximationFamily.Automatic,
            },
            Rank = inference.Rank,
            Paths = inference.Paths ?? [],
            Draws = inference.Draws,
            StepRule = Rule(inference.Optimizer),
            LearningRate = inference.Optimizer == StepMaker.Automatic ? null : inference.LearningRate,
            BatchRows = inference.BatchSize,
            Epochs = inference.BatchSize is null ? null : inference.Epochs,
            MaxSteps = inference.MaxIterations,
            Accuracy = Accuracy(inference),
        };

    private static DeterministicAdviInference Deterministic(InferenceSettings inference)
    {
        if (inference.Family is { } family and not NormalFamily.MeanField)
        {
            throw new ExperimentException(
                "inference.family",
                $"with fixed draws (lbfgs) the family is mean-field, not {Name(family)}: a richer one would be fitted to the draws instead of the density, and linear response gives the correlations"
            );
        }

        if (inference.BatchSize is not null)
        {
            throw new ExperimentException(
                "inference.batchSize",
                "with fixed draws (lbfgs) every step reads all rows: leave the minibatch out"
            );
        }

        return new DeterministicAdviInference
        {
            Draws = inference.Draws,
            MaxIterations = inference.MaxIterations,
            LinearResponse = inference.LinearResponse,
        };
    }

    private static ChainInference Chains(ChainInference chains, InferenceSettings inference)
    {
        chains.Chains = inference.Chains;
        chains.WarmUp = inference.Warmup;
        chains.Samples = inference.Samples;
        chains.TargetAcceptance = inference.TargetAcceptance;
        chains.DenseMetric = inference.Metric == MetricName.Dense;
        chains.StartFromPathfinder = inference.Start == ChainStart.Pathfinder;
        return chains;
    }

    /// <summary>A tolerance of 0 spends the budget whatever the accuracy.</summary>
    private static double? Accuracy(InferenceSettings inference) => inference.Tolerance == 0 ? 0 : inference.Accuracy;

    private static StepRule Rule(StepMaker optimizer) =>
        optimizer switch
        {
            StepMaker.Adam => StepRule.Adam,
            StepMaker.Rmsprop => StepRule.RmsProp,
            StepMaker.Sgd => StepRule.Sgd,
            _ => StepRule.Automatic,
        };

    private static ParticleKernel Kernel(SteinKernelName kernel) =>
        kernel switch
        {
            SteinKernelName.Gaussian => ParticleKernel.Gaussian,
            SteinKernelName.InverseMultiquadric => ParticleKernel.InverseMultiquadric,
            SteinKernelName.Linear => ParticleKernel.Linear,
            _ => ParticleKernel.LinearAndGaussian,
        };

    private static string Name(Enum value) =>
        System.Text.Json.JsonNamingPolicy.KebabCaseLower.ConvertName(value.ToString());
}
