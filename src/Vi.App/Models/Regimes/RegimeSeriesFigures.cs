namespace Vi.App.Models.Regimes;

/// <summary>Figures over time: the series with its regimes, the states' probabilities, the volatility.</summary>
internal sealed class RegimeSeriesFigures(RegimeFit fit)
{
    /// <summary>Columns that get figures of their own.</summary>
    public const int MostColumns = 4;

    /// <summary>Rows of the rolling volatility: a month of trading days.</summary>
    private const int Window = 21;

    private static readonly Axis Time = new("row");

    private readonly int[] shown = Curves.Sample(fit.Data.RowCount);

    public IEnumerable<Exhibit> Make() =>
        [
            .. fit.Columns.Take(MostColumns).Select(Series),
            .. fit.Counts.Length > 1 ? [Probabilities()] : Array.Empty<Exhibit>(),
            .. fit.Data.RowCount > Window ? fit.Columns.Take(MostColumns).Select(Volatility) : [],
        ];

    /// <summary>Name of a state, counted from 1.</summary>
    public static string Name(int k) => "state " + (k + 1).ToString(CultureInfo.InvariantCulture);

    private string Sampled =>
        shown.Length < fit.Data.RowCount ? $" {shown.Length} of {fit.Data.RowCount} rows are drawn." : "";

    private IReadOnlyList<double> Rows => [.. shown.Select(row => row + 1.0)];

    private XyChart Series(int column)
    {
        var name = fit.Data.ColumnNames[column];
        var values = shown.Select(row => fit.Value(row, column)).ToArray();
        var (low, high) = (values.Min(), values.Max());
        return new XyChart
        {
            Id = $"regimes-{column + 1}",
            Title = $"{name} and its regimes",
            Caption =
                "Each stretch of time in the colour of its most probable state: "
                + string.Join(
                    ", ",
                    fit.Indices.Select(k => $"{Name(k)} in {fit.States.Count(state => state == k)} rows")
                )
                + $".{Sampled}",
            X = Time,
            Y = new Axis(name),
            Series =
            [
                .. fit.Indices.Where(fit.States.Contains).Select(k => Stretches.Of(Name(k), fit.States, k, low, high)),
                Curves.Through(name, Rows, values, -1),
            ],
        };
    }

    private XyChart Probabilities() =>
        new()
        {
            Id = "state-probabilities",
            Title = "Probability of each state over time",
            Caption =
                "Given all rows, those before and those after (smoothed). After the last row: "
                + string.Join(", ", fit.Indices.Select(k => $"{Name(k)} {Numbers.Significant(fit.Next[k])}"))
                + $".{Sampled}",
            X = Time,
            Y = new Axis("probability"),
            Series =
            [
                .. fit.Indices.Select(k =>
                    Curves.Through(Name(k), Rows, [.. shown.Select(row => fit.Probabilities[row][k])], k)
                ),
            ],
        };

    /// <summary>
    /// sd of the last rows against the sd that the states' probabilities imply, with what is left uncertain about each state's own.
    /// </summary>
    private XyChart Volatility(int column)
    {
        var name = fit.Data.ColumnNames[column];
        double[] Implied(Func<Marginal, double> sd) =>
            [
                .. shown.Select(row =>
                    System.Math.Sqrt(
                        fit.Indices.Sum(k =>
                            fit.Probabilities[row][k] * sd(fit.Sds[k][column]) * sd(fit.Sds[k][column])
                        )
                    )
                ),
            ];
        return new XyChart
        {
            Id = $"volatility-{column + 1}",
            Title = $"Volatility of {name}",
            Caption =
                $"The rolling standard deviation of {Window} rows lags and smears; the inferred one weighs the states' volatilities by their "
                + "probabilities. Band: with every volatility at its 5 % and at its 95 % point.",
            X = Time,
            Y = new Axis($"sd of {name}"),
            Series =
            [
                Curves.Band("inferred, 90 % band", Rows, Implied(sd => sd.Q05), Implied(sd => sd.Q95)),
                Curves.Through("inferred", Rows, Implied(sd => sd.Q50), 0),
                Curves.Through($"rolling, {Window} rows", Rows, [.. shown.Select(row => Rolling(row, column))], 1),
            ],
        };
    }

    private double Rolling(int row, int column)
    {
        if (row < Window - 1)
        {
            return double.NaN;
        }

        var values = Enumerable.Range(row - Window + 1, Window).Select(t => fit.Value(t, column)).ToArray();
        var mean = values.Average();
        return System.Math.Sqrt(values.Sum(x => (x - mean) * (x - mean)) / (Window - 1));
    }
}
