using System.Collections.Concurrent;
using Vi.App.Laws;
using Vi.App.Results;
using Vi.App.Running;
using Vi.Verification;

namespace Vi.App.Verifying;

/// <summary>One law or specimen done.</summary>
/// <param name="Done">How many are done.</param>
/// <param name="Total">How many there are.</param>
/// <param name="Name">Which one.</param>
/// <param name="Trouble">What is wrong with it, where something is.</param>
public sealed record CheckStep(int Done, int Total, string Name, string? Trouble);

/// <summary>Checks laws and specimens on several threads. Every law has the same seed, so results do not depend on their number.</summary>
public sealed class LawChecker(TimeProvider clock)
{
    /// <summary>Specimens are tried on at least as many cases as this.</summary>
    private const int SpecimenCases = 100;

    /// <summary>
    /// Checks all; <paramref name="afterEach"/> is called after each, one call at a time. When somebody cancels, laws under way are left
    /// alone, and the result holds what was done.
    /// </summary>
    public VerificationResult Check(
        LawCatalogue chosen,
        VerifyRequest request,
        Action<CheckStep> afterEach,
        CancellationToken cancellation
    )
    {
        var startedAt = clock.GetUtcNow();
        var start = clock.GetTimestamp();
        var laws = new CheckedLaw?[chosen.Laws.Count];
        var specimens = new CheckedSpecimen?[chosen.Specimens.Count];
        var jobs = new ConcurrentQueue<int>(Enumerable.Range(0, laws.Length + specimens.Length));
        var gate = new Lock();
        var done = 0;
        var isClosed = false;

        void Report(string name, string? trouble, Action store)
        {
            lock (gate)
            {
                if (!isClosed)
                {
                    store();
                    afterEach(new CheckStep(++done, laws.Length + specimens.Length, name, trouble));
                }
            }
        }

        void Work()
        {
            while (!cancellation.IsCancellationRequested && jobs.TryDequeue(out var i))
            {
                if (i < laws.Length)
                {
                    var law = Checked(chosen.Laws[i], request);
                    Report(law.Name, law.Counterexample?.Quantity, () => laws[i] = law);
                }
                else
                {
                    var at = i - laws.Length;
                    var specimen = Checked(chosen.Specimens[at], request);
                    var trouble = specimen.Counterexample is null ? "the specimen was not rejected" : null;
                    Report(specimen.Name, trouble, () => specimens[at] = specimen);
                }
            }
        }

        var workers = Enumerable
            .Range(0, request.Threads)
            .Select(_ => Task.Factory.StartNew(Work, default, TaskCreationOptions.LongRunning, TaskScheduler.Default));
        try
        {
            Task.WaitAll([.. workers], cancellation);
        }
        catch (OperationCanceledException)
        {
            // What is done is kept; the threads end with the process or after their law.
        }

        lock (gate)
        {
            isClosed = true;
            var isBroken =
                laws.Any(law => law?.Counterexample is not null)
                || specimens.Any(specimen => specimen is { Counterexample: null });
            return new VerificationResult
            {
                Status =
                    done < laws.Length + specimens.Length ? "cancelled"
                    : isBroken ? "broken"
                    : "passed",
                Filters = request.Filters,
                CasesPerLaw = request.Cases,
                Seed = request.Seed,
                NotChecked = laws.Length + specimens.Length - done,
                Laws = [.. laws.OfType<CheckedLaw>()],
                Specimens = [.. specimens.OfType<CheckedSpecimen>()],
                StartedAt = startedAt,
                Seconds = clock.GetElapsedTime(start).TotalSeconds,
                Threads = request.Threads,
                Versions = VersionsRecord.Current(),
            }.Judged();
        }
    }

    private CheckedLaw Checked(Law law, VerifyRequest request)
    {
        var cases = law.DefaultCases > 1 ? request.Cases ?? law.DefaultCases : 1;
        var start = clock.GetTimestamp();
        var outcome = Outcome(law, cases, request.Seed);
        return new CheckedLaw
        {
            Name = law.Name,
            Statement = law.Statement,
            Formula = law.Formula,
            Source = law.Source,
            Covers = [.. law.Covers],
            Cases = outcome.Cases,
            WorstSlack = outcome.WorstSlack,
            WorstQuantity = outcome.WorstQuantity,
            Seconds = clock.GetElapsedTime(start).TotalSeconds,
            Counterexample = Record(outcome),
        };
    }

    private CheckedSpecimen Checked(Specimen specimen, VerifyRequest request)
    {
        var start = clock.GetTimestamp();
        var outcome = Outcome(specimen.Law, System.Math.Max(SpecimenCases, specimen.Law.DefaultCases), request.Seed);
        return new CheckedSpecimen
        {
            Name = specimen.Name,
            SeenIn = specimen.SeenIn,
            Wrong = specimen.Wrong,
            RejectedBy = specimen.RejectedBy,
            Cases = outcome.Cases,
            Seconds = clock.GetElapsedTime(start).TotalSeconds,
            Counterexample = Record(outcome),
        };
    }

    private static LawOutcome Outcome(Law law, int cases, ulong seed) => law.Check.Invoke(cases).Invoke(seed);

    private static CounterexampleRecord? Record(LawOutcome outcome) =>
        outcome.Counterexample?.Value is { } found
            ? new CounterexampleRecord(
                found.Case,
                found.Comparison.Quantity,
                found.Comparison.Error,
                found.Comparison.Allowed,
                found.At,
                found.Shrinks
            )
            : null;
}
