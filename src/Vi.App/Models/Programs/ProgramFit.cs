namespace Vi.App.Models.Programs;

/// <summary>What a model adds to the answer that all programs have in common.</summary>
internal sealed record ProgramPresentation
{
    /// <summary>
    /// Labels of quantities and of their axes, e.g. the columns of <c>w</c>; a quantity of the program that is not among them, or has another
    /// shape, is called by its name and counted from 1.
    /// </summary>
    public IReadOnlyList<Quantity> Quantities { get; init; } = [];

    /// <summary>Quantities that the answer has besides those of the program, from its draws.</summary>
    public Func<DrawTable, IEnumerable<DrawnQuantity>> Derived { get; init; } = static _ => [];

    /// <summary>Known numbers that predictions by the draws need.</summary>
    public IReadOnlyList<NamedArray> Predicting { get; init; } = [];

    /// <summary>Quantities of the program that are no part of the answer, such as innovations.</summary>
    public IReadOnlyList<string> Hidden { get; init; } = [];

    /// <summary>Quantities that are known up to a rotation only, so that no entry can be held against a true value.</summary>
    public IReadOnlyList<string> Unidentified { get; init; } = [];

    /// <summary>Figures of the model's own, which come first.</summary>
    public Func<ProgramDraws, IEnumerable<Exhibit>> Exhibits { get; init; } = static _ => [];

    /// <summary>Figures of the model's own as numbers.</summary>
    public Func<ProgramDraws, NamedNumbers> Diagnostics { get; init; } = static _ => [];
}

/// <summary>Draws of a program.</summary>
/// <param name="Draws">Its quantities, hidden ones included.</param>
/// <param name="Positions">The same draws as positions on the real line (draws x D), row by row.</param>
internal sealed record ProgramDraws(DrawTable Draws, double[] Positions);

/// <summary>A fit of a program by an algorithm that needs no more than its log density.</summary>
internal sealed class ProgramFit(FitRequest request, Model model, ProgramPresentation presentation) : IResumableFit
{
    private readonly ModelRun run = Run(request, model);
    private bool pulled;

    public IReadOnlyList<PriorRecord> Priors { get; init; } = [];

    public IEnumerable<FitStep> Steps() => Follow(run.Steps());

    public byte[]? State() => pulled ? run.Save() : null;

    public IEnumerable<FitStep> StepsAfter(byte[] state) => Follow(run.StepsAfter(state));

    public FitAnswer Finish() => new ProgramAnswer(request, model, presentation, run.Answer()).Make();

    private IEnumerable<FitStep> Follow(IEnumerable<InferenceStep> steps)
    {
        foreach (var step in steps)
        {
            pulled = true;
            yield return new FitStep(0, step.Iteration, step.Objective, step.Gain, [], CoreRecords.Of(step.Outcome))
            {
                Phase = CoreRecords.Of(step.Phase),
                Share = double.IsNaN(step.Share) ? null : step.Share,
            };
        }
    }

    /// <summary>The run; raises <see cref="ExperimentException"/> at the setting that does not go together with the model.</summary>
    private static ModelRun Run(FitRequest request, Model model)
    {
        var settings = (DensitySettings)request.Inference;
        if (model.Dimension == 0)
        {
            throw new ExperimentException("model", "it has no parameter, so there is nothing to infer");
        }

        try
        {
            _ = (model.CoordinateNames, model.QuantityNames);
        }
        catch (ArgumentException error)
        {
            throw new ExperimentException("model", error.Message);
        }

        try
        {
            return new ModelRun(model, settings.ToInference(), request.Seed, request.Threads);
        }
        catch (InferenceOptionException error)
        {
            throw new ExperimentException($"inference.{DensitySettings.SettingOf(error.Option)}", error.Message);
        }
        catch (ArgumentException error)
        {
            throw new ExperimentException("inference", error.Message);
        }
    }
}
