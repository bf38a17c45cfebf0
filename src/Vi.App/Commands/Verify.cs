using Vi.Reports.Verification;

namespace Vi.App.Commands;

internal sealed class Verify(
    Terminal terminal,
    TimeProvider clock,
    LawCatalogue laws,
    LawChecker checker,
    Calibrator calibrator,
    VerdictStudy study,
    FileFinder finder
)
{
    public int Run(VerifyRequest request, CancellationToken cancellation)
    {
        if (request.DataSets is { } dataSets)
        {
            return RunVerdicts(request, dataSets, cancellation);
        }

        var chosen = laws.Choose(request.Filters);
        var folder = finder.Full(request.OutputFolder);
        WritableFolder.Ensure(folder);
        var stored = Path.Combine(folder, VerificationJson.FileName);
        var earlier = request.Resume && File.Exists(stored) ? VerificationJson.Read(stored) : null;
        if (request.Resume && LawChecker.WhyAnew(earlier, request) is { } reason)
        {
            terminal.Out.WriteLine($"All laws are checked anew: {reason}.");
        }

        if (request.Replicates is not null && chosen.Calibrations.Count == 0)
        {
            terminal.Out.WriteLine(
                $"Nothing chosen is calibrated; there are {string.Join(", ", laws.Calibrations.Select(subject => subject.Model).Distinct(StringComparer.Ordinal))}."
            );
        }

        void Store(VerificationResult partial) => VerificationJson.Write(stored, partial);
        var result = Progress().Show(step => checker.Check(chosen, request, earlier, Store, step, cancellation));
        if (request.Replicates is { } replicates && !cancellation.IsCancellationRequested)
        {
            var subjects = chosen.Calibrations;
            result = Progress()
                .Show(step => calibrator.Calibrate(subjects, replicates, result, earlier, Store, step, cancellation));
        }

        return Show(result, folder);
    }

    private int RunVerdicts(VerifyRequest request, int dataSets, CancellationToken cancellation)
    {
        var pairs = VerdictPair.Choose(laws.Verdicts, request.Filters);
        var folder = finder.Full(request.OutputFolder);
        WritableFolder.Ensure(folder);
        var verdicts = Path.Combine(folder, VerdictStudy.FolderName);
        var result = Progress()
            .Show(afterEach => study.Run(pairs, dataSets, request, verdicts, afterEach, cancellation));
        AtomicFile.WriteText(Path.Combine(folder, VerdictTables.FileName), VerdictTables.Markdown(result));
        return Show(result, folder);
    }

    /// <summary>Stores the check, writes its page and its tables, and gives the exit code.</summary>
    private int Show(VerificationResult result, string folder)
    {
        var stored = Path.Combine(folder, VerificationJson.FileName);
        VerificationJson.Write(stored, result);
        var page = Path.Combine(folder, VerificationJson.PageName);
        AtomicFile.WriteText(page, VerificationReport.Render(VerificationJson.Read(stored)));
        VerificationTable.Write(terminal.Out, result);
        terminal.Out.WriteLine(page);
        return result.Status switch
        {
            VerificationStatus.Passed => CommandLine.Fine,
            VerificationStatus.Cancelled => CommandLine.Cancelled,
            _ => CommandLine.Failed,
        };
    }

    private CheckProgress Progress() => new(new ProgressOutput(terminal, clock));
}

/// <summary>A check as text: one line a chapter, then what broke, then a sentence.</summary>
internal static class VerificationTable
{
    public static void Write(TextWriter output, VerificationResult result)
    {
        if (result.Laws.Count > 0)
        {
            WriteChapters(output, result);
        }

        foreach (var law in result.Laws)
        {
            if (law.Counterexample is { } found)
            {
                output.WriteLine($"\nBROKEN: {law.Name}\n  {law.Statement}");
                WriteCase(output, found);
                output.WriteLine($"  again: {VerificationText.CommandFor(result, law)}");
            }
        }

        foreach (var specimen in result.Specimens.Where(specimen => specimen.Counterexample is null))
        {
            output.WriteLine(
                $"\nNOT REJECTED: \"{specimen.Name}\" passed {specimen.Cases} cases of \"{specimen.RejectedBy}\"."
            );
        }

        if (result.Calibrations.Count > 0)
        {
            output.WriteLine();
            string Each(CalibrationRecord record, Func<RankRecord, string> text) =>
                string.Join(", ", record.Judged.Select(ranks => $"{ranks.Name} {text(ranks)}"));
            TextTable.Write(
                output,
                result.Calibrations,
                ("calibration", record => record.Model),
                ("method", record => record.Method),
                ("replicates", record => Numbers.Count(record.Done)),
                ("90 % intervals hold", record => Each(record, CalibrationText.Coverage)),
                ("p if uniform", record => Each(record, ranks => CalibrationText.PValue(ranks.PValue))),
                ("finding", CalibrationText.Finding)
            );
        }

        if (result.Verdicts is { } verdicts)
        {
            foreach (var (head, counts) in VerdictTables.All(verdicts))
            {
                var columns = VerdictTables.Columns.Select(column => (column.Head, column.Text));
                TextTable.Write(output, counts, [(head, count => count.Name), .. columns]);
                output.WriteLine();
            }
        }

        output.WriteLine();
        output.WriteLine(VerificationText.Sentence(result));
    }

    private static void WriteChapters(TextWriter output, VerificationResult result) =>
        TextTable.Write(
            output,
            result.Laws.GroupBy(law => law.Chapter, StringComparer.Ordinal),
            ("chapter", chapter => chapter.Key),
            ("laws", chapter => Numbers.Count(chapter.Count())),
            ("broken", chapter => Numbers.Count(chapter.Count(law => law.Counterexample is not null))),
            ("cases", chapter => Numbers.Count(chapter.Sum(law => law.Cases))),
            ("worst error / allowed", chapter => Numbers.Significant(chapter.Max(law => law.WorstSlack))),
            ("time", chapter => Numbers.Duration(chapter.Sum(law => law.Seconds)))
        );

    private static void WriteCase(TextWriter output, CounterexampleRecord found)
    {
        output.WriteLine(
            $"  {found.Quantity}: off by {Numbers.Significant(found.Error)}, allowed {Numbers.Significant(found.Allowed)}; case {found.At}, shrunk in {found.Shrinks} steps:"
        );
        foreach (var line in found.Case.Split('\n'))
        {
            output.WriteLine($"    {line.TrimEnd()}");
        }
    }
}
