namespace Vi.App.Data;

/// <summary>Columns as a file has them, before a model's columns are chosen.</summary>
/// <param name="Columns">Numeric columns in file order.</param>
/// <param name="OtherColumns">Names of columns without any number, which were left out.</param>
/// <param name="Labels">True classes of the rows; null where none were asked for.</param>
/// <param name="Sha256">Lower-case hexadecimal hash of the file.</param>
public sealed record Table(
    IReadOnlyList<TableColumn> Columns,
    IReadOnlyList<string> OtherColumns,
    IReadOnlyList<int>? Labels,
    string Sha256
);

/// <summary>A column of finite numbers; not a number where an entry is missing and may be.</summary>
public sealed record TableColumn(string Name, double[] Values);

/// <summary>What is read from a file.</summary>
/// <param name="File">Full path.</param>
/// <param name="Shown">The path as the experiment wrote it, for messages.</param>
/// <param name="SettingPath">JSON path of the setting that names it, e.g. <c>data.csv</c>.</param>
/// <param name="Columns">Columns wanted, the target among them; null for all numeric ones.</param>
/// <param name="Target">The target's name, where the experiment gives one.</param>
/// <param name="Labels">Column of true classes; null for none.</param>
/// <param name="LastIsTarget">Whether the last column is the target unless <paramref name="Target"/> says otherwise.</param>
/// <param name="Gaps">Whether entries may be missing.</param>
/// <param name="GapRemedy">What a message about a missing entry advises; empty where the model needs every entry.</param>
public sealed record TableRequest(
    string File,
    string Shown,
    string SettingPath,
    IReadOnlyList<string>? Columns,
    string? Target,
    string? Labels,
    bool LastIsTarget,
    bool Gaps,
    string GapRemedy
);

/// <summary>A kind of file with a table in it. Adding a kind is adding a class and a key of <see cref="DataSettings"/>.</summary>
public interface ITableReader
{
    /// <summary>The key of <see cref="DataSettings"/> that names such a file.</summary>
    string Key { get; }

    /// <summary>What it reads, in a sentence.</summary>
    string Summary { get; }

    /// <summary>
    /// Reads the columns asked for. Raises <see cref="Configuration.ExperimentException"/> naming line and column of what cannot be read.
    /// </summary>
    Table Read(TableRequest request);
}
