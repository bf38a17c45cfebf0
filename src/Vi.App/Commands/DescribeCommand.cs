using Vi.App.Data.Synthetic;

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
        var command = Cli.Command<Request>(
            host,
            "describe",
            "Describe a model, an algorithm or a part of experiment files with all settings",
            (request, services, _) =>
            {
                var experiments = services.GetRequiredService<ExperimentSchema>();
                if (request.IsSchema)
                {
                    host.Terminal.Out.Write(experiments.Text());
                }
                else
                {
                    var models = services.GetRequiredService<IReadOnlyList<IModel>>();
                    Describe(host.Terminal.Out, models, experiments, request.Name!);
                }

                return CommandLine.Fine;
            }
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

    private static void Describe(TextWriter output, IReadOnlyList<IModel> models, ExperimentSchema schema, string name)
    {
        var sections = schema.Root.Keys().Where(key => key.Name != "model" && key.Schema.HasKeys()).ToList();
        List<Action> pages = [];
        if (models.FirstOrDefault(m => m.Type == name) is { } model)
        {
            pages.Add(() => Describe(output, model, schema.Models.Case(name)!));
        }

        if (AlgorithmCatalogue.All.FirstOrDefault(a => a.Name == name) is { } algorithm)
        {
            pages.Add(() => Describe(output, models, algorithm, schema.Algorithms.Case(name)!));
        }

        if (sections.Find(key => key.Name == name) is { Name: not null } section)
        {
            pages.Add(() => Describe(output, section.Name, section.Schema));
        }

        if (schema.Generators.Case(name) is { } generator)
        {
            pages.Add(() =>
            {
                output.WriteLine($"The generator \"{name}\" makes {GeneratorCatalogue.Find(name).Summary}.");
                Settings(output, generator);
            });
        }

        if (pages.Count == 0)
        {
            string[] known =
            [
                .. models.Select(m => m.Type),
                .. AlgorithmCatalogue.All.Select(a => a.Name),
                .. GeneratorCatalogue.All.Select(g => g.Name),
                .. sections.Select(k => k.Name),
            ];
            throw new ExperimentException(
                $"there is no \"{name}\" to describe{NearestName.Hint(name, [.. known.Distinct()])}"
            );
        }

        foreach (var (i, page) in pages.Index())
        {
            if (i > 0)
            {
                output.WriteLine();
            }

            page();
        }
    }

    private static void Describe(TextWriter output, IModel model, JsonObject schema)
    {
        var words = model.Description;
        output.WriteLine($"{model.Type}: {words.Title}");
        output.WriteLine();
        output.WriteLine(words.Summary);
        output.WriteLine();
        output.WriteLine($"Approximation: {words.Approximation}");
        output.WriteLine($"Algorithms: {string.Join(", ", model.Algorithms.Select(a => a.Name))}");
        output.WriteLine($"Default algorithm: {model.Algorithms[0].Name}");
        var reads = model.DataNeed switch
        {
            DataNeed.None => "no data",
            DataNeed.Columns => "columns",
            _ => "columns, of which one is the target",
        };
        output.WriteLine($"Reads: {reads}");
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
        output.WriteLine($"{algorithm.Name}: {algorithm.Summary}");
        output.WriteLine();
        if (algorithm.Approximation.Length > 0)
        {
            output.WriteLine($"Approximation: {algorithm.Approximation}");
        }

        output.WriteLine(
            $"Objective: {(algorithm.HasBound ? "a lower bound of the evidence" : "none that is a bound")}"
        );
        var fitted = models.Where(m => m.Algorithms.Contains(algorithm)).Select(m => m.Type);
        output.WriteLine($"Models: {string.Join(", ", fitted)}");
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
