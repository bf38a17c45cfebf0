using System.CommandLine;
using Microsoft.Extensions.DependencyInjection;
using Vi.App.Algorithms;
using Vi.App.Configuration;
using Vi.App.Hosting;
using Vi.App.Models;

namespace Vi.App.Commands;

/// <summary><c>vilab describe</c></summary>
internal static class DescribeCommand
{
    public static Command Create(VilabHost host)
    {
        var name = new Argument<string?>("NAME")
        {
            Description = "A model, an algorithm, a generator, or one of data, inference, report",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var schema = new Option<bool>("--schema") { Description = "Print the JSON Schema of experiment files" };
        var command = new Command(
            "describe",
            "Describe a model, an algorithm or a part of experiment files with all settings"
        )
        {
            name,
            schema,
        };
        command.Validators.Add(result =>
        {
            if (!result.GetValue(schema) && result.GetValue(name) is null)
            {
                result.AddError("Name what to describe (vilab list shows the names), or give --schema.");
            }
        });
        command.SetAction(
            (parsed, _) =>
                CommandLine.Run(
                    host,
                    verbose: false,
                    services =>
                    {
                        var shape = services.GetRequiredService<ExperimentShape>();
                        if (parsed.GetValue(schema))
                        {
                            host.Terminal.Out.Write(JsonSchemaWriter.Write(shape));
                        }
                        else
                        {
                            var models = services.GetRequiredService<IReadOnlyList<IModel>>();
                            Describe(host.Terminal.Out, models, shape, parsed.GetValue(name)!);
                        }

                        return CommandLine.Fine;
                    }
                )
        );
        return command;
    }

    private static void Describe(TextWriter output, IReadOnlyList<IModel> models, ExperimentShape shape, string name)
    {
        var sections = shape.Root.Keys.Where(k => k.Shape is ObjectShape or OneOrListShape).ToList();
        List<Action> pages = [];
        if (models.FirstOrDefault(m => m.Type == name) is { } model)
        {
            pages.Add(() => Describe(output, model, shape.Models.Cases.First(c => c.Name == name)));
        }

        if (AlgorithmCatalogue.All.FirstOrDefault(a => a.Name == name) is { } algorithm)
        {
            pages.Add(() => Describe(output, models, algorithm, shape.Algorithms.Cases.First(c => c.Name == name)));
        }

        if (sections.Find(k => k.Name == name) is { } section)
        {
            pages.Add(() => Describe(output, section, shape.Algorithms));
        }

        if (shape.Generators.Cases.FirstOrDefault(c => c.Name == name) is { } generator)
        {
            pages.Add(() =>
            {
                output.WriteLine($"The generator \"{name}\" makes {generator.Summary}.");
                Settings(output, generator.Settings);
            });
        }

        if (pages.Count == 0)
        {
            string[] known =
            [
                .. models.Select(m => m.Type),
                .. AlgorithmCatalogue.All.Select(a => a.Name),
                .. shape.Generators.Cases.Select(c => c.Name),
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

    private static void Describe(TextWriter output, IModel model, CaseShape shape)
    {
        var words = model.Description;
        output.WriteLine($"{model.Type}: {words.Title}");
        output.WriteLine();
        output.WriteLine(words.Summary);
        output.WriteLine();
        output.WriteLine($"Approximation: {words.Approximation}");
        output.WriteLine($"Algorithms: {string.Join(", ", model.Algorithms.Select(a => a.Name))}");
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

        Settings(output, shape.Settings);
        output.WriteLine();
        output.WriteLine($"An experiment to start from: vilab new {model.Type}");
    }

    private static void Describe(TextWriter output, IReadOnlyList<IModel> models, IAlgorithm algorithm, CaseShape shape)
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
        Settings(output, shape.Settings);
    }

    /// <summary>A key of the file; for <c>inference</c> the settings of all algorithms, with the names of those that have each.</summary>
    private static void Describe(TextWriter output, KeyShape section, CasesShape algorithms)
    {
        output.WriteLine($"The key \"{section.Name}\" of an experiment: {section.Description}.");
        if (section.Shape is ObjectShape settings)
        {
            Settings(output, settings);
            return;
        }

        output.WriteLine("Each algorithm has its own settings; vilab describe ALGORITHM shows their defaults.");
        output.WriteLine();
        var rows = algorithms
            .Cases.SelectMany(c => c.Settings.Keys.Select(key => (Algorithm: c.Name, Key: key)))
            .GroupBy(pair => pair.Key.Name)
            .Select(group =>
            {
                var names = group.Select(pair => pair.Algorithm).ToList();
                var all = names.Count == algorithms.Cases.Count;
                return (IReadOnlyList<string>)
                    [group.Key, all ? "all" : string.Join(", ", names), SettingText.Of(group.First().Key)];
            });
        var choice = new ChoiceShape([.. algorithms.Cases.Select(c => c.Name)]);
        TextTable.Write(
            output,
            ["setting", "algorithms", "what it means"],
            [
                ["algorithm", "all", $"name of the algorithm [the model's first] ({choice.Allowed})"],
                .. rows,
            ]
        );
    }

    private static void Settings(TextWriter output, ObjectShape shape)
    {
        output.WriteLine();
        TextTable.Write(
            output,
            ["setting", "default", "what it means"],
            shape.Keys.Select(key =>
                (IReadOnlyList<string>)
                    [
                        key.Name,
                        key.Required ? "required"
                        : key.Default is null or System.Text.Json.Nodes.JsonObject ? "-"
                        : key.Default.ToJsonString(),
                        SettingText.Of(key),
                    ]
            )
        );
    }
}
