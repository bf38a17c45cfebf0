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
    public static Recommendation Of(IReadOnlyList<Fit> fits, Comparability comparability) =>
        fits.FirstOrDefault(fit => fit.IsReference) is not { } reference
            ? new(null, "None of the fits has an answer, so there is nothing to recommend.", [])
        : !comparability.SameData ? new(null, "The fits use different data, so none can be preferred.", [])
        : comparability.SameModel ? OfMethods(fits, reference)
        : OfModels(fits);

    private static Recommendation OfModels(IReadOnlyList<Fit> fits) =>
        fits.Where(fit => fit.BelowBest is not null && fit.IsUsable).OrderBy(fit => fit.BelowBest).ToList() switch
        {
            [] => new(null, "The models differ and no fit with a bound can be used, so none can be preferred.", []),
            [var only] => new(
                only.Label,
                $"Only {only.Label} has a bound that can be used, so the models cannot be ranked.",
                []
            ),
            [var best, var next, ..] => new(
                best.Label,
                $"The data favour {best.Label}: its bound is the highest, by {Numbers.Significant(next.BelowBest!.Value - best.BelowBest!.Value)} nats over {next.Label}.",
                ["A bound lies below the log evidence by an unknown gap, so leads of a few nats decide little."]
            ),
        };

    private static Recommendation OfMethods(IReadOnlyList<Fit> fits, Fit reference)
    {
        var believed = fits.Where(fit => fit.IsUsable).OrderBy(fit => fit.Seconds).ToList();
        var reasons = fits.Where(fit => fit != reference).Select(fit => Reason(fit, reference)).ToList();
        if (believed.Count == 0)
        {
            return new(null, "All fits are unreliable; see the verdict of each for what to change.", reasons);
        }

        if (!reference.IsUsable)
        {
            var best = believed.Find(fit => fit.IsReliable) ?? believed[0];
            return new(
                best.Label,
                $"Use {best.Label} with care: the reference {reference.Label} is unreliable, so only its own verdict ({best.Level}) supports it.",
                reasons
            );
        }

        if (fits.Count == 1)
        {
            return new(
                reference.Label,
                $"{reference.Label} is the only fit, so there is nothing to compare it with.",
                []
            );
        }

        var agreeing = believed.FindAll(fit =>
            fit != reference && Agrees(fit.Distance) && (fit.IsReliable || !reference.IsReliable)
        );
        var faster = agreeing.Find(fit =>
            fit.Seconds * WorthTheChange <= reference.Seconds && fit.Seconds + WorthSeconds <= reference.Seconds
        );
        if (faster is not null)
        {
            return new(
                faster.Label,
                $"Use {faster.Label}: it agrees with {reference.Label} ({Agreement(faster.Distance!)}) and was {Times(reference.Seconds / faster.Seconds)} as fast ({Numbers.Duration(faster.Seconds)} against {Numbers.Duration(reference.Seconds)}).",
                reasons
            );
        }

        var care = reference.IsReliable ? "" : $", but note its verdict ({reference.Level})";
        var why = agreeing switch
        {
            [] => "no other fit agrees with it and has as good a verdict",
            [var only] => $"{only.Label} agrees with it but is not meaningfully faster",
            _ => $"the {agreeing.Count} fits that agree with it are not meaningfully faster",
        };
        return new(reference.Label, $"Use {reference.Label}{care}: {why}.", reasons);
    }

    /// <summary>How a fit stands against the reference: verdict, distance and time.</summary>
    private static string Reason(Fit fit, Fit reference)
    {
        var (own, other) = (fit.Seconds, reference.Seconds);
        var time =
            own <= 0 || other <= 0 ? ""
            : own <= other ? $"; {Times(other / own)} as fast"
            : $"; it takes {Times(own / other)} as long";
        var accuracy = fit.Distance is { } distance
            ? $"{(Agrees(distance) ? "it agrees" : "it does not agree")} with {reference.Label} ({Agreement(distance)}{Restored(fit.Compared.LinearResponse)})"
            : "it shares no parameter with the reference";
        return $"{fit.Label} ({fit.Level}): {accuracy}{time}.";
    }

    private static string Agreement(PosteriorDistance distance) =>
        $"means within {Numbers.Significant(distance.LargestShift)} sd, sds {Ratios(distance)} times as wide";

    private static string Restored(PosteriorDistance? response) =>
        response is null ? "" : $"; with linear response {Ratios(response)} times";

    private static string Ratios(PosteriorDistance distance) =>
        $"{Numbers.Significant(distance.SmallestRatio)} to {Numbers.Significant(distance.LargestRatio)}";

    private static string Times(double factor) => $"{Numbers.Significant(factor)} times";
}
