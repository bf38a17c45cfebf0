using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Vi.App.Configuration;
using Vi.App.Data.Synthetic;
using Vi.App.Models;
using Vi.App.Results;

namespace Vi.App.Data;

/// <summary>Turns an experiment's <c>data</c> object into a dataset.</summary>
public sealed class DataLoader(
    IEnumerable<ITableReader> readers,
    GeneratorCatalogue generators,
    RandomSourceFactory random,
    FileFinder files
)
{
    /// <summary>The kinds of files that can be read.</summary>
    public IReadOnlyList<ITableReader> Readers { get; } = [.. readers];

    /// <summary>
    /// Loads the data; null for a model that reads none. Raises <see cref="ExperimentException"/> for anything that cannot be used.
    /// </summary>
    public LoadedData? Load(LoadedExperiment experiment)
    {
        var need = experiment.Model.DataNeed;
        return experiment.Settings.Data switch
        {
            null => null,
            { Synthetic: { } choice } settings => Generate(choice, settings, need, experiment.Settings.Seed),
            var settings => FromFile(settings, need, Path.GetDirectoryName(experiment.File)!),
        };
    }

    private LoadedData Generate(GeneratorChoice choice, DataSettings settings, DataNeed need, ulong seed)
    {
        var unused = new (string Key, bool Given)[]
        {
            ("columns", settings.Columns is not null),
            ("target", settings.Target is not null),
            ("labels", settings.Labels is not null),
            ("test", settings.Test is not null),
        };
        var problems = unused
            .Where(key => key.Given)
            .Select(key => new Problem($"data.{key.Key}", "synthetic data take no such key; remove it"))
            .ToList();
        var generator = generators.Get(choice.Generator);
        if (generator.HasTarget != (need == DataNeed.ColumnsAndTarget))
        {
            var has = generator.HasTarget
                ? "makes a target, and the model has none"
                : "makes no target, and the model needs one";
            problems.Add(new Problem("data.synthetic.generator", $"\"{generator.Name}\" {has}"));
        }

        if (problems.Count > 0)
        {
            throw new ExperimentException(problems);
        }

        var made = generator.Generate(choice.Settings, random(seed));
        return Finish(
            new Table(made.Columns, [], made.Labels, HashOf(made.Columns)),
            made.Test is null ? null : new Table(made.Test, [], null, HashOf(made.Test)),
            settings,
            generator.Name,
            generator.HasTarget ? made.Columns[^1].Name : null,
            made.Truth
        );
    }

    private LoadedData FromFile(DataSettings settings, DataNeed need, string folder)
    {
        var (key, path) = settings.Csv is { } csv ? ("csv", csv) : ("npy", settings.Npy!);
        var reader = Readers.First(r => r.Key == key);
        var request = new TableRequest(
            files.Existing(path, folder, $"data.{key}"),
            path,
            $"data.{key}",
            settings.Columns,
            settings.Target,
            settings.Labels,
            need == DataNeed.ColumnsAndTarget
        );
        var table = Read(reader, request);
        var target = need == DataNeed.ColumnsAndTarget ? settings.Target ?? LastOf(table, settings) : null;
        Table? test = null;
        if (settings.Test is { } testPath)
        {
            test = Read(
                reader,
                request with
                {
                    File = files.Existing(testPath, folder, "data.test"),
                    Shown = testPath,
                    SettingPath = "data.test",
                    Columns = [.. table.Columns.Select(c => c.Name)],
                    Target = target,
                    Labels = null,
                }
            );
        }

        return Finish(table, test, settings, path, target, []);
    }

    private static Table Read(ITableReader reader, TableRequest request)
    {
        try
        {
            var table = reader.Read(request);
            return table.Columns.Count > 0
                ? table
                : throw new ExperimentException(request.SettingPath, $"{request.Shown}: no column has numbers in it");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new ExperimentException(request.SettingPath, $"{request.Shown} cannot be read: {error.Message}");
        }
    }

    private static string LastOf(Table table, DataSettings settings) => settings.Columns?[^1] ?? table.Columns[^1].Name;

    private static LoadedData Finish(
        Table table,
        Table? test,
        DataSettings settings,
        string source,
        string? target,
        JsonObject truth
    )
    {
        var order = Order(table, settings, target);
        var moments = order.ConvertAll(column => ColumnMoments.Of(column.Values));
        var names = order.ConvertAll(column => column.Name);
        var scales = settings.Standardize ? Scales(names, moments, target, source) : null;
        var dataset = new Dataset
        {
            ColumnNames = names,
            RowCount = order[0].Values.Length,
            Values = RowByRow(order, scales),
            HasTarget = target is not null,
            Source = source,
            Sha256 = table.Sha256,
            Labels = table.Labels,
            Scales = scales,
            Test = test is null ? null : TestSet(test, names, scales, settings.Test ?? source, target),
        };
        var summaries = names.Select(
            (name, j) =>
                new ColumnSummary(
                    name,
                    name == target ? "target" : "column",
                    moments[j].Mean,
                    moments[j].Sd,
                    moments[j].Minimum,
                    moments[j].Maximum
                )
        );
        var record = new DataRecord(dataset.RowCount, names, table.Sha256, source, [.. summaries]);
        return new LoadedData(dataset, record, truth, [.. Findings(table, names, moments)]);
    }

    /// <summary>The columns as the model reads them: in the order asked for, the target last.</summary>
    private static List<TableColumn> Order(Table table, DataSettings settings, string? target)
    {
        var byName = table.Columns.ToDictionary(c => c.Name, StringComparer.Ordinal);
        var names = (settings.Columns ?? [.. table.Columns.Select(c => c.Name)]).Where(name => name != target).ToList();
        if (names.Count == 0)
        {
            throw new ExperimentException(
                "data.columns",
                $"only the target \"{target}\" is there; a column that explains it is needed"
            );
        }

        if (target is not null)
        {
            names.Add(target);
        }

        return names.ConvertAll(name => byName[name]);
    }

    private static List<ColumnScale> Scales(
        List<string> names,
        List<ColumnMoments> moments,
        string? target,
        string source
    )
    {
        var constant = names.Where((name, j) => name != target && moments[j].IsConstant).ToList();
        return constant.Count == 0
            ?
            [
                .. names.Select(
                    (name, j) =>
                        name == target ? new ColumnScale(0, 1) : new ColumnScale(moments[j].Mean, moments[j].Sd)
                ),
            ]
            : throw new ExperimentException([
                .. constant.Select(name => new Problem(
                    "data.standardize",
                    $"{source}: the column \"{name}\" is constant and cannot be standardised; leave it out of data.columns"
                )),
            ]);
    }

    private static Dataset TestSet(
        Table test,
        List<string> names,
        List<ColumnScale>? scales,
        string source,
        string? target
    )
    {
        var byName = test.Columns.ToDictionary(c => c.Name, StringComparer.Ordinal);
        var columns = names.ConvertAll(name => byName[name]);
        return new Dataset
        {
            ColumnNames = names,
            RowCount = columns[0].Values.Length,
            Values = RowByRow(columns, scales),
            HasTarget = target is not null,
            Source = source,
            Sha256 = test.Sha256,
            Scales = scales,
        };
    }

    private static double[] RowByRow(List<TableColumn> columns, List<ColumnScale>? scales)
    {
        var (rows, width) = (columns[0].Values.Length, columns.Count);
        if ((long)rows * width > Array.MaxLength)
        {
            throw new ExperimentException(
                "data",
                $"{rows} rows of {width} columns are more numbers than fit; use fewer columns"
            );
        }

        var values = new double[rows * width];
        for (var j = 0; j < width; j++)
        {
            var scale = scales?[j] ?? new ColumnScale(0, 1);
            for (var i = 0; i < rows; i++)
            {
                values[i * width + j] = (columns[j].Values[i] - scale.Mean) / scale.Sd;
            }
        }

        return values;
    }

    private static IEnumerable<Finding> Findings(Table table, List<string> names, List<ColumnMoments> moments)
    {
        foreach (var (name, _) in names.Zip(moments).Where(pair => pair.Second.IsConstant))
        {
            yield return new Finding(
                "warning",
                "constant-column",
                $"The column {name} has one value only, so nothing can be learnt from it; leave it out of data.columns."
            );
        }

        if (table.OtherColumns.Count > 0)
        {
            yield return new Finding(
                "hint",
                "columns-left-out",
                $"Columns without numbers were left out: {string.Join(", ", table.OtherColumns)}."
            );
        }
    }

    private static string HashOf(IEnumerable<TableColumn> columns)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var column in columns)
        {
            hash.AppendData(MemoryMarshal.AsBytes(column.Values.AsSpan()));
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
