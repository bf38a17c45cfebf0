namespace Vi.Reports.Verification;

/// <summary>The page of a check of the laws: a single HTML page that needs nothing but itself.</summary>
internal static class VerificationReport
{
    /// <summary>The page as a pure function of the stored check: the same check gives the same bytes.</summary>
    public static string Render(VerificationResult result)
    {
        var filters = result.Filters.Count == 0 ? "" : $"Chosen by: {string.Join(", ", result.Filters)}";
        var (eyebrow, name) = result.Verdicts is null
            ? ("Laws on generated cases, and known-wrong specimens that must break them", "Laws")
            : ("Verdicts of fits next to their true errors", "Verdicts");
        return Page.Render(
            "Laws",
            TitleBlock.Of(
                eyebrow,
                name,
                filters,
                Markup.Of($"<p class=\"muted\">Started {Markup.Time(result.StartedAt)}</p>")
            ),
            [
                new("verdict", "Verdict", OutcomeSection.Of(result)),
                new("figures", "Key figures", CheckFiguresSection.Of(result)),
                new("laws", "Laws", CheckedLawsSection.Of(result)),
                new("museum", "Museum of wrong formulas", MuseumSection.Of(result)),
                new("calibration", "Calibration by simulation", CalibrationSection.Of(result)),
                new("verdicts", "Verdicts against the truth", VerdictSection.Of(result)),
                new("repeat", "How to repeat the check", CheckRepeatSection.Of(result)),
            ],
            Markup.Empty,
            scripts: "verify.js"
        );
    }
}

/// <summary>Whether all held, and what did not.</summary>
internal static class OutcomeSection
{
    internal static Markup Of(VerificationResult result)
    {
        List<Markup> troubles =
        [
            .. result
                .Laws.Where(law => law.Counterexample is not null)
                .Select(law => Markup.Of($"Broken: {Anchor.Link(law.Name)}")),
            .. result
                .Specimens.Where(specimen => specimen.Counterexample is null)
                .Select(specimen => Markup.Of($"Not rejected: {Anchor.Link(specimen.Name)}")),
            .. result
                .Calibrations.Where(record => !CalibrationText.IsAsExpected(record))
                .Select(record =>
                    Markup.Of($"Calibration of {record.Model} by {record.Method}: {CalibrationText.Finding(record)}")
                ),
            .. StudyText
                .Broken(result.Verdicts)
                .Select(count => Markup.Of($"Verdicts on {count.Name}: {StudyText.Wrong(count)}")),
        ];
        var list = Markup.ForEach(troubles, trouble => Markup.Of($"<li>{trouble}</li>"));
        return Markup.Of(
            $"""
            <div class="verdict {Badge.Tone(Badge.LevelOf(result.Status))}">
            <p class="level">{Badge.Status(result.Status)}</p>
            <p class="sentence">{VerificationText.Sentence(result)}</p>
            {Markup.If(!list.IsEmpty, $"<ul>{list}</ul>")}
            </div>

            """
        );
    }
}

/// <summary>Counts, and how near the worst cases came to what is allowed.</summary>
internal static class CheckFiguresSection
{
    private static readonly (string Name, double Below)[] Bins =
    [
        ("exact", double.Epsilon),
        ("below 10⁻⁸", 1e-8),
        ("10⁻⁸ to 10⁻⁶", 1e-6),
        ("10⁻⁶ to 10⁻⁴", 1e-4),
        ("10⁻⁴ to 0.01", 1e-2),
        ("0.01 to 0.1", 0.1),
        ("0.1 to 0.5", 0.5),
        ("0.5 to 1", 1.0 + 1e-15),
        ("broken", double.PositiveInfinity),
    ];

    internal static Markup Of(VerificationResult result)
    {
        if (result.Laws.Count == 0)
        {
            return Markup.Empty;
        }

        var nearest = result.Laws.MaxBy(law => law.WorstSlack)!;
        var rejected = result.Specimens.Count(specimen => specimen.Counterexample is not null);
        var specimens = $"of {Numbers.Count(result.Specimens.Count)} rejected";
        var figures = KeyFiguresSection.List([
            KeyFiguresSection.Figure("Laws", Numbers.Count(result.Laws.Count), "checked"),
            KeyFiguresSection.Figure("Cases", Numbers.Count(result.Laws.Sum(law => (long)law.Cases)), "generated"),
            KeyFiguresSection.Figure("Specimens", Numbers.Count(rejected), specimens),
            KeyFiguresSection.Figure("Nearest to its allowance", Numbers.Significant(nearest.WorstSlack), nearest.Name),
        ]);
        return Markup.Of($"{figures}\n{ChartFigure.Of(Slacks(result))}");
    }

    private static XyChart Slacks(VerificationResult result)
    {
        var bins = result.Laws.CountBy(law =>
            Array.FindIndex(Bins, bin => law.WorstSlack < bin.Below || double.IsPositiveInfinity(bin.Below))
        );
        var counts = bins.ToDictionary();

        return new XyChart
        {
            Id = "slacks",
            Title = "How near the worst case came to what is allowed",
            Caption =
                "Laws by their largest error over its allowance, among all comparisons of all cases. Statistical laws come near to 1 now "
                + "and then; a law about rounding that does is one whose tolerance is tight.",
            X = "largest error / allowed",
            Y = "laws",
            Series =
            [
                new Series
                {
                    Name = "laws",
                    Style = "bars",
                    Labels = [.. Bins.Select(bin => bin.Name)],
                    Y = Bins.Select((_, i) => (double)counts.GetValueOrDefault(i)).ToList(),
                },
            ],
        };
    }
}

/// <summary>How to run the check again, and what it ran on.</summary>
internal static class CheckRepeatSection
{
    internal static Markup Of(VerificationResult result)
    {
        var filters = string.Concat(result.Filters.Select(filter => $" \"{filter}\""));
        var cases = result.CasesPerLaw is { } number ? $" --cases {number}" : "";
        var calibration =
            result.Calibrations.Count > 0 ? $" --calibration --replicates {result.Calibrations[0].Target}" : "";
        var verdicts = result.Verdicts is { } study ? $" --verdicts --datasets {study.DataSets}" : "";
        var command = $"vilab verify{filters}{cases}{calibration}{verdicts} --seed {result.Seed}";
        return Markup.Of(
            $"""
            {Markup.Copied("command", "Command", command)}
            <p class="prose">Results do not depend on the number of threads; here there were {Numbers.Count(
                result.Threads
            )}. The check took {Numbers.Duration(result.Seconds)}.</p>
            {Table.Pairs("Versions", "component", "version", result.Versions)}
            """
        );
    }
}
