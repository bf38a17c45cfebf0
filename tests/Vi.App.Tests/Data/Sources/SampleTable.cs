using System.Globalization;
using System.IO.Compression;
using Vi.Math.Fluent;

namespace Vi.App.Tests.Data.Sources;

/// <summary>A row of the sample table; entries that are null are missing.</summary>
internal sealed record SampleRow(
    DateTime Day,
    double? X,
    long? Count,
    decimal? Price,
    bool? Open,
    string? Kind,
    double? Y
);

/// <summary>The table that every source must read to the same bits: dates, all kinds of numbers, yes and no, categories and gaps.</summary>
internal static class SampleTable
{
    public static readonly string[] Names = ["day", "x", "count", "price", "open", "kind", "y"];

    /// <summary>y = 1 + 2 x + kind + noise of 0.3, on weekdays.</summary>
    public static IReadOnlyList<SampleRow> Rows { get; } = Make(120, 1);

    /// <summary>Rows of the same kind without gaps.</summary>
    public static IReadOnlyList<SampleRow> NewRows { get; } =
    [
        .. Make(60, 2)
            .Where(row => row is { X: not null, Count: not null, Price: not null, Open: not null, Kind: not null }),
    ];

    private static List<SampleRow> Make(int count, ulong seed)
    {
        var random = new RandomStream(seed);
        var rows = new List<SampleRow>();
        for (var day = new DateTime(2024, 1, 2); rows.Count < count; day = day.AddDays(1))
        {
            if (day.DayOfWeek is DayOfWeek.Saturday or DayOfWeek.Sunday)
            {
                continue;
            }

            var i = rows.Count;
            var (x, isB) = (random.NextNormal() / 3, random.NextNormal() > 0);
            rows.Add(
                new SampleRow(
                    day,
                    i % 17 == 5 ? null : x,
                    i % 23 == 7 ? null : (i * 7919L % 1000) + 100,
                    i % 29 == 3 ? null : System.Math.Round((decimal)(100 + random.NextNormal()), 4),
                    i % 31 == 9 ? null : random.NextNormal() > 0,
                    i % 37 == 11 ? null
                        : isB ? "b"
                        : "a",
                    1 + (2 * x) + (isB ? 1 : 0) + (0.3 * random.NextNormal())
                )
            );
        }

        return rows;
    }

    public static IReadOnlyList<object?> Cells(SampleRow row) =>
        [row.Day, row.X, row.Count, row.Price, row.Open, row.Kind, row.Y];

    /// <summary>The table as text.</summary>
    public static string Csv(IReadOnlyList<SampleRow> rows, char separator = ',', char point = '.') =>
        string.Concat(
            rows.Select(row => string.Join(separator, Cells(row).Select(cell => Text(cell, point))) + "\n")
                .Prepend(string.Join(separator, Names) + "\n")
        );

    private static string Text(object? cell, char point) =>
        cell switch
        {
            null => "",
            DateTime day => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
            bool isTrue => isTrue ? "true" : "false",
            double number => number.ToString("R", CultureInfo.InvariantCulture).Replace('.', point),
            decimal number => number.ToString(CultureInfo.InvariantCulture).Replace('.', point),
            _ => Convert.ToString(cell, CultureInfo.InvariantCulture)!,
        };

    public static byte[] Packed(string text)
    {
        using var bytes = new MemoryStream();
        using (var gzip = new GZipStream(bytes, CompressionLevel.Fastest))
        {
            gzip.Write(System.Text.Encoding.UTF8.GetBytes(text));
        }

        return bytes.ToArray();
    }
}
