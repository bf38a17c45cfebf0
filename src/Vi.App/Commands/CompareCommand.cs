using Vi.App.Comparing;
using Vi.Reports.Comparisons;

namespace Vi.App.Commands;

internal static class CompareCommand
{
    private sealed record Request(
        [Cli("DIR", "Folders of runs; of a run with several algorithms all are compared")] string[] Folders,
        [Out] string OutputFolder = "out",
        [Cli("--name", "Name of the comparison and of its folder below the output folder")] string Name = "comparison",
        [Json] bool Json = false,
        [Verbose] bool Verbose = false
    );

    public static Command Create(VilabHost host) =>
        Cli.Command(
            host,
            "compare",
            "Compare stored results: distances, bounds, times, and what to use",
            Compare,
            answersInFiles: true
        );

    private static void Compare(Request request, FileFinder finder, Terminal terminal)
    {
        var run = Compared(request.Name, [.. request.Folders.Select(finder.Full)]);
        var outputPath = finder.Full(request.OutputFolder);
        var folder = new RunFolder(outputPath, run.Name);
        if (folder.HasResult && folder.Read() is not ComparedRuns { Configuration.Count: 0 })
        {
            throw new ExperimentException(
                $"{folder.Path}: there is a run of this name; give the comparison another one with --name"
            );
        }

        folder.EnsureWritable();
        folder.Replace(new RunFiles(run, [], ReportPages.Of(run)), keepsCheckpoints: false);
        new OutputFolder(outputPath).WriteIndex();
        if (request.Json)
        {
            CommandLine.WriteJson(terminal, run.Comparison);
            return;
        }

        ComparisonTable.Write(terminal.Out, run);
        terminal.Out.WriteLine();
        terminal.Out.WriteLine(run.Comparison.ReferenceReason);
        terminal.Out.WriteLine(run.Comparison.Recommendation);
        FindingText.Write(terminal.Out, run.Comparison.Findings);
        terminal.Out.WriteLine($"  {finder.Shown(folder.ReportPath)}");
    }

    private static ComparedRuns Compared(string name, IReadOnlyList<string> folders)
    {
        if (!ExperimentLoader.IsFolderName(name))
        {
            throw new ExperimentException($"--name {name}: this cannot be a folder's name");
        }

        var results = folders.SelectMany(folder => new RunFolder(folder, "").Read().Results).ToList();
        return results.Count < 2
            ? throw new ExperimentException(
                $"{folders[0]}: there is one result only; name the folder of another run to compare it with"
            )
            : new ComparedRuns
            {
                Name = name,
                Description = $"Compared: {string.Join(", ", Comparison.Labels(results))}.",
                Results = results,
                Comparison = DrawComparison.Of(results),
            };
    }
}
