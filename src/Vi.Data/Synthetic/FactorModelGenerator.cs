namespace Vi.Data.Synthetic;

/// <summary>f_t ~ N(0, I), r_t = B f_t + e_t, e_tn ~ N(0, psi_n).</summary>
internal sealed record FactorModelGenerator : GeneratorSettings
{
    public required int Rows { get; init; }
    public required IReadOnlyList<IReadOnlyList<double>> Loadings { get; init; }
    public required IReadOnlyList<double> Psi { get; init; }

    protected override IEnumerable<(bool Holds, string Key, string Message)> Rules()
    {
        var columns = Loadings.Count;
        var width = columns == 0 ? 0 : Loadings[0].Count;
        yield return (width > 0, "loadings", "the list is empty; give one list a column");
        foreach (var (n, row) in Loadings.Index())
        {
            yield return (
                row.Count == width,
                $"loadings[{n}]",
                $"{row.Count} loadings; every column needs {width}, one a factor"
            );
        }

        yield return (
            Psi.Count == columns,
            "psi",
            $"{Psi.Count} variances for {columns} columns of loadings; give one a column"
        );
    }

    protected override GeneratedData Draw(RandomStream random)
    {
        var (rows, factors) = SyntheticData.Factors(Rows, Loadings, Psi, random);
        var truth = new JsonObject
        {
            ["B"] = Stored(Loadings),
            ["psi"] = Stored(Psi),
            ["F"] = Stored(factors),
        };
        return new GeneratedData(Columns(rows, stem: "asset"), truth);
    }
}
