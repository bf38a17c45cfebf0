namespace Vi.Data;

/// <summary>The unit of a table's values and the calendar of its rows, as the experiment says or as the values show.</summary>
internal static class Units
{
    /// <summary>Annual volatility, as a fraction, that returns of unknown unit are compared with: that of a share, about.</summary>
    private const double Usual = 0.2;

    /// <summary>
    /// Annual volatilities, as fractions, between which returns are believed to be in a unit: a short bond's and several times that of the most
    /// restless currencies.
    /// </summary>
    private static readonly (double Least, double Most) Believed = (0.001, 5);

    /// <summary>
    /// The data with unit and calendar. Returns without a stated unit are taken to be in the one that makes their annual volatility, by ratio, more
    /// like a share's, which a finding says.
    /// </summary>
    public static LoadedData Of(LoadedData data, DataSettings settings, bool areReturns)
    {
        var calendar = settings.Calendar ?? RowCalendar.Of(data.Dataset.Times);
        var (unit, finding) = (settings.Unit ?? data.Unit, areReturns) switch
        {
            ({ } stated, _) => (stated, null),
            (null, true) => Inferred(data.Record.Summaries[^1], calendar),
            _ => (DataUnit.None, null),
        };
        return data with
        {
            Dataset = data.Dataset.In(unit, calendar),
            Record = data.Record with
            {
                Unit = unit == DataUnit.None ? null : unit,
                RowsPerYear = areReturns ? calendar.RowsPerYear : null,
            },
            Findings = finding is null ? data.Findings : [.. data.Findings, finding],
        };
    }

    private static (DataUnit Unit, Finding? Finding) Inferred(ColumnSummary returns, RowCalendar calendar)
    {
        var asFractions = returns.Sd * Sqrt(calendar.RowsPerYear);
        (DataUnit Unit, double Annual)[] readings =
        [
            (DataUnit.Fraction, asFractions),
            (DataUnit.Percent, asFractions / 100),
        ];
        var (unit, annual) = readings.MinBy(reading => Abs(Log(reading.Annual / Usual)));
        return annual >= Believed.Least && annual <= Believed.Most
            ? (unit, Say("unit-inferred", unit == DataUnit.Percent))
            : (DataUnit.None, asFractions > 0 ? Say("unit-unknown", false) : null);

        Finding Say(string code, bool isPercent) =>
            Finding.Of(
                Severity.Hint,
                code,
                ("isPercent", isPercent ? 1 : 0),
                ("sd", returns.Sd),
                ("annual", annual),
                ("rows", calendar.RowsPerYear)
            ) with
            {
                Subjects = [returns.Name],
            };
    }
}
