namespace Vi.App.Models;

/// <summary>
/// A fit whose sweeps come from the core. It keeps the last sweep of the best restart, and answers from it.
/// </summary>
/// <param name="request">What the fit depends on.</param>
/// <param name="sweeps">The lazy sequence of sweeps.</param>
/// <param name="answer">Answers from a sweep's posterior; called once.</param>
internal sealed class SweepFit<TPosterior>(
    FitRequest request,
    IEnumerable<Sweep<TPosterior>> sweeps,
    Func<Sweep<TPosterior>, FitAnswer> answer
) : IResumableFit
{
    /// <summary>Begins a stored state; another number where its parts have another order.</summary>
    private const int Layout = 0x5653_0002;

    private Sweep<TPosterior>? best;
    private Sweep<TPosterior>? current;

    /// <summary>Passes over the rows in restarts before the current one, and in it.</summary>
    private double passesBefore;
    private double passes;

    /// <summary>Makes a posterior ready to be checked by Gibbs sweeps; null for a model without them.</summary>
    public Func<TPosterior, PosteriorChecker>? Checker { get; init; }

    public IReadOnlyList<PriorRecord> Priors { get; init; } = [];

    public IEnumerable<FitStep> Steps() => Follow(sweeps);

    public byte[]? State()
    {
        if (current is null)
        {
            return null;
        }

        var before = best?.Save() ?? [];
        return
        [
            .. BitConverter.GetBytes(Layout),
            .. BitConverter.GetBytes(passesBefore),
            .. BitConverter.GetBytes(before.Length),
            .. before,
            .. current.Save(),
        ];
    }

    public IEnumerable<FitStep> StepsAfter(byte[] state)
    {
        var run = (SweepRun<TPosterior>)sweeps;
        const int Head = sizeof(int) + sizeof(double) + sizeof(int);
        if (state.Length < Head || BitConverter.ToInt32(state) != Layout)
        {
            throw new StateLayoutException();
        }

        passesBefore = BitConverter.ToDouble(state, sizeof(int));
        var length = BitConverter.ToInt32(state, sizeof(int) + sizeof(double));
        var saved = state[(Head + length)..];
        best = length == 0 ? null : run.Restore(state[Head..(Head + length)]);
        current = run.Restore(saved);
        passes = PassesOf(current);
        return Follow(run.After(saved));
    }

    private IEnumerable<FitStep> Follow(IEnumerable<Sweep<TPosterior>> following)
    {
        foreach (var sweep in following)
        {
            if (current is { } before && before.Restart != sweep.Restart)
            {
                best = Sweep<TPosterior>.Better(best, before);
                (passesBefore, passes) = (passesBefore + passes, 0);
            }

            current = sweep;
            passes = PassesOf(sweep);
            yield return new FitStep(
                sweep.Restart,
                sweep.Iteration,
                sweep.Elbo,
                sweep.Gain,
                sweep.Ledger,
                CoreRecords.Of(sweep.Outcome)
            )
            {
                Remaining = double.IsNaN(sweep.Remaining) ? null : sweep.Remaining,
                Passes = double.IsNaN(sweep.Passes) ? null : sweep.Passes,
                Estimates =
                [
                    .. sweep.Estimates.Select(estimate => new BoundEstimate(
                        sweep.Passes - 1 + estimate.Passes,
                        estimate.Value,
                        estimate.StandardError
                    )),
                ],
            };
        }
    }

    private static double PassesOf(Sweep<TPosterior> sweep) =>
        double.IsNaN(sweep.Passes) ? sweep.Iteration : sweep.Passes;

    public FitAnswer Finish()
    {
        var kept =
            Sweep<TPosterior>.Better(
                best,
                current ?? throw new InvalidOperationException("No sweep was pulled, so there is no answer.")
            ) ?? throw new InvalidOperationException("No restart has a finite bound.");
        var made = answer(kept);
        // A fit that was stopped is not held up.
        var check = Checker is null || !kept.IsLast ? null : (Func<PosteriorChecker>)(() => Checker(kept.Posterior));
        var found = request.Extra(() => CheckedFit.Of(request, passesBefore + passes, check));
        if (found is null && check is not null)
        {
            found = new CheckedFit(PosteriorCheck.NotRequested, 0);
        }

        return made with
        {
            Restart = kept.Restart,
            IsPartial = request.IsStopped,
            ElboTerms = kept.Terms.ToDictionary(StringComparer.Ordinal),
            Checked = found,
            Findings = found is { Check.Numbers.Count: > 0 }
                ? [.. made.Findings.Where(finding => finding.Code != EvidenceFinding.DistanceUnknown)]
                : made.Findings,
            Exhibits =
                found is not null && CheckFigures.table(found.Check, new EntryNames(made.Posterior)) is { } table
                    ? [.. made.Exhibits, table]
                    : made.Exhibits,
        };
    }
}
