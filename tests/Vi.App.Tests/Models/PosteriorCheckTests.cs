using Vi.App.Algorithms;
using Vi.App.Models;
using Vi.App.Tests.Support;
using Vi.Math.Fluent;
using Vi.Results;
using Xunit;
using CheckOmission = Vi.Math.CheckOmission;

namespace Vi.App.Tests.Models;

/// <summary>Fits by sweeps that are checked against their posterior.</summary>
public sealed class PosteriorCheckTests : IDisposable
{
    private readonly Workspace workspace = new() { HasRealModels = true };

    public void Dispose() => workspace.Dispose();

    private RunResult Fitted(string experiment, string check)
    {
        var outcome = workspace.Run(
            "run",
            Repository.At("experiments", $"{experiment}.json"),
            "--set",
            $"inference.check={check}",
            "--set",
            "report.enabled=false",
            "--quiet"
        );
        Assert.True(outcome.Code == 0, outcome.Error);
        return workspace.Result(experiment);
    }

    private static TrustLevel? LevelOf(RunResult result) => result.Verdict?.Level;

    [Fact]
    public void A_fit_whose_factors_are_nearly_the_posterior_passes()
    {
        var result = Fitted("04-regression", "fast");
        Assert.Equal(TrustLevel.Reliable, LevelOf(result));
        Assert.Contains(result.Verdict!.Checks, check => check.Id == "drift-of-means");
        Assert.Contains(result.Exhibits, exhibit => exhibit.Id == "posterior-check");
        Assert.InRange(result.Timing.CheckSeconds!.Value, 0, 60);
    }

    /// <summary>Long Gibbs and NUTS runs put the standard deviations of psi at three to seven times those of the fit.</summary>
    [Theory]
    [InlineData("06-factor-model")]
    [InlineData("motor-trend-cars")]
    public void A_fit_that_is_far_too_narrow_is_not_believed(string experiment)
    {
        var result = Fitted(experiment, "fast");
        Assert.Equal(TrustLevel.Unreliable, LevelOf(result));
        Assert.Contains(
            result.Verdict!.Checks,
            check => check.Id == "ratio-of-sds-shown" && check.Value > check.Target
        );
    }

    /// <summary>Components without rows are all alike, so that no order of their labels is nearer than another.</summary>
    [Fact]
    public void Empty_components_are_checked_in_time()
    {
        var result = Fitted("old-faithful", "fast");
        Assert.Contains(result.Verdict!.Checks, check => check.Id == CheckCode.CheckedNumbers && check.Value > 0);
    }

    [Fact]
    public void A_fit_that_is_not_checked_is_never_reliable()
    {
        var result = Fitted("05-mixture", "none");
        Assert.Null(result.Timing.CheckSeconds);
        Assert.Equal(TrustLevel.Usable, LevelOf(result));
        Assert.Contains(result.Verdict!.Checks, check => check.Id == CheckCode.CheckedNumbers && check.Value == 0);
        Assert.Contains(result.Verdict!.Advice, advice => advice.Remedy == "check-posterior");
        Assert.Equal(TrustLevel.Reliable, LevelOf(Fitted("05-mixture", "fast")));
    }

    private static IResumableFit Fit(double secondsOfAnyWork, int maxIterations, int rows, int restarts = 1)
    {
        var request = new FitRequest(
            new Vi.App.Models.Mixture.GaussianMixtureSettings { Components = 2 },
            new Vi.Data.Dataset
            {
                ColumnNames = ["x"],
                RowCount = rows,
                Values = [.. Enumerable.Range(0, rows).Select(i => System.Math.Sin(i))],
                Source = "here",
                Sha256 = "",
            },
            new CaviSettings
            {
                MaxIterations = maxIterations,
                Tolerance = 0,
                Restarts = restarts,
            },
            1,
            1,
            []
        )
        {
            Clock = new PassingClock(secondsOfAnyWork),
        };
        return (IResumableFit)new Vi.App.Models.Mixture.GaussianMixture().Prepare(request);
    }

    private static PosteriorCheck Checked(double secondsOfAnyWork, int maxIterations, int rows)
    {
        var fit = Fit(secondsOfAnyWork, maxIterations, rows);
        Assert.NotEmpty(fit.Steps().ToList());
        return fit.Finish().Checked!.Check;
    }

    /// <summary>On a clock by which all work takes a thousand seconds or none, the same fit gets the same check.</summary>
    [Fact]
    public void A_busy_machine_checks_as_much_as_an_idle_one()
    {
        var idle = Checked(1e-6, 3, 200);
        var busy = Checked(1000, 3, 200);
        Assert.NotEqual(PosteriorCheckKind.NotChecked, idle.Kind);
        Assert.Equal((idle.Kind, idle.Draws, idle.Sweeps), (busy.Kind, busy.Draws, busy.Sweeps));
        Assert.Equal(idle.Numbers.Select(number => number.BestMean), busy.Numbers.Select(number => number.BestMean));
    }

    /// <summary>Many rows leave room for few sweeps in a second, unless the fit itself took many, in all its restarts.</summary>
    [Fact]
    public void A_longer_fit_gets_a_longer_check_also_when_it_is_resumed()
    {
        const int Rows = 2_000_000;
        static int Budget(IPreparedFit fit) =>
            Assert.IsType<CheckOmission.TooFewSweeps>(fit.Finish().Checked!.Check.Omission).budget;

        var brief = Fit(1, 2, Rows);
        Assert.Equal(2, brief.Steps().Count());
        Assert.Equal(4, Budget(brief));
        var lengthy = Fit(1, 10, Rows, restarts: 2);
        List<byte[]?> states = [.. lengthy.Steps().Select(_ => lengthy.State())];
        Assert.Equal(8, Budget(lengthy));
        var resumed = Fit(1, 10, Rows, restarts: 2);
        Assert.Single(resumed.StepsAfter(states[^2]!));
        Assert.Equal(8, Budget(resumed));
    }

    /// <summary>The check's estimates stand beside the fit's own, by the names of entries, where it knows them.</summary>
    [Fact]
    public void What_a_check_knows_stands_beside_the_summaries()
    {
        var result = Fitted("motor-trend-cars", "fast");
        var source = result.CheckedPosterior!;
        Assert.Equal(CheckSource.MovedDraws, source.Source);
        Assert.InRange(source.Draws * source.Sweeps, 32, 8192);
        var weights = result.Posterior["w"];
        var known = Enumerable.Range(0, weights.Count).Where(i => double.IsFinite(weights.CheckedSd![i])).ToList();
        Assert.NotEmpty(known);
        Assert.All(known, i => Assert.InRange(weights.CheckedSd![i] / weights.Sd[i], 0.7, 3));
        Assert.All(
            known,
            i => Assert.InRange(weights.CheckedMean![i] - weights.Mean[i], -weights.Sd[i], weights.Sd[i])
        );

        // Components that change places under the check have other moments there, of up to thirty times the standard deviation.
        var mixture = Fitted("old-faithful", "fast");
        Assert.All(
            mixture.Posterior,
            entry =>
                Assert.All(
                    entry.Sd.Zip(entry.CheckedSd ?? entry.Sd).Where(pair => double.IsFinite(pair.Second)),
                    pair => Assert.InRange(pair.Second / pair.First, 0.3, 5)
                )
        );
        var none = new CheckedFit(PosteriorCheck.NoSampler, 0);
        Assert.Null(none.Record);
        Assert.Null(
            none.Of([
                new(Quantity.Scalar("mu"))
                {
                    Mean = [0],
                    Sd = [1],
                    Q05 = [0],
                    Q50 = [0],
                    Q95 = [0],
                },
            ])["mu"].CheckedSd
        );
    }

    private sealed class PassingClock(double seconds) : TimeProvider
    {
        private long looks;

        public override long TimestampFrequency => 1_000_000;

        public override long GetTimestamp() => (long)(seconds * 1_000_000 * looks++);
    }
}
