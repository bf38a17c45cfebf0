using Vi.Reports.Verification;

namespace Vi.App.Commands;

internal static class ReportCommand
{
    private sealed record Request(
        [Cli("DIR", "The folder of a run, or an output folder with several runs")] string Folder,
        [Verbose] bool Verbose = false
    );

    public static Command Create(VilabHost host) =>
        Cli.Command(
            host,
            "report",
            "Analyse stored results again, and write their reports and the index",
            Render,
            answersInFiles: true
        );

    private static int Render(Request request, FileFinder finder, Terminal terminal)
    {
        var path = Path.TrimEndingDirectorySeparator(finder.Full(request.Folder));
        var check = Path.Combine(path, VerificationJson.FileName);
        var isCheck = File.Exists(check);
        if (isCheck)
        {
            var page = Path.Combine(path, VerificationJson.PageName);
            AtomicFile.WriteText(page, VerificationReport.Render(VerificationJson.Read(check)));
            terminal.Out.WriteLine(page);
        }

        if (!Directory.Exists(path))
        {
            throw new ExperimentException($"{path}: there is no such folder");
        }

        var own = new RunFolder(Path.GetDirectoryName(path) ?? "", Path.GetFileName(path));
        var output = new OutputFolder(own.HasResult ? Path.GetDirectoryName(path)! : path);
        List<RunFolder> runs = own.HasResult ? [own] : [.. output.Runs];
        if (runs.Count == 0)
        {
            return isCheck
                ? CommandLine.Fine
                : throw new ExperimentException($"{path}: there is no {RunFolder.ResultFile} here or one folder below");
        }

        var isDamaged = false;
        foreach (var run in runs)
        {
            try
            {
                run.Analyse();
                terminal.Out.WriteLine(run.ReportPath);
            }
            catch (ResultFileException error)
            {
                isDamaged = true;
                CommandLine.WriteError(terminal, error.Message);
            }
        }

        if (!own.HasResult || File.Exists(output.IndexPath))
        {
            output.WriteIndex();
            terminal.Out.WriteLine(output.IndexPath);
        }

        return isDamaged ? CommandLine.BadInput : CommandLine.Fine;
    }
}
