using Vi.Results;

namespace Vi.App.Tests.Reports;

/// <summary>Exhibits of every kind, with gaps, intervals, bands and hostile names.</summary>
internal static class SampleExhibits
{
    private static readonly double[] Grid = [.. Enumerable.Range(0, 61).Select(i => 40 + (1.0 * i))];

    internal static IReadOnlyList<Exhibit> All() =>
        [Clusters(), Density(), Coefficients(), Prediction(), Surface(), Path(), Rows()];

    private static XyChart Clusters() =>
        new()
        {
            Id = "clusters",
            Title = "Rows by component, with 2-sd ellipses",
            Caption =
                "272 eruptions; the short ones are followed by short waits. The two components hold 97 and 175 rows.",
            X = new Axis("eruptions (minutes)"),
            Y = new Axis("waiting (minutes)"),
            Series =
            [
                Cloud("component 1 (97 rows)", 2.04, 54.5, 0.27, 5.9, 97, 0),
                Cloud("component 2 (175 rows)", 4.29, 80, 0.41, 6.0, 175, 1),
                Ellipse(2.04, 54.5, 0.27, 5.9, 0),
                Ellipse(4.29, 80, 0.41, 6.0, 1),
            ],
        };

    private static XyChart Density() =>
        new()
        {
            Id = "density",
            Title = "Predictive density of the waiting time",
            Caption = "The density has two modes; the gap in the second curve is a stretch that was not computed.",
            X = new Axis("waiting (minutes)"),
            Y = new Axis("density (1/minute)"),
            Series =
            [
                new()
                {
                    Name = "histogram",
                    Style = "bars",
                    X = [.. Grid.Where((_, i) => i % 4 == 0)],
                    Y = [.. Grid.Where((_, i) => i % 4 == 0).Select(Bimodal)],
                    Color = -1,
                },
                new()
                {
                    Name = "predictive",
                    Style = "line",
                    X = Grid,
                    Y = [.. Grid.Select(Bimodal)],
                    Color = 0,
                },
                new()
                {
                    Name = SampleResult.HostileTemplate,
                    Style = "dashed",
                    X = Grid,
                    Y = [.. Grid.Select(x => x is > 60 and < 66 ? double.NaN : 0.9 * Bimodal(x))],
                    Color = 1,
                },
                new()
                {
                    Name = "third",
                    Style = "dotted",
                    X = Grid,
                    Y = [.. Grid.Select(x => 0.7 * Bimodal(x))],
                    Color = 2,
                },
            ],
            References = [new("x", 70.9, "mean"), new("y", 0.02, SampleResult.HostileColumn)],
        };

    private static XyChart Coefficients() =>
        new()
        {
            Id = "coefficients",
            Title = "Coefficients with 90 % intervals",
            Caption = "Points are posterior means; diamonds are the values the data were made from.",
            X = new Axis("coefficient"),
            Y = new Axis("standardised effect"),
            Series =
            [
                new()
                {
                    Name = "posterior",
                    Style = "points",
                    Labels = ["intercept", SampleResult.LongName, SampleResult.HostileColumn],
                    Y = [0.2, 1.4, -0.8],
                    Lower = [0.1, 1.0, -1.1],
                    Upper = [0.3, 1.8, double.NaN],
                    Color = 0,
                },
                new()
                {
                    Name = "truth",
                    Style = "points",
                    Labels = [SampleResult.LongName, "intercept"],
                    Y = [1.3, 0.25],
                    Color = 1,
                },
            ],
            References = [new("y", 0, "no effect")],
        };

    private static XyChart Prediction() =>
        new()
        {
            Id = "prediction",
            Title = "Predictions with their 90 % band",
            Caption = "The band covers 91.2 % of the held-out rows. It is interrupted where nothing was predicted.",
            X = new Axis("x (metres)"),
            Y = new Axis("y (kelvin)"),
            Series =
            [
                new()
                {
                    Name = "90 % band",
                    Style = "band",
                    X = Grid,
                    Lower = [.. Grid.Select(x => x is > 80 and < 84 ? double.NaN : System.Math.Sin(x / 6) - 0.5)],
                    Upper = [.. Grid.Select(x => System.Math.Sin(x / 6) + 0.5)],
                    Color = 0,
                },
                new()
                {
                    Name = "mean",
                    Style = "line",
                    X = Grid,
                    Y = [.. Grid.Select(x => System.Math.Sin(x / 6))],
                    Color = 0,
                },
                new()
                {
                    Name = "held-out rows",
                    Style = "points",
                    X = Grid,
                    Y = [.. Grid.Select((x, i) => System.Math.Sin(x / 6) + (0.25 * System.Math.Sin(7.1 * i)))],
                    Color = -1,
                },
            ],
        };

    private static HeatmapChart Surface()
    {
        double[] means = [.. Enumerable.Range(0, 50).Select(i => -2 + (0.1 * i))];
        double[] sds = [.. Enumerable.Range(0, 40).Select(i => 0.04 + (0.05 * i))];
        return new HeatmapChart
        {
            Id = "elbo-surface",
            Title = "The bound over the mean and sd of q",
            Caption = "The path ends at the highest point.",
            X = new Axis("mean of q (units of x)"),
            Y = new Axis("sd of q (units of x)", EqualScale: true),
            ValueTitle = "ELBO (nats)",
            GridX = means,
            GridY = sds,
            Values =
            [
                .. sds.Select(s =>
                    (IReadOnlyList<double>)
                        [.. means.Select(m => -70 - (25 * (m - 0.8) * (m - 0.8)) + System.Math.Log(s) - (12 * s * s))]
                ),
            ],
            Overlays =
            [
                new()
                {
                    Name = "path of the updates",
                    Style = "line",
                    X = [-1.5, 0.8, 0.8],
                    Y = [1.5, 1.5, 0.2],
                    Color = 1,
                },
                new()
                {
                    Name = "posterior",
                    Style = "points",
                    X = [0.8],
                    Y = [0.2],
                    Color = 1,
                },
            ],
        };
    }

    private static WaterfallChart Path() =>
        new()
        {
            Id = "decomposition",
            Title = "Evidence, bound and divergence",
            Caption = "The bound and the divergence add up to the log evidence.",
            Unit = "nats",
            Labels = ["ELBO", "KL(q, posterior)", SampleResult.LongName],
            Amounts = [-71.25, 0.9, 0.002],
            TotalLabel = "log evidence",
        };

    private static TableExhibit Rows() =>
        new()
        {
            Id = "components",
            Title = "Components",
            Caption = "Components with weight above 0.01.",
            Columns = ["component", "weight", "mean of eruptions (minutes)", SampleResult.HostileColumn],
            Rows =
            [
                ["1", "0.356", "2.04", "54.5"],
                [SampleResult.HostileColumn, "0.644", "4.29", "80.0"],
            ],
        };

    private static double Bimodal(double x) =>
        (0.024 * System.Math.Exp(-0.5 * System.Math.Pow((x - 54.5) / 5.9, 2)))
        + (0.043 * System.Math.Exp(-0.5 * System.Math.Pow((x - 80) / 6, 2)));

    private static Series Cloud(string name, double x, double y, double sdX, double sdY, int count, int colour) =>
        new()
        {
            Name = name,
            Style = "points",
            X =
            [
                .. Enumerable
                    .Range(0, count)
                    .Select(i => x + (sdX * 1.4 * System.Math.Sin(i * 2.399) * System.Math.Sqrt(i / (double)count))),
            ],
            Y =
            [
                .. Enumerable
                    .Range(0, count)
                    .Select(i => y + (sdY * 1.4 * System.Math.Cos(i * 2.399) * System.Math.Sqrt(i / (double)count))),
            ],
            Color = colour,
        };

    private static Series Ellipse(double x, double y, double sdX, double sdY, int colour) =>
        new()
        {
            Name = "",
            Style = "line",
            X = [.. Enumerable.Range(0, 73).Select(i => x + (2 * sdX * System.Math.Cos(i * System.Math.PI / 36)))],
            Y = [.. Enumerable.Range(0, 73).Select(i => y + (2 * sdY * System.Math.Sin(i * System.Math.PI / 36)))],
            Color = colour,
        };
}
