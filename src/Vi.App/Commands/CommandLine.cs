using System.CommandLine;
using System.CommandLine.Invocation;
using System.CommandLine.Parsing;
using Vi.App.Configuration;
using Vi.App.Hosting;
using Vi.Results;

namespace Vi.App.Commands;

/// <summary>The command line of <c>vilab</c>.</summary>
public static class CommandLine
{
    /// <summary>All went well.</summary>
    public const int Fine = 0;

    /// <summary>A run failed or a law broke.</summary>
    public const int Failed = 1;

    /// <summary>Arguments, configuration or data cannot be run.</summary>
    public const int BadInput = 2;

    /// <summary>Somebody stopped the program.</summary>
    public const int Cancelled = 130;

    /// <summary>Reads a command line, runs the command and answers with the exit code.</summary>
    public static async Task<int> InvokeAsync(IReadOnlyList<string> args, Shell shell, CancellationToken cancellation)
    {
        var parsed = Root(shell).Parse(args);
        var configuration = new InvocationConfiguration
        {
            Output = shell.Out,
            Error = shell.Error,
            EnableDefaultExceptionHandler = false,
            ProcessTerminationTimeout = null,
        };
        if (parsed.Action is ParseErrorAction error)
        {
            error.ShowHelp = false;
            await parsed.InvokeAsync(configuration, cancellation);
            await shell.Error.WriteLineAsync("See: vilab --help");
            return BadInput;
        }

        if (UnknownOption(parsed) is { } unknown)
        {
            await shell.Error.WriteLineAsync(unknown);
            await shell.Error.WriteLineAsync("See: vilab --help");
            return BadInput;
        }

        return await parsed.InvokeAsync(configuration, cancellation);
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

    /// <summary>The root command with all commands below it.</summary>
    public static RootCommand Root(Shell shell) =>
        new("Variational inference that can be trusted: from an experiment file to a result and a report.")
        {
            RunCommand.Create(shell),
            ValidateCommand.Create(shell),
            ListCommand.Create(shell),
            DescribeCommand.Create(shell),
            NewCommand.Create(shell),
            VerifyCommand.Create(shell),
            ReportCommand.Create(shell),
            CompareCommand.Create(shell),
            RunsCommand.Create(shell),
        };

    /// <summary>Runs the body of a command; an error becomes one line on the error output and an exit code.</summary>
    internal static Task<int> Guard(Shell shell, bool verbose, Func<int> body)
    {
        try
        {
            return Task.FromResult(body());
        }
        catch (ExperimentException error)
        {
            WriteProblems(shell, error);
            return Task.FromResult(BadInput);
        }
        catch (ResultFileException error)
        {
            shell.Error.WriteLine($"error: {error.Message}");
            return Task.FromResult(BadInput);
        }
        catch (Exception error) when (!verbose)
        {
            shell.Error.WriteLine($"error: {error.Message} (--verbose shows where)");
            return Task.FromResult(Failed);
        }
        catch (Exception error)
        {
            shell.Error.WriteLine($"error: {error}");
            return Task.FromResult(Failed);
        }
    }

    /// <summary>Writes one line a problem.</summary>
    internal static void WriteProblems(Shell shell, ExperimentException error)
    {
        foreach (var problem in error.Problems)
        {
            shell.Error.WriteLine($"error: {problem}");
        }
    }
}
