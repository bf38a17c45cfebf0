using Vi.App.Tests.Support;
using Vi.Reports.English;
using Vi.Results;
using Xunit;

namespace Vi.App.Tests.Running;

/// <summary>How runs end, and what they leave behind.</summary>
public sealed class RunTests : IDisposable
{
    private readonly Workspace workspace = new() { Clock = new ManualClock() };

    public void Dispose() => workspace.Dispose();

    private IEnumerable<string> Files() =>
        Directory
            .GetFiles(workspace.Path("out"), "*", SearchOption.AllDirectories)
            .Select(f => Path.GetRelativePath(workspace.Path("out"), f))
            .Order();

    [Fact]
    public void A_verdict_that_is_not_the_best_is_explained_on_the_terminal()
    {
        var outcome = workspace.RunText(Workspace.Small, "--set", "inference.maxIterations=3");
        Assert.Contains("\n  why: ", outcome.Out, StringComparison.Ordinal);
        var spent = workspace.RunText(Workspace.Small, "--set", "inference.maxIterations=2");
        Assert.Contains(
            "\n  try: Let the fit run longer: --set inference.maxIterations=4\n",
            spent.Out,
            StringComparison.Ordinal
        );
        var reliable = workspace.RunText(Workspace.Small, "--set", "inference.restarts=2");
        Assert.Contains(
            "small: reliable, ELBO −10.000 nats: all 3 checks passed\n",
            reliable.Out,
            StringComparison.Ordinal
        );
        Assert.DoesNotContain("  why: ", reliable.Out, StringComparison.Ordinal);
    }

    [Fact]
    public void The_trace_has_the_kept_restart_with_its_factors()
    {
        var clock = (ManualClock)workspace.Clock;
        workspace.AfterStep = _ => clock.Advance(500);
        Assert.Equal(0, workspace.RunText(Workspace.Small, "--set", "inference.maxIterations=3").Code);
        Assert.Equal(
            "iteration,elbo,gain,q(mu),\"q(pi, mu)\",seconds\n1,-10.1,NaN,NaN,0,0.000000\n2,-10.01,0.08999999999999986,0.08999999999999986,0,0.500000\n"
                + "3,-10.001,0.009000000000000341,0.009000000000000341,0,1.000000\n",
            File.ReadAllText(workspace.Path("out", "small", "trace.csv"))
        );
        var result = workspace.Result("small");
        Assert.Equal((RunStatus.BudgetSpent, 3), (result.Status, result.Iterations));
        Assert.Equal(1.5, result.Timing.FitSeconds);
        Assert.Equal([-10.1, -10.01, -10.001], result.Elbo!.History);
        Assert.Equal(["q(mu)", "q(pi, mu)"], result.Ledger!.Factors);
    }

    [Fact]
    public void The_same_seed_gives_the_same_result_and_another_seed_another_one()
    {
        string Stored(string seed)
        {
            Assert.Equal(0, workspace.RunText(Workspace.Small, "--seed", seed).Code);
            return File.ReadAllText(workspace.Path("out", "small", "result.json"));
        }

        var first = Stored("7");
        Assert.Equal(first, Stored("7"));
        Assert.NotEqual(first, Stored("8"));
    }

    [Fact]
    public void The_restart_with_the_highest_bound_is_kept()
    {
        workspace.RunText(Workspace.Small, "--set", "inference.restarts=3", "--set", "model.limits=[-12, -10, -11]");
        var result = workspace.Result("small");
        Assert.Equal([false, true, false], result.Restarts.Select(r => r.Kept));
        Assert.Equal(-10, result.Elbo!.Value, 6);
        var check = Assert.Single(result.Verdict!.Checks, check => check.Id == CheckCode.AgreeingRestarts);
        Assert.Equal((1, TrustLevel.Usable), (check.Value, check.Level));
        var advice = Assert.Single(result.Verdict.Advice);
        Assert.Equal("Use more restarts: --set inference.restarts=6", AdviceText.Line(advice));
    }

    [Fact]
    public void Restarts_that_agree_are_reliable()
    {
        var outcome = workspace.RunText(Workspace.Small, "--set", "inference.restarts=2");
        var result = workspace.Result("small");
        Assert.Equal(TrustLevel.Reliable, result.Verdict!.Level);
        Assert.Empty(result.Findings);
        Assert.Contains(
            "small: reliable, ELBO −10.000 nats: all 3 checks passed",
            outcome.Out,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void A_spent_budget_is_judged_by_what_was_still_to_come()
    {
        workspace.RunText(
            Workspace.Small,
            "--set",
            "inference.maxIterations=3",
            "--set",
            "model.ratio=0.999",
            "--set",
            "model.limits=[1000]"
        );
        var result = workspace.Result("small");
        Assert.Equal(RunStatus.BudgetSpent, result.Status);
        // The exact sum of the gains to come is 0.999^3 = 0.997.
        var check = Assert.Single(result.Verdict!.Checks, check => check.Id == CheckCode.RemainingNats);
        Assert.Equal(System.Math.Pow(0.999, 3), check.Value, 1e-6);
        Assert.Equal(TrustLevel.Usable, result.Verdict.Level);
    }

    [Fact]
    public void Cancelling_stores_what_there_is()
    {
        using var source = new CancellationTokenSource();
        workspace.AfterStep = step =>
        {
            if (step is { Restart: 1, Iteration: 2 })
            {
                source.Cancel();
            }
        };
        workspace.Write("exp.json", Workspace.Small);
        workspace.Write("next.json", Workspace.Small.Replace("small", "next", StringComparison.Ordinal));
        var outcome = workspace.Run(source.Token, "run", "exp.json", "next.json", "--set", "inference.restarts=5");
        Assert.Equal(130, outcome.Code);
        var result = workspace.Result("small");
        Assert.Equal(RunStatus.Cancelled, result.Status);
        Assert.Contains("Cancelled after sweep 3 of restart 2 of 5.", result.Reason, StringComparison.Ordinal);
        Assert.Equal([RunStatus.Converged, RunStatus.Cancelled], result.Restarts.Select(r => r.Status));
        Assert.NotNull(result.Elbo);
        Assert.Equal(
            ["index.html", "small/report.html", "small/result.json", "small/summary.json", "small/trace.csv"],
            Files()
        );
    }

    [Fact]
    public void Cancelling_before_the_first_sweep_stores_that()
    {
        using var source = new CancellationTokenSource();
        source.Cancel();
        workspace.Write("exp.json", Workspace.Small);
        Assert.Equal(130, workspace.Run(source.Token, "run", "exp.json").Code);
        Assert.False(Directory.Exists(workspace.Path("out")));
    }

    [Fact]
    public void A_fit_that_breaks_is_a_stored_failure_without_stack_trace()
    {
        var outcome = workspace.RunText(Workspace.Small, "--set", "model.breakAt=3");
        Assert.Equal(1, outcome.Code);
        Assert.Equal(
            ["error: small: Failed after sweep 2: the matrix of component 2 is not positive definite"],
            outcome.ErrorLines
        );
        var result = workspace.Result("small");
        Assert.Equal(RunStatus.Failed, result.Status);
        Assert.Null(result.Verdict);
        Assert.Null(result.Elbo);
        Assert.Equal(["index.html", "small/report.html", "small/result.json", "small/summary.json"], Files());
    }

    [Fact]
    public void Verbose_shows_the_stack_trace()
    {
        var outcome = workspace.RunText(Workspace.Small, "--set", "model.breakAt=3", "--verbose");
        Assert.Equal(1, outcome.Code);
        Assert.Contains("   at Vi.App.Tests.Support.FakeModel", outcome.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_fit_that_diverges_from_every_start_fails()
    {
        var outcome = workspace.RunText(Workspace.Small, "--set", "model.divergeAt=2");
        Assert.Equal(1, outcome.Code);
        var result = workspace.Result("small");
        Assert.Equal(RunStatus.Diverged, result.Status);
        Assert.Equal(TrustLevel.Unreliable, result.Verdict!.Level);
        Assert.Contains("error: small: Diverged: ", outcome.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_failed_run_leaves_no_trace_of_an_earlier_one()
    {
        workspace.RunText(Workspace.Small);
        Assert.Contains("small/trace.csv", Files());
        workspace.RunText(Workspace.Small, "--set", "model.breakAt=1");
        Assert.DoesNotContain("small/trace.csv", Files());
        Assert.Contains("before the first sweep", workspace.Result("small").Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("blocked")]
    [InlineData("blocked/deep")]
    public void An_output_folder_that_cannot_be_written_is_found_before_the_fit(string folder)
    {
        workspace.Write("blocked", "a file where a folder is needed");
        var sweeps = 0;
        workspace.AfterStep = _ => sweeps++;
        var outcome = workspace.RunText(Workspace.Small, "--out", folder);
        Assert.Equal(2, outcome.Code);
        Assert.Contains("results cannot be written here", Assert.Single(outcome.ErrorLines), StringComparison.Ordinal);
        Assert.Equal(0, sweeps);
        Assert.Equal("a file where a folder is needed", File.ReadAllText(workspace.Path("blocked")));
    }

    [Fact]
    public void A_killed_run_leaves_the_old_files_whole()
    {
        workspace.RunText(Workspace.Small);
        var before = File.ReadAllText(workspace.Path("out", "small", "result.json"));
        var during = "";
        workspace.AfterStep = _ => during = File.ReadAllText(workspace.Path("out", "small", "result.json"));
        workspace.RunText(Workspace.Small, "--seed", "1");
        Assert.Equal(before, during);
        Assert.DoesNotContain(Files(), f => f.EndsWith(".part", StringComparison.Ordinal));
    }
}
