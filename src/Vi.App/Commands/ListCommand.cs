using Vi.App.Data.Synthetic;

namespace Vi.App.Commands;

internal static class ListCommand
{
    public static Command Create(VilabHost host)
    {
        var command = new Command("list", "List models, data sources, generators and algorithms");
        return command.Does(
            host,
            null,
            (_, services, _) =>
            {
                Write(host.Terminal.Out, services.GetRequiredService<IReadOnlyList<IModel>>());
                return CommandLine.Fine;
            }
        );
    }

    private static void Write(TextWriter output, IReadOnlyList<IModel> models)
    {
        TextTable.Write(
            output,
            ["model", "algorithms", "what it is"],
            models.Select(m =>
                (IReadOnlyList<string>)
                    [m.Type, string.Join(", ", m.Algorithms.Select(a => a.Name)), m.Description.Title]
            )
        );
        output.WriteLine();
        TextTable.Write(
            output,
            ["data source", "what it reads"],
            DataSourceCatalogue.All.Select(s => (IReadOnlyList<string>)[s.Name, s.Summary])
        );
        output.WriteLine();
        TextTable.Write(
            output,
            ["generator", "what it makes"],
            GeneratorCatalogue.All.Select(g => (IReadOnlyList<string>)[g.Name, g.Summary])
        );
        output.WriteLine();
        TextTable.Write(
            output,
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
        output.WriteLine();
        output.WriteLine(
            "Several algorithms on one model and data: give \"inference\" as a list. Stored runs: vilab compare DIR DIR..."
        );
        output.WriteLine("More on a model, an algorithm or a generator: vilab describe NAME");
    }
}
