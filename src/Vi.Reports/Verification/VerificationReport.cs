namespace Vi.Reports.Verification;

/// <summary>The page of a check of the laws: a single HTML page that needs nothing but itself.</summary>
public static class VerificationReport
{
    /// <summary>The page as a pure function of the stored check: the same check gives the same bytes.</summary>
    public static string Render(VerificationResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        List<Section> sections =
        [
            OutcomeSection.Of(result),
            CheckFiguresSection.Of(result),
            CheckedLawsSection.Of(result),
            MuseumSection.Of(result),
            CalibrationSection.Of(result),
            CheckRepeatSection.Of(result),
        ];
        sections.RemoveAll(section => section.Body.IsEmpty);
        var main = Markup.Concat(sections.Select(section => section.Render()).Prepend(Title(result)));
        var hasCharts = sections.Exists(section =>
            section.Body.ToString().Contains("class=\"plot\"", StringComparison.Ordinal)
        );
        string[] scripts = hasCharts
            ? ["plotly.js", "temml.js", "report.js", "verify.js"]
            : ["temml.js", "report.js", "verify.js"];
        return Page.Render("Laws · vilab", Contents(sections), main, scripts);
    }

    private static Markup Title(VerificationResult result)
    {
        var started = result.StartedAt.ToUniversalTime();
        var filters =
            result.Filters.Count == 0
                ? Markup.Empty
                : Markup.Of($"<p class=\"lead\">Chosen by: {string.Join(", ", result.Filters)}</p>");
        return Markup.Of(
            $"""
            <div class="title">
            <p class="eyebrow">Laws on generated cases, and known-wrong specimens that must break them</p>
            <h1>Laws</h1>
            {filters}
            <p class="muted">Started <time datetime="{started.ToString(
                "yyyy-MM-ddTHH:mm:ssZ",
                CultureInfo.InvariantCulture
            )}">{started.ToString("d MMMM yyyy, HH:mm", CultureInfo.InvariantCulture)}</time> (UTC)</p>
            </div>

            """
        );
    }

    private static Markup Contents(List<Section> sections)
    {
        var links = Markup.ForEach(
            sections,
            section => Markup.Of($"""<li><a href="#{section.Id}">{section.Heading}</a></li>""")
        );
        return Markup.Of($"""<nav class="contents" aria-label="Contents"><ol>{links}</ol></nav>""");
    }
}

/// <summary>Whether all held, and what did not.</summary>
internal static class OutcomeSection
{
    internal static Section Of(VerificationResult result)
    {
        var tone = result.Status switch
        {
            "passed" => "good",
            "cancelled" => "fair",
            _ => "bad",
        };
        var troubles = Markup.Concat(
            Markup.ForEach(
                result.Laws.Where(law => law.Counterexample is not null),
                law => Markup.Of($"""<li>Broken: <a href="#{Anchor.For(law.Name)}">{law.Name}</a></li>""")
            ),
            Markup.ForEach(
                result.Specimens.Where(specimen => specimen.Counterexample is null),
                specimen =>
                    Markup.Of($"""<li>Not rejected: <a href="#{Anchor.For(specimen.Name)}">{specimen.Name}</a></li>""")
            ),
            Markup.ForEach(
                result.Calibrations.Where(record => !CalibrationText.IsAsExpected(record)),
                record =>
                    Markup.Of(
                        $"""<li>Calibration of {record.Model} by {record.Method}: {CalibrationText.Finding(record)}</li>"""
                    )
            )
        );
        return new Section(
            "verdict",
            "Verdict",
            Markup.Of(
                $"""
                <div class="verdict {tone}">
                <p class="level">{Badge.Check(result.Status)}</p>
                <p class="sentence">{VerificationText.Sentence(result)}</p>
                {(troubles.IsEmpty ? Markup.Empty : Markup.Of($"<ul>{troubles}</ul>"))}
                </div>

                """
            )
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

    internal static Section Of(VerificationResult result)
    {
        if (result.Laws.Count == 0)
        {
            return new Section("figures", "Key figures", Markup.Empty);
        }

        var nearest = result.Laws.MaxBy(law => law.WorstSlack)!;
        var rejected = result.Specimens.Count(specimen => specimen.Counterexample is not null);
        return new Section(
            "figures",
            "Key figures",
            Markup.Of(
                $"""
                <dl class="figures">
                {Figure("Laws", Numbers.Count(result.Laws.Count), "checked")}
                {Figure("Cases", Numbers.Count(result.Laws.Sum(law => (long)law.Cases)), "generated")}
                {Figure("Specimens", Numbers.Count(rejected), $"of {Numbers.Count(result.Specimens.Count)} rejected")}
                {Figure("Nearest to its allowance", Numbers.Significant(nearest.WorstSlack), nearest.Name)}
                </dl>
                {Charts.ChartFigure.Of(Slacks(result))}
                """
            )
        );
    }

    private static Markup Figure(string name, string value, string unit) =>
        Markup.Of($"<div><dt>{name}</dt><dd><strong>{value}</strong> <span>{unit}</span></dd></div>");

    private static XyChart Slacks(VerificationResult result)
    {
        var counts = Bins.Select(_ => 0.0).ToArray();
        foreach (var law in result.Laws)
        {
            counts[Array.FindIndex(Bins, bin => law.WorstSlack < bin.Below || double.IsPositiveInfinity(bin.Below))]++;
        }

        return new XyChart
        {
            Id = "slacks",
            Title = "How near the worst case came to what is allowed",
            Caption =
                "Laws by their largest error over its allowance, among all comparisons of all cases. Statistical laws come near to 1 now "
                + "and then; a law about rounding that does is one whose tolerance is tight.",
            X = new Axis("largest error / allowed"),
            Y = new Axis("laws"),
            Series =
            [
                new Series
                {
                    Name = "laws",
                    Style = "bars",
                    Labels = [.. Bins.Select(bin => bin.Name)],
                    Y = counts,
                },
            ],
        };
    }
}

/// <summary>How to run the check again, and what it ran on.</summary>
internal static class CheckRepeatSection
{
    internal static Section Of(VerificationResult result)
    {
        var filters = string.Concat(result.Filters.Select(filter => $" \"{filter}\""));
        var cases = result.CasesPerLaw is { } number ? $" --cases {number}" : "";
        var calibration =
            result.Calibrations.Count > 0 ? $" --calibration --replicates {result.Calibrations[0].Target}" : "";
        return new Section(
            "repeat",
            "How to repeat the check",
            Markup.Of(
                $"""
                <div class="code"><button type="button" class="copy" data-copy="command">Copy</button><pre id="command" tabindex="0" role="group" aria-label="Command">vilab verify{filters}{cases}{calibration} --seed {result.Seed.ToString(
                    CultureInfo.InvariantCulture
                )}</pre></div>
                <p class="prose">Results do not depend on the number of threads; here there were {Numbers.Count(
                    result.Threads
                )}. The check took {Numbers.Duration(result.Seconds)}.</p>
                {Table.Pairs("Versions", "component", "version", result.Versions)}
                """
            )
        );
    }
}
