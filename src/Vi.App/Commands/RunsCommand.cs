using Vi.App.Running;
using Vi.Reports;

namespace Vi.App.Commands;

internal static class RunsCommand
{
    public static Command Create(VilabHost host)
    {
        var folder = SharedOptions.Out();
        var command = new Command("runs", "List the stored runs") { folder };
        return command.Does(
            host,
            null,
            (parsed, services, _) =>
            {
                var path = services.GetRequiredService<FileFinder>().Full(parsed.GetValue(folder)!);
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
}
