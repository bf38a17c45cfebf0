namespace Vi.App.Models;

/// <summary>What the exact evidence says of a bound.</summary>
internal static class EvidenceFinding
{
    /// <summary>Code of the finding that nothing is known of the distance between q and the posterior.</summary>
    public const string DistanceUnknown = "distance-unknown";

    /// <summary>Nats by which rounding may lift a bound over the evidence.</summary>
    private const double Rounding = 1e-8;

    /// <summary>Nats beyond which the gap is wide: the divergence of a shift by one posterior standard deviation.</summary>
    private const double Wide = 0.5;

    /// <summary>
    /// A hint with the gap; a warning where it is wide; an error where the bound lies above the evidence, which no bound may. Without evidence a
    /// hint that it is not known.
    /// </summary>
    public static Finding Of(double? logEvidence, double elbo, bool isExact)
    {
        if (logEvidence is not { } evidence)
        {
            return Finding.Of(Severity.Hint, DistanceUnknown);
        }

        var gap = evidence - elbo;
        return gap < -Rounding * (1 + Abs(evidence))
            ? Finding.Of(Severity.Error, "bound-above-evidence", ("excess", -gap))
            : Finding.Of(
                gap > Wide ? Severity.Warning : Severity.Hint,
                "evidence-gap",
                ("gap", Max(0, gap)),
                ("exact", isExact ? 1 : 0)
            );
    }
}
