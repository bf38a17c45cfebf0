namespace Vi.Results;

/// <summary>
/// Numbers as a reader wants them, in text, tables, figures and on the terminal: at most four significant digits, thousands separated by
/// commas, a true minus sign, and <c>9.1e-13</c> where plain digits would be mostly zeros.
/// </summary>
public static class Numbers
{
    private const string Missing = "–";
    private const int MaximumDecimals = 7;

    /// <summary>A number with four significant digits, zeros at the end left out; a whole number below 1e9 with all of its own.</summary>
    public static string Significant(double value) => Significant(value, 4);

    private static string Significant(double value, int digits)
    {
        if (!double.IsFinite(value))
        {
            return NonFinite(value);
        }

        if (System.Math.Abs(value) < 1e9 && value == System.Math.Truncate(value))
        {
            return Fixed(value, 0);
        }

        var exponent = Exponent(value, digits);
        return exponent is < -4 or > 8
            ? Scientific(value, digits, isTrimmed: true)
            : Trimmed(Fixed(value, System.Math.Max(0, digits - 1 - exponent)));
    }

    /// <summary>A share from 0 to 1 in per cent.</summary>
    public static string Percent(double share) => $"{Significant(100 * share, 3)} %";

    /// <summary>
    /// A number with as many decimals as leave its standard deviation two significant digits; four significant digits where the
    /// standard deviation is zero or unknown.
    /// </summary>
    public static string BySd(double value, double sd)
    {
        if (!double.IsFinite(value))
        {
            return NonFinite(value);
        }

        if (!double.IsFinite(sd) || sd <= 0)
        {
            return Significant(value);
        }

        var decimals = 1 - Exponent(sd, 2);
        var magnitude = value == 0 ? 0 : Exponent(value, 15);
        if (decimals > MaximumDecimals || magnitude > 8 || decimals < -6)
        {
            return Scientific(value, System.Math.Clamp(magnitude + decimals + 1, 2, 15));
        }

        return Fixed(value, System.Math.Max(0, decimals));
    }

    /// <summary>A bound in nats: three decimals, fewer where it is so large that they are below its rounding.</summary>
    public static string Nats(double value)
    {
        if (!double.IsFinite(value))
        {
            return NonFinite(value);
        }

        var exponent = value == 0 ? 0 : Exponent(value, 15);
        return exponent switch
        {
            > 12 => Scientific(value, 10),
            < -3 => Significant(value),
            _ => Fixed(value, System.Math.Clamp(12 - exponent, 0, 3)),
        };
    }

    /// <summary>A count with thousands separated.</summary>
    public static string Count(long value) => Sign(value.ToString("#,0", CultureInfo.InvariantCulture));

    /// <summary>A duration with its unit: microseconds up to minutes.</summary>
    public static string Duration(double seconds) =>
        seconds switch
        {
            _ when !double.IsFinite(seconds) => NonFinite(seconds),
            0 => "0 s",
            < 1e-3 => $"{Significant(seconds * 1e6, 3)} µs",
            < 1 => $"{Significant(seconds * 1e3, 3)} ms",
            < 120 => $"{Significant(seconds, 3)} s",
            _ => $"{Significant(seconds / 60, 3)} min",
        };

    /// <summary>A count with its noun: <c>1 row</c>, <c>272 rows</c>.</summary>
    public static string Counted(long count, string noun) => $"{Count(count)} {noun}{(count == 1 ? "" : "s")}";

    private static int Exponent(double value, int digits)
    {
        var rounded = value.ToString($"E{digits - 1}", CultureInfo.InvariantCulture);
        return int.Parse(rounded.AsSpan(rounded.IndexOf('E') + 1), CultureInfo.InvariantCulture);
    }

    private static string Fixed(double value, int decimals)
    {
        var text = value.ToString($"N{decimals}", CultureInfo.InvariantCulture);
        return Sign(text.AsSpan().IndexOfAnyExcept("-0.,") < 0 ? text.TrimStart('-') : text);
    }

    private static string Scientific(double value, int digits, bool isTrimmed = false)
    {
        var text = value.ToString($"E{digits - 1}", CultureInfo.InvariantCulture);
        var split = text.IndexOf('E');
        var exponent = int.Parse(text.AsSpan(split + 1), CultureInfo.InvariantCulture);
        var mantissa = Sign(text[..split]);
        return string.Create(CultureInfo.InvariantCulture, $"{(isTrimmed ? Trimmed(mantissa) : mantissa)}e{exponent}");
    }

    private static string Trimmed(string text) => text.Contains('.') ? text.TrimEnd('0').TrimEnd('.') : text;

    private static string Sign(string text) => text.Replace('-', '−');

    private static string NonFinite(double value)
    {
        if (double.IsNaN(value))
        {
            return Missing;
        }

        return value > 0 ? "∞" : "−∞";
    }
}
