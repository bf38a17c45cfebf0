namespace Vi.App.Commands;

internal static class ValidateCommand
{
    private sealed record Request(
        [Experiments] string[] Paths,
        [Set] string[]? Assignments = null,
        [Verbose] bool Verbose = false
    );

    public static Command Create(VilabHost host) =>
        Cli.Command<Request>(
            host,
            "validate",
            "Check experiments, their data and their model without fitting",
            (request, services, _) =>
            {
                var overrides = services.GetRequiredService<OverrideReader>()(request.Assignments ?? []);
                var preparation = services.GetRequiredService<ExperimentPreparation>();
                var loaded = services.GetRequiredService<ExperimentFiles>().Load(request.Paths, overrides);
                return loaded.Select(e => Check(host.Terminal, preparation, e)).ToList().Max();
            }
        );

    private static string Fits(LoadedExperiment experiment) =>
        $", by {string.Join("; ", experiment.Plans.Select(plan => plan.Label ?? plan.Inference.Algorithm.Name))}";

    private static int Check(Terminal terminal, ExperimentPreparation preparation, LoadedExperiment experiment)
    {
        try
        {
            var prepared = preparation.Prepare(experiment, threads: 1)[0];
            var data = prepared.Data is { Dataset: var set }
                ? $", {set.RowCount} rows of {set.ColumnNames.Count} columns"
                : "";
            terminal.Out.WriteLine($"{experiment.Name}: in order ({experiment.Model.Type}{data}{Fits(experiment)})");
            foreach (var hint in experiment.Hints)
            {
                terminal.Out.WriteLine($"  hint: {hint}");
            }

            return CommandLine.Fine;
        }
        catch (ExperimentException error)
        {
            CommandLine.WriteProblems(terminal, error);
            return CommandLine.BadInput;
        }
    }
}
