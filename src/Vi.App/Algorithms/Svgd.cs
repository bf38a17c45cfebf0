namespace Vi.App.Algorithms;

internal sealed record SvgdSettings : DensitySettings
{
    [Setting("number of particles [100]", Minimum = 2, Unit = "particles")]
    public int? Particles { get; init; }

    [Setting("kernel by which particles repel one another")]
    public SteinKernelName Kernel { get; init; } = SteinKernelName.LinearGaussian;

    [Setting("most steps of the particles [2000]", Minimum = 1, Unit = "steps")]
    public int? MaxIterations { get; init; }

    [Setting(
        "how far the answer may still move when the fit counts as converged; 0 uses all steps [0.02]",
        Minimum = 0,
        Unit = "posterior standard deviations"
    )]
    public double? Accuracy { get; init; }

    [Setting("0 uses all steps; otherwise accuracy decides", Minimum = 0)]
    public double? Tolerance { get; init; }

    [Setting("adam, rmsprop or sgd with learningRate; automatic is adam with a rate of its own")]
    public StepMaker Optimizer { get; init; } = StepMaker.Automatic;

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

    public static Algorithm Descriptor { get; } =
        new(
            "svgd",
            "Stein variational gradient descent: particles that move together to the posterior",
            Provision.LogDensity,
            typeof(SvgdSettings),
            "step"
        )
        {
            HasBound = false,
            InsteadOfRestarts = "its many starts are particles",
            Approximation = "Particles that repel one another, moved until they spread like the posterior.",
            Remedies = new Dictionary<RemedyCode, string>
            {
                [RemedyCode.MoreSteps] = "maxIterations",
                [RemedyCode.MoreParticles] = "particles",
                [RemedyCode.LinearAndGaussianKernel] = "kernel",
                [RemedyCode.LowerTolerance] = "accuracy",
            },
        };
}

internal enum SteinKernelName
{
    LinearGaussian,
    Gaussian,
    InverseMultiquadric,
    Linear,
}
