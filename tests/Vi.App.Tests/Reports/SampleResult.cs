using System.Text.Json.Nodes;
using Vi.App.Tests.Support;
using Vi.Results;

namespace Vi.App.Tests.Reports;

/// <summary>
/// A made-up mixture run with everything a report can meet: every kind of exhibit, gaps, error bars, bands, long names, names that would
/// do harm as HTML, as a script's end or as a template. No number in it was computed by a model.
/// </summary>
internal static class SampleResult
{
    internal const string HostileColumn = "</script><b>bold</b><script>alert(1)</script>";
    internal const string HostileTemplate = "%{x} $x^2$ <a href='javascript:alert(1)'>@c0</a>";
    internal const string LongName =
        "a column whose name goes on and on, as the names of spreadsheet columns now and then do";

    internal static RunResult Mixture() =>
        new()
        {
            Name = "old-faithful",
            Description = "Eruptions of Old Faithful: how long they last and how long one waits for the next.",
            Outcome = Outcomes.Make(
                RunStatus.Converged,
                "sweep-gain",
                ("sweeps", 38),
                ("gain", 3.1e-11),
                ("change", 2e-7)
            ),
            Reason = "Converged after 38 sweeps: the last one gained 3.1e-11 nats and moved the posterior by 2e-7 sd.",
            Verdict = new Judgement(
                TrustLevel.Usable,
                [
                    new CheckRecord(CheckCode.RemainingNats, 2.8e-11, 0.01, 1, HigherIsBetter: false),
                    new CheckRecord(CheckCode.AgreeingRestarts, 1, 2, double.NegativeInfinity, HigherIsBetter: true)
                    {
                        Subject = HostileColumn,
                    },
                ],
                [
                    new AdviceRecord("more-restarts", CheckCode.AgreeingRestarts)
                    {
                        Value = 20,
                        Setting = "inference.restarts",
                    },
                    new AdviceRecord("look-at-model", CheckCode.RemainingNats) { Value = HostileColumn },
                ]
            ),
            Seed = 42,
            Algorithm = "cavi",
            Iterations = 38,
            Elbo = Bound(),
            Ledger = Gains(),
            Restarts =
            [
                new(0, -1168.551, 61, RunStatus.Converged, Kept: false),
                new(1, -1157.157, 38, RunStatus.Converged, Kept: true),
                new(2, -1157.158, 44, RunStatus.Converged, Kept: false),
                new(3, double.NaN, 3, RunStatus.Diverged, Kept: false),
                new(4, -1157.171, 500, RunStatus.BudgetSpent, Kept: false),
            ],
            Posterior = Posterior(),
            Parameters = new JsonObject { ["alpha"] = new JsonArray(97.9, 175.1, 1.0), ["nu"] = double.NaN },
            Diagnostics = new JsonObject
            {
                ["effectiveComponents"] = 2.003,
                ["logEvidenceGap"] = double.NaN,
                ["counts"] = new JsonArray(97, 175),
                ["note"] = HostileColumn,
                ["converged"] = true,
                ["nested"] = new JsonObject { ["testError"] = new JsonArray(new JsonArray(0.5, double.NaN), 2.0) },
            },
            Timing = new TimingRecord(0.0041, 0.0873, 0.000135, 0.031) { GradientEvaluations = 12_345 },
            Findings =
            [
                new(Severity.Hint, "better-number-of-components")
                {
                    Message = "With 12 components the bound is 3 nats higher.",
                    Figures = Outcomes.Figures(("components", 12), ("gain", 3)),
                    Setting = new SettingChange("model.components", 12),
                },
                new(Severity.Warning, "constant-column")
                {
                    Message = $"One value only in {HostileColumn}.",
                    Figures = Outcomes.Figures(("target", 0)),
                    Subjects = [HostileColumn],
                },
                new(Severity.Error, "not-finite") { Message = "Restart 4 met a value that is not finite in sweep 3." },
            ],
            Data = new DataRecord(
                272_000,
                ["eruptions", "waiting", LongName, HostileColumn],
                "0f3c1a5d9be2470c8a61b7f2e4d35c9a7b1e60f4c2d89e3a5b6f7081d2c3e4f5",
                "data/old-faithful.csv",
                [
                    new("eruptions", "column", 3.4877830882, 1.1413712, 1.6, 5.1),
                    new("waiting", "column", 70.8970588, 13.5949738, 43, 96),
                    new(LongName, "column", 1_234_567.891, 34.5, 1_234_480, 1_234_690),
                    new(HostileColumn, "target", -0.0000123, 0.0000021, -0.00002, double.NaN),
                ]
            ),
            Model = Model(),
            Exhibits = SampleExhibits.All(),
            Configuration = new JsonObject
            {
                ["name"] = "old-faithful",
                ["seed"] = 42,
                ["data"] = new JsonObject
                {
                    ["csv"] = "data/old-faithful.csv",
                    ["columns"] = new JsonArray("eruptions", "waiting", HostileColumn),
                },
                ["model"] = new JsonObject { ["type"] = "gaussian-mixture", ["components"] = 6 },
                ["inference"] = new JsonObject
                {
                    ["algorithm"] = "cavi",
                    ["tolerance"] = 1e-10,
                    ["restarts"] = 5,
                },
            },
            Versions = new Dictionary<string, string>(StringComparer.Ordinal)
            {
                ["vilab"] = "0.1.0",
                [".NET"] = "10.0.1",
                ["operating system"] = "an operating system",
            },
            StartedAt = new DateTimeOffset(2026, 3, 14, 15, 9, 26, TimeSpan.FromHours(1)),
        };

    /// <summary>A run that failed before it had an answer.</summary>
    internal static RunResult Failed() =>
        new()
        {
            Name = "failed & <i>odd</i>",
            Outcome = Outcomes.Of(RunStatus.Failed),
            Reason = "Row 12, column waiting: 'n/a' is not a number.",
            Algorithm = "cavi",
            Timing = new TimingRecord(0.002, 0, 0, 0),
            Model = new ModelRecord
            {
                Type = "linear-regression",
                Title = "Linear regression",
                Summary = "A line with noise.",
                Approximation = "q(w) q(tau).",
            },
        };

    /// <summary>A run at the edges: one sweep, a bound that is not finite, no gains, empty and constant charts, entries in three indices.</summary>
    internal static RunResult Edges() =>
        Mixture() with
        {
            Name = "edges",
            Elbo = new ElboRecord(
                double.NegativeInfinity,
                new Dictionary<string, double>(StringComparer.Ordinal) { ["one"] = double.NaN, ["two"] = 0 },
                [double.NaN]
            ),
            Ledger = new LedgerRecord(
                ["q(z)", "q(w)"],
                [
                    [0],
                    [],
                ]
            ),
            Posterior =
            [
                new(new Quantity("cube", [2, 1, 2]))
                {
                    Mean = [1, 1, 1, 1],
                    Sd = [0, 0, 0, 0],
                    Q05 = [1, 1, 1, 1],
                    Q50 = [double.NaN, double.NaN, double.NaN, double.NaN],
                    Q95 = [double.PositiveInfinity, 1, 1, 1],
                },
            ],
            Exhibits =
            [
                new XyChart
                {
                    Id = "empty",
                    Title = "Nothing",
                    X = new Axis("x"),
                    Y = new Axis("y"),
                    Series = [],
                },
                new XyChart
                {
                    Id = "constant",
                    Title = "Constant",
                    X = new Axis("x"),
                    Y = new Axis("y", Logarithmic: true),
                    Series =
                    [
                        new Series
                        {
                            Name = "",
                            Style = "line",
                            X = [1, 2],
                            Y = [3, 3],
                        },
                    ],
                    References = [new ReferenceLine("y", double.NaN, "nowhere")],
                },
                new HeatmapChart
                {
                    Id = "void",
                    Title = "Void",
                    X = new Axis("x"),
                    Y = new Axis("y"),
                    ValueTitle = "value",
                    GridX = [0, 1],
                    GridY = [0, 1],
                    Values =
                    [
                        [double.NaN, double.NaN],
                        [double.NaN, double.NaN],
                    ],
                },
                new WaterfallChart
                {
                    Id = "none",
                    Title = "None",
                    Unit = "nats",
                    Labels = [],
                    Amounts = [],
                    TotalLabel = "total",
                },
            ],
        };

    private static ElboRecord Bound()
    {
        var terms = new Dictionary<string, double>(StringComparer.Ordinal)
        {
            ["expected log likelihood"] = -1_082.431,
            ["expected log prior of assignments"] = -182.9034,
            ["expected log prior of weights"] = -9.2207,
            ["expected log prior of means and precisions"] = -58.114,
            ["entropy of assignments"] = 8.7113,
            ["entropy of weights"] = 17.03,
            ["entropy of means and precisions"] = 149.77,
        };
        var value = terms.Values.Sum();
        return new ElboRecord(
            value,
            terms,
            [.. Enumerable.Range(0, 38).Select(s => value - (240 * System.Math.Pow(0.47, s)))]
        );
    }

    private static LedgerRecord Gains() =>
        new(
            ["q(z)", "q(pi)", "q(mu, Lambda)"],
            [
                [.. Enumerable.Range(0, 38).Select(s => 120 * System.Math.Pow(0.47, s))],
                [.. Enumerable.Range(0, 38).Select(s => s == 30 ? -2e-12 : 14 * System.Math.Pow(0.45, s))],
                [.. Enumerable.Range(0, 38).Select(s => s == 0 ? double.NaN : 105 * System.Math.Pow(0.47, s))],
            ]
        );

    private static Posterior Posterior() =>
        [
            Of(Quantity.Vector("pi", "weights", 3), [0.3562, 0.6438, 1e-5], [0.0288, 0.0288, 1e-5]) with
            {
                Truth = [0.4, 0.6, 0.0],
            },
            Of(
                Quantity.Matrix("mu", "means of components", 2, ["eruptions", HostileColumn]),
                [2.0364, 54.4785, 4.2897, 79.9681],
                [0.0272, 0.6034, 0.0314, 0.4538]
            ) with
            {
                Q95 = [2.0811, 55.4709, 4.3413, double.NaN],
            },
            Of(Quantity.Scalar("tau", "precision of the noise"), [1_234_567.0], [2_345.0]),
            Of(Quantity.Scalar("sigma"), [0.000_012_3], [0.000_000_4]),
            Of(
                Quantity.Vector("many", null, 60),
                [.. Enumerable.Range(0, 60).Select(i => System.Math.Sin(i))],
                [.. Enumerable.Repeat(0.031, 60)]
            ),
        ];

    /// <summary>A summary with the quantiles of a normal distribution.</summary>
    internal static QuantitySummary Of(Quantity quantity, double[] mean, double[] sd) =>
        new(quantity)
        {
            Mean = mean,
            Sd = sd,
            Q05 = [.. mean.Zip(sd, (m, s) => m - (1.645 * s))],
            Q50 = mean,
            Q95 = [.. mean.Zip(sd, (m, s) => m + (1.645 * s))],
        };

    private static ModelRecord Model() =>
        new()
        {
            Type = "gaussian-mixture",
            Title = "Gaussian mixture",
            Summary =
                "Every row belongs to one of K components, each normal with its own mean and precision. Use it to find groups, to "
                + "estimate a density, or to see how many groups the data keep.",
            Formulas =
            [
                new("Weights", @"\pi \sim \mathrm{Dir}(\alpha_0, \dots, \alpha_0)"),
                new(
                    "Means and precisions",
                    @"\mu_k, \Lambda_k \sim \mathcal{N}\!\left(\mu_k \mid m_0, (\beta_0 \Lambda_k)^{-1}\right) \mathcal{W}(\Lambda_k \mid W_0, \nu_0)"
                ),
                new(
                    "Rows",
                    @"x_n \mid z_n = k \sim \mathcal{N}(\mu_k, \Lambda_k^{-1}), \qquad z_n \sim \mathrm{Cat}(\pi)"
                ),
                new(
                    "Responsibilities",
                    @"\ln r_{nk} = \mathbb{E}[\ln \pi_k] + \tfrac12 \mathbb{E}[\ln |\Lambda_k|] - \tfrac D2 \ln 2\pi - \tfrac12 \mathbb{E}\!\left[(x_n - \mu_k)^\top \Lambda_k (x_n - \mu_k)\right] + \text{const}"
                ),
                new("A formula with an error", @"\frac{1}{"),
            ],
            Approximation =
                "q(z) q(pi) q(mu, Lambda): assignments, weights, and means with precisions are independent under q.",
            Settings = new Dictionary<string, string>(StringComparer.Ordinal)
            {
                ["components"] = "6",
                ["concentration"] = "1",
                ["m0"] = $"mean of the columns eruptions, waiting, {HostileColumn}",
            },
            Laws =
            [
                new(
                    "cavi.never-loses",
                    "No factor's update lowers the bound.",
                    @"\mathcal{L}(q^{t+1}) \ge \mathcal{L}(q^t)",
                    "Bishop, PRML, ch. 10"
                ),
                new(
                    "mixture.one-component",
                    "With one component the bound is the exact evidence.",
                    @"\mathcal{L} = \ln p(X)",
                    "Bishop, PRML, section 10.2"
                ),
                new(
                    "mixture.permutation",
                    "Permuting the rows permutes the responsibilities and nothing else.",
                    "",
                    "by symmetry"
                ),
            ],
        };
}
