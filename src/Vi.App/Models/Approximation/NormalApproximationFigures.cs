using Vi.Math;

namespace Vi.App.Models.Approximation;

/// <summary>Figures of the divergences: what each direction chooses, how lopsided they are, and their curves over mean and scale.</summary>
internal static class NormalApproximationFigures
{
    public static IReadOnlyList<Exhibit> Of(
        NormalMixture target,
        Normal forward,
        IReadOnlyList<ApproximationPoint> optima
    ) =>
        [
            Choices(target, forward, optima),
            Table(target, forward, optima),
            Surface(target, optima),
            OverMean(),
            OverScale(),
            Asymmetry(),
        ];

    private static XyChart Choices(NormalMixture target, Normal forward, IReadOnlyList<ApproximationPoint> optima)
    {
        var low = target.Components.Min(c => c.Mean - (4 * Distribution.Sd(c)));
        var high = target.Components.Max(c => c.Mean + (4 * Distribution.Sd(c)));
        var grid = Curves.Grid(low, high, 401);
        return new XyChart
        {
            Id = "choices",
            Title = "What each direction of the divergence chooses",
            Caption =
                $"The best q under KL(p ‖ q) covers the whole target: sd {Numbers.Significant(Distribution.Sd(forward))}. KL(q ‖ p) has "
                + $"{optima.Count} local {(optima.Count == 1 ? "optimum" : "optima")}; the best has sd "
                + $"{Numbers.Significant(Distribution.Sd(optima[0].Normal))}.",
            X = new Axis("z"),
            Y = new Axis("density"),
            Series =
            [
                Curves.Band(
                    "target p",
                    grid,
                    [.. grid.Select(_ => 0.0)],
                    [.. grid.Select(z => Distribution.Density(target, z))],
                    -1
                ),
                Curves.Line("best under KL(p ‖ q): covers", grid, z => Distribution.Density(forward, z), 1, "dashed"),
                .. optima.Select(
                    (optimum, i) =>
                        Curves.Line(
                            $"optimum {i + 1} of KL(q ‖ p): {Numbers.Significant(optimum.Divergence)} nats",
                            grid,
                            z => Distribution.Density(optimum.Normal, z),
                            i == 0 ? 0 : 1 + i
                        )
                ),
            ],
        };
    }

    private static TableExhibit Table(NormalMixture target, Normal forward, IReadOnlyList<ApproximationPoint> optima)
    {
        string[] Row(string name, Normal q) =>
            [
                name,
                Numbers.Significant(System.Math.Abs(q.Mean) < 1e-12 * Distribution.Sd(q) ? 0 : q.Mean),
                Numbers.Significant(Distribution.Sd(q)),
                Numbers.Significant(NormalApproximationModel.Reverse(target, q)),
                Numbers.Significant(NormalApproximationModel.Forward(target, q)),
            ];
        return new TableExhibit
        {
            Id = "optima",
            Title = "The optima in figures",
            Caption =
                "Each direction is smallest at its own optimum. A q on one mode is cheap in KL(q ‖ p) and dear in KL(p ‖ q).",
            Columns = ["q", "mean", "sd", "KL(q ‖ p) (nats)", "KL(p ‖ q) (nats)"],
            Rows =
            [
                Row("best under KL(p ‖ q)", forward),
                .. optima.Select((optimum, i) => Row($"optimum {i + 1} of KL(q ‖ p)", optimum.Normal)),
            ],
        };
    }

    private static HeatmapChart Surface(NormalMixture target, IReadOnlyList<ApproximationPoint> optima)
    {
        var low = target.Components.Min(c => c.Mean - (2 * Distribution.Sd(c)));
        var high = target.Components.Max(c => c.Mean + (2 * Distribution.Sd(c)));
        var smallest = target.Components.Min(Distribution.Sd);
        var means = Curves.Grid(low, high, 61);
        var sds = Curves.LogGrid(smallest / 2, (high - low) / 2, 51);
        return new HeatmapChart
        {
            Id = "surface",
            Title = "The bound over all normal q",
            Caption =
                "Each summit is a local optimum of variational inference. Which one is found depends on the start alone.",
            X = new Axis("mean of q"),
            Y = new Axis("standard deviation of q", Logarithmic: true),
            ValueTitle = "ELBO = −KL(q ‖ p) (nats)",
            GridX = means,
            GridY = sds,
            Values =
            [
                .. sds.Select(s =>
                    means.Select(m => -NormalApproximationModel.Reverse(target, new Normal(m, s * s))).ToArray()
                ),
            ],
            Overlays =
            [
                Curves.Through(
                    "local optima",
                    [.. optima.Select(o => o.Normal.Mean)],
                    [.. optima.Select(o => Distribution.Sd(o.Normal))],
                    1,
                    "points"
                ),
            ],
        };
    }

    private static XyChart OverMean() =>
        Divergences(
            "over-mean",
            "KL between normal distributions as the mean of q moves",
            "p = N(0, 1), q = N(m, 1): half the squared distance, the same in both directions.",
            Curves.Grid(-3, 3),
            m => new Normal(m, 1)
        );

    private static XyChart Asymmetry() =>
        Divergences(
            "asymmetry",
            "The two directions differ",
            "p = N(0, 1), q = N(m, 0.5²): the same pair of distributions, two divergences.",
            Curves.Grid(-3, 3),
            m => new Normal(m, 0.25)
        );

    private static XyChart OverScale() =>
        Divergences(
            "over-scale",
            "KL between normal distributions as the scale of q changes",
            "p = N(0, 1), q = N(0, s²). KL(q ‖ p) punishes a q that is too wide more than one too narrow by the same factor; KL(p ‖ q) "
                + "the other way round.",
            Curves.LogGrid(0.1, 3.0),
            s => new Normal(0, s * s),
            least: 1e-6
        ) with
        {
            X = new Axis("standard deviation s of q (standard deviations of p)", Logarithmic: true),
            Y = new Axis("nats", Logarithmic: true),
            References = [new ReferenceLine("x", 1, "q = p")],
        };

    /// <summary>Both directions of the divergence from p = N(0, 1), from the least value that the axis can show.</summary>
    private static XyChart Divergences(
        string id,
        string title,
        string caption,
        double[] grid,
        Func<double, Normal> q,
        double least = 0
    )
    {
        var p = new Normal(0, 1);
        double Shown(double nats) => nats >= least ? nats : double.NaN;
        return new XyChart
        {
            Id = id,
            Title = title,
            Caption = caption,
            X = new Axis("mean m of q (standard deviations of p)"),
            Y = new Axis("nats"),
            Series =
            [
                Curves.Line("KL(q ‖ p)", grid, x => Shown(Distribution.Divergence(q(x), p)), 0),
                Curves.Line("KL(p ‖ q)", grid, x => Shown(Distribution.Divergence(p, q(x))), 1, "dashed"),
            ],
        };
    }
}
