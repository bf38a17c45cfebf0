using System.Globalization;
using System.Text;
using Vi.Math.Fluent;
using Xunit;

namespace Vi.App.Tests.Support;

/// <summary>Runs whose stored posterior predicts new rows.</summary>
public abstract class PredictedRuns : IDisposable
{
    private protected Workspace Workspace { get; } = new() { HasRealModels = true };

    public void Dispose()
    {
        Workspace.Dispose();
        GC.SuppressFinalize(this);
    }

    private protected static string Text(double value) => value.ToString("R", CultureInfo.InvariantCulture);

    /// <summary>y = 1 + 2 x - 3 [b] + noise, with a date and a text for each row.</summary>
    private protected static string Table(int rows, ulong seed, int first = 0)
    {
        var random = new RandomStream(seed);
        var text = new StringBuilder("day,x,kind,y\n");
        for (var i = 0; i < rows; i++)
        {
            var (x, isB) = (random.NextNormal(), random.NextNormal() > 0);
            var y = 1 + (2 * x) - (isB ? 3 : 0) + (0.5 * random.NextNormal());
            text.Append(
                CultureInfo.InvariantCulture,
                $"{new DateTime(2024, 1, 1).AddDays(first + i):yyyy-MM-dd},{Text(x)},{(isB ? "b" : "a")},{Text(y)}\n"
            );
        }

        return text.ToString();
    }

    private protected void Fit(
        string data,
        string model,
        string inference = """{ "algorithm": "cavi" }""",
        string more = ""
    )
    {
        var outcome = Workspace.RunText(
            $$"""
            { "name": "fit", "data": { {{data}} }, "model": { {{model}} }, "inference": {{inference}},
              "report": { "enabled": false }{{more}} }
            """
        );
        Assert.True(outcome.Code == 0, outcome.Error);
    }

    private protected void FitRegression(
        string data = "",
        string inference = """{ "algorithm": "cavi" }""",
        string more = ""
    )
    {
        Workspace.Write("train.csv", Table(200, 1));
        Fit(
            $$""" "csv": "train.csv", "columns": ["x", "kind"], "target": "y"{{data}} """,
            "\"type\": \"linear-regression\"",
            inference,
            more
        );
    }

    /// <summary>Cells by row and name.</summary>
    private protected static List<Dictionary<string, string>> Cells(string csv)
    {
        var lines = csv.TrimEnd('\n').Split('\n').Select(line => line.TrimEnd('\r').Split(',')).ToList();
        return
        [
            .. lines
                .Skip(1)
                .Select(cells => lines[0].Zip(cells).ToDictionary(p => p.First, p => p.Second, StringComparer.Ordinal)),
        ];
    }

    private protected List<Dictionary<string, string>> Predicted(string data, string run = "out/fit")
    {
        Workspace.Write("new.csv", data);
        var outcome = Workspace.Run("predict", run, "new.csv");
        Assert.True(outcome.Code == 0, outcome.Error);
        return Cells(outcome.Out);
    }

    private protected string Refused(string data, string run = "out/fit")
    {
        Workspace.Write("new.csv", data);
        var outcome = Workspace.Run("predict", run, "new.csv");
        Assert.Equal(2, outcome.Code);
        Assert.Empty(outcome.Out);
        return outcome.Error;
    }

    private protected static double Number(Dictionary<string, string> row, string name) =>
        double.Parse(row[name], CultureInfo.InvariantCulture);
}
