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

        var ended = UnionCase.Of(outcome);
        var reason = UnionCase.Of(ended.Values[0]!);
        return new OutcomeRecord(Enum.Parse<RunStatus>(ended.Name), Code(reason.Name), reason.Numbers)
        {
            Detail = reason.Text,
        };
    }

    /// <summary>The outcome that a record was made from; null where the run was stopped or broken.</summary>
    public static Outcome? ToCore(OutcomeRecord? record) =>
        record is null || record.Status >= RunStatus.Cancelled && record.Status != RunStatus.Diverged
            ? null
            : UnionCase.Outcome($"{record.Status}", Name(record.Code), record.Figures, record.Detail);

    /// <summary>How far a run has come.</summary>
    public static PhaseRecord Of(InferencePhase phase)
    {
        var found = UnionCase.Of(phase);
        return new PhaseRecord(Code(found.Name), found.Numbers);
    }

    /// <summary>What linear response came to: of coordinate ascent, or of a fit with fixed draws.</summary>
    public static LinearResponseRecord OfResponse(object end)
    {
        var found = UnionCase.Of(end);
        return new LinearResponseRecord(Code(found.Name), found.Numbers) { Subject = found.Text };
    }

    /// <summary>The same with the labels of what it concerns.</summary>
    public static LinearResponseRecord Named(LinearResponseRecord record, EntryNames names) =>
        record.Subject is { } subject ? record with { Subject = names.Of(subject) } : record;

    /// <summary>Everything that was checked, and what to change; levels and settings are computed from the result.</summary>
    public static Judgement Of(Vi.Math.Judgement judgement, IEnumerable<Advice> advice, EntryNames names) =>
        new(
            TrustLevel.Unreliable,
            [
                .. judgement.Checks.Select(check => new CheckRecord(
                    Code($"{check.Id}"),
                    check.Value,
                    check.Target,
                    check.Limit,
                    check.Id.Measure.HigherIsBetter
                )
                {
                    Best = Of(check.Id.Measure.Best),
                    Subject = check.Subject is { } subject ? names.Of(subject) : null,
                }),
            ],
            [.. advice.Select(Of)]
        );

    /// <summary>A level as it is stored.</summary>
    public static TrustLevel Of(Vi.Math.TrustLevel level) => Enum.Parse<TrustLevel>(level.ToString());

    /// <summary>A stored level as the core has it.</summary>
    public static Vi.Math.TrustLevel ToCore(TrustLevel level) =>
        level switch
        {
            TrustLevel.Reliable => Vi.Math.TrustLevel.Reliable,
            TrustLevel.Usable => Vi.Math.TrustLevel.Usable,
            _ => Vi.Math.TrustLevel.Unreliable,
        };

    private static AdviceRecord Of(Advice advice)
    {
        var remedy = UnionCase.Of(advice.Remedy);
        var code = Code(remedy.Name);
        return new AdviceRecord(code, Code($"{advice.Because}"))
        {
            Value =
                remedy.Values.Count > 0 ? Value(remedy.Values[0]!)
                : code == "linear-and-gaussian-kernel" ? JsonValue.Create("linear-gaussian")
                : null,
        };
    }

    private static JsonValue? Value(object value) =>
        value switch
        {
            int number => JsonValue.Create(number),
            double number => JsonValue.Create(number),
            string text => JsonValue.Create(text),
            FamilyKind family => JsonValue.Create(family.Name),
            _ => JsonValue.Create(Code(UnionCase.Of(value).Name)),
        };

    /// <summary>A case as it is stored: <c>SweepGain</c> is <c>sweep-gain</c>.</summary>
    private static string Code(string name) => JsonNamingPolicy.KebabCaseLower.ConvertName(name);

    private static string Name(string code) =>
        string.Concat(code.Split('-').Select(word => char.ToUpperInvariant(word[0]) + word[1..]));
}
