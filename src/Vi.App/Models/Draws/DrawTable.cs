using Vi.App.Models.Support;
using Vi.Results;

namespace Vi.App.Models.Draws;

/// <summary>Draws of one quantity, a number, a vector or a matrix.</summary>
/// <param name="Name">Its name in the program.</param>
/// <param name="Dimensions">Nothing for a number, its length for a vector, rows and columns for a matrix.</param>
/// <param name="Values">Draws x entries, draw by draw; entries row by row.</param>
public sealed record DrawnQuantity(string Name, IReadOnlyList<int> Dimensions, double[] Values)
{
    /// <summary>Number of entries.</summary>
    public int Size => Dimensions.Aggregate(1, (size, length) => size * length);

    /// <summary>All draws of one entry, in order.</summary>
    public double[] Entry(int entry)
    {
        var size = Size;
        var draws = new double[Values.Length / size];
        for (var s = 0; s < draws.Length; s++)
        {
            draws[s] = Values[(s * size) + entry];
        }

        return draws;
    }

    /// <summary>The entry's name: <c>w[3]</c>, counted from 1, or the quantity's own where it is a number.</summary>
    public string EntryName(int entry) =>
        Dimensions.Count switch
        {
            0 => Name,
            1 => $"{Name}[{entry + 1}]",
            _ => $"{Name}[{(entry / Dimensions[1]) + 1},{(entry % Dimensions[1]) + 1}]",
        };
}

/// <summary>Draws from a posterior or its approximation.</summary>
/// <param name="Quantities">Parameters first, then what is computed from them.</param>
/// <param name="Chains">Number of chains that the draws come from, one after the other; 1 where draws are independent.</param>
public sealed record DrawTable(IReadOnlyList<DrawnQuantity> Quantities, int Chains)
{
    /// <summary>Number of draws, all chains together.</summary>
    public int Count => Quantities.Count == 0 ? 0 : Quantities[0].Values.Length / Quantities[0].Size;

    /// <summary>The quantity of a name; null where there is none.</summary>
    public DrawnQuantity? Find(string name) => Quantities.FirstOrDefault(quantity => quantity.Name == name);

    /// <summary>Single numbers and entries of short vectors as a result keeps them, thinned evenly.</summary>
    public DrawsRecord Thinned(int mostNumbers = 60, int mostDraws = 2000)
    {
        var numbers = Numbers(mostNumbers);
        var kept = Curves.Sample(Count, mostDraws);
        return new DrawsRecord(
            [.. numbers.Select(number => number.Name)],
            [.. numbers.Select(number => (IReadOnlyList<double>)[.. kept.Select(i => number.Draws[i])])]
        );
    }

    /// <summary>Single numbers and the entries of short vectors, with names, at most so many.</summary>
    public IReadOnlyList<(string Name, double[] Draws)> Numbers(int most, int longest = 20) =>
        [
            .. Quantities
                .Where(quantity => quantity.Size <= longest)
                .SelectMany(quantity =>
                    Enumerable
                        .Range(0, quantity.Size)
                        .Select(entry => (quantity.EntryName(entry), quantity.Entry(entry)))
                )
                .Where(entry => entry.Item2.Distinct().Skip(1).Any())
                .Take(most),
        ];
}

/// <summary>Summaries of draws.</summary>
public static class DrawSummaries
{
    /// <summary>
    /// Mean, standard deviation (divisor n - 1) and quantiles of equally weighted draws; quantiles between two draws by linear
    /// interpolation.
    /// </summary>
    public static Summary Of(double[] draws)
    {
        var sorted = draws.Order().ToArray();
        var mean = sorted.Average();
        var squares = sorted.Sum(value => (value - mean) * (value - mean));
        return new Summary(
            mean,
            System.Math.Sqrt(squares / System.Math.Max(1, sorted.Length - 1)),
            DensityEstimate.Quantile(sorted, 0.05),
            DensityEstimate.Quantile(sorted, 0.5),
            DensityEstimate.Quantile(sorted, 0.95)
        );
    }

    /// <summary>A quantity as the result stores it.</summary>
    public static PosteriorSummary Posterior(
        DrawnQuantity quantity,
        string label,
        IReadOnlyList<string>? names = null,
        System.Text.Json.Nodes.JsonNode? truth = null
    )
    {
        var entries = Enumerable.Range(0, quantity.Size).Select(entry => Of(quantity.Entry(entry))).ToArray();
        return quantity.Dimensions.Count switch
        {
            0 => Summaries.Scalar(label, entries[0], truth),
            1 => Summaries.Vector(label, entries, names, truth),
            _ => Summaries.Matrix(label, [.. entries.Chunk(quantity.Dimensions[1])], names, truth),
        };
    }
}
