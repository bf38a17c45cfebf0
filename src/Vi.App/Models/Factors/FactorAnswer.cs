using Vi.Math;

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

    private static readonly LinearResponseRecord NoResponse = LinearResponseRecord.Of(ResponseCode.Rotations);

    private readonly Dataset data = request.RequireData();
    private readonly LatentFactorPosterior q = sweep.Posterior;

    public FitAnswer Make()
    {
        var explained = ExplainedVariance.Of(q);
        var kept = explained.ByFactor.Count(share => share >= LeastShare);
        var aligned = AlignedFactors.Of(q, request.Truth);
        var compared = Compare();
        var diagnostics = new JsonObject
        {
            ["factors"] = q.LoadingSquares.Length,
            ["keptFactors"] = kept,
            ["explainedByFactor"] = JsonNumbers.Of(explained.ByFactor),
            ["explainedByColumn"] = JsonNumbers.Of(explained.ByColumn.Select(shares => shares.Sum())),
            ["readOnce"] = rows.IsReduced,
        };
        if (aligned.TrueLoadings is not null)
        {
            diagnostics["loadingCorrelations"] = JsonNumbers.Of(aligned.Correlations());
        }

        if (NestedNumbers.Flat(request.Truth["psi"], [data.ColumnNames.Count]) is { } psi)
        {
            diagnostics["psiMeanAbsoluteError"] = JsonNumbers.Of(
                psi.Select((value, n) => System.Math.Abs(value - Distribution.Mean(Psi(n)))).Average()
            );
        }

        if (compared.Count > 0)
        {
            diagnostics["bounds"] = JsonNumbers.Of(
                compared,
                fit => new JsonObject
                {
                    ["factors"] = fit.Factors,
                    ["elbo"] = JsonNumbers.Of(fit.Elbo),
                    ["sweeps"] = fit.Sweeps,
                }
            );
        }

        var quantities = Quantities();
        return FitAnswer.Of(request, quantities) with
        {
            LinearResponse = request.Inference is CaviSettings { LinearResponse: true } ? NoResponse : null,
            Parameters = Parameters(),
            Diagnostics = diagnostics,
            Findings = Findings(kept, compared),
            Exhibits = new FactorFigures(data, rows, q, explained, aligned, compared).Make(quantities, request.Truth),
        };
    }

    private InverseGamma Psi(int n) => Distribution.Reciprocal(q.NoisePrecisions[n]);

    private List<PosteriorQuantity> Quantities()
    {
        var factors = q.LoadingSquares.Length;
        List<PosteriorQuantity> quantities =
        [
            new(
                Quantity.Matrix("B", "loadings, a row for each column", data.ColumnNames, factors),
                q.Loadings.SelectMany(row =>
                    Enumerable.Range(0, factors).Select(k => Marginal.Of(Distribution.Marginal(row, k)))
                )
            )
            {
                IsIdentified = false,
            },
            new(
                Quantity.Vector("psi", "idiosyncratic variances", data.ColumnNames),
                q.NoisePrecisions.Select((_, n) => Marginal.Of(Psi(n)))
            ),
        ];
        if (q.LoadingPrecisions.Count > 0)
        {
            quantities.Add(
                new(
                    Quantity.Vector("alpha", "precisions of the factors' loadings", factors),
                    q.LoadingPrecisions.Select(Marginal.Of)
                )
            );
        }

        return quantities;
    }

    private JsonObject Parameters()
    {
        var parameters = new JsonObject
        {
            ["m_B"] = JsonNumbers.Of(q.LoadingMeans),
            ["S_B"] = JsonNumbers.Of(q.Loadings, row => JsonNumbers.Of(Distribution.Covariance(row))),
            ["a_n"] = JsonNumbers.Of(q.NoisePrecisions.Select(tau => tau.Shape)),
            ["b_n"] = JsonNumbers.Of(q.NoisePrecisions.Select(tau => tau.Rate)),
            ["means"] = JsonNumbers.Of(rows.Means),
        };
        if (q.LoadingPrecisions.Count > 0)
        {
            parameters["a_alpha"] = JsonNumbers.Of(q.LoadingPrecisions.Select(alpha => alpha.Shape));
            parameters["b_alpha"] = JsonNumbers.Of(q.LoadingPrecisions.Select(alpha => alpha.Rate));
        }

        return parameters;
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
                        .Fit(FactorModel.Prior(settings, factors), rows, request.FitOptions())
                        .Where(sweep => sweep.IsLast)
                        .MaxBy(sweep => sweep.Elbo)!;
                    return new ComparedFactors(factors, best.Elbo, best.Iteration);
                }),
        ];

    private List<Finding> Findings(int kept, List<ComparedFactors> compared)
    {
        var factors = q.LoadingSquares.Length;
        var findings = new List<Finding>
        {
            kept < factors
                ? Finding.Of(
                    Severity.Hint,
                    "unused-factors",
                    ("kept", kept),
                    ("factors", factors),
                    ("share", LeastShare)
                )
                : Finding.Of(Severity.Hint, "all-factors-used", ("factors", factors)),
        };
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
internal sealed record ComparedFactors(int Factors, double Elbo, int Sweeps);
