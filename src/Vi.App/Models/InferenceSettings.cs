namespace Vi.App.Models;

/// <summary>The experiment's <c>inference</c> object.</summary>
public sealed record InferenceSettings
{
    /// <summary>Name of the algorithm; the model's first one where the file says nothing.</summary>
    public string? Algorithm { get; init; }

    /// <summary>Most sweeps of a restart.</summary>
    public int MaxIterations { get; init; } = 1000;

    /// <summary>Gain in nats per sweep below which the fit has converged; 0 runs exactly the maximum.</summary>
    public double Tolerance { get; init; } = 1e-9;

    /// <summary>Independent starts of which the best bound is kept.</summary>
    public int Restarts { get; init; } = 1;
}
