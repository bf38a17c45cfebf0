using Microsoft.Extensions.DependencyInjection;
using Vi.App.Commands;
using Vi.App.Configuration;
using Vi.App.Hosting;
using Vi.App.Laws;
using Vi.App.Models;
using Vi.App.Running;
using Vi.Data;
using Vi.Results;
using Xunit;

namespace Vi.App.Tests.Support;

/// <summary>A temporary folder in which the whole program runs, with fake models and captured output.</summary>
internal sealed class Workspace : IDisposable
{
    /// <summary>An experiment that runs; the data are 20 generated rows.</summary>
    public const string Small = """
        { "name": "small", "data": { "synthetic": { "generator": "gaussian", "n": 20, "mean": 3 } },
          "model": { "type": "fake", "components": 2 }, "inference": { "restarts": 1 } }
        """;

    public string Folder { get; } = Directory.CreateTempSubdirectory("vilab-tests-").FullName;

    public TimeProvider Clock { get; init; } = TimeProvider.System;

    public bool IsTerminal { get; init; }

    /// <summary>Where progress is shown; null for among the answers, in the order of a screen.</summary>
    public TextWriter? Progress { get; init; }

    public Action<FitStep>? AfterStep { get; set; }

    /// <summary>A prefix that no other test and no real setting uses.</summary>
    public string EnvironmentPrefix { get; } = $"T{Guid.NewGuid():N}_";

    /// <summary>Numbers of a NumPy file above which it is read block by block.</summary>
    public long NumbersInMemory { get; init; } = 1L << 23;

    /// <summary>Long enough for a busy machine, unless a test is about them.</summary>
    public StopGraces Graces { get; set; } =
        new() { PartialAnswer = TimeSpan.FromSeconds(20), Pages = TimeSpan.FromMinutes(1) };

    /// <summary>Whether the program has its real models instead of the fake ones.</summary>
    public bool HasRealModels { get; init; }

    /// <summary>Whether the fake model of columns reads rows with missing entries.</summary>
    public bool FakesTakeGaps { get; init; }

    public IReadOnlyList<IModel> Models =>
        HasRealModels
            ? ModelCatalogue.All
            :
            [
                new FakeModel("fake", DataNeed.Columns, AfterStep) { TakesGaps = FakesTakeGaps },
                new FakeModel("fake-regression", DataNeed.ColumnsAndTarget, AfterStep),
                new FakeModel("fake-curve", DataNeed.None, AfterStep),
            ];

    public LawCatalogue Laws { get; init; } = LawCatalogue.Default;

    public string Path(params string[] parts) => System.IO.Path.Combine([Folder, .. parts]);

    public string Write(string name, string text)
    {
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(Path(name))!);
        File.WriteAllText(Path(name), text);
        return Path(name);
    }

    public void WriteBytes(string name, byte[] bytes) => File.WriteAllBytes(Path(name), bytes);

    public Outcome Run(params string[] args) => Run(CancellationToken.None, args);

    public Outcome Run(CancellationToken cancellation, params string[] args)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var host = Host(new Terminal(output, error, IsTerminal) { Progress = Progress ?? output });
        var code = CommandLine.InvokeAsync(args, host, cancellation).GetAwaiter().GetResult();
        return new Outcome(code, output.ToString(), error.ToString());
    }

    /// <summary>The program's host with what stands in for parts of it.</summary>
    public VilabHost Host(Terminal terminal) =>
        new(
            terminal,
            services =>
                services
                    .AddVilab()
                    .AddSingleton(Clock)
                    .AddSingleton(Models)
                    .AddSingleton(Laws)
                    .AddSingleton(Graces)
                    .AddSingleton(new FileFinder(Folder))
                    .AddSingleton(new DataLimits(NumbersInMemory))
                    .AddSingleton<OverrideReader>(set => new SettingOverrides(set, EnvironmentPrefix))
        );

    /// <summary>Runs an experiment text as <c>exp.json</c>.</summary>
    public Outcome RunText(string experiment, params string[] args)
    {
        Write("exp.json", experiment);
        return Run(["run", "exp.json", .. args]);
    }

    public RunResult Result(string name) => (RunResult)Stored(name);

    public ComparedRuns Compared(string name) => (ComparedRuns)Stored(name);

    public IStoredRun Stored(string name) => ResultJson.Read(Path("out", name, "result.json"));

    /// <summary>Runs an experiment on a CSV file and expects that nothing is written.</summary>
    public string ErrorOfCsv(string csv, string data = "", string model = "fake")
    {
        Write("rows.csv", csv);
        return ErrorOf(
            $$"""{ "data": { "csv": "rows.csv" {{data}} }, "model": { "type": "{{model}}", "components": 1 } }"""
        );
    }

    /// <summary>What reaches a model from an experiment's data.</summary>
    public LoadedData Load(string data, string model = "fake", string file = "exp.json")
    {
        var settings = HasRealModels ? "" : ", \"components\": 1";
        Write(file, $$"""{ "data": { {{data}} }, "model": { "type": "{{model}}"{{settings}} } }""");
        using var host = Host(new Terminal(TextWriter.Null, TextWriter.Null)).Build(verbose: false);
        var experiment = host.Services.GetRequiredService<ExperimentLoader>().Load(file, new([], EnvironmentPrefix));
        return host.Services.GetRequiredService<ExperimentPreparation>().Prepare(experiment, threads: 2)[0].Data!;
    }

    /// <summary>What reaches a model from a CSV file.</summary>
    public LoadedData LoadCsv(string csv, string data = "", string model = "fake")
    {
        Write("rows.csv", csv);
        return Load($"\"csv\": \"rows.csv\"{data}", model);
    }

    /// <summary>Runs an experiment that cannot be run: exit code 2, one error line or several, nothing written, no stack trace.</summary>
    public string ErrorOf(string experiment, params string[] args)
    {
        var outcome = RunText(experiment, args);
        Assert.True(outcome.Code == CommandLine.BadInput, $"exit code {outcome.Code}: {outcome.Error}{outcome.Out}");
        Assert.All(outcome.ErrorLines, line => Assert.StartsWith("error: ", line, StringComparison.Ordinal));
        Assert.DoesNotContain("   at ", outcome.Error, StringComparison.Ordinal);
        Assert.Empty(outcome.Out);
        Assert.False(Directory.Exists(Path("out")), "nothing may be written");
        return outcome.Error;
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}

/// <summary>What a command left on the console.</summary>
internal sealed record Outcome(int Code, string Out, string Error)
{
    public IReadOnlyList<string> ErrorLines => Error.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    public IReadOnlyList<string> OutLines => Out.Split('\n', StringSplitOptions.RemoveEmptyEntries);
}
