using Vi.App.Laws;
using Vi.App.Tests.Reports;
using Vi.App.Tests.Support;
using Vi.App.Verifying;
using Vi.Reports.Verification;
using Vi.Results;
using Vi.Verification;
using Xunit;
using Xunit.Abstractions;

namespace Vi.App.Tests.Verifying;

/// <summary><c>vilab verify</c> end to end: exit codes, the stored check, the page.</summary>
public sealed class VerifyTests(ITestOutputHelper output)
{
    private static readonly LawCatalogue All = LawCatalogue.Default;

    private static Specimen Turned => All.Specimens.First(s => s.Name == "divergence turned round");

    /// <summary>A catalogue with a broken law, a law that holds, a specimen that is rejected and one that is not.</summary>
    private static LawCatalogue Troubled =>
        new(
            [Turned.Law, All.Laws.First(law => law.Name == "log-sum-exp: shift")],
            [
                All.Specimens.First(s => s.Name == "log-sum-exp without the shift"),
                new Specimen(
                    "nothing wrong",
                    "nowhere",
                    "Nothing.",
                    "log-sum-exp: shift",
                    All.Laws.First(law => law.Name == "log-sum-exp: shift")
                ),
            ],
            [.. All.Calibrations.Where(s => s.Model == "gaussian-mean-precision")]
        );

    private static VerificationResult Stored(Workspace workspace, string folder = "out") =>
        VerificationJson.Read(workspace.Path(folder, "verify.json"));

    private static IEnumerable<CheckedLaw> Timeless(VerificationResult result) =>
        result.Laws.Select(law => law with { Seconds = 0, Covers = [] });

    [Fact]
    public void Laws_that_hold_are_exit_code_0_and_leave_a_check_and_a_page()
    {
        using var workspace = new Workspace();
        var outcome = workspace.Run("verify", "log-sum-exp: shift", "--cases", "30");
        Assert.Equal("", outcome.Error);
        Assert.Equal(0, outcome.Code);
        var stored = Stored(workspace);
        Assert.Equal(VerificationStatus.Passed, stored.Status);
        var law = Assert.Single(stored.Laws);
        Assert.Equal(30, law.Cases);
        Assert.NotNull(Assert.Single(stored.Specimens).Counterexample);
        Assert.Equal(VerificationReport.Render(stored), File.ReadAllText(workspace.Path("out", "verify.html")));
        Assert.Contains("1 law holds on 30 generated cases", outcome.Out, StringComparison.Ordinal);
    }

    [Fact]
    public void A_filter_that_chooses_specimens_alone_speaks_of_no_laws()
    {
        using var workspace = new Workspace();
        var outcome = workspace.Run("verify", "log-sum-exp without the shift");
        Assert.Equal(0, outcome.Code);
        Assert.Contains("\nThe known-wrong specimen is rejected. It took", outcome.Out, StringComparison.Ordinal);
        Assert.DoesNotContain("0 laws", outcome.Out, StringComparison.Ordinal);
    }

    [Fact]
    public void Results_do_not_depend_on_threads_but_on_the_seed()
    {
        using var workspace = new Workspace();
        workspace.Run("verify", "gamma", "--cases", "20", "--threads", "1", "--out", "one");
        workspace.Run("verify", "gamma", "--cases", "20", "--threads", "3", "--out", "three");
        workspace.Run("verify", "gamma", "--cases", "20", "--seed", "7", "--out", "other");
        var one = Stored(workspace, "one");
        Assert.True(one.Laws.Count > 10);
        Assert.Equal(Timeless(one), Timeless(Stored(workspace, "three")));
        Assert.NotEqual(Timeless(one), Timeless(Stored(workspace, "other")));
    }

    [Fact]
    public void A_broken_law_or_a_specimen_that_passes_is_exit_code_1_and_told()
    {
        using var workspace = new Workspace { Laws = Troubled };
        var outcome = workspace.Run("verify", "--cases", "200", "--seed", "5");
        Assert.Equal(1, outcome.Code);
        var name = Turned.Law.Name;
        Assert.Contains($"BROKEN: {name}", outcome.Out, StringComparison.Ordinal);
        Assert.Contains($"again: vilab verify \"{name}\" --cases 200 --seed 5", outcome.Out, StringComparison.Ordinal);
        Assert.Contains("NOT REJECTED: \"nothing wrong\"", outcome.Out, StringComparison.Ordinal);
        Assert.Equal(VerificationStatus.Broken, Stored(workspace).Status);
    }

    [Theory]
    [InlineData("gausian-mixture", "did you mean \"gaussian-mixture\"?")]
    [InlineData("log-sum-exp: shfit", "did you mean \"log-sum-exp: shift\"?")]
    public void A_filter_that_chooses_nothing_is_exit_code_2_with_a_suggestion(string filter, string suggestion)
    {
        using var workspace = new Workspace();
        var outcome = workspace.Run("verify", filter);
        Assert.Equal(2, outcome.Code);
        Assert.Contains(suggestion, outcome.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(workspace.Path("out")));
    }

    [Fact]
    public void A_cancelled_check_is_exit_code_130_and_stores_what_was_done()
    {
        using var workspace = new Workspace();
        using var stop = new CancellationTokenSource();
        stop.Cancel();
        var outcome = workspace.Run(stop.Token, "verify", "gamma");
        Assert.Equal(130, outcome.Code);
        var stored = Stored(workspace);
        Assert.Equal(VerificationStatus.Cancelled, stored.Status);
        Assert.True(stored.NotChecked > 0);
    }

    [Fact]
    public void A_check_that_goes_on_keeps_what_held_on_the_same_cases_and_checks_the_rest()
    {
        // A law takes as long as the clock is read while it is checked, a thousand times longer in each of the first runs than in the one before:
        // no law can take the same time twice.
        var clock = new ManualClock { Tick = 1 };
        using var workspace = new Workspace { Laws = Troubled, Clock = clock };
        workspace.Run("verify", "log-sum-exp: shift", "--cases", "30");
        var before = Stored(workspace);
        clock.Tick = 1000;
        workspace.Run("verify", "--cases", "30", "--resume");
        var resumed = Stored(workspace);
        var kept = Assert.Single(before.Laws);
        Assert.Equal(kept.Seconds, resumed.Laws.Single(law => law.Name == kept.Name).Seconds);
        Assert.Equal(before.StartedAt, resumed.StartedAt);
        Assert.Equal(2, resumed.Laws.Count);
        Assert.Equal(VerificationStatus.Broken, resumed.Status);

        // What broke is checked again, and so is everything with another number of cases or another seed.
        var broken = resumed.Laws.Single(law => law.Name != kept.Name);
        clock.Tick = 1_000_000;
        workspace.Run("verify", "--cases", "30", "--resume");
        Assert.NotEqual(broken.Seconds, Stored(workspace).Laws.Single(law => law.Name == broken.Name).Seconds);
        foreach (string[] other in new[] { new[] { "--cases", "31" }, ["--cases", "30", "--seed", "7"] })
        {
            workspace.Run(["verify", .. other, "--resume"]);
            var anew = Stored(workspace);
            Assert.NotEqual(kept.Seconds, anew.Laws.Single(law => law.Name == kept.Name).Seconds);
            workspace.Run("verify", "--cases", "30");
        }
    }

    [Fact]
    public void Progress_counts_the_laws_and_says_how_long_a_calibration_will_take()
    {
        var steps = new List<CheckStep>();
        new LawChecker(TimeProvider.System).Check(
            Troubled,
            new VerifyRequest([], 30, 42, "out", 2, null, null, Resume: false),
            null,
            _ => { },
            steps.Add,
            CancellationToken.None
        );
        Assert.Equal([1, 2, 3, 4], steps.Select(step => step.Done));
        Assert.All(steps, step => Assert.Equal((4, null), (step.Total, step.Left)));
        var calibration = new CheckStep(1, 2, "calibration", null, TimeSpan.FromSeconds(20));
        Assert.Equal("1 of 2, 1 broken, about 20 s left: calibration", CheckProgress.Text(calibration, 1));
        Assert.Equal("1 of 2: calibration", CheckProgress.Text(calibration with { Left = null }, 0));
    }

    [Fact]
    public void A_few_replicates_tell_nothing_and_are_not_counted()
    {
        using var workspace = new Workspace { Laws = Troubled };
        var outcome = workspace.Run("verify", "--cases", "1", "--calibration", "--replicates", "2");
        Assert.Contains("too few replicates to judge; at least 50 are needed", outcome.Out, StringComparison.Ordinal);
        Assert.Contains(
            "0 of 0 calibrations matched expectations, and 2 more had too few",
            outcome.Out,
            StringComparison.Ordinal
        );
        Assert.DoesNotContain("calibrated ", outcome.Out, StringComparison.Ordinal);
        var none = workspace.Run("verify", "log-sum-exp", "--cases", "1", "--calibration", "--replicates", "2");
        Assert.Contains(
            "Nothing chosen is calibrated; there are gaussian-mean-precision",
            none.Out,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void A_folder_that_cannot_be_written_is_told_before_the_laws_are_checked()
    {
        using var workspace = new Workspace();
        workspace.Write("file", "");
        var outcome = workspace.Run("verify", "log-sum-exp: shift", "--out", "file");
        Assert.Equal(2, outcome.Code);
        Assert.Contains("results cannot be written here", outcome.Error, StringComparison.Ordinal);
        Assert.Empty(outcome.Out);
    }

    [Theory]
    [InlineData("the output folder holds no check", "--out", "other")]
    [InlineData("the stored check has the seed 42", "--seed", "7")]
    [InlineData("the stored check has each law's own number of cases", "--cases", "31")]
    public void A_check_that_cannot_go_on_says_why(string reason, string option, string value)
    {
        using var workspace = new Workspace();
        workspace.Run("verify", "log-sum-exp: shift");
        var outcome = workspace.Run("verify", "log-sum-exp: shift", "--resume", option, value);
        Assert.Contains($"All laws are checked anew: {reason}.", outcome.Out, StringComparison.Ordinal);
    }

    [Fact]
    public void A_calibration_that_goes_on_is_the_same_as_one_that_was_not_interrupted()
    {
        using var workspace = new Workspace { Laws = Troubled };
        string[] calibration = ["verify", "--cases", "1", "--calibration", "--replicates"];
        workspace.Run([.. calibration, "30"]);
        workspace.Run([.. calibration, "70", "--resume"]);
        workspace.Run([.. calibration, "70", "--out", "whole"]);
        var resumed = Stored(workspace).Calibrations;
        var whole = Stored(workspace, "whole").Calibrations;
        Assert.Equal(2, whole.Count);
        foreach (var (a, b) in resumed.Zip(whole))
        {
            Assert.Equal(70, a.Done);
            Assert.All(a.Ranks, p => Assert.Equal(p.Value, b.Ranks[p.Key]));
        }
    }

    [SkippableFact]
    public async Task The_page_is_healthy_and_the_check_can_be_rendered_again()
    {
        using var workspace = new Workspace { Laws = Troubled };
        workspace.Run("verify", "--cases", "60", "--calibration", "--replicates", "60");
        var page = workspace.Path("out", "verify.html");
        var first = await File.ReadAllTextAsync(page);
        File.Delete(page);
        Assert.Equal(0, workspace.Run("report", "out").Code);
        Assert.Equal(first, await File.ReadAllTextAsync(page));
        await ReportPageChecks.AssertHealthy(page, output);
    }
}
