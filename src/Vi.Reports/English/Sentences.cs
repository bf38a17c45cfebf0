using System.Text.RegularExpressions;

namespace Vi.Reports.English;

/// <summary>
/// The sentences of <c>english.json</c>, by kind and code. In a sentence <c>{gain}</c> is a figure, <c>{a/b}</c> a ratio of two, <c>{steps:step}</c>
/// a count with its noun, <c>{draws:#}</c> a count, <c>{share:%}</c> a share; <c>{0}</c> is a subject and <c>{1+}</c> a list of subjects from one
/// on; <c>{known?A|B}</c> is A where the figure is above 0, otherwise B. A code of another version, without a sentence, stays as it is.
/// </summary>
internal static partial class Sentences
{
    private static readonly Lazy<Dictionary<string, Dictionary<string, string>>> Kinds = new(() =>
        JsonSerializer.Deserialize<Dictionary<string, Dictionary<string, string>>>(
            EmbeddedAssets.Bytes("english.json")
        )!
    );

    /// <summary>The codes of a kind.</summary>
    public static IReadOnlyCollection<string> Codes(string kind) => Kinds.Value[kind].Keys;

    /// <summary>A code as files and <c>english.json</c> write it: <c>SweepGain</c> is <c>sweep-gain</c>.</summary>
    public static string Code(Enum code) => JsonNamingPolicy.KebabCaseLower.ConvertName($"{code}");

    public static string Of(
        string kind,
        string code,
        IReadOnlyDictionary<string, double>? figures = null,
        string? subject = null
    ) => Of(kind, code, figures ?? new Dictionary<string, double>(), [subject ?? ""]);

    public static string Of(
        string kind,
        string code,
        IReadOnlyDictionary<string, double> figures,
        params IReadOnlyList<string> subjects
    ) => Filled(Kinds.Value[kind].GetValueOrDefault(code, code), figures, subjects);

    /// <summary>A sentence with figures and subjects in their places.</summary>
    public static string Filled(
        string sentence,
        IReadOnlyDictionary<string, double> figures,
        IReadOnlyList<string> subjects
    )
    {
        double Figure(string name) => figures.GetValueOrDefault(name, double.NaN);
        string Value(Match place)
        {
            var (first, rest, form) = (place.Groups["first"].Value, place.Groups["rest"], place.Groups["form"].Value);
            if (form.Length == 0 && int.TryParse(first, CultureInfo.InvariantCulture, out var subject))
            {
                return rest.Success ? string.Join(", ", subjects.Skip(subject)) : subjects[subject];
            }

            var below = place.Groups["below"];
            var value = Figure(first) / (below.Success ? Figure(below.Value) : 1);
            return form switch
            {
                "" => Numbers.Significant(value),
                "#" => Numbers.Count((long)value),
                "%" => Numbers.Percent(value),
                var noun => Numbers.Counted((long)value, noun),
            };
        }

        var chosen = Choice()
            .Replace(sentence, choice => choice.Groups[Figure(choice.Groups["if"].Value) > 0 ? "then" : "else"].Value);
        return Place().Replace(chosen, Value);
    }

    [GeneratedRegex(
        @"\{(?<if>\w+)\?(?<then>([^{}|]|\{[^{}]*\})*)\|(?<else>([^{}|]|\{[^{}]*\})*)\}",
        RegexOptions.ExplicitCapture,
        Timeout.Infinite
    )]
    private static partial Regex Choice();

    [GeneratedRegex(
        @"\{(?<first>\w+)(?<rest>\+)?(/(?<below>\w+))?(:(?<form>[^{}]+))?\}",
        RegexOptions.ExplicitCapture,
        Timeout.Infinite
    )]
    private static partial Regex Place();
}
