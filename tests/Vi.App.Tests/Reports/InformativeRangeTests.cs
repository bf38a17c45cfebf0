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
        Assert.All(kinds, kind => Assert.Equal(kind != typeof(TableExhibit), Drawings.Has(kind)));
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
