using Vi.Verification;

namespace Vi.App.Verifying;

/// <summary>One law or specimen done.</summary>
/// <param name="Trouble">What is wrong with it, where something is.</param>
/// <param name="Left">How long the rest will take; null where that is not known.</param>
internal sealed record CheckStep(int Done, int Total, string Name, string? Trouble, TimeSpan? Left);

/// <summary>Checks laws and specimens on several threads. Every law has the same seed, so results do not depend on their number.</summary>
internal sealed class LawChecker(TimeProvider clock)
{
    /// <summary>Specimens are tried on at least as many cases as this.</summary>
    private const int SpecimenCases = 100;

    /// <summary>Name under which a check says what build of the laws it is of.</summary>
    private const string BuildName = "build of the laws";

    private static readonly TimeSpan StoreInterval = TimeSpan.FromSeconds(10);

    /// <summary>Changes with any line of the laws or of what they speak for.</summary>
    public static string Build { get; } =
        string.Join(
            '-',
            new[] { typeof(Law), typeof(Vi.Math.Vec), typeof(Vi.Kernels.LinearAlgebra) }.Select(type =>
                type.Module.ModuleVersionId.ToString("N")[..8]
            )
        );

    /// <summary>
    /// Checks all; <paramref name="afterEach"/> is called after each, one call at a time, <paramref name="store"/> every ten seconds with
    /// what there is. When somebody cancels, laws under way are left alone, and the result holds what was done. Laws that held and
    /// specimens that were rejected in <paramref name="earlier"/>, on as many cases of the same seed and with the same build, are taken
    /// from there.
    /// </summary>
    public VerificationResult Check(
        LawCatalogue chosen,
        VerifyRequest request,
        VerificationResult? earlier,
        Action<VerificationResult> store,
        Action<CheckStep> afterEach,
        CancellationToken cancellation
    )
    {
        var start = clock.GetTimestamp();
        var stored = new Throttle(clock);
        var known = WhyAnew(earlier, request) is null ? earlier : null;
        CheckedLaw?[] laws = [.. chosen.Laws.Select(law => Kept(law, request, known))];
        CheckedSpecimen?[] specimens = [.. chosen.Specimens.Select(specimen => Kept(specimen, known))];
        var total = laws.Length + specimens.Length;
        var done = laws.Count(law => law is not null) + specimens.Count(specimen => specimen is not null);
        var begun = new VerificationResult
        {
            Filters = request.Filters,
            CasesPerLaw = request.Cases,
            Seed = request.Seed,
            // What a calibration had before is not lost while the laws are checked again.
            Calibrations = request.Replicates is not null && earlier?.Seed == request.Seed ? earlier.Calibrations : [],
            StartedAt = known?.StartedAt ?? clock.GetUtcNow(),
            Threads = request.Threads,
            Versions = Versions(),
        };
        VerificationResult Now() =>
            (
                begun with
                {
                    NotChecked = total - done,
                    Laws = [.. laws.OfType<CheckedLaw>()],
                    Specimens = [.. specimens.OfType<CheckedSpecimen>()],
                    Seconds = (known?.Seconds ?? 0) + clock.GetElapsedTime(start).TotalSeconds,
                }
            ).Judged();

        IEnumerable<Func<Action>> Missing<T>(
            T?[] all,
            Func<int, T> check,
            Func<T, string> name,
            Func<T, string?> trouble
        )
            where T : class =>
            from i in Enumerable.Range(0, all.Length)
            where all[i] is null
            select new Func<Action>(() =>
            {
                var made = check(i);
                return () =>
                {
                    all[i] = made;
                    afterEach(new CheckStep(++done, total, name(made), trouble(made), null));
                    if (stored.IsDue(StoreInterval))
                    {
                        store(Now());
                    }
                };
            });

        Func<Action>[] jobs =
        [
            .. Missing(
                laws,
                i => Checked(chosen.Laws[i], request),
                law => law.Name,
                law => law.Counterexample?.Quantity
            ),
            .. Missing(
                specimens,
                i => Checked(chosen.Specimens[i], request),
                specimen => specimen.Name,
                specimen => specimen.Counterexample is null ? "the specimen was not rejected" : null
            ),
        ];
        Workers.Run(request.Threads, jobs, cancellation);
        return Now();
    }

    /// <summary>A law that held in an earlier check on as many cases.</summary>
    private static CheckedLaw? Kept(Law law, VerifyRequest request, VerificationResult? known) =>
        known?.Laws.FirstOrDefault(before =>
            before.Name == law.Name && before.Counterexample is null && before.Cases == CasesOf(law, request)
        );

    /// <summary>A specimen that was rejected in an earlier check.</summary>
    private static CheckedSpecimen? Kept(Specimen specimen, VerificationResult? known) =>
        known?.Specimens.FirstOrDefault(before => before.Name == specimen.Name && before.Counterexample is not null);

    /// <summary>Versions by name, with the build of the laws.</summary>
    public static Dictionary<string, string> Versions() =>
        new(VersionsRecord.Current(), StringComparer.Ordinal) { [BuildName] = Build };

    /// <summary>Why nothing of a stored check can be kept; null where it can.</summary>
    public static string? WhyAnew(VerificationResult? earlier, VerifyRequest request) =>
        earlier is null ? "the output folder holds no check"
        : earlier.Seed != request.Seed ? $"the stored check has the seed {earlier.Seed}"
        : earlier.CasesPerLaw != request.Cases
            ? $"the stored check has {(earlier.CasesPerLaw is { } cases ? $"--cases {cases}" : "each law's own number of cases")}"
        : earlier.Versions.GetValueOrDefault(BuildName) != Build
        || earlier.Versions.GetValueOrDefault("vilab") != VersionsRecord.Program
            ? "the stored check is of another build"
        : null;

    private static int CasesOf(Law law, VerifyRequest request) =>
        law.DefaultCases > 1 ? request.Cases ?? law.DefaultCases : 1;

    private CheckedLaw Checked(Law law, VerifyRequest request)
    {
        var start = clock.GetTimestamp();
        var outcome = Outcome(law, CasesOf(law, request), request.Seed);
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
        var outcome = Outcome(specimen.Law, Max(SpecimenCases, specimen.Law.DefaultCases), request.Seed);
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
