using System.CommandLine.Parsing;
using Vi.App.Verifying;

namespace Vi.App.Commands;

internal static class VerifyCommand
{
    /// <summary>Data sets of each kind for a study of verdicts.</summary>
    private const int DefaultDataSets = 20;

    public static Command Create(VilabHost host)
    {
        var filters = new Argument<string[]>("FILTER")
        {
            Description =
                "A model, family or engine, or a part of a law's name; all laws without it. With --verdicts a part of a kind's, a model's or an algorithm's name, all of which have to match",
            Arity = ArgumentArity.ZeroOrMore,
        };
        var cases = Number("--cases", "Cases a law instead of each law's own number");
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
        var verdicts = new Option<bool>("--verdicts")
        {
            Description = "Instead of the laws, compare verdicts of fits with their true errors; long",
        };
        var dataSets = Number("--datasets", $"Data sets of each kind for --verdicts [{DefaultDataSets}]");
        var resume = new Option<bool>("--resume")
        {
            Description = "Go on from the laws, the calibration or the verdicts that the output folder holds",
        };
        var outputFolder = SharedOptions.Out();
        var threads = SharedOptions.Threads();
        var verbose = SharedOptions.Verbose();
        var command = new Command(
            "verify",
            "Check the laws on generated cases, and that known-wrong specimens break them; or check verdicts of fits"
        )
        {
            filters,
            cases,
            seed,
            calibration,
            replicates,
            verdicts,
            dataSets,
            resume,
            outputFolder,
            threads,
            verbose,
        };
        command.Validators.Add(result => Check(result, verdicts, [cases, calibration], dataSets));
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
                    parsed.GetValue(verdicts) ? parsed.GetValue(dataSets) ?? DefaultDataSets : null,
                    parsed.GetValue(resume)
                );
                return ActivatorUtilities.CreateInstance<Verify>(services).Run(request, cancellation);
            }
        );
    }

    private static Option<int?> Number(string name, string description) =>
        new Option<int?>(name) { Description = description, HelpName = "N" }.AtLeastOne();

    /// <summary>Refuses options of laws next to verdicts, and the other way round.</summary>
    private static void Check(
        CommandResult result,
        Option<bool> verdicts,
        IReadOnlyList<Option> ofLaws,
        Option<int?> dataSets
    )
    {
        bool IsGiven(Option option) => result.GetResult(option) is { Implicit: false };
        if (!result.GetValue(verdicts) && IsGiven(dataSets))
        {
            result.AddError("--datasets belongs to --verdicts.");
        }

        if (result.GetValue(verdicts) && ofLaws.FirstOrDefault(IsGiven) is { } other)
        {
            result.AddError($"--verdicts checks no laws and calibrates nothing: leave out {other.Name}.");
        }
    }
}
