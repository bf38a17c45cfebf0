using System.Text.RegularExpressions;
using Vi.App.Tests.Support;
using Vi.Figures;
using Vi.Results;
using Xunit;

namespace Vi.App.Tests.Models;

/// <summary>The words of figures stand on pages.</summary>
public sealed partial class FigureTextTests
{
    [Fact]
    public void Values_choices_and_logarithmic_axes_are_filled_in()
    {
        var trace = FigureText.Of("figures", "trace-{0}", "w[Alcohol]", 1234.5678, 4000);
        Assert.Equal("trace-w-alcohol-", trace.Id);
        Assert.Equal("Draws of w[Alcohol] in order", trace.Title);
        Assert.Equal(new Axis("w[Alcohol]"), trace.Axis(1));
        Assert.StartsWith(
            "Among the numbers with the fewest effective draws (1,235 of 4000).",
            trace.Caption,
            StringComparison.Ordinal
        );
        Assert.Equal(
            new Axis("standard deviation of q", Logarithmic: true),
            FigureText.Of("gaussian-mean", "elbo-surface", 1.0).Axis(1)
        );
        Assert.Equal(
            "Standardised residuals of held-out rows",
            FigureText.Of("linear-regression", "residuals", true).Title
        );
        Assert.Equal("Standardised residuals", FigureText.Of("linear-regression", "residuals", false).Title);
    }

    [Fact]
    public void A_figure_that_the_page_lacks_is_named()
    {
        var error = Assert.Throws<InvalidOperationException>(() => FigureText.Of("figures", "none"));
        Assert.Equal("The page figures.md has no figure none.", error.Message);
    }

    [Fact]
    public void Every_figure_on_a_page_is_drawn_somewhere()
    {
        var folder = Path.Combine(Repository.Root, "src", "Vi.Figures");
        var code = string.Concat(
            Directory.GetFiles(folder, "*.fs", SearchOption.AllDirectories).Select(File.ReadAllText)
        );
        var ids = Directory
            .GetFiles(folder, "*.md", SearchOption.AllDirectories)
            .SelectMany(page => Heading().Matches(File.ReadAllText(page)))
            .Select(heading => heading.Groups["id"].Value)
            .ToList();
        Assert.True(ids.Count > 40);
        Assert.All(ids, id => Assert.Contains($"\"{id}\"", code, StringComparison.Ordinal));
    }

    [GeneratedRegex("^### (?<id>[^:]+): ", RegexOptions.Multiline, 1000)]
    private static partial Regex Heading();
}
