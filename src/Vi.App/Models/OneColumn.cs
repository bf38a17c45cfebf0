namespace Vi.App.Models;

/// <summary>The single column that some models read.</summary>
/// <param name="Name">The column's name.</param>
/// <param name="Values">Its numbers for figures: all, or an even sample of a hundred thousand.</param>
/// <param name="Rows">The same as a table for the core.</param>
internal sealed record OneColumn(string Name, IReadOnlyList<double> Values, Rows Rows)
{
    private const int MostValues = 100_000;

    /// <summary>The column of a request's data. Raises <see cref="ExperimentException"/> where there are several.</summary>
    public static OneColumn Of(FitRequest request, string type)
    {
        var data = request.RequireData();
        if (data.ColumnNames.Count != 1)
        {
            throw new ExperimentException(
                "data.columns",
                $"{data.ColumnNames.Count} columns ({string.Join(", ", data.ColumnNames)}); {type} reads one column: name it, "
                    + $"e.g. \"columns\": [\"{data.ColumnNames[0]}\"]"
            );
        }

        return new OneColumn(
            data.ColumnNames[0],
            [.. Curves.Sample(data.RowCount, MostValues).Select(i => data.Row(i)[0])],
            request.Rows()
        );
    }
}
