using System.Text.Json.Nodes;
using AngleSharp.Html.Parser;
using Vi.App.Tests.Comparing;
using Vi.App.Tests.Support;
using Vi.Reports;
using Vi.Reports.English;
using Vi.Reports.Findings;
using Vi.Results;
using Xunit;

namespace Vi.App.Tests.Reports;

public sealed class ReportStructureTests
{
    /// <summary>What a check found stands beside the fit's numbers, with its source in words.</summary>
    [Fact]
    public void A_checked_posterior_says_where_its_numbers_come_from()
    {
        var fit = SampleFits.Fit("cavi");
        var checkedFit = fit with
        {
            Posterior =
            [
                fit.Posterior["mu"] with
                {
                    CheckedMean = [2.5],
                    CheckedSd = [0.75],
                    LinearResponseSd = [0.6],
                },
            ],
            CheckedPosterior = new CheckedPosteriorRecord(CheckSource.MovedDraws, 16, 32),
            LinearResponse = LinearResponseRecord.Of("response-found"),
        };
        var page = RunReport.Render((RunResult)ResultJson.Deserialize(ResultJson.Serialize(checkedFit), "result.json"));
        Assert.Contains("mean, checked</th>", page, StringComparison.Ordinal);
        Assert.Contains(
            "are extrapolated from 16 draws of the fit, each moved towards the posterior by 32 Gibbs sweeps.",
            page,
            StringComparison.Ordinal
        );
        Assert.Contains($"{LinearResponseText.Head}</th>", page, StringComparison.Ordinal);
        var plain = RunReport.Render(checkedFit with { Posterior = fit.Posterior });
        Assert.DoesNotContain("mean, checked", plain, StringComparison.Ordinal);
    }

    [Fact]
    public void Sections_come_in_order_with_the_verdict_first()
    {
        var page = Parse(RunReport.Render(SampleResult.Mixture()));
        string[] ids = [.. page.QuerySelectorAll("main > section").Select(section => section.Id!)];
        Assert.Equal(
            [
                "verdict",
                "exhibits",
                "posterior",
                "figures",
                "bound",
                "terms",
                "restarts",
                "model",
                "data",
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
        var page = Parse(RunReport.Render(SampleResult.Mixture()));
        var rows = page.QuerySelectorAll("#figures tbody tr")
            .Where(row => row.Children.Length == 2)
            .ToDictionary(
                row => row.Children[0].TextContent,
                row => row.Children[1].TextContent,
                StringComparer.Ordinal
            );
        Assert.Equal("2.003", rows["effective number of components"]);
        Assert.Equal("–", rows["log evidence gap"]);
        Assert.Equal("97, 175", rows["counts"]);
        Assert.Equal("yes", rows["converged"]);
        var nested = page.QuerySelector("#figures [aria-label=nested]")!;
        Assert.Equal("test error", nested.QuerySelector("thead th")!.TextContent);
        Assert.Equal("[0.5, –], 2", nested.QuerySelector("tbody th")!.TextContent);
    }

    [Fact]
    public void Records_become_a_table_and_long_lists_a_summary()
    {
        var numbers = Enumerable.Range(1, 169).Select(i => (JsonNode)(0.5 * i)).ToArray();
        var page = Parse(
            RunReport.Render(
                SampleResult.Mixture() with
                {
                    Diagnostics = new JsonObject
                    {
                        ["paretoKThreshold"] = 0.7,
                        ["fooKThreshold"] = new JsonArray(numbers),
                        ["predictive"] = new JsonArray(
                            new JsonObject { ["column"] = "ash", ["q05"] = 1.5 },
                            new JsonObject { ["column"] = "hue", ["q05"] = 2.5 }
                        ),
                    },
                    Model = SampleResult.Mixture().Model with
                    {
                        Settings = new Dictionary<string, string>(StringComparer.Ordinal)
                        {
                            ["W0"] = string.Join(", ", numbers.Select(number => number.ToJsonString())),
                        },
                    },
                }
            )
        );
        var rows = page.QuerySelectorAll("#figures tbody tr")
            .Select(row => string.Join('|', row.Children.Select(cell => cell.TextContent)))
            .ToList();
        Assert.Contains("largest Pareto k-hat that is good enough|0.7", rows);
        Assert.Contains("foo k threshold|169 numbers from 0.5 to 84.5", rows);
        Assert.Contains("ash|1.5", rows);
        Assert.Contains("hue|2.5", rows);
        var setting = page.QuerySelector("#repeat tbody td details")!;
        Assert.True(setting.QuerySelector("summary")!.TextContent.Length < 80);
        Assert.EndsWith("84.5", setting.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public void A_run_that_converged_has_no_green_badge_above_its_verdict()
    {
        var unreliable = SampleResult.Mixture() with { Verdict = new Judgement(TrustLevel.Unreliable, [], []) };
        foreach (var page in (string[])[RunReport.Render(unreliable), IndexPage.Render([RunSummaries.Of(unreliable)])])
        {
            var badges = Parse(page).QuerySelectorAll(".title .badge, #verdict .level .badge, td .badge").ToList();
            Assert.Contains(badges, badge => badge.ClassList.Contains("bad"));
            Assert.DoesNotContain(
                badges.Where(badge => badge.Closest("#restarts") is null),
                badge => badge.ClassList.Contains("good")
            );
        }
    }

    [Theory]
    [InlineData("unreliable", TrustLevel.Unreliable, true)]
    [InlineData("unreliable", TrustLevel.Usable, true)]
    [InlineData("usable", TrustLevel.Unreliable, false)]
    [InlineData(null, TrustLevel.Unreliable, false)]
    [InlineData("unreliable", TrustLevel.Reliable, false)]
    public void The_index_marks_what_is_shown_on_purpose(string? expects, TrustLevel level, bool isMarked)
    {
        var result = SampleResult.Mixture() with
        {
            Verdict = new Judgement(level, [], []),
            Configuration = expects is null ? [] : new JsonObject { ["expects"] = expects },
        };
        var page = Parse(IndexPage.Render([RunSummaries.Of(result)]));
        Assert.Equal(
            isMarked,
            page.QuerySelector("tbody td")!.TextContent.Contains("shown on purpose", StringComparison.Ordinal)
        );
        Assert.Equal(isMarked, page.QuerySelector("tbody td .badge.plain") is not null);
        Assert.Equal(
            isMarked,
            page.QuerySelector(".lead")!.TextContent.Contains("shown on purpose", StringComparison.Ordinal)
        );
    }

    [Fact]
    public void Checks_are_folded_where_all_passed_and_open_where_one_did_not()
    {
        var failed = Parse(RunReport.Render(SampleResult.Mixture())).QuerySelector("#verdict details")!;
        Assert.True(failed.HasAttribute("open"));
        var verdict = SampleResult.Mixture().Verdict!;
        var passed = Parse(
                RunReport.Render(
                    SampleResult.Mixture() with
                    {
                        Verdict = verdict with { Checks = [.. verdict.Checks.Where(check => check.IsPassed)] },
                    }
                )
            )
            .QuerySelector("#verdict details")!;
        Assert.False(passed.HasAttribute("open"));
        Assert.Equal("1 of 1 check passed", passed.QuerySelector("summary")!.TextContent);
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
        var page = Parse(
            IndexPage.Render([RunSummaries.Of(SampleResult.Mixture()), RunSummaries.Of(SampleResult.Failed())])
        );
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
