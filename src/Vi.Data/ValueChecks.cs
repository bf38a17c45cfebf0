namespace Vi.Data;

/// <summary>Looks for values that are probably mistakes or codes.</summary>
internal static class ValueChecks
{
    /// <summary>Rows below which a column is too short to tell.</summary>
    private const int FewestRows = 8;

    /// <summary>Multiples of the middle half's width beyond which a value is named.</summary>
    private const double FarWidths = 1000;

    /// <summary>Times its neighbours above which a value is named.</summary>
    private const double FarTimes = 1e4;

    private const int MostFar = 3;

    /// <summary>Different whole numbers up to which a column may be a label.</summary>
    private const int MostLabels = 10;

    /// <summary>What data sets write in place of a missing number.</summary>
    private static readonly double[] Sentinels =
    [
        -9,
        -99,
        -999,
        -9999,
        -99999,
        -999999,
        99,
        999,
        9999,
        99999,
        999999,
        -99.9,
        -999.9,
        -999.25,
        -99.99,
        1e20,
        9.96921e36,
    ];

    public static IEnumerable<Finding> Of(Table table, string? target)
    {
        foreach (var column in table.Columns)
        {
            var known = Array.FindAll(column.Values, double.IsFinite);
            if (known.Length < FewestRows)
            {
                continue;
            }

            Array.Sort(known);
            var codes = Sentinels.Where(value => IsSentinel(known, value)).ToList();
            foreach (var code in codes)
            {
                yield return Finding.Of(
                    Severity.Warning,
                    "sentinel-value",
                    ("value", code),
                    ("count", known.Count(value => value == code))
                ) with
                {
                    Subjects = [column.Name, code.ToString("R", CultureInfo.InvariantCulture)],
                };
            }

            var far = Far(column.Values, Array.FindAll(known, value => !codes.Contains(value)))
                .Except(Enumerable.Range(0, column.Values.Length).Where(i => codes.Contains(column.Values[i])));
            foreach (var row in far.Take(MostFar))
            {
                yield return Finding.Of(
                    Severity.Warning,
                    "far-value",
                    ("value", column.Values[row]),
                    ("line", table.Lines?[row] ?? row + 1),
                    ("isLine", table.Lines is null ? 0 : 1)
                ) with
                {
                    Subjects = [column.Name],
                };
            }
        }

        if (target is null && LabelColumns(table) is { Count: > 0 } labels)
        {
            yield return new Finding(Severity.Hint, "label-columns") { Subjects = labels };
        }
    }

    /// <summary>A warning for rows in which every entry is missing, such as holidays.</summary>
    public static IEnumerable<Finding> EmptyRows(Table table)
    {
        var rows = Enumerable
            .Range(0, table.Columns.Count < 2 ? 0 : table.Columns[0].Values.Length)
            .Where(i => table.Columns.All(column => double.IsNaN(column.Values[i])))
            .ToList();
        if (rows.Count > 0)
        {
            yield return Finding.Of(Severity.Warning, "empty-rows", ("rows", rows.Count)) with
            {
                Subjects = [table.Places.Of(rows[0])],
            };
        }
    }

    /// <summary>Whether a usual code lies apart from all other numbers: further than they do from each other.</summary>
    private static bool IsSentinel(double[] sorted, double value)
    {
        var count = sorted.Count(one => one == value);
        if (count == 0 || sorted.Length - count < FewestRows / 2)
        {
            return false;
        }

        var others = Array.FindAll(sorted, one => one != value);
        var (least, most) = (others[0], others[^1]);
        var distance =
            value < least ? least - value
            : value > most ? value - most
            : 0;
        // Another code at the other end, or on this one, may widen the others; the middle nine tenths do not change.
        var range = others[(int)(0.95 * (others.Length - 1))] - others[(int)(0.05 * (others.Length - 1))];
        var isBeyondCodes = Array.TrueForAll(
            others,
            one => System.Math.Abs(one - value) > 0.75 * range || Sentinels.Contains(one)
        );
        return isBeyondCodes
            && range > 0
            && (distance > 0 || Array.Exists(others, one => Sentinels.Contains(one)))
            && (count > 1 || distance > 5 * range);
    }

    /// <summary>Rows whose value is far from all others, however they vary.</summary>
    private static List<int> Far(double[] values, double[] sorted)
    {
        if (sorted.Length < FewestRows)
        {
            return [];
        }

        double At(double share) => sorted[(int)(share * (sorted.Length - 1))];
        var (middle, width) = (At(0.5), At(0.75) - At(0.25));
        double Size(int i) =>
            i < 0 || i >= values.Length || !double.IsFinite(values[i]) ? 0 : System.Math.Abs(values[i]);
        // A column that is zero or the same nearly everywhere has no width to measure by.
        var rows = Enumerable
            .Range(0, values.Length)
            .Where(i =>
                width > 0
                && double.IsFinite(values[i])
                && (
                    System.Math.Abs(values[i] - middle) > FarWidths * width
                    || (
                        System.Math.Abs(values[i] - middle) > FarWidths / 10 * width
                        && System.Math.Max(Size(i - 1), Size(i + 1)) is > 0 and var near
                        && Size(i) > FarTimes * near
                    )
                )
            )
            .ToList();
        // Many such values are the nature of the column, not a mistake.
        return rows.Count <= System.Math.Max(MostFar, values.Length / 100) ? rows : [];
    }

    /// <summary>Columns of a few whole numbers among columns of measurements.</summary>
    private static List<string> LabelColumns(Table table)
    {
        var measured = table.Columns.Any(column =>
            column.Values.Any(value => value != System.Math.Floor(value) && !double.IsNaN(value))
        );
        return !measured || table.Columns[0].Values.Length < 2 * MostLabels
            ? []
            :
            [
                .. table
                    .Columns.Where(column =>
                        Array.TrueForAll(
                            column.Values,
                            value => double.IsNaN(value) || value == System.Math.Floor(value)
                        ) && column.Values.Distinct().Take(MostLabels + 1).Count() is > 1 and <= MostLabels
                    )
                    .Select(column => column.Name),
            ];
    }
}
