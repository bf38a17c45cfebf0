using Vi.Data.Synthetic;

namespace Vi.App.Commands;

internal static class ListCommand
{
    private sealed record Request([Json] bool Json = false);

    public static Command Create(VilabHost host) =>
        Cli.Command(host, "list", "List models, data sources, generators and algorithms", List);

    private static object Answer(IReadOnlyList<IModel> models) =>
        new
        {
            models = models.Select(model => new
            {
                type = model.Type,
                title = model.Description.Title,
                algorithms = model.Algorithms.Select(algorithm => algorithm.Name),
            }),
            dataSources = DataSourceCatalogue.All.Select(source => new
            {
                name = source.Name,
                summary = source.Summary,
            }),
            generators = GeneratorCatalogue.All.Select(one => new { name = one.Name, summary = one.Summary }),
            algorithms = AlgorithmCatalogue.All.Select(one => new { name = one.Name, summary = one.Summary }),
        };

    private static void List(Request request, IReadOnlyList<IModel> models, Terminal terminal)
    {
        if (request.Json)
        {
            CommandLine.WriteJson(terminal, Answer(models));
            return;
        }

        var output = terminal.Out;
        TextTable.Write(
            output,
            models,
            ("model", m => m.Type),
            ("algorithms", m => string.Join(", ", m.Algorithms.Select(a => a.Name))),
            ("what it is", m => m.Description.Title)
        );
        output.WriteLine();
        TextTable.Write(
            output,
            DataSourceCatalogue.All,
            ("data source", source => source.Name),
            ("what it reads", source => source.Summary)
        );
        output.WriteLine();
        TextTable.Write(
            output,
            GeneratorCatalogue.All,
            ("generator", generator => generator.Name),
            ("what it makes", generator => generator.Summary)
        );
        output.WriteLine();
        TextTable.Write(
            output,
            AlgorithmCatalogue.All,
            ("algorithm", a => a.Name),
            ("what it does", a => a.Summary),
            ("models", a => string.Join(", ", models.Where(m => m.Algorithms.Contains(a)).Select(m => m.Type)))
        );
        output.WriteLine();
        output.WriteLine(
            "Several algorithms on one model and data: give \"inference\" as a list. Stored runs: vilab compare DIR DIR..."
        );
        output.WriteLine("More on a model, an algorithm or a generator: vilab describe NAME");
    }
}
