namespace Vi.Reports.Findings;

/// <summary>
/// What the decay of the gains says about the sweeps to come. Coordinate ascent converges linearly: near the optimum each sweep gains
/// <c>ratio</c> times what the one before gained.
/// </summary>
/// <param name="LastGain">Gain of the last sweep in nats.</param>
/// <param name="Ratio">Geometric mean of the last ratios of successive gains.</param>
public sealed record ConvergenceRate(double LastGain, double Ratio)
{
    private const int Window = 5;

    /// <summary>The rate over the last five positive gains; null where there are fewer than two.</summary>
    public static ConvergenceRate? Of(IReadOnlyList<double> gains)
    {
        var first = gains.Count;
        while (first > 0 && gains.Count - first <= Window && gains[first - 1] > 0)
        {
            first--;
        }

        var steps = gains.Count - 1 - first;
        return steps < 1
            ? null
            : new ConvergenceRate(gains[^1], System.Math.Pow(gains[^1] / gains[first], 1.0 / steps));
    }

    /// <summary>Nats still to be gained: the geometric series LastGain (Ratio + Ratio^2 + ...); infinite where gains do not fall.</summary>
    public double NatsToCome => Ratio < 1 ? LastGain * Ratio / (1 - Ratio) : double.PositiveInfinity;

    /// <summary>Sweeps until the gain falls below a tolerance in nats; infinite where it will not.</summary>
    public double SweepsUntil(double tolerance) =>
        LastGain <= tolerance ? 0
        : Ratio < 1 && tolerance > 0 ? System.Math.Log(tolerance / LastGain) / System.Math.Log(Ratio)
        : double.PositiveInfinity;
}
