namespace Vi.Reports.English;

/// <summary>Checks and advice in words.</summary>
internal static class CheckText
{
    /// <summary>What a check measures, for a table's row.</summary>
    public static string Name(CheckCode check) =>
        check switch
        {
            CheckCode.ParetoK => "Pareto k-hat of the importance weights",
            CheckCode.UnseenWeight => "importance weight beyond the largest seen",
            CheckCode.EffectiveDraws => "effective draws of the importance weights",
            CheckCode.ShareInSupport => "draws with a finite log density",
            CheckCode.OmittedModes => "probability of modes that the answer leaves out",
            CheckCode.SteinSpread => "variance of the particles by Stein's identity (1 is right)",
            CheckCode.AveragesDrift => "drift of the averaged parameters (posterior sd)",
            CheckCode.RateShift => "shift of the averages at a lower rate (posterior sd)",
            CheckCode.StepMove => "move by a further step (posterior sd)",
            CheckCode.ParticleForce => "force on the particles (posterior sd)",
            CheckCode.ModeCurvature => "modes with a maximum's curvature",
            CheckCode.FoundPaths => "paths that found a normal approximation",
            CheckCode.MeanShift => "largest shift of a mean by importance weighting (sd)",
            CheckCode.SpreadShift => "largest log ratio of a standard deviation by importance weighting",
            CheckCode.FixedDrawsError => "Monte Carlo error of a mean from the fixed draws (sd)",
            CheckCode.RHat => "largest R-hat",
            CheckCode.EffectiveSampleSize => "smallest effective sample size",
            CheckCode.Divergences => "divergent trajectories",
            CheckCode.EnergyBfmi => "smallest E-BFMI",
            CheckCode.MovingCoordinates => "coordinates that move",
            CheckCode.DrawsPerChain => "draws per chain",
            CheckCode.RemainingNats => "estimated gain still to come (nats)",
            CheckCode.BoundFall => "fall of the bound in a sweep (nats)",
            CheckCode.CheckedNumbers => "numbers checked against the posterior",
            CheckCode.DriftOfMeans => "largest possible error of a mean (posterior sd)",
            CheckCode.DriftOfMeansShown => "largest error of a mean that Gibbs sweeps show (posterior sd)",
            CheckCode.RatioOfSds => "largest possible factor between a standard deviation and the posterior's",
            CheckCode.RatioOfSdsShown =>
                "largest factor by which Gibbs sweeps show a standard deviation to be too small",
            CheckCode.KeptStart => "share of their starts that the check's draws keep",
            CheckCode.AgreeingRestarts => "restarts that reached the best bound",
            CheckCode.Chains => "chains",
            _ => throw new ArgumentOutOfRangeException(nameof(check)),
        };

    public static string Meaning(CheckCode check) =>
        check switch
        {
            CheckCode.ParetoK or CheckCode.UnseenWeight =>
                "the approximation misses part of the posterior's tails, and importance weights cannot correct it",
            CheckCode.EffectiveDraws => "too few draws carry the importance weight to confirm the approximation",
            CheckCode.ShareInSupport => "most draws fall where the density is not defined",
            CheckCode.OmittedModes => "the posterior has other modes, which the answer does not include",
            CheckCode.SteinSpread => "the particles have collapsed, so standard deviations are too small",
            CheckCode.AveragesDrift or CheckCode.RateShift or CheckCode.StepMove or CheckCode.ParticleForce =>
                "the fit has not settled",
            CheckCode.ModeCurvature => "there is no maximum to expand around",
            CheckCode.FoundPaths => "there is no approximation to draw from",
            CheckCode.MeanShift => "the approximation's means are off; importance-resampled draws correct them",
            CheckCode.SpreadShift =>
                "the approximation's standard deviations are off; importance-resampled draws correct them",
            CheckCode.FixedDrawsError => "a different seed could shift a mean by that much",
            CheckCode.RHat => "the chains have not mixed",
            CheckCode.EffectiveSampleSize => "tail quantiles and standard errors are imprecise",
            CheckCode.Divergences => "the sampler cannot follow the density everywhere, so draws may be biased",
            CheckCode.EnergyBfmi => "the chains explore the tails slowly",
            CheckCode.MovingCoordinates => "the chains are stuck",
            CheckCode.DrawsPerChain => "there are too few draws to judge the chains",
            CheckCode.RemainingNats => "the fit is not complete",
            CheckCode.BoundFall => "an update or the bound is wrong; please report it with this result",
            CheckCode.CheckedNumbers => "convergence alone does not show that the fit is close to the posterior",
            CheckCode.DriftOfMeans => "a mean may be off",
            CheckCode.DriftOfMeansShown => "a mean is off",
            CheckCode.RatioOfSds => "a standard deviation may be off",
            CheckCode.RatioOfSdsShown => "a standard deviation is far too small",
            CheckCode.KeptStart => "the check's Gibbs sweeps mix too slowly to confirm the fit",
            CheckCode.AgreeingRestarts => "another start may find a better optimum",
            CheckCode.Chains => "a single chain cannot show whether others would agree",
            _ => throw new ArgumentOutOfRangeException(nameof(check)),
        };

    /// <summary>The check's figure, or "unknown".</summary>
    public static string Value(CheckRecord check) =>
        double.IsFinite(check.Value) ? Numbers.Significant(check.Value) : "unknown";

    /// <summary>What passes, e.g. <c>at most 1.01</c>.</summary>
    public static string Target(CheckRecord check) =>
        $"{(check.HigherIsBetter ? "at least" : "at most")} {Numbers.Significant(check.Target)}";

    /// <summary>What was seen in a failed check, and what it means.</summary>
    public static string Sentence(CheckRecord check)
    {
        var subject = check.Subject is { } name ? $" for {name}" : "";
        return $"{Name(check.Id)}: {Value(check)}{subject}, {Target(check)}: {Meaning(check.Id)}.";
    }
}
