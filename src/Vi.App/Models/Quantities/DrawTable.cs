namespace Vi.App.Models.Quantities;

/// <summary>Draws of one quantity, among those of all quantities of a fit.</summary>
internal sealed record DrawnQuantity : Quantity
{
    private readonly double[] draws;
    private readonly int width;
    private readonly int first;

    /// <summary>A quantity whose entries stand, row by row, from one column on in draws of so many columns each, draw by draw.</summary>
    public DrawnQuantity(Quantity quantity, double[] draws, int width, int first)
        : base(quantity) => (this.draws, this.width, this.first) = (draws, width, first);

    public int Draws => draws.Length / width;

    /// <summary>All draws of one entry, in order.</summary>
    public double[] Entry(int entry) => [.. Enumerable.Range(0, Draws).Select(s => draws[(s * width) + first + entry])];

    /// <summary>All entries of one draw.</summary>
    public double[] Draw(int draw) => draws.AsSpan((draw * width) + first, Count).ToArray();

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
    public int Count => Quantities.Count == 0 ? 0 : Quantities[0].Draws;

    /// <summary>The quantity of a name; null where there is none.</summary>
    public DrawnQuantity? Find(string name) => Quantities.FirstOrDefault(quantity => quantity.Name == name);

    /// <summary>Draws that hold the quantities one after the other.</summary>
    public static DrawTable Of(IReadOnlyList<Quantity> quantities, double[] draws)
    {
        var width = quantities.Sum(quantity => quantity.Count);
        var next = 0;
        return new DrawTable([
            .. quantities.Select(quantity => new DrawnQuantity(
                quantity,
                draws,
                width,
                (next += quantity.Count) - quantity.Count
            )),
        ]);
    }

    /// <summary>
    /// Independent draws of the quantities that can be drawn, so that figures can hold a fit by factors against one by draws; null where
    /// there are none.
    /// </summary>
    public static DrawTable? OfFactors(IEnumerable<PosteriorQuantity> quantities, ulong seed)
    {
        var drawable = quantities.Where(quantity => quantity.Draw is not null).ToList();
        var stream = new RandomStream(seed);
        double[] Draw()
        {
            var drawn = new Dictionary<string, double[]>(StringComparer.Ordinal);
            return [.. drawable.SelectMany(quantity => drawn[quantity.Name] = quantity.Draw!(stream, drawn))];
        }

        return drawable.Count == 0 ? null : Of(drawable, [.. Enumerable.Range(0, MostDraws).SelectMany(_ => Draw())]);
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
