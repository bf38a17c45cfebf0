namespace Vi.App.Commands;

internal static class RunsCommand
{
    private sealed record Request([Out] string Folder = "out", [Json] bool Json = false);

    public static Command Create(VilabHost host) => Cli.Command(host, "runs", "List the stored runs", List);

    private static void List(Request request, FileFinder finder, Terminal terminal)
    {
        var path = finder.Full(request.Folder);
        var (runs, damaged) = new OutputFolder(path).Read();
        if (request.Json)
        {
            CommandLine.WriteJson(terminal, runs);
        }
        else if (runs.Count > 0)
        {
            RunTable.Write(terminal.Out, runs);
        }
        else
        {
            terminal.Out.WriteLine($"There are no runs in {path}.");
        }

        foreach (var message in damaged)
        {
            terminal.Error.WriteLine($"warning: {Printable.Text(message)}");
        }
    }
}
