namespace Vi.App.Commands;

internal static class RunsCommand
{
    private sealed record Request([Out] string Folder = "out");

    public static Command Create(VilabHost host) =>
        Cli.Command<Request>(
            host,
            "runs",
            "List the stored runs",
            (request, services, _) =>
            {
                var path = services.GetRequiredService<FileFinder>().Full(request.Folder);
                var output = new OutputFolder(path, services.GetRequiredService<IReportWriter>());
                var (runs, unreadable) = output.Read();
                if (runs.Count > 0)
                {
                    RunTable.Write(host.Terminal.Out, runs);
                }
                else
                {
                    host.Terminal.Out.WriteLine($"There are no runs in {path}.");
                }

                foreach (var message in unreadable)
                {
                    host.Terminal.Error.WriteLine($"warning: {message}");
                }

                return CommandLine.Fine;
            }
        );
}
