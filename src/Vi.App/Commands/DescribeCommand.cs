using Vi.Data.Synthetic;

namespace Vi.App.Commands;

internal static class DescribeCommand
{
    private sealed record Request(
        [Cli("NAME", "A model, an algorithm, a generator, or one of data, inference, report")] string? Name = null,
        [Cli(Schema, "Print the JSON Schema of experiment files")] bool IsSchema = false
    );

    private const string Schema = "--schema";

    public static Command Create(VilabHost host)
    {
        var command = Cli.Command(
            host,
            "describe",
            "Describe a model, an algorithm or a part of experiment files with all settings",
            Write
        );
        command.Validators.Add(result =>
        {
            if (!result.GetValue<bool>(Schema) && result.GetValue<string>("NAME") is null)
            {
                result.AddError("Name what to describe (vilab list shows the names), or give --schema.");
            }
        });
        return command;
    }

    private static void Write(Request request, IReadOnlyList<IModel> models, ExperimentSchema schema, Terminal terminal)
    {
        var (output, name) = (terminal.Out, request.Name);
        if (request.IsSchema || name is null)
        {
            output.Write(schema.Text());
            return;
        }

        var sections = schema.Root.Keys().Where(key => key.Name != "model" && key.Schema.HasKeys()).ToList();
        IEnumerable<(string Name, Action Write)> pages =
        [
            .. models.Select(m => (m.Type, (Action)(() => Describe(output, m, schema.Models.Case(name)!)))),
            .. AlgorithmCatalogue.All.Select(a =>
                (a.Name, (Action)(() => Describe(output, models, a, schema.Algorithms.Case(name)!)))
            ),
            .. GeneratorCatalogue.All.Select(g => (g.Name, (Action)(() => Describe(output, g, schema)))),
            .. sections.Select(key => (key.Name, (Action)(() => Describe(output, name, key.Schema)))),
        ];
        var chosen = pages.Where(page => page.Name == name).ToList();
        if (chosen.Count == 0)
        {
            var known = pages.Select(page => page.Name).Distinct(StringComparer.Ordinal).ToList();
            throw new ExperimentException($"there is no \"{name}\" to describe{NearestName.Hint(name, known)}");
        }

        foreach (var (i, page) in chosen.Index())
        {
            if (i > 0)
            {
                output.WriteLine();
            }

            page.Write();
        }
    }

    private static void Describe(TextWriter output, Generator generator, ExperimentSchema schema)
    {
        output.WriteLine($"The generator \"{generator.Name}\" makes {generator.Summary}.");
        Settings(output, schema.Generators.Case(generator.Name)!);
    }

    private static void Describe(TextWriter output, IModel model, JsonObject schema)
    {
        var words = model.Description;
        var reads = model.DataNeed switch
        {
            DataNeed.None => "no data",
            DataNeed.Columns => "columns",
            _ => "columns, of which one is the target",
        };
        output.WriteLine(
            $"""
            {model.Type}: {words.Title}

            {words.Summary}

            Approximation: {words.Approximation}
            Algorithms: {string.Join(", ", model.Algorithms.Select(a => a.Name))}
            Default algorithm: {model.Algorithms[0].Name}
            Reads: {reads}
            """
        );
        foreach (var formula in words.Formulas)
        {
            output.WriteLine($"{formula.Label}: {formula.Latex}");
        }

        Settings(output, schema);
        output.WriteLine();
        output.WriteLine($"An experiment to start from: vilab new {model.Type}");
    }

    private static void Describe(
        TextWriter output,
        IReadOnlyList<IModel> models,
        Algorithm algorithm,
        JsonObject schema
    )
    {
        var approximation = algorithm.Approximation.Length > 0 ? $"Approximation: {algorithm.Approximation}\n" : "";
        var objective = algorithm.HasBound ? "a lower bound of the evidence" : "none that is a bound";
        var fitted = models.Where(m => m.Algorithms.Contains(algorithm)).Select(m => m.Type);
        output.WriteLine(
            $"""
            {algorithm.Name}: {algorithm.Summary}

            {approximation}Objective: {objective}
            Models: {string.Join(", ", fitted)}
            """
        );
        Settings(output, schema);
    }

    /// <summary>A key of the file; where it takes several forms, the settings of all with the names of the forms that have each.</summary>
    private static void Describe(TextWriter output, string name, JsonObject section)
    {
        output.WriteLine($"The key \"{name}\" of an experiment: {section.Meaning()}.");
        var choice = section.One();
        var cases = choice.Cases();
        if (cases.Count == 0)
        {
            Settings(output, section);
            return;
        }

        var rows = cases
            .SelectMany(one => one.Keys().Select(key => (Owner: one.Title(), key.Name, key.Schema)))
            .Where(row => row.Name != choice.Tag())
            .GroupBy(row => row.Name)
            .Select(group =>
            {
                var owners = group.Count() == cases.Count ? "all" : string.Join(", ", group.Select(row => row.Owner));
                var schema = group.First().Schema;
                return (group.Key, Owners: owners, Schema: schema, Line: schema.Line());
            })
            .ToList();
        if (choice.Tag() is not { } tag)
        {
            output.WriteLine();
            TextTable.Write(
                output,
                rows,
                ("setting", row => row.Key),
                ("sources", row => row.Owners),
                ("default", row => Default(row.Schema)),
                ("what it means", row => row.Line)
            );
            return;
        }

        output.WriteLine("Each algorithm has its own settings; vilab describe ALGORITHM shows their defaults.");
        output.WriteLine();
        var named = $"name of the algorithm [the model's first] ({choice.Key(tag)!.Allowed()})";
        TextTable.Write(
            output,
            rows.Prepend((Key: tag, Owners: "all", Schema: choice, Line: named)),
            ("setting", row => row.Key),
            ("algorithms", row => row.Owners),
            ("what it means", row => row.Line)
        );
    }

    private static string Default(JsonObject key) =>
        key["default"] is { } value and not JsonObject ? value.ToJsonString() : "-";

    private static void Settings(TextWriter output, JsonObject schema)
    {
        output.WriteLine();
        TextTable.Write(
            output,
            schema.Keys().Where(key => !key.Schema.ContainsKey("const")),
            ("setting", key => key.Name),
            ("default", key => schema.Requires(key.Name) ? "required" : Default(key.Schema)),
            ("what it means", key => key.Schema.Line())
        );
    }
}
