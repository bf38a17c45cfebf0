using System.Text.Json.Nodes;
using Vi.App.Algorithms;
using Vi.App.Configuration;
using Vi.App.Models.Figures;
using Vi.App.Models.Programs;
using Vi.App.Models.Quantities;
using Vi.Math;
using Vi.Math.Fluent;
using Vi.Results;

namespace Vi.App.Models.Normals;

/// <summary>Settings of <see cref="GaussianMeanPrecision"/>: mu | tau ~ N(m0, 1 / (kappa0 tau)), tau ~ Gamma(a0, b0).</summary>
public sealed record GaussianMeanPrecisionSettings
{
    /// <summary>Prior mean.</summary>
    [Setting("prior mean of mu, in the data's unit")]
    public double M0 { get; init; }

    /// <summary>Rows that the prior mean is worth.</summary>
    [Setting("rows that the prior mean is worth", ExclusiveMinimum = 0)]
    public double Kappa0 { get; init; } = 0.01;

    /// <summary>Shape of the precision's prior.</summary>
    [Setting("shape of the precision's Gamma prior", ExclusiveMinimum = 0)]
    public double A0 { get; init; } = 1;

    /// <summary>Rate of the precision's prior.</summary>
    [Setting("rate of the precision's Gamma prior, in the data's unit squared", ExclusiveMinimum = 0)]
    public double B0 { get; init; } = 1;
}

/// <summary>Unknown mean and precision: the smallest model where factorising costs something, and the cost is known.</summary>
public sealed class GaussianMeanPrecision()
    : Model<GaussianMeanPrecisionSettings>(
        "gaussian-mean-precision",
        DataNeed.Columns,
        Provision.Sweeps | Provision.Stream | Provision.LogDensity
    )
{
    /// <inheritdoc />
    public override ModelRecord Description =>
        new()
        {
            Type = Type,
            Title = "Mean and precision of a normal sample",
            Summary = "Observations scatter about an unknown mean with an unknown precision (one over the variance).",
            Formulas =
            [
                new("Observations", @"x_i \mid \mu, \tau \sim \mathcal N(\mu, \tau^{-1})"),
                new(
                    "Prior",
                    @"\mu \mid \tau \sim \mathcal N\!\left(m_0, (\kappa_0 \tau)^{-1}\right), \quad \tau \sim \mathrm{Gamma}(a_0, b_0)"
                ),
                new(
                    "Update of q(mu)",
                    @"q(\mu) = \mathcal N\!\left(\frac{\kappa_0 m_0 + N \bar x}{\kappa_0 + N}, \frac{1}{(\kappa_0 + N)\,\mathbb E[\tau]}\right)",
                    FormulaScope.CoordinateAscent
                ),
                new(
                    "Update of q(tau)",
                    @"q(\tau) = \mathrm{Gamma}\!\left(a_0 + \tfrac{N + 1}{2},\; b_0 + \tfrac12 \mathbb E\!\left[\textstyle\sum_i (x_i - \mu)^2 + \kappa_0 (\mu - m_0)^2\right]\right)",
                    FormulaScope.CoordinateAscent
                ),
            ],
            Approximation =
                "q(mu) q(tau): normal times gamma. In the exact posterior, a normal-gamma, mu and tau depend on each other. The exact evidence is "
                + "known, so the report shows what the factorisation costs.",
        };

    /// <inheritdoc />
    protected override string ExampleText =>
        """
            { "data": { "synthetic": { "generator": "gaussian", "n": 20, "mean": 2, "sd": 1 } },
              "model": { "m0": 0, "kappa0": 0.01, "a0": 1, "b0": 1 } }
            """;

    /// <inheritdoc />
    protected override IPreparedFit Prepare(FitRequest request, GaussianMeanPrecisionSettings settings)
    {
        var data = OneColumn.Of(request, Type);
        var prior = GaussianMeanPrecisionModel.Prior(settings.M0, settings.Kappa0, settings.A0, settings.B0);
        Quantity[] quantities =
        [
            Quantity.Scalar("mu", $"mean of {data.Name}"),
            Quantity.Scalar("tau", $"precision of {data.Name}"),
            Quantity.Scalar("sigma", $"standard deviation of {data.Name}"),
        ];
        if (request.Inference is DensitySettings)
        {
            var model = ProgramModels.GaussianMeanPrecision(prior, ProgramData.Target(request));
            return new ProgramFit(request, model, new ProgramPresentation { Quantities = quantities });
        }

        return new SweepFit<GaussianMeanPrecisionPosterior>(
            GaussianMeanPrecisionModel.Fit(prior, data.Rows, request.FitOptions()),
            sweep => Answer(request, data, prior, quantities, sweep)
        );
    }

    private static FitAnswer Answer(
        FitRequest request,
        OneColumn data,
        NormalGamma prior,
        Quantity[] quantities,
        Sweep<GaussianMeanPrecisionPosterior> sweep
    )
    {
        var q = sweep.Posterior;
        var moments = Statistics.Moments(data.Rows);
        var logEvidence = GaussianMeanPrecisionModel.LogEvidence(prior, moments);
        var response = AscentResponse.Of(
            request,
            sweep,
            options => GaussianMeanPrecisionModel.LinearResponse(prior, moments, q, options)
        );
        PosteriorQuantity[] posterior =
        [
            new PosteriorQuantity(quantities[0], [Marginal.Of(q.Mean)]).DrawnFrom(q.Mean),
            new PosteriorQuantity(quantities[1], [Marginal.Of(q.Precision)]).DrawnFrom(q.Precision),
            new PosteriorQuantity(quantities[2], [Marginal.OfSpread(q.Precision)]).DrawnFromPrecision("tau") with
            {
                LinearResponseSd = response.OfSpread("tau", q.Precision),
            },
        ];
        return FitAnswer.Of(request, posterior, response) with
        {
            Parameters = new JsonObject
            {
                ["mu_n"] = JsonNumbers.Of(q.Mean.Mean),
                ["sigma_n"] = JsonNumbers.Of(Distribution.Sd(q.Mean)),
                ["a_n"] = JsonNumbers.Of(q.Precision.Shape),
                ["b_n"] = JsonNumbers.Of(q.Precision.Rate),
            },
            Diagnostics = new JsonObject
            {
                ["logEvidence"] = JsonNumbers.Of(logEvidence),
                ["evidenceGap"] = JsonNumbers.Of(logEvidence - sweep.Elbo),
                ["klToPosterior"] = JsonNumbers.Of(GaussianMeanPrecisionModel.Divergence(prior, moments, q)),
                ["predictive"] = Marginal.Of(GaussianMeanPrecisionModel.Predictive(q)).ToJson(),
            },
            Findings = [EvidenceFinding.Of(logEvidence, sweep.Elbo, isExact: false)],
            Exhibits = Exhibits(data, prior, moments, q),
        };
    }

    private static Exhibit[] Exhibits(
        OneColumn data,
        NormalGamma prior,
        Moments moments,
        GaussianMeanPrecisionPosterior q
    )
    {
        var exact = GaussianMeanPrecisionModel.Posterior(prior, moments);
        var exactMean = Distribution.MarginalMean(exact);
        var exactPrecision = new Gamma(exact.Shape, exact.Rate);
        var (sd, precisionSd) = (Distribution.Sd(q.Mean), Distribution.Sd(exactPrecision));
        var means = Curves.Grid(q.Mean.Mean - (5 * sd), q.Mean.Mean + (5 * sd), 61);
        var centre = Distribution.Mean(exactPrecision);
        var precisions = Curves.Grid(
            System.Math.Max(centre * 0.02, centre - (4 * precisionSd)),
            centre + (4 * precisionSd),
            61
        );
        var (ellipseX, ellipseY) = Curves.Ellipse(
            (q.Mean.Mean, Distribution.Mean(q.Precision)),
            q.Mean.Variance,
            0,
            q.Precision.Shape / (q.Precision.Rate * q.Precision.Rate),
            2
        );
        var predictive = GaussianMeanPrecisionModel.Predictive(q);
        var spread = Distribution.Quantile(predictive, 0.999) - predictive.Mean;
        return
        [
            new XyChart
            {
                Id = "mean",
                Title = "The mean: q against the exact posterior",
                Caption =
                    "The exact marginal is a Student-t distribution; what q lacks in its tails is the price of taking mu and tau apart.",
                X = new Axis($"mu (unit of {data.Name})"),
                Y = new Axis("density"),
                Series =
                [
                    Curves.Line("exact posterior", means, x => Distribution.Density(exactMean, x), 1, "dashed"),
                    Curves.Line("q(mu)", means, x => Distribution.Density(q.Mean, x), 0),
                ],
            },
            new XyChart
            {
                Id = "precision",
                Title = "The precision: q against the exact posterior",
                Caption = "Both are gamma distributions.",
                X = new Axis($"tau (1 / unit of {data.Name} squared)"),
                Y = new Axis("density"),
                Series =
                [
                    Curves.Line(
                        "exact posterior",
                        precisions,
                        x => Distribution.Density(exactPrecision, x),
                        1,
                        "dashed"
                    ),
                    Curves.Line("q(tau)", precisions, x => Distribution.Density(q.Precision, x), 0),
                ],
            },
            new HeatmapChart
            {
                Id = "joint",
                Title = "Mean and precision together",
                Caption =
                    "The colour is the exact joint density: where the precision is low the mean is less certain. The curve is q at two "
                    + "standard deviations, which knows nothing of that.",
                X = new Axis($"mu (unit of {data.Name})"),
                Y = new Axis($"tau (1 / unit of {data.Name} squared)"),
                ValueTitle = "exact density",
                GridX = means,
                GridY = precisions,
                Values =
                [
                    .. precisions.Select(tau =>
                        means
                            .Select(mu =>
                                Distribution.Density(exactPrecision, tau)
                                * Distribution.Density(new Normal(exact.Mean, 1 / (exact.PrecisionScale * tau)), mu)
                            )
                            .ToArray()
                    ),
                ],
                Overlays = [Curves.Through("q at 2 sd", ellipseX, ellipseY, 1)],
            },
            ModelFigures.Predictive(
                data,
                "The predictive distribution is a Student-t",
                p => Distribution.Quantile(predictive, p),
                Curves.Grid(predictive.Mean - spread, predictive.Mean + spread),
                x => Distribution.Density(predictive, x)
            ),
        ];
    }
}
