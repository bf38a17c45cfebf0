using Vi.Math;

namespace Vi.App.Models.Programs;

/// <summary>The answer of a program's inference: posterior from draws, the algorithm's own diagnostics and verdict, figures.</summary>
internal sealed class ProgramAnswer(
    FitRequest request,
    Model model,
    ProgramPresentation presentation,
    ModelAnswer answer
)
{
    /// <summary>Numbers whose densities are drawn.</summary>
    private const int MostDensities = 12;

    public FitAnswer Make()
    {
        var all = Table(answer.Draws);
        var draws = new ProgramDraws(all, answer.Positions);
        var shown = new DrawTable([.. all.Quantities.Where(q => !presentation.Hidden.Contains(q.Name))]);
        var names = new EntryNames(all.Quantities);
        var evidence = answer.Evidence;
        List<PosteriorQuantity> quantities = answer.Count == 0 ? [] : Quantities(shown);
        return FitAnswer.Of(request, quantities) with
        {
            ElboTerms = Terms(evidence),
            Elbo = evidence?.Elbo,
            HasBound = evidence is not null,
            LinearResponse = names.Of(Response()),
            Parameters = Parameters(names),
            Diagnostics = Diagnostics(draws, evidence),
            Judgement = names.Of(CoreRecords.Of(answer.Judgement, answer.Advice)),
            GradientEvaluations = answer.Evaluations > 0 ? (long)answer.Evaluations : null,
            Sampling = Sampling(),
            ThinnedDraws = answer.Count == 0 ? null : shown.Thinned(),
            DrawFiles = answer.Count == 0 ? null : () => answer.CmdStanCsv(request.Inference.Algorithm.Name),
            Exhibits = answer.Count == 0 ? [] : Exhibits(draws, shown, quantities),
            Findings = [.. Findings()],
        };
    }

    private List<Exhibit> Exhibits(ProgramDraws draws, DrawTable shown, List<PosteriorQuantity> quantities)
    {
        var source = $"{answer.Count} draws of {Source()}";
        return
        [
            .. presentation.Exhibits(draws),
            .. answer.HasChains ? new ChainExhibits(answer, shown).Make() : ApproximationFigures.Of(answer),
            .. quantities
                .Where(quantity => quantity is { IsScalar: true, Entries: [{ Sd: > 0 }] })
                .Take(MostDensities)
                .Select(Figure),
            .. quantities.Where(quantity => !quantity.IsScalar).Select(Figure),
            .. DrawFigures.Joint(shown),
        ];

        XyChart Figure(PosteriorQuantity quantity) => quantity.Figure(source, request.Truth);
    }

    /// <summary>What linear response came to; null where it does not belong to the algorithm or was not asked for.</summary>
    private LinearResponseRecord? Response() => answer.Response?.End is { } end ? CoreRecords.Of(end) : null;

    private DrawTable Table(double[] draws)
    {
        var width = answer.Places.Sum(place => place.Shape.Size);
        var count = draws.Length / width;
        return new DrawTable([
            .. answer.Places.Select(place =>
            {
                var size = place.Shape.Size;
                var values = new double[count * size];
                for (var s = 0; s < count; s++)
                {
                    Array.Copy(draws, (s * width) + place.First, values, s * size, size);
                }

                return new DrawnQuantity(Named(place), values);
            }),
        ]);
    }

    /// <summary>The quantity in a place of the draws, with the model's labels where it has some.</summary>
    private Quantity Named(QuantityPlace place)
    {
        IReadOnlyList<int> shape =
            place.Shape.IsScalar ? []
            : place.Shape.IsVector ? [place.Shape.Size]
            : [place.Shape.Rows, place.Shape.Columns];
        return presentation.Quantities.FirstOrDefault(known =>
                known.Name == place.Name && known.Shape.SequenceEqual(shape)
            ) ?? new Quantity(place.Name, shape);
    }

    private List<PosteriorQuantity> Quantities(DrawTable shown)
    {
        var responding = answer.Response is { Draws.Length: > 0 } response ? Table(response.Draws) : null;
        return
        [
            .. shown.Quantities.Select(quantity =>
                quantity.Distribution() with
                {
                    LinearResponseSd = responding
                        ?.Find(quantity.Name)
                        ?.Distribution()
                        .Entries.Select(entry => entry.Sd)
                        .ToList(),
                }
            ),
        ];
    }

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

    private JsonObject Parameters(EntryNames names)
    {
        var parameters = new JsonObject
        {
            ["coordinates"] = new JsonArray([
                .. answer.CoordinateNames.Select(name => JsonValue.Create(names.Of(name))),
            ]),
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

    private JsonObject Diagnostics(ProgramDraws draws, WeightEvidence? evidence)
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
            if (chains.HasTrajectories)
            {
                diagnostics["divergences"] = chains.Divergent.Sum(chain => chain.Count(divergent => divergent));
                diagnostics["bfmi"] = JsonNumbers.Of(chains.Bfmi);
                diagnostics["stepSize"] = JsonNumbers.Of(chains.StepSize);
            }
        }

        if (answer.Count > 0)
        {
            foreach (var (key, value) in presentation.Diagnostics(draws))
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
        return new SamplingRecord(chains.HasTrajectories ? chains.LeapfrogSteps : null, chains.WarmUpShare);
    }

    private string Source() =>
        answer.HasChains ? $"{answer.Chains} chains"
        : answer.Corrected ? "q, resampled by importance weights"
        : request.Inference is Algorithms.SvgdSettings ? "the particles"
        : "q";
}
