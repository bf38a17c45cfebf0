namespace Vi.Data.Columns;

/// <summary>Keeps equal texts once, as long as they are short and not too many.</summary>
internal sealed class TextPool
{
    private const int Longest = 40;
    private const int Most = 100_000;

    private readonly Dictionary<string, string> texts = new(StringComparer.Ordinal);

    public string Of(string text)
    {
        if (text.Length > Longest)
        {
            return text;
        }

        if (texts.TryGetValue(text, out var same))
        {
            return same;
        }

        if (texts.Count < Most)
        {
            texts.Add(text, text);
        }

        return text;
    }
}
