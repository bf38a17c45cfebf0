using System.CommandLine.Invocation;
using System.CommandLine.Parsing;

namespace Vi.App.Commands;

internal static class CommandLine
{
    /// <summary>All went well.</summary>
    public const int Fine = 0;

    /// <summary>A run failed or a law broke.</summary>
    public const int Failed = 1;

    /// <summary>Arguments, configuration or data cannot be run.</summary>
    public const int BadInput = 2;

    /// <summary>All went well, but a verdict is <c>unreliable</c>, and the user is strict.</summary>
    public const int Unreliable = 3;

    /// <summary>Somebody stopped the program.</summary>
    public const int Cancelled = 130;

    /// <summary>Reads a command line, runs the command and answers with the exit code.</summary>
    public static async Task<int> InvokeAsync(
        IReadOnlyList<string> args,
        VilabHost host,
        CancellationToken cancellation
    )
    {
        var terminal = host.Terminal;
        var parsed = Root(host).Parse(args);
        var configuration = new InvocationConfiguration
        {
            Output = terminal.Out,
            Error = terminal.Error,
            EnableDefaultExceptionHandler = false,
            ProcessTerminationTimeout = null,
        };
        if (parsed.Action is ParseErrorAction error)
        {
            error.ShowHelp = false;
            await parsed.InvokeAsync(configuration, cancellation);
        }
        else if (UnknownOption(parsed) is { } unknown)
        {
            await terminal.Error.WriteLineAsync(unknown);
        }
        else
        {
            return await parsed.InvokeAsync(configuration, cancellation);
        }

        await terminal.Error.WriteLineAsync("See: vilab --help");
        return BadInput;
    }

    /// <summary>A mistyped option, which the parser takes for a file's name; null where there is none.</summary>
    private static string? UnknownOption(ParseResult parsed)
    {
        var arguments = parsed.CommandResult.Children.OfType<ArgumentResult>().SelectMany(argument => argument.Tokens);
        var written = arguments
            .Select(token => token.Value)
            .FirstOrDefault(value => value.StartsWith("--", StringComparison.Ordinal));
        var known = parsed.CommandResult.Command.Options.Select(option => option.Name).ToList();
        return written is null ? null : $"{written} is no option{NearestName.Hint(written, known)}";
    }

    public static RootCommand Root(VilabHost host) =>
        new("Variational inference that can be trusted: from an experiment file to a result and a report.")
        {
            Cli.Command(
                host,
                "run",
                "Run experiments: fit, store the result, write the report",
                (BatchRequest request, Batch batch, CancellationToken cancellation) => batch.Run(request, cancellation),
                answersInFiles: true
            ),
            ValidateCommand.Create(host),
            ListCommand.Create(host),
            DescribeCommand.Create(host),
            NewCommand.Create(host),
            ImportCommand.Create(host),
            VerifyCommand.Create(host),
            ReportCommand.Create(host),
            CompareCommand.Create(host),
            RunsCommand.Create(host),
            PredictCommand.Create(host),
        };

    /// <summary>
    /// Runs the body of a command on a host of its own; an error becomes one line on the error output and an exit code.
    /// </summary>
    internal static int Run(VilabHost program, bool verbose, Func<IServiceProvider, int> body)
    {
        var terminal = program.Terminal;
        try
        {
            using var host = program.Build(verbose);
            return body(host.Services);
        }
        catch (ExperimentException error)
        {
            WriteProblems(terminal, error);
            return BadInput;
        }
        catch (Exception error) when (error is ResultFileException or StoredFitException)
        {
            WriteError(terminal, error.Message);
            return BadInput;
        }
        catch (OperationCanceledException)
        {
            return Cancelled;
        }
        catch (Exception error)
        {
            if (verbose)
            {
                terminal.Error.WriteLine($"error: {error}");
            }
            else
            {
                WriteError(terminal, $"{error.Message} (--verbose shows where)");
            }

            return Failed;
        }
    }

    /// <summary>
    /// The exit code of a command whose output took no more: that of one that answers in files stands, what another one had to say is lost.
    /// </summary>
    internal static int AfterOutput(Terminal terminal, int code, bool answersInFiles)
    {
        terminal.Out.Flush();
        if (terminal.OutFailure() is not { } failure)
        {
            return code;
        }

        terminal.Error.WriteLine($"warning: standard output could not be written: {failure}");
        return code == Fine && !answersInFiles ? Failed : code;
    }

    /// <summary>Writes an answer for programs, in the words of <c>result.json</c>.</summary>
    internal static void WriteJson<T>(Terminal terminal, T answer) =>
        terminal.Out.WriteLine(JsonSerializer.Serialize(answer, ResultJson.ReadableOptions));

    internal static void WriteProblems(Terminal terminal, ExperimentException error)
    {
        foreach (var problem in error.Problems)
        {
            terminal.Error.WriteLine($"error: {problem}");
        }
    }

    /// <summary>Writes an error without what files and their names may bring in.</summary>
    internal static void WriteError(Terminal terminal, string message) =>
        terminal.Error.WriteLine($"error: {Printable.Text(message)}");
}
