using Vi.Math;

namespace Vi.App.Models.Programs;

/// <summary>What programs read off a request.</summary>
internal static class ProgramData
{
    /// <summary>The last column.</summary>
    public static Vec Target(FitRequest request) => Column(request, request.RequireData().ColumnNames.Count - 1);

    /// <summary>A column.</summary>
    public static Vec Column(FitRequest request, int column)
    {
        var data = request.RequireData();
        var (values, width) = (data.Values, data.ColumnNames.Count);
        return Statistics.Vector([.. Enumerable.Range(0, data.RowCount).Select(i => values[(i * width) + column])]);
    }

    /// <summary>All columns but the last, N x D.</summary>
    public static Mat Design(FitRequest request) => Design(request.RequireData());

    /// <summary>All columns but the last, N x D.</summary>
    public static Mat Design(Data.Dataset data)
    {
        var (values, width) = (data.Values, data.ColumnNames.Count);
        return Statistics.Matrix([
            .. Enumerable.Range(0, data.RowCount).Select(i => values[(i * width)..((i * width) + width - 1)]),
        ]);
    }

    /// <summary>Standard deviation with divisor n.</summary>
    public static double Spread(double[] values)
    {
        var mean = values.Average();
        return System.Math.Sqrt(values.Average(value => (value - mean) * (value - mean)));
    }

    /// <summary>Means of all columns.</summary>
    public static double[] ColumnMeans(Data.Dataset data)
    {
        var (values, width) = (data.Values, data.ColumnNames.Count);
        return
        [
            .. Enumerable
                .Range(0, width)
                .Select(j => Enumerable.Range(0, data.RowCount).Average(i => values[(i * width) + j])),
        ];
    }
}
