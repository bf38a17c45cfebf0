using System.Text.RegularExpressions;

namespace Vi.Data.Columns;

/// <summary>The dates of a column and how they are written.</summary>
/// <param name="Format">The format of the date, e.g. <c>dd/MM/yyyy</c>.</param>
/// <param name="Other">Another format that reads every date; null where there is none.</param>
/// <param name="Times">One a row; null where the cell is empty or holds no date.</param>
internal sealed record Dates(string Format, string? Other, IReadOnlyList<DateTime?> Times)
{
    /// <summary>The format of dates whose source gives them as such.</summary>
    public const string Typed = "typed by the source";

    /// <summary>Different offsets from UTC that the texts carry, in the order of their rows; they are not applied.</summary>
    public IReadOnlyList<string> Offsets { get; init; } = [];

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

    /// <summary>Characters of the longest date with clock and zone, and some room; the pattern's time grows with their square.</summary>
    private const int Longest = 100;

    /// <summary>The dates of cells, of which the null ones are missing; null where they are no dates.</summary>
    /// <param name="format">The date's format; null to find it.</param>
    public static Dates? Of(IReadOnlyList<string?> cells, string? format)
    {
        if (cells.Any(cell => cell?.Length > Longest))
        {
            return null;
        }

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
        return new Dates(chosen.Format, other.Times is null ? null : other.Format, chosen.Times)
        {
            Offsets = [.. known.Select(part => Offset(part.Groups["zone"])).Distinct(StringComparer.Ordinal)],
        };
    }

    private static string Offset(Group zone) =>
        !zone.Success ? ""
        : zone.Value is "Z" or "UTC" or "GMT" ? "+00:00"
        : zone.Value.Length == 5 ? zone.Value.Insert(3, ":")
        : zone.Value;

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
        @"^(?<date>[\w/.,\- ]{4,}?)(?:(?:T|[ ]+)(?<clock>\d{1,2}:\d{2}(?::\d{2}(?:\.\d{1,7})?)?(?: ?[AaPp][Mm])?)\d*[ ]?(?<zone>Z|UTC|GMT|[+-]\d{2}:?\d{2})?)?$",
        RegexOptions.None,
        Timeout.Infinite
    )]
    private static partial Regex Parts();
}
