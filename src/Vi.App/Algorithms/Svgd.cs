namespace Vi.App.Algorithms;

/// <summary>Settings of <see cref="Svgd"/>.</summary>
internal sealed record SvgdSettings : DensitySettings
{
    /// <summary>Number of particles.</summary>
    [Setting("number of particles [100]", Minimum = 2, Unit = "particles")]
    public int? Particles { get; init; }

    /// <summary>The kernel.</summary>
    [Setting("kernel by which particles repel one another")]
    public SteinKernelName Kernel { get; init; } = SteinKernelName.LinearGaussian;

    /// <summary>Most steps of the particles.</summary>
    [Setting("most steps of the particles [2000]", Minimum = 1, Unit = "steps")]
    public int? MaxIterations { get; init; }

    /// <summary>When the fit has converged.</summary>
    [Setting(
        "how far the answer may still move when the fit counts as converged; 0 uses all steps [0.02]",
        Minimum = 0,
        Unit = "posterior standard deviations"
    )]
    public double? Accuracy { get; init; }

    /// <summary>0 uses all steps.</summary>
    [Setting("0 uses all steps; otherwise accuracy decides", Minimum = 0)]
    public double? Tolerance { get; init; }

    /// <summary>How the steps are made.</summary>
    [Setting("adam, rmsprop or sgd with learningRate; automatic is adam with a rate of its own")]
    public StepMaker Optimizer { get; init; } = StepMaker.Automatic;

    /// <summary>First rate of a named optimizer.</summary>
    [Setting("first rate of adam, rmsprop or sgd, which falls to a sixth [0.01]", ExclusiveMinimum = 0, Maximum = 1)]
    public double? LearningRate { get; init; }

    public override IEnumerable<Problem> Problems()
    {
        if (Optimizer == StepMaker.Lbfgs)
        {
            yield return new Problem("optimizer", "svgd has no fixed draws; use automatic, adam, rmsprop or sgd");
        }
    }

    public override Inference ToInference() =>
        new SvgdInference
        {
            Particles = Particles,
            Kernel = Kernel switch
            {
                SteinKernelName.Gaussian => ParticleKernel.Gaussian,
                SteinKernelName.InverseMultiquadric => ParticleKernel.InverseMultiquadric,
                SteinKernelName.Linear => ParticleKernel.Linear,
                _ => ParticleKernel.LinearAndGaussian,
            },
            StepRule = Optimizer.ToRule(),
            LearningRate = Optimizer == StepMaker.Automatic ? null : LearningRate,
            MaxSteps = MaxIterations,
            Accuracy = Tolerance == 0 ? 0 : Accuracy,
        };
}

/// <summary>Kernels of svgd.</summary>
internal enum SteinKernelName
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

/// <summary>Stein variational gradient descent.</summary>
internal sealed class Svgd : IAlgorithm
{
    public string Name => "svgd";

    public string Summary => "Stein variational gradient descent: particles that move together to the posterior";

    public Provision Needs => Provision.LogDensity;

    public Type SettingsType => typeof(SvgdSettings);

    public string Iteration => "step";

    public bool HasBound => false;

    public string InsteadOfRestarts => "its many starts are particles";

    public string Approximation => "Particles that repel one another, moved until they spread like the posterior.";

    public IReadOnlyDictionary<RemedyCode, string> Remedies { get; } =
        new Dictionary<RemedyCode, string>
        {
            [RemedyCode.MoreSteps] = "maxIterations",
            [RemedyCode.MoreParticles] = "particles",
            [RemedyCode.LinearAndGaussianKernel] = "kernel",
            [RemedyCode.LowerTolerance] = "accuracy",
        };
}
