using Vi.App.Verifying;

namespace Vi.App.Commands;

internal static class VerifyCommand
{
    public static Command Create(VilabHost host)
    {
        var filters = new Argument<string[]>("FILTER")
        {
            Description = "A model, family or engine, or a part of a law's name; all laws without it",
            Arity = ArgumentArity.ZeroOrMore,
        };
        var cases = new Option<int?>("--cases")
        {
            Description = "Cases a law instead of each law's own number",
            HelpName = "N",
        }.AtLeastOne();
        var seed = new Option<ulong>("--seed")
        {
            Description = "Seed of the generated cases",
            HelpName = "N",
            DefaultValueFactory = _ => 42UL,
        };
        var calibration = new Option<bool>("--calibration")
        {
            Description = "After the laws, calibrate methods on models by simulation; long",
        };
        var replicates = new Option<int>("--replicates")
        {
            Description = "Replicates of the calibration",
            HelpName = "N",
            DefaultValueFactory = _ => 1000,
        }.AtLeastOne();
        var resume = new Option<bool>("--resume")
        {
            Description = "Go on from the laws and the calibration that the output folder holds",
        };
        var outputFolder = SharedOptions.Out();
        var threads = SharedOptions.Threads();
        var verbose = SharedOptions.Verbose();
        var command = new Command(
            "verify",
            "Check the laws on generated cases, and that known-wrong specimens break them"
        )
        {
            filters,
            cases,
            seed,
            calibration,
            replicates,
            resume,
            outputFolder,
            threads,
            verbose,
        };
        return command.Does(
            host,
            verbose,
            (parsed, services, cancellation) =>
            {
                var request = new VerifyRequest(
                    parsed.GetValue(filters) ?? [],
                    parsed.GetValue(cases),
                    parsed.GetValue(seed),
                    parsed.GetValue(outputFolder)!,
                    parsed.GetValue(threads),
                    parsed.GetValue(calibration) ? parsed.GetValue(replicates) : null,
                    parsed.GetValue(resume)
                );
                return ActivatorUtilities.CreateInstance<Verify>(services).Run(request, cancellation);
            }
        );
    }
}
