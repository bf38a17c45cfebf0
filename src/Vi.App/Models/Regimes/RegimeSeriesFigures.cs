namespace Vi.App.Models.Regimes;

/// <summary>Figures over time: the series with its regimes, the states' probabilities, the volatility.</summary>
internal sealed class RegimeSeriesFigures(RegimeFit fit)
{
    /// <summary>Columns that get figures of their own.</summary>
    public const int MostColumns = 4;

    private readonly int[] shown = Curves.Sample(fit.Data.RowCount);
    private readonly string drawn = Chart.Drawn(Curves.Sample(fit.Data.RowCount).Length, fit.Data.RowCount);

    public IEnumerable<Exhibit> Make() =>
        [
            .. fit.Columns.Take(MostColumns).Select(Series),
            .. fit.View.Counts.Length > 1 ? [Probabilities()] : Array.Empty<Exhibit>(),
            .. fit.Data.RowCount > SeriesFigures.Window ? fit.Columns.Take(MostColumns).Select(Volatility) : [],
        ];

    private IEnumerable<double> Rows => shown.Select(row => row + 1.0);

    private XyChart Series(int column)
    {
        var name = fit.Data.ColumnNames[column];
        var values = shown.Select(row => fit.Value(row, column)).ToArray();
        var rows = fit.Indices.Select(k => $"{RegimeFit.Name(k)} in {fit.View.States.Count(state => state == k)} rows");
        return Chart.Xy(
            FigureText.Of("regime-switching", "regimes-{0}", column + 1, name, string.Join(", ", rows), drawn),
            [
                .. fit
                    .Indices.Where(fit.View.States.Contains)
                    .Select(k =>
                        SeriesFigures.Stretches(RegimeFit.Name(k), fit.View.States, k, (values.Min(), values.Max()), k)
                    ),
                Curves.Through(name, Rows, values, -1),
            ]
        );
    }

    private XyChart Probabilities()
    {
        var next = fit.Indices.Select(k => $"{RegimeFit.Name(k)} {Significant(fit.View.Next[k])}");
        return Chart.Xy(
            FigureText.Of("regime-switching", "state-probabilities", string.Join(", ", next), drawn),
            fit.Indices.Select(k =>
                Curves.Through(RegimeFit.Name(k), Rows, shown.Select(row => fit.View.Probabilities[row][k]), k)
            )
        );
    }

    /// <summary>
    /// sd of the last rows against the sd that the states' probabilities imply, with what is left uncertain about each state's own.
    /// </summary>
    private XyChart Volatility(int column)
    {
        var (name, width) = (fit.Data.ColumnNames[column], fit.Data.ColumnNames.Count);
        IEnumerable<double> Implied(Func<Marginal, double> sd)
        {
            var variances = fit
                .Indices.Select(k => sd(fit.Sds.Entries[(k * width) + column]))
                .Select(s => s * s)
                .ToArray();
            return shown.Select(row => Sqrt(fit.Indices.Sum(k => fit.View.Probabilities[row][k] * variances[k])));
        }

        return Chart.Xy(
            FigureText.Of("regime-switching", "volatility-{0}", column + 1, name, SeriesFigures.Window),
            Curves.Band("inferred, 90 % band", Rows, Implied(sd => sd.Q05), Implied(sd => sd.Q95)),
            Curves.Through("inferred", Rows, Implied(sd => sd.Q50), 0),
            Curves.Through(
                $"rolling, {SeriesFigures.Window} rows",
                Rows,
                shown.Select(row => SeriesFigures.RollingSd(row, t => fit.Value(t, column))),
                1
            )
        );
    }
}
