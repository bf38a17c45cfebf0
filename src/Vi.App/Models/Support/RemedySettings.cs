using System.Text.Json.Nodes;
using Vi.Results;

namespace Vi.App.Models.Support;

/// <summary>The settings that remedies belong to.</summary>
public static class RemedySettings
{
    /// <summary>The advice with its setting and the value that it gets; as it was where no setting does.</summary>
    public static AdviceRecord With(AdviceRecord advice, string algorithm)
    {
        var setting = advice.Remedy switch
        {
            RemedyCode.MoreSteps => algorithm == "svi" ? "inference.epochs" : "inference.maxIterations",
            RemedyCode.MoreDraws => "inference.samples",
            RemedyCode.MoreWarmUp => "inference.warmup",
            RemedyCode.MoreFixedDraws => "inference.draws",
            RemedyCode.LowerTolerance => "inference.tolerance",
            RemedyCode.MoreRestarts => "inference.restarts",
            RemedyCode.RicherFamily => "inference.family",
            RemedyCode.HigherRank => "inference.rank",
            RemedyCode.MorePaths => "inference.climbs",
            RemedyCode.MoreParticles => "inference.particles",
            RemedyCode.HigherAcceptance => "inference.targetAcceptance",
            RemedyCode.OtherAlgorithm => "inference.algorithm",
            RemedyCode.LinearAndGaussianKernel => "inference.kernel",
            _ => null,
        };
        return advice with
        {
            Setting = setting,
            Value =
                advice.Remedy == RemedyCode.LinearAndGaussianKernel
                    ? JsonValue.Create("linear-gaussian")
                    : advice.Value,
        };
    }
}
