namespace Vi.App.Models.Programs;

/// <summary>The answer of a program's inference: posterior from draws, the algorithm's own diagnostics and verdict, figures.</summary>
internal sealed class ProgramAnswer(
    FitRequest request,
    Model model,
    ProgramPresentation presentation,
    ModelAnswer answer
)
{
    /// <summary>Draws that are stored for predictions, however many numbers each has, and numbers from which on they are thinned.</summary>
    private const int LeastStoredDraws = 100;
    private const int MostStoredNumbers = 400_000;

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
            ElboTerms = Terms().ToDictionary(StringComparer.Ordinal),
            Elbo = answer.HasBound ? evidence?.Elbo : null,
            HasBound = answer.HasBound,
            LinearResponse = answer.Response?.End is { } end
                ? CoreRecords.Named(CoreRecords.OfResponse(end), names)
                : null,
            Parameters = Parameters(names),
            Diagnostics = Diagnostics(draws, evidence),
            Judgement = CoreRecords.Of(answer.Judgement, answer.Advice, names),
            GradientEvaluations = answer.Evaluations > 0 ? (long)answer.Evaluations : null,
            Sampling = Sampling(),
            ThinnedDraws = answer.Count == 0 ? null : shown.Thinned(),
            Fitted = answer.Count == 0 ? null : Fitted(shown),
            DrawFiles = answer.Count == 0 ? null : () => answer.CmdStanCsv(request.Inference.Algorithm.Name),
            Exhibits =
                answer.Count == 0
                    ? []
                    :
                    [
                        .. presentation.Exhibits(draws),
                        .. DrawnFigures.ofAnswer(answer, shown, quantities, Source(), request.Truth),
                    ],
            Findings =
            [
                .. ModesKept(),
                .. answer.Corrected
                    ? [Finding.Of(Severity.Hint, "importance-resampled", ("shift", evidence!.Shift))]
                    : Array.Empty<Finding>(),
            ],
        };
    }

    /// <summary>What took the place of the fit.</summary>
    private IEnumerable<Finding> ModesKept()
    {
        var modes = answer.Modes?.Modes ?? [];
        var kept = modes.Count(mode => mode.IsKept);
        if (modes.Any(mode => mode.IsKept && !mode.IsFitted))
        {
            var fitted = ("fitted", modes.First(mode => mode.IsFitted).Mass);
            yield return kept > 1
                ? Finding.Of(Severity.Hint, "modes-stacked", ("modes", kept), fitted)
                : Finding.Of(Severity.Warning, "mode-replaced", fitted);
        }
    }

    /// <summary>Draws by name, evenly thinned where there are many numbers, with what predictions need besides.</summary>
    private FittedModel? Fitted(DrawTable shown)
    {
        var size = shown.Quantities.Sum(quantity => quantity.Count);
        var kept = Curves.Sample(shown.Count, Max(LeastStoredDraws, MostStoredNumbers / Max(1, size)));
        NamedArray Draws(DrawnQuantity quantity) =>
            new(quantity.Name, [kept.Length, .. quantity.Shape], [.. kept.SelectMany(quantity.Draw)]);
        NamedArray[] numbers = [.. presentation.Predicting, .. shown.Quantities.Select(Draws)];
        if (request.Data is not { } data)
        {
            return FittedModels.OfDraws("", [], null, numbers);
        }

        // The models of one column explain its values by nothing else.
        var explained = data.HasTarget || data.ColumnNames.Count == 1 ? data.ColumnNames.SkipLast(1) : data.ColumnNames;
        return request.Stored(FittedModels.OfDraws("", [.. explained], data.ColumnNames[^1], numbers));
    }

    private DrawTable Table(double[] draws) => DrawTable.Of([.. answer.Places.Select(Named)], draws);

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
        IEnumerable<DrawnQuantity> WithDerived(DrawTable table) => table.Quantities.Concat(presentation.Derived(table));
        IReadOnlyList<double>? Sds(string name) =>
            responding is null
                ? null
                : WithDerived(responding)
                    .FirstOrDefault(quantity => quantity.Name == name)
                    ?.Distributions()
                    .Select(entry => entry.Sd)
                    .ToList();
        var rows = request.Data is { } data ? new TimeAxis(data) : null;
        // An entry for each row, which the program gives no names of its own.
        bool IsOfRows(Quantity quantity) =>
            quantity is { Shape: [var length], AxisLabels: [] } && length == request.Data?.RowCount;
        return
        [
            .. WithDerived(shown)
                .Select(quantity => new PosteriorQuantity(quantity, quantity.Distributions())
                {
                    IsIdentified = !presentation.Unidentified.Contains(quantity.Name),
                    LinearResponseSd = Sds(quantity.Name),
                    Rows = IsOfRows(quantity) ? rows : null,
                }),
        ];
    }

    /// <summary>E_q[log p] and the entropy of q, whose sum is the bound, both from the draws.</summary>
    private IEnumerable<KeyValuePair<string, double>> Terms() =>
        answer.HasEvidence && !answer.Corrected && answer.LogApproximation.Length > 0
            ? [new("E[log p]", answer.LogDensity.Average()), new("-E[log q]", -answer.LogApproximation.Average())]
            : [];

    private NamedNumbers Parameters(EntryNames names)
    {
        var covariance = answer.Response?.Covariance;
        return new NamedNumbers
        {
            { "coordinates", answer.CoordinateNames.Select(names.Of) },
            { "mean", answer.Mean },
            { "sd", answer.Sd },
            { "linearResponseSd", covariance is null ? null : Sds(covariance) },
            { "linearResponseCovariance", covariance },
        };
    }

    private static IEnumerable<double> Sds(Mat covariance) =>
        Enumerable.Range(0, covariance.Rows).Select(i => Sqrt(covariance[i, i]));

    /// <summary>The largest Monte Carlo error of a mean over the choice of the fixed draws, in standard deviations; null without.</summary>
    private double? ErrorOfDraws() =>
        answer.Response is { Covariance: { } covariance, MeanErrors: var errors }
            ? errors.Zip(Sds(covariance), (error, sd) => error / sd).Max()
            : null;

    private NamedNumbers Diagnostics(ProgramDraws draws, WeightEvidence? evidence)
    {
        var chains = answer.Sampled;
        var trajectories = chains is { HasTrajectories: true } ? chains : null;
        var meanErrors = evidence?.MeanErrors.ToArray().Zip(answer.Sd, (error, sd) => error / sd);
        return new NamedNumbers
        {
            { "coordinates", model.Dimension },
            { "approach", answer.Approach },
            { "paretoK", evidence?.ParetoK },
            { "paretoKThreshold", evidence?.Threshold },
            { "elboStandardError", evidence?.ElboError },
            { "importanceWeightedBound", evidence?.WeightedBound },
            { "importanceWeightedBoundStandardError", evidence?.WeightedBoundError },
            { "importanceWeightedGain", evidence?.Gain },
            { "effectiveDraws", evidence?.EffectiveDraws },
            { "largestMeanShift", evidence?.Shift },
            { "largestMeanStandardError", meanErrors?.Max() },
            { "corrected", evidence is null ? null : answer.Corrected },
            ModeFigures.numbers(answer.Modes),
            { "largestErrorOfFixedDraws", ErrorOfDraws() },
            { "largestRHat", Finite(chains?.RHat)?.Max() },
            { "smallestBulkSize", Finite(chains?.BulkSize)?.Min() },
            { "smallestTailSize", Finite(chains?.TailSize)?.Min() },
            { "divergences", trajectories?.Divergent.Sum(chain => chain.Count(divergent => divergent)) },
            { "bfmi", trajectories?.Bfmi },
            { "stepSize", trajectories?.StepSize },
            answer.Count > 0 ? presentation.Diagnostics(draws) : new NamedNumbers(),
        };
    }

    private static IEnumerable<double>? Finite(double[]? values) =>
        values?.Where(double.IsFinite).DefaultIfEmpty(double.NaN);

    private SamplingRecord? Sampling() =>
        answer.Sampled is { } chains
            ? new(chains.HasTrajectories ? chains.LeapfrogSteps : null, chains.WarmUpShare)
            : null;

    private string Source() =>
        answer.HasChains ? $"{answer.Chains} chains"
        : answer.Corrected ? "q, resampled by importance weights"
        : request.Inference is Algorithms.SvgdSettings ? "the particles"
        : "q";
}
