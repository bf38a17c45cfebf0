using Vi.Reports.Findings;
using Vi.Reports.Verification;

namespace Vi.App.Commands;

internal static class ReportCommand
{
    private sealed record Request(
        [Cli("DIR", "The folder of a run, or an output folder with several runs")] string Folder,
        [Verbose] bool Verbose = false
    );

    public static Command Create(VilabHost host) =>
        Cli.Command<Request>(
            host,
            "report",
            "Analyse stored results again, and write their reports and the index",
            (request, services, _) =>
            {
                var path = services.GetRequiredService<FileFinder>().Full(request.Folder);
                var reports = services.GetRequiredService<IReportWriter>();
                return Render(host.Terminal, reports, Path.TrimEndingDirectorySeparator(path));
            }
        );

    private static int Render(Terminal terminal, IReportWriter reports, string path)
    {
        var check = Path.Combine(path, VerificationJson.FileName);
        if (File.Exists(check))
        {
            var page = Path.Combine(path, VerificationJson.PageName);
            AtomicFile.WriteText(page, VerificationReport.Render(VerificationJson.Read(check)));
            terminal.Out.WriteLine(page);
        }

        var isRun = File.Exists(Path.Combine(path, RunFolder.ResultFile));
        var outputPath = isRun ? Path.GetDirectoryName(path)! : path;
        string[] folders =
            isRun ? [path]
            : Directory.Exists(path) ? Directory.GetDirectories(path)
            : throw new ExperimentException($"{path}: there is no such folder");
        var runs = folders
            .Where(f => File.Exists(Path.Combine(f, RunFolder.ResultFile)))
            .Order(StringComparer.Ordinal)
            .Select(f => new RunFolder(outputPath, Path.GetFileName(f)))
            .ToList();
        if (runs.Count == 0 && File.Exists(check))
        {
            return CommandLine.Fine;
        }

        if (runs.Count == 0)
        {
            throw new ExperimentException($"{path}: there is no {RunFolder.ResultFile} here or one folder below");
        }

        var isDamaged = false;
        foreach (var run in runs)
        {
            try
            {
                var analysed = FindingsAnalyser.Analyse(run.Read());
                run.StoreResult(analysed);
                run.StoreReport(reports.Run(analysed));
                terminal.Out.WriteLine(run.ReportPath);
            }
            catch (ResultFileException error)
            {
                isDamaged = true;
                terminal.Error.WriteLine($"error: {error.Message}");
            }
        }

        var output = new OutputFolder(outputPath, reports);
        if (!isRun || File.Exists(output.IndexPath))
        {
            output.WriteIndex();
            terminal.Out.WriteLine(output.IndexPath);
        }

        return isDamaged ? CommandLine.BadInput : CommandLine.Fine;
    }
}
