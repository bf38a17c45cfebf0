namespace Vi.App.Commands;

internal static class ValidateCommand
{
    private sealed record Request(
        [Experiments] string[] Paths,
        [Set] string[]? Assignments = null,
        [AllowCode] bool AllowCode = false,
        [Json] bool Json = false,
        [Verbose] bool Verbose = false
    );

    public static Command Create(VilabHost host) =>
        Cli.Command(host, "validate", "Check experiments, their data and their model without fitting", Validate);

    /// <summary>What is known of an experiment.</summary>
    /// <param name="Problems">What keeps it from running; empty where nothing does.</param>
    private sealed record Checked(
        string Name,
        string Model,
        IReadOnlyList<string> Fits,
        long? Rows,
        int? Columns,
        IReadOnlyList<string> Hints,
        IReadOnlyList<string> Problems
    );

    private static int Validate(
        Request request,
        OverrideReader overrides,
        ExperimentFiles files,
        ExperimentPreparation preparation,
        Terminal terminal,
        CancellationToken cancellation
    )
    {
        var found = files
            .Load(request.Paths, overrides(request.Assignments ?? []))
            .Select(experiment =>
            {
                var one = Check(preparation, experiment, request.AllowCode, cancellation);
                Write(request.Json ? terminal.Aside() : terminal, one);
                return one;
            })
            .ToList();
        if (request.Json)
        {
            CommandLine.WriteJson(terminal, found);
        }

        return found.Exists(one => one.Problems.Count > 0) ? CommandLine.BadInput : CommandLine.Fine;
    }

    private static Checked Check(
        ExperimentPreparation preparation,
        LoadedExperiment experiment,
        bool allowCode,
        CancellationToken cancellation
    )
    {
        var known = new Checked(
            experiment.Name,
            experiment.Model.Type,
            [.. experiment.Plans.Select(plan => plan.Label ?? plan.Inference.Algorithm.Name)],
            Rows: null,
            Columns: null,
            [.. experiment.Hints],
            Problems: []
        );
        try
        {
            var data = preparation
                .Prepare(experiment, threads: 1, allowCode: allowCode, cancellation: cancellation)[0]
                .Data?.Dataset;
            return known with { Rows = data?.RowCount, Columns = data?.ColumnNames.Count };
        }
        catch (ExperimentException error)
        {
            return known with { Problems = [.. error.Problems.Select(problem => $"{problem}")] };
        }
    }

    private static void Write(Terminal terminal, Checked one)
    {
        if (one.Problems.Count > 0)
        {
            foreach (var problem in one.Problems)
            {
                terminal.Error.WriteLine($"error: {problem}");
            }

            return;
        }

        var data = one is { Rows: { } rows, Columns: { } columns }
            ? $", {Counted(rows, "row")} of {Counted(columns, "column")}"
            : "";
        terminal.Out.WriteLine($"{one.Name}: in order ({one.Model}{data}, by {string.Join("; ", one.Fits)})");
        foreach (var hint in one.Hints)
        {
            terminal.Out.WriteLine($"  hint: {hint}");
        }
    }
}
