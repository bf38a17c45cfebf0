using System.CommandLine;
using Microsoft.Extensions.DependencyInjection;
using Vi.App.Hosting;
using Vi.App.Verifying;

namespace Vi.App.Commands;

/// <summary><c>vilab verify</c></summary>
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
        };
        cases.Validators.Add(result =>
        {
            if (result.Tokens.Count == 1 && int.TryParse(result.Tokens[0].Value, out var number) && number < 1)
            {
                result.AddError($"--cases {number}: at least 1 is needed");
            }
        });
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
        };
        replicates.Validators.Add(result =>
        {
            if (result.Tokens.Count == 1 && int.TryParse(result.Tokens[0].Value, out var number) && number < 1)
            {
                result.AddError($"--replicates {number}: at least 1 is needed");
            }
        });
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
        command.SetAction(
            (parsed, cancellation) =>
                CommandLine.Run(
                    host,
                    parsed.GetValue(verbose),
                    services =>
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
                )
        );
        return command;
    }
}
