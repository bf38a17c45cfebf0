namespace Vi.Data.Columns;

/// <summary>Recognises columns of numbers that are dates or that only count the rows.</summary>
internal static class Counters
{
    private const int Fewest = 3;

    /// <summary>The name of a first column whose header is empty.</summary>
    private const string Unnamed = "column 1";

    private static readonly HashSet<string> IndexNames = new(
        "index,idx,id,row,rowid,row_id,row id,rownames,row.names,row names,rowname,unnamed: 0,level_0,#,...1,_id,obs id".Split(
            ','
        ),
        StringComparer.OrdinalIgnoreCase
    );

    /// <summary>How far steps may differ, as shares of a step: times are written with a few decimals.</summary>
    private const double EvenSteps = 0.2;

    private static readonly HashSet<string> TimeNames = new(
        ["t", "time", "date", "year", "timestamp", "decimal_date", "decimal date", "decimal year", "seconds"],
        StringComparer.OrdinalIgnoreCase
    );

    private static readonly HashSet<string> CountNames = new(
        "x,t,n,no,nr,no.,nr.,num,number,obs,obs.,observation,case,seq,step,time,period,tick,day,week,month,quarter,record".Split(
            ','
        ),
        StringComparer.OrdinalIgnoreCase
    );

    private static readonly HashSet<string> YearNames = new(
        "year,years,yr,yyyy,jahr,annee,année,ano,año,anno".Split(','),
        StringComparer.OrdinalIgnoreCase
    );

    /// <summary>Whether the numbers, of which none is missing, only number the rows.</summary>
    /// <param name="isFirst">Whether the column is the first of the file.</param>
    /// <param name="explains">Whether the model explains a target by the other columns, among which time may well be.</param>
    public static bool IsIndex(string name, bool isFirst, IReadOnlyList<double> values, bool explains)
    {
        if (values.Count < Fewest)
        {
            return false;
        }

        if (!explains && TimeNames.Contains(name) && Rises(values))
        {
            return true;
        }

        if (!values.All(IsWhole))
        {
            return false;
        }

        var isNamed = IndexNames.Contains(name) || (isFirst && name == Unnamed);
        return isNamed
            ? values.Distinct().Count() == values.Count
            : isFirst && !explains && CountNames.Contains(name) && CountsByOne(values) && values[0] is 0 or 1;
    }

    public static bool CountsByOne(IReadOnlyList<double> values) =>
        values.Count > Fewest
        && values.All(IsWhole)
        && values.Zip(values.Skip(1)).All(pair => pair.Second == pair.First + 1);

    /// <summary>Whether each number is greater than the one before by about the same step, as decimal years are.</summary>
    public static bool RisesEvenly(IReadOnlyList<double> values)
    {
        if (values.Count <= Fewest || !Rises(values))
        {
            return false;
        }

        var step = (values[^1] - values[0]) / (values.Count - 1);
        return values
            .Zip(values.Skip(1))
            .All(pair => System.Math.Abs(pair.Second - pair.First - step) < EvenSteps * step);
    }

    private static bool Rises(IReadOnlyList<double> values) =>
        values.Zip(values.Skip(1)).All(pair => pair.Second > pair.First);

    /// <summary>The dates that whole numbers are; null where they are none.</summary>
    public static Dates? DatesOf(string name, bool isFirst, IReadOnlyList<double> values)
    {
        if (
            values.Count < Fewest
            || IndexNames.Contains(name)
            || !values.All(value => double.IsNaN(value) || IsWhole(value))
        )
        {
            return null;
        }

        var known = values.Where(double.IsFinite).ToList();
        if (known.Count < Fewest)
        {
            return null;
        }

        bool Named(params ReadOnlySpan<string> words)
        {
            foreach (var word in words)
            {
                if (name.Contains(word, StringComparison.OrdinalIgnoreCase))
                {
                    return true;
                }
            }

            return false;
        }

        var isTime = Named("date", "time", "datum", "fecha", "stamp", "unix", "epoch");
        if (known.TrueForAll(value => value is >= 15000101 and <= 22991231))
        {
            return Read("yyyyMMdd", values, value => Exact(value, "yyyyMMdd"));
        }

        if (
            known.TrueForAll(value => value is >= 150001 and <= 229912)
            && (isTime || Named("month", "yyyymm", "period") || (isFirst && name == Unnamed))
        )
        {
            return Read("yyyyMM", values, value => Exact(value, "yyyyMM"));
        }

        var rises = known.Zip(known.Skip(1)).All(pair => pair.Second > pair.First);
        var isYear = known.TrueForAll(value => value is >= 1500 and <= 2299);
        if (isYear && rises && (YearNames.Contains(name) || CountsByOne(known)))
        {
            return Read("yyyy", values, value => new DateTime((int)value, 1, 1));
        }

        if (!isTime)
        {
            return null;
        }

        return known.TrueForAll(value => value is >= 1e8 and <= 5e9)
                ? Read("Unix seconds", values, value => DateTime.UnixEpoch.AddSeconds(value))
            : known.TrueForAll(value => value is >= 1e11 and <= 5e12)
                ? Read("Unix milliseconds", values, value => DateTime.UnixEpoch.AddMilliseconds(value))
            : known.TrueForAll(value => value is >= 10000 and <= 80000)
                ? Read("Excel days", values, value => DateTime.FromOADate(value))
            : null;
    }

    private static Dates? Read(string format, IReadOnlyList<double> values, Func<double, DateTime?> read)
    {
        List<DateTime?> times = [.. values.Select(value => double.IsNaN(value) ? null : read(value))];
        return times.Zip(values).All(pair => pair.First is not null || double.IsNaN(pair.Second))
            ? new Dates(format, null, times)
            : null;
    }

    private static DateTime? Exact(double value, string format) =>
        DateTime.TryParseExact(
            value.ToString("F0", CultureInfo.InvariantCulture),
            format,
            CultureInfo.InvariantCulture,
            DateTimeStyles.None,
            out var date
        )
            ? date
            : null;

    private static bool IsWhole(double value) => value == System.Math.Floor(value);
}
