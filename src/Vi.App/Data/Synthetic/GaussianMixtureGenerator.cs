using System.Text.Json.Nodes;
using Vi.App.Configuration;

namespace Vi.App.Data.Synthetic;

/// <summary>
/// A mixture of normal distributions with fixed counts: component k gives int(n * weight_k) rows, and all rows are shuffled.
/// </summary>
public sealed class GaussianMixtureGenerator : IGenerator
{
    /// <inheritdoc />
    public string Name => "gaussian-mixture";

    /// <inheritdoc />
    public string Summary =>
        "rows of several normal clusters with fixed counts, shuffled, with their true clusters as labels";

    /// <inheritdoc />
    public Type SettingsType => typeof(Settings);

    /// <inheritdoc />
    public bool HasTarget => false;

    /// <inheritdoc />
    public GeneratedData Generate(object settings, IRandomSource random)
    {
        var given = (Settings)settings;
        Check(given);
        var factors = given.Covariances.Select((c, k) => Cholesky(c, $"data.synthetic.covariances[{k}]")).ToList();
        var rows = new List<(double[] X, int Label)>(given.N);
        for (var k = 0; k < factors.Count; k++)
        {
            var count = Count(given, k);
            for (var i = 0; i < count; i++)
            {
                rows.Add((Draw(given.Means[k], factors[k], random), k));
            }
        }

        for (var i = rows.Count - 1; i > 0; i--)
        {
            var j = random.NextInt(i + 1);
            (rows[i], rows[j]) = (rows[j], rows[i]);
        }

        var width = given.Means[0].Count;
        var columns = Enumerable
            .Range(0, width)
            .Select(d => new TableColumn($"x{d + 1}", [.. rows.Select(row => row.X[d])]))
            .ToList();
        var truth = new JsonObject
        {
            ["pi"] = Numbers(given.Weights),
            ["mu"] = new JsonArray([.. given.Means.Select(Numbers)]),
            ["Sigma"] = new JsonArray([.. given.Covariances.Select(c => new JsonArray([.. c.Select(Numbers)]))]),
        };
        return new GeneratedData(columns, null, rows.ConvertAll(row => row.Label), truth);
    }

    /// <summary>int(n * weight); the tiny surplus keeps 500 * 0.29 = 145 from becoming 144 by rounding.</summary>
    private static int Count(Settings settings, int component) =>
        (int)(settings.N * settings.Weights[component] + 1e-9);

    private static void Check(Settings settings)
    {
        var problems = new List<Problem>();
        var components = settings.Weights.Count;
        Expect(components > 0, "weights", "the list is empty; give one weight a component");
        Expect(
            components == 0 || System.Math.Abs(settings.Weights.Sum() - 1) < 1e-9,
            "weights",
            $"the weights add up to {settings.Weights.Sum():R}; they must add up to 1"
        );
        Expect(settings.Means.Count == components, "means", $"{settings.Means.Count} means for {components} weights");
        Expect(
            settings.Covariances.Count == components,
            "covariances",
            $"{settings.Covariances.Count} covariances for {components} weights"
        );
        var width = settings.Means.Count == 0 ? 0 : settings.Means[0].Count;
        for (var k = 0; k < settings.Means.Count; k++)
        {
            Expect(
                settings.Means[k].Count == width && width > 0,
                $"means[{k}]",
                $"{settings.Means[k].Count} entries; every mean needs the same number, at least one"
            );
        }

        for (var k = 0; k < settings.Covariances.Count; k++)
        {
            var covariance = settings.Covariances[k];
            Expect(
                covariance.Count == width && covariance.All(row => row.Count == width),
                $"covariances[{k}]",
                $"a matrix of {width} rows and {width} columns is needed, as the means have {width} entries"
            );
        }

        Expect(
            problems.Count > 0 || Enumerable.Range(0, components).Any(k => Count(settings, k) > 0),
            "n",
            $"{settings.N} rows leave none for any component"
        );
        if (problems.Count > 0)
        {
            throw new ExperimentException(problems);
        }

        void Expect(bool holds, string key, string message)
        {
            if (!holds)
            {
                problems.Add(new Problem($"data.synthetic.{key}", message));
            }
        }
    }

    private static double[] Draw(IReadOnlyList<double> mean, double[,] factor, IRandomSource random)
    {
        var noise = new double[mean.Count];
        for (var d = 0; d < noise.Length; d++)
        {
            noise[d] = random.NextNormal();
        }

        var x = new double[mean.Count];
        for (var d = 0; d < x.Length; d++)
        {
            x[d] = mean[d];
            for (var e = 0; e <= d; e++)
            {
                x[d] += factor[d, e] * noise[e];
            }
        }

        return x;
    }

    /// <summary>Lower factor L with L L' = covariance; raises an error at the path where there is none.</summary>
    private static double[,] Cholesky(IReadOnlyList<IReadOnlyList<double>> covariance, string path)
    {
        var n = covariance.Count;
        var factor = new double[n, n];
        for (var i = 0; i < n; i++)
        {
            for (var j = 0; j <= i; j++)
            {
                var rest = covariance[i][j];
                for (var k = 0; k < j; k++)
                {
                    rest -= factor[i, k] * factor[j, k];
                }

                if (covariance[i][j] != covariance[j][i] || (i == j && rest <= 0))
                {
                    throw new ExperimentException(
                        path,
                        "this is no covariance matrix; it must be symmetric and positive definite"
                    );
                }

                factor[i, j] = i == j ? System.Math.Sqrt(rest) : rest / factor[j, j];
            }
        }

        return factor;
    }

    private static JsonArray Numbers(IReadOnlyList<double> numbers) =>
        new([.. numbers.Select(x => JsonValue.Create(x))]);

    /// <summary>Parameters of <see cref="GaussianMixtureGenerator"/>.</summary>
    public sealed record Settings
    {
        /// <summary>Number of rows before rounding down by component.</summary>
        [Setting("number of rows; component k gets int(n * weight)", Minimum = 1)]
        public required int N { get; init; }

        /// <summary>True weights.</summary>
        [Setting("true weights, which add up to 1", ExclusiveMinimum = 0, Maximum = 1)]
        public required IReadOnlyList<double> Weights { get; init; }

        /// <summary>True means, K rows of D.</summary>
        [Setting("true means, one list a component")]
        public required IReadOnlyList<IReadOnlyList<double>> Means { get; init; }

        /// <summary>True covariances, K matrices of D x D.</summary>
        [Setting("true covariance matrices, one a component")]
        public required IReadOnlyList<IReadOnlyList<IReadOnlyList<double>>> Covariances { get; init; }
    }
}
