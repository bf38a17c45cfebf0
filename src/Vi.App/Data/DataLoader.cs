using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Vi.App.Configuration;
using Vi.App.Data.Synthetic;
using Vi.App.Hosting;
using Vi.App.Models;
using Vi.App.Running;

namespace Vi.App.Data;

/// <summary>Turns an experiment's <c>data</c> object into a dataset.</summary>
public sealed class DataLoader(
    IEnumerable<ITableReader> readers,
    GeneratorCatalogue generators,
    RandomSourceFactory random,
    FileFinder files,
    Shell shell
)
{
    /// <summary>The kinds of files that can be read.</summary>
    public IReadOnlyList<ITableReader> Readers { get; } = [.. readers];

    /// <summary>
    /// Loads the data; null for a model that reads none. Raises <see cref="ExperimentException"/> for anything that cannot be used.
    /// </summary>
    /// <param name="experiment">The experiment.</param>
    /// <param name="threads">Threads that check a large file.</param>
    /// <param name="watch">Watches over the reading of a large file.</param>
    public LoadedData? Load(LoadedExperiment experiment, int threads, RowsWatch watch)
    {
        var model = experiment.Model;
        return experiment.Settings.Data switch
        {
            null => null,
            { Synthetic: { } choice } settings => Generate(choice, settings, model.DataNeed, experiment.Settings.Seed),
            var settings => FromFile(settings, model, Path.GetDirectoryName(experiment.File)!, threads, watch),
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
            ("gaps", settings.Gaps),
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
        return DatasetAssembly.Assemble(
            new Table(made.Columns, [], made.Labels, HashOf(made.Columns)),
            made.Test is null ? null : new Table(made.Test, [], null, HashOf(made.Test)),
            settings,
            generator.Name,
            generator.HasTarget ? made.Columns[^1].Name : null,
            made.Truth
        );
    }

    private LoadedData FromFile(DataSettings settings, IModel model, string folder, int threads, RowsWatch watch)
    {
        var need = model.DataNeed;
        var (key, path) = settings.Csv is { } csv ? ("csv", csv) : ("npy", settings.Npy!);
        var reader = Readers.First(r => r.Key == key);
        var request = new TableRequest(
            files.Existing(path, folder, $"data.{key}"),
            path,
            $"data.{key}",
            settings.Columns,
            settings.Target,
            settings.Labels,
            need == DataNeed.ColumnsAndTarget,
            settings.Gaps,
            model.TakesGaps ? "; set data.gaps to true where entries may be missing" : ""
        );
        if (key == "npy" && settings.Test is null && IsLarge(request, shell.NumbersInMemory))
        {
            return Readable(request, () => NpyDataset.Load(request, settings, threads, watch));
        }

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

        return DatasetAssembly.Assemble(table, test, settings, path, target, []);
    }

    private static bool IsLarge(TableRequest request, long inMemory) =>
        Readable(request, () => NpyDataset.Applies(request, inMemory));

    private static Table Read(ITableReader reader, TableRequest request) =>
        Readable(
            request,
            () =>
            {
                var table = reader.Read(request);
                return table.Columns.Count > 0
                    ? table
                    : throw new ExperimentException(
                        request.SettingPath,
                        $"{request.Shown}: no column has numbers in it"
                    );
            }
        );

    private static T Readable<T>(TableRequest request, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new ExperimentException(request.SettingPath, $"{request.Shown} cannot be read: {error.Message}");
        }
    }

    private static string LastOf(Table table, DataSettings settings) => settings.Columns?[^1] ?? table.Columns[^1].Name;

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
