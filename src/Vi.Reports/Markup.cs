using System.Net;
using System.Runtime.CompilerServices;

namespace Vi.Reports;

/// <summary>
/// A piece of finished HTML. <c>Markup.Of($"...")</c> escapes every interpolated text and keeps interpolated markup as it is, so that
/// text from data cannot become markup by being forgotten.
/// </summary>
internal sealed class Markup
{
    private readonly string html;

    private Markup(string html) => this.html = html;

    public static Markup Empty { get; } = new("");

    public bool IsEmpty => html.Length == 0;

    /// <summary>HTML from an interpolated string; texts in it are escaped.</summary>
    public static Markup Of(Interpolation content) => new(content.Text);

    /// <summary>HTML where a condition holds; nothing, and nothing is interpolated, where it does not.</summary>
    public static Markup If(
        bool condition,
        [InterpolatedStringHandlerArgument(nameof(condition))] Interpolation content
    ) => condition ? Of(content) : Empty;

    /// <summary>HTML that is known to be sound: a constant, or the output of a serializer that escapes.</summary>
    public static Markup Trusted(string html) => new(html);

    /// <summary>A number as it is shown, with the exact value behind it as the <c>value</c> of a <c>data</c> element.</summary>
    public static Markup Exact(double value, string shown) =>
        Of($"<data value=\"{value.ToString("R", CultureInfo.InvariantCulture)}\">{shown}</data>");

    public static Markup Number(double value) => Exact(value, Numbers.Significant(value));

    /// <summary>A bound in nats; a dash where there is none.</summary>
    public static Markup Nats(double? value) => value is { } nats ? Exact(nats, Numbers.Nats(nats)) : Dash;

    /// <summary>A number with where it is found.</summary>
    public static Markup At(double value, string place) => Of($"{Number(value)}{Small(place)}");

    public static Markup Duration(double seconds) => Exact(seconds, Numbers.Duration(seconds));

    public static Markup Text(string text) => Of($"{text}");

    /// <summary>What stands where there is nothing to say.</summary>
    public static Markup Dash { get; } = new("–");

    /// <summary>A remark in small type; nothing where the text is empty.</summary>
    public static Markup Small(string text) => If(text.Length > 0, $"<small>{text}</small>");

    /// <summary>A moment in universal time, in words.</summary>
    public static Markup Time(DateTimeOffset moment)
    {
        var (exact, words) = ($"{moment.UtcDateTime:yyyy-MM-ddTHH:mm:ssZ}", $"{moment.UtcDateTime:d MMMM yyyy, HH:mm}");
        return Of($"<time datetime=\"{exact}\">{words}</time> (UTC)");
    }

    /// <summary>Text to copy, with a button that does.</summary>
    public static Markup Copied(string id, string label, string text) =>
        Of(
            $"""<div class="code"><button type="button" class="copy" data-copy="{id}">Copy</button><pre id="{id}" tabindex="0" role="group" aria-label="{label}">{text}</pre></div>"""
        );

    /// <summary>Pieces one after another, each made from one item.</summary>
    public static Markup ForEach<T>(IEnumerable<T> items, Func<T, Markup> piece) =>
        new(string.Concat(items.Select(item => piece(item).html)));

    public static Markup Concat(params IEnumerable<Markup> pieces) => ForEach(pieces, piece => piece);

    public override string ToString() => html;

    /// <summary>Collects an interpolated string, escaping what is not markup.</summary>
    [InterpolatedStringHandler]
    public readonly ref struct Interpolation
    {
        private readonly StringBuilder builder;

        public Interpolation(int literalLength, int formattedCount) =>
            builder = new StringBuilder(literalLength + (16 * formattedCount));

        public Interpolation(int literalLength, int formattedCount, bool condition, out bool isMade)
            : this(literalLength, formattedCount) => isMade = condition;

        internal string Text => builder.ToString();

        /// <summary>Text of the program: kept.</summary>
        public void AppendLiteral(string value) => builder.Append(value);

        /// <summary>Text from elsewhere: escaped.</summary>
        public void AppendFormatted(string? value) => builder.Append(WebUtility.HtmlEncode(value));

        /// <summary>Markup: kept.</summary>
        public void AppendFormatted(Markup value) => builder.Append(value.html);

        /// <summary>A count, without separators: for attributes.</summary>
        public void AppendFormatted(int value) => builder.Append(value);
    }
}
