using System.Security.Cryptography;
using Vi.Data.Columns;

namespace Vi.Data;

internal abstract record TableSettings : DataSettings
{
    public IReadOnlyList<string>? Columns { get; init; }
    public string? Target { get; init; }
    public bool Standardize { get; init; }
    public Gaps Gaps { get; init; }
    public IReadOnlyDictionary<string, IReadOnlyList<Transform>> Transform { get; init; } =
        new Dictionary<string, IReadOnlyList<Transform>>(StringComparer.Ordinal);
    public string? Labels { get; init; }
    public string? Test { get; init; }
}

/// <summary>A kind of file with a table in it.</summary>
internal abstract class TableSource<TSettings>(string name, string summary) : DataSource<TSettings>(name, summary)
    where TSettings : TableSettings
{
    protected abstract string PathOf(TSettings settings);

    /// <summary>
    /// Reads the columns asked for, in their order. Raises <see cref="ExperimentException"/> naming line and column of what cannot be read.
    /// </summary>
    protected abstract Table Read(TableRequest request, TSettings settings);

    /// <inheritdoc cref="IDataSource.Propose" />
    protected abstract TableProposal Propose(TableRequest request, int? columns);

    public override TableProposal Propose(string path, DataRequest request, int? columns)
    {
        var asked = Asked(path, request) with { Gaps = request.TakesGaps ? Gaps.Kept : Gaps.DropRows };
        return Readable(asked, () => Propose(asked, columns));
    }

    /// <summary>What is read: a file that the settings name, unless the source has none.</summary>
    protected virtual TableRequest Asked(TSettings settings, DataRequest request) => Asked(PathOf(settings), request);

    protected TableRequest Asked(string path, DataRequest request) =>
        Asked(path, request.FindFile(path, $"data.{Name}"), request);

    /// <param name="shown">What messages call it.</param>
    protected TableRequest Asked(string shown, string file, DataRequest request) =>
        new(
            file,
            shown,
            $"data.{Name}",
            Columns: null,
            Target: null,
            Labels: null,
            request.HasTarget,
            Gaps.None,
            request.TakesGaps
                ? "; set data.gaps to true where entries may be missing, or to \"drop-rows\" to leave out such rows"
                : "; set data.gaps to \"drop-rows\" to leave out rows with missing entries"
        )
        {
            OrderMatters = request.OrderMatters,
            TargetIsClass = request.TargetIsClass,
        };

    /// <summary>All columns with their kinds, as <c>vilab import</c> keeps them.</summary>
    internal abstract StoredColumns Stored(TableRequest request, TSettings settings);

    public override StoredColumns Stored(DataSettings settings, DataRequest request)
    {
        var own = (TSettings)settings;
        var asked = Asked(own, request) with { Columns = own.Columns, Gaps = Gaps.Kept };
        return Readable(asked, () => Stored(asked, own));
    }

    /// <summary>The settings that read a file of new rows as the fitted one was read.</summary>
    protected abstract TSettings Settings(string shown, FileReading reading);

    public override Table NewRows(string file, string shown, FittedModel fit, FileReading reading)
    {
        var asked = new TableRequest(
            file,
            shown,
            "",
            Columns: fit.Columns.Count == 0 ? null : fit.Columns,
            Target: null,
            Labels: null,
            LastIsTarget: false,
            fit.TakesGaps || fit.Columns.Count == 0 ? Gaps.Kept : Gaps.None,
            "; complete it or leave the row out, since the model reads every entry"
        )
        {
            Levels = fit.Levels,
            OrderMatters = fit.IsSeries,
            ReadsForFit = true,
        };
        return NotEmpty(asked, Settings(shown, reading));
    }

    /// <summary>The data, read block by block where the file is too large to be held in memory at ease; otherwise null.</summary>
    protected virtual LoadedData? ReadInBlocks(TableRequest table, TSettings settings, DataRequest request) => null;

    protected sealed override LoadedData Read(TSettings settings, DataRequest request)
    {
        var asked = Asked(settings, request) with
        {
            // Headers are read so, too.
            Columns = settings.Columns?.Select(Printable.Text).ToArray(),
            Target = settings.Target is { } given ? Printable.Text(given) : null,
            Labels = settings.Labels is { } labels ? Printable.Text(labels) : null,
            Gaps = settings.Gaps,
        };
        var isPlain = settings is { Test: null, Gaps: not Gaps.DropRows, Transform.Count: 0 };
        if (isPlain && Readable(asked, () => ReadInBlocks(asked, settings, request)) is { } large)
        {
            return large;
        }

        var table = NotEmpty(asked, settings);
        var target = request.HasTarget ? table.Target ?? table.Columns[^1].Name : null;
        var test = settings.Test is not { } testPath
            ? null
            : NotEmpty(
                asked with
                {
                    File = request.FindFile(testPath, "data.test"),
                    Shown = testPath,
                    SettingPath = "data.test",
                    Columns = table.Sources,
                    Target = target,
                    Labels = null,
                    Levels = table.Levels,
                },
                settings
            );
        if (settings.Gaps == Gaps.DropRows)
        {
            table = table.WithoutGaps(asked);
            test = test?.WithoutGaps(asked);
        }

        List<Finding> checks = [.. ValueChecks.Of(table, target), .. ValueChecks.EmptyRows(table)];
        (table, test) = Transforms.Apply(settings.Transform, table, test);
        var names = DatasetAssembly.Order([.. table.Columns.Select(c => c.Name)], target);
        return DatasetAssembly.Assemble(
            table with
            {
                Findings = [.. table.Findings, .. checks],
            },
            names,
            test,
            settings.Standardize,
            (asked.Shown, settings.Test ?? asked.Shown),
            target is not null
        );
    }

    private Table NotEmpty(TableRequest request, TSettings settings)
    {
        var table = Readable(request, () => Read(request, settings));
        return table.Columns.Count > 0 ? table : throw request.Fail(": no column has numbers in it");
    }

    private static T Readable<T>(TableRequest request, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            throw request.Fail($" cannot be read: {error.Message}");
        }
    }
}

/// <summary>What is read from a file.</summary>
/// <param name="Shown">The path as the experiment wrote it, for messages.</param>
/// <param name="SettingPath">JSON path of the setting that names it, e.g. <c>data.csv</c>.</param>
/// <param name="Columns">Columns wanted, the target among them; null for all numeric ones.</param>
/// <param name="LastIsTarget">Whether the last column is the target unless <paramref name="Target"/> says otherwise.</param>
/// <param name="GapRemedy">What a message about a missing entry advises.</param>
internal sealed record TableRequest(
    string File,
    string Shown,
    string SettingPath,
    IReadOnlyList<string>? Columns,
    string? Target,
    string? Labels,
    bool LastIsTarget,
    Gaps Gaps,
    string GapRemedy
)
{
    /// <summary>Columns asked for, as headers are read: without control characters.</summary>
    public IReadOnlyList<string>? Columns { get; init; } = Columns is null ? null : [.. Columns.Select(Printable.Text)];

    public string? Target { get; init; } = Target is null ? null : Printable.Text(Target);

    public string? Labels { get; init; } = Labels is null ? null : Printable.Text(Labels);

    /// <summary>Whether the model reads the rows in their order.</summary>
    public bool OrderMatters { get; init; }

    /// <summary>Whether the target is one of two classes.</summary>
    public bool TargetIsClass { get; init; }

    /// <summary>For held-out rows, the texts of each column that the fitted rows turned into numbers; otherwise null.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>>? Levels { get; init; }

    /// <summary>Whether the rows are new ones that a stored fit reads: then <see cref="Columns"/> are those that it needs.</summary>
    public bool ReadsForFit { get; init; }

    /// <summary>Lower-case hexadecimal SHA-256 of the file.</summary>
    public string Hash()
    {
        using var stream = new FileStream(
            File,
            FileMode.Open,
            FileAccess.Read,
            FileShare.Read,
            1 << 20,
            FileOptions.SequentialScan
        );
        return Convert.ToHexStringLower(SHA256.HashData(stream));
    }

    /// <summary>An error at the setting whose message starts with the file and goes on with a colon, a comma or a verb.</summary>
    public ExperimentException Fail(string message) => new(SettingPath, $"{Shown}{message}");

    public static string AllMissing(string column) =>
        $"column \"{column}\": every entry is missing; leave it out of data.columns";

    /// <summary>Whether the experiment asks for a column by its name.</summary>
    public bool Names(string column) =>
        (Columns?.Contains(column, StringComparer.Ordinal) ?? false) || column == Target || column == Labels;

    /// <summary>Raises <see cref="ExperimentException"/> for each name asked for that the file does not have, with the nearest one.</summary>
    public void CheckNames(IReadOnlyCollection<string> existing)
    {
        var problems = new List<Problem>();
        if (ReadsForFit)
        {
            problems.AddRange(
                (Columns ?? [])
                    .Where(column => !existing.Contains(column))
                    .Select(column => new Problem(
                        "",
                        $"{Shown}: there is no column \"{column}\", which the fit reads{NearestName.Hint(column, existing)}; add it or rename the column that holds it"
                    ))
            );
            ExperimentException.ThrowIfAny(problems);
            return;
        }

        foreach (var (i, column) in (Columns ?? []).Index())
        {
            Add($"data.columns[{i}]", column);
            if (Columns!.Take(i).Contains(column, StringComparer.Ordinal))
            {
                problems.Add(new Problem($"data.columns[{i}]", $"\"{column}\" stands twice in the list; keep one"));
            }
        }

        if (Columns is { Count: 0 })
        {
            problems.Add(new Problem("data.columns", "the list is empty; name at least one column, or remove the key"));
        }

        Add("data.target", Target);
        Add("data.labels", Labels);
        if (problems.Count > 0)
        {
            throw new ExperimentException(problems);
        }

        void Add(string path, string? name)
        {
            if (name is not null && !existing.Contains(name))
            {
                problems.Add(new Problem(path, $"{Shown} has no column \"{name}\"{NearestName.Hint(name, existing)}"));
            }
        }
    }
}
