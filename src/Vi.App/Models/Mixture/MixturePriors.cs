using Vi.App.Configuration;
using Vi.App.Data;
using Vi.Math;
using Vi.Math.Fluent;

namespace Vi.App.Models.Mixture;

/// <summary>The mixture's prior from its settings, the data filling in what they leave open.</summary>
internal static class MixturePriors
{
    public static GaussianMixturePrior Of(GaussianMixtureSettings settings, Dataset data, Moments moments)
    {
        var dimension = data.ColumnNames.Count;
        Check(settings, data, dimension);
        return GaussianMixtureModel.Prior(
            settings.Components,
            settings.Concentration,
            settings.M0 is { } mean ? Statistics.Vector([.. mean]) : moments.Mean,
            settings.Beta0,
            settings.Nu0 ?? dimension,
            settings.W0 is { } scale ? Inverse(scale, dimension) : Covariance(data, moments)
        );
    }

    private static void Check(GaussianMixtureSettings settings, Dataset data, int dimension)
    {
        var problems = new List<Problem>();
        if (settings.Components > data.RowCount)
        {
            problems.Add(
                new(
                    "model.components",
                    $"{settings.Components} components for {data.RowCount} rows; at most as many components as rows are allowed"
                )
            );
        }

        if (settings.Nu0 is { } nu && nu <= dimension - 1)
        {
            problems.Add(new("model.nu0", $"{nu:R}; with {dimension} columns it must exceed {dimension - 1}"));
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

    private static Mat Inverse(IReadOnlyList<IReadOnlyList<double>> scale, int dimension)
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
            }
        }

        return Statistics.IsPositiveDefinite(matrix)
            ? Statistics.Inverse(matrix)
            : throw new ExperimentException("model.W0", "the matrix is not positive definite");
    }

    private static Mat Covariance(Dataset data, Moments moments)
    {
        var dimension = data.ColumnNames.Count;
        if (data.RowCount <= dimension)
        {
            throw new ExperimentException(
                "data",
                $"{data.RowCount} rows for {dimension} columns; the default prior needs at least {dimension + 1} rows "
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

        return Statistics.IsPositiveDefinite(covariance)
            ? covariance
            : throw new ExperimentException(
                "data.columns",
                "some columns are sums of others, so their covariance is singular; leave one out, or give model.W0 yourself"
            );
    }
}
