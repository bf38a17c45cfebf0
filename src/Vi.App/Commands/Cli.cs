namespace Vi.App.Commands;

/// <summary>
/// Makes a parameter of a request an option of the command line, or without dashes an argument. A parameter with a default may be left out.
/// </summary>
/// <param name="name">E.g. <c>--out</c> or <c>DIR</c>.</param>
/// <param name="value">What help calls the option's value.</param>
[AttributeUsage(AttributeTargets.Parameter)]
internal class CliAttribute(string name, string description, string? value = null) : Attribute
{
    public string Name => name;

    public string Description => description;

    public string? Value => value;

    /// <summary>Least whole number that is allowed.</summary>
    public int Least { get; set; } = int.MinValue;

    /// <summary>A default that only the running program knows, in place of the parameter's.</summary>
    public object? Computed { get; protected init; }
}

internal sealed class ExperimentsAttribute()
    : CliAttribute("FILE|FOLDER", "Experiment files, or folders: every *.json in them, in name order");

internal sealed class OutAttribute() : CliAttribute("--out", "Output folder", "DIR");

internal sealed class SetAttribute()
    : CliAttribute(
        "--set",
        "A setting instead of the experiment's, e.g. --set model.components=4; may be repeated",
        "PATH=VALUE"
    );

internal sealed class ThreadsAttribute : CliAttribute
{
    public ThreadsAttribute()
        : base("--threads", "Worker threads; does not change results", "N") =>
        (Least, Computed) = (1, Environment.ProcessorCount);
}

internal sealed class AllowCodeAttribute()
    : CliAttribute("--allow-code", "Execute the assembly that an experiment names; only for code that you trust");

internal sealed class JsonAttribute()
    : CliAttribute("--json", "Write the answer as JSON to the output, and texts to the error output");

internal sealed class VerboseAttribute() : CliAttribute(Flag, "Log what is done; show stack traces")
{
    public const string Flag = "--verbose";
}

/// <summary>Makes commands from requests: records whose parameters are options and arguments.</summary>
internal static class Cli
{
    /// <summary>The types that options and arguments may have. Named here, they are compiled ahead.</summary>
    private static readonly Dictionary<Type, Func<Command, ParameterInfo, Func<ParseResult, object?>>> Types = new()
    {
        [typeof(bool)] = Add<bool>,
        [typeof(int)] = Add<int>,
        [typeof(int?)] = Add<int?>,
        [typeof(ulong)] = Add<ulong>,
        [typeof(ulong?)] = Add<ulong?>,
        [typeof(string)] = Add<string>,
        [typeof(string[])] = Add<string[]>,
    };

    /// <summary>
    /// A command. Its body gets the request, and after it services and the cancellation by the types of its parameters; it answers with
    /// the exit code, or with nothing where all went well.
    /// </summary>
    /// <param name="answersInFiles">Whether its answer stands in files, and what it writes on the terminal only shows it.</param>
    public static Command Command(
        VilabHost host,
        string name,
        string description,
        Delegate body,
        bool answersInFiles = false
    )
    {
        var command = new Command(name, description);
        var parameters = body.Method.GetParameters();
        var request = parameters[0].ParameterType;
        var values = Array.ConvertAll(
            request.GetConstructors()[0].GetParameters(),
            parameter => Types[parameter.ParameterType](command, parameter)
        );
        command.SetAction(
            (parsed, cancellation) =>
            {
                object? Argument(ParameterInfo parameter, IServiceProvider services) =>
                    parameter.Position == 0
                        ? Activator.CreateInstance(request, Array.ConvertAll(values, v => v(parsed)))
                    : parameter.ParameterType == typeof(CancellationToken) ? cancellation
                    : services.GetRequiredService(parameter.ParameterType);
                int Run(IServiceProvider services)
                {
                    var arguments = Array.ConvertAll(parameters, parameter => Argument(parameter, services));
                    var answer = body.Method.Invoke(
                        body.Target,
                        BindingFlags.DoNotWrapExceptions,
                        null,
                        arguments,
                        null
                    );
                    return answer is int number ? number : CommandLine.Fine;
                }

                var verbose =
                    command.Options.Any(option => option.Name == VerboseAttribute.Flag)
                    && parsed.GetValue<bool>(VerboseAttribute.Flag);
                var code = CommandLine.Run(host, verbose, Run);
                return Task.FromResult(CommandLine.AfterOutput(host.Terminal, code, answersInFiles));
            }
        );
        return command;
    }

    private static Func<ParseResult, object?> Add<T>(Command command, ParameterInfo parameter)
    {
        var cli = parameter.GetCustomAttribute<CliAttribute>()!;
        var isOptional = parameter.HasDefaultValue;
        if (!cli.Name.StartsWith('-'))
        {
            var most = typeof(T).IsArray ? 100_000 : 1;
            var argument = new Argument<T>(cli.Name)
            {
                Description = cli.Description,
                Arity = new ArgumentArity(isOptional ? 0 : 1, most),
            };
            command.Add(argument);
            return parsed => parsed.GetValue(argument);
        }

        var option = new Option<T>(cli.Name) { Description = cli.Description, HelpName = cli.Value };
        if ((cli.Computed ?? (isOptional ? parameter.DefaultValue : null)) is T initial and not false)
        {
            option.DefaultValueFactory = _ => initial;
        }

        option.Validators.Add(result =>
        {
            var token = result.Tokens is [var only] ? only.Value : null;
            if (token is not null && typeof(T).IsAssignableFrom(typeof(ulong)) && !ulong.TryParse(token, out _))
            {
                result.AddError($"{cli.Name} {token}: a whole number of at least 0 is needed");
            }
            else if (int.TryParse(token, out var number) && number < cli.Least)
            {
                result.AddError($"{cli.Name} {number}: at least {cli.Least} is needed");
            }
        });
        command.Add(option);
        return parsed => parsed.GetValue(option);
    }
}
