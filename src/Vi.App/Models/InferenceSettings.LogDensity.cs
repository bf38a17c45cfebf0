using Vi.App.Configuration;

namespace Vi.App.Models;

/// <summary>Settings of algorithms that need no more than a log density: advi, svgd, pathfinder, laplace, nuts, hmc.</summary>
public sealed partial record InferenceSettings
{
    /// <summary>The family of advi.</summary>
    [Setting(
        "advi: mean-field, full-rank, low-rank or sparse-precision [full-rank up to 64 coordinates, otherwise mean-field]",
        Algorithms = ["advi"]
    )]
    public NormalFamily? Family { get; init; }

    /// <summary>Rank of the low-rank family.</summary>
    [Setting(
        "advi, low-rank: number of columns beside the diagonal, at most one for each of the model's coordinates [5, or as many as there are]",
        Minimum = 1,
        Algorithms = ["advi"]
    )]
    public int? Rank { get; init; }

    /// <summary>Parameters that are paths in time.</summary>
    [Setting(
        "advi, sparse-precision: parameters that are paths in time [those with an autoregression for a prior]",
        Algorithms = ["advi"]
    )]
    public IReadOnlyList<string>? Paths { get; init; }

    /// <summary>Draws of a step of advi.</summary>
    [Setting(
        "advi: draws of a step [16]; with the optimizer lbfgs, draws that stay fixed [30]",
        Minimum = 1,
        Unit = "draws",
        Algorithms = ["advi"]
    )]
    public int? Draws { get; init; }

    /// <summary>How advi makes its steps.</summary>
    [Setting(
        "advi: automatic, natural gradients whose rate is chosen and lowered; adam, rmsprop, sgd with learningRate; or lbfgs with draws that stay fixed (deterministic, mean-field); svgd: adam, rmsprop, sgd with learningRate [adam with a rate of its own]",
        Algorithms = ["advi", "svgd"]
    )]
    public StepMaker Optimizer { get; init; } = StepMaker.Automatic;

    /// <summary>When advi and svgd have converged.</summary>
    [Setting(
        "advi, svgd: how far the answer may still move when it counts as converged; 0 uses all steps [advi: 0.05, svgd: 0.02]",
        Minimum = 0,
        Unit = "posterior standard deviations",
        Algorithms = ["advi", "svgd"]
    )]
    public double? Accuracy { get; init; }

    /// <summary>Particles of svgd.</summary>
    [Setting("svgd: number of particles [100]", Minimum = 2, Algorithms = ["svgd"])]
    public int? Particles { get; init; }

    /// <summary>Kernel of svgd.</summary>
    [Setting("svgd: linear-gaussian, gaussian, inverse-multiquadric or linear", Algorithms = ["svgd"])]
    public SteinKernelName Kernel { get; init; } = SteinKernelName.LinearGaussian;

    /// <summary>Climbs of pathfinder and laplace.</summary>
    [Setting(
        "pathfinder: number of paths; laplace: number of starts [4]",
        Minimum = 1,
        Algorithms = ["pathfinder", "laplace"]
    )]
    public int? Climbs { get; init; }

    /// <summary>Chains of a sampler.</summary>
    [Setting("nuts, hmc: number of chains", Minimum = 1, Unit = "chains", Algorithms = ["nuts", "hmc"])]
    public int Chains { get; init; } = 4;

    /// <summary>Draws that tune a sampler.</summary>
    [Setting(
        "nuts, hmc: draws of each chain that tune the sampler and are not kept",
        Minimum = 1,
        Unit = "draws",
        Algorithms = ["nuts", "hmc"]
    )]
    public int Warmup { get; init; } = 1000;

    /// <summary>Draws that are kept.</summary>
    [Setting("nuts, hmc: draws of each chain that are kept", Minimum = 4, Unit = "draws", Algorithms = ["nuts", "hmc"])]
    public int Samples { get; init; } = 1000;

    /// <summary>Acceptance rate that a sampler is tuned to.</summary>
    [Setting(
        "nuts, hmc: the acceptance rate that the step size is tuned to",
        ExclusiveMinimum = 0,
        Maximum = 0.999,
        Algorithms = ["nuts", "hmc"]
    )]
    public double TargetAcceptance { get; init; } = 0.8;

    /// <summary>Most doublings of a trajectory.</summary>
    [Setting("nuts: most doublings of a trajectory", Minimum = 1, Maximum = 20, Algorithms = ["nuts"])]
    public int MaxDepth { get; init; } = 10;

    /// <summary>The metric of a sampler.</summary>
    [Setting("nuts, hmc: the metric that warm-up learns, diagonal or dense", Algorithms = ["nuts", "hmc"])]
    public MetricName Metric { get; init; } = MetricName.Diagonal;

    /// <summary>Where chains begin.</summary>
    [Setting("nuts, hmc: where chains begin, at random or at draws of pathfinder", Algorithms = ["nuts", "hmc"])]
    public ChainStart Start { get; init; } = ChainStart.Random;

    /// <summary>Whether the algorithm needs no more than a log density.</summary>
    public bool NeedsDensityOnly => ProgramAlgorithms.Contains(Algorithm);

    /// <summary>Whether the algorithm's steps have a mean log density for an objective, not a bound.</summary>
    public bool IsSampler => Algorithm is "nuts" or "hmc" or "svgd";

    /// <summary>Algorithms that need no more than a log density.</summary>
    public static IReadOnlyList<string> ProgramAlgorithms { get; } =
    ["advi", "nuts", "laplace", "pathfinder", "svgd", "hmc"];
}

/// <summary>Families of normals.</summary>
public enum NormalFamily
{
    /// <summary>Independent coordinates.</summary>
    MeanField,

    /// <summary>Any covariance.</summary>
    FullRank,

    /// <summary>A few columns and a diagonal.</summary>
    LowRank,

    /// <summary>A sparse precision: bands along paths in time.</summary>
    SparsePrecision,
}

/// <summary>How advi makes its steps.</summary>
public enum StepMaker
{
    /// <summary>Natural gradients whose rate is chosen and lowered.</summary>
    Automatic,

    /// <summary>Adam.</summary>
    Adam,

    /// <summary>RMSprop.</summary>
    Rmsprop,

    /// <summary>Plain stochastic gradients.</summary>
    Sgd,

    /// <summary>L-BFGS on a bound whose draws stay fixed: deterministic variational inference.</summary>
    Lbfgs,
}

/// <summary>Kernels of svgd.</summary>
public enum SteinKernelName
{
    /// <summary>The sum of linear and Gaussian.</summary>
    LinearGaussian,

    /// <summary>Gaussian with the median heuristic.</summary>
    Gaussian,

    /// <summary>Inverse multiquadric.</summary>
    InverseMultiquadric,

    /// <summary>Linear.</summary>
    Linear,
}

/// <summary>Metrics of a sampler.</summary>
public enum MetricName
{
    /// <summary>Standard deviations.</summary>
    Diagonal,

    /// <summary>The covariance.</summary>
    Dense,
}

/// <summary>Where chains begin.</summary>
public enum ChainStart
{
    /// <summary>Uniform on (-2, 2) in every coordinate.</summary>
    Random,

    /// <summary>At draws of Pathfinder.</summary>
    Pathfinder,
}
