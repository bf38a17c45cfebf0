using AngleSharp.Html.Parser;
using Vi.App.Tests.Support;
using Vi.Reports;
using Vi.Reports.English;
using Vi.Reports.Findings;
using Vi.Results;
using Xunit;

namespace Vi.App.Tests.Reports;

public sealed class ReportStructureTests
{
    [Fact]
    public void Sections_come_in_order_with_the_verdict_first()
    {
        var page = Parse(RunReport.Render(SampleResult.Mixture()));
        string[] ids = [.. page.QuerySelectorAll("main > section").Select(section => section.Id!)];
        Assert.Equal(
            [
                "verdict",
                "figures",
                "model",
                "data",
                "bound",
                "terms",
                "posterior",
                "exhibits",
                "restarts",
                "laws",
                "repeat",
            ],
            ids
        );
        Assert.Equal("old-faithful", page.QuerySelector("h1")!.TextContent);
        Assert.Contains("use with care", page.QuerySelector("#verdict .badge")!.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public void The_same_result_gives_the_same_bytes() =>
        Assert.Equal(RunReport.Render(SampleResult.Mixture()), RunReport.Render(SampleResult.Mixture()));

    [Fact]
    public void A_stored_result_gives_the_same_report()
    {
        var stored = (RunResult)ResultJson.Deserialize(ResultJson.Serialize(SampleResult.Mixture()), "result.json");
        Assert.Equal(RunReport.Render(SampleResult.Mixture()), RunReport.Render(stored));
    }

    [Fact]
    public void Texts_from_data_never_become_elements()
    {
        var page = Parse(RunReport.Render(SampleResult.Mixture()));
        Assert.Empty(page.QuerySelectorAll("b, i"));
        Assert.All(
            page.QuerySelectorAll("script"),
            script => Assert.DoesNotContain("alert(1)</", script.TextContent, StringComparison.Ordinal)
        );
        Assert.Contains(
            page.QuerySelectorAll("#data tbody th"),
            cell => cell.TextContent == SampleResult.HostileColumn
        );
    }

    [Fact]
    public void Every_inlined_script_is_admitted_by_its_hash_and_nothing_else_is()
    {
        var page = Parse(RunReport.Render(SampleResult.Mixture()));
        var policy = page.QuerySelector("meta[http-equiv]")!.GetAttribute("content")!;
        Assert.Contains("default-src 'none'", policy, StringComparison.Ordinal);
        var run = page.QuerySelectorAll("script:not([type])").ToList();
        Assert.Equal(4, run.Count);
        Assert.All(
            run,
            script =>
            {
                var bytes = System.Text.Encoding.UTF8.GetBytes(script.TextContent);
                var hash = Convert.ToBase64String(System.Security.Cryptography.SHA256.HashData(bytes));
                Assert.Contains($"'sha256-{hash}'", policy, StringComparison.Ordinal);
            }
        );
    }

    [Fact]
    public void Headings_descend_one_level_at_a_time_and_identifiers_are_unique()
    {
        var page = Parse(RunReport.Render(SampleResult.Mixture()));
        int[] levels = [.. page.QuerySelectorAll("h1, h2, h3, h4").Select(heading => heading.TagName[1] - '0')];
        Assert.Equal(1, levels[0]);
        Assert.All(levels.Zip(levels.Skip(1)), pair => Assert.True(pair.Second <= pair.First + 1));
        var ids = page.QuerySelectorAll("[id]").Select(element => element.Id).ToList();
        Assert.Equal(ids.Count, ids.Distinct(StringComparer.Ordinal).Count());
    }

    [Fact]
    public void Posterior_entries_have_their_names_and_digits_by_their_sd()
    {
        var page = Parse(RunReport.Render(SampleResult.Mixture()));
        var rows = page.QuerySelectorAll("#posterior tbody tr")
            .ToDictionary(
                row => row.Children[0].TextContent,
                row => row.Children.Select(cell => cell.TextContent).ToList(),
                StringComparer.Ordinal
            );
        Assert.Equal(["mu[1,eruptions]", "2.036", "0.027", "1.992", "2.036", "2.081"], rows["mu[1,eruptions]"]);
        Assert.Equal("–", rows[$"mu[2,{SampleResult.HostileColumn}]"][5]);
        Assert.Equal(["pi[1]", "0.356", "0.029", "0.309", "0.356", "0.404", "0.400", "yes"], rows["pi[1]"]);
        Assert.Equal("1,234,567", rows["precision of the noise tau"][1]);
    }

    [Fact]
    public void Further_figures_are_read_in_words_whatever_their_shape()
    {
        var rows = Parse(RunReport.Render(SampleResult.Mixture()))
            .QuerySelectorAll("#figures tbody tr")
            .ToDictionary(
                row => row.Children[0].TextContent,
                row => row.Children[1].TextContent,
                StringComparer.Ordinal
            );
        Assert.Equal("2.003", rows["effective components"]);
        Assert.Equal("–", rows["log evidence gap"]);
        Assert.Equal("97, 175", rows["counts"]);
        Assert.Equal("true", rows["converged"]);
        Assert.Equal("test error [[0.5, –], 2]", rows["nested"]);
    }

    /// <summary>An iteration has the name that its algorithm gives it, in figures, tables and sentences.</summary>
    [Theory]
    [InlineData("epoch")]
    [InlineData("portion")]
    public void Iterations_are_called_as_their_algorithm_calls_them(string iteration)
    {
        var result = FindingsAnalyser.Analyse(
            SampleResult.Mixture() with
            {
                Method = new MethodRecord { Iteration = iteration },
                Timing = new TimingRecord(0.1, 2, 0.2, 0.1),
                Outcome = Outcomes.Make(RunStatus.Cancelled, "cancelled", ("step", 3), ("restart", 1), ("restarts", 1)),
            }
        );
        var page = Parse(RunReport.Render(result));
        Assert.Equal($"Cancelled after {iteration} 3.", result.Reason);
        foreach (var part in (string[])[".outcome", "#figures .figures", "#restarts"])
        {
            var text = page.QuerySelector(part)!.TextContent;
            Assert.Contains(iteration, text, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain("sweep", text, StringComparison.OrdinalIgnoreCase);
        }
    }

    [Fact]
    public void The_verdict_lists_checks_and_settings_to_copy_and_says_each_fact_once()
    {
        var result = SampleResult.Mixture();
        var page = Parse(RunReport.Render(result));
        var rows = page.QuerySelectorAll("#verdict tbody tr")
            .Select(row => row.Children.Select(cell => cell.TextContent).ToList())
            .ToList();
        Assert.Equal(2, rows.Count);
        Assert.Contains("passed", rows[0][1], StringComparison.Ordinal);
        Assert.Equal(("2.8e-11", "at most 0.01"), (rows[0][2], rows[0][3]));
        Assert.Contains("failed", rows[1][1], StringComparison.Ordinal);
        Assert.Equal("--set inference.restarts=20", page.QuerySelector("#verdict .verdict code")!.TextContent);
        Assert.Contains(
            page.QuerySelectorAll("#verdict .findings code"),
            code => code.TextContent == "--set model.components=12"
        );
        var text = page.Body!.TextContent;
        Assert.Equal(2, text.Split(result.Reason).Length);
        Assert.All(result.Verdict!.Checks, check => Assert.Equal(2, text.Split(CheckText.Name(check.Id)).Length));
    }

    /// <summary>One format for all numbers that are read: no 1E-9, no hyphen in place of a minus sign.</summary>
    [Fact]
    public void Numbers_have_one_format_on_the_whole_page()
    {
        var page = Parse(RunReport.Render(FindingsAnalyser.Analyse(SampleResult.Mixture())));
        foreach (var hidden in page.QuerySelectorAll("script, style, code, pre, math, .formula").ToList())
        {
            hidden.Remove();
        }

        var text = page.Body!.TextContent;
        Assert.DoesNotMatch(@"\d(E[-+]?\d| × 10)", text);
        Assert.DoesNotMatch(@"(?<=^|[\s(>])-\d", text);
        Assert.Matches(@"−\d", text);
    }

    [Fact]
    public void Every_chart_has_its_caption_as_text_alternative()
    {
        var page = Parse(RunReport.Render(SampleResult.Mixture()));
        Assert.All(
            page.QuerySelectorAll("figure.chart"),
            figure =>
                Assert.Equal(
                    $"{figure.QuerySelector("h3")!.TextContent}. {figure.QuerySelector("figcaption")!.TextContent}",
                    figure.QuerySelector("[role=img]")!.GetAttribute("aria-label")
                )
        );
    }

    [Fact]
    public void The_number_of_laws_is_visible_while_they_are_folded()
    {
        var laws = Parse(RunReport.Render(SampleResult.Mixture())).QuerySelector("#laws details")!;
        Assert.False(laws.HasAttribute("open"));
        Assert.StartsWith("3 laws", laws.QuerySelector("summary")!.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public void A_run_that_failed_has_a_report_without_the_parts_it_lacks()
    {
        var page = Parse(RunReport.Render(SampleResult.Failed()));
        string[] ids = [.. page.QuerySelectorAll("main > section").Select(section => section.Id!)];
        Assert.Equal(["verdict", "figures", "model", "data", "repeat"], ids);
    }

    [Fact]
    public void The_index_links_each_run_relatively()
    {
        var page = Parse(IndexPage.Render([SampleResult.Mixture(), SampleResult.Failed()]));
        string[] links = [.. page.QuerySelectorAll("tbody a").Select(link => link.GetAttribute("href")!)];
        Assert.Equal(["old-faithful/report.html", "failed%20%26%20%3Ci%3Eodd%3C%2Fi%3E/report.html"], links);
        Assert.Equal("2 runs: 1 use with care, 1 failed.", page.QuerySelector(".lead")!.TextContent);
        Assert.Equal("–", page.QuerySelectorAll("tbody tr")[1].Children[3].TextContent);
    }

    [Fact]
    public void An_empty_index_says_so() =>
        Assert.Contains("No runs yet.", IndexPage.Render([]), StringComparison.Ordinal);

    private static AngleSharp.Html.Dom.IHtmlDocument Parse(string html) => new HtmlParser().ParseDocument(html);
}
