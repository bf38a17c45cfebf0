using System.Text.Json.Nodes;
using Vi.App.Algorithms;
using Vi.Results;

namespace Vi.App.Models.Support;

/// <summary>The settings that remedies belong to, as the algorithm's descriptor has them.</summary>
internal static class RemedySettings
{
    /// <summary>The advice with its setting and the value that it gets; as it was where no setting does.</summary>
    public static AdviceRecord With(AdviceRecord advice, IAlgorithm algorithm) =>
        advice with
        {
            Setting =
                algorithm.Remedies.TryGetValue(advice.Remedy, out var setting) ? $"inference.{setting}"
                : advice.Remedy == RemedyCode.OtherAlgorithm ? "inference.algorithm"
                : null,
            Value =
                advice.Remedy == RemedyCode.LinearAndGaussianKernel
                    ? JsonValue.Create("linear-gaussian")
                    : advice.Value,
        };
}
