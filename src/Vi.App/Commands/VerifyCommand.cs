using System.CommandLine.Parsing;

namespace Vi.App.Commands;

internal static class VerifyCommand
{
    /// <summary>Data sets of each kind for a study of verdicts.</summary>
    private const int DefaultDataSets = 20;

    private sealed record Request(
        [Cli(
            "FILTER",
            "A model, family or engine, or a part of a law's name; all laws without it. With --verdicts a part of a kind's, a model's or an algorithm's name, all of which have to match"
        )]
            string[]? Filters = null,
        [Cli("--cases", "Cases a law instead of each law's own number", "N", Least = 1)] int? Cases = null,
        [Cli("--seed", "Seed of the generated cases", "N")] ulong Seed = 42,
        [Cli("--calibration", "After the laws, calibrate methods on models by simulation; long")]
            bool IsCalibrated = false,
        [Cli("--replicates", "Replicates of the calibration", "N", Least = 1)] int Replicates = 1000,
        [Cli("--verdicts", "Instead of the laws, compare verdicts of fits with their true errors; long")]
            bool IsOfVerdicts = false,
        [Cli("--datasets", "Data sets of each kind for --verdicts [20]", "N", Least = 1)] int? DataSets = null,
        [Cli("--resume", "Go on from the laws, the calibration or the verdicts that the output folder holds")]
            bool Resume = false,
        [Out] string OutputFolder = "out",
        [Threads] int Threads = 0,
        [Verbose] bool Verbose = false
    );

    public static Command Create(VilabHost host)
    {
        var command = Cli.Command(
            host,
            "verify",
            "Check the laws on generated cases, and that known-wrong specimens break them; or check verdicts of fits",
            (Request given, Verify verify, CancellationToken cancellation) =>
                verify.Run(
                    new VerifyRequest(
                        given.Filters ?? [],
                        given.Cases,
                        given.Seed,
                        given.OutputFolder,
                        given.Threads,
                        given.IsCalibrated ? given.Replicates : null,
                        given.IsOfVerdicts ? given.DataSets ?? DefaultDataSets : null,
                        given.Resume
                    ),
                    cancellation
                ),
            answersInFiles: true
        );
        command.Validators.Add(Check);
        return command;
    }

    /// <summary>Refuses options of laws next to verdicts, and the other way round.</summary>
    private static void Check(CommandResult result)
    {
        bool IsGiven(string option) => result.GetResult(option) is OptionResult { Implicit: false };
        if (IsGiven("--datasets") && !IsGiven("--verdicts"))
        {
            result.AddError("--datasets belongs to --verdicts.");
        }

        if (IsGiven("--verdicts") && Array.Find(["--cases", "--calibration"], IsGiven) is { } other)
        {
            result.AddError($"--verdicts checks no laws and calibrates nothing: leave out {other}.");
        }
    }
}
