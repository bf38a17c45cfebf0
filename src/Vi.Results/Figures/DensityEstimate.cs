namespace Vi.Results;

/// <summary>
/// A density estimate of draws over the range that holds nearly all of them: Gaussian kernels of width 0.9 n^(-1/5) times the lesser of
/// standard deviation and interquartile range / 1.349 (Silverman 1986, eq. 3.31).
/// </summary>
public sealed class DensityEstimate
{
    private readonly double[] shown;
    private readonly double width;

    private DensityEstimate(double[] draws)
    {
        var sorted = draws.Order().ToArray();
        var spread = (Quantile(sorted, 0.75) - Quantile(sorted, 0.25)) / 1.349;
        var mean = sorted.Average();
        var sd = System.Math.Sqrt(
            sorted.Sum(value => (value - mean) * (value - mean)) / System.Math.Max(1, sorted.Length - 1)
        );
        width = 0.9 * (spread > 0 ? System.Math.Min(sd, spread) : sd) * System.Math.Pow(sorted.Length, -0.2);
        shown = [.. Curves.Sample(draws.Length, 4000).Select(i => draws[i])];
        From = Quantile(sorted, 0.001) - (2 * width);
        To = Quantile(sorted, 0.999) + (2 * width);
    }

    /// <summary>Lower end of the range.</summary>
    public double From { get; }

    /// <summary>Upper end of the range.</summary>
    public double To { get; }

    /// <summary>The estimate from draws of which at least two differ.</summary>
    public static DensityEstimate Of(double[] draws) => new(draws);

    /// <summary>
    /// The density at a value, summed in the order of the draws: MathNet's estimate sums on several threads, and its last bits change from
    /// run to run.
    /// </summary>
    public double At(double x)
    {
        var sum = 0.0;
        foreach (var draw in shown)
        {
            var z = (x - draw) / width;
            sum += System.Math.Exp(-0.5 * z * z);
        }

        return sum / (shown.Length * width * System.Math.Sqrt(2 * System.Math.PI));
    }

    /// <summary>A quantile of sorted draws, between two of them by linear interpolation (Hyndman and Fan's type 7).</summary>
    public static double Quantile(double[] sorted, double probability)
    {
        var at = probability * (sorted.Length - 1);
        var below = (int)at;
        return below + 1 >= sorted.Length
            ? sorted[^1]
            : sorted[below] + ((at - below) * (sorted[below + 1] - sorted[below]));
    }
}
