namespace Vi.App.Models.Programs;

/// <summary>A program of somebody else's. What its code throws becomes an <see cref="ExperimentException"/> that says whose it is.</summary>
internal sealed class ForeignProgram
{
    private readonly IModelProgram program;

    private ForeignProgram(IModelProgram program)
    {
        this.program = program;
        Name = Call("model.assembly", $"the code of {program.GetType().FullName}", "Name", () => program.Name);
    }

    /// <summary>Its name in experiment files.</summary>
    public string Name { get; }

    /// <summary>A program of a class with an empty constructor.</summary>
    public static ForeignProgram Of(Type type) =>
        new(
            Call(
                "model.assembly",
                $"the code of {type.FullName}",
                "its constructor",
                () => (IModelProgram)Activator.CreateInstance(type)!
            )
        );

    /// <summary>Its settings with their defaults.</summary>
    public Dictionary<string, double> Settings() =>
        Call("model.program", Own, "Settings", () => program.Settings.ToDictionary(StringComparer.Ordinal));

    /// <summary>The model of a table.</summary>
    public Model Build(ModelTable table, IReadOnlyDictionary<string, double> settings) =>
        Call("model.program", Own, "Build", () => Checked(table, settings))
        ?? throw new ExperimentException("model.program", $"{Own} gave no model: Build answered with null");

    private string Own => $"the code of \"{Name}\"";

    /// <summary>The model, or what the contract of <see cref="IModelProgram"/> lets it refuse.</summary>
    private Model? Checked(ModelTable table, IReadOnlyDictionary<string, double> settings)
    {
        try
        {
            return program.Build(table, settings);
        }
        catch (NoSuchColumnException error)
        {
            throw new ExperimentException(
                "data.columns",
                $"\"{Name}\" reads a column \"{error.Column}\"{NearestName.Hint(error.Column, [.. error.Columns])}"
            );
        }
        catch (ArgumentException error)
        {
            throw new ExperimentException("model.program", $"\"{Name}\": {OneLine(error.Message)}");
        }
    }

    private static T Call<T>(string setting, string whose, string member, Func<T> call)
    {
        try
        {
            return call();
        }
        catch (Exception error) when (error is MissingMemberException or TypeLoadException or IOException)
        {
            throw new ExperimentException(
                setting,
                $"{whose} was built against another version of something: {OneLine(error.Message)} Build it against this version of Vi.Math.FSharp"
            );
        }
        catch (Exception error) when (error is not ExperimentException)
        {
            var own = error;
            while (own is System.Reflection.TargetInvocationException or TypeInitializationException)
            {
                own = own.InnerException!;
            }

            throw new ExperimentException(
                setting,
                $"{whose} threw {own.GetType().Name} in {member}: {OneLine(own.Message)}"
            );
        }
    }

    private static string OneLine(string message) => message.ReplaceLineEndings(" ");
}
