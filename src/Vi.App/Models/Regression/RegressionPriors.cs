using Vi.App.Models.Priors;

namespace Vi.App.Models.Regression;

/// <summary>
/// The prior of a regression, from its settings, and from the columns' sizes where they are silent: weights in the target's size for each size of
/// their column, noise in the target's size. Numbers that are given count in the data's own unit, or in standard deviations of columns that are to be
/// standardised.
/// </summary>
internal sealed class RegressionPriors(LinearRegressionSettings settings, Moments moments, Dataset data)
{
    private const double RelevanceShape = 0.01;

    /// <summary>How many standard deviations of the target the intercept's prior is wide.</summary>
    private const double InterceptWidth = 10;

    private readonly double[] sizes = DefaultPriors.Sizes(moments, !settings.Intercept);

    private readonly bool isRelative = settings.Ard
        ? settings.ArdShape is null && settings.ArdRate is null
        : settings.Alpha is null;

    private int Columns => sizes.Length - 1;

    /// <summary>The target's size for each size of a column.</summary>
    private double[] Natural => [.. sizes[..^1].Select(size => sizes[^1] / size)];

    private double[] Scales =>
        isRelative ? Natural : [.. Enumerable.Range(0, Columns).Select(j => 1 / data.Scale(j).Sd)];

    private (double Shape, double Rate) Noise => DefaultPriors.Noise(settings.A0, settings.B0, sizes[^1] * sizes[^1]);

    private double Alpha => settings.Alpha ?? 1;

    private double ArdShape => settings.ArdShape ?? RelevanceShape;

    private double ArdRate => settings.ArdRate ?? RelevanceShape;

    public LinearRegressionPrior Prior
    {
        get
        {
            var (shape, rate) = Noise;
            var weights = settings.Ard
                ? LinearRegressionModel.RelevancePrior(ArdShape, ArdRate, shape, rate)
                : LinearRegressionModel.Prior(Alpha, shape, rate);
            var prior =
                isRelative || data.Scales is not null ? LinearRegressionModel.WithScales(weights, Scales) : weights;
            return Intercept is var (mean, sd) ? LinearRegressionModel.WithIntercept(prior, mean, sd) : prior;
        }
    }

    /// <summary>Mean and standard deviation of the intercept's prior; null without an intercept.</summary>
    private (double Mean, double Sd)? Intercept
    {
        get
        {
            if (!settings.Intercept)
            {
                return null;
            }

            var varies = moments.Scatter[Columns, Columns] > 0;
            return settings.InterceptSd is null && !varies
                ? throw new ExperimentException(
                    "model.interceptSd",
                    "the target does not vary, so there is no default for this setting: give it, or \"intercept\": false"
                )
                : (
                    settings.InterceptMean ?? moments.Mean[Columns],
                    settings.InterceptSd ?? (InterceptWidth * sizes[^1])
                );
        }
    }

    /// <summary>The prior in numbers.</summary>
    public IReadOnlyList<PriorRecord> Records()
    {
        var names = new RegressionQuantities(data.ColumnNames);
        var (shape, rate) = Noise;
        var zeros = new double[Columns];
        List<PriorRecord> records = [];
        if (settings.Ard)
        {
            // Given alpha, w_d ~ N(0, s_d^2 / alpha_d); alpha in the unit of the data is alpha / s_d^2.
            records.AddRange(
                DefaultPriors.Gammas(
                    names.Relevance,
                    PriorFamily.Gamma,
                    isRelative,
                    ArdShape,
                    Scales.Select(_ => ArdRate)
                )
            );
        }
        else
        {
            var sds = Scales.Select(scale => scale / Sqrt(Alpha));
            records.AddRange(DefaultPriors.Normals(names.Weights, isRelative, zeros, sds, Natural));
        }

        if (Intercept is var (mean, sd))
        {
            var fromData = settings.InterceptMean is null || settings.InterceptSd is null;
            records.AddRange(DefaultPriors.Normals(names.AtMeans, fromData, [mean], [sd], [sizes[^1]]));
        }

        records.AddRange(
            DefaultPriors.Gammas(
                names.Precision,
                PriorFamily.Gamma,
                settings.B0 is null,
                shape,
                [rate],
                [1 / (sizes[^1] * sizes[^1])]
            )
        );
        return records;
    }
}
