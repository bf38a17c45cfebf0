using System.CommandLine;
using Vi.App.Algorithms;
using Vi.App.Data;
using Vi.App.Data.Synthetic;
using Vi.App.Hosting;

namespace Vi.App.Commands;

/// <summary><c>vilab list</c></summary>
internal static class ListCommand
{
    public static Command Create(Shell shell)
    {
        var command = new Command("list", "List models, data sources, generators and algorithms");
        command.SetAction(
            (_, _) =>
                CommandLine.Guard(
                    shell,
                    verbose: false,
                    () =>
                    {
                        Write(shell);
                        return CommandLine.Fine;
                    }
                )
        );
        return command;
    }

    private static void Write(Shell shell)
    {
        var models = shell.Models;
        TextTable.Write(
            shell.Out,
            ["model", "algorithms", "what it is"],
            models.Select(m =>
                (IReadOnlyList<string>)
                    [m.Type, string.Join(", ", m.Algorithms.Select(a => a.Name)), m.Description.Title]
            )
        );
        shell.Out.WriteLine();
        TextTable.Write(
            shell.Out,
            ["data source", "what it reads"],
            DataSourceCatalogue.All.Select(s => (IReadOnlyList<string>)[s.Name, s.Summary])
        );
        shell.Out.WriteLine();
        TextTable.Write(
            shell.Out,
            ["generator", "what it makes"],
            GeneratorCatalogue.All.Select(g => (IReadOnlyList<string>)[g.Name, g.Summary])
        );
        shell.Out.WriteLine();
        TextTable.Write(
            shell.Out,
            ["algorithm", "what it does", "models"],
            AlgorithmCatalogue.All.Select(a =>
                (IReadOnlyList<string>)
                    [
                        a.Name,
                        a.Summary,
                        string.Join(", ", models.Where(m => m.Algorithms.Contains(a)).Select(m => m.Type)),
                    ]
            )
        );
        shell.Out.WriteLine();
        shell.Out.WriteLine(
            "Several algorithms on one model and data: give \"inference\" as a list. Stored runs: vilab compare DIR DIR..."
        );
        shell.Out.WriteLine("More on a model, an algorithm or a generator: vilab describe NAME");
    }
}
