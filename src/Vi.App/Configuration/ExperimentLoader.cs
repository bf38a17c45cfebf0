namespace Vi.App.Configuration;

internal sealed class ExperimentLoader(ExperimentSchema schema, IReadOnlyList<IModel> models, FileFinder files)
{
    /// <summary>
    /// Reads one file. Raises <see cref="ExperimentException"/> with all problems found, each naming the file, the JSON path and, for an
    /// override, where the value came from.
    /// </summary>
    public LoadedExperiment Load(string path, SettingOverrides overrides)
    {
        var full = files.Existing(path);
        try
        {
            var text = JsonText.Parse(File.ReadAllText(full));
            return Load(path, full, text, overrides);
        }
        catch (ExperimentException error)
            when (error.Problems.All(p => !p.Message.StartsWith(path, StringComparison.Ordinal)))
        {
            throw new ExperimentException([.. error.Problems.Select(p => new Problem("", $"{path}: {p}"))]);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new ExperimentException($"{path}: cannot be read: {error.Message}");
        }
    }

    /// <summary>The experiment of a text that is to become a file; its problems name no place in it, and nothing overrides it.</summary>
    public LoadedExperiment Proposed(string full, string text) =>
        Load(null, full, JsonText.Parse(text), SettingOverrides.None);

    private LoadedExperiment Load(string? path, string full, JsonText text, SettingOverrides overrides)
    {
        if (text.Root is not JsonObject tree)
        {
            throw new ExperimentException($"an experiment is a JSON object with the keys {Keys()}");
        }

        var origins = overrides.ApplyTo(tree, schema.Root);
        tree["name"] ??= System.IO.Path.GetFileNameWithoutExtension(full);
        var choice = ModelOf(tree) is { } known ? new AlgorithmChoice(schema, known, origins) : null;
        choice?.Complete(tree);
        var validator = new SchemaValidator();
        var configuration = (JsonObject)validator.Check(schema.Root, tree, "")!;
        var source = new SettingSource(path, text, origins);
        List<Problem> problems =
        [
            .. text.Duplicates,
            .. choice?.Problems ?? [],
            .. validator.Problems.Where(p => choice?.Problems.All(known => known.Path != p.Path) ?? true),
        ];
        // The schema says of most of its numbers what is allowed instead.
        problems.AddRange(text.Excesses.Where(p => problems.TrueForAll(known => known.Path != p.Path)));
        if (problems.Count > 0)
        {
            throw source.Locate(new ExperimentException(problems));
        }

        var experiment = schema.Read(configuration);
        var model = ModelOf(tree)!;
        problems.AddRange([.. Together(experiment, model), .. FitPlans.Problems(experiment.Inference)]);
        return problems.Count > 0
            ? throw source.Locate(new ExperimentException(problems))
            : new LoadedExperiment(
                full,
                experiment.Name!,
                experiment,
                model,
                configuration,
                FitPlans.Of(experiment.Inference, configuration),
                source
            )
            {
                Hints = choice!.Hints,
            };
    }

    private IModel? ModelOf(JsonObject tree) =>
        tree["model"] is JsonObject settings
        && settings["type"] is JsonValue value
        && value.TryGetValue<string>(out var type)
            ? models.FirstOrDefault(model => model.Type == type)
            : null;

    /// <summary>Rules about several settings at once.</summary>
    private static IEnumerable<Problem> Together(Experiment experiment, IModel model)
    {
        var (name, data, need) = (experiment.Name!, experiment.Data, model.DataNeed);
        var target = need == DataNeed.Columns ? (data as TableSettings)?.Target : null;
        (bool IsBroken, string Path, string Message)[] rules =
        [
            (
                !IsFolderName(name),
                "name",
                $"\"{name}\" cannot be a folder's name; allowed are letters, digits, '-', '_', '.' and blanks between them"
            ),
            (
                need == DataNeed.None && data is not null,
                "data",
                $"the model {model.Type} reads no data; remove this key"
            ),
            (
                need != DataNeed.None && data is null,
                "data",
                $"missing; the model {model.Type} needs data from {DataSourceCatalogue.Names}"
            ),
            (
                need != DataNeed.None && data is TableSettings { Gaps: Gaps.Kept } && !model.TakesGaps,
                "data.gaps",
                $"the model {model.Type} needs every entry; complete the rows, or set this key to \"drop-rows\" to leave them out"
            ),
            (target is not null, "data.target", $"\"{target}\": the model {model.Type} has no target; remove this key"),
        ];
        return rules.Where(rule => rule.IsBroken).Select(rule => new Problem(rule.Path, rule.Message));
    }

    internal static bool IsFolderName(string name) =>
        name.Length > 0
        && name.All(c => char.IsLetterOrDigit(c) || c is '-' or '_' or '.' or ' ')
        && name.Trim(' ', '.').Length > 0
        && name[0] is not (' ' or '.')
        && name[^1] is not (' ' or '.');

    private string Keys() => string.Join(", ", schema.Root.Keys().Select(k => k.Name));
}

/// <summary>An experiment that was found to be in order.</summary>
/// <param name="Settings">Its settings, algorithms and restarts filled in.</param>
/// <param name="Configuration">The effective configuration: overrides applied, defaults filled in.</param>
/// <param name="Plans">One fit for each algorithm, in the file's order.</param>
internal sealed record LoadedExperiment(
    string File,
    string Name,
    Experiment Settings,
    IModel Model,
    JsonObject Configuration,
    IReadOnlyList<FitPlan> Plans,
    SettingSource Source
)
{
    /// <summary>Settings of the file that are not used, each with its reason.</summary>
    public IReadOnlyList<string> Hints { get; init; } = [];
}

/// <param name="file">The file as messages name it; null for one that is not written yet.</param>
internal sealed class SettingSource(string? file, JsonText text, IReadOnlyDictionary<string, string> origins)
{
    /// <summary>The same problems, each with file, line and origin.</summary>
    public ExperimentException Locate(ExperimentException error) => new([.. error.Problems.Select(Locate)]);

    private Problem Locate(Problem problem)
    {
        if (file is null)
        {
            return problem;
        }

        if (Nearest(problem.Path, origins.ContainsKey) is { } overridden)
        {
            return new Problem("", $"{file}: {problem} (from {origins[overridden]})");
        }

        var line = Nearest(problem.Path, path => path.Length > 0 && text.LineOf(path) is not null) is { } known
            ? $":{text.LineOf(known)}"
            : "";
        return new Problem("", $"{file}{line}: {problem}");
    }

    /// <summary>The path itself or the nearest one above it that fulfils a condition.</summary>
    private static string? Nearest(string path, Func<string, bool> condition)
    {
        while (path.Length > 0 && !condition(path))
        {
            path = path[..Max(0, path.LastIndexOfAny(['.', '[']))];
        }

        return path.Length > 0 ? path : null;
    }
}
