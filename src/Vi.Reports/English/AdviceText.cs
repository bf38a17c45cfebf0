namespace Vi.Reports.English;

internal static class AdviceText
{
    /// <summary>What to change, as a clause without full stop.</summary>
    public static string Action(AdviceRecord advice) =>
        advice.Remedy switch
        {
            RemedyCode.MoreSteps => "Let the fit run longer",
            RemedyCode.MoreDraws => "Take more draws",
            RemedyCode.MoreWarmUp => "Take more warm-up draws",
            RemedyCode.MoreFixedDraws => "Use more fixed draws",
            RemedyCode.LowerTolerance => "Lower the tolerance",
            RemedyCode.MoreRestarts => "Use more restarts",
            RemedyCode.MoreChains => "Use more chains",
            RemedyCode.RicherFamily => "Use a richer family",
            RemedyCode.HigherRank => "Use a higher rank",
            RemedyCode.MorePaths => "Use more paths",
            RemedyCode.MoreParticles => "Use more particles",
            RemedyCode.HigherAcceptance => "Raise the target acceptance",
            RemedyCode.OtherAlgorithm => "Use another algorithm",
            RemedyCode.LinearAndGaussianKernel => "Use the sum of a linear and a Gaussian kernel",
            RemedyCode.OtherCoordinates => "Write the model in other coordinates",
            RemedyCode.NonCentred => "Write the model non-centred",
            RemedyCode.KeepWithinSupport => "Give the model transforms that keep its parameters within the support",
            RemedyCode.LookAtModel => $"Check the model's {advice.Value}",
            RemedyCode.CheckPosterior => "Check the fit against its posterior",
            RemedyCode.FinishRun => "Run it to the end, e.g. with --resume",
            _ => throw new ArgumentOutOfRangeException(nameof(advice)),
        };

    /// <summary>The setting that gets the new value; null where there is none.</summary>
    public static SettingChange? Setting(AdviceRecord advice) =>
        advice is { Setting: { } path, Value: { } value } ? new SettingChange(path, value) : null;

    /// <summary>A setting as it is copied to the command line: <c>--set inference.draws=4000</c>.</summary>
    public static string Setting(SettingChange setting)
    {
        var text =
            setting.Value.GetValueKind() == JsonValueKind.Number
                ? setting.Value.ToJsonString().Replace('E', 'e')
                : setting.Value.ToString();
        return $"--set {setting.Path}={text}";
    }

    public static string Line(AdviceRecord advice) =>
        Setting(advice) is { } setting ? $"{Action(advice)}: {Setting(setting)}" : $"{Action(advice)}.";
}
