using Vi.App.Algorithms;
using Vi.App.Models;
using Vi.App.Tests.Support;
using Vi.Math.Fluent;
using Vi.Results;
using Xunit;

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

    /// <summary>
    /// A sweep takes a second of this clock and so does the fit, so that no check fits into its time; what went by before the fit began would
    /// pay for one.
    /// </summary>
    [Fact]
    public void Time_before_a_fit_begins_is_none_of_its_own()
    {
        var clock = new PassingClock();
        var request = new FitRequest(
            new Vi.App.Models.Mixture.GaussianMixtureSettings { Components = 2 },
            new Vi.Data.Dataset
            {
                ColumnNames = ["x"],
                RowCount = 200,
                Values = [.. Enumerable.Range(0, 200).Select(i => System.Math.Sin(i))],
                Source = "here",
                Sha256 = "",
            },
            new CaviSettings { MaxIterations = 3, Tolerance = 0 },
            1,
            1,
            []
        )
        {
            Clock = clock,
        };
        var fit = new Vi.App.Models.Mixture.GaussianMixture().Prepare(request);
        clock.Seconds += 100_000;
        Assert.NotEmpty(fit.Steps().ToList());
        Assert.Equal(PosteriorCheckKind.NotChecked, fit.Finish().Checked!.Check.Kind);
    }

    private sealed class PassingClock : TimeProvider
    {
        public long Seconds { get; set; }

        public override long TimestampFrequency => 1;

        public override long GetTimestamp() => Seconds++;
    }
}
