namespace Vi.Data.Columns;

/// <summary>Numbers for the texts of a column.</summary>
internal static class Classes
{
    /// <summary>Pairs of words, the one for 0 first.</summary>
    private static readonly HashSet<(string, string)> Pairs =
    [
        .. "no yes,n y,false true,f t,off on,absent present,negative positive,neg pos,fail pass,failed passed,failure success,bad good,low high,down up,loss win,lose win,lost won,control case,control treatment,control treated,benign malignant,healthy sick,alive dead,ham spam,nein ja,non oui,unpaid paid,inactive active,out in"
            .Split(',')
            .Select(pair => pair.Split(' '))
            .Select(pair => (pair[0], pair[1])),
    ];

    /// <summary>Different classes that labels may have.</summary>
    private const int MostLabels = 20;

    private static readonly HashSet<string> LabelNames = new(
        "label,labels,class,classes,cluster,group,species,variety,cultivar,regime,state,category,true_label,truth".Split(
            ','
        ),
        StringComparer.OrdinalIgnoreCase
    );

    /// <summary>Whether a column is named as classes of the rows, and has as few different entries as those have.</summary>
    public static bool AreIn(TypedColumn column) =>
        LabelNames.Contains(column.Name)
        && column is { Kind: ColumnKind.Text or ColumnKind.Number, IsLabel: false, Missing.Count: 0, Bad.Count: 0 }
        && column.Numbers.All(number => number == System.Math.Floor(number))
        && column.AllTexts().Distinct(StringComparer.Ordinal).Count() is > 1 and <= MostLabels;

    /// <summary>The different texts in the order of their numbers: two words in their usual order, others as in a dictionary.</summary>
    public static IReadOnlyList<string> Levels(IEnumerable<string?> texts)
    {
        var levels = texts
            .OfType<string>()
            .Distinct(StringComparer.OrdinalIgnoreCase)
            .Order(StringComparer.OrdinalIgnoreCase)
            .ToList();
        return
            levels is [var first, var second] && Pairs.Contains((second.ToLowerInvariant(), first.ToLowerInvariant()))
            ? [second, first]
            : levels;
    }

    /// <summary>The place of each text among the levels; not a number where it is missing, -1 where it is none of them.</summary>
    public static double[] Numbers(IReadOnlyList<string?> texts, IReadOnlyList<string> levels)
    {
        var places = levels
            .Select((level, k) => (level, k))
            .ToDictionary(pair => pair.level, pair => (double)pair.k, StringComparer.OrdinalIgnoreCase);
        return [.. texts.Select(text => text is null ? double.NaN : places.GetValueOrDefault(text, -1))];
    }

    /// <summary>Class numbers of true labels: the whole numbers themselves, otherwise the place of the text among all texts in order.</summary>
    public static List<int> Of(IReadOnlyList<string?> texts)
    {
        if (texts.All(text => int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _)))
        {
            return [.. texts.Select(text => int.Parse(text!, CultureInfo.InvariantCulture))];
        }

        var order = texts
            .Select(text => text ?? "")
            .Distinct()
            .Order(StringComparer.Ordinal)
            .Select((text, i) => (text, i))
            .ToDictionary(p => p.text, p => p.i);
        return [.. texts.Select(text => order[text ?? ""])];
    }
}
