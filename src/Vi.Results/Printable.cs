using System.Text;
using System.Text.RegularExpressions;

namespace Vi.Results;

/// <summary>Texts of files and users as terminals and pages may show them.</summary>
public static partial class Printable
{
    /// <summary>Characters of a cell that a message quotes.</summary>
    private const int Longest = 200;

    /// <summary>Characters of a message, which may list many names.</summary>
    private const int LongestMessage = 4000;

    /// <summary>The text with control characters, and those that turn the direction of writing, as <c>\u001b</c>.</summary>
    public static string Text(string text) => Shown(text, IsHarmful);

    /// <summary>The same of a text of several lines, which stay so.</summary>
    public static string Lines(string text) => Shown(text, c => IsHarmful(c) && c is not ('\n' or '\r' or '\t'));

    private static string Shown(string text, Func<char, bool> isHarmful) =>
        text.Any(isHarmful)
            ? text.Aggregate(
                    new StringBuilder(),
                    (shown, c) => isHarmful(c) ? shown.Append($"\\u{(int)c:x4}") : shown.Append(c)
                )
                .ToString()
            : text;

    /// <summary>A cell for a message: printable, and cut short where it is long.</summary>
    public static string Cell(string text) => Text(text.Length <= Longest ? text : text[..(Longest - 3)] + "...");

    /// <summary>A message: printable, without passwords, what it quotes cut short where it is long, and so is the message itself.</summary>
    public static string Message(string text)
    {
        var safe = Passwords().Replace(Text(text), "${before}***");
        var shown = LongQuotes().Replace(safe, quote => $"{quote.Value[..(Longest - 2)]}...\"");
        return shown.Length <= LongestMessage ? shown : shown[..(LongestMessage - 3)] + "...";
    }

    /// <summary>Texts in quotation marks longer than a cell that a message quotes.</summary>
    [GeneratedRegex("\"[^\"]{201,}\"", RegexOptions.None, Timeout.Infinite)]
    private static partial Regex LongQuotes();

    /// <summary>Passwords of connection strings and addresses, which no message repeats.</summary>
    [GeneratedRegex(
        @"(?<before>(?:password|pwd|psw)\s*=\s*)(?:""(?:[^""]|"""")*""|'(?:[^']|'')*'|[^;]+)|(?<before>:/{1,2}[^:/@\s]*:)\S+(?=@)",
        RegexOptions.IgnoreCase,
        Timeout.Infinite
    )]
    private static partial Regex Passwords();

    private static bool IsHarmful(char c) =>
        char.IsControl(c)
        || c is '\u2028' or '\u2029' or (>= '\u202a' and <= '\u202e') or (>= '\u2066' and <= '\u2069');
}
