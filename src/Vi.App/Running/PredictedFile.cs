using Table = Vi.Data.Table;

namespace Vi.App.Running;

/// <summary>Rows of a file and what a fit predicts for them.</summary>
/// <param name="Others">Columns of the file that were not used.</param>
/// <param name="Continues">Whether a series went on after the last fitted row.</param>
internal sealed record PredictedFile(
    RowKeys Keys,
    RowPredictions Rows,
    IReadOnlyList<string> Others,
    IReadOnlyList<Finding> Findings,
    bool Continues
)
{
    /// <summary>
    /// Predicts the rows of a file. Raises <see cref="ExperimentException"/> for a fit that predicts nothing, and naming line and column of what
    /// cannot be read.
    /// </summary>
    /// <param name="reading">What the run says about reading files.</param>
    public static PredictedFile Of(FittedModel fit, string file, string shown, FileReading reading)
    {
        if (!fit.CanPredict)
        {
            throw new ExperimentException(
                $"{fit.Model} fitted by {fit.Algorithm} predicts no new rows: its posterior is stored as draws ({string.Join(", ", fit.NumberNames)})"
                    + (
                        ModelCatalogue.All.Any(model =>
                            model.Type == fit.Model && model.Provides.HasFlag(Provision.Sweeps)
                        )
                            ? ". Fit the model with \"algorithm\": \"cavi\", whose posterior does"
                            : ", whose meaning only the program knows; read them from posterior.json or draws.csv"
                    )
            );
        }

        var table = DataSourceCatalogue.OfPath(file).NewRows(file, shown, fit, reading);
        var columns = fit.ModelColumns.Select(column => Find(table, column, shown)).ToList();
        var count = table.Columns.Count == 0 ? 0 : table.Columns[0].Values.Length;
        var continues = fit.IsSeries && IsAfter(table.Times, fit.Until);
        double[] Row(int i)
        {
            double[] row = [.. columns.Select(values => values[i])];
            return fit.FirstBad(row) is >= 0 and var bad ? throw OutOfRange(fit, table, shown, i, bad, row[bad]) : row;
        }

        var predicted = fit.PredictNumbers(Enumerable.Range(0, count).Select(Row), continues);
        return new(RowKeys.Of(table.Times, count), predicted, table.Others, table.Findings, continues);
    }

    private static double[] Find(Table table, ModelColumn column, string shown) =>
        table.Columns.FirstOrDefault(found => found.Name == column.Name)?.Values
        ?? throw new ExperimentException(
            $"{shown}: column \"{column.Source}\" holds numbers, and the fit reads \"{column.Name}\""
        );

    private static bool IsAfter(RowTimes? times, DateTime? until) =>
        until is not null && times?.Values.FirstOrDefault(time => time is not null) > until;

    private static ExperimentException OutOfRange(
        FittedModel fit,
        Table table,
        string shown,
        int row,
        int column,
        double value
    ) =>
        new(
            $"{shown}, {table.Places.Of(row)}, column \"{fit.ModelColumns[column].Name}\": "
                + (
                    double.IsNaN(value)
                        ? "the entry is missing; complete it or leave the row out"
                        : $"{value:R} has no finite logarithm, which the fit takes of this column; correct the entry or leave the row out"
                )
        );
}
