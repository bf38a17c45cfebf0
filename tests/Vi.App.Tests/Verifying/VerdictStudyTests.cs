using Microsoft.FSharp.Collections;
using Microsoft.FSharp.Core;
using Vi.App.Laws;
using Vi.App.Tests.Reports;
using Vi.App.Tests.Support;
using Vi.Math;
using Vi.Reports.Verification;
using Vi.Results;
using Vi.Verification;
using Xunit;
using Xunit.Abstractions;
using Check = Vi.Math.FSharp.Check;
using TrustLevel = Vi.Results.TrustLevel;

namespace Vi.App.Tests.Verifying;

/// <summary><c>vilab verify --verdicts</c> end to end.</summary>
public sealed class VerdictStudyTests(ITestOutputHelper output)
{
    private static readonly string[] Small = ["verify", "laplace", "a line far", "--verdicts"];

    /// <summary>A kind whose fits are one standard deviation off on odd seeds or always, and say they are reliable.</summary>
    private static VerdictKind Boasting(string name, Func<ulong, bool> isWrong) =>
        new(
            name,
            "densities",
            ListModule.OfSeq(["boast"]),
            FuncConvert.FromFunc<ulong, FSharpFunc<string, VerdictFit>>(seed =>
                FuncConvert.FromFunc<string, VerdictFit>(_ => new VerdictFit(
                    Vi.Math.Judgement.Of([Check.strict(1.0, CheckId.FoundPaths, 1.0)]),
                    [new FittedNumber(isWrong(seed) ? 1 : 0, 1, 0, 0, new ReferenceNumber("x", 0, 1, 0, 0, 1, 0))]
                ))
            )
        );

    private static LawCatalogue Of(params VerdictKind[] kinds) => LawCatalogue.Default with { Verdicts = kinds };

    private static VerificationResult Stored(Workspace workspace, string folder = "out") =>
        VerificationJson.Read(workspace.Path(folder, "verify.json"));

    [Fact]
    public void Right_verdicts_are_exit_code_0_and_leave_tables_and_a_page()
    {
        using var workspace = new Workspace();
        var outcome = workspace.Run([.. Small, "--datasets", "2"]);
        Assert.Equal("", outcome.Error);
        Assert.Equal(0, outcome.Code);
        var stored = Stored(workspace);
        Assert.Equal(VerificationStatus.Passed, stored.Status);
        Assert.Equal(new VerdictErrorsRecord(2, 0, 0), stored.Verdicts!.All.Reliable);
        Assert.Equal(VerificationReport.Render(stored), File.ReadAllText(workspace.Path("out", "verify.html")));
        Assert.Equal(VerdictTables.Markdown(stored), File.ReadAllText(workspace.Path("out", "verdicts.md")));
        Assert.Contains(
            "Of 2 fits called reliable 0 are wrong (0 %, 95 % interval",
            outcome.Out,
            StringComparison.Ordinal
        );
        Assert.Contains("programs", outcome.Out, StringComparison.Ordinal);
    }

    [Fact]
    public void A_study_that_goes_on_has_the_same_files_as_one_that_was_not_interrupted()
    {
        using var workspace = new Workspace();
        string[] study = ["verify", "a line far", "--verdicts", "laplace", "--datasets"];
        workspace.Run([.. study, "1"]);
        workspace.Run([.. study, "3", "--resume", "--threads", "2"]);
        workspace.Run([.. study, "3", "--out", "whole", "--threads", "1"]);
        string[] Files(string folder) =>
            [.. Directory.EnumerateFiles(workspace.Path(folder, "verdicts")).Order(StringComparer.Ordinal)];
        var file = Assert.Single(Files("out"));
        Assert.Equal(4, File.ReadAllLines(file).Length);
        Assert.Equal(File.ReadAllText(Assert.Single(Files("whole"))), File.ReadAllText(file));

        // Another seed begins anew.
        workspace.Run([.. study, "1", "--resume", "--seed", "7"]);
        Assert.Equal(2, File.ReadAllLines(file).Length);
        File.AppendAllText(file, "half a li");
        var broken = workspace.Run([.. study, "1", "--resume", "--seed", "7"]);
        Assert.Equal(2, broken.Code);
        Assert.Contains(Path.GetFileName(file), broken.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_broken_promise_is_exit_code_1_and_named()
    {
        using var workspace = new Workspace { Laws = Of(Boasting("always wrong", _ => true)) };
        var outcome = workspace.Run("verify", "--verdicts", "--datasets", "3");
        Assert.Equal(1, outcome.Code);
        var stored = Stored(workspace);
        Assert.Equal(VerificationStatus.Broken, stored.Status);
        Assert.Equal(3, stored.Verdicts!.Notable.Count);
        Assert.All(
            stored.Verdicts.Notable,
            row => Assert.Equal((TrustLevel.Reliable, 1.0), (row.Level, row.MeanError))
        );
        Assert.Contains(
            "of 3 fits called reliable 3 are wrong",
            File.ReadAllText(workspace.Path("out", "verify.html")),
            StringComparison.Ordinal
        );

        // One wrong verdict in a few is what chance explains.
        using var lucky = new Workspace { Laws = Of(Boasting("right", _ => false)) };
        Assert.Equal(0, lucky.Run("verify", "--verdicts", "--datasets", "3").Code);
    }

    [Fact]
    public void A_study_that_is_cancelled_is_exit_code_130_and_says_what_is_missing()
    {
        using var workspace = new Workspace();
        using var stop = new CancellationTokenSource();
        stop.Cancel();
        var outcome = workspace.Run(stop.Token, [.. Small, "--datasets", "4"]);
        Assert.Equal(130, outcome.Code);
        Assert.Equal(4, Stored(workspace).Verdicts!.Missing);
        Assert.Contains("4 fits missing; --resume continues", outcome.Out, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--datasets belongs to --verdicts", "--datasets", "3")]
    [InlineData("leave out --cases", "--verdicts", "--cases", "3")]
    [InlineData("leave out --calibration", "--verdicts", "--calibration")]
    [InlineData("--datasets", "--verdicts", "--datasets", "0")]
    [InlineData("did you mean \"laplace\"?", "--verdicts", "laplase")]
    [InlineData("no fit matches all of \"cavi\", \"funnel\"", "--verdicts", "cavi", "funnel")]
    public void Arguments_that_do_not_fit_are_exit_code_2(string message, params string[] arguments)
    {
        using var workspace = new Workspace();
        var outcome = workspace.Run(["verify", .. arguments]);
        Assert.Equal(2, outcome.Code);
        Assert.Contains(message, outcome.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(workspace.Path("out")));
    }

    [SkippableFact]
    public async Task The_page_is_healthy()
    {
        using var workspace = new Workspace
        {
            Laws = Of(Boasting("sometimes wrong", seed => seed % 2 == 1), Boasting("right", _ => false)),
        };
        workspace.Run("verify", "--verdicts", "--datasets", "6");
        await ReportPageChecks.AssertHealthy(workspace.Path("out", "verify.html"), output);
    }
}
