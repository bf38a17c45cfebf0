namespace Vi.App.Running;

/// <summary>An experiment for a table that nobody has written yet.</summary>
/// <param name="Text">The file's text, which is known to run.</param>
/// <param name="Findings">What was recognised, guessed and left out.</param>
internal sealed record ProposedExperiment(string Text, IReadOnlyList<Finding> Findings);

/// <summary>Proposes experiments: a model on a table.</summary>
internal sealed class ExperimentProposal(
    IReadOnlyList<IModel> models,
    ExperimentSchema schema,
    ExperimentLoader loader,
    ExperimentPreparation preparation,
    FileFinder files
)
{
    /// <summary>Columns of which a file lists none; more make it long, and are what a run reads in any case.</summary>
    private const int MostListed = 200;

    /// <summary>The findings that a comment repeats above the setting that was guessed.</summary>
    private static readonly Dictionary<string, string> Places = new(StringComparer.Ordinal)
    {
        ["columns-left-out"] = "data.columns",
        ["empty-columns"] = "data.columns",
        ["index-column"] = "data.columns",
        ["date-column"] = "data.columns",
        ["proposed-columns"] = "data.columns",
        ["proposed-target"] = "data.target",
        ["target-classes"] = "data.target",
        ["proposed-labels"] = "data.labels",
        ["missing-entries"] = "data.gaps",
        ["rows-dropped"] = "data.gaps",
        ["unit-inferred"] = "data.unit",
    };

    /// <summary>
    /// An experiment in <paramref name="file"/> that fits a model to the table in <paramref name="data"/>, a path as it was given. Raises
    /// <see cref="ExperimentException"/> with the reason, and the models that take the table, where the model does not.
    /// </summary>
    public ProposedExperiment Of(IModel model, string data, string file)
    {
        try
        {
            return Proposed(model, data, file);
        }
        catch (ExperimentException error)
        {
            var others = models.Where(other => other != model && Takes(other, data, file)).Select(other => other.Type);
            var list = string.Join(", ", others);
            throw list.Length == 0
                ? error
                : new ExperimentException([
                    .. error.Problems,
                    new Problem("", $"{model.Type} cannot take this table as it is; models that can: {list}"),
                ]);
        }
    }

    private bool Takes(IModel model, string data, string file)
    {
        try
        {
            return Proposed(model, data, file).Text.Length > 0;
        }
        catch (ExperimentException)
        {
            return false;
        }
    }

    private ProposedExperiment Proposed(IModel model, string data, string file)
    {
        if (model.DataNeed == DataNeed.None)
        {
            throw new ExperimentException($"the model {model.Type} reads no data; leave the file away");
        }

        var request = ExperimentPreparation.RequestOf(model) with { FindFile = (path, _) => files.Existing(path) };
        var table = DataSourceCatalogue.OfPath(data).Propose(data, request, model.ColumnCount);
        var tree = (JsonObject)model.Example.DeepClone();
        tree["name"] = Path.GetFileNameWithoutExtension(file);
        var settings = Settings(table, Relative(files.Full(data), file), model.ColumnCount is not null);
        tree["data"] = settings;
        var loaded = preparation.Load(Experiment(tree, model, file, []))!;
        if (model.ReadsReturns)
        {
            if (loaded.Record.Unit is { } unit)
            {
                settings["unit"] = JsonNamingPolicy.KebabCaseLower.ConvertName($"{unit}");
            }

            settings["calendar"] = loaded.Dataset.Calendar.Setting();
        }

        tree["model"] = model.Suited(loaded.Record);
        List<Finding> findings =
        [
            .. table
                .Findings.Concat(loaded.Findings)
                .DistinctBy(finding => (finding.Code, string.Join('\n', finding.Subjects)))
                .Select(FindingText.Rendered),
        ];
        var experiment = Experiment(tree, model, file, findings);
        preparation.Prepare(experiment, threads: 1);
        return new ProposedExperiment(Text(tree, model, findings), findings);
    }

    private static JsonObject Settings(TableProposal table, string path, bool isChoice)
    {
        var settings = new JsonObject { [table.Source] = path };
        foreach (var (key, value) in table.Settings)
        {
            settings[key] = value?.DeepClone();
        }

        if (isChoice || table.Columns.Count <= MostListed)
        {
            settings["columns"] = new JsonArray([.. table.Columns.Select(name => (JsonNode)name)]);
        }

        if (table.Target is not null)
        {
            settings["target"] = table.Target;
        }

        if (table.Labels is not null)
        {
            settings["labels"] = table.Labels;
        }

        if (table.Gaps != Gaps.None)
        {
            settings["gaps"] = table.Gaps == Gaps.Kept ? true : "drop-rows";
        }

        return settings;
    }

    /// <summary>The experiment, without places in a file that is not there.</summary>
    private LoadedExperiment Experiment(JsonObject tree, IModel model, string file, IReadOnlyList<Finding> findings) =>
        loader.Proposed(file, Text(tree, model, findings));

    private string Text(JsonObject tree, IModel model, IReadOnlyList<Finding> findings)
    {
        var notes = findings
            .Where(finding => Places.ContainsKey(finding.Code))
            .ToLookup(finding => Places[finding.Code], finding => finding.Message, StringComparer.Ordinal);
        return new ExperimentTemplate(schema).Write(model, tree, notes);
    }

    /// <summary>The path from the experiment's folder, with slashes that every system reads.</summary>
    private static string Relative(string data, string file) =>
        Path.GetRelativePath(Path.GetDirectoryName(file)!, data).Replace(Path.DirectorySeparatorChar, '/');
}
