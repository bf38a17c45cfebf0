namespace Vi.App.Models.Programs;

/// <summary>What programs read off a request.</summary>
internal static class ProgramData
{
    /// <summary>The last column.</summary>
    public static Vec Target(FitRequest request) => Column(request, request.RequireData().ColumnNames.Count - 1);

    public static Vec Column(FitRequest request, int column)
    {
        var data = request.RequireData();
        var (values, width) = (data.Values, data.ColumnNames.Count);
        return Statistics.Vector([.. Enumerable.Range(0, data.RowCount).Select(i => values[(i * width) + column])]);
    }

    /// <summary>All columns but the last, N x D.</summary>
    public static Mat Design(Dataset data) =>
        Statistics.Matrix(Enumerable.Range(0, data.RowCount).Select(i => data.Row(i)[..^1]));

    /// <summary>Standard deviation with divisor n.</summary>
    public static double Spread(double[] values)
    {
        var mean = values.Average();
        return Sqrt(values.Average(value => (value - mean) * (value - mean)));
    }

    /// <summary>The error at the setting that gives a table where one of its cells does not go together with the model.</summary>
    public static ExperimentException BadCell(Dataset data, string setting, int row, int column, string problem) =>
        new(
            setting,
            $"{data.Source}: row {row + 1} (line {row + 2} of a CSV file), column \"{data.ColumnNames[column]}\": {problem}"
        );
}
