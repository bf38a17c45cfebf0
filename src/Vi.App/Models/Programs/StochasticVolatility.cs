using MathNet.Numerics.Statistics;

namespace Vi.App.Models.Programs;

/// <summary>Settings of <see cref="StochasticVolatility"/>.</summary>
internal sealed record StochasticVolatilitySettings
{
    [Setting("mean of the normal prior of mu, the mean log variance [log of the returns' variance]")]
    public double? MuMean { get; init; }

    [Setting("standard deviation of the normal prior of mu", ExclusiveMinimum = 0)]
    public double MuSd { get; init; } = 2;

    [Setting("first parameter of the beta prior of the persistence phi, between 0 and 1", ExclusiveMinimum = 0)]
    public double PhiA { get; init; } = 20;

    [Setting("second parameter of the beta prior of phi", ExclusiveMinimum = 0)]
    public double PhiB { get; init; } = 1.5;

    [Setting("rate of the exponential prior of sigma, the sd of the log variance's innovations", ExclusiveMinimum = 0)]
    public double SigmaRate { get; init; } = 5;

    [Setting(
        "standard deviation of the normal prior of the mean return [a tenth of the returns' sd]; 0 for a mean of 0"
    )]
    public double? MeanSd { get; init; }

    [Setting(
        "whether the coordinates are the path (centred) or its innovations (non-centred); automatic takes the path for advi, laplace and pathfinder, which then know its neighbours, and the innovations otherwise"
    )]
    public Parameterization Parameterization { get; init; } = Parameterization.Automatic;

    [Setting("returns in a year, by whose square root volatilities are annualised in figures", ExclusiveMinimum = 0)]
    public double PerYear { get; init; } = 252;
}

/// <summary>What the coordinates of a latent path are.</summary>
internal enum Parameterization
{
    /// <summary>What suits the algorithm.</summary>
    Automatic,

    /// <summary>The path itself.</summary>
    Centred,

    /// <summary>The innovations that it is made of.</summary>
    NonCentred,
}

/// <summary>Returns whose log variance follows a first-order autoregression.</summary>
internal sealed class StochasticVolatility()
    : Model<StochasticVolatilitySettings>("stochastic-volatility", DataNeed.Columns, Provision.LogDensity)
{
    /// <summary>Rows of the rolling volatility: a month of trading days.</summary>
    private const int Window = 21;

    public override ModelRecord Description =>
        new()
        {
            Type = Type,
            Title = "Stochastic volatility",
            Summary =
                "Returns are normal with a variance of their own each; the log variance moves slowly, as a first-order autoregression from its "
                + "stationary distribution. Its path has as many coordinates as there are returns, tied to their neighbours: a family that leaves the ties out "
                + "(mean-field) is too sure of it, one with a banded precision (sparse-precision) is not.",
            Formulas =
            [
                new("Returns", @"y_t \mid h_t \sim \mathcal N(m,\, e^{h_t})"),
                new(
                    "Log variance",
                    @"h_1 \sim \mathcal N\!\left(\mu,\, \tfrac{\sigma^2}{1-\phi^2}\right), \quad h_t \mid h_{t-1} \sim \mathcal N(\mu + \phi (h_{t-1} - \mu),\, \sigma^2)"
                ),
                new(
                    "Priors",
                    @"\mu \sim \mathcal N(\mu_0, s_0^2), \quad \phi \sim \mathrm{Beta}(a, b), \quad \sigma \sim \mathrm{Exp}(\lambda), \quad m \sim \mathcal N(0, s_m^2)"
                ),
            ],
            Approximation =
                "A normal distribution of all parameters and the path on the real line, of the family that is chosen; or draws by a sampler.",
        };

    public override IReadOnlyList<string> ShownTruths => ["volatility"];

    protected override string ExampleText =>
        """
            { "data": { "synthetic": { "generator": "stochastic-volatility", "n": 300, "mu": -9, "phi": 0.95, "sigma": 0.25 } },
              "model": {},
              "inference": { "algorithm": "advi", "family": "sparse-precision" } }
            """;

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
                && request.Inference is AdviSettings or LaplaceSettings or PathfinderSettings
            );
        var model = ProgramModels.Volatility(
            returns,
            new VolatilityOptions
            {
                MuMean = settings.MuMean ?? (2 * System.Math.Log(sd)),
                MuSd = settings.MuSd,
                PhiA = settings.PhiA,
                PhiB = settings.PhiB,
                SigmaRate = settings.SigmaRate,
                MeanReturnSd = settings.MeanSd ?? (0.1 * sd),
                Centred = centred,
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
                Hidden = ["z"],
                Exhibits = program => [Volatility(request, settings, data.Name, returns, program.Draws)],
                Diagnostics = program => new JsonObject { ["rowsInside95"] = Inside(returns, program.Draws) },
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
        var scale = 100 * System.Math.Sqrt(settings.PerYear);
        var h = draws.Find("h")!;
        var rows = Curves.Sample(h.Count, 1500);
        var paths = rows.Select(t => h.Entry(t).Order().ToArray()).ToArray();
        double Annual(double logVariance) => scale * System.Math.Exp(0.5 * logVariance);
        double[] Quantiles(double p) => [.. paths.Select(path => Annual(DensityEstimate.Quantile(path, p)))];
        var x = rows.Select(t => t + 1.0).ToArray();
        List<Series> series =
        [
            .. Regimes(request, Quantiles(0.95).Max()),
            Curves.Band("90 % interval", x, Quantiles(0.05), Quantiles(0.95)),
            Curves.Through("median", x, Quantiles(0.5), 0),
            Curves.Through(
                $"rolling over {Window} rows",
                x,
                [
                    .. rows.Select(t =>
                        t + 1 < Window ? double.NaN : scale * returns[(t + 1 - Window)..(t + 1)].StandardDeviation()
                    ),
                ],
                -1,
                "dotted"
            ),
        ];
        if (NestedNumbers.Flat(request.Truth["volatility"], [h.Count]) is { } known)
        {
            series.Add(Curves.Through("truth", x, [.. rows.Select(t => scale * known[t])], 1, "dashed"));
        }

        return new XyChart
        {
            Id = "volatility",
            Title = $"Volatility of {name}",
            Caption =
                $"Annualised ({Numbers.Significant(settings.PerYear)} rows a year), with what the posterior knows of each row; beside it the standard deviation of the last {Window} rows, which comes late.",
            X = new Axis("row"),
            Y = new Axis("volatility (% a year)"),
            Series = series,
        };
    }

    /// <summary>True states behind the curve, where the data have labels.</summary>
    private static IEnumerable<Series> Regimes(FitRequest request, double high) =>
        request.Data?.Labels is { } labels
            ? labels
                .Distinct()
                .Where(state => state > 0)
                .Order()
                .Select(state =>
                    Stretches.Of($"true state {state + 1}", labels, state, 0, high) with
                    {
                        Color = 2 + state,
                    }
                )
            : [];

    /// <summary>Share of the returns within 1.96 of their posterior volatilities.</summary>
    private static double Inside(double[] returns, DrawTable draws)
    {
        var h = draws.Find("h")!.Means();
        var mean = draws.Find("mean")?.Values.Average() ?? 0;
        return returns
            .Zip(
                h,
                (y, logVariance) => System.Math.Abs(y - mean) <= 1.96 * System.Math.Exp(0.5 * logVariance) ? 1.0 : 0
            )
            .Average();
    }
}
