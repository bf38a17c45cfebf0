namespace Vi.App.Commands;

internal static class ValidateCommand
{
    private sealed record Request(
        [Experiments] string[] Paths,
        [Set] string[]? Assignments = null,
        [AllowCode] bool AllowCode = false,
        [Verbose] bool Verbose = false
    );

    public static Command Create(VilabHost host) =>
        Cli.Command(host, "validate", "Check experiments, their data and their model without fitting", Validate);

    private static int Validate(
        Request request,
        OverrideReader overrides,
        ExperimentFiles files,
        ExperimentPreparation preparation,
        Terminal terminal,
        CancellationToken cancellation
    ) =>
        files
            .Load(request.Paths, overrides(request.Assignments ?? []))
            .Select(experiment => Check(terminal, preparation, experiment, request.AllowCode, cancellation))
            .ToList()
            .Max();

    private static int Check(
        Terminal terminal,
        ExperimentPreparation preparation,
        LoadedExperiment experiment,
        bool allowCode,
        CancellationToken cancellation
    )
    {
        try
        {
            var prepared = preparation.Prepare(
                experiment,
                threads: 1,
                allowCode: allowCode,
                cancellation: cancellation
            )[0];
            var data = prepared.Data is { Dataset: var set }
                ? $", {Counted(set.RowCount, "row")} of {Counted(set.ColumnNames.Count, "column")}"
                : "";
            var fits = string.Join("; ", experiment.Plans.Select(plan => plan.Label ?? plan.Inference.Algorithm.Name));
            terminal.Out.WriteLine($"{experiment.Name}: in order ({experiment.Model.Type}{data}, by {fits})");
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
