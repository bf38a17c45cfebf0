namespace Vi.Reports.Comparisons;

/// <summary>What to use, in a sentence, with its reasons.</summary>
/// <param name="Label">The fit; null where none is recommended.</param>
/// <param name="Reasons">A sentence for each other fit.</param>
internal sealed record Recommendation(string? Label, string Sentence, IReadOnlyList<string> Reasons)
{
    /// <summary>Greatest shift of a mean, in reference standard deviations, up to which a fit agrees with the reference.</summary>
    public const double AgreeingShift = 0.1;

    /// <summary>Greatest relative difference of a standard deviation up to which a fit agrees with the reference.</summary>
    public const double AgreeingRatio = 0.1;

    /// <summary>How many times as fast as the reference another fit must be to be preferred to it.</summary>
    public const double WorthTheChange = 1.25;

    /// <summary>
    /// Seconds that a faster fit must save to be preferred: below that the first fit's compilation and the machine's noise decide.
    /// </summary>
    public const double WorthSeconds = 1;

    public static bool Agrees(PosteriorDistance? distance) =>
        distance is not null
        && distance.LargestShift <= AgreeingShift
        && distance.SmallestRatio >= 1 - AgreeingRatio
        && distance.LargestRatio <= 1 + AgreeingRatio;

    /// <summary>
    /// By rules: where data differ, nothing is recommended; where models differ, the highest bound is named; otherwise the fastest fit
    /// that can be believed and agrees with a reference that can be believed, and else the reference.
    /// </summary>
    public static Recommendation Of(
        IReadOnlyList<RunResult> results,
        IReadOnlyList<ComparedFit> fits,
        int reference,
        Comparability comparability
    )
    {
        if (reference < 0)
        {
            return new(null, "None of the fits has an answer, so there is nothing to recommend.", []);
        }

        if (!comparability.SameData)
        {
            return new(null, "The fits use different data, so none can be preferred.", []);
        }

        return comparability.SameModel ? OfMethods(results, fits, reference) : OfModels(results, fits);
    }

    private static Recommendation OfModels(IReadOnlyList<RunResult> results, IReadOnlyList<ComparedFit> fits)
    {
        var ranked = Enumerable
            .Range(0, fits.Count)
            .Where(i => fits[i].BelowBest is not null && ReferenceChoice.IsUsable(results[i]))
            .OrderBy(i => fits[i].BelowBest)
            .ToList();
        if (ranked.Count == 0)
        {
            return new(null, "The models differ and no fit with a bound can be used, so none can be preferred.", []);
        }

        if (ranked.Count == 1)
        {
            return new(
                fits[ranked[0]].Label,
                $"Only {fits[ranked[0]].Label} has a bound that can be used, so the models cannot be ranked.",
                []
            );
        }

        var lead = fits[ranked[1]].BelowBest!.Value - fits[ranked[0]].BelowBest!.Value;
        return new(
            fits[ranked[0]].Label,
            $"The data favour {fits[ranked[0]].Label}: its bound is the highest, by {Nats(lead)} nats over {fits[ranked[1]].Label}.",
            ["A bound lies below the log evidence by an unknown gap, so leads of a few nats decide little."]
        );
    }

    private static Recommendation OfMethods(
        IReadOnlyList<RunResult> results,
        IReadOnlyList<ComparedFit> fits,
        int reference
    )
    {
        var believed = Enumerable.Range(0, fits.Count).Where(i => ReferenceChoice.IsUsable(results[i])).ToList();
        var reasons = Enumerable
            .Range(0, fits.Count)
            .Where(i => i != reference)
            .Select(i => Reason(results, fits, i, reference))
            .ToList();
        if (believed.Count == 0)
        {
            return new(null, "All fits are unreliable; see the verdict of each for what to change.", reasons);
        }

        if (!believed.Contains(reference))
        {
            var reliable = believed.Where(i => results[i].Verdict!.Level == TrustLevel.Reliable).ToList();
            var best = (reliable.Count > 0 ? reliable : believed).MinBy(i => Seconds(results[i]));
            return new(
                fits[best].Label,
                $"Use {fits[best].Label} with care: the reference {fits[reference].Label} is unreliable, so only its own verdict ({Level(results[best])}) supports it.",
                reasons
            );
        }

        if (fits.Count == 1)
        {
            return new(fits[0].Label, $"{fits[0].Label} is the only fit, so there is nothing to compare it with.", []);
        }

        var isSure = results[reference].Verdict!.Level == TrustLevel.Reliable;
        var agreeing = believed
            .Where(i => i != reference && Agrees(fits[i].Distance))
            .Where(i => !isSure || results[i].Verdict!.Level == TrustLevel.Reliable)
            .ToList();
        var faster = agreeing
            .Where(i => Seconds(results[i]) * WorthTheChange <= Seconds(results[reference]))
            .Where(i => Seconds(results[i]) + WorthSeconds <= Seconds(results[reference]))
            .OrderBy(i => Seconds(results[i]))
            .ToList();
        if (faster.Count > 0)
        {
            var (best, gain) = (faster[0], Seconds(results[reference]) / Seconds(results[faster[0]]));
            return new(
                fits[best].Label,
                $"Use {fits[best].Label}: it agrees with {fits[reference].Label} ({Agreement(fits[best].Distance!)}) and was {Times(gain)} as fast ({Numbers.Duration(Seconds(results[best]))} against {Numbers.Duration(Seconds(results[reference]))}).",
                reasons
            );
        }

        var care = isSure ? "" : $", but note its verdict ({Level(results[reference])})";
        var why = agreeing.Count switch
        {
            0 => "no other fit agrees with it and has as good a verdict",
            1 => $"{fits[agreeing[0]].Label} agrees with it but is not meaningfully faster",
            var count => $"the {count} fits that agree with it are not meaningfully faster",
        };
        return new(fits[reference].Label, $"Use {fits[reference].Label}{care}: {why}.", reasons);
    }

    /// <summary>How a fit stands against the reference: verdict, distance and time.</summary>
    private static string Reason(
        IReadOnlyList<RunResult> results,
        IReadOnlyList<ComparedFit> fits,
        int i,
        int reference
    )
    {
        var (own, other) = (Seconds(results[i]), Seconds(results[reference]));
        var time =
            own <= 0 || other <= 0 ? ""
            : own <= other ? $"; {Times(other / own)} as fast"
            : $"; it takes {Times(own / other)} as long";
        var distance = fits[i].Distance;
        var accuracy = distance is null
            ? "it shares no parameter with the reference"
            : $"{(Agrees(distance) ? "it agrees" : "it does not agree")} with {fits[reference].Label} ({Agreement(distance)}{Restored(fits[i])})";
        return $"{fits[i].Label} ({Level(results[i])}): {accuracy}{time}.";
    }

    private static string Agreement(PosteriorDistance distance) =>
        $"means within {Numbers.Significant(distance.LargestShift)} sd, sds {Numbers.Significant(distance.SmallestRatio)} to {Numbers.Significant(distance.LargestRatio)} times as wide";

    private static string Restored(ComparedFit fit) =>
        fit.LinearResponse is { } response
            ? $"; with linear response {Numbers.Significant(response.SmallestRatio)} to {Numbers.Significant(response.LargestRatio)} times"
            : "";

    private static double Seconds(RunResult result) => result.Timing.FitSeconds;

    private static string Level(RunResult result) => CodeText.Verdict(result);

    private static string Times(double factor) => $"{Numbers.Significant(factor)} times";

    private static string Nats(double nats) => Numbers.Significant(nats);
}
