namespace Vi.App.Models.Approximation;

/// <summary>Figures of the divergences: what each direction chooses, how lopsided they are, and their curves over mean and scale.</summary>
internal static class NormalApproximationFigures
{
    private const string Page = "normal-approximation";

    public static IReadOnlyList<Exhibit> Of(
        NormalMixture target,
        Normal forward,
        IReadOnlyList<ApproximationPoint> optima
    ) =>
        [
            Choices(target, forward, optima),
            Table(target, forward, optima),
            Surface(target, optima),
            Divergences("over-mean", Curves.Grid(-3, 3), m => new Normal(m, 1)),
            Divergences("over-scale", Curves.LogGrid(0.1, 3.0), s => new Normal(0, s * s), least: 1e-6) with
            {
                References = [new ReferenceLine("x", 1, "q = p")],
            },
            Divergences("asymmetry", Curves.Grid(-3, 3), m => new Normal(m, 0.25)),
        ];

    /// <summary>From so many standard deviations below the lowest component to as many above the highest.</summary>
    private static (double Low, double High) Around(NormalMixture target, double sds) =>
        (
            target.Components.Min(c => c.Mean - (sds * Distribution.Sd(c))),
            target.Components.Max(c => c.Mean + (sds * Distribution.Sd(c)))
        );

    private static XyChart Choices(NormalMixture target, Normal forward, IReadOnlyList<ApproximationPoint> optima)
    {
        var (low, high) = Around(target, 4);
        var grid = Curves.Grid(low, high, 401);
        return Chart.Xy(
            FigureText.Of(
                Page,
                "choices",
                Distribution.Sd(forward),
                optima.Count,
                optima.Count > 1,
                Distribution.Sd(optima[0].Normal)
            ),
            [
                Curves.Band(
                    "target p",
                    grid,
                    grid.Select(_ => 0.0),
                    grid.Select(z => Distribution.Density(target, z)),
                    -1
                ),
                Curves.Line("best under KL(p ‖ q): covers", grid, z => Distribution.Density(forward, z), 1, "dashed"),
                .. optima.Select(
                    (optimum, i) =>
                        Curves.Line(
                            $"optimum {i + 1} of KL(q ‖ p): {Significant(optimum.Divergence)} nats",
                            grid,
                            z => Distribution.Density(optimum.Normal, z),
                            i == 0 ? 0 : 1 + i
                        )
                ),
            ]
        );
    }

    private static TableExhibit Table(NormalMixture target, Normal forward, IReadOnlyList<ApproximationPoint> optima)
    {
        return Chart.Table(
            FigureText.Of(Page, "optima"),
            [
                Row("best under KL(p ‖ q)", forward),
                .. optima.Select((optimum, i) => Row($"optimum {i + 1} of KL(q ‖ p)", optimum.Normal)),
            ]
        );

        string[] Row(string name, Normal q) =>
            Chart.Row(
                name,
                Abs(q.Mean) < 1e-12 * Distribution.Sd(q) ? 0.0 : q.Mean,
                Distribution.Sd(q),
                NormalApproximationModel.Reverse(target, q),
                NormalApproximationModel.Forward(target, q)
            );
    }

    private static HeatmapChart Surface(NormalMixture target, IReadOnlyList<ApproximationPoint> optima)
    {
        var (low, high) = Around(target, 2);
        var smallest = target.Components.Min(Distribution.Sd);
        return Chart.Surface(
            FigureText.Of(Page, "surface"),
            Curves.Grid(low, high, 61),
            Curves.LogGrid(smallest / 2, (high - low) / 2, 51),
            (m, s) => -NormalApproximationModel.Reverse(target, new Normal(m, s * s)),
            Curves.Through(
                "local optima",
                optima.Select(o => o.Normal.Mean),
                optima.Select(o => Distribution.Sd(o.Normal)),
                1,
                "points"
            )
        );
    }

    /// <summary>Both directions of the divergence from p = N(0, 1), from the least value that the axis can show.</summary>
    private static XyChart Divergences(string id, double[] grid, Func<double, Normal> q, double least = 0)
    {
        var p = new Normal(0, 1);
        double Shown(double nats) => nats >= least ? nats : double.NaN;
        return Chart.Xy(
            FigureText.Of(Page, id),
            Curves.Line("KL(q ‖ p)", grid, x => Shown(Distribution.Divergence(q(x), p)), 0),
            Curves.Line("KL(p ‖ q)", grid, x => Shown(Distribution.Divergence(p, q(x))), 1, "dashed")
        );
    }
}
