using System.Text.Json.Nodes;
using Vi.App.Models.Support;
using Vi.Math;
using Vi.Math.Fluent;

namespace Vi.App.Models.Mixture;

/// <summary>A fitted mixture as its answer and figures read it, whatever the prior of its weights.</summary>
/// <param name="View">Components, and what predictions need of the weights.</param>
/// <param name="Counts">Rows that each component explains.</param>
/// <param name="Weights">Law of each weight; with stick-breaking the Beta law of the same mean and standard deviation.</param>
/// <param name="Parameters">Variational parameters of the weights by textbook name.</param>
internal sealed record MixtureFit(MixtureView View, double[] Counts, Beta[] Weights, JsonObject Parameters)
{
    /// <summary>q(mu_k, Lambda_k).</summary>
    public NormalWishart[] Components => View.Components;

    /// <summary>A mixture with Dirichlet weights.</summary>
    public static MixtureFit Of(GaussianMixturePrior prior, GaussianMixturePosterior q) =>
        new(
            GaussianMixtureModel.View(q),
            GaussianMixtureModel.Counts(prior, q).ToArray(),
            [.. q.Components.Select((_, k) => Distribution.Marginal(q.Weights, k))],
            new JsonObject { ["alpha"] = Numbers.Of(q.Weights.Concentration) }
        );

    /// <summary>A mixture with stick-breaking weights.</summary>
    public static MixtureFit Of(StickBreakingMixturePrior prior, StickBreakingMixturePosterior q) =>
        new(
            StickBreakingMixtureModel.View(q),
            StickBreakingMixtureModel.Counts(prior, q).ToArray(),
            [.. q.Components.Select((_, k) => StickBreakingMixtureModel.MarginalWeight(q, k))],
            new JsonObject
            {
                ["gamma1"] = Numbers.Of(q.Weights.Sticks.Select(stick => stick.Alpha)),
                ["gamma2"] = Numbers.Of(q.Weights.Sticks.Select(stick => stick.Beta)),
            }
        );
}
