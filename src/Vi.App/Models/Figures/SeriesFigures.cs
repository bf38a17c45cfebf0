namespace Vi.App.Models.Figures;

/// <summary>What figures over time have in common.</summary>
internal static class SeriesFigures
{
    /// <summary>Rows of the rolling volatility: a month of trading days.</summary>
    public const int Window = 21;

    /// <summary>Standard deviation of the rows of the window that ends at a row; not a number before there are so many.</summary>
    public static double RollingSd(int row, Func<int, double> value) =>
        row + 1 < Window ? double.NaN : Statistics.Sd(Enumerable.Range(row + 1 - Window, Window).Select(value));

    /// <summary>A band from half a row before the first to half a row after the last row of each stretch in a state.</summary>
    public static Series Stretches(
        string name,
        IReadOnlyList<int> states,
        int state,
        (double Low, double High) range,
        int color
    )
    {
        var x = new List<double>();
        for (var t = 0; t < states.Count; t++)
        {
            if (states[t] == state)
            {
                var first = t;
                while (t + 1 < states.Count && states[t + 1] == state)
                {
                    t++;
                }

                x.AddRange([first + 0.5, t + 1.5, double.NaN]);
            }
        }

        IEnumerable<double> Level(double level) => x.Select(at => double.IsNaN(at) ? double.NaN : level);
        return Curves.Band(name, x, Level(range.Low), Level(range.High), color);
    }
}
