namespace Vi.App.Commands;

/// <summary>What <c>vilab run</c> was asked to do.</summary>
internal sealed record BatchRequest(
    [Experiments] string[] Paths,
    [Out] string OutputFolder = "out",
    [Cli("--seed", "Seed instead of the experiment's", "N")] ulong? Seed = null,
    [Threads] int Threads = 0,
    [Set] string[]? Assignments = null,
    [Cli("--resume", "Go on from checkpoints; leave runs that are finished as they are")] bool Resume = false,
    [AllowCode] bool AllowCode = false,
    [Cli("--quiet", "Say nothing but errors")] bool Quiet = false,
    [Json] bool Json = false,
    [Cli("--strict", "End with exit code 3 where a verdict is unreliable and not shown on purpose")]
        bool Strict = false,
    [Verbose] bool Verbose = false
);

internal sealed class Batch(
    Terminal terminal,
    TimeProvider clock,
    OverrideReader overrides,
    ExperimentFiles files,
    ExperimentRunner runner,
    FileFinder finder
)
{
    /// <summary>The program names the size of draws that take this many bytes or more.</summary>
    private const long LargeDraws = 10_000_000;

    /// <summary>
    /// Runs all experiments and answers with the exit code. All files are checked first; an experiment whose data cannot be used does not
    /// keep the others from running.
    /// </summary>
    public int Run(BatchRequest request, CancellationToken cancellation)
    {
        string[] seed = request.Seed is { } number ? [$"seed={number}"] : [];
        var experiments = files.Load(request.Paths, overrides([.. request.Assignments ?? [], .. seed]));
        var outputFolder = finder.Full(request.OutputFolder);
        var say = request.Quiet ? TextWriter.Null : (request.Json ? terminal.Aside() : terminal).Out;
        var options = new RunOptions(
            outputFolder,
            request.Threads,
            request.Resume,
            request.AllowCode,
            line => say.WriteLine(line)
        );
        var progress = new RunProgress(new ProgressOutput(terminal, clock, request.Quiet), clock);
        var runs = new List<IStoredRun>();
        var (isBadInput, isUnstored) = (false, false);
        foreach (var experiment in experiments.TakeWhile(_ => !cancellation.IsCancellationRequested))
        {
            foreach (var hint in experiment.Hints)
            {
                say.WriteLine($"{experiment.Name}: hint: {hint}");
            }

            try
            {
                var run = runner.Run(experiment, options, progress, cancellation);
                runs.Add(run);
                Summarise(run, new RunFolder(outputFolder, run.Name), say);
            }
            catch (ExperimentException error)
            {
                isBadInput = true;
                CommandLine.WriteProblems(terminal, error);
            }
            catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
            {
                say.WriteLine($"{experiment.Name}: stopped before the fit; nothing is stored");
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                isUnstored = true;
                CommandLine.WriteError(
                    terminal,
                    $"{experiment.Name}: the results could not be stored: {error.Message.TrimEnd('.')}. An earlier run in {new RunFolder(outputFolder, experiment.Name).Path} is left as it was"
                );
            }
        }

        if (runs.Count > 0)
        {
            isUnstored |= !WriteIndex(outputFolder, say, runs);
        }

        if (request.Json)
        {
            CommandLine.WriteJson(terminal, runs.Select(RunSummaries.Of));
        }

        return cancellation.IsCancellationRequested ? CommandLine.Cancelled
            : isBadInput ? CommandLine.BadInput
            : isUnstored ? CommandLine.Failed
            : runs.SelectMany(run => run.Results).Any(r => r.Status is RunStatus.Failed or RunStatus.Diverged)
                ? CommandLine.Failed
            : request.Strict && runs.SelectMany(run => run.Results).Select(VerdictCauses.Of).Any(IsAlarm)
                ? CommandLine.Unreliable
            : CommandLine.Fine;
    }

    private static bool IsAlarm(VerdictCauses causes) => causes is { Level: TrustLevel.Unreliable, IsOnPurpose: false };

    private void Summarise(IStoredRun run, RunFolder folder, TextWriter say)
    {
        foreach (var result in run.Results)
        {
            Summarise(result, say);
        }

        if (run is ComparedRuns { Comparison: var comparison })
        {
            say.WriteLine($"{run.Name}: {comparison.Recommendation}");
            FindingText.Write(say, comparison.Findings);
        }

        if (folder.DrawBytes >= LargeDraws)
        {
            say.WriteLine(
                $"  draws.csv: {Numbers.Significant(folder.DrawBytes / 1e6)} MB of draws; --set output.draws=none leaves them out"
            );
        }

        var page = File.Exists(folder.ReportPath) ? folder.ReportPath : Path.Combine(folder.Path, RunFolder.ResultFile);
        say.WriteLine($"  {finder.Shown(page)}");
    }

    private void Summarise(RunResult result, TextWriter say)
    {
        var name = result.Label is null ? result.Name : $"{result.Name}, {result.Label}";
        if (result.Status is RunStatus.Failed or RunStatus.Diverged)
        {
            terminal.Error.WriteLine($"error: {name}: {result.Reason}");
        }

        if (result.Verdict is { } verdict)
        {
            var bound = result.Elbo is { } elbo ? $", ELBO {Numbers.Nats(elbo.Value)} nats" : "";
            PrintableWriter.WriteVerdict(say, $"{name}: ", verdict.Level, $"{bound}: {VerdictText.Causes(result)}");
            foreach (var line in Reasons(verdict, result))
            {
                say.WriteLine($"  {line}");
            }
        }

        FindingText.Write(say, result.Findings);
    }

    /// <summary>Why a verdict is not the best one, and what to try; findings have lines of their own.</summary>
    private static IEnumerable<string> Reasons(Judgement verdict, RunResult result) =>
        verdict.Level == TrustLevel.Reliable
            ? []
            :
            [
                .. result.Status == RunStatus.Converged ? (string[])[] : [$"why: {result.Reason}"],
                .. verdict.Checks.Where(check => !check.IsPassed).Select(check => $"why: {CheckText.Sentence(check)}"),
                .. verdict.Advice.Select(advice => $"try: {AdviceText.Line(advice)}"),
            ];

    /// <summary>Writes the index and lists the runs; false where the index could not be written.</summary>
    private bool WriteIndex(string outputFolder, TextWriter say, List<IStoredRun> runs)
    {
        var output = new OutputFolder(outputFolder);
        var isWritten = true;
        try
        {
            foreach (var message in output.WriteIndex())
            {
                terminal.Error.WriteLine($"warning: left out of the index: {Printable.Text(message)}");
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            isWritten = false;
            CommandLine.WriteError(terminal, $"{output.IndexPath}: the index could not be written: {error.Message}");
        }

        if (runs.Sum(run => run.Results.Count) > 1)
        {
            say.WriteLine();
            RunTable.Write(say, runs.Select(RunSummaries.Of));
            say.WriteLine();
            say.WriteLine($"All runs: {finder.Shown(output.IndexPath)}");
        }

        return isWritten;
    }
}
