using Vi.App.Configuration;

namespace Vi.App.Models;

/// <summary>The experiment's <c>inference</c> object.</summary>
public sealed record InferenceSettings
{
    /// <summary>Name of the algorithm; the model's first one where the file says nothing.</summary>
    [Setting("name of the algorithm [the model's first]")]
    public string? Algorithm { get; init; }

    /// <summary>Most sweeps of a restart.</summary>
    [Setting("most sweeps of a restart", Minimum = 1)]
    public int MaxIterations { get; init; } = 1000;

    /// <summary>Gain in nats per sweep below which the fit has converged; 0 runs exactly the maximum.</summary>
    [Setting(
        "gain below which the fit has converged; 0 runs exactly maxIterations",
        Minimum = 0,
        Unit = "nats per sweep"
    )]
    public double Tolerance { get; init; } = 1e-9;

    /// <summary>Independent starts of which the best bound is kept; where missing, what <see cref="Starts"/> says.</summary>
    [Setting(
        "independent starts, of which the best bound is kept [5 where the answer depends on the start, otherwise 1]",
        Minimum = 1,
        Unit = "starts"
    )]
    public int? Restarts { get; init; }

    /// <summary>Independent starts, the default filled in.</summary>
    public int Starts => Restarts ?? 1;
}
