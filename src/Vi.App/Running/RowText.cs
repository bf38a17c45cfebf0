namespace Vi.App.Running;

/// <summary>What rows are called in the first column of their answers: by their date, where there is one, otherwise by their number from 1.</summary>
/// <param name="Column">The head of that column.</param>
internal sealed record RowKeys(string Column, Func<int, string> Key)
{
    public static RowKeys Of(RowTimes? times, int rows) =>
        times is null || times.Values.Count != rows
            ? new("row", row => (row + 1).ToString(CultureInfo.InvariantCulture))
            : new(times.Column, row => times.Values[row] is { } time ? Text(time) : "");

    private static string Text(DateTime time) =>
        time.ToString(
            time.TimeOfDay == TimeSpan.Zero ? "yyyy-MM-dd" : "yyyy-MM-ddTHH:mm:ss",
            CultureInfo.InvariantCulture
        );
}

/// <summary>Answers to rows as CSV: the key of a row, then its numbers, all digits; a cell is empty where there is no number.</summary>
internal static class RowText
{
    public static IEnumerable<string> Lines(FittedModel fit, RowKeys keys, RowPredictions predictions)
    {
        yield return string.Join(',', predictions.Names.Prepend(keys.Column).Select(Cell));
        var named = fit.Classes.Count > 0 ? predictions.Names.ToList().IndexOf("class") : -1;
        for (var row = 0; row < predictions.Count; row++)
        {
            var at = row;
            var numbers = predictions
                .Row(row)
                .Select((value, j) => j == named ? Cell(predictions.Class(at)!) : Number(value));
            yield return string.Join(',', numbers.Prepend(Cell(keys.Key(row))));
        }
    }

    /// <summary>What a fit predicts for the rows that it was fitted to.</summary>
    public static RowPredictions Predict(FittedModel fit, Dataset data)
    {
        // The data hold what was made of the columns before any model centred them.
        var columns = data.ModelColumns.Take(fit.ModelColumns.Count).ToList();
        return fit.PredictNumbers(
            Enumerable
                .Range(0, data.RowCount)
                .Select(i =>
                {
                    var row = data.Row(i);
                    return columns.Select((column, j) => ColumnUnits.Invert(column.Steps, row[j])).ToArray();
                }),
            continues: false
        );
    }

    private static string Number(double value) =>
        double.IsNaN(value) ? "" : value.ToString("R", CultureInfo.InvariantCulture);

    /// <summary>A text as a cell, in quotation marks where it needs them (RFC 4180).</summary>
    private static string Cell(string text) =>
        text.AsSpan().IndexOfAny(",\"\n\r") < 0 ? text : $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}
