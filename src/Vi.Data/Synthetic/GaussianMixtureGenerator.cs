namespace Vi.Data.Synthetic;

/// <summary>
/// A mixture of normal distributions with fixed counts: component k gives int(n * weight_k) rows, and all rows are shuffled.
/// </summary>
internal sealed record GaussianMixtureGenerator : GeneratorSettings
{
    public required int N { get; init; }
    public required IReadOnlyList<double> Weights { get; init; }
    public required IReadOnlyList<IReadOnlyList<double>> Means { get; init; }
    public required IReadOnlyList<IReadOnlyList<IReadOnlyList<double>>> Covariances { get; init; }

    /// <summary>int(n * weight); the tiny surplus keeps 500 * 0.29 = 145 from becoming 144 by rounding.</summary>
    private List<int> Counts => [.. Weights.Select(weight => (int)(N * weight + 1e-9))];

    protected override IEnumerable<(bool Holds, string Key, string Message)> Rules()
    {
        var components = Weights.Count;
        var width = Means.Count == 0 ? 0 : Means[0].Count;
        yield return (components > 0, "weights", "the list is empty; give one weight a component");
        yield return (
            components == 0 || System.Math.Abs(Weights.Sum() - 1) < 1e-9,
            "weights",
            $"the weights add up to {Weights.Sum():R}; they must add up to 1"
        );
        yield return (Means.Count == components, "means", $"{Means.Count} means for {components} weights");
        yield return (
            Covariances.Count == components,
            "covariances",
            $"{Covariances.Count} covariances for {components} weights"
        );
        foreach (var (k, mean) in Means.Index())
        {
            yield return (
                mean.Count == width && width > 0,
                $"means[{k}]",
                $"{mean.Count} entries; every mean needs the same number, at least one"
            );
        }

        foreach (var (k, covariance) in Covariances.Index())
        {
            var isSquare = covariance.Count == width && covariance.All(row => row.Count == width);
            yield return (
                isSquare,
                $"covariances[{k}]",
                $"a matrix of {width} rows and {width} columns is needed, as the means have {width} entries"
            );
            yield return (
                !isSquare || SyntheticData.LowerFactor(covariance) is not null,
                $"covariances[{k}]",
                "this is no covariance matrix; it must be symmetric and positive definite"
            );
        }

        yield return (
            components == 0 || Counts.Exists(count => count > 0),
            "n",
            $"{N} rows leave none for any component"
        );
    }

    protected override GeneratedData Draw(RandomStream random)
    {
        var (rows, labels) = SyntheticData.Mixture(
            Counts,
            Means,
            Covariances.Select(covariance => SyntheticData.LowerFactor(covariance)!),
            random
        );
        var truth = new JsonObject
        {
            ["pi"] = Stored(Weights),
            ["mu"] = Stored(Means),
            ["Sigma"] = Stored(Covariances),
        };
        return new GeneratedData(Columns(rows), truth) { Labels = labels };
    }
}
