namespace Vi.Reports.English;

internal static class OutcomeText
{
    /// <summary>The outcome with its figures, e.g. <c>Not converged after 10 sweeps: the last one still gained 0.3 nats.</c></summary>
    /// <param name="iteration">What the algorithm calls an iteration.</param>
    public static string Sentence(OutcomeRecord outcome, string iteration = "step")
    {
        string F(string name) => Numbers.Significant(outcome.Figures[name]);
        string N(string name, string noun) => Numbers.Counted((long)outcome.Figures[name], noun);
        var chains = () => $"{N("chains", "chain")} of {N("draws", "draw")} after {N("warmUp", "warm-up draw")}";
        return outcome.Code switch
        {
            OutcomeCode.SweepGain =>
                $"Converged after {N("sweeps", "sweep")}: the last one gained {F("gain")} nats and moved the posterior by {F("change")} sd.",
            OutcomeCode.SweepWouldGain =>
                $"Converged after {N("epochs", "epoch")}: a sweep of coordinate ascent over all rows would gain {F("gain")} nats.",
            OutcomeCode.StreamRead =>
                $"Converged: all rows were read in {N("batches", "batch")}, and the last sweep over the last of them gained {F("gain")} nats.",
            OutcomeCode.AveragesSettled =>
                $"Converged after {N("steps", "step")}: the averaged parameters drift by {F("drift")} posterior sd (at most {F("accuracy")}).",
            OutcomeCode.StepWouldMove =>
                $"Converged after {N("iterations", "iteration")} of L-BFGS: a further step would move the fit by {F("change")} posterior sd.",
            OutcomeCode.NewtonDecrement => $"Converged: a further Newton step would gain {F("gain")} nats.",
            OutcomeCode.PathsFound => $"Converged: {F("found")} of {N("tried", "path")} found a normal approximation.",
            OutcomeCode.ParticlesAtRest =>
                $"Converged after {N("steps", "step")}: the force on the particles is {F("force")} posterior sd (at most {F("tolerance")}).",
            OutcomeCode.ChainsAgree => $"Converged: {chains()} agree (largest R-hat {F("rHat")}).",
            OutcomeCode.SweepsSpent =>
                $"Not converged after {N("sweeps", "sweep")}: the last one still gained {F("lastGain")} nats.",
            OutcomeCode.TooFewSweepsToTell =>
                $"Not converged after {N("sweeps", "sweep")}: too few to measure what a sweep gains.",
            OutcomeCode.EpochsSpent =>
                $"Not converged after {N("epochs", "epoch")}: a sweep of coordinate ascent over all rows would still gain {F("gain")} nats.",
            OutcomeCode.EpochsUnchecked =>
                $"Stopped after {N("epochs", "epoch")}: without the bound of all rows, convergence cannot be checked.",
            OutcomeCode.StreamGaining =>
                $"Not converged: all rows were read in {N("batches", "batch")}, and the last sweep over the last of them still gained {F("lastGain")} nats.",
            OutcomeCode.AveragesMoving =>
                $"Not converged after {N("steps", "step")}: the averaged parameters still drift by {F("drift")} posterior sd (at most {F("accuracy")}).",
            OutcomeCode.RateMatters =>
                $"Not converged after {N("steps", "step")}: a lower rate still shifts the averaged parameters by {F("shift")} posterior sd (at most {F("allowed")}).",
            OutcomeCode.TooFewStepsToTell =>
                $"Not converged after {N("steps", "step")}: too few to see whether the averaged parameters have settled.",
            OutcomeCode.GainPromised =>
                $"Not converged after {N("iterations", "iteration")} of L-BFGS: a further step promises {F("decrement")} nats"
                    + (outcome.Figures["noLowerPoint"] > 0 ? ", but no point along it is better." : "."),
            OutcomeCode.ParticlesMoving =>
                $"Not converged after {N("steps", "step")}: the force on the particles is still {F("force")} posterior sd (at most {F("tolerance")}).",
            OutcomeCode.ChainsDisagree =>
                $"Not converged: {chains()} do not agree (largest R-hat {F("rHat")}, at most {F("allowed")}).",
            OutcomeCode.ChainsUnchecked => $"Not converged: {chains()} do not give every coordinate an R-hat.",
            OutcomeCode.StepsSpent => $"Stopped after {N("steps", "step")}.",
            OutcomeCode.BoundFell =>
                $"Diverged: sweep {F("sweep")} lowered the bound by {F("fall")} nats, more than rounding explains.",
            OutcomeCode.TermNotFinite =>
                $"Diverged: after sweep {F("sweep")} the term {outcome.Detail} of the bound is not a finite number.",
            OutcomeCode.DensityNotFinite => $"Diverged: log p is not finite around step {F("step")}.",
            OutcomeCode.StartNotFinite => "Diverged: log p is not finite at any starting point.",
            OutcomeCode.NoMode =>
                $"Diverged: the climb ended at log p {F("logDensity")}, where the curvature is not that of a maximum.",
            OutcomeCode.NoPath => $"Diverged: none of {N("tried", "path")} found a normal approximation.",
            OutcomeCode.Cancelled => $"Cancelled {Where(outcome, iteration)}.",
            OutcomeCode.Failed => $"Failed {Where(outcome, iteration)}: {outcome.Detail}",
            _ => throw new ArgumentOutOfRangeException(nameof(outcome)),
        };
    }

    private static string Where(OutcomeRecord outcome, string iteration)
    {
        if (!outcome.Figures.TryGetValue("step", out var step))
        {
            return $"before the first {iteration}";
        }

        if (outcome.Phase is { Code: not PhaseCode.WholeRun } phase)
        {
            return $"after step {Numbers.Count((long)step)} ({Phase(phase)})";
        }

        var of =
            outcome.Figures.TryGetValue("restarts", out var all) && all > 1
                ? $" of restart {Numbers.Count((long)outcome.Figures["restart"])} of {Numbers.Count((long)all)}"
                : "";
        return $"after {iteration} {Numbers.Count((long)step)}{of}";
    }

    /// <summary>How far a run has come, e.g. <c>warm-up draw 30 of 1,000</c>; empty for the whole run.</summary>
    public static string Phase(PhaseRecord phase)
    {
        string N(string name) => Numbers.Count((long)phase.Figures[name]);
        return phase.Code switch
        {
            PhaseCode.Steps => Numbers.Counted((long)phase.Figures["steps"], "step"),
            PhaseCode.Iterations => Numbers.Counted((long)phase.Figures["iterations"], "iteration"),
            PhaseCode.Force => $"force {Numbers.Significant(phase.Figures["force"])} sd",
            PhaseCode.WarmUp => $"warm-up draw {N("draws")} of {N("all")}",
            PhaseCode.Draws => $"draw {N("draws")} of {N("all")}",
            _ => "",
        };
    }
}
