using Vi.Reports.Findings;

namespace Vi.App.Running;

/// <summary>
/// Runs the code that a run ends with, on a made-up result, while data are read and the fit goes on. Code that runs for the first time takes a
/// second and a half where it takes a few hundredths the second time: a run would wait for it at its end, and so would whoever stops it.
/// </summary>
internal static class Rehearsal
{
    private static int begun;

    /// <summary>
    /// Begins it on another thread, once in the life of the program; not where there is one processor, which the fit needs itself.
    /// </summary>
    public static void Begin(LoadedExperiment experiment)
    {
        if (Environment.ProcessorCount > 1 && Interlocked.Exchange(ref begun, 1) == 0)
        {
            _ = Task.Run(() => Play(experiment));
        }
    }

    /// <summary>Makes the texts that are stored of a run, and stores none.</summary>
    public static IReadOnlyList<string> Play(LoadedExperiment experiment)
    {
        var trace = new FitTrace(TimeProvider.System);
        KeyValuePair<string, double>[] gains = [new("q", 1)];
        var stopped = new OutcomeRecord(
            RunStatus.Cancelled,
            "cancelled",
            new Dictionary<string, double>(StringComparer.Ordinal)
        );
        trace.Add(new FitStep(0, 1, -2, double.NaN, gains, null));
        trace.Add(new FitStep(0, 2, -1, 1, gains, stopped));
        var results = experiment.Plans.Take(2).Select((plan, i) => Result(experiment, plan, $"{i}", stopped));
        var stored = ExperimentRunner.Joined(experiment, [.. results.Select(FindingsAnalyser.Analyse)]);
        return
        [
            ResultJson.Serialize(stored),
            RunSummaries.Of(stored).Serialize(),
            TraceText.Of([new KeptTrace(null, trace.Restarts[0])]),
            Checkpoint.Of(experiment.Plans[0], null, trace, 0, []).ToText(),
            .. ReportPages.Of(stored).Select(page => page.Html),
        ];
    }

    private static RunResult Result(LoadedExperiment experiment, FitPlan plan, string label, OutcomeRecord outcome) =>
        new()
        {
            Name = experiment.Name,
            Outcome = outcome,
            Algorithm = plan.Inference.Algorithm.Name,
            Label = label,
            Iterations = 2,
            Elbo = new ElboRecord(
                -1,
                new Dictionary<string, double>(StringComparer.Ordinal) { ["q"] = -1 },
                History: [-2, -1]
            )
            {
                Seconds = [0, 1],
            },
            Ledger = new LedgerRecord(
                ["q"],
                [
                    [0, 1],
                ]
            ),
            Posterior =
            [
                new(Quantity.Vector("q", null, 2))
                {
                    Mean = [0, 0],
                    Sd = [1, 1],
                    Q05 = [-1.6, -1.6],
                    Q50 = [0, 0],
                    Q95 = [1.6, 1.6],
                },
            ],
            Timing = new TimingRecord(0, 1, 0.5, 0),
            Model = experiment.Model.Description with { Laws = LawCatalogue.ForModel(experiment.Model.Type) },
            Configuration = plan.Configuration,
            Versions = VersionsRecord.Current(),
        };
}
