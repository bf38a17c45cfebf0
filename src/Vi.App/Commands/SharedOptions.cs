namespace Vi.App.Commands;

internal static class SharedOptions
{
    public static Argument<string[]> Experiments() =>
        new("FILE|FOLDER")
        {
            Description = "Experiment files; a folder stands for every *.json in it, in name order",
            Arity = ArgumentArity.OneOrMore,
        };

    public static Option<string> Out() =>
        new("--out")
        {
            Description = "Output folder",
            DefaultValueFactory = _ => "out",
            HelpName = "DIR",
        };

    public static Option<ulong?> Seed() =>
        new("--seed")
        {
            Description = "Seed instead of the experiment's",
            HelpName = "N",
            CustomParser = result =>
            {
                if (ulong.TryParse(result.Tokens[0].Value, CultureInfo.InvariantCulture, out var seed))
                {
                    return seed;
                }

                result.AddError($"--seed {result.Tokens[0].Value}: a whole number of at least 0 is needed");
                return null;
            },
        };

    public static Option<string[]> Set() =>
        new("--set")
        {
            Description = "A setting instead of the experiment's, e.g. --set model.components=4; may be repeated",
            HelpName = "PATH=VALUE",
            DefaultValueFactory = _ => [],
        };

    public static Option<bool> Verbose() => new("--verbose") { Description = "Log what is done; show stack traces" };

    public static Option<int> Threads() =>
        new Option<int>("--threads")
        {
            Description = "Worker threads; does not change results",
            DefaultValueFactory = _ => Environment.ProcessorCount,
            HelpName = "N",
        }.AtLeastOne();

    public static Option<T> AtLeastOne<T>(this Option<T> option)
    {
        option.Validators.Add(result =>
        {
            if (result.Tokens.Count == 1 && int.TryParse(result.Tokens[0].Value, out var number) && number < 1)
            {
                result.AddError($"{option.Name} {number}: at least 1 is needed");
            }
        });
        return option;
    }
}
