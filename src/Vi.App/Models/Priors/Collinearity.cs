namespace Vi.App.Models.Priors;

/// <summary>Finds the columns that make a covariance matrix singular.</summary>
internal static class Collinearity
{
    /// <summary>
    /// Share of its variance below which what a column has of its own is rounding: a hundred subtractions from 1, each off by 1e-16, leave 1e-14, and
    /// the covariance itself is rounded as often.
    /// </summary>
    private const double Rounding = 1e-12;

    /// <summary>
    /// The same where the factorisation has failed already, so that some column is a sum of others: wide enough for data far from 0, whose
    /// centring loses three digits more.
    /// </summary>
    private const double RoundingOfSingular = 1e-9;

    /// <summary>How far from a short decimal number a coefficient may be to be written as one.</summary>
    private const double Short = 1e-4;

    /// <summary>
    /// The first column that those before it determine, as an equation such as <c>"total" = "a" + "b"</c>; null where each column has a
    /// variance of its own.
    /// </summary>
    public static string? Equation(Mat covariance, IReadOnlyList<string> names)
    {
        var isDefinite = Statistics.IsPositiveDefinite(covariance);
        var count = names.Count;
        var factor = new double[count, count];
        for (var j = 0; j < count; j++)
        {
            var own = 1.0;
            for (var k = 0; k < j; k++)
            {
                var sum = Correlation(covariance, j, k);
                for (var m = 0; m < k; m++)
                {
                    sum -= factor[j, m] * factor[k, m];
                }

                factor[j, k] = sum / factor[k, k];
                own -= factor[j, k] * factor[j, k];
            }

            if (own < (isDefinite ? Rounding : RoundingOfSingular))
            {
                return Text(Coefficients(covariance, factor, j), names, j);
            }

            factor[j, j] = Sqrt(own);
        }

        return null;
    }

    private static double Correlation(Mat covariance, int i, int j) =>
        covariance[i, j] / Sqrt(covariance[i, i]) / Sqrt(covariance[j, j]);

    /// <summary>Weights of the earlier columns in column j; zero for those that it does not need.</summary>
    private static double[] Coefficients(Mat covariance, double[,] factor, int j)
    {
        var weights = new double[j];
        for (var k = j - 1; k >= 0; k--)
        {
            var sum = factor[j, k];
            for (var m = k + 1; m < j; m++)
            {
                sum -= factor[m, k] * weights[m];
            }

            weights[k] = sum / factor[k, k];
        }

        for (var k = 0; k < j; k++)
        {
            weights[k] = Abs(weights[k]) < Short ? 0 : weights[k] * Sqrt(covariance[j, j] / covariance[k, k]);
        }

        return weights;
    }

    private static string Text(double[] weights, IReadOnlyList<string> names, int j)
    {
        var used = Enumerable.Range(0, j).Where(k => weights[k] != 0).ToList();
        var isShort = used.TrueForAll(k =>
            Abs((weights[k] * 100) - Round(weights[k] * 100)) < Short * 100 * Abs(weights[k])
        );
        string Term(int k, bool isFirst)
        {
            var size = Abs(weights[k]);
            var sign = weights[k] < 0 ? (isFirst ? "-" : " - ") : (isFirst ? "" : " + ");
            return Abs(size - 1) < Short ? $"{sign}\"{names[k]}\"" : $"{sign}{Significant(size)} \"{names[k]}\"";
        }

        return isShort && used.Count > 0
            ? $"\"{names[j]}\" = {string.Concat(used.Select((k, i) => Term(k, i == 0)))} up to a constant"
            : $"\"{names[j]}\" follows from {string.Join(", ", used.Select(k => $"\"{names[k]}\""))}";
    }
}
