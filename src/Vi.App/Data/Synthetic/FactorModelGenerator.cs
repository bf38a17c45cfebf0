namespace Vi.App.Data.Synthetic;

/// <summary>A factor model: f_t ~ N(0, I), r_t = B f_t + e_t, e_tn ~ N(0, psi_n).</summary>
internal sealed class FactorModelGenerator()
    : Generator<FactorModelGenerator.Settings>(
        "factor-model",
        "columns that share a few standard normal factors, with normal noise of their own"
    )
{
    protected override GeneratedData Generate(Settings settings, RandomStream random)
    {
        var (loadings, psi) = (settings.Loadings, settings.Psi);
        var columns = loadings.Select((_, n) => new TableColumn($"asset{n + 1}", new double[settings.Rows])).ToList();
        var factors = new double[settings.Rows][];
        for (var t = 0; t < settings.Rows; t++)
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
            ["B"] = Rows(loadings),
            ["psi"] = Numbers(psi),
            ["F"] = Rows(factors),
        };
        return new GeneratedData(columns, null, null, truth);
    }

    protected override IEnumerable<(bool Holds, string Key, string Message)> Problems(Settings settings)
    {
        var columns = settings.Loadings.Count;
        var width = columns == 0 ? 0 : settings.Loadings[0].Count;
        yield return (width > 0, "loadings", "the list is empty; give one list a column");
        foreach (var (n, row) in settings.Loadings.Index())
        {
            yield return (
                row.Count == width,
                $"loadings[{n}]",
                $"{row.Count} loadings; every column needs {width}, one a factor"
            );
        }

        yield return (
            settings.Psi.Count == columns,
            "psi",
            $"{settings.Psi.Count} variances for {columns} columns of loadings; give one a column"
        );
    }

    public sealed record Settings
    {
        [Setting("number of rows", Minimum = 1)]
        public required int Rows { get; init; }

        [Setting("true loadings, one list a column with one number a factor")]
        public required IReadOnlyList<IReadOnlyList<double>> Loadings { get; init; }

        [Setting("true idiosyncratic variances, one a column", ExclusiveMinimum = 0)]
        public required IReadOnlyList<double> Psi { get; init; }
    }
}
