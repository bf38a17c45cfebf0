namespace Vi.App.Commands;

internal static class RunCommand
{
    public static Command Create(VilabHost host) =>
        Cli.Command<BatchRequest>(
            host,
            "run",
            "Run experiments: fit, store the result, write the report",
            (request, services, cancellation) =>
                ActivatorUtilities.CreateInstance<Batch>(services).Run(request, cancellation)
        );
}
