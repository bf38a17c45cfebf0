using System.CommandLine;
using Microsoft.Extensions.DependencyInjection;
using Vi.App.Data;
using Vi.App.Hosting;
using Vi.App.Running;
using Vi.Reports;

namespace Vi.App.Commands;

/// <summary><c>vilab runs</c></summary>
internal static class RunsCommand
{
    public static Command Create(Shell shell)
    {
        var folder = SharedOptions.Out();
        var command = new Command("runs", "List the stored runs") { folder };
        command.SetAction(
            (parsed, _) =>
                CommandLine.Guard(
                    shell,
                    verbose: false,
                    () =>
                    {
                        using var host = VilabHost.Build(shell, verbose: false);
                        var path = host.Services.GetRequiredService<FileFinder>().Full(parsed.GetValue(folder)!);
                        var output = new OutputFolder(path, host.Services.GetRequiredService<IReportWriter>());
                        var (runs, unreadable) = output.Read();
                        if (runs.Count > 0)
                        {
                            RunTable.Write(shell.Out, runs);
                        }
                        else
                        {
                            shell.Out.WriteLine($"There are no runs in {path}.");
                        }

                        foreach (var message in unreadable)
                        {
                            shell.Error.WriteLine($"warning: {message}");
                        }

                        return CommandLine.Fine;
                    }
                )
        );
        return command;
    }
}
