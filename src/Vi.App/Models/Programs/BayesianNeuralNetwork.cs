using System.Text.Json.Nodes;
using Vi.App.Algorithms;
using Vi.App.Configuration;
using Vi.App.Models.Draws;
using Vi.App.Models.Support;
using Vi.Math.Fluent;
using Vi.Results;

namespace Vi.App.Models.Programs;

/// <summary>Settings of <see cref="BayesianNeuralNetwork"/>.</summary>
public sealed record BayesianNeuralNetworkSettings
{
    /// <summary>Widths of the hidden layers.</summary>
    [Setting("widths of the tanh layers, from the inputs on", Minimum = 1)]
    public IReadOnlyList<int> Hidden { get; init; } = [50];

    /// <summary>Standard deviation of the weights' prior.</summary>
    [Setting("standard deviation of the normal prior of all weights and biases", ExclusiveMinimum = 0)]
    public double PriorSd { get; init; } = 1;

    /// <summary>Scale of the noise's prior.</summary>
    [Setting("scale of the half-normal prior of the noise's sd [the target's sd]", ExclusiveMinimum = 0)]
    public double? NoiseScale { get; init; }

    /// <summary>Truth, for figures.</summary>
    [Setting("noise sd that the data were made with, for figures", ExclusiveMinimum = 0)]
    public double? TrueNoise { get; init; }
}

/// <summary>A regression by a network of tanh layers with normal weights and learned noise.</summary>
public sealed class BayesianNeuralNetwork : IModel
{
    /// <summary>Draws behind a predictive band.</summary>
    private const int PredictingDraws = 500;

    /// <inheritdoc />
    public string Type => "bayesian-neural-network";

    /// <inheritdoc />
    public Type SettingsType => typeof(BayesianNeuralNetworkSettings);

    /// <inheritdoc />
    public Provision Provides => Provision.LogDensity;

    /// <inheritdoc />
    public DataNeed DataNeed => DataNeed.ColumnsAndTarget;

    /// <inheritdoc />
    public ModelRecord Description { get; } =
        new()
        {
            Type = "bayesian-neural-network",
            Title = "Bayesian neural network",
            Summary =
                "A smooth function of the columns by layers of tanh units, with a normal prior for every weight and a learned noise. Exchanging units "
                + "changes nothing, so the posterior has very many equal modes; an approximation holds one of them, which is enough for "
                + "predictions, and verdicts on the weights themselves say so.",
            Formulas =
            [
                new("Layers", @"h_0 = x, \quad h_l = \tanh(W_l^\top h_{l-1} + b_l)"),
                new("Target", @"y \mid x \sim \mathcal N(w^\top h_L + c,\; \sigma^2)"),
                new("Priors", @"W, b, w, c \sim \mathcal N(0, s^2), \quad \sigma \sim \mathcal N^+(0, s_\sigma^2)"),
            ],
            Approximation =
                "A normal distribution of all weights and of log sigma, by default with independent coordinates.",
        };

    /// <inheritdoc />
    public IReadOnlyList<string> ShownTruths { get; } = ["x", "f"];

    /// <inheritdoc />
    public JsonObject Example =>
        new()
        {
            ["data"] = new JsonObject
            {
                ["synthetic"] = new JsonObject
                {
                    ["generator"] = "linear-regression",
                    ["n"] = 100,
                    ["test"] = 50,
                    ["weights"] = new JsonArray(1),
                    ["noiseSd"] = 0.2,
                },
            },
            ["model"] = new JsonObject { ["type"] = Type, ["hidden"] = new JsonArray(10) },
            ["inference"] = new JsonObject { ["algorithm"] = "advi", ["maxIterations"] = 3000 },
        };

    /// <inheritdoc />
    public IPreparedFit Prepare(FitRequest request)
    {
        var settings = (BayesianNeuralNetworkSettings)request.Settings;
        var data = request.RequireData();
        var target = ProgramData.Target(request);
        var values = target.ToArray();
        var sd = System.Math.Sqrt(values.Average(y => (y - values.Average()) * (y - values.Average())));
        var noiseScale = settings.NoiseScale ?? (sd > 0 ? sd : 1);
        var model = ProgramModels.Network(
            ProgramData.Design(request),
            target,
            settings.Hidden,
            settings.PriorSd,
            noiseScale
        );
        var inputs = data.ColumnNames.Count - 1;
        return new ProgramFit(
            request,
            model,
            new ProgramWords
            {
                Labels = ProgramData.Labels(("sigma", $"noise sd ({data.ColumnNames[^1]})"), ("c", "output's bias")),
                Hidden = [.. settings.Hidden.SelectMany((_, l) => new[] { $"W{l + 1}", $"b{l + 1}" }), "w", "c"],
                ExhibitsOfPositions = (draws, positions) =>
                    Exhibits(request, settings, noiseScale, inputs, draws, positions),
                DiagnosticsOfPositions = (draws, positions) =>
                    Diagnostics(request, settings, noiseScale, draws, positions),
            }
        );
    }

    /// <summary>Mean and standard deviations, of the function and of a new target, at rows of inputs.</summary>
    private static (double[] Mean, double[] FunctionSd, double[] TargetSd) Predict(
        BayesianNeuralNetworkSettings settings,
        double noiseScale,
        Vi.Math.Mat inputs,
        DrawTable draws,
        double[] positions
    )
    {
        var dimension = positions.Length / draws.Count;
        var chosen = Curves.Sample(draws.Count, PredictingDraws);
        var some = chosen.SelectMany(s => positions.AsSpan(s * dimension, dimension).ToArray()).ToArray();
        var outputs = ProgramModels.NetworkOutput(inputs, settings.Hidden, settings.PriorSd, noiseScale, some);
        var sigma = draws.Find("sigma")!.Values;
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

    private static JsonObject Diagnostics(
        FitRequest request,
        BayesianNeuralNetworkSettings settings,
        double noiseScale,
        DrawTable draws,
        double[] positions
    )
    {
        var data = request.RequireData();
        var test = data.Test ?? data;
        var (mean, _, sd) = Predict(settings, noiseScale, ProgramData.Design(test), draws, positions);
        var width = test.ColumnNames.Count;
        var errors = mean.Select((m, i) => test.Values[(i * width) + width - 1] - m).ToArray();
        var prefix = data.Test is null ? "train" : "test";
        return new JsonObject
        {
            ["noise"] = draws.Find("sigma")!.Values.Average(),
            [$"{prefix}Rmse"] = System.Math.Sqrt(errors.Average(e => e * e)),
            [$"{prefix}Inside2Sd"] = errors.Zip(sd, (e, s) => System.Math.Abs(e) <= 2 * s ? 1.0 : 0).Average(),
            [$"{prefix}Rows"] = errors.Length,
        };
    }

    private static IEnumerable<Exhibit> Exhibits(
        FitRequest request,
        BayesianNeuralNetworkSettings settings,
        double noiseScale,
        int inputs,
        DrawTable draws,
        double[] positions
    )
    {
        if (inputs != 1)
        {
            yield break;
        }

        var data = request.RequireData();
        var x = Enumerable.Range(0, data.RowCount).Select(i => data.Values[2 * i]).ToArray();
        var (low, high) = (x.Min(), x.Max());
        var margin = (high - low) / 4;
        var grid = Curves.Grid(low - margin, high + margin, 161);
        var (mean, function, target) = Predict(
            settings,
            noiseScale,
            Statistics.Matrix(grid.Select(at => new[] { at })),
            draws,
            positions
        );
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
        yield return new XyChart
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
                .. Truth(request, grid),
            ],
        };
    }

    /// <summary>The true function where the experiment gives it on a grid: <c>truth: {"x": [...], "f": [...]}</c>.</summary>
    private static IEnumerable<Series> Truth(FitRequest request, double[] grid)
    {
        if (request.Truth["x"] is JsonArray x && request.Truth["f"] is JsonArray f && x.Count == f.Count)
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

    private static Series Cloud(string name, Data.Dataset data, int color)
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
