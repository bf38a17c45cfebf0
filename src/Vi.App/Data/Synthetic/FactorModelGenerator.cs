using System.Text.Json.Nodes;
using Vi.App.Configuration;

namespace Vi.App.Data.Synthetic;

/// <summary>A factor model: f_t ~ N(0, I), r_t = B f_t + e_t, e_tn ~ N(0, psi_n).</summary>
public sealed class FactorModelGenerator : IGenerator
{
    /// <inheritdoc />
    public string Name => "factor-model";

    /// <inheritdoc />
    public string Summary => "columns that share a few standard normal factors, with normal noise of their own";

    /// <inheritdoc />
    public Type SettingsType => typeof(Settings);

    /// <inheritdoc />
    public bool HasTarget => false;

    /// <inheritdoc />
    public GeneratedData Generate(object settings, IRandomSource random)
    {
        var given = (Settings)settings;
        Check(given);
        var (loadings, psi) = (given.Loadings, given.Psi);
        var columns = loadings.Select((_, n) => new TableColumn($"asset{n + 1}", new double[given.Rows])).ToList();
        var factors = new double[given.Rows][];
        for (var t = 0; t < given.Rows; t++)
        {
            factors[t] = [.. loadings[0].Select(_ => random.NextNormal())];
            for (var n = 0; n < columns.Count; n++)
            {
                columns[n].Values[t] =
                    loadings[n].Zip(factors[t], (b, f) => b * f).Sum()
                    + (System.Math.Sqrt(psi[n]) * random.NextNormal());
            }
        }

        var truth = new JsonObject
        {
            ["B"] = new JsonArray([.. loadings.Select(Numbers)]),
            ["psi"] = Numbers(psi),
            ["F"] = new JsonArray([.. factors.Select(Numbers)]),
        };
        return new GeneratedData(columns, null, null, truth);
    }

    private static void Check(Settings settings)
    {
        if (settings.Loadings.Count == 0 || settings.Loadings[0].Count == 0)
        {
            throw new ExperimentException("data.synthetic.loadings", "the list is empty; give one list a column");
        }

        var width = settings.Loadings[0].Count;
        var uneven = settings.Loadings.ToList().FindIndex(row => row.Count != width);
        if (uneven >= 0)
        {
            throw new ExperimentException(
                $"data.synthetic.loadings[{uneven}]",
                $"{settings.Loadings[uneven].Count} loadings; every column needs {width}, one a factor"
            );
        }

        if (settings.Psi.Count != settings.Loadings.Count)
        {
            throw new ExperimentException(
                "data.synthetic.psi",
                $"{settings.Psi.Count} variances for {settings.Loadings.Count} columns of loadings; give one a column"
            );
        }
    }

    private static JsonArray Numbers(IReadOnlyList<double> numbers) =>
        new([.. numbers.Select(x => JsonValue.Create(x))]);

    /// <summary>Parameters of <see cref="FactorModelGenerator"/>.</summary>
    public sealed record Settings
    {
        /// <summary>Number of rows.</summary>
        [Setting("number of rows", Minimum = 1)]
        public required int Rows { get; init; }

        /// <summary>True loadings, N lists of K.</summary>
        [Setting("true loadings, one list a column with one number a factor")]
        public required IReadOnlyList<IReadOnlyList<double>> Loadings { get; init; }

        /// <summary>True idiosyncratic variances, one a column.</summary>
        [Setting("true idiosyncratic variances, one a column", ExclusiveMinimum = 0)]
        public required IReadOnlyList<double> Psi { get; init; }
    }
}
