namespace Vi.App.Models.Quantities;

/// <summary>Draws of one quantity.</summary>
internal sealed record DrawnQuantity : Quantity
{
    /// <summary>Draws of a quantity: draws x entries, draw by draw; entries row by row.</summary>
    public DrawnQuantity(Quantity quantity, double[] values)
        : base(quantity) => Values = values;

    /// <summary>Draws x entries, draw by draw; entries row by row.</summary>
    public double[] Values { get; }

    /// <summary>All draws of one entry, in order.</summary>
    public double[] Entry(int entry)
    {
        var size = Count;
        var draws = new double[Values.Length / size];
        for (var s = 0; s < draws.Length; s++)
        {
            draws[s] = Values[(s * size) + entry];
        }

        return draws;
    }

    /// <summary>All entries of one draw.</summary>
    public double[] Draw(int draw) => Values.AsSpan(draw * Count, Count).ToArray();

    /// <summary>The mean of every entry.</summary>
    public double[] Means() => [.. Enumerable.Range(0, Count).Select(entry => Entry(entry).Average())];

    /// <summary>The quantity with the distribution of each entry's draws.</summary>
    public PosteriorQuantity Distribution() =>
        new(this, Enumerable.Range(0, Count).Select(entry => MarginalOf(Entry(entry))));

    /// <summary>
    /// Equally weighted draws of a number: standard deviation with divisor n - 1, quantiles between two draws by linear interpolation, density
    /// by a Gaussian kernel of Silverman's width.
    /// </summary>
    public static Marginal MarginalOf(double[] draws)
    {
        var sorted = draws.Order().ToArray();
        var mean = sorted.Average();
        var squares = sorted.Sum(value => (value - mean) * (value - mean));
        var estimate = new Lazy<DensityEstimate>(() => DensityEstimate.Of(sorted));
        return new Marginal(
            mean,
            Sqrt(squares / Max(1, sorted.Length - 1)),
            p => DensityEstimate.Quantile(sorted, p),
            x => estimate.Value.At(x),
            () => (estimate.Value.From, estimate.Value.To)
        );
    }
}

/// <summary>Draws from a posterior or its approximation.</summary>
/// <param name="Quantities">Parameters first, then what is computed from them.</param>
internal sealed record DrawTable(IReadOnlyList<DrawnQuantity> Quantities)
{
    /// <summary>Draws of factors: as many as a result keeps for figures.</summary>
    private const int MostDraws = 2000;

    private const int MostNumbers = 60;

    /// <summary>Number of draws, all chains together.</summary>
    public int Count => Quantities.Count == 0 ? 0 : Quantities[0].Values.Length / Quantities[0].Count;

    /// <summary>The quantity of a name; null where there is none.</summary>
    public DrawnQuantity? Find(string name) => Quantities.FirstOrDefault(quantity => quantity.Name == name);

    /// <summary>
    /// Independent draws of the quantities that can be drawn, so that figures can hold a fit by factors against one by draws; null where
    /// there are none.
    /// </summary>
    public static DrawTable? OfFactors(IEnumerable<PosteriorQuantity> quantities, ulong seed)
    {
        var drawable = quantities.Where(quantity => quantity.Draw is not null).ToList();
        if (drawable.Count == 0)
        {
            return null;
        }

        var stream = new RandomStream(seed);
        var values = drawable.ConvertAll(quantity => new double[MostDraws * quantity.Count]);
        for (var s = 0; s < MostDraws; s++)
        {
            var drawn = new Dictionary<string, double[]>(StringComparer.Ordinal);
            for (var i = 0; i < drawable.Count; i++)
            {
                var one = drawable[i].Draw!(stream, drawn);
                drawn[drawable[i].Name] = one;
                one.CopyTo(values[i], s * one.Length);
            }
        }

        return new DrawTable([.. drawable.Zip(values, (quantity, of) => new DrawnQuantity(quantity, of))]);
    }

    /// <summary>Single numbers and entries of short vectors as a result keeps them, thinned evenly.</summary>
    public DrawsRecord Thinned()
    {
        var numbers = Numbers(MostNumbers);
        var kept = Curves.Sample(Count, MostDraws);
        return new DrawsRecord(
            [.. numbers.Select(number => number.Name)],
            [.. numbers.Select(number => (IReadOnlyList<double>)[.. kept.Select(i => number.Draws[i])])]
        );
    }

    /// <summary>Single numbers and the entries of short vectors, with names, at most so many; those that never vary are left out.</summary>
    public IReadOnlyList<(string Name, double[] Draws)> Numbers(int most, int longest = 20) =>
        [
            .. Quantities
                .Where(quantity => quantity.Count <= longest)
                .SelectMany(quantity =>
                    Enumerable
                        .Range(0, quantity.Count)
                        .Select(entry => (quantity.EntryName(entry), quantity.Entry(entry)))
                )
                .Where(entry => entry.Item2.Distinct().Skip(1).Any())
                .Take(most),
        ];
}
