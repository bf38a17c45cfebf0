using System.CommandLine;
using Microsoft.Extensions.DependencyInjection;
using Vi.App.Configuration;
using Vi.App.Hosting;
using Vi.App.Running;

namespace Vi.App.Commands;

/// <summary><c>vilab validate</c></summary>
internal static class ValidateCommand
{
    public static Command Create(Shell shell)
    {
        var experiments = SharedOptions.Experiments();
        var set = SharedOptions.Set();
        var verbose = SharedOptions.Verbose();
        var command = new Command("validate", "Check experiments, their data and their model without fitting")
        {
            experiments,
            set,
            verbose,
        };
        command.SetAction(
            (parsed, _) =>
                CommandLine.Guard(
                    shell,
                    parsed.GetValue(verbose),
                    () =>
                    {
                        using var host = VilabHost.Build(shell, parsed.GetValue(verbose));
                        var overrides = new SettingOverrides(parsed.GetValue(set)!, shell.EnvironmentPrefix);
                        var files = host.Services.GetRequiredService<ExperimentFiles>();
                        var runner = host.Services.GetRequiredService<ExperimentRunner>();
                        var loaded = files.Load(parsed.GetValue(experiments)!, overrides);
                        return loaded.Select(e => Check(shell, runner, e)).ToList().Max();
                    }
                )
        );
        return command;
    }

    private static string Fits(LoadedExperiment experiment) =>
        experiment.Plans.Count == 1 ? "" : $", by {string.Join("; ", experiment.Plans.Select(plan => plan.Label))}";

    private static int Check(Shell shell, ExperimentRunner runner, LoadedExperiment experiment)
    {
        try
        {
            var prepared = runner.Prepare(experiment, threads: 1)[0];
            var data = prepared.Data is { Dataset: var set }
                ? $", {set.RowCount} rows of {set.ColumnNames.Count} columns"
                : "";
            shell.Out.WriteLine($"{experiment.Name}: in order ({experiment.Model.Type}{data}{Fits(experiment)})");
            foreach (var hint in experiment.Hints)
            {
                shell.Out.WriteLine($"  hint: {hint}");
            }

            return CommandLine.Fine;
        }
        catch (ExperimentException error)
        {
            CommandLine.WriteProblems(shell, error);
            return CommandLine.BadInput;
        }
    }
}
