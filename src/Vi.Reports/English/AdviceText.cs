namespace Vi.Reports.English;

internal static class AdviceText
{
    /// <summary>What to change, as a clause without full stop.</summary>
    public static string Action(AdviceRecord advice) =>
        Sentences.Of("remedy", advice.Remedy, null, advice.Value?.ToString());

    /// <summary>The setting that gets the new value; null where there is none.</summary>
    public static SettingChange? Setting(AdviceRecord advice) =>
        advice is { Setting: { } path, Value: { } value } ? new SettingChange(path, value) : null;

    /// <summary>A setting as it is copied to the command line: <c>--set inference.draws=4000</c>.</summary>
    public static string Setting(SettingChange setting)
    {
        var text =
            setting.Value.GetValueKind() == JsonValueKind.Number
                ? setting.Value.ToJsonString().Replace('E', 'e')
                : setting.Value.ToString();
        return $"--set {setting.Path}={text}";
    }

    public static string Line(AdviceRecord advice) =>
        Setting(advice) is { } setting ? $"{Action(advice)}: {Setting(setting)}" : $"{Action(advice)}.";
}
