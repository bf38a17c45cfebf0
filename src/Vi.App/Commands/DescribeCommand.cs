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
    public static Command Create(Shell shell)
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
                CommandLine.Guard(
                    shell,
                    verbose: false,
                    () =>
                    {
                        using var host = VilabHost.Build(shell, verbose: false);
                        var shape = host.Services.GetRequiredService<ExperimentShape>();
                        if (parsed.GetValue(schema))
                        {
                            shell.Out.Write(JsonSchemaWriter.Write(shape));
                        }
                        else
                        {
                            Describe(shell, shape, parsed.GetValue(name)!);
                        }

                        return CommandLine.Fine;
                    }
                )
        );
        return command;
    }

    private static void Describe(Shell shell, ExperimentShape shape, string name)
    {
        var sections = shape.Root.Keys.Where(k => k.Shape is ObjectShape or OneOrListShape).ToList();
        List<Action> pages = [];
        if (shell.Models.FirstOrDefault(m => m.Type == name) is { } model)
        {
            pages.Add(() => Describe(shell, model, shape.Models.Cases.First(c => c.Name == name)));
        }

        if (AlgorithmCatalogue.All.FirstOrDefault(a => a.Name == name) is { } algorithm)
        {
            pages.Add(() => Describe(shell, algorithm, shape.Algorithms.Cases.First(c => c.Name == name)));
        }

        if (sections.Find(k => k.Name == name) is { } section)
        {
            pages.Add(() => Describe(shell.Out, section, shape.Algorithms));
        }

        if (shape.Generators.Cases.FirstOrDefault(c => c.Name == name) is { } generator)
        {
            pages.Add(() =>
            {
                shell.Out.WriteLine($"The generator \"{name}\" makes {generator.Summary}.");
                Settings(shell.Out, generator.Settings);
            });
        }

        if (pages.Count == 0)
        {
            string[] known =
            [
                .. shell.Models.Select(m => m.Type),
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
                shell.Out.WriteLine();
            }

            page();
        }
    }

    private static void Describe(Shell shell, IModel model, CaseShape shape)
    {
        var words = model.Description;
        shell.Out.WriteLine($"{model.Type}: {words.Title}");
        shell.Out.WriteLine();
        shell.Out.WriteLine(words.Summary);
        shell.Out.WriteLine();
        shell.Out.WriteLine($"Approximation: {words.Approximation}");
        shell.Out.WriteLine($"Algorithms: {string.Join(", ", model.Algorithms.Select(a => a.Name))}");
        var reads = model.DataNeed switch
        {
            DataNeed.None => "no data",
            DataNeed.Columns => "columns",
            _ => "columns, of which one is the target",
        };
        shell.Out.WriteLine($"Reads: {reads}");
        foreach (var formula in words.Formulas)
        {
            shell.Out.WriteLine($"{formula.Label}: {formula.Latex}");
        }

        Settings(shell.Out, shape.Settings);
        shell.Out.WriteLine();
        shell.Out.WriteLine($"An experiment to start from: vilab new {model.Type}");
    }

    private static void Describe(Shell shell, IAlgorithm algorithm, CaseShape shape)
    {
        shell.Out.WriteLine($"{algorithm.Name}: {algorithm.Summary}");
        shell.Out.WriteLine();
        if (algorithm.Approximation.Length > 0)
        {
            shell.Out.WriteLine($"Approximation: {algorithm.Approximation}");
        }

        shell.Out.WriteLine(
            $"Objective: {(algorithm.HasBound ? "a lower bound of the evidence" : "none that is a bound")}"
        );
        var models = shell.Models.Where(m => m.Algorithms.Contains(algorithm)).Select(m => m.Type);
        shell.Out.WriteLine($"Models: {string.Join(", ", models)}");
        Settings(shell.Out, shape.Settings);
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
