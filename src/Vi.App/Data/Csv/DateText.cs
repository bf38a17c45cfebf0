using System.Text.RegularExpressions;

namespace Vi.App.Data.Csv;

/// <summary>The dates of a column and how they are written.</summary>
/// <param name="Format">The format of the date, e.g. <c>dd/MM/yyyy</c>.</param>
/// <param name="Other">Another format that reads every date; null where there is none.</param>
/// <param name="Times">One a row; null where the cell is empty or holds no date.</param>
internal sealed record Dates(string Format, string? Other, IReadOnlyList<DateTime?> Times)
{
    public IEnumerable<DateTime> Known => Times.OfType<DateTime>();
}

/// <summary>Recognises columns of dates.</summary>
internal static partial class DateText
{
    /// <summary>Day first before month first: where both fit and neither is in order, the former is taken.</summary>
    private static readonly string[] Formats =
    [
        .. "yyyy-M-d yyyy/M/d yyyy.M.d yyyyMMdd d/M/yyyy M/d/yyyy d.M.yyyy d-M-yyyy M-d-yyyy d/M/yy M/d/yy d.M.yy yyyy-M yyyy/M M/yyyy d-MMM-yyyy d-MMM-yy MMM-yyyy".Split(
            ' '
        ),
        "d MMM yyyy",
        "d MMMM yyyy",
        "MMM d, yyyy",
        "MMMM d, yyyy",
        "MMM yyyy",
        "MMMM yyyy",
    ];

    /// <summary>The dates of cells, of which the null ones are missing; null where they are no dates.</summary>
    /// <param name="format">The date's format; null to find it.</param>
    public static Dates? Of(IReadOnlyList<string?> cells, string? format)
    {
        var parts = cells.Select(cell => cell is null ? null : Parts().Match(cell.Trim())).ToList();
        var known = parts.OfType<Match>().ToList();
        if (known.Count == 0 || known.Exists(part => !part.Success))
        {
            return null;
        }

        IReadOnlyList<string> tried = format is null ? Formats : [format];
        var fitting = tried
            .Select(one => (Format: one, Times: parts.ConvertAll(part => part is null ? null : Time(part, one))))
            .Where(read => read.Times.Zip(cells).All(pair => pair.Second is null || pair.First is not null))
            .ToList();
        if (fitting.Count == 0)
        {
            return null;
        }

        var chosen = fitting.Find(read => Decreases(read.Times) == 0);
        chosen = chosen.Times is null ? fitting[0] : chosen;
        var other = fitting.Find(read => read.Format != chosen.Format && !read.Times.SequenceEqual(chosen.Times));
        return new Dates(chosen.Format, other.Times is null ? null : other.Format, chosen.Times);
    }

    /// <summary>How often a date lies before the one above it.</summary>
    public static int Decreases(IEnumerable<DateTime?> times)
    {
        var known = times.OfType<DateTime>().ToList();
        return known.Zip(known.Skip(1)).Count(pair => pair.Second < pair.First);
    }

    private static DateTime? Time(Match parts, string format)
    {
        if (
            !DateTime.TryParseExact(
                parts.Groups["date"].Value,
                format,
                CultureInfo.InvariantCulture,
                DateTimeStyles.None,
                out var date
            )
        )
        {
            return null;
        }

        var clock = parts.Groups["clock"];
        return !clock.Success ? date
            : TimeOnly.TryParse(clock.Value, CultureInfo.InvariantCulture, out var time) ? date + time.ToTimeSpan()
            : null;
    }

    [GeneratedRegex(
        @"^(?<date>[\w/.,\- ]{4,}?)(?:(?:T|[ ]+)(?<clock>\d{1,2}:\d{2}(?::\d{2}(?:\.\d{1,7})?)?(?: ?[AaPp][Mm])?)\d*[ ]?(?:Z|UTC|GMT|[+-]\d{2}:?\d{2})?)?$",
        RegexOptions.None,
        1000
    )]
    private static partial Regex Parts();
}

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
        if (values.Count < Fewest || !values.All(IsWhole))
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

    /// <summary>The dates that whole numbers are; null where they are none.</summary>
    public static Dates? DatesOf(string name, bool isFirst, IReadOnlyList<double> values)
    {
        if (values.Count < Fewest || !values.All(value => double.IsNaN(value) || IsWhole(value)))
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
