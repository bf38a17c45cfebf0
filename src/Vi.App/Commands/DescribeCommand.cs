using System.CommandLine;
using Microsoft.Extensions.DependencyInjection;
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
            Description = "A model, a generator, or one of data, inference, report",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var schema = new Option<bool>("--schema") { Description = "Print the JSON Schema of experiment files" };
        var command = new Command("describe", "Describe a model or a part of experiment files with all settings")
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
        var sections = shape.Root.Keys.Where(k => SettingsOf(k.Shape) is not null).ToDictionary(k => k.Name);
        var isGenerator = shape.Generators.Cases.Any(c => c.Name == name);
        if (shell.Models.All.FirstOrDefault(m => m.Type == name) is { } model)
        {
            Describe(shell, model, shape.Models.Cases.First(c => c.Name == name));
            if (isGenerator)
            {
                shell.Out.WriteLine();
            }
        }
        else if (sections.TryGetValue(name, out var section))
        {
            shell.Out.WriteLine($"The key \"{name}\" of an experiment: {section.Description}.");
            if (section.Shape is OneOrListShape)
            {
                shell.Out.WriteLine("One object, or a list of such objects.");
            }

            Settings(shell.Out, SettingsOf(section.Shape)!);
        }
        else if (!isGenerator)
        {
            string[] known =
            [
                .. shell.Models.All.Select(m => m.Type),
                .. shape.Generators.Cases.Select(c => c.Name),
                .. sections.Keys,
            ];
            throw new ExperimentException(
                $"there is no \"{name}\" to describe{NearestName.Hint(name, [.. known.Distinct()])}"
            );
        }

        if (isGenerator)
        {
            var generator = shape.Generators.Cases.First(c => c.Name == name);
            shell.Out.WriteLine($"The generator \"{name}\" makes {generator.Summary}.");
            Settings(shell.Out, generator.Settings);
        }
    }

    private static ObjectShape? SettingsOf(Shape shape) =>
        shape switch
        {
            ObjectShape settings => settings,
            OneOrListShape { Item: ObjectShape settings } => settings,
            _ => null,
        };

    private static void Describe(Shell shell, IModel model, CaseShape shape)
    {
        var words = model.Description;
        shell.Out.WriteLine($"{model.Type}: {words.Title}");
        shell.Out.WriteLine();
        shell.Out.WriteLine(words.Summary);
        shell.Out.WriteLine();
        shell.Out.WriteLine($"Approximation: {words.Approximation}");
        shell.Out.WriteLine($"Algorithms: {string.Join(", ", model.Algorithms)}");
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
                        $"{SettingText.Of(key)}",
                    ]
            )
        );
    }
}
