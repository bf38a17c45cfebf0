using Vi.Math;

namespace Vi.App.Models.Factors;

/// <summary>Settings of <see cref="FactorModel"/>.</summary>
internal sealed record FactorModelSettings
{
    [Setting(
        "number K of factors, at most the number of columns; with ard those that the data do not need are turned off",
        Minimum = 1
    )]
    public required int Factors { get; init; }

    [Setting("prior standard deviation of the loadings, in the columns' unit; not used with ard", ExclusiveMinimum = 0)]
    public double LoadingSd { get; init; } = 1;

    [Setting("shape of the Gamma prior of each 1 / psi", ExclusiveMinimum = 0)]
    public double A0 { get; init; } = 1;

    [Setting("rate of the Gamma prior of each 1 / psi, in the columns' unit squared", ExclusiveMinimum = 0)]
    public double B0 { get; init; } = 1;

    [Setting("whether the precision of each factor's loadings is learned (automatic relevance determination)")]
    public bool Ard { get; init; } = true;

    [Setting("shape of the Gamma prior of each alpha, with ard", ExclusiveMinimum = 0)]
    public double ArdShape { get; init; } = 1e-3;

    [Setting("rate of the Gamma prior of each alpha, with ard, in the columns' unit squared", ExclusiveMinimum = 0)]
    public double ArdRate { get; init; } = 1e-3;

    [Setting("whether the columns' means are taken off first")]
    public bool Center { get; init; } = true;

    [Setting(
        "whether each sweep turns and stretches the factors to where the bound is highest; without it thousands of sweeps are needed"
    )]
    public bool Rotation { get; init; } = true;

    [Setting("numbers of factors to fit besides, to compare their bounds [none]", Minimum = 1)]
    public IReadOnlyList<int>? CompareFactors { get; init; }
}

/// <summary>Factor model with loadings, factors and idiosyncratic variances unknown.</summary>
internal sealed class FactorModel() : Model<FactorModelSettings>("factor-model", DataNeed.Columns, Provision.Sweeps)
{
    public override bool TakesGaps => true;

    public override string WhyNot(Algorithm algorithm) =>
        algorithm.Needs.HasFlag(Provision.RowStatistics) || algorithm.Needs.HasFlag(Provision.Stream)
            ? "without gaps the rows enter through R'R alone, which is read once, so that a sweep costs nothing in the number of rows, and "
                + "minibatches would add noise and save nothing; use \"cavi\", which reads rows with gaps block by block"
            : "";

    public override ModelRecord Description =>
        new()
        {
            Type = Type,
            Title = "Factor model",
            Summary =
                "Each row (a day's returns, say) is a weighted sum of a few common factors plus noise of each column's own. Which factors there "
                + "are and how much each column loads on them is not known. Factors are found up to a turn only: the figures show them by "
                + "falling size, or turned to the truth where that is known. Missing entries (data.gaps) are integrated out exactly.",
            Formulas =
            [
                new(
                    "Rows",
                    @"r_t = B f_t + e_t, \quad f_t \sim \mathcal N(0, I_K), \quad e_{tn} \sim \mathcal N(0, \psi_n)"
                ),
                new(
                    "Loadings",
                    @"b_{nk} \sim \mathcal N(0, \sigma_B^2) \quad\text{or, with ard,}\quad \mathcal N(0, \alpha_k^{-1}),\; \alpha_k \sim \mathrm{Gamma}"
                ),
                new("Idiosyncratic variances", @"1/\psi_n \sim \mathrm{Gamma}(a_0, b_0)"),
                new(
                    "Update of q(F)",
                    @"S = \left(I + \mathbb E[B^\top \Psi^{-1} B]\right)^{-1}, \quad m_t = S\, \mathbb E[B]^\top \mathbb E[\Psi^{-1}]\, r_t",
                    FormulaScope.CoordinateAscent
                ),
                new(
                    "Update of q(B)",
                    @"\Sigma_n = \left(\mathbb E[\mathrm{diag}\,\alpha] + \mathbb E[\psi_n^{-1}]\, \mathbb E[F^\top F]\right)^{-1}, \quad \mu_n = \mathbb E[\psi_n^{-1}]\, \Sigma_n\, \mathbb E[F]^\top r_{\cdot n}",
                    FormulaScope.CoordinateAscent
                ),
                new(
                    "Rotation",
                    @"A^\ast = \arg\max_A \mathcal L(BA, A^{-1}F): \quad A^{\ast\top}\,\mathbb E[B^\top B]\,A^\ast \text{ and } A^{\ast-1}\,\mathbb E[F^\top F]\,A^{\ast-\top} \text{ both diagonal}",
                    FormulaScope.CoordinateAscent
                ),
            ],
            Approximation =
                "q(B) q(F) q(psi), with ard also q(alpha): rows of B and rows of F are normal with full K x K covariances, the rest gamma. Between "
                + "sweeps the coordinates of the factors are set to the best ones in closed form (parameter expansion, Luttinen and Ilin 2010). "
                + "Turned factors explain the data equally well, so the true evidence is higher than the bound on that account.",
        };

    protected override string ExampleText =>
        """
            { "data": { "synthetic": { "generator": "factor-model", "rows": 250,
                "loadings": [[1, 0.2], [0.8, 0.3], [0.6, 0.7], [0.1, 0.9], [0.4, 0.8]], "psi": [0.05, 0.08, 0.04, 0.06, 0.07] } },
              "model": { "factors": 4 } }
            """;

    protected override IPreparedFit Prepare(FitRequest request, FactorModelSettings settings)
    {
        Check(settings, request.RequireData().ColumnNames.Count);
        var data = LatentFactorModel.Data(request.Rows().WithThreads(request.Threads), settings.Center);
        return new SweepFit<LatentFactorPosterior>(
            LatentFactorModel.Fit(Prior(settings, settings.Factors), data, request.FitOptions()),
            sweep => new FactorAnswer(request, settings, data, sweep).Make()
        );
    }

    /// <summary>The prior of so many factors.</summary>
    internal static FactorModelPrior Prior(FactorModelSettings settings, int factors) =>
        settings.Ard
            ? LatentFactorModel.RelevancePrior(
                factors,
                settings.ArdShape,
                settings.ArdRate,
                settings.A0,
                settings.B0,
                settings.Rotation
            )
            : LatentFactorModel.Prior(factors, settings.LoadingSd, settings.A0, settings.B0, settings.Rotation);

    private static void Check(FactorModelSettings settings, int columns)
    {
        var problems = new List<Problem>();
        if (settings.Factors > columns)
        {
            problems.Add(
                new("model.factors", $"{settings.Factors} factors for {columns} columns; at most {columns} are allowed")
            );
        }

        foreach (var factors in (settings.CompareFactors ?? []).Where(factors => factors > columns))
        {
            problems.Add(
                new("model.compareFactors", $"{factors} factors for {columns} columns; at most {columns} are allowed")
            );
        }

        if (problems.Count > 0)
        {
            throw new ExperimentException(problems);
        }
    }
}
