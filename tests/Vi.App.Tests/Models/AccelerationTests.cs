using Vi.App.Tests.Support;
using Vi.Results;
using Xunit;

namespace Vi.App.Tests.Models;

/// <summary>Coordinate ascent with and without extrapolation.</summary>
public sealed class AccelerationTests : IDisposable
{
    private readonly Workspace workspace = new() { HasRealModels = true };

    public void Dispose() => workspace.Dispose();

    private RunResult Fitted(string experiment, bool acceleration)
    {
        string[] settings =
        [
            $"inference.acceleration={(acceleration ? "true" : "false")}",
            "inference.restarts=1",
            "inference.check=none",
            "inference.linearResponse=false",
            "report.enabled=false",
        ];
        string[] args =
        [
            "run",
            Repository.At("experiments", $"{experiment}.json"),
            "--quiet",
            .. settings.SelectMany(setting => new[] { "--set", setting }),
        ];
        var outcome = workspace.Run(args);
        Assert.True(outcome.Code == 0, outcome.Error);
        return workspace.Result(experiment);
    }

    /// <summary>Hundreds of sweeps become dozens, to the same bound; without extrapolation the ledger has none.</summary>
    [Fact]
    public void A_slow_fit_takes_a_fraction_of_the_sweeps()
    {
        var plain = Fitted("eu-stock-factors", acceleration: false);
        var fast = Fitted("eu-stock-factors", acceleration: true);
        Assert.Equal((RunStatus.Converged, RunStatus.Converged), (plain.Status, fast.Status));
        Assert.True(5 * fast.Iterations < plain.Iterations, $"{fast.Iterations} sweeps instead of {plain.Iterations}");
        Assert.InRange(fast.Elbo!.Value, plain.Elbo!.Value - 1e-6, double.MaxValue);
        Assert.DoesNotContain("extrapolation", plain.Ledger!.Factors);
        var gained = fast.Ledger!.Gains[fast.Ledger.Factors.ToList().IndexOf("extrapolation")].Sum();
        Assert.InRange(gained, 1e-3, double.MaxValue);
    }
}
