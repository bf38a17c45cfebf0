using Vi.Data.Columns;

namespace Vi.Data;

/// <summary>
/// A kind of place that data come from. Adding one is adding one class, with its settings, and one line in <see cref="DataSourceCatalogue"/>.
/// </summary>
internal interface IDataSource
{
    /// <summary>The key of the experiment's <c>data</c> object that chooses it, e.g. <c>csv</c>.</summary>
    string Name { get; }

    /// <summary>What it reads, in a few words.</summary>
    string Summary { get; }

    /// <summary>
    /// A <see cref="DataSettings"/> record whose properties, described on <c>docs/settings.md</c>, are the keys of <c>data</c> that the source
    /// takes, <see cref="Name"/> among them.
    /// </summary>
    Type SettingsType { get; }

    /// <summary>Reads the data. Raises <see cref="ExperimentException"/> for anything that cannot be used, with its place and a remedy.</summary>
    LoadedData Read(DataSettings settings, DataRequest request);

    /// <summary>
    /// What a model may read of a file that the source <see cref="Reads"/>, where nobody says it. Raises <see cref="ExperimentException"/> for a file
    /// that cannot be read or has nothing for the model.
    /// </summary>
    /// <param name="columns">The number of columns that the model reads; null for any.</param>
    TableProposal Propose(string path, DataRequest request, int? columns);

    /// <summary>
    /// The rows of a file that the source <see cref="Reads"/> with the columns that a fit reads, matched by name and in the columns' own units. Raises
    /// <see cref="ExperimentException"/> naming line and column of what cannot be read.
    /// </summary>
    /// <param name="reading">What the run said about reading its file.</param>
    Table NewRows(string file, string shown, FittedModel fit, FileReading reading);

    /// <summary>Whether a path, or what else names data on the command line, is of this kind.</summary>
    bool Reads(string path);

    /// <summary>
    /// All columns with their kinds, as <c>vilab import</c> keeps them. Raises <see cref="ExperimentException"/> for what cannot be read, and for a
    /// source without a table.
    /// </summary>
    StoredColumns Stored(DataSettings settings, DataRequest request);
}

internal abstract record DataSettings
{
    public DataUnit? Unit { get; init; }
    public RowCalendar? Calendar { get; init; }
}

/// <summary>A data source with a settings record of its own.</summary>
internal abstract class DataSource<TSettings>(string name, string summary) : IDataSource
    where TSettings : DataSettings
{
    public string Name => name;

    public string Summary => summary;

    public Type SettingsType => typeof(TSettings);

    public virtual bool Reads(string path) => false;

    public virtual TableProposal Propose(string path, DataRequest request, int? columns) => throw NoTable();

    public virtual Table NewRows(string file, string shown, FittedModel fit, FileReading reading) => throw NoTable();

    public virtual StoredColumns Stored(DataSettings settings, DataRequest request) => throw NoTable();

    private ExperimentException NoTable() =>
        new($"data.{Name}", "these data are not a table of a file or a database; name one");

    LoadedData IDataSource.Read(DataSettings settings, DataRequest request) =>
        Units.Of(Read((TSettings)settings, request), settings, request.AreReturns);

    /// <inheritdoc cref="IDataSource.Read" />
    protected abstract LoadedData Read(TSettings settings, DataRequest request);
}

/// <summary>What the model and the run ask of the data.</summary>
internal sealed record DataRequest
{
    public required bool HasTarget { get; init; }

    public bool TakesGaps { get; init; }

    /// <summary>Whether the model reads the rows in their order, as a series.</summary>
    public bool OrderMatters { get; init; }

    /// <summary>Whether the values are returns, whose unit figures need.</summary>
    public bool AreReturns { get; init; }

    /// <summary>Whether the target is one of two classes.</summary>
    public bool TargetIsClass { get; init; }

    /// <summary>Full path of a file from its path in the experiment and the path of the setting that names it.</summary>
    public required Func<string, string, string> FindFile { get; init; }

    public ulong Seed { get; init; }

    public int Threads { get; init; } = 1;

    public DataLimits Limits { get; init; } = new();

    /// <summary>Called for each block of a large file with the number of rows read and of all rows; may raise an exception to stop.</summary>
    public Action<long, long> Watch { get; init; } = static (_, _) => { };
}

/// <summary>How much of the data is held in memory.</summary>
/// <param name="NumbersInMemory">
/// Numbers above which a file is read block by block in every sweep, where its kind allows it; by default 64 megabytes of float64.
/// </param>
internal sealed record DataLimits(long NumbersInMemory = 1L << 23);

/// <summary>Data ready for a model, with what the result says about them.</summary>
/// <param name="Record">Rows, columns, hash and moments, in the columns' own units.</param>
/// <param name="Truth">True parameter values by name, where the data were generated; otherwise empty.</param>
internal sealed record LoadedData(Dataset Dataset, DataRecord Record, JsonObject Truth, IReadOnlyList<Finding> Findings)
{
    /// <summary>The unit that the source states; null where it states none.</summary>
    public DataUnit? Unit { get; init; }
}
