using System.Text.Json.Nodes;
using Vi.App.Models.Draws;
using Vi.App.Models.Support;
using Vi.Math;
using Vi.Math.Fluent;

namespace Vi.App.Models.Programs;

/// <summary>What programs read off a request.</summary>
internal static class ProgramData
{
    /// <summary>The last column.</summary>
    public static Vec Target(FitRequest request) => Column(request, request.RequireData().ColumnNames.Count - 1);

    /// <summary>A column.</summary>
    public static Vec Column(FitRequest request, int column)
    {
        var data = request.RequireData();
        var (values, width) = (data.Values, data.ColumnNames.Count);
        return Statistics.Vector([.. Enumerable.Range(0, data.RowCount).Select(i => values[(i * width) + column])]);
    }

    /// <summary>All columns but the last, N x D.</summary>
    public static Mat Design(FitRequest request) => Design(request.RequireData());

    /// <summary>All columns but the last, N x D.</summary>
    public static Mat Design(Data.Dataset data)
    {
        var (values, width) = (data.Values, data.ColumnNames.Count);
        return Statistics.Matrix([
            .. Enumerable.Range(0, data.RowCount).Select(i => values[(i * width)..((i * width) + width - 1)]),
        ]);
    }

    /// <summary>Labels of quantities.</summary>
    public static Dictionary<string, string> Labels(params (string Name, string Label)[] labels) =>
        labels.ToDictionary(pair => pair.Name, pair => pair.Label, StringComparer.Ordinal);

    /// <summary>Words of a linear regression.</summary>
    public static ProgramWords Regression(FitRequest request)
    {
        var data = request.RequireData();
        var columns = data.ColumnNames.Take(data.ColumnNames.Count - 1).ToArray();
        return new ProgramWords
        {
            Labels = Labels(
                ("w", "weights"),
                ("b", $"{data.ColumnNames[^1]} at the columns' means"),
                ("tau", "noise precision"),
                ("sigma", "noise standard deviation"),
                ("alpha", "precision of each weight's prior")
            ),
            EntryNames = new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal)
            {
                ["w"] = columns,
                ["alpha"] = columns,
            },
            Diagnostics = draws => Errors(data, draws),
        };
    }

    /// <summary>Root mean square error of the mean prediction on held-out rows, where there are some.</summary>
    private static JsonObject Errors(Data.Dataset data, DrawTable draws)
    {
        var test = data.Test ?? data;
        var width = data.ColumnNames.Count;
        var means = ColumnMeans(data);
        var w = draws.Find("w")!;
        var weights = Enumerable.Range(0, w.Size).Select(j => w.Entry(j).Average()).ToArray();
        var intercept = draws.Find("b")?.Values.Average();
        var squares = Enumerable
            .Range(0, test.RowCount)
            .Select(i =>
            {
                var row = test.Values.AsSpan(i * width, width);
                var prediction = intercept ?? 0;
                for (var j = 0; j < weights.Length; j++)
                {
                    prediction += weights[j] * (row[j] - (intercept is null ? 0 : means[j]));
                }

                return (row[width - 1] - prediction) * (row[width - 1] - prediction);
            })
            .Average();
        return new JsonObject { [data.Test is null ? "trainRmse" : "testRmse"] = System.Math.Sqrt(squares) };
    }

    /// <summary>Means of all columns.</summary>
    public static double[] ColumnMeans(Data.Dataset data)
    {
        var (values, width) = (data.Values, data.ColumnNames.Count);
        return
        [
            .. Enumerable
                .Range(0, width)
                .Select(j => Enumerable.Range(0, data.RowCount).Average(i => values[(i * width) + j])),
        ];
    }
}
