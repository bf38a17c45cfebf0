using Microsoft.FSharp.Reflection;

namespace Vi.App.Models;

/// <summary>The core's outcomes, checks and advice as they are stored: cases become codes, fields become figures.</summary>
internal static class CoreRecords
{
    /// <summary>How a run ended; null while it goes on.</summary>
    public static OutcomeRecord? Of(Outcome? outcome)
    {
        if (outcome is null)
        {
            return null;
        }

        var (name, fields) = Case(Case(outcome).Fields[0].Value!);
        return new OutcomeRecord(Enum.Parse<OutcomeCode>(name), Figures(fields)) { Detail = Text(fields) };
    }

    /// <summary>The outcome that a record was made from; null where the run was stopped or broken.</summary>
    public static Outcome? ToCore(OutcomeRecord? record)
    {
        if (record is null || record.Status >= RunStatus.Cancelled && record.Status != RunStatus.Diverged)
        {
            return null;
        }

        var outer = FSharpType.GetUnionCases(typeof(Outcome), null).Single(one => one.Name == $"{record.Status}");
        var inner = FSharpType
            .GetUnionCases(outer.GetFields()[0].PropertyType, null)
            .Single(one => one.Name == $"{record.Code}");
        var values = inner
            .GetFields()
            .Select(field =>
                field.PropertyType == typeof(string)
                    ? record.Detail!
                    : Convert.ChangeType(record.Figures[field.Name], field.PropertyType, CultureInfo.InvariantCulture)
            );
        return (Outcome)FSharpValue.MakeUnion(outer, [FSharpValue.MakeUnion(inner, [.. values], null)], null);
    }

    /// <summary>How far a run has come.</summary>
    public static PhaseRecord Of(InferencePhase phase)
    {
        var (name, fields) = Case(phase);
        return new PhaseRecord(Enum.Parse<PhaseCode>(name), Figures(fields));
    }

    /// <summary>What linear response came to.</summary>
    public static LinearResponseRecord Of(ResponseEnd end) => Response(end);

    /// <summary>What linear response of a fit with fixed draws came to.</summary>
    public static LinearResponseRecord Of(FixedDrawsEnd end) => Response(end);

    private static LinearResponseRecord Response(object end)
    {
        var (name, fields) = Case(end);
        return new LinearResponseRecord(Enum.Parse<ResponseCode>(name), Figures(fields)) { Subject = Text(fields) };
    }

    /// <summary>Everything that was checked, and what to change; levels and settings are computed from the result.</summary>
    public static Vi.Results.Judgement Of(Vi.Math.Judgement judgement, IEnumerable<Advice> advice) =>
        new(
            Vi.Results.TrustLevel.Unreliable,
            [
                .. judgement.Checks.Select(check => new CheckRecord(
                    Enum.Parse<CheckCode>(check.Id.ToString()),
                    check.Value,
                    check.Target,
                    check.Limit,
                    check.Id.Measure.HigherIsBetter
                )
                {
                    Best = Enum.Parse<Vi.Results.TrustLevel>(check.Id.Measure.Best.ToString()),
                    Subject = check.Subject,
                }),
            ],
            [.. advice.Select(Of)]
        );

    private static AdviceRecord Of(Advice advice)
    {
        var (name, fields) = Case(advice.Remedy);
        var remedy = Enum.Parse<RemedyCode>(name);
        return new AdviceRecord(remedy, Enum.Parse<CheckCode>(advice.Because.ToString()))
        {
            Value =
                fields.Count > 0 ? Value(fields[0].Value!)
                : remedy == RemedyCode.LinearAndGaussianKernel ? JsonValue.Create("linear-gaussian")
                : null,
        };
    }

    private static Dictionary<string, double> Figures(IEnumerable<(string Name, object? Value)> fields) =>
        fields
            .Where(field => field.Value is not string)
            .ToDictionary(
                field => field.Name,
                field => Convert.ToDouble(field.Value, CultureInfo.InvariantCulture),
                StringComparer.Ordinal
            );

    private static string? Text(IEnumerable<(string Name, object? Value)> fields) =>
        fields.Select(field => field.Value).OfType<string>().FirstOrDefault();

    private static JsonValue? Value(object value) =>
        value switch
        {
            int number => JsonValue.Create(number),
            double number => JsonValue.Create(number),
            string text => JsonValue.Create(text),
            FamilyKind family => JsonValue.Create(family.Name),
            _ => JsonValue.Create(JsonNamingPolicy.KebabCaseLower.ConvertName(Case(value).Name)),
        };

    private static (string Name, IReadOnlyList<(string Name, object? Value)> Fields) Case(object union)
    {
        var (info, values) = FSharpValue.GetUnionFields(union, union.GetType(), null);
        return (info.Name, [.. info.GetFields().Zip(values, (field, value) => (field.Name, (object?)value))]);
    }
}
