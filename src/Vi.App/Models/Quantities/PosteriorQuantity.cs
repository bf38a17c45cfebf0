namespace Vi.App.Models.Quantities;

/// <summary>
/// A quantity of an answer with the distribution of each of its entries. Summaries, standard deviations by linear response, truths, draws and
/// figures follow from it.
/// </summary>
internal sealed record PosteriorQuantity : Quantity
{
    /// <summary>A quantity with the distributions of its entries, row by row.</summary>
    public PosteriorQuantity(Quantity quantity, IEnumerable<Marginal> entries)
        : base(quantity)
    {
        Entries = [.. entries];
        if (Entries.Count != Count)
        {
            throw new ArgumentException(
                $"{Name} has {Count} entries and {Entries.Count} distributions.",
                nameof(entries)
            );
        }
    }

    /// <summary>A number with its factor of q, from which it is drawn.</summary>
    public PosteriorQuantity(Quantity quantity, Normal factor)
        : this(quantity, [Marginal.Of(factor)]) => Draw = (stream, _) => [stream.Next(factor)];

    /// <summary>A positive number with its factor of q, from which it is drawn.</summary>
    public PosteriorQuantity(Quantity quantity, Gamma factor)
        : this(quantity, [Marginal.Of(factor)]) => Draw = (stream, _) => [stream.Next(factor)];

    /// <summary>A vector with its factor of q, from which it is drawn.</summary>
    public PosteriorQuantity(Quantity quantity, MvNormal factor)
        : this(quantity, MarginalsOf(factor)) => Draw = (stream, _) => stream.Next(factor).ToArray();

    /// <summary>Positive numbers that are not drawn.</summary>
    public PosteriorQuantity(Quantity quantity, IEnumerable<Gamma> factors)
        : this(quantity, factors.Select(Marginal.Of)) { }

    /// <summary>The distributions of the entries, row by row.</summary>
    public IReadOnlyList<Marginal> Entries { get; }

    /// <summary>How independent draws of the answer are made; null where figures compare no draws of it.</summary>
    public FactorDraw? Draw { get; init; }

    /// <summary>
    /// Standard deviations by linear response where the model knows them better than by the entries' names; null otherwise.
    /// </summary>
    public IReadOnlyList<double>? LinearResponseSd { get; init; }

    /// <summary>Whether entries can be held against true values one by one; false where they are known up to a rotation only.</summary>
    public bool IsIdentified { get; init; } = true;

    public static Marginal[] MarginalsOf(MvNormal factor) =>
        [.. Enumerable.Range(0, factor.Mean.Length).Select(i => Marginal.Of(Distribution.Marginal(factor, i)))];

    /// <summary>The standard deviation tau^(-1/2) of noise, whose precision tau is a quantity before this one.</summary>
    public static PosteriorQuantity OfSpread(Quantity quantity, Gamma precision, AscentResponse response) =>
        new(quantity, [Marginal.OfSpread(precision)])
        {
            Draw = (_, drawn) => [1 / Sqrt(drawn["tau"][0])],
            LinearResponseSd = response.OfSpread("tau", precision),
        };

    /// <summary>True values of the quantity's shape; null where there are none.</summary>
    public double[]? TruthIn(JsonObject truth) => IsIdentified ? NestedNumbers.Flat(truth[Name], Shape) : null;

    /// <summary>The summary that a result stores.</summary>
    public QuantitySummary Summary(JsonObject truth, AscentResponse? response) =>
        new(this)
        {
            Mean = [.. Entries.Select(entry => entry.Mean)],
            Sd = [.. Entries.Select(entry => entry.Sd)],
            Q05 = [.. Entries.Select(entry => entry.Q05)],
            Q50 = [.. Entries.Select(entry => entry.Q50)],
            Q95 = [.. Entries.Select(entry => entry.Q95)],
            LinearResponseSd = LinearResponseSd ?? response?.Of(this),
            Truth = TruthIn(truth),
        };
}

/// <summary>Makes a draw of a quantity.</summary>
/// <param name="stream">The random stream.</param>
/// <param name="drawn">The same draw of the quantities before it, by name.</param>
internal delegate double[] FactorDraw(RandomStream stream, IDictionary<string, double[]> drawn);
