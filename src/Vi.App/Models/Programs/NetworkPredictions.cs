using Vi.Math;

namespace Vi.App.Models.Programs;

/// <summary>What draws of a network predict: errors on held-out or fitted rows, and the function over a single column.</summary>
internal sealed class NetworkPredictions(BayesianNeuralNetworkSettings settings, double noiseScale, Dataset data)
{
    /// <summary>Draws behind a prediction.</summary>
    private const int PredictingDraws = 500;

    /// <summary>Error and coverage of held-out rows, or of the fitted ones where none are held out.</summary>
    public JsonObject Errors(ProgramDraws program)
    {
        var test = data.Test ?? data;
        var (mean, _, sd) = Predict(ProgramData.Design(test), program);
        var errors = mean.Select((m, i) => test.Row(i)[^1] - m).ToArray();
        var prefix = data.Test is null ? "train" : "test";
        return new JsonObject
        {
            ["noise"] = program.Draws.Find("sigma")!.Values.Average(),
            [$"{prefix}Rmse"] = System.Math.Sqrt(errors.Average(e => e * e)),
            [$"{prefix}Inside2Sd"] = errors.Zip(sd, (e, s) => System.Math.Abs(e) <= 2 * s ? 1.0 : 0).Average(),
            [$"{prefix}Rows"] = errors.Length,
        };
    }

    /// <summary>Mean and standard deviations, of the function and of a new target, at rows of inputs.</summary>
    private (double[] Mean, double[] FunctionSd, double[] TargetSd) Predict(Mat inputs, ProgramDraws program)
    {
        var dimension = program.Positions.Length / program.Draws.Count;
        var chosen = Curves.Sample(program.Draws.Count, PredictingDraws);
        var some = chosen.SelectMany(s => program.Positions.AsSpan(s * dimension, dimension).ToArray()).ToArray();
        var outputs = ProgramModels.NetworkOutput(inputs, settings.Hidden, settings.PriorSd, noiseScale, some);
        var sigma = program.Draws.Find("sigma")!.Values;
        var noise = chosen.Average(s => sigma[s] * sigma[s]);
        var (mean, function, target) = (new double[inputs.Rows], new double[inputs.Rows], new double[inputs.Rows]);
        for (var i = 0; i < inputs.Rows; i++)
        {
            var column = Enumerable.Range(0, chosen.Length).Select(s => outputs[(s * inputs.Rows) + i]).ToArray();
            mean[i] = column.Average();
            var variance = column.Average(f => (f - mean[i]) * (f - mean[i]));
            function[i] = System.Math.Sqrt(variance);
            target[i] = System.Math.Sqrt(variance + noise);
        }

        return (mean, function, target);
    }

    /// <summary>The function of a single column, with the truth where the experiment gives it on a grid.</summary>
    public XyChart Function(ProgramDraws program, JsonObject known)
    {
        var x = Enumerable.Range(0, data.RowCount).Select(i => data.Values[2 * i]).ToArray();
        var (low, high) = (x.Min(), x.Max());
        var margin = (high - low) / 4;
        var grid = Curves.Grid(low - margin, high + margin, 161);
        var (mean, function, target) = Predict(Statistics.Matrix(grid.Select(at => new[] { at })), program);
        Series Band(string name, double[] sd, int color) =>
            new()
            {
                Name = name,
                Style = "band",
                X = grid,
                Lower = [.. mean.Zip(sd, (m, s) => m - (2 * s))],
                Upper = [.. mean.Zip(sd, (m, s) => m + (2 * s))],
                Color = color,
            };
        var edge = grid.TakeWhile(at => at < low).Count();
        return new XyChart
        {
            Id = "function",
            Title = $"{data.ColumnNames[1]} by {data.ColumnNames[0]}",
            Caption =
                $"Mean and two standard deviations, of the function and of a new target. Where there are data (between {Numbers.Significant(low)} and {Numbers.Significant(high)}) "
                + $"the function is known to {Numbers.Significant(function[edge..^edge].Average())} on average; at the edges of the figure, where there are none, to "
                + $"{Numbers.Significant(System.Math.Max(function[0], function[^1]))}.",
            X = new Axis(data.ColumnNames[0]),
            Y = new Axis(data.ColumnNames[1]),
            Series =
            [
                Band("a new target, 2 sd", target, 2),
                Band("the function, 2 sd", function, 0),
                Cloud("fitted rows", data, -1),
                .. data.Test is { } test ? [Cloud("held-out rows", test, 1)] : Array.Empty<Series>(),
                Curves.Through("mean", grid, mean, 0),
                .. Truth(known, grid),
            ],
        };
    }

    /// <summary>The true function where the experiment gives it on a grid: <c>truth: {"x": [...], "f": [...]}</c>.</summary>
    private static IEnumerable<Series> Truth(JsonObject truth, double[] grid)
    {
        if (truth["x"] is JsonArray x && truth["f"] is JsonArray f && x.Count == f.Count)
        {
            var known = x.Zip(f, (a, b) => (X: a!.GetValue<double>(), Y: b!.GetValue<double>()))
                .Where(point => point.X >= grid[0] && point.X <= grid[^1])
                .ToArray();
            yield return Curves.Through(
                "truth",
                [.. known.Select(point => point.X)],
                [.. known.Select(point => point.Y)],
                3,
                "dashed"
            );
        }
    }

    private static Series Cloud(string name, Dataset data, int color)
    {
        var rows = Curves.Sample(data.RowCount, 1500);
        return Curves.Through(
            name,
            [.. rows.Select(i => data.Values[2 * i])],
            [.. rows.Select(i => data.Values[(2 * i) + 1])],
            color,
            "points"
        );
    }
}
