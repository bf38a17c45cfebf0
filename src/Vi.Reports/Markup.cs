using System.Net;
using System.Runtime.CompilerServices;
using System.Text;

namespace Vi.Reports;

/// <summary>
/// A piece of finished HTML. <c>Markup.Of($"...")</c> escapes every interpolated text and keeps interpolated markup as it is, so that
/// text from data cannot become markup by being forgotten.
/// </summary>
public sealed class Markup
{
    private readonly string html;

    private Markup(string html) => this.html = html;

    /// <summary>Nothing.</summary>
    public static Markup Empty { get; } = new("");

    /// <summary>True where there is nothing.</summary>
    public bool IsEmpty => html.Length == 0;

    /// <summary>HTML from an interpolated string; texts in it are escaped.</summary>
    public static Markup Of(Interpolation content) => new(content.Text);

    /// <summary>HTML that is known to be sound: a constant, or the output of a serializer that escapes.</summary>
    public static Markup Trusted(string html) => new(html);

    /// <summary>A number as it is shown, with the exact value behind it as the <c>value</c> of a <c>data</c> element.</summary>
    public static Markup Exact(double value, string shown) =>
        Of($"<data value=\"{value.ToString("R", CultureInfo.InvariantCulture)}\">{shown}</data>");

    /// <summary>Pieces one after another, each made from one item.</summary>
    public static Markup ForEach<T>(IEnumerable<T> items, Func<T, Markup> piece) =>
        new(string.Concat(items.Select(item => piece(item).html)));

    /// <summary>Pieces one after another.</summary>
    public static Markup Concat(params IEnumerable<Markup> pieces) => ForEach(pieces, piece => piece);

    /// <summary>The HTML text.</summary>
    public override string ToString() => html;

    /// <summary>Collects an interpolated string, escaping what is not markup.</summary>
    [InterpolatedStringHandler]
    public readonly ref struct Interpolation
    {
        private readonly StringBuilder builder;

        /// <summary>Called by the compiler.</summary>
        public Interpolation(int literalLength, int formattedCount) =>
            builder = new StringBuilder(literalLength + (16 * formattedCount));

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
