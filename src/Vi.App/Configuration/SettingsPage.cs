using System.Text.RegularExpressions;

namespace Vi.App.Configuration;

/// <summary>
/// The page <c>docs/settings.md</c>, which is embedded in the program: a table for each settings record with the numbers that a setting may
/// be, its unit, and what it means.
/// </summary>
internal static partial class SettingsPage
{
    private static readonly Lazy<Dictionary<string, SettingAttribute>> Rows = new(Read);

    /// <summary>The keys of all rows.</summary>
    public static IReadOnlyCollection<string> Keys => Rows.Value.Keys;

    /// <summary>A property's row: its record's name without <c>Settings</c>, and its own, in any case.</summary>
    public static string Key(MemberInfo property)
    {
        var record = property.DeclaringType!.Name;
        return $"{(record.EndsWith("Settings", StringComparison.Ordinal) ? record[..^"Settings".Length] : record)}.{property.Name}";
    }

    /// <summary>What the page says of a property; null where it says nothing.</summary>
    public static SettingAttribute? Of(MemberInfo property) => Rows.Value.GetValueOrDefault(Key(property));

    private static Dictionary<string, SettingAttribute> Read()
    {
        using var stream = typeof(SettingsPage).Assembly.GetManifestResourceStream("settings.md")!;
        var rows = new Dictionary<string, SettingAttribute>(StringComparer.OrdinalIgnoreCase);
        var record = "";
        foreach (var line in new StreamReader(stream).ReadToEnd().Split('\n'))
        {
            if (line.StartsWith("## ", StringComparison.Ordinal))
            {
                var suffix = line.StartsWith("## Generator ", StringComparison.Ordinal) ? "Generator" : "";
                record = line.Split('`')[1].Replace("-", "", StringComparison.Ordinal) + suffix;
            }
            else if (line.StartsWith("| `", StringComparison.Ordinal))
            {
                string[] cells = [.. line.Split('|').Skip(1).Select(cell => cell.Trim())];
                var bounds = Bound()
                    .Matches(cells[1])
                    .ToDictionary(
                        bound => bound.Groups["kind"].Value,
                        bound => double.Parse(bound.Groups["number"].Value, CultureInfo.InvariantCulture),
                        StringComparer.Ordinal
                    );
                rows.Add(
                    $"{record}.{cells[0].Trim('`', '$')}",
                    new SettingAttribute(cells[3])
                    {
                        Minimum = bounds.GetValueOrDefault("at least", double.NaN),
                        ExclusiveMinimum = bounds.GetValueOrDefault("greater than", double.NaN),
                        Maximum = bounds.GetValueOrDefault("at most", double.NaN),
                        Unit = cells[2].Length > 0 ? cells[2] : null,
                    }
                );
            }
        }

        return rows;
    }

    [GeneratedRegex("(?<kind>at least|greater than|at most) (?<number>[^ ,]+)", RegexOptions.None, Timeout.Infinite)]
    private static partial Regex Bound();
}
