using Microsoft.Extensions.DependencyInjection;
using Vi.App.Configuration;
using Vi.App.Hosting;
using Vi.App.Running;
using Vi.App.Tests.Support;
using Vi.Results;
using Xunit;

namespace Vi.App.Tests.Running;

public sealed class RehearsalTests : IDisposable
{
    private readonly Workspace workspace = new() { HasRealModels = true };

    public void Dispose() => workspace.Dispose();

    [Theory]
    [InlineData("""{ "algorithm": "cavi" }""", 1)]
    [InlineData("""[{ "algorithm": "cavi" }, { "algorithm": "gibbs" }, { "algorithm": "nuts" }]""", 2)]
    public void It_makes_what_a_run_stores_without_data_and_writes_nothing(string inference, int results)
    {
        workspace.Write(
            "exp.json",
            $$"""{ "data": { "csv": "missing.csv" }, "model": { "type": "gaussian-mixture", "components": 2 }, "inference": {{inference}} }"""
        );
        using var host = workspace.Host(new Terminal(TextWriter.Null, TextWriter.Null)).Build(verbose: false);
        var experiment = host.Services.GetRequiredService<ExperimentLoader>().Load("exp.json", new([], "VI_"));
        var texts = Rehearsal.Play(experiment);
        Assert.Equal(results, ResultJson.Deserialize(texts[0], "rehearsal").Results.Count);
        Assert.Equal(
            results == 1 ? 1 : results + 1,
            texts.Count(text => text.Contains("</html>", StringComparison.Ordinal))
        );
        Assert.Equal("exp.json", Path.GetFileName(Assert.Single(Directory.GetFileSystemEntries(workspace.Folder))));
    }
}
