using Spectre.Console;
using Vi.App.Laws;
using Vi.App.Running;
using Vi.App.Verifying;
using Vi.Reports.Verification;

namespace Vi.App.Commands;

internal sealed class Verify(
    Terminal terminal,
    TimeProvider clock,
    LawCatalogue laws,
    LawChecker checker,
    Calibrator calibrator,
    FileFinder finder
)
{
    public int Run(VerifyRequest request, CancellationToken cancellation)
    {
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
        var result = Progress()
            .Show(afterEach => checker.Check(chosen, request, earlier, Store, afterEach, cancellation));
        if (request.Replicates is { } replicates && !cancellation.IsCancellationRequested)
        {
            result = Progress()
                .Show(afterEach =>
                    calibrator.Calibrate(
                        chosen.Calibrations,
                        replicates,
                        result,
                        earlier,
                        Store,
                        afterEach,
                        cancellation
                    )
                );
        }

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

    private ICheckProgress Progress() =>
        terminal.IsInteractive
            ? new LiveCheckProgress(
                AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(terminal.Out) }),
                clock
            )
            : new PlainCheckProgress(terminal.Out, clock);
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
                output.WriteLine();
                output.WriteLine($"BROKEN: {law.Name}");
                output.WriteLine($"  {law.Statement}");
                WriteCase(output, found);
                output.WriteLine($"  again: {VerificationText.CommandFor(result, law)}");
            }
        }

        foreach (var specimen in result.Specimens.Where(specimen => specimen.Counterexample is null))
        {
            output.WriteLine();
            output.WriteLine(
                $"NOT REJECTED: \"{specimen.Name}\" passed {specimen.Cases} cases of \"{specimen.RejectedBy}\"."
            );
        }

        if (result.Calibrations.Count > 0)
        {
            output.WriteLine();
            TextTable.Write(
                output,
                ["calibration", "method", "replicates", "90 % intervals hold", "p if uniform", "finding"],
                result.Calibrations.Select(record =>
                    (IReadOnlyList<string>)
                        [
                            record.Model,
                            record.Method,
                            Numbers.Count(record.Done),
                            string.Join(
                                ", ",
                                record.Judged.Select(ranks => $"{ranks.Name} {CalibrationText.Coverage(ranks)}")
                            ),
                            string.Join(
                                ", ",
                                record.Judged.Select(ranks => $"{ranks.Name} {CalibrationText.PValue(ranks)}")
                            ),
                            CalibrationText.Finding(record),
                        ]
                )
            );
        }

        output.WriteLine();
        output.WriteLine(VerificationText.Sentence(result));
    }

    private static void WriteChapters(TextWriter output, VerificationResult result)
    {
        var chapters = result.Laws.GroupBy(law => law.Chapter, StringComparer.Ordinal);
        TextTable.Write(
            output,
            ["chapter", "laws", "broken", "cases", "worst error / allowed", "time"],
            chapters.Select(chapter =>
                (IReadOnlyList<string>)
                    [
                        chapter.Key,
                        Numbers.Count(chapter.Count()),
                        Numbers.Count(chapter.Count(law => law.Counterexample is not null)),
                        Numbers.Count(chapter.Sum(law => law.Cases)),
                        Numbers.Significant(chapter.Max(law => law.WorstSlack)),
                        Numbers.Duration(chapter.Sum(law => law.Seconds)),
                    ]
            )
        );
    }

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
