namespace Vi.Data;

/// <summary>How often rows are observed.</summary>
/// <param name="RowsPerYear">By whose square root a standard deviation a row becomes one a year.</param>
internal sealed record RowCalendar(double RowsPerYear)
{
    private static readonly Dictionary<string, double> Known = new(StringComparer.Ordinal)
    {
        ["trading-days"] = 252,
        ["days"] = 365,
        ["weeks"] = 52,
        ["months"] = 12,
        ["quarters"] = 4,
        ["years"] = 1,
    };

    /// <summary>Days in a year on average.</summary>
    private const double YearDays = 365.25;

    public static RowCalendar TradingDays { get; } = new(Known["trading-days"]);

    /// <summary>The names of calendars.</summary>
    public static IReadOnlyCollection<string> Names => Known.Keys;

    /// <summary>
    /// The calendar that fits the dates: by the number of rows a year between the first and the last, the nearest in ratio of the known ones;
    /// trading days where fewer than two rows have a date.
    /// </summary>
    public static RowCalendar Of(RowTimes? times)
    {
        var dates = times?.Values.OfType<DateTime>().ToList() ?? [];
        var years = dates.Count < 2 ? 0 : (dates.Max() - dates.Min()).TotalDays / YearDays;
        if (!(years > 0))
        {
            return TradingDays;
        }

        var perYear = (dates.Count - 1) / years;
        return new(Known.Values.MinBy(rows => Abs(Log(rows / perYear))));
    }

    /// <summary>Its name, or the number of rows a year of one without a name, as an experiment writes it.</summary>
    public JsonNode Setting() =>
        Known.FirstOrDefault(known => known.Value == RowsPerYear).Key is { } name ? name : RowsPerYear;

    /// <summary>The calendar of a name. Raises <see cref="KeyNotFoundException"/> for any other.</summary>
    public static RowCalendar Named(string name) => new(Known[name]);
}

/// <summary>Reads the name of a calendar, or a number of rows a year.</summary>
internal sealed class RowCalendarConverter : JsonConverter<RowCalendar>
{
    /// <summary>What may be written.</summary>
    public static JsonObject Schema() =>
        new()
        {
            ["anyOf"] = new JsonArray(
                new JsonObject
                {
                    ["type"] = "string",
                    ["enum"] = new JsonArray([.. RowCalendar.Names.Select(name => (JsonNode)name)]),
                },
                new JsonObject { ["type"] = "number", ["exclusiveMinimum"] = 0.0 }
            ),
        };

    public override RowCalendar Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.Number ? new(reader.GetDouble()) : RowCalendar.Named(reader.GetString()!);

    public override void Write(Utf8JsonWriter writer, RowCalendar value, JsonSerializerOptions options) =>
        writer.WriteNumberValue(value.RowsPerYear);
}
