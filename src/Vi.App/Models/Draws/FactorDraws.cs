using Vi.Math;
using Vi.Math.Fluent;

namespace Vi.App.Models.Draws;

/// <summary>
/// Independent draws from the factors of a fitted posterior, quantity by quantity, so that figures can hold it against methods that answer with
/// draws.
/// </summary>
/// <param name="seed">Seed of the run; factors are drawn in the order in which they are asked for.</param>
internal sealed class FactorDraws(ulong seed)
{
    /// <summary>As many as a result keeps for figures.</summary>
    private const int Count = 2000;

    private readonly RandomStream stream = new(seed);

    /// <summary>Draws of a number.</summary>
    public DrawnQuantity Of(string name, Normal distribution) => Number(name, () => stream.Next(distribution));

    /// <summary>Draws of a positive number.</summary>
    public DrawnQuantity Of(string name, Gamma distribution) => Number(name, () => stream.Next(distribution));

    /// <summary>Draws of a vector.</summary>
    public DrawnQuantity Of(string name, MvNormal distribution)
    {
        var values = Enumerable.Range(0, Count).SelectMany(_ => stream.Next(distribution).ToArray()).ToArray();
        return new DrawnQuantity(name, [values.Length / Count], values);
    }

    /// <summary>Draws of a number that is computed from another.</summary>
    public static DrawnQuantity From(string name, DrawnQuantity other, Func<double, double> value) =>
        other with
        {
            Name = name,
            Values = [.. other.Values.Select(value)],
        };

    /// <summary>The standard deviation that a precision stands for: tau^(-1/2).</summary>
    public static DrawnQuantity Spread(string name, DrawnQuantity precision) =>
        From(name, precision, tau => 1 / System.Math.Sqrt(tau));

    private static DrawnQuantity Number(string name, Func<double> next) =>
        new(name, [], [.. Enumerable.Range(0, Count).Select(_ => next())]);
}
