using Vi.App.Models.Priors;
using Vi.App.Models.Programs;

namespace Vi.App.Models.Regimes;

internal sealed record RegimeSwitchingSettings : INormalWishartSettings
{
    public required int States { get; init; }
    public double Concentration { get; init; } = 1;
    public double Stickiness { get; init; }
    public double? Beta0 { get; init; }
    public double? Nu0 { get; init; }
    public IReadOnlyList<double>? M0 { get; init; }

    [JsonPropertyName("W0")]
    public IReadOnlyList<IReadOnlyList<double>>? W0 { get; init; }
    public IReadOnlyList<int>? CompareStates { get; init; }
}

/// <summary>Hidden Markov chain of multivariate normal states.</summary>
internal sealed class RegimeSwitching()
    : Model<RegimeSwitchingSettings>(
        "regime-switching",
        DataNeed.Columns,
        Provision.Sweeps | Provision.LogDensity | Provision.Conditionals
    )
{
    public override bool DependsOnStart => true;

    public override bool IsSeries => true;

    public override JsonObject Suited(DataRecord data) => new() { ["states"] = Min(2, (int)data.Rows) };

    protected override IPreparedFit Prepare(FitRequest request, RegimeSwitchingSettings settings)
    {
        var data = request.RequireData();
        ChainMemory.Require(
            data.RowCount,
            data.ColumnNames.Count,
            settings.States,
            GC.GetGCMemoryInfo().TotalAvailableMemoryBytes
        );
        var rows = request.Rows();
        var moments = Statistics.Moments(rows);
        NormalWishartPriors State(int states) =>
            NormalWishartPriors.Of(settings, data, moments, Problems(settings, data), states);
        RegimeSwitchingPrior Prior(int states) => PriorOf(settings, states, State(states));
        var prior = Prior(settings.States);
        if (request.Inference is DensitySettings)
        {
            return new ProgramFit(
                request with
                {
                    Truth = RegimeAnswer.InOrder(request.Truth, settings.States),
                },
                RegimeSwitchingModel.AsModel(prior, rows),
                new ProgramPresentation { Quantities = RegimeAnswer.Quantities(settings.States, data.ColumnNames) }
            );
        }

        IEnumerable<Sweep<RegimeSwitchingPosterior>> Fit(int states) =>
            RegimeSwitchingModel.Fit(Prior(states), rows, request.FitOptions());
        return new SweepFit<RegimeSwitchingPosterior>(
            request,
            Fit(settings.States),
            sweep =>
                Answer(request, settings, Prior, rows, sweep, Fit) with
                {
                    ResolvedSettings = State(settings.States).ResolvedSettings(),
                }
        )
        {
            Checker = q => RegimeSwitchingModel.Checker(prior, rows, q, []),
        };
    }

    private static RegimeSwitchingPrior PriorOf(RegimeSwitchingSettings settings, int states, NormalWishartPriors state)
    {
        var prior = RegimeSwitchingModel.Prior(
            states,
            settings.Concentration,
            settings.Stickiness,
            state.Mean,
            state.PrecisionScale,
            state.DegreesOfFreedom,
            state.InverseScale
        );
        return state.LearnsScale ? RegimeSwitchingModel.WithLearnedScale(prior) : prior;
    }

    private static FitAnswer Answer(
        FitRequest request,
        RegimeSwitchingSettings settings,
        Func<int, RegimeSwitchingPrior> priorOf,
        Rows rows,
        Sweep<RegimeSwitchingPosterior> sweep,
        Func<int, IEnumerable<Sweep<RegimeSwitchingPosterior>>> fit
    )
    {
        var (q, prior) = (sweep.Posterior, priorOf(settings.States));
        var compared = OtherNumbers.Of(
            settings.CompareStates,
            settings.States,
            sweep,
            fit,
            (count, posterior) =>
                TriedNumbers.LogLabellings(
                    count,
                    RegimeSwitchingModel.Counts(priorOf(count), posterior).ToArray().Count(rows => rows >= 1)
                )
        );
        var answer = new RegimeAnswer(request.RequireData(), prior, rows, q, request.Seed, request.Truth, compared);
        var response = request.Response(sweep, () => RegimeSwitchingModel.LinearResponse(prior, rows, q, new()));
        double? logEvidence =
            q.States.Length == 1 ? RegimeSwitchingModel.LogEvidenceOfOne(prior, Statistics.Moments(rows)) : null;
        return FitAnswer.Of(request with { Truth = answer.Truth }, answer.Posterior, response) with
        {
            Parameters = answer.Parameters,
            Fitted = request.Stored(FittedModels.Of(request.RequireData().ColumnNames, q, rows)),
            Diagnostics = answer.Diagnostics(logEvidence),
            Findings =
            [
                .. Findings(answer.View),
                .. OtherNumbers.Better(compared, settings.States, "states", Severity.Hint),
                EvidenceFinding.Of(logEvidence, sweep.Elbo, isExact: true),
            ],
            Exhibits = answer.Exhibits,
        };
    }

    private static IEnumerable<Finding> Findings(RegimeView view)
    {
        var (states, occupied) = (view.Counts.Length, view.Counts.Count(count => count >= 1));
        if (occupied < states)
        {
            yield return Finding.Of(Severity.Hint, "empty-states", ("occupied", occupied), ("states", states));
        }

        if (states > 1)
        {
            yield return Finding.Of(
                Severity.Hint,
                "regime-changes",
                ("changes", view.States.Zip(view.States.Skip(1)).Count(pair => pair.First != pair.Second)),
                ("rows", view.States.Length),
                ("sure", view.Probabilities.Count(row => row.Max() >= 0.9) / (double)view.Probabilities.Length)
            );
        }
    }

    private static IEnumerable<Problem> Problems(RegimeSwitchingSettings settings, Dataset data)
    {
        foreach (
            var (setting, count) in OtherNumbers.Above(
                data.RowCount,
                ("states", settings.States),
                ("compareStates", settings.CompareStates)
            )
        )
        {
            yield return new(
                setting,
                $"{count} states for {data.RowCount} rows; at most as many states as rows are allowed"
            );
        }
    }
}
