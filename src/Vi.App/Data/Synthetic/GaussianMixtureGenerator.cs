namespace Vi.App.Data.Synthetic;

/// <summary>
/// A mixture of normal distributions with fixed counts: component k gives int(n * weight_k) rows, and all rows are shuffled.
/// </summary>
internal sealed class GaussianMixtureGenerator()
    : Generator<GaussianMixtureGenerator.Settings>(
        "gaussian-mixture",
        "rows of several normal clusters with fixed counts, shuffled, with their true clusters as labels"
    )
{
    protected override GeneratedData Generate(Settings settings, RandomStream random)
    {
        var factors = settings.Covariances.Select((c, k) => Cholesky(c, $"data.synthetic.covariances[{k}]")).ToList();
        var rows = new List<(double[] X, int Label)>(settings.N);
        for (var k = 0; k < factors.Count; k++)
        {
            var count = Count(settings, k);
            for (var i = 0; i < count; i++)
            {
                rows.Add((Draw(settings.Means[k], factors[k], random), k));
            }
        }

        for (var i = rows.Count - 1; i > 0; i--)
        {
            var j = random.NextInt(i + 1);
            (rows[i], rows[j]) = (rows[j], rows[i]);
        }

        var width = settings.Means[0].Count;
        var columns = Enumerable
            .Range(0, width)
            .Select(d => new TableColumn($"x{d + 1}", [.. rows.Select(row => row.X[d])]))
            .ToList();
        var truth = new JsonObject
        {
            ["pi"] = Numbers(settings.Weights),
            ["mu"] = Rows(settings.Means),
            ["Sigma"] = new JsonArray([.. settings.Covariances.Select(Rows)]),
        };
        return new GeneratedData(columns, null, rows.ConvertAll(row => row.Label), truth);
    }

    /// <summary>int(n * weight); the tiny surplus keeps 500 * 0.29 = 145 from becoming 144 by rounding.</summary>
    private static int Count(Settings settings, int component) =>
        (int)(settings.N * settings.Weights[component] + 1e-9);

    protected override IEnumerable<(bool Holds, string Key, string Message)> Problems(Settings settings)
    {
        var components = settings.Weights.Count;
        var width = settings.Means.Count == 0 ? 0 : settings.Means[0].Count;
        yield return (components > 0, "weights", "the list is empty; give one weight a component");
        yield return (
            components == 0 || System.Math.Abs(settings.Weights.Sum() - 1) < 1e-9,
            "weights",
            $"the weights add up to {settings.Weights.Sum():R}; they must add up to 1"
        );
        yield return (
            settings.Means.Count == components,
            "means",
            $"{settings.Means.Count} means for {components} weights"
        );
        yield return (
            settings.Covariances.Count == components,
            "covariances",
            $"{settings.Covariances.Count} covariances for {components} weights"
        );
        foreach (var (k, mean) in settings.Means.Index())
        {
            yield return (
                mean.Count == width && width > 0,
                $"means[{k}]",
                $"{mean.Count} entries; every mean needs the same number, at least one"
            );
        }

        foreach (var (k, covariance) in settings.Covariances.Index())
        {
            yield return (
                covariance.Count == width && covariance.All(row => row.Count == width),
                $"covariances[{k}]",
                $"a matrix of {width} rows and {width} columns is needed, as the means have {width} entries"
            );
        }

        yield return (
            components == 0 || Enumerable.Range(0, components).Any(k => Count(settings, k) > 0),
            "n",
            $"{settings.N} rows leave none for any component"
        );
    }

    private static double[] Draw(IReadOnlyList<double> mean, double[,] factor, RandomStream random)
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

    public sealed record Settings
    {
        [Setting("number of rows; component k gets int(n * weight)", Minimum = 1)]
        public required int N { get; init; }

        [Setting("true weights, which add up to 1", ExclusiveMinimum = 0, Maximum = 1)]
        public required IReadOnlyList<double> Weights { get; init; }

        [Setting("true means, one list a component")]
        public required IReadOnlyList<IReadOnlyList<double>> Means { get; init; }

        [Setting("true covariance matrices, one a component")]
        public required IReadOnlyList<IReadOnlyList<IReadOnlyList<double>>> Covariances { get; init; }
    }
}
