using Vi.Math;

namespace Vi.App.Models.Priors;

/// <summary>Settings of a normal-Wishart prior; what is missing comes from the data.</summary>
internal interface INormalWishartSettings
{
    /// <summary>Rows that the prior of a mean is worth.</summary>
    double Beta0 { get; }

    /// <summary>Degrees of freedom of the Wishart prior.</summary>
    double? Nu0 { get; }

    /// <summary>Prior mean of the means.</summary>
    IReadOnlyList<double>? M0 { get; }

    /// <summary>Scale matrix of the Wishart prior.</summary>
    IReadOnlyList<IReadOnlyList<double>>? W0 { get; }
}

/// <summary>A normal-Wishart prior from its settings, the data filling in what they leave open.</summary>
/// <param name="Mean">Prior mean m0 (D).</param>
/// <param name="PrecisionScale">Rows beta0 that it is worth.</param>
/// <param name="DegreesOfFreedom">Degrees of freedom nu0.</param>
/// <param name="InverseScale">W0^-1 (D x D).</param>
internal sealed record NormalWishartPriors(Vec Mean, double PrecisionScale, double DegreesOfFreedom, Mat InverseScale)
{
    /// <summary>
    /// The prior. Raises <see cref="ExperimentException"/> with all problems found, those given included, where settings and data do not
    /// go together. Where columns are independent the prior is one Wishart a column: with one degree of freedom by default, which gives each
    /// variance the distribution that it has under the default of full matrices, and a diagonal inverse scale.
    /// </summary>
    public static NormalWishartPriors Of(
        INormalWishartSettings settings,
        Dataset data,
        Moments moments,
        IEnumerable<Problem> problems,
        bool independentColumns = false
    )
    {
        var dimension = data.ColumnNames.Count;
        var leastFreedom = independentColumns ? 0 : dimension - 1;
        Check(settings, dimension, leastFreedom, [.. problems]);
        return new NormalWishartPriors(
            settings.M0 is { } mean ? Statistics.Vector([.. mean]) : moments.Mean,
            settings.Beta0,
            settings.Nu0 ?? leastFreedom + 1,
            settings.W0 is { } scale
                ? Inverse(scale, dimension, independentColumns)
                : Covariance(data, moments, independentColumns)
        );
    }

    private static void Check(INormalWishartSettings settings, int dimension, int leastFreedom, List<Problem> problems)
    {
        if (settings.Nu0 is { } nu && nu <= leastFreedom)
        {
            problems.Add(new("model.nu0", $"{nu:R}; with {dimension} columns it must exceed {leastFreedom}"));
        }

        if (settings.M0 is { } mean && mean.Count != dimension)
        {
            problems.Add(new("model.m0", $"{mean.Count} numbers for {dimension} columns; one a column is needed"));
        }

        if (problems.Count > 0)
        {
            throw new ExperimentException(problems);
        }
    }

    private static Mat Inverse(IReadOnlyList<IReadOnlyList<double>> scale, int dimension, bool independentColumns)
    {
        if (scale.Count != dimension || scale.Any(row => row.Count != dimension))
        {
            throw new ExperimentException("model.W0", $"a matrix of {dimension} rows of {dimension} numbers is needed");
        }

        var matrix = Statistics.Matrix(scale);
        for (var i = 0; i < dimension; i++)
        {
            for (var j = 0; j < i; j++)
            {
                if (matrix[i, j] != matrix[j, i])
                {
                    throw new ExperimentException(
                        "model.W0",
                        $"entries ({i + 1}, {j + 1}) and ({j + 1}, {i + 1}) differ: {matrix[i, j]:R} and {matrix[j, i]:R}; "
                            + "the matrix must be symmetric"
                    );
                }

                if (independentColumns && matrix[i, j] != 0)
                {
                    throw new ExperimentException(
                        "model.W0",
                        $"entry ({i + 1}, {j + 1}) is {matrix[i, j]:R}; with diagonal covariance only entries on the diagonal have a meaning"
                    );
                }
            }
        }

        return Statistics.IsPositiveDefinite(matrix)
            ? Statistics.Inverse(matrix)
            : throw new ExperimentException("model.W0", "the matrix is not positive definite");
    }

    private static Mat Covariance(Dataset data, Moments moments, bool independentColumns)
    {
        var dimension = data.ColumnNames.Count;
        var leastRows = independentColumns ? 2 : dimension + 1;
        if (data.RowCount < leastRows)
        {
            throw new ExperimentException(
                "data",
                $"{data.RowCount} rows for {dimension} columns; the default prior needs at least {leastRows} rows "
                    + "(or give model.W0 yourself)"
            );
        }

        var covariance = Statistics.Covariance(moments);
        for (var j = 0; j < dimension; j++)
        {
            if (!(covariance[j, j] > 0))
            {
                throw new ExperimentException(
                    "data.columns",
                    $"column '{data.ColumnNames[j]}' is constant; leave it out, or give model.W0 yourself"
                );
            }
        }

        if (independentColumns)
        {
            return Statistics.Matrix(
                Enumerable
                    .Range(0, dimension)
                    .Select(i =>
                        (double[])[.. Enumerable.Range(0, dimension).Select(j => i == j ? covariance[i, i] : 0)]
                    )
            );
        }

        return Statistics.IsPositiveDefinite(covariance)
            ? covariance
            : throw new ExperimentException(
                "data.columns",
                "some columns are sums of others, so their covariance is singular; leave one out, or give model.W0 yourself"
            );
    }
}
