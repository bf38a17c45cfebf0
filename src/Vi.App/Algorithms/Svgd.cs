namespace Vi.App.Algorithms;

internal sealed record SvgdSettings : DensitySettings
{
    public int? Particles { get; init; }
    public SteinKernelName Kernel { get; init; } = SteinKernelName.LinearGaussian;
    public int? MaxIterations { get; init; }
    public double? Accuracy { get; init; }
    public double? Tolerance { get; init; }
    public StepMaker Optimizer { get; init; } = StepMaker.Automatic;
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
            Remedies = new Dictionary<string, string>
            {
                ["more-steps"] = "maxIterations",
                ["more-particles"] = "particles",
                ["linear-and-gaussian-kernel"] = "kernel",
                ["lower-tolerance"] = "accuracy",
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
