using Vi.Charts;
using Vi.Reports.Charts;
using Vi.Results;
using Xunit;

namespace Vi.App.Tests.Reports;

public sealed class InformativeRangeTests
{
    [Fact]
    public void A_bound_with_a_huge_first_value_is_looked_at_without_it()
    {
        double[] bound = [-1e77, .. Enumerable.Range(1, 59).Select(i => -100 - (30.0 / i))];
        var chart = Chart(bound);
        var window = InformativeRange.Of(chart)!;
        Assert.InRange(window.Y!.Value.Item1, -105, -104);
        Assert.InRange(window.Y.Value.Item2, -101, -100);
        Assert.Null(window.X);
        Assert.Equal((7, 60), InformativeRange.Count(chart, window));
    }

    [Fact]
    public void Values_far_below_are_left_out_wherever_they_are()
    {
        var bound = Enumerable.Range(0, 80).Select(i => i % 9 == 4 ? -System.Math.Pow(10, i) : -66 - (i % 5)).ToArray();
        var window = InformativeRange.Of(Chart(bound))!;
        Assert.InRange(window.Y!.Value.Item1, -100, -70);
    }

    [Fact]
    public void A_bound_that_converged_to_rounding_shows_how_it_got_there()
    {
        var bound = Enumerable.Range(0, 200).Select(i => -1200 - (2000 * System.Math.Pow(0.5, i))).ToArray();
        var window = InformativeRange.Of(Chart(bound))!;
        Assert.InRange(window.Y!.Value.Item1, -1215, -1205);
    }

    [Fact]
    public void The_empty_tails_of_a_density_are_left_out()
    {
        var x = Curves.Grid(-100, 100, 2001);
        var window = InformativeRange.Of(Chart([.. x.Select(at => System.Math.Exp(-0.5 * at * at))], x))!;
        Assert.InRange(window.X!.Value.Item1, -4.2, -3.7);
        Assert.InRange(window.X.Value.Item2, 3.7, 4.2);
        Assert.Null(window.Y);
    }

    [Fact]
    public void A_logarithmic_axis_leaves_out_what_is_off_by_a_hundred_powers_of_ten()
    {
        var gaps = Enumerable.Range(0, 60).Select(i => i == 0 ? 1e128 : System.Math.Pow(10, 1 - (0.05 * i))).ToArray();
        var chart = Chart(gaps) with { Y = new Axis("gap", Logarithmic: true) };
        var window = InformativeRange.Of(chart)!;
        Assert.InRange(window.Y!.Value.Item1, 1e-3, 1e-1);
        Assert.InRange(window.Y.Value.Item2, 5, 50);
        Assert.Contains("\"range\":[-2.", Drawings.Json(chart, window), StringComparison.Ordinal);
    }

    [Fact]
    public void Gains_that_span_many_powers_of_ten_are_seen_at_once() =>
        Assert.Null(
            InformativeRange.Of(
                Chart([.. Enumerable.Range(0, 40).Select(i => System.Math.Pow(0.47, i))]) with
                {
                    Y = new Axis("gain", Logarithmic: true),
                }
            )
        );

    /// <summary>A fit that is far too wide, and one that is far too narrow, next to three that agree.</summary>
    [Fact]
    public void Of_several_densities_one_decides_neither_the_width_nor_the_height()
    {
        var x = Curves.Grid(-300, 300, 6001);
        Series Normal(double sd) =>
            new()
            {
                Name = $"{sd}",
                Style = "line",
                X = x,
                Y =
                [
                    .. x.Select(at =>
                        System.Math.Exp(-0.5 * at * at / (sd * sd)) / (sd * System.Math.Sqrt(2 * System.Math.PI))
                    ),
                ],
            };
        var window = InformativeRange.Of(
            Chart([]) with
            {
                Series = [Normal(4), Normal(4.1), Normal(60), Normal(0.2), Normal(3.9)],
            }
        )!;
        Assert.InRange(window.X!.Value.Item2, 10, 150);
        Assert.InRange(window.Y!.Value.Item2, 0.11, 0.5);
    }

    [Theory]
    [InlineData(0, 1.0)]
    [InlineData(0, 40.0)]
    [InlineData(-1, 1.0)]
    public void A_density_of_draws_lies_within_the_quantitys_support(double low, double high)
    {
        // Half of the draws next to either end.
        double[] draws =
        [
            .. Curves
                .Grid(0.01, 0.99, 400)
                .Select(u => low + ((high - low) * System.Math.Pow(System.Math.Sin(u * 1.5707963), 2))),
        ];
        var density = DensityEstimate.Of(draws);
        Assert.True(density.From >= low && density.To <= high, $"{density.From} to {density.To}");
        Assert.Equal(0, density.At(low - 1e-6));
        Assert.Equal(0, density.At(high + 1e-6));
        var grid = Curves.Grid(draws.Min(), draws.Max(), 20001);
        Assert.Equal(1, grid.Average(density.At) * (draws.Max() - draws.Min()), 0.01);
    }

    [Fact]
    public void Short_axes_of_whole_numbers_have_ticks_at_whole_numbers_only()
    {
        Assert.Contains("\"dtick\":1", Drawings.Json(Chart([3, 1, 2, 5]), null), StringComparison.Ordinal);
        Assert.DoesNotContain("dtick", Drawings.Json(Chart([3, 1, 2], [1, 1.5, 2]), null), StringComparison.Ordinal);
        Assert.DoesNotContain("dtick", Drawings.Json(Chart(new double[90]), null), StringComparison.Ordinal);
    }

    [Fact]
    public void Sweeps_that_gain_no_more_than_rounding_have_no_shares()
    {
        var page = BoundCharts
            .Ledger(
                new LedgerRecord(
                    ["q(z)", "q(pi)"],
                    [
                        [100, 2e-12],
                        [50, -4e-12],
                    ]
                ),
                new ElboRecord(-1000, new Dictionary<string, double>(StringComparer.Ordinal), [-1000, -1000])
            )
            .ToString();
        Assert.Contains("66.66666667,0", page, StringComparison.Ordinal);
        Assert.DoesNotContain("-66.66666667", page, StringComparison.Ordinal);
    }

    [Fact]
    public void Dates_are_an_axis_of_dates()
    {
        var day = Axis.Milliseconds(new DateTime(2024, 3, 1, 0, 0, 0, DateTimeKind.Utc));
        var chart = Chart([1, 2], [day, day + 86_400_000]) with { X = new Axis("date") { Dated = true } };
        var json = Drawings.Json(chart, null);
        Assert.Contains("\"type\":\"date\"", json, StringComparison.Ordinal);
        Assert.Contains("1.7092512E+12", json, StringComparison.Ordinal);
        Assert.Contains("%{x|%Y-%m-%d}", json, StringComparison.Ordinal);
    }

    public static TheoryData<double[]> SeenAtOnce =>
        new()
        {
            Array.Empty<double>(),
            These(3.0),
            These(1.0, -1e9),
            Enumerable.Repeat(-55.7, 40).ToArray(),
            Enumerable.Repeat(0.0, 40).ToArray(),
            These(double.NaN, double.NegativeInfinity, double.PositiveInfinity),
            Enumerable.Range(0, 40).Select(i => i % 3 == 0 ? double.NaN : i).ToArray(),
            Enumerable.Range(0, 40).Select(i => System.Math.Sin(i)).ToArray(),
            Enumerable.Range(0, 30).Select(i => -50 - (60.0 / (i + 1))).ToArray(),
        };

    [Theory]
    [MemberData(nameof(SeenAtOnce))]
    public void What_can_be_seen_at_once_is_not_cut(double[] values) => Assert.Null(InformativeRange.Of(Chart(values)));

    [Fact]
    public void What_a_view_leaves_out_is_said_and_one_click_away()
    {
        var page = ChartFigure.Of(Chart([-1e77, .. Enumerable.Range(1, 59).Select(i => -100 - (30.0 / i))])).ToString();
        Assert.Contains(
            "The first view leaves out 7 of 60 values; “Full range” shows all.",
            page,
            StringComparison.Ordinal
        );
        Assert.Contains(">Informative range</button>", page, StringComparison.Ordinal);
        Assert.Contains(">Full range</button>", page, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_kind_of_figure_but_the_table_has_its_drawing()
    {
        var kinds = typeof(Exhibit).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(Exhibit))).ToList();
        Assert.Contains(typeof(HeatmapChart), kinds);
        Type[] ofPages = [typeof(TableExhibit), typeof(ViewsExhibit)];
        Assert.All(kinds, kind => Assert.Equal(!ofPages.Contains(kind), Drawings.Has(kind)));
    }

    [Fact]
    public void Numbers_have_ten_digits_gaps_are_null_and_no_text_ends_the_script()
    {
        var chart = Chart([1.0 / 3, double.NaN, 1e300]) with { X = new Axis("</script><b>%{x} $y$") };
        var json = Drawings.Json(chart, null);
        Assert.Contains("\"y\":[0.3333333333,null,1E+300]", json, StringComparison.Ordinal);
        Assert.DoesNotContain("<", json, StringComparison.Ordinal);
        Assert.DoesNotContain("%{x} ", json, StringComparison.Ordinal);
    }

    private static double[] These(params double[] values) => values;

    private static XyChart Chart(double[] values, double[]? x = null) =>
        new()
        {
            Id = "chart",
            Title = "A chart",
            X = new Axis("steps"),
            Y = new Axis("value"),
            Series =
            [
                new()
                {
                    Name = "value",
                    Style = "line",
                    X = x,
                    Y = values,
                },
            ],
        };
}
