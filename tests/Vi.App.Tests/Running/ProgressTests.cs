using Vi.App.Models;
using Vi.App.Running;
using Vi.App.Tests.Support;
using Xunit;

namespace Vi.App.Tests.Running;

/// <summary>Progress lines and the estimate of the time left.</summary>
public sealed class ProgressTests
{
    private static List<string> Lines(
        InferenceSettings inference,
        int sweeps,
        int millisecondsPerSweep,
        double ratio = 0.5
    )
    {
        var clock = new ManualClock();
        using var output = new StringWriter();
        new PlainProgress(output, clock).Show(
            "run",
            inference,
            display =>
            {
                for (var sweep = 1; sweep <= sweeps; sweep++)
                {
                    clock.Advance(millisecondsPerSweep);
                    var gain = sweep == 1 ? double.NaN : System.Math.Pow(ratio, sweep);
                    display.Swept(
                        new FitStep(
                            0,
                            sweep,
                            -System.Math.Pow(ratio, sweep),
                            gain,
                            [],
                            sweep == sweeps ? "converged" : null,
                            ""
                        )
                    );
                }

                return 0;
            }
        );
        return [.. output.ToString().Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries)];
    }

    [Fact]
    public void Quick_fits_have_lines_at_growing_intervals()
    {
        var sweeps = Lines(new InferenceSettings(), 230, 1).Select(line => line.Split(' ')[2].TrimEnd(':'));
        Assert.Equal(["1", "2", "5", "10", "20", "50", "100", "200", "230"], sweeps);
    }

    [Fact]
    public void Slow_fits_have_a_line_every_two_seconds()
    {
        var sweeps = Lines(new InferenceSettings(), 12, 1000).Select(line => line.Split(' ')[2].TrimEnd(':'));
        Assert.Equal(["1", "2", "4", "5", "7", "9", "10", "12"], sweeps);
    }

    [Fact]
    public void A_line_has_sweep_bound_gain_and_time_left()
    {
        // Gains halve from 0.25 in sweep 2: below 1e-6 at sweep 20, so 10 sweeps of a second are left after sweep 10.
        var lines = Lines(new InferenceSettings { Tolerance = 1e-6 }, 12, 1000);
        Assert.Equal("run: sweep 1: ELBO -0.5000", lines[0]);
        Assert.Contains("run: sweep 10: ELBO -0.0010, gain 9.8E-04 nats, about 10 s left", lines);
        Assert.Equal("run: sweep 12: ELBO -0.0002, gain 2.4E-04 nats, converged", lines[^1]);
    }

    [Fact]
    public void The_budget_bounds_the_time_left_and_restarts_multiply_it()
    {
        var inference = new InferenceSettings
        {
            Tolerance = 0,
            MaxIterations = 20,
            Restarts = 3,
        };
        var remaining = new RemainingTime(inference);
        Assert.Null(remaining.After(new FitStep(0, 1, -2, double.NaN, [], null, ""), TimeSpan.FromSeconds(1)));
        Assert.Equal(
            TimeSpan.FromSeconds(18 + 40),
            remaining.After(new FitStep(0, 2, -1, 1, [], null, ""), TimeSpan.FromSeconds(2))
        );
        Assert.Equal(
            TimeSpan.FromSeconds(6),
            remaining.After(new FitStep(0, 3, -1, 0.1, [], "converged", ""), TimeSpan.FromSeconds(3))
        );
    }

    [Fact]
    public void The_decay_of_the_gains_foretells_what_is_to_come()
    {
        var rate = ConvergenceRate.Of([0.8, 0.4, 0.2, 0.1])!;
        Assert.Equal(0.5, rate.Ratio, 12);
        Assert.Equal(0.1, rate.NatsToCome, 12);
        Assert.Equal(10, rate.SweepsUntil(0.1 / 1024), 9);
        Assert.Null(ConvergenceRate.Of([double.NaN, 0.1]));
        Assert.Null(ConvergenceRate.Of([0.1, -0.1]));
        Assert.Equal(double.PositiveInfinity, ConvergenceRate.Of([0.1, 0.2])!.NatsToCome);
    }

    [Fact]
    public void A_run_without_terminal_writes_plain_lines()
    {
        using var workspace = new Workspace { Clock = new ManualClock() };
        var outcome = workspace.RunText(Workspace.Small);
        Assert.StartsWith("small: sweep 1: ELBO -10.1000", outcome.OutLines[0], StringComparison.Ordinal);
        Assert.StartsWith(
            "small: sweep 2: ELBO -10.0100, gain 0.09 nats, about 1 s left",
            outcome.OutLines[1],
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void A_terminal_has_one_line_that_is_written_over()
    {
        using var workspace = new Workspace { IsTerminal = true, Clock = new ManualClock() };
        var outcome = workspace.RunText(Workspace.Small);
        Assert.Equal(0, outcome.Code);
        Assert.DoesNotContain("sweep 5", outcome.Out, StringComparison.Ordinal);
        Assert.Contains("small: usable", outcome.Out, StringComparison.Ordinal);
    }
}
