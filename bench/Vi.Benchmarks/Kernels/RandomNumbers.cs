namespace Vi.Benchmarks.Kernels;

/// <summary>Numbers that are the same on every run.</summary>
internal static class RandomNumbers
{
    /// <summary>So many standard normal numbers (Box and Muller 1958).</summary>
    public static double[] Normal(int count, int seed)
    {
        // A fixed seed is the point; nothing here is a secret.
#pragma warning disable CA5394
        var random = new Random(seed);
        var values = new double[count];
        for (var i = 0; i < count; i++)
        {
            values[i] =
                System.Math.Sqrt(-2.0 * System.Math.Log(1.0 - random.NextDouble()))
                * System.Math.Cos(2.0 * System.Math.PI * random.NextDouble());
        }
#pragma warning restore CA5394
        return values;
    }

    /// <summary>An n x n positive definite matrix, row by row: B B' / n + I.</summary>
    public static double[] PositiveDefinite(int n, int seed)
    {
        var b = Normal(n * n, seed);
        var a = new double[n * n];
        for (var i = 0; i < n; i++)
        {
            for (var j = 0; j < n; j++)
            {
                var sum = i == j ? 1.0 : 0.0;
                for (var k = 0; k < n; k++)
                {
                    sum += b[(i * n) + k] * b[(j * n) + k] / n;
                }

                a[(i * n) + j] = sum;
            }
        }

        return a;
    }
}
