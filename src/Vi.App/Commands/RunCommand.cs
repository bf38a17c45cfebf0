namespace Vi.App.Commands;

internal static class RunCommand
{
    public static Command Create(VilabHost host)
    {
        var experiments = SharedOptions.Experiments();
        var outputFolder = SharedOptions.Out();
        var seed = SharedOptions.Seed();
        var threads = SharedOptions.Threads();
        var set = SharedOptions.Set();
        var resume = new Option<bool>("--resume") { Description = "Go on from a checkpoint where there is one" };
        var quiet = new Option<bool>("--quiet") { Description = "Say nothing but errors" };
        var verbose = SharedOptions.Verbose();
        var command = new Command("run", "Run experiments: fit, store the result, write the report")
        {
            experiments,
            outputFolder,
            seed,
            threads,
            set,
            resume,
            quiet,
            verbose,
        };
        return command.Does(
            host,
            verbose,
            (parsed, services, cancellation) =>
            {
                var assignments = parsed.GetValue(set)!.ToList();
                if (parsed.GetValue(seed) is { } number)
                {
                    assignments.Add($"seed={number}");
                }

                var request = new BatchRequest(
                    parsed.GetValue(experiments)!,
                    assignments,
                    parsed.GetValue(outputFolder)!,
                    parsed.GetValue(threads),
                    parsed.GetValue(resume),
                    parsed.GetValue(quiet)
                );
                return ActivatorUtilities.CreateInstance<Batch>(services).Run(request, cancellation);
            }
        );
    }
}
