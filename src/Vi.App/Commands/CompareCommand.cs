using Vi.App.Comparing;
using Vi.Reports.Comparisons;
using Vi.Reports.Findings;

namespace Vi.App.Commands;

internal static class CompareCommand
{
    private sealed record Request(
        [Cli("DIR", "Folders of runs; of a run with several algorithms all are compared")] string[] Folders,
        [Out] string OutputFolder = "out",
        [Cli("--name", "Name of the comparison and of its folder below the output folder")] string Name = "comparison",
        [Verbose] bool Verbose = false
    );

    public static Command Create(VilabHost host) =>
        Cli.Command<Request>(
            host,
            "compare",
            "Compare stored results: distances, bounds, times, and what to use",
            (request, services, _) =>
            {
                var finder = services.GetRequiredService<FileFinder>();
                var reports = services.GetRequiredService<IReportWriter>();
                var run = Compared(request.Name, [.. request.Folders.Select(finder.Full)]);
                Store(host.Terminal.Out, reports, finder, request.OutputFolder, run);
                return CommandLine.Fine;
            }
        );

    private static ComparedRuns Compared(string name, IReadOnlyList<string> folders)
    {
        if (!ExperimentLoader.IsFolderName(name))
        {
            throw new ExperimentException($"--name {name}: this cannot be a folder's name");
        }

        var results = folders
            .SelectMany(folder => ResultJson.Read(Path.Combine(folder, RunFolder.ResultFile)).Results)
            .Select(FindingsAnalyser.Analyse)
            .ToList();
        if (results.Count < 2)
        {
            throw new ExperimentException(
                $"{folders[0]}: there is one result only; name the folder of another run to compare it with"
            );
        }

        var labels = Comparison.Labels(results);
        return new ComparedRuns
        {
            Name = name,
            Description = $"Compared: {string.Join(", ", labels)}.",
            Results = results,
            Comparison = DrawComparison.Of(results),
        };
    }

    private static void Store(
        TextWriter output,
        IReportWriter reports,
        FileFinder finder,
        string outputFolder,
        ComparedRuns run
    )
    {
        var outputPath = finder.Full(outputFolder);
        var folder = new RunFolder(outputPath, run.Name);
        if (folder.HasResult && !(folder.Read() is ComparedRuns { Configuration.Count: 0 }))
        {
            throw new ExperimentException(
                $"{folder.Path}: there is a run of this name; give the comparison another one with --name"
            );
        }

        folder.EnsureWritable();
        folder.Store(run, []);
        folder.StoreReport(reports.Run(run));
        new OutputFolder(outputPath, reports).WriteIndex();
        ComparisonTable.Write(output, run);
        output.WriteLine();
        output.WriteLine(run.Comparison.ReferenceReason);
        output.WriteLine(run.Comparison.Recommendation);
        foreach (var finding in run.Comparison.Findings)
        {
            output.WriteLine($"  {FindingText.Line(finding)}");
        }

        output.WriteLine($"  {finder.Shown(folder.ReportPath)}");
    }
}
