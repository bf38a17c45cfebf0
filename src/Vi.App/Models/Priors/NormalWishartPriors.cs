namespace Vi.App.Models.Priors;

/// <summary>Settings of a normal-Wishart prior; what is missing comes from the data.</summary>
internal interface INormalWishartSettings
{
    /// <summary>Rows that the prior of a mean is worth.</summary>
    double? Beta0 { get; }

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
/// <param name="LearnsScale">Whether B and beta0, with a prior about these W0^-1 and beta0, are learned in their place.</param>
internal sealed record NormalWishartPriors(
    Vec Mean,
    double PrecisionScale,
    double DegreesOfFreedom,
    Mat InverseScale,
    bool LearnsScale
)
{
    /// <summary>Rows that the prior of a mean is worth by default.</summary>
    private const double OneRow = 1;

    /// <summary>
    /// The prior. Raises <see cref="ExperimentException"/> with all problems found, those given included, where settings and data do not
    /// go together. Where columns are independent the prior is one Wishart a column: with one degree of freedom by default, which gives each
    /// variance the distribution that it has under the default of full matrices, and a diagonal inverse scale. The scale of several components is
    /// learned where neither W0 nor beta0 is given; one component has no others to share it with. Two degrees of freedom more then give covariances
    /// a mean, so that components without rows are like the others.
    /// </summary>
    public static NormalWishartPriors Of(
        INormalWishartSettings settings,
        Dataset data,
        Moments moments,
        IEnumerable<Problem> problems,
        int components,
        bool independentColumns = false
    )
    {
        var dimension = data.ColumnNames.Count;
        var leastFreedom = independentColumns ? 0 : dimension - 1;
        ExperimentException.ThrowIfAny([.. problems, .. Problems(settings, dimension, leastFreedom)]);
        if (settings.W0 is { } scale)
        {
            ExperimentException.ThrowIfAny(Problems(scale, dimension, independentColumns).Take(1));
        }
        else
        {
            ExperimentException.ThrowIfAny(Problems(data, moments, independentColumns).Take(1));
        }

        var inverse = settings.W0 is { } w0
            ? InOwnUnit(Statistics.Inverse(Statistics.Matrix(w0)), data)
            : Statistics.Covariance(moments);
        var learns = components > 1 && settings is { W0: null, Beta0: null };
        return new NormalWishartPriors(
            settings.M0 is { } given
                ? Statistics.Vector([.. given.Select((m, j) => data.Scale(j).Mean + (m * data.Scale(j).Sd))])
                : moments.Mean,
            settings.Beta0 ?? OneRow,
            settings.Nu0 ?? leastFreedom + (learns ? 3 : 1),
            independentColumns && settings.W0 is null ? Statistics.DiagonalOf(inverse) : inverse,
            learns
        );
    }

    /// <summary>The prior as short texts by setting.</summary>
    public IReadOnlyDictionary<string, string> ResolvedSettings()
    {
        static string Text(IEnumerable<double> numbers) => string.Join(", ", numbers.Select(Significant));
        var inverse = string.Join("; ", InverseScale.ToRows().Select(Text));
        return new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["nu0"] = Significant(DegreesOfFreedom),
            ["m0"] = Text(Mean.ToArray()),
            [LearnsScale ? "W0 (inverse, before B is learned)" : "W0 (inverse)"] = inverse,
            [LearnsScale ? "beta0 (before it is learned)" : "beta0"] = Significant(PrecisionScale),
        };
    }

    /// <summary>A covariance in the columns' own unit of one that is given for standardised columns.</summary>
    private static Mat InOwnUnit(Mat covariance, Dataset data) =>
        Statistics.Matrix(
            covariance
                .ToRows()
                .Select((row, i) => row.Select((c, j) => c * data.Scale(i).Sd * data.Scale(j).Sd).ToArray())
        );

    private static IEnumerable<Problem> Problems(INormalWishartSettings settings, int dimension, int leastFreedom)
    {
        if (settings.Nu0 is { } nu && nu <= leastFreedom)
        {
            yield return new("model.nu0", $"{nu:R}; with {dimension} columns it must exceed {leastFreedom}");
        }

        if (settings.M0 is { } mean && mean.Count != dimension)
        {
            yield return new("model.m0", $"{mean.Count} numbers for {dimension} columns; one a column is needed");
        }
    }

    private static IEnumerable<Problem> Problems(
        IReadOnlyList<IReadOnlyList<double>> scale,
        int dimension,
        bool independentColumns
    )
    {
        if (scale.Count != dimension || scale.Any(row => row.Count != dimension))
        {
            yield return Wrong($"a matrix of {dimension} rows of {dimension} numbers is needed");
        }

        foreach (
            var (i, j) in Enumerable.Range(0, dimension).SelectMany(i => Enumerable.Range(0, i).Select(j => (i, j)))
        )
        {
            if (scale[i][j] != scale[j][i])
            {
                yield return Wrong(
                    $"entries ({i + 1}, {j + 1}) and ({j + 1}, {i + 1}) differ: {scale[i][j]:R} and {scale[j][i]:R}; "
                        + "the matrix must be symmetric"
                );
            }

            if (independentColumns && scale[i][j] != 0)
            {
                yield return Wrong(
                    $"entry ({i + 1}, {j + 1}) is {scale[i][j]:R}; with diagonal covariance only entries on the diagonal have a meaning"
                );
            }
        }

        if (!Statistics.IsPositiveDefinite(Statistics.Matrix(scale)))
        {
            yield return Wrong("the matrix is not positive definite");
        }

        static Problem Wrong(string message) => new("model.W0", message);
    }

    /// <summary>Why the data's covariance cannot be the default of W0^-1.</summary>
    private static IEnumerable<Problem> Problems(Dataset data, Moments moments, bool independentColumns)
    {
        var dimension = data.ColumnNames.Count;
        var leastRows = independentColumns ? 2 : dimension + 1;
        if (data.RowCount < leastRows)
        {
            yield return new(
                "data",
                $"{data.RowCount} rows for {dimension} columns; the default prior needs at least {leastRows} rows. "
                    + (
                        independentColumns
                            ? "Use more rows"
                            : "Use fewer columns (data.columns), a model with diagonal covariance "
                                + "(gaussian-mixture with model.covariance \"diagonal\")"
                    )
                    + ", or give model.W0 yourself"
            );
        }

        var covariance = Statistics.Covariance(moments);
        for (var j = 0; j < dimension; j++)
        {
            if (!(covariance[j, j] > 0))
            {
                yield return new(
                    "data.columns",
                    $"column '{data.ColumnNames[j]}' is constant; leave it out, or give model.W0 yourself"
                );
            }
        }

        if (!independentColumns && Collinearity.Equation(covariance, data.ColumnNames) is { } equation)
        {
            yield return new(
                "data.columns",
                $"{equation}, so the covariance is singular; leave one of these columns out, or give model.W0 yourself"
            );
        }
    }
}
