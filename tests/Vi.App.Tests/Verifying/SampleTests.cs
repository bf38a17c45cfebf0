using Vi.App.Tests.Support;
using Xunit;

namespace Vi.App.Tests.Verifying;

/// <summary>The samples of laws on one's own models run, and the page about them shows their code.</summary>
public sealed class SampleTests
{
    [Fact]
    public void The_F_sharp_sample_runs() => Assert.Equal(0, Vi.Samples.FSharp.Program.main([]));

    [Fact]
    public void The_C_sharp_sample_runs() => Assert.Equal(0, Vi.Samples.CSharp.Program.Main());

    [Theory]
    [InlineData("fsharp", "Laws.FSharp/Program.fs")]
    [InlineData("csharp", "Laws.CSharp/Program.cs")]
    public void Code_in_the_page_is_in_the_samples(string language, string file)
    {
        var source = Lines(File.ReadAllText(Repository.At("samples", file))).ToHashSet(StringComparer.Ordinal);
        var text = File.ReadAllText(Repository.At("docs", "laws.md"));
        var blocks = text.Split("```")
            .Where(block => block.StartsWith(language + "\n", StringComparison.Ordinal))
            .ToList();
        Assert.NotEmpty(blocks);
        Assert.All(blocks.SelectMany(block => Lines(block[language.Length..])), line => Assert.Contains(line, source));
    }

    private static string[] Lines(string text) =>
        text.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
}
