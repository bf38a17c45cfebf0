using Vi.App.Algorithms;
using Vi.App.Hosting;
using Vi.App.Models;
using Vi.App.Running;
using Vi.App.Tests.Support;
using Vi.Results;
using Xunit;

namespace Vi.App.Tests.Running;

/// <summary>Progress lines and the estimate of the time left.</summary>
public sealed class ProgressTests
{
    private static List<string> Lines(
        AlgorithmSettings inference,
        int sweeps,
        int millisecondsPerSweep,
        double ratio = 0.5
    )
    {
        var clock = new ManualClock();
        using var output = new StringWriter();
        new RunProgress(new ProgressOutput(new Terminal(output, output), clock), clock).Fit(
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
                            sweep == sweeps ? Outcomes.Of(RunStatus.Converged) : null
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
        var sweeps = Lines(new CaviSettings(), 230, 1).Select(line => line.Split(' ')[2].TrimEnd(':'));
        Assert.Equal(["1", "2", "5", "10", "20", "50", "100", "200", "230"], sweeps);
    }

    [Fact]
    public void Slow_fits_have_a_line_every_two_seconds()
    {
        var sweeps = Lines(new CaviSettings(), 12, 1000).Select(line => line.Split(' ')[2].TrimEnd(':'));
        Assert.Equal(["1", "2", "4", "5", "7", "9", "10", "12"], sweeps);
    }

    [Fact]
    public void Many_quick_restarts_have_few_lines()
    {
        var clock = new ManualClock();
        using var output = new StringWriter();
        new RunProgress(new ProgressOutput(new Terminal(output, output), clock), clock).Fit(
            "run",
            new CaviSettings { Restarts = 50 },
            display =>
            {
                for (var sweep = 0; sweep < 500; sweep++)
                {
                    clock.Advance(10);
                    display.Swept(
                        new FitStep(
                            sweep / 10,
                            (sweep % 10) + 1,
                            -1,
                            0.1,
                            [],
                            sweep % 10 == 9 ? Outcomes.Of(RunStatus.Converged) : null
                        )
                    );
                }

                return 0;
            }
        );
        var lines = output.ToString().Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries);
        // The first restart at growing intervals, then a line every two of the five seconds, and the end of the last.
        Assert.Equal(
            [
                "1 of 50, sweep 1",
                "1 of 50, sweep 2",
                "1 of 50, sweep 5",
                "1 of 50, sweep 10",
                "21 of 50, sweep 10",
                "41 of 50, sweep 10",
                "50 of 50, sweep 10",
            ],
            lines.Select(line => line.Split("restart ")[1].Split(':')[0])
        );
    }

    /// <summary>A watch over so many rows whose reading is written down, with its clock.</summary>
    private static (RowsWatch Watch, ManualClock Clock, Recorder Seen) Watched(long rows)
    {
        var (clock, seen) = (new ManualClock(), new Recorder());
        return (new RowsWatch(clock) { RowCount = rows, Show = seen.Readings.Add }, clock, seen);
    }

    private sealed class Recorder
    {
        public List<Reading> Readings { get; } = [];
    }

    [Fact]
    public void Short_sweeps_say_nothing_of_rows()
    {
        var (watch, clock, seen) = Watched(10_000);
        watch.FitBegins();
        for (var block = 0; block < 1000; block++)
        {
            clock.Advance(4);
            watch.Saw(5000);
            if (block % 100 == 99)
            {
                watch.SweepEnded(wasLast: false);
            }
        }

        Assert.Empty(seen.Readings);
    }

    [Fact]
    public void Long_sweeps_say_how_far_they_are()
    {
        var (watch, clock, seen) = Watched(1_000_000);
        watch.FitBegins();
        for (var block = 0; block < 25; block++)
        {
            clock.Advance(400);
            watch.Saw(100_000);
        }

        // The first sweep: nobody knows how many rows it reads, so passes are counted.
        Assert.Equal(12, seen.Readings.Count);
        var reading = seen.Readings[^1];
        Assert.Equal((2_400_000L, 3L, 0.4), (reading.Rows, reading.Pass, System.Math.Round(reading.Share, 9)));
        Assert.Equal(250_000, reading.RowsPerSecond, 1e-6);
        Assert.Equal(2.4, reading.Left.TotalSeconds, 1e-6);

        // The next one reads as many rows as the one before.
        watch.SweepEnded(wasLast: false);
        clock.Advance(1000);
        watch.Saw(625_000);
        reading = seen.Readings[^1];
        Assert.Equal((2_500_000L, 1L, 0.25), (reading.Total, reading.Pass, reading.Share));
        Assert.Equal(3, reading.Left.TotalSeconds, 1e-6);
        Assert.Equal(
            "run: sweep 2: 25 % of 2,500,000 rows read, 625,000 rows/s, about 3 s left in this sweep",
            ProgressText.Text("run", new CaviSettings(), new FitStep(0, 1, -1, 1, [], null), reading)
        );
        // After a restart's last sweep nothing is known of the next one.
        watch.SweepEnded(wasLast: true);
        clock.Advance(1000);
        watch.Saw(625_000);
        Assert.Null(seen.Readings[^1].Expected);
    }

    [Fact]
    public void Within_sweeps_plain_lines_are_five_seconds_apart()
    {
        var clock = new ManualClock();
        using var output = new StringWriter();
        new RunProgress(new ProgressOutput(new Terminal(output, output), clock), clock).Fit(
            "run",
            new CaviSettings { Restarts = 2 },
            display =>
            {
                for (var i = 0; i < 22; i++)
                {
                    clock.Advance(500);
                    display.Reading(new Reading(1000 * (i + 1), null, 100_000, TimeSpan.FromSeconds(0.5 * (i + 1))));
                }

                return 0;
            }
        );
        Assert.Equal(
            [
                "run: restart 1 of 2, sweep 1: 10 % of 100,000 rows read, 2,000 rows/s, about 45 s left in this pass",
                "run: restart 1 of 2, sweep 1: 20 % of 100,000 rows read, 2,000 rows/s, about 40 s left in this pass",
            ],
            output.ToString().Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries)
        );
    }

    [Fact]
    public void Loading_has_lines_of_its_own()
    {
        var clock = new ManualClock();
        using var output = new StringWriter();
        new RunProgress(new ProgressOutput(new Terminal(output, output), clock), clock).Load(
            "run",
            show =>
            {
                clock.Advance(5000);
                show(new Reading(1000, null, 4000, TimeSpan.FromSeconds(5)));
                return 0;
            }
        );
        Assert.Equal(
            "run: loading the data: 25 % of 4,000 rows read, 200 rows/s, about 15 s left in this pass",
            output.ToString().Trim()
        );
    }

    [Theory]
    [InlineData("cavi", 1)]
    [InlineData("svi", 2)]
    public void A_fit_watches_every_row_it_reads(string algorithm, int passes)
    {
        using var workspace = new Workspace { HasRealModels = true };
        double[] values = [.. Enumerable.Range(0, 20_000).Select(i => System.Math.Sin(i))];
        var watch = new RowsWatch(TimeProvider.System);
        var read = 0L;
        var request = new FitRequest(
            new Vi.App.Models.Mixture.GaussianMixtureSettings { Components = 2 },
            new Vi.Data.Dataset
            {
                ColumnNames = ["x"],
                RowCount = values.Length,
                Values = values,
                Source = "here",
                Sha256 = "",
            },
            algorithm == "svi"
                ? new SviSettings
                {
                    Epochs = 3,
                    Tolerance = 0,
                    BatchSize = 1000,
                }
                : new CaviSettings
                {
                    MaxIterations = 3,
                    Tolerance = 0,
                    Acceleration = false,
                },
            1,
            2,
            []
        )
        {
            Watch = count =>
            {
                watch.Saw(count);
                Interlocked.Add(ref read, count);
            },
        };
        var fit = new Vi.App.Models.Mixture.GaussianMixture().Prepare(request);
        var sweeps = new List<long>();
        foreach (var step in fit.Steps())
        {
            sweeps.Add(read);
            Assert.Equal(step.Iteration, step.Passes);
        }

        // A sweep of coordinate ascent is one pass; an epoch of minibatches two, as the whole bound takes another.
        Assert.Equal(passes * values.Length, sweeps[1] - sweeps[0]);
        Assert.Equal(passes * values.Length, sweeps[2] - sweeps[1]);

        // A fold ends when the run is cancelled.
        using var cancelled = new CancellationTokenSource();
        cancelled.Cancel();
        watch.Cancellation = cancelled.Token;
        Assert.ThrowsAny<Exception>(() => fit.Steps().First());
    }

    [Fact]
    public void A_line_has_sweep_bound_gain_and_time_left()
    {
        // Gains halve from 0.25 in sweep 2: below 1e-6 at sweep 20, so 10 sweeps of a second are left after sweep 10.
        var lines = Lines(new CaviSettings { Tolerance = 1e-6 }, 12, 1000);
        Assert.Equal("run: sweep 1: ELBO −0.500", lines[0]);
        Assert.Contains("run: sweep 10: ELBO −0.0009766, gain 0.0009766 nats, about 10 s left", lines);
        Assert.Equal("run: sweep 12: ELBO −0.0002441, gain 0.0002441 nats, converged", lines[^1]);
    }

    /// <summary>An epoch is no sweep, and particles have a force.</summary>
    [Fact]
    public void A_line_uses_the_words_of_its_algorithm()
    {
        var step = new FitStep(0, 3, -2, 0.5, [], null);
        Assert.Equal(
            "run: epoch 3: ELBO −2.000, gain 0.5 nats",
            ProgressText.Text("run", new SviSettings(), step, left: null)
        );
        var moving = step with { Phase = new PhaseRecord("force", Outcomes.Figures(("force", 0.03))) };
        Assert.Equal(
            "run: force 0.03 sd: mean log p −2.000",
            ProgressText.Text("run", new SvgdSettings(), moving, left: null)
        );
        var whole = step with { Phase = new PhaseRecord("whole-run", Outcomes.Figures()) };
        Assert.Equal("run: laplace: ELBO −2.000", ProgressText.Text("run", new LaplaceSettings(), whole, left: null));
    }

    [Fact]
    public void The_budget_bounds_the_time_left_and_restarts_multiply_it()
    {
        var inference = new CaviSettings
        {
            Tolerance = 0,
            MaxIterations = 20,
            Restarts = 3,
        };
        var remaining = new RemainingTime(inference);
        Assert.Null(remaining.After(new FitStep(0, 1, -2, double.NaN, [], null), TimeSpan.FromSeconds(1)));
        Assert.Equal(
            TimeSpan.FromSeconds(18 + 40),
            remaining.After(new FitStep(0, 2, -1, 1, [], null), TimeSpan.FromSeconds(2))
        );
        Assert.Equal(
            TimeSpan.FromSeconds(6),
            remaining.After(new FitStep(0, 3, -1, 0.1, [], Outcomes.Of(RunStatus.Converged)), TimeSpan.FromSeconds(3))
        );
    }

    [Fact]
    public void The_share_that_is_done_foretells_what_is_to_come_and_a_start_does_not_count()
    {
        var remaining = new RemainingTime(new NutsSettings());
        TimeSpan? After(int step, double? share, double seconds) =>
            remaining.After(
                new FitStep(0, step, -1, double.NaN, [], null) { Share = share },
                TimeSpan.FromSeconds(seconds)
            );
        Assert.Null(After(1, 0.25, 10));
        Assert.Equal(TimeSpan.FromSeconds(2), After(2, 0.5, 11));
        Assert.Equal(TimeSpan.FromSeconds(1), After(3, 0.75, 12));
        var optimiser = new RemainingTime(new AdviSettings());
        Assert.Null(optimiser.After(new FitStep(0, 1, -2, 1, [], null), TimeSpan.FromSeconds(1)));
        Assert.Null(optimiser.After(new FitStep(0, 2, -1, 1, [], null), TimeSpan.FromSeconds(2)));
    }

    [Fact]
    public void A_fit_is_over_when_its_last_restart_has_ended()
    {
        var trace = new FitTrace(new ManualClock());
        Assert.False(trace.IsOver(2));
        trace.Add(new FitStep(0, 1, -1, 0, [], Outcomes.Of(RunStatus.Converged)));
        Assert.False(trace.IsOver(2));
        trace.Add(new FitStep(1, 1, -1, 0, [], null));
        Assert.False(trace.IsOver(2));
        trace.Add(new FitStep(1, 2, -1, 0, [], Outcomes.Of(RunStatus.Converged)));
        Assert.True(trace.IsOver(2));
    }

    [Fact]
    public void The_decay_of_the_gains_foretells_what_is_to_come()
    {
        var rate = Vi.Math.GainDecay.Of([0.8, 0.4, 0.2, 0.1])!;
        Assert.Equal(0.5, rate.Ratio, 12);
        Assert.Equal(0.1, rate.NatsToCome, 12);
        Assert.Equal(10, rate.SweepsUntil(0.1 / 1024), 9);
        Assert.Null(Vi.Math.GainDecay.Of([double.NaN, 0.1]));
        Assert.Null(Vi.Math.GainDecay.Of([0.1, -0.1]));
        Assert.Equal(double.PositiveInfinity, Vi.Math.GainDecay.Of([0.1, 0.2])!.NatsToCome);
    }

    [Fact]
    public void A_run_without_terminal_writes_plain_lines()
    {
        using var workspace = new Workspace { Clock = new ManualClock() };
        var outcome = workspace.RunText(Workspace.Small);
        Assert.StartsWith("small: sweep 1: ELBO −10.100", outcome.OutLines[0], StringComparison.Ordinal);
        Assert.StartsWith(
            "small: sweep 2: ELBO −10.010, gain 0.09 nats, about 1 s left",
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
        Assert.Contains("small: use with care", outcome.Out, StringComparison.Ordinal);
    }
}
