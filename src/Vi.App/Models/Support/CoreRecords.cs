using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.FSharp.Reflection;
using Vi.App.Algorithms;
using Vi.Math;
using Vi.Results;

namespace Vi.App.Models.Support;

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
        return new OutcomeRecord(
            Enum.Parse<OutcomeCode>(name),
            fields
                .Where(field => field.Value is not string)
                .ToDictionary(
                    field => field.Name,
                    field => Convert.ToDouble(field.Value, CultureInfo.InvariantCulture),
                    StringComparer.Ordinal
                )
        )
        {
            Detail = fields.Select(field => field.Value).OfType<string>().FirstOrDefault(),
        };
    }

    /// <summary>Everything that was checked.</summary>
    public static IReadOnlyList<CheckRecord> Of(Vi.Math.Judgement judgement) =>
        [
            .. judgement.Checks.Select(check => new CheckRecord(
                Enum.Parse<CheckCode>(check.Id.ToString()),
                check.Value,
                check.Target,
                check.Limit,
                check.Id.Measure.HigherIsBetter,
                Enum.Parse<Vi.Results.TrustLevel>(check.Level.ToString())
            )
            {
                Subject = check.Subject,
            }),
        ];

    /// <summary>What to change, with the settings of an algorithm that remedies belong to.</summary>
    public static IReadOnlyList<AdviceRecord> Of(IEnumerable<Advice> advice, IAlgorithm algorithm) =>
        [.. advice.Select(one => RemedySettings.With(Of(one), algorithm))];

    private static AdviceRecord Of(Advice advice)
    {
        var (name, fields) = Case(advice.Remedy);
        return new AdviceRecord(Enum.Parse<RemedyCode>(name), Enum.Parse<CheckCode>(advice.Because.ToString()))
        {
            Value = fields.Count == 0 ? null : Value(fields[0].Value!),
        };
    }

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
