using System.Text.Json.Nodes;
using Vi.App.Models.Draws;
using Vi.App.Models.Support;
using Vi.Math;
using Vi.Math.Fluent;
using Vi.Results;

namespace Vi.App.Models.Programs;

/// <summary>The answer of a program's inference: posterior from draws, the algorithm's own diagnostics and verdict, figures.</summary>
internal sealed class ProgramAnswer(FitRequest request, Model model, ProgramWords words, ModelAnswer answer)
{
    public FitAnswer Make()
    {
        var table = Table();
        var shown = table with { Quantities = [.. table.Quantities.Where(q => !words.Hidden.Contains(q.Name))] };
        var evidence = answer.Evidence;
        var exhibits =
            answer.Count == 0
                ? []
                : words
                    .Exhibits(table)
                    .Concat(words.ExhibitsOfPositions(table, answer.Positions))
                    .Concat(answer.HasChains ? new ChainExhibits(answer, shown).Make() : FitExhibits())
                    .Concat(DrawExhibits.Of(shown, Source(), Truths(shown)));
        return new FitAnswer
        {
            ElboTerms = Terms(evidence),
            Elbo = evidence?.Elbo,
            HasBound = evidence is not null,
            Posterior = answer.Count == 0 ? Empty() : Posterior(shown),
            LinearResponse = Response(),
            Parameters = Parameters(),
            Diagnostics = Diagnostics(table, evidence),
            Judgement = CoreRecords.Of(answer.Judgement, answer.Advice),
            GradientEvaluations = (long)answer.Evaluations,
            Sampling = Sampling(),
            ThinnedDraws = answer.Count == 0 ? null : shown.Thinned(),
            DrawFiles = answer.Count == 0 ? null : () => answer.CmdStanCsv(request.Inference.Algorithm.Name),
            Exhibits = [.. exhibits],
            Findings = [.. Findings()],
        };
    }

    /// <summary>What linear response came to; null where it does not belong to the algorithm or was not asked for.</summary>
    private LinearResponseRecord? Response() => answer.Response?.End is { } end ? CoreRecords.Of(end) : null;

    private DrawTable Table() => Table(answer.Draws, answer.Chains);

    private DrawTable Table(double[] draws, int chains)
    {
        var width = answer.Places.Sum(place => place.Shape.Size);
        var count = draws.Length / width;
        var quantities = answer.Places.Select(place =>
        {
            var size = place.Shape.Size;
            var values = new double[count * size];
            for (var s = 0; s < count; s++)
            {
                Array.Copy(draws, (s * width) + place.First, values, s * size, size);
            }

            IReadOnlyList<int> dimensions =
                place.Shape.IsScalar ? []
                : place.Shape.IsVector ? [size]
                : [place.Shape.Rows, place.Shape.Columns];
            return new DrawnQuantity(place.Name, dimensions, values);
        });
        return new DrawTable([.. quantities], chains);
    }

    private static Dictionary<string, PosteriorSummary> Empty() => new(StringComparer.Ordinal);

    private Dictionary<string, PosteriorSummary> Posterior(DrawTable shown)
    {
        var posterior = Empty();
        var responding = answer.Response is { Draws.Length: > 0 } response ? Table(response.Draws, chains: 1) : null;
        foreach (var quantity in shown.Quantities)
        {
            posterior[quantity.Name] = DrawSummaries.Posterior(
                quantity,
                words.Labels.GetValueOrDefault(quantity.Name, quantity.Name),
                words.EntryNames.GetValueOrDefault(quantity.Name),
                Truth(quantity)
            ) with
            {
                LinearResponseSd = responding?.Find(quantity.Name) is { } answering
                    ? DrawSummaries.Posterior(answering, quantity.Name).Sd
                    : null,
            };
        }

        return posterior;
    }

    private JsonObject Truths(DrawTable shown)
    {
        var truths = new JsonObject();
        foreach (var quantity in shown.Quantities)
        {
            truths[quantity.Name] = Truth(quantity)?.DeepClone();
        }

        return truths;
    }

    /// <summary>The true value where the file or the generator knows one of the quantity's shape.</summary>
    private JsonNode? Truth(DrawnQuantity quantity) =>
        (request.Truth[quantity.Name], quantity.Dimensions.Count) switch
        {
            (JsonValue value, 0) => value,
            (JsonArray items, 1) when items.Count == quantity.Size && items.All(item => item is JsonValue) => items,
            _ => null,
        };

    /// <summary>E_q[log p] and the entropy of q, whose sum is the bound, both from the draws.</summary>
    private Dictionary<string, double> Terms(WeightEvidence? evidence)
    {
        var terms = new Dictionary<string, double>(StringComparer.Ordinal);
        if (evidence is not null && !answer.Corrected && answer.LogApproximation.Length > 0)
        {
            terms["E[log p]"] = answer.LogDensity.Average();
            terms["-E[log q]"] = -answer.LogApproximation.Average();
        }

        return terms;
    }

    private JsonObject Parameters()
    {
        var parameters = new JsonObject
        {
            ["coordinates"] = new JsonArray([.. answer.CoordinateNames.Select(name => JsonValue.Create(name))]),
            ["mean"] = JsonNumbers.Of(answer.Mean),
            ["sd"] = JsonNumbers.Of(answer.Sd),
        };
        if (answer.Response?.Covariance is { } covariance)
        {
            parameters["linearResponseSd"] = JsonNumbers.Of(
                Enumerable.Range(0, covariance.Rows).Select(i => System.Math.Sqrt(covariance[i, i]))
            );
            parameters["linearResponseCovariance"] = JsonNumbers.Of(covariance);
        }

        return parameters;
    }

    /// <summary>The largest Monte Carlo error of a mean over the choice of the fixed draws, in standard deviations; null without.</summary>
    private double? ErrorOfDraws() =>
        answer.Response is { Covariance: { } covariance, MeanErrors: var errors }
            ? errors.Select((error, i) => error / System.Math.Sqrt(covariance[i, i])).Max()
            : null;

    private JsonObject Diagnostics(DrawTable table, WeightEvidence? evidence)
    {
        var diagnostics = new JsonObject { ["coordinates"] = model.Dimension, ["approach"] = answer.Approach };
        if (evidence is not null)
        {
            diagnostics["paretoK"] = JsonNumbers.Of(evidence.ParetoK);
            diagnostics["paretoKThreshold"] = JsonNumbers.Of(evidence.Threshold);
            diagnostics["elboStandardError"] = JsonNumbers.Of(evidence.ElboError);
            diagnostics["importanceWeightedBound"] = JsonNumbers.Of(evidence.WeightedBound);
            diagnostics["importanceWeightedBoundStandardError"] = JsonNumbers.Of(evidence.WeightedBoundError);
            diagnostics["importanceWeightedGain"] = JsonNumbers.Of(evidence.Gain);
            diagnostics["effectiveDraws"] = JsonNumbers.Of(evidence.EffectiveDraws);
            diagnostics["largestMeanShift"] = JsonNumbers.Of(evidence.Shift);
            diagnostics["largestMeanStandardError"] = JsonNumbers.Of(
                evidence.MeanErrors.ToArray().Zip(answer.Sd, (error, sd) => error / sd).Max()
            );
            diagnostics["corrected"] = answer.Corrected;
        }

        if (ErrorOfDraws() is { } error)
        {
            diagnostics["largestErrorOfFixedDraws"] = JsonNumbers.Of(error);
        }

        if (answer.HasChains)
        {
            var chains = answer.Sampled!;
            diagnostics["largestRHat"] = JsonNumbers.Of(Finite(chains.RHat).Max());
            diagnostics["smallestBulkSize"] = JsonNumbers.Of(Finite(chains.BulkSize).Min());
            diagnostics["smallestTailSize"] = JsonNumbers.Of(Finite(chains.TailSize).Min());
            diagnostics["divergences"] = chains.Divergent.Sum(chain => chain.Count(divergent => divergent));
            diagnostics["bfmi"] = JsonNumbers.Of(chains.Bfmi);
            diagnostics["stepSize"] = JsonNumbers.Of(chains.StepSize);
        }

        if (answer.Count > 0)
        {
            foreach (
                var (key, value) in words
                    .Diagnostics(table)
                    .Concat(words.DiagnosticsOfPositions(table, answer.Positions))
            )
            {
                diagnostics[key] = value?.DeepClone();
            }
        }

        return diagnostics;
    }

    private static IEnumerable<double> Finite(IEnumerable<double> values) =>
        values.Where(double.IsFinite).DefaultIfEmpty(double.NaN);

    private IEnumerable<Finding> Findings()
    {
        if (answer.Corrected)
        {
            yield return Finding.Of(Severity.Hint, "importance-resampled", ("shift", answer.Evidence!.Shift));
        }
    }

    private SamplingRecord? Sampling()
    {
        if (!answer.HasChains)
        {
            return null;
        }

        var chains = answer.Sampled!;
        var all = chains.LeapfrogSteps + chains.WarmUpLeapfrogSteps;
        return new SamplingRecord(chains.LeapfrogSteps, all == 0 ? 0 : (double)chains.WarmUpLeapfrogSteps / all);
    }

    private string Source() =>
        answer.HasChains ? $"{answer.Chains} chains"
        : answer.Corrected ? "q, resampled by importance weights"
        : request.Inference is Algorithms.SvgdSettings ? "the particles"
        : "q";

    /// <summary>The bound along the run, and the importance weights.</summary>
    private IEnumerable<Exhibit> FitExhibits()
    {
        if (answer.History.Length > 1)
        {
            var points = answer.History;
            yield return new XyChart
            {
                Id = "bound-by-steps",
                Title = "The bound by steps of the optimiser",
                Caption =
                    "Estimates over blocks of steps with two standard errors. Averages of the parameters decide whether a fit has settled, not "
                    + "this curve.",
                X = new Axis("steps"),
                Y = new Axis("ELBO (nats)"),
                Series =
                [
                    Curves.Band(
                        "two standard errors",
                        [.. points.Select(p => (double)p.Steps)],
                        [.. points.Select(p => p.Elbo - (2 * p.StandardError))],
                        [.. points.Select(p => p.Elbo + (2 * p.StandardError))]
                    ),
                    Curves.Through(
                        "estimate",
                        [.. points.Select(p => (double)p.Steps)],
                        [.. points.Select(p => p.Elbo)],
                        0
                    ),
                ],
            };
        }

        if (answer.HasEvidence)
        {
            yield return Weights(answer.Evidence!);
        }
    }

    private static XyChart Weights(WeightEvidence evidence)
    {
        var weights = evidence.LogWeights.ToArray().Select(System.Math.Exp).OrderDescending().ToArray();
        var shown = Curves.LogGrid(1, weights.Length, 200).Select(x => (int)x).Distinct().ToArray();
        var total = 0.0;
        var cumulated = weights.Select(w => total += w).ToArray();
        return new XyChart
        {
            Id = "importance-weights",
            Title = "How the importance weights are shared out",
            Caption =
                $"If q were the posterior, every draw would weigh the same. k-hat is {Numbers.Significant(evidence.ParetoK)} (up to "
                + $"{Numbers.Significant(evidence.Threshold)} is good enough for {evidence.Draws} draws), and the draws are worth {Numbers.Significant(evidence.EffectiveDraws)} "
                + "independent ones from the posterior.",
            X = new Axis("draws with the largest weights", Logarithmic: true),
            Y = new Axis("share of the total weight"),
            Series =
            [
                Curves.Through(
                    "smoothed weights",
                    [.. shown.Select(i => (double)i)],
                    [.. shown.Select(i => cumulated[i - 1])],
                    0
                ),
                Curves.Through(
                    "equal weights",
                    [.. shown.Select(i => (double)i)],
                    [.. shown.Select(i => (double)i / weights.Length)],
                    -1,
                    "dashed"
                ),
            ],
        };
    }
}
