namespace Vi.App.Models.Programs;

internal sealed record StochasticVolatilitySettings
{
    public double? MuMean { get; init; }
    public double MuSd { get; init; } = 2;
    public double PhiA { get; init; } = 20;
    public double PhiB { get; init; } = 1.5;
    public double SigmaRate { get; init; } = 5;
    public double? MeanSd { get; init; }
    public Parameterization Parameterization { get; init; } = Parameterization.Automatic;
    public double PerYear { get; init; } = 252;
}

/// <summary>What the coordinates of a latent path are.</summary>
internal enum Parameterization
{
    /// <summary>What suits the algorithm.</summary>
    Automatic,
    Centred,
    NonCentred,
}

/// <summary>Returns whose log variance follows a first-order autoregression.</summary>
internal sealed class StochasticVolatility()
    : Model<StochasticVolatilitySettings>("stochastic-volatility", DataNeed.Columns, Provision.LogDensity)
{
    /// <summary>A normal distribution of a path and its scale is too narrow in the scale, whatever the family; draws are not.</summary>
    public override Algorithm Preferred => NutsSettings.Descriptor;

    public override IReadOnlyList<string> ShownTruths => ["volatility"];

    protected override IPreparedFit Prepare(FitRequest request, StochasticVolatilitySettings settings)
    {
        var data = OneColumn.Of(request, Type);
        var returns = ProgramData.Target(request).ToArray();
        var sd = ProgramData.Spread(returns);
        if (!(sd > 0))
        {
            throw new ExperimentException("data", "the returns do not vary, so they have no volatility to follow");
        }

        var centred =
            settings.Parameterization == Parameterization.Centred
            || (
                settings.Parameterization == Parameterization.Automatic
                && request.Inference
                    is Algorithms.AdviSettings
                        or Algorithms.LaplaceSettings
                        or Algorithms.PathfinderSettings
            );
        var model = ProgramModels.Volatility(
            returns,
            new VolatilityOptions
            {
                MuMean = settings.MuMean ?? (2 * Log(sd)),
                MuSd = settings.MuSd,
                PhiA = settings.PhiA,
                PhiB = settings.PhiB,
                SigmaRate = settings.SigmaRate,
                MeanReturnSd = settings.MeanSd ?? (0.1 * sd),
                Centred = centred,
                Unit = sd,
            }
        );
        return new ProgramFit(
            request,
            model,
            new ProgramPresentation
            {
                Quantities =
                [
                    Quantity.Scalar("mu", "mean log variance"),
                    Quantity.Scalar("phi", "persistence of the log variance"),
                    Quantity.Scalar("sigma", "sd of the log variance's innovations"),
                    Quantity.Scalar("mean", $"mean of {data.Name}"),
                    Quantity.Vector("h", "log variance of each row", returns.Length),
                ],
                Hidden = ["z", "level", "path", "drift"],
                Exhibits = program => [Volatility(request, settings, data.Name, returns, program.Draws)],
                Diagnostics = program => new NamedNumbers { { "rowsInside95", Inside(returns, program.Draws) } },
            }
        );
    }

    private static XyChart Volatility(
        FitRequest request,
        StochasticVolatilitySettings settings,
        string name,
        double[] returns,
        DrawTable draws
    )
    {
        var scale = 100 * Sqrt(settings.PerYear);
        var h = draws.Find("h")!;
        var rows = Curves.Sample(h.Count, 1500);
        var paths = rows.Select(t => h.Entry(t).Order().ToArray()).ToArray();
        double[] Quantiles(double p) => [.. paths.Select(path => scale * Exp(0.5 * DensityEstimate.Quantile(path, p)))];
        var x = rows.Select(t => t + 1.0).ToArray();
        var upper = Quantiles(0.95);
        return Chart.Xy(
            FigureText.Of("stochastic-volatility", "volatility", name, settings.PerYear, SeriesFigures.Window),
            [
                .. Regimes(request.Data?.Labels ?? [], upper.Max()),
                Curves.Band("90 % interval", x, Quantiles(0.05), upper),
                Curves.Through("median", x, Quantiles(0.5), 0),
                Curves.Through(
                    $"rolling over {SeriesFigures.Window} rows",
                    x,
                    rows.Select(t => scale * SeriesFigures.RollingSd(t, i => returns[i])),
                    -1,
                    "dotted"
                ),
                .. NestedNumbers.Flat(request.Truth["volatility"], [h.Count]) is { } known
                    ? [Curves.Through("truth", x, rows.Select(t => scale * known[t]), 1, "dashed")]
                    : Array.Empty<Series>(),
            ]
        );
    }

    /// <summary>True states behind the curve, where the data have labels.</summary>
    private static IEnumerable<Series> Regimes(IReadOnlyList<int> labels, double high) =>
        labels
            .Distinct()
            .Where(state => state > 0)
            .Order()
            .Select(state => SeriesFigures.Stretches($"true state {state + 1}", labels, state, (0, high), 2 + state));

    /// <summary>Share of the returns within 1.96 of their posterior volatilities.</summary>
    private static double Inside(double[] returns, DrawTable draws)
    {
        var mean = draws.Find("mean")?.Means()[0] ?? 0;
        return returns
            .Zip(draws.Find("h")!.Means(), (y, h) => Abs(y - mean) <= 1.96 * Exp(0.5 * h) ? 1.0 : 0)
            .Average();
    }
}
