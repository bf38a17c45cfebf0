namespace Vi.App.Configuration;

/// <summary>A setting in one line.</summary>
public static class SettingText
{
    /// <summary>What it means, and in brackets its unit and what is allowed.</summary>
    public static string Of(KeyShape key)
    {
        var unit = UnitOf(key.Shape) is { } name ? $", in {name}" : "";
        return key.Shape is ObjectShape or OneOrListShape or CasesShape
            ? key.Description
            : $"{key.Description} ({key.Shape.Allowed}{unit})";
    }

    private static string? UnitOf(Shape shape) =>
        shape switch
        {
            NumberShape number => number.Unit,
            ListShape list => UnitOf(list.Item),
            _ => null,
        };
}
