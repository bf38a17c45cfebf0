using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Vi.Data.Synthetic;

internal sealed record SyntheticSettings : DataSettings
{
    public required GeneratorChoice Synthetic { get; init; }
    public bool Standardize { get; init; }
}

/// <summary>A generator of synthetic data with an instance of its settings record.</summary>
internal sealed record GeneratorChoice(string Generator, GeneratorSettings Settings);

internal sealed class SyntheticSource()
    : DataSource<SyntheticSettings>("synthetic", "a generator with its parameters, seeded from the run's seed")
{
    protected override LoadedData Read(SyntheticSettings settings, DataRequest request)
    {
        var generator = GeneratorCatalogue.Find(settings.Synthetic.Generator);
        if (generator.HasTarget != request.HasTarget)
        {
            var has = generator.HasTarget
                ? "makes a target, and the model has none"
                : "makes no target, and the model needs one";
            throw new ExperimentException("data.synthetic.generator", $"\"{generator.Name}\" {has}");
        }

        var made = settings.Synthetic.Settings.Make(new RandomStream(request.Seed));
        return DatasetAssembly.Assemble(
            new Table(made.Columns, made.Labels, HashOf(made.Columns)),
            [.. made.Columns.Select(column => column.Name)],
            made.Test is null ? null : new Table(made.Test, null, HashOf(made.Test)),
            settings.Standardize,
            (generator.Name, generator.Name),
            generator.HasTarget,
            made.Truth
        );
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
