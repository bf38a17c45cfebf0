namespace Vi.App.Models.Programs;

/// <summary>The modes that were found next to a fit: a table, findings and stored figures.</summary>
internal static class ModeTable
{
    /// <summary>The table; nothing where there is one mode without images.</summary>
    public static IEnumerable<Exhibit> Of(ModeReport? report)
    {
        if (report is null || (report.Modes.Length < 2 && report.Images == 0))
        {
            return [];
        }

        var words = FigureText.Of("figures", "modes", report.Climbs, report.Arrived, report.Images);
        return [Chart.Table(words, report.Modes.Select(Row))];
    }

    /// <summary>What took the place of the fit.</summary>
    public static IEnumerable<Finding> Findings(ModeReport? report)
    {
        if (report is null || !report.Modes.Any(mode => mode.IsKept && !mode.IsFitted))
        {
            return [];
        }

        var kept = report.Modes.Count(mode => mode.IsKept);
        var fitted = ("fitted", report.Modes.First(mode => mode.IsFitted).Mass);
        return
        [
            kept > 1
                ? Finding.Of(Severity.Hint, "modes-stacked", ("modes", kept), fitted)
                : Finding.Of(Severity.Warning, "mode-replaced", fitted),
        ];
    }

    /// <summary>What is stored of them.</summary>
    public static NamedNumbers Figures(ModeReport? report) =>
        report is null
            ? []
            : new NamedNumbers
            {
                { "modes", report.Modes.Length },
                { "modeProbabilities", report.Modes.Select(mode => mode.Mass) },
                { "modeProbabilityErrors", report.Modes.Select(mode => mode.MassError) },
                { "modeLogDensities", report.Modes.Select(mode => mode.LogDensity) },
                { "modeImages", report.Images },
                { "modeSearchEvaluations", report.Evaluations },
            };

    private static string[] Row(FoundMode mode, int index) =>
        Chart.Row(
            mode.IsFitted ? "fitted" : $"{index + 1}",
            mode.LogDensity,
            Known(mode.Mass),
            Known(mode.MassError),
            mode.Distance,
            mode.IsKept ? "yes" : "no"
        );

    private static object Known(double figure) => double.IsFinite(figure) ? figure : "unknown";
}
