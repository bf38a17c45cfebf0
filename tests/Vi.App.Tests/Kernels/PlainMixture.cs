using Vi.Kernels;

namespace Vi.App.Tests.Kernels;

/// <summary>A mixture's statistics by plain loops, all rows and all components, with the sizes that rounding scales with.</summary>
internal sealed record PlainMixture(double[] Counts, double[] Sums, double[] Scatters)
{
    public double Entropy { get; private set; }

    public double LogNormalizer { get; private set; }

    public double AbsoluteSums { get; private set; }

    public double AbsoluteScatters { get; private set; }

    public double AbsoluteLogs { get; private set; }

    public static PlainMixture Accumulate(double[] values, MixtureParameters parameters)
    {
        var (k, d) = (parameters.Components, parameters.Dimension);
        var result = new PlainMixture(new double[k], new double[k * d], new double[k * d * d]);
        foreach (var row in values.Chunk(d))
        {
            var logs = Enumerable.Range(0, k).Select(c => LogDensity(row, parameters, c)).ToArray();
            var largest = logs.Max();
            var normalizer = largest + System.Math.Log(logs.Sum(log => System.Math.Exp(log - largest)));
            result.LogNormalizer += normalizer;
            result.AbsoluteLogs += System.Math.Abs(largest);
            for (var c = 0; c < k; c++)
            {
                result.Add(row, parameters, c, System.Math.Exp(logs[c] - normalizer), logs[c] - normalizer);
            }
        }

        return result;
    }

    private static double LogDensity(double[] row, MixtureParameters parameters, int c)
    {
        var d = row.Length;
        var squared = 0.0;
        for (var i = 0; i < d; i++)
        {
            var sum = 0.0;
            for (var j = 0; j <= i; j++)
            {
                sum += parameters.Whitening[(((c * d) + i) * d) + j] * (row[j] - parameters.Means[(c * d) + j]);
            }

            squared += sum * sum;
        }

        return parameters.LogWeights[c] - (0.5 * squared);
    }

    private void Add(double[] row, MixtureParameters parameters, int c, double responsibility, double log)
    {
        var d = row.Length;
        Counts[c] += responsibility;
        Entropy -= responsibility > 0.0 ? responsibility * log : 0.0;
        for (var i = 0; i < d; i++)
        {
            var a = row[i] - parameters.Means[(c * d) + i];
            Sums[(c * d) + i] += responsibility * a;
            AbsoluteSums += responsibility * System.Math.Abs(a);
            for (var j = 0; j <= i; j++)
            {
                var product = responsibility * a * (row[j] - parameters.Means[(c * d) + j]);
                Scatters[(((c * d) + i) * d) + j] += product;
                AbsoluteScatters += System.Math.Abs(product);
            }
        }
    }
}
