using System.Collections.Frozen;

namespace Vi.Reports.English;

/// <summary>Findings in words: what was seen, what it means, what to do.</summary>
internal static class FindingText
{
    /// <summary>Nats of a divergence that equals a shift by one posterior standard deviation.</summary>
    private const double OneShift = 0.5;

    private static readonly FrozenDictionary<string, Func<Finding, string>> Texts = new Dictionary<
        string,
        Func<Finding, string>
    >(StringComparer.Ordinal)
    {
        ["distance-unknown"] = _ =>
            "The exact evidence of this model is unknown, so the distance between q and the posterior is not measured. Mean-field intervals tend to be too narrow.",
        ["bound-above-evidence"] = f =>
            $"The bound is {N(f, "excess")} nats above the exact log evidence, which no bound can be. Please report this with the result.",
        ["evidence-gap"] = EvidenceGap,
        ["unused-factors"] = f =>
            $"The data support {N(f, "kept")} of {Of(f, "factors", "factor")}; each of the others explains less than {Numbers.Percent(Figure(f, "share"))} of the variance.",
        ["all-factors-used"] = f =>
            $"All {Of(f, "factors", "factor")} explain variance, so more may be needed. Compare bounds with model.compareFactors.",
        ["better-number-of-factors"] = f =>
            $"With {Of(f, "factors", "factor")} the bound is {N(f, "gain")} nats higher.",
        ["empty-components"] = f =>
            $"The data support {N(f, "occupied")} of {Of(f, "components", "component")} (effective number {N(f, "effective")}); each of the others holds less than one row and keeps its prior.",
        ["all-components-used"] = f =>
            $"All {Of(f, "components", "component")} hold rows, so more may be needed: compare the bounds.",
        ["empty-states"] = f =>
            $"The data support {N(f, "occupied")} of {Of(f, "states", "state")}; each of the others holds less than one row and keeps its prior.",
        ["regime-changes"] = f =>
            $"The most probable state changes {Of(f, "changes", "time")} in {Of(f, "rows", "row")}. Its probability is at least 90 % in {Numbers.Percent(Figure(f, "sure"))} of the rows.",
        ["smaller-than-curvature"] = f =>
            $"The local bound makes standard deviations too small: {N(f, "least")} to {N(f, "most")} of those from the posterior's curvature. "
            + "Read intervals from the column of curvature in the table of weights.",
        ["importance-resampled"] = f =>
            $"Summaries use importance-resampled draws; q's own moments, with means off by up to {N(f, "shift")} sd, are under parameters.",
        ["modes-stacked"] = f =>
            $"The posterior has {Of(f, "modes", "mode")} that matter, and the fit alone holds {Numbers.Percent(Figure(f, "fitted"))} of the probability. "
            + "Summaries and draws use the mixture of the local fits; the table of modes shows their weights.",
        ["mode-replaced"] = f =>
            $"The fit ended at a minor mode ({Numbers.Percent(Figure(f, "fitted"))} of the probability). Summaries and draws use the mode that matters instead.",
        ["mode-missed"] = f =>
            $"q is {N(f, "gap")} nats from the target (KL): one normal distribution cannot represent it. The demonstration shows this; for data, use a mixture or a sampler.",
        ["constant-column"] = f =>
            Figure(f, "target") > 0
                ? $"The target {f.Subjects[0]} has a single value, so there is nothing to explain and the posterior stays near the prior."
                : $"The column {f.Subjects[0]} has a single value, so it carries no information; leave it out of data.columns.",
        ["missing-entries"] = f =>
            $"{N(f, "missing")} of {N(f, "entries")} entries are missing ({Numbers.Percent(Figure(f, "missing") / Figure(f, "entries"))}). They are integrated out, "
            + "which is right if whether an entry is missing does not depend on its value.",
        ["columns-left-out"] = f => $"Columns without numbers were left out: {string.Join(", ", f.Subjects)}.",
        ["data-differ"] = _ =>
            "The fits use different data (their hashes, columns or scaling differ), so bounds cannot be compared, and posteriors differ for that reason too.",
        ["models-differ"] = f =>
            "The fits use different models or priors, so their posteriors answer different questions"
            + (Figure(f, "sameData") > 0 ? "; their bounds show how well each explains the same data." : "."),
        ["reference-doubtful"] = f =>
            $"The reference, {f.Subjects[0]}, is itself unreliable, so distances from it mean little.",
        ["another-optimum"] = f =>
            $"The bounds of {f.Subjects[0]} and {f.Subjects[1]} differ by {N(f, "nats")} nats, and means by more than three standard deviations: they may have found "
            + "different optima, where entries of the same name need not mean the same.",
        ["nothing-shared"] = f =>
            $"{f.Subjects[0]} shares no parameter with {f.Subjects[1]}, so the two are compared by bound and time only.",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>The finding with its message; one of an unknown code keeps the message that it has.</summary>
    public static Finding Rendered(Finding finding) =>
        finding with
        {
            Message =
                FindingsAnalyser.Rules.FirstOrDefault(rule => rule.Code == finding.Code) is { } rule
                    ? rule.Text(finding)
                : Texts.TryGetValue(finding.Code, out var text) ? text(finding)
                : finding.Message,
        };

    /// <summary>The message with the setting to copy, for the terminal.</summary>
    public static string Line(Finding finding) =>
        $"{CodeText.Of(finding.Severity)}: {finding.Message}{(finding.Setting is { } setting ? $" Try {AdviceText.Setting(setting)}" : "")}";

    private static string EvidenceGap(Finding finding)
    {
        var gap = Figure(finding, "gap");
        return gap <= OneShift && Figure(finding, "exact") > 0
            ? $"The bound equals the exact log evidence to within {Numbers.Significant(gap)} nats, so q is the exact posterior."
            : $"The exact log evidence is {Numbers.Significant(gap)} nats above the bound: the KL divergence from q to the posterior"
                + (gap > OneShift ? ", more than a shift of one standard deviation (0.5 nats)." : ".");
    }

    private static double Figure(Finding finding, string name) => finding.Figures.GetValueOrDefault(name, double.NaN);

    private static string N(Finding finding, string figure) => Numbers.Significant(Figure(finding, figure));

    private static string Of(Finding finding, string figure, string noun) =>
        Numbers.Counted((long)Figure(finding, figure), noun);
}
