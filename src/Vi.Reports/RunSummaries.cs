namespace Vi.Reports;

/// <summary>Makes summaries of stored runs.</summary>
internal static class RunSummaries
{
    /// <summary>The summary of a run.</summary>
    public static RunSummary Of(IStoredRun run) =>
        new()
        {
            Name = run.Name,
            Description = run is ComparedRuns compared ? compared.Description : run.Results[0].Description,
            Results = [.. run.Results.Select((result, i) => Of(run, result, i))],
        };

    private static ResultSummary Of(IStoredRun run, RunResult result, int i) =>
        new()
        {
            Name = result.Name,
            Label = result.Label,
            ComparedAs = (run as ComparedRuns)?.Comparison.Fits[i].Label,
            Page = ReportPages.FileOf(run, i),
            Model = result.Model.Type,
            Status = result.Status,
            Level = result.Verdict?.Level,
            Causes = VerdictCauses.Of(result),
            Elbo = result.Elbo?.Value,
            Iterations = result.Iterations,
            Iteration = result.Method.Iteration,
            Gradients = result.Timing.GradientEvaluations,
            Rows = result.Data?.Rows,
            Columns = result.Data?.Columns.Count,
            FitSeconds = result.Timing.FitSeconds,
            StartedAt = result.StartedAt,
        };
}
