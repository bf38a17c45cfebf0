using System.Text.Json.Nodes;
using Vi.Math;
using Vi.Math.Fluent;
using Vi.Results;

namespace Vi.App.Models.Support;

/// <summary>Mean, standard deviation and three quantiles of one number.</summary>
public sealed record Summary(double Mean, double Sd, double Q05, double Q50, double Q95)
{
    /// <summary>Of a normal distribution.</summary>
    public static Summary Of(Normal distribution) =>
        Of(distribution.Mean, Distribution.Sd(distribution), p => Distribution.Quantile(distribution, p));

    /// <summary>Of a gamma distribution.</summary>
    public static Summary Of(Gamma distribution) =>
        Of(Distribution.Mean(distribution), Distribution.Sd(distribution), p => Distribution.Quantile(distribution, p));

    /// <summary>Of a beta distribution.</summary>
    public static Summary Of(Beta distribution) =>
        Of(Distribution.Mean(distribution), Distribution.Sd(distribution), p => Distribution.Quantile(distribution, p));

    /// <summary>Of a Student-t distribution.</summary>
    public static Summary Of(StudentT distribution) =>
        Of(distribution.Location, Distribution.Sd(distribution), p => Distribution.Quantile(distribution, p));

    /// <summary>Of a prediction whose noise is uncertain.</summary>
    public static Summary Of(NormalScaleMixture distribution) =>
        Of(distribution.Mean, Distribution.Sd(distribution), p => Distribution.Quantile(distribution, p));

    /// <summary>Of the square root of an inverse gamma variable: a standard deviation whose square has that distribution.</summary>
    public static Summary OfSquareRoot(InverseGamma distribution)
    {
        var mean = Distribution.MeanOfSquareRoot(distribution);
        var square = Distribution.Mean(distribution);
        var variance = square - (mean * mean);
        return Of(
            mean,
            double.IsFinite(square) ? System.Math.Sqrt(System.Math.Max(0, variance)) : double.PositiveInfinity,
            p => System.Math.Sqrt(Distribution.Quantile(distribution, p))
        );
    }

    private static Summary Of(double mean, double sd, Func<double, double> quantile) =>
        new(mean, sd, quantile(0.05), quantile(0.5), quantile(0.95));
}

/// <summary>Posterior summaries as the result stores them.</summary>
public static class Summaries
{
    /// <summary>Of a single number.</summary>
    public static PosteriorSummary Scalar(string label, Summary summary, JsonNode? truth = null) =>
        Make(label, get => JsonNumbers.Of(get(summary))!, null, truth);

    /// <summary>Of a vector.</summary>
    public static PosteriorSummary Vector(
        string label,
        IReadOnlyList<Summary> entries,
        IReadOnlyList<string>? names = null,
        JsonNode? truth = null
    ) => Make(label, get => JsonNumbers.Of(entries.Select(get)), names, truth);

    /// <summary>Of a matrix, given by rows.</summary>
    public static PosteriorSummary Matrix(
        string label,
        IReadOnlyList<IReadOnlyList<Summary>> rows,
        IReadOnlyList<string>? names = null,
        JsonNode? truth = null
    ) => Make(label, get => JsonNumbers.Of(rows, row => JsonNumbers.Of(row.Select(get))), names, truth);

    private static PosteriorSummary Make(
        string label,
        Func<Func<Summary, double>, JsonNode> form,
        IReadOnlyList<string>? names,
        JsonNode? truth
    ) =>
        new(form(s => s.Mean), form(s => s.Sd), form(s => s.Q05), form(s => s.Q50), form(s => s.Q95))
        {
            Label = label,
            EntryNames = names,
            Truth = truth?.DeepClone(),
        };
}
