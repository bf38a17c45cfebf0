namespace Vi.App.Models.Programs;

/// <summary>What draws of a network predict: errors on held-out or fitted rows, and the function over a single column.</summary>
internal sealed class NetworkPredictions(NetworkOptions options, Dataset data)
{
    /// <summary>Draws behind a prediction.</summary>
    private const int PredictingDraws = 500;

    /// <summary>Error and coverage of held-out rows, or of the fitted ones where none are held out.</summary>
    public NamedNumbers Errors(ProgramDraws program)
    {
        var test = data.Test ?? data;
        var predicted = Predict(ProgramData.Design(test), program);
        var errors = predicted.Mean.Select((m, i) => test.Row(i)[^1] - m).ToArray();
        var prefix = data.Test is null ? "train" : "test";
        return new NamedNumbers
        {
            { "noise", program.Draws.Find("sigma")!.Means()[0] },
            { $"{prefix}Rmse", Sqrt(errors.Average(e => e * e)) },
            { $"{prefix}Inside2Sd", errors.Zip(predicted.TargetSd, (e, s) => Abs(e) <= 2 * s ? 1.0 : 0).Average() },
            { $"{prefix}Rows", errors.Length },
        };
    }

    private NetworkPrediction Predict(Mat inputs, ProgramDraws program)
    {
        var dimension = program.Positions.Length / program.Draws.Count;
        var chosen = Curves.Sample(program.Draws.Count, PredictingDraws);
        var sigma = program.Draws.Find("sigma")!.Entry(0);
        return ProgramModels.NetworkPrediction(
            inputs,
            options,
            [.. chosen.SelectMany(s => program.Positions.AsSpan(s * dimension, dimension).ToArray())],
            [.. chosen.Select(s => sigma[s])]
        );
    }

    /// <summary>The function of a single column, with the truth where the experiment gives it on a grid.</summary>
    public XyChart Function(ProgramDraws program, JsonObject known)
    {
        var x = Enumerable.Range(0, data.RowCount).Select(i => data.Row(i)[0]).ToArray();
        var (low, high) = (x.Min(), x.Max());
        var margin = (high - low) / 4;
        var grid = Curves.Grid(low - margin, high + margin, 161);
        var predicted = Predict(Statistics.Matrix(grid.Select(at => new[] { at })), program);
        var function = predicted.FunctionSd;
        Series Band(string name, double[] sd, int color) =>
            Curves.Band(
                name,
                grid,
                predicted.Mean.Zip(sd, (m, s) => m - (2 * s)),
                predicted.Mean.Zip(sd, (m, s) => m + (2 * s)),
                color
            );
        var edge = grid.TakeWhile(at => at < low).Count();
        return Chart.Xy(
            FigureText.Of(
                "bayesian-neural-network",
                "function",
                data.ColumnNames[1],
                data.ColumnNames[0],
                low,
                high,
                function[edge..^edge].Average(),
                Max(function[0], function[^1])
            ),
            [
                Band("a new target, 2 sd", predicted.TargetSd, 2),
                Band("the function, 2 sd", function, 0),
                Cloud("fitted rows", data, -1),
                .. data.Test is { } test ? [Cloud("held-out rows", test, 1)] : Array.Empty<Series>(),
                Curves.Through("mean", grid, predicted.Mean, 0),
                .. Truth(known, grid),
            ]
        );
    }

    /// <summary>The true function where the experiment gives it on a grid: <c>truth: {"x": [...], "f": [...]}</c>.</summary>
    private static IEnumerable<Series> Truth(JsonObject truth, double[] grid)
    {
        if (truth["x"] is JsonArray x && truth["f"] is JsonArray f && x.Count == f.Count)
        {
            var known = x.Zip(f, (a, b) => (X: a!.GetValue<double>(), Y: b!.GetValue<double>()))
                .Where(point => point.X >= grid[0] && point.X <= grid[^1])
                .ToArray();
            yield return Curves.Through("truth", known.Select(p => p.X), known.Select(p => p.Y), 3, "dashed");
        }
    }

    private static Series Cloud(string name, Dataset data, int color) =>
        Curves.Cloud(name, Curves.Sample(data.RowCount, 1500), i => data.Row(i)[0], i => data.Row(i)[1], color);
}
