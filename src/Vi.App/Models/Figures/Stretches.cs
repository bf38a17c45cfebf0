namespace Vi.App.Models.Figures;

/// <summary>Bands behind a series, one for each stretch of rows in one state.</summary>
internal static class Stretches
{
    /// <summary>From half a row before the first to half a row after the last row of each stretch in a state.</summary>
    public static Series Of(string name, IReadOnlyList<int> states, int state, double low, double high)
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

        return Curves.Band(
            name,
            x,
            [.. x.Select(at => double.IsNaN(at) ? double.NaN : low)],
            [.. x.Select(at => double.IsNaN(at) ? double.NaN : high)],
            state
        );
    }
}
