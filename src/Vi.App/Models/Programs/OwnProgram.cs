namespace Vi.App.Models.Programs;

internal sealed record OwnProgramSettings
{
    public required string Assembly { get; init; }
    public string? Program { get; init; }
    public JsonObject? Settings { get; init; }
}

/// <summary>A model of the user's, a class in an assembly of their own.</summary>
internal sealed class OwnProgram() : Model<OwnProgramSettings>("program", DataNeed.Columns, Provision.LogDensity)
{
    protected override IPreparedFit Prepare(FitRequest request, OwnProgramSettings settings)
    {
        var path = request.FindFile(settings.Assembly, "model.assembly");
        if (!request.AllowCode)
        {
            throw new ExperimentException(
                "model.assembly",
                $"\"{settings.Assembly}\" holds code, and vilab executes none unless you allow it; if you trust {path}, add --allow-code. "
                    + "Data and other settings are in order"
            );
        }

        var program = ProgramAssembly.Find(path, settings.Assembly, settings.Program);
        // Its parameters have a meaning that only the program knows, so it reads the columns as the experiment asks for them.
        var data = request.RequireData().Standardized();
        var table = new ModelTable(data.ColumnNames, data.RowCount, data.Values);
        var model = program.Build(table, Numbers(settings, program));
        return new ProgramFit(request, model, new ProgramPresentation());
    }

    /// <summary>The program's settings, those of the file in the place of its defaults.</summary>
    private static Dictionary<string, double> Numbers(OwnProgramSettings settings, ForeignProgram program)
    {
        var numbers = program.Settings();
        foreach (var (name, value) in settings.Settings ?? [])
        {
            if (!numbers.ContainsKey(name))
            {
                throw new ExperimentException(
                    $"model.settings.{name}",
                    $"\"{program.Name}\" has no such setting{NearestName.Hint(name, [.. numbers.Keys])}"
                );
            }

            numbers[name] =
                value is JsonValue number && number.TryGetValue<double>(out var found)
                    ? found
                    : throw new ExperimentException($"model.settings.{name}", "a single number is needed");
        }

        return numbers;
    }
}
