using System.Text.RegularExpressions;

namespace Vi.Data.Columns;

/// <summary>What stands around the digits of a number.</summary>
/// <param name="Currency">The sign or code of a currency; null for none.</param>
internal readonly record struct NumberMarks(bool IsPercent, string? Currency, bool HasGroups);

/// <summary>Reads numbers as people write them, with one sign for decimals.</summary>
/// <param name="isComma">Whether decimals follow a comma; otherwise a point.</param>
internal sealed partial class NumberText(bool isComma)
{
    private static readonly string[] Currencies =
    [
        .. "EUR USD GBP JPY CHF CNY RMB CAD AUD NZD SEK NOK DKK PLN CZK HUF RON BGN TRY RUB UAH ILS INR IDR KRW SGD HKD TWD THB MYR PHP VND BRL MXN ARS CLP COP PEN ZAR NGN EGP KES SAR AED QAR KWD BTC".Split(
            ' '
        ),
        "US$",
        "A$",
        "C$",
        "R$",
        "NZ$",
        "HK$",
        "S$",
        "Fr.",
        "kr.",
        "kr",
        "zł",
        "Kč",
        "Ft",
        "Rs.",
        "Rs",
        "DM",
    ];

    private readonly NumberFormatInfo format = new()
    {
        NumberDecimalSeparator = isComma ? "," : ".",
        NumberGroupSeparator = " ",
    };

    /// <summary>Whether the text is a number without any marks; it may be infinite.</summary>
    public bool IsPlain(string text, out double value) =>
        double.TryParse(text, NumberStyles.Float, format, out value) && !double.IsNaN(value);

    /// <summary>Reads a number with groups of thousands, a percent sign or a currency; null where it is none or not finite.</summary>
    public double? Read(string text, out NumberMarks marks)
    {
        marks = default;
        var rest = text.Replace('\u2212', '-')
            .Replace('\u00a0', ' ')
            .Replace('\u202f', ' ')
            .Replace('\u2009', ' ')
            .Trim();
        var isNegative = rest is ['(', .., ')'];
        rest = isNegative ? rest[1..^1].Trim() : rest;
        if (rest is ['-' or '+', ..])
        {
            if (isNegative)
            {
                return null;
            }

            (isNegative, rest) = (rest[0] == '-', rest[1..].TrimStart());
        }

        (rest, var currency) = WithoutCurrency(rest);
        if (currency is not null && rest is ['-', ..] && !isNegative)
        {
            (isNegative, rest) = (true, rest[1..].TrimStart());
        }

        var isPercent = rest is [.., '%'] or ['%', ..];
        rest = isPercent ? rest.Trim('%').Trim() : rest;
        var hasGroups = (isComma ? CommaGroups() : PointGroups()).IsMatch(rest);
        if (hasGroups)
        {
            rest = Separator().Replace(rest, digit => digit.Value == format.NumberDecimalSeparator ? digit.Value : "");
        }

        if (rest.Length == 0 || !char.IsAsciiDigit(rest.TrimStart('.', ',').FirstOrDefault()))
        {
            return null;
        }

        var style = NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;
        if (!double.TryParse(rest, style, format, out var value) || !double.IsFinite(value))
        {
            return null;
        }

        marks = new NumberMarks(isPercent, currency, hasGroups);
        return isNegative ? -value : value;
    }

    /// <summary>How a number may be separated: what its cell shows of decimals, apart from the cells next to it.</summary>
    public static NumberShape Shape(string text)
    {
        var rest = text.Replace('\u00a0', ' ').Trim().Trim('%', '(', ')').Trim();
        rest = WithoutCurrency(rest.TrimStart('-', '+', '\u2212')).Bare.TrimStart('-', '\u2212');
        return !Digits().IsMatch(rest) ? NumberShape.None
            : CommaDecimals().IsMatch(rest) ? NumberShape.Comma
            : PointDecimals().IsMatch(rest) ? NumberShape.Point
            : GroupsOrDecimals().IsMatch(rest) ? NumberShape.Either
            : NumberShape.None;
    }

    private static (string Bare, string? Currency) WithoutCurrency(string text)
    {
        if (text.Length > 1 && char.GetUnicodeCategory(text[0]) == UnicodeCategory.CurrencySymbol)
        {
            return (text[1..].TrimStart(), text[..1]);
        }

        if (
            text.Length > 1
            && char.GetUnicodeCategory(text[^1]) == UnicodeCategory.CurrencySymbol
            && char.IsAsciiDigit(text[0])
        )
        {
            return (text[..^1].TrimEnd(), text[^1..]);
        }

        foreach (var name in Currencies)
        {
            if (text.Length > name.Length && text.StartsWith(name, StringComparison.Ordinal))
            {
                return (text[name.Length..].TrimStart(), name);
            }

            if (text.Length > name.Length && text.EndsWith(name, StringComparison.Ordinal))
            {
                return (text[..^name.Length].TrimEnd(), name);
            }
        }

        return (text, null);
    }

    [GeneratedRegex(@"^\d{1,3}(?:(?<s>[.'’ ])\d{3}(?:\k<s>\d{3})*)(?:,\d*)?$", RegexOptions.None, Timeout.Infinite)]
    private static partial Regex CommaGroups();

    [GeneratedRegex(
        @"^(?:\d{1,3}(?:(?<s>[,'’ ])\d{3}(?:\k<s>\d{3})*)|\d{1,2}(?:,\d{2})+,\d{3})(?:\.\d*)?$",
        RegexOptions.None,
        Timeout.Infinite
    )]
    private static partial Regex PointGroups();

    [GeneratedRegex("[.,'’ ]", RegexOptions.None, Timeout.Infinite)]
    private static partial Regex Separator();

    [GeneratedRegex(
        @"^\d[\d.,'’ ]*([eE][+-]?\d+)?$|^[.,]\d+([eE][+-]?\d+)?$",
        RegexOptions.ExplicitCapture,
        Timeout.Infinite
    )]
    private static partial Regex Digits();

    /// <summary>A comma that cannot separate thousands, or one after points that do.</summary>
    [GeneratedRegex(
        @"^(?:0*,\d+|\d+,(?:\d{1,2}|\d{4,})|\d{4,},\d+|\d{1,3}(?:[.'’ ]\d{3})+,\d+|\d{1,3}(?:\.\d{3}){2,}|\d+,\d+[eE].*)$",
        RegexOptions.None,
        Timeout.Infinite
    )]
    private static partial Regex CommaDecimals();

    [GeneratedRegex(
        @"^(?:0*\.\d+|\d+\.(?:\d{1,2}|\d{4,})|\d{4,}\.\d+|\d{1,3}(?:[,'’ ]\d{3})+\.\d+|\d{1,3}(?:,\d{3}){2,}|\d{1,2}(?:,\d{2})+,\d{3}|\d+\.\d+[eE].*)$",
        RegexOptions.None,
        Timeout.Infinite
    )]
    private static partial Regex PointDecimals();

    [GeneratedRegex(@"^\d{1,3},\d{3}$", RegexOptions.None, Timeout.Infinite)]
    private static partial Regex GroupsOrDecimals();
}

/// <summary>Which decimal sign a cell shows.</summary>
internal enum NumberShape
{
    None,
    Point,
    Comma,

    /// <summary>A comma before three digits: thousands or decimals.</summary>
    Either,
}
