namespace Vi.App.Models.Factors;

/// <summary>The answer of a fitted factor model.</summary>
internal sealed class FactorAnswer(
    FitRequest request,
    FactorModelSettings settings,
    LatentFactorData rows,
    Sweep<LatentFactorPosterior> sweep
)
{
    /// <summary>A factor counts as kept if it explains at least this share of the variance.</summary>
    private const double LeastShare = 1e-3;

    private static readonly LinearResponseRecord NoResponse = LinearResponseRecord.Of(LinearResponseRecord.Rotations);

    private readonly Dataset data = request.RequireData();
    private readonly LatentFactorPosterior q = sweep.Posterior;
    private readonly int factors = sweep.Posterior.LoadingSquares.Length;

    public FitAnswer Make()
    {
        var explained = LatentFactorModel.Explained(q);
        var kept = explained.ByFactor.Count(share => share >= LeastShare);
        var truth = FactorTruth.Of(request.Truth, q);
        var compared = Compare();
        var quantities = Quantities();
        var relevance = q.LoadingPrecisions.Count > 0 ? q.LoadingPrecisions : null;
        return FitAnswer.Of(request, quantities) with
        {
            LinearResponse = request.Inference is CaviSettings { LinearResponse: true } ? NoResponse : null,
            Parameters = new NamedNumbers
            {
                { "m_B", q.LoadingMeans },
                { "S_B", q.Loadings.Select(Distribution.Covariance) },
                { "a_n", q.NoisePrecisions.Select(tau => tau.Shape) },
                { "b_n", q.NoisePrecisions.Select(tau => tau.Rate) },
                { "means", rows.Means },
                { "a_alpha", relevance?.Select(alpha => alpha.Shape) },
                { "b_alpha", relevance?.Select(alpha => alpha.Rate) },
            },
            Diagnostics = new NamedNumbers
            {
                { "factors", factors },
                { "keptFactors", kept },
                { "explainedByFactor", explained.ByFactor },
                { "explainedByColumn", explained.ByColumn.Select(shares => shares.Sum()) },
                { "readOnce", rows.IsReduced },
                { "loadingCorrelations", truth.Correlations },
                {
                    "psiMeanAbsoluteError",
                    quantities[1]
                        .TruthIn(request.Truth)
                        ?.Zip(quantities[1].Entries, (psi, own) => Abs(psi - own.Mean))
                        .Average()
                },
                { "bounds", compared.Count == 0 ? null : compared.Select(fit => fit.ToNumbers()) },
            },
            Findings = Findings(kept, compared),
            Exhibits = new FactorFigures(data, rows, q, explained, truth, compared).Make(quantities, request.Truth),
        };
    }

    private List<PosteriorQuantity> Quantities()
    {
        var known = FactorModel.Quantities(factors, data.ColumnNames);
        List<PosteriorQuantity> quantities =
        [
            new(known[0], q.Loadings.SelectMany(PosteriorQuantity.MarginalsOf)) { IsIdentified = false },
            new(known[1], q.NoisePrecisions.Select(tau => Marginal.Of(Distribution.Reciprocal(tau)))),
        ];
        if (q.LoadingPrecisions.Count > 0)
        {
            quantities.Add(new(known[2], q.LoadingPrecisions));
        }

        return quantities;
    }

    /// <summary>The bounds of other numbers of factors, each fitted in the same way.</summary>
    private List<ComparedFactors> Compare() =>
        [
            .. (settings.CompareFactors ?? [])
                .Distinct()
                .Order()
                .Select(factors =>
                {
                    var best = LatentFactorModel
                        .Fit(new FactorPriors(settings, rows.Scales).Of(factors), rows, request.FitOptions())
                        .Where(sweep => sweep.IsLast)
                        .MaxBy(sweep => sweep.Elbo)!;
                    return new ComparedFactors(factors, best.Elbo, best.Iteration);
                }),
        ];

    private List<Finding> Findings(int kept, List<ComparedFactors> compared)
    {
        List<Finding> findings =
        [
            kept < factors
                ? Finding.Of(
                    Severity.Hint,
                    "unused-factors",
                    ("kept", kept),
                    ("factors", factors),
                    ("share", LeastShare)
                )
                : Finding.Of(Severity.Hint, "all-factors-used", ("factors", factors)),
        ];
        if (compared.MaxBy(fit => fit.Elbo) is { } best && best.Elbo > sweep.Elbo + 1e-6)
        {
            findings.Add(
                Finding.Of(
                    settings.Ard ? Severity.Hint : Severity.Warning,
                    "better-number-of-factors",
                    ("factors", best.Factors),
                    ("gain", best.Elbo - sweep.Elbo)
                ) with
                {
                    Setting = new SettingChange("model.factors", best.Factors),
                }
            );
        }

        return findings;
    }
}

/// <summary>What a fit with another number of factors reached.</summary>
internal sealed record ComparedFactors(int Factors, double Elbo, int Sweeps)
{
    public NamedNumbers ToNumbers() =>
        new()
        {
            { "factors", Factors },
            { "elbo", Elbo },
            { "sweeps", Sweeps },
        };
}

/// <summary>Factors as figures show them: by falling size, or turned to the true ones where those are known.</summary>
/// <param name="Shown">How loadings and factors are turned.</param>
/// <param name="Loadings">True loadings (N x J); null where they are not known.</param>
/// <param name="Factors">True factors, T rows of J; null where they are not known.</param>
internal sealed record FactorTruth(TurnedFactors Shown, Mat? Loadings, double[][]? Factors)
{
    /// <summary>Correlation of the shown with the true loadings, factor by factor; null where those are not known.</summary>
    public double[]? Correlations { get; } = Loadings is null ? null : Shown.Correlations(Loadings);

    public static FactorTruth Of(JsonObject truth, LatentFactorPosterior q)
    {
        var means = q.LoadingMeans;
        var loadings =
            Table(truth["B"]) is { } known && known.Length == means.Rows && known[0].Length <= means.Columns
                ? Statistics.Matrix(known)
                : null;
        var factors = Table(truth["F"]) is { } times && times[0].Length == loadings?.Columns ? times : null;
        return new FactorTruth(LatentFactorModel.Turned(q, loadings), loadings, factors);
    }

    private static double[][]? Table(JsonNode? node) =>
        node is JsonArray rows && rows.Count > 0 && rows.All(row => row is JsonArray { Count: > 0 })
            ? [.. rows.Select(row => row!.AsArray().Select(value => value!.GetValue<double>()).ToArray())]
            : null;
}
