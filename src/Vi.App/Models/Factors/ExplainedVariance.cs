using Vi.Math;

namespace Vi.App.Models.Factors;

/// <summary>Shares of the variance under the model, E[b_nk^2] against sum_k E[b_nk^2] + E[psi_n].</summary>
/// <param name="ByColumn">For each column the share of each factor; the rest is the column's own.</param>
/// <param name="ByFactor">The share of each factor in the sum of all columns' variances.</param>
internal sealed record ExplainedVariance(double[][] ByColumn, double[] ByFactor)
{
    public static ExplainedVariance Of(LatentFactorPosterior q)
    {
        var factors = q.LoadingSquares.Length;
        var byColumn = new double[q.Loadings.Count][];
        var byFactor = new double[factors];
        var total = 0.0;
        for (var n = 0; n < byColumn.Length; n++)
        {
            var covariance = Distribution.Covariance(q.Loadings[n]);
            var mean = q.Loadings[n].Mean;
            var squares = Enumerable.Range(0, factors).Select(k => (mean[k] * mean[k]) + covariance[k, k]).ToArray();
            var own = Distribution.Mean(Distribution.Reciprocal(q.NoisePrecisions[n]));
            var variance = squares.Sum() + (double.IsFinite(own) ? own : 0);
            byColumn[n] = [.. squares.Select(square => square / variance)];
            total += variance;
            for (var k = 0; k < factors; k++)
            {
                byFactor[k] += squares[k];
            }
        }

        return new ExplainedVariance(byColumn, [.. byFactor.Select(square => square / total)]);
    }
}

/// <summary>Loadings and factors as figures show them: by falling size, or turned to the true ones where those are known.</summary>
/// <param name="Turn">Orthogonal Q (K x J): shown loadings are B Q, shown factors Q' f.</param>
/// <param name="Loadings">Shown loadings (N x J).</param>
/// <param name="TrueLoadings">True loadings (N x J); null where they are not known.</param>
/// <param name="TrueFactors">True factors, T rows of J; null where they are not known.</param>
internal sealed record AlignedFactors(Mat Turn, double[][] Loadings, double[][]? TrueLoadings, double[][]? TrueFactors)
{
    /// <summary>Number J of factors that are shown.</summary>
    public int Count => Turn.Columns;

    public static AlignedFactors Of(LatentFactorPosterior q, JsonObject truth)
    {
        var loadings = q.LoadingMeans;
        var factors = loadings.Columns;
        if (Table(truth["B"]) is { } known && known.Length == loadings.Rows && known[0].Length <= factors)
        {
            var turn = LatentFactorModel.Alignment(loadings, Statistics.Matrix(known));
            var times = Table(truth["F"]);
            return new AlignedFactors(
                turn,
                Product(loadings, turn),
                known,
                times is { Length: > 0 } && times[0].Length == known[0].Length ? times : null
            );
        }

        var identity = Statistics.Matrix([
            .. Enumerable
                .Range(0, factors)
                .Select(i => (IReadOnlyList<double>)[.. Enumerable.Range(0, factors).Select(j => i == j ? 1.0 : 0.0)]),
        ]);
        return new AlignedFactors(identity, loadings.ToRows(), null, null);
    }

    /// <summary>Mean and standard deviation of shown entry j of a normal vector (K).</summary>
    public (double Mean, double Sd) Shown(Vec mean, Mat covariance, int j)
    {
        var (value, variance) = (0.0, 0.0);
        for (var i = 0; i < mean.Length; i++)
        {
            value += Turn[i, j] * mean[i];
            for (var l = 0; l < mean.Length; l++)
            {
                variance += Turn[i, j] * covariance[i, l] * Turn[l, j];
            }
        }

        return (value, System.Math.Sqrt(System.Math.Max(0, variance)));
    }

    /// <summary>Correlation of the shown with the true loadings, factor by factor.</summary>
    public IEnumerable<double> Correlations()
    {
        for (var j = 0; j < Count; j++)
        {
            var shown = Loadings.Select(row => row[j]).ToArray();
            var known = TrueLoadings!.Select(row => row[j]).ToArray();
            var (a, b) = (shown.Average(), known.Average());
            var product = shown.Zip(known, (x, y) => (x - a) * (y - b)).Sum();
            yield return product
                / System.Math.Sqrt(shown.Sum(x => (x - a) * (x - a)) * known.Sum(y => (y - b) * (y - b)));
        }
    }

    private static double[][] Product(Mat a, Mat b) =>
        [
            .. a.ToRows()
                .Select(row =>
                    Enumerable
                        .Range(0, b.Columns)
                        .Select(j => row.Select((value, i) => value * b[i, j]).Sum())
                        .ToArray()
                ),
        ];

    private static double[][]? Table(JsonNode? node) =>
        node is JsonArray rows && rows.Count > 0 && rows.All(row => row is JsonArray { Count: > 0 })
            ? [.. rows.Select(row => row!.AsArray().Select(value => value!.GetValue<double>()).ToArray())]
            : null;
}
