using System.Text.Json.Nodes;
using Vi.App.Configuration;
using Vi.App.Models;
using Vi.App.Tests.Data;
using Vi.App.Tests.Support;
using Xunit;

namespace Vi.App.Tests.Commands;

/// <summary><c>vilab new MODEL DATA</c> writes an experiment that runs unchanged, and says what it guessed.</summary>
public sealed class NewFromDataTests : IDisposable
{
    private readonly Workspace workspace = new() { HasRealModels = true };

    /// <summary>Small budgets, with which a file runs as it does with its own.</summary>
    private static readonly Dictionary<string, string[]> Budgets = new(StringComparer.Ordinal)
    {
        ["stochastic-volatility"] = ["inference.chains=1", "inference.warmup=30", "inference.samples=10"],
        ["eight-schools"] = ["inference.chains=1", "inference.warmup=200", "inference.samples=50"],
        ["bayesian-neural-network"] = ["inference.maxIterations=20", "inference.draws=100", "model.hidden=[5]"],
        ["gaussian-mixture"] = ["inference.restarts=1", "inference.check=none"],
        ["regime-switching"] = ["inference.restarts=1", "inference.check=none"],
    };

    /// <summary>The only tables of the repository that some models take, and why they refuse the others.</summary>
    private static readonly Dictionary<string, (string[] Tables, string Reason)> Choosy = new(StringComparer.Ordinal)
    {
        ["logistic-regression"] = (["motor-trend-cars", "s09-regime-returns"], "no column holds two classes"),
        ["eight-schools"] = (["eight-schools", "motor-trend-cars", "old-faithful", "wine"], "standard error"),
    };

    /// <summary>Every table of the repository with every model that reads one.</summary>
    public static TheoryData<string, string> Pairs()
    {
        var data = new TheoryData<string, string>();
        var files = Directory.GetFiles(Repository.At("data"), "*.csv", SearchOption.AllDirectories);
        foreach (var model in ModelCatalogue.All.Where(m => m.DataNeed != DataNeed.None && m.Type != "program"))
        {
            foreach (var file in files.Order(StringComparer.Ordinal))
            {
                data.Add(model.Type, Path.GetRelativePath(Repository.At("data"), file));
            }
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Pairs))]
    public void Every_table_becomes_an_experiment_that_runs_or_is_refused_with_a_reason(string model, string file)
    {
        var name = Path.GetFileNameWithoutExtension(file);
        var hasOneColumn = name == "s03-gaussian-mean";
        var needsTwo = ModelCatalogue.All.Single(m => m.Type == model).DataNeed == DataNeed.ColumnsAndTarget;
        var (tables, reason) = Choosy.GetValueOrDefault(
            model,
            (hasOneColumn && needsTwo ? [] : [name], "only the target \"x\" is there")
        );
        var written = workspace.Run("new", model, Repository.At("data", file), "--out", "deep/new.json");
        if (tables.Contains(name))
        {
            Assert.True(written.Code == 0, written.Error);
            Runs("deep/new.json", model);
            return;
        }

        Assert.Equal(2, written.Code);
        Assert.False(File.Exists(workspace.Path("deep", "new.json")));
        Assert.Contains(reason, written.Error, StringComparison.Ordinal);
        Assert.Contains(
            $"{model} cannot take this table as it is; models that can: gaussian-mean, ",
            written.Error,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void A_table_of_semicolons_and_decimal_commas_runs()
    {
        workspace.Write("preise.csv", Rows("Fläche;Preis", i => $"{50 + i * i % 7},5;{200 + 3 * i},25"));
        var outcome = New("linear-regression", "preise.csv");
        Assert.Equal("Preis", DataOf("linear-regression")["target"]!.GetValue<string>());
        Assert.Contains("separated by semicolons", outcome.Error, StringComparison.Ordinal);
        Runs("linear-regression.json", "linear-regression");
    }

    [Fact]
    public void Index_and_dates_are_left_out_and_the_file_says_so()
    {
        workspace.Write(
            "returns.csv",
            Rows(
                "id,date,a,b",
                i => $"{i + 1},{new DateTime(2020, 1, 1).AddDays(7 * i):yyyy-MM-dd},{Wave(i)},{Wave(2 * i)}"
            )
        );
        var outcome = New("stochastic-volatility", "returns.csv");
        var data = DataOf("stochastic-volatility");
        Assert.Equal("[\"a\"]", data["columns"]!.ToJsonString());
        Assert.Equal("weeks", data["calendar"]!.GetValue<string>());
        Assert.Equal("fraction", data["unit"]!.GetValue<string>());
        foreach (var said in new[] { outcome.Error, Text("stochastic-volatility") })
        {
            Assert.Contains("only number or date the rows were left out: id", said, StringComparison.Ordinal);
            Assert.Contains("The column date holds dates", said, StringComparison.Ordinal);
            Assert.Contains("proposed: a. Others are possible: b", said, StringComparison.Ordinal);
        }

        Runs("stochastic-volatility.json", "stochastic-volatility");
    }

    [Theory]
    [InlineData("factor-model", "true")]
    [InlineData("gaussian-mixture", "\"drop-rows\"")]
    public void Gaps_are_integrated_out_where_the_model_does_and_their_rows_left_out_elsewhere(
        string model,
        string gaps
    )
    {
        workspace.Write("gaps.csv", Rows("a,b", i => i % 9 == 4 ? $"{Wave(i)}," : $"{Wave(i)},{Wave(2 * i)}"));
        New(model, "gaps.csv");
        Assert.Equal(gaps, DataOf(model)["gaps"]!.ToJsonString());
        Runs($"{model}.json", model);
    }

    [Fact]
    public void A_yes_no_column_is_the_target_of_a_model_of_classes_wherever_it_stands()
    {
        workspace.Write(
            "smokers.csv",
            Rows("smoker,age,pressure", i => $"{(i * 7 % 5 < 2 ? "yes" : "no")},{20 + i},{Wave(i)}")
        );
        var outcome = New("logistic-regression", "smokers.csv");
        Assert.Equal("smoker", DataOf("logistic-regression")["target"]!.GetValue<string>());
        Assert.Contains("no is class 0 and yes is class 1", outcome.Error, StringComparison.Ordinal);
        Runs("logistic-regression.json", "logistic-regression");
    }

    [Fact]
    public void A_NumPy_file_is_read_by_its_source()
    {
        workspace.WriteBytes(
            "rows.npy",
            GapTests.Npy([.. Enumerable.Range(0, 30).Select(i => new[] { i % 7.0, i % 5.0 })])
        );
        New("gaussian-mean", "rows.npy");
        Assert.Equal("[\"x1\"]", DataOf("gaussian-mean")["columns"]!.ToJsonString());
        Runs("gaussian-mean.json", "gaussian-mean");
    }

    [Fact]
    public void What_cannot_be_read_is_refused_without_advice_on_models()
    {
        workspace.Write("empty.csv", "");
        foreach (var file in new[] { "empty.csv", "missing.csv" })
        {
            var outcome = workspace.Run("new", "gaussian-mean", file);
            Assert.Equal(2, outcome.Code);
            Assert.Single(outcome.ErrorLines);
            Assert.Contains(file, outcome.Error, StringComparison.Ordinal);
        }

        Assert.Contains(
            "reads no data",
            workspace.Run("new", "normal-approximation", "empty.csv").Error,
            StringComparison.Ordinal
        );
    }

    public void Dispose() => workspace.Dispose();

    private Outcome New(string model, string data)
    {
        var outcome = workspace.Run("new", model, data);
        Assert.True(outcome.Code == 0, outcome.Error);
        return outcome;
    }

    private string Text(string model) => File.ReadAllText(workspace.Path($"{model}.json"));

    private JsonNode DataOf(string model) => JsonText.Parse(Text(model)).Root!["data"]!;

    private void Runs(string file, string model)
    {
        var valid = workspace.Run("validate", file);
        Assert.True(valid.Code == 0, valid.Error);
        string[] budget = ["report.enabled=false", .. Budgets.GetValueOrDefault(model, ["inference.check=none"])];
        var run = workspace.Run(["run", file, .. budget.SelectMany(setting => new[] { "--set", setting })]);
        Assert.True(run.Code == 0, run.Error + run.Out);
    }

    private static string Rows(string header, Func<int, string> row) =>
        string.Join('\n', Enumerable.Range(0, 40).Select(row).Prepend(header)) + "\n";

    /// <summary>A number like a return, another one for each row.</summary>
    private static string Wave(int i) =>
        FormattableString.Invariant($"{0.02 * System.Math.Sin(1 + 2.3 * i) + 0.005 * System.Math.Cos(i * i):F5}");
}
