using Vi.Verification;
using FSharpVerdicts = Vi.Verification.FSharp.Verdicts;

namespace Vi.App.Verifying;

/// <summary>
/// Fits many data sets of each kind by each algorithm and compares them with their posterior. A data set depends on seed and number alone, so
/// results depend neither on threads nor on interruptions. They are stored after each data set.
/// </summary>
internal sealed class VerdictStudy(TimeProvider clock)
{
    /// <summary>Folder of the verdicts within the output folder.</summary>
    public const string FolderName = "verdicts";

    /// <summary>Makes what is missing of so many data sets of each kind; <paramref name="afterEach"/> is called after each, one call at a time.</summary>
    public VerificationResult Run(
        IReadOnlyList<VerdictPair> chosen,
        int dataSets,
        VerifyRequest request,
        string folder,
        Action<CheckStep> afterEach,
        CancellationToken cancellation
    )
    {
        var start = clock.GetTimestamp();
        var startedAt = clock.GetUtcNow();
        var files = chosen.Select(pair => new PairFile(pair, request, folder)).ToList();
        // First of every kind the first data set, then the second: a study that is stopped has about as many of each.
        var jobs = (
            from number in Enumerable.Range(0, dataSets)
            from kind in files.GroupBy(file => file.Pair.Kind.Name, StringComparer.Ordinal)
            let missing = kind.Where(file => !file.Has(number)).ToList()
            where missing.Count > 0
            select new Job(missing[0].Pair.Kind, number, missing)
        ).ToList();
        var total = files.Count * dataSets;
        var rest = new Rest(jobs);
        Action Make(Job job)
        {
            var begun = clock.GetTimestamp();
            var algorithms = job.Files.Select(file => file.Pair.Algorithm);
            var rows = FSharpVerdicts.rows(job.Kind, algorithms, request.Seed, job.Number);
            var took = clock.GetElapsedTime(begun);
            return () =>
            {
                foreach (var (file, row) in job.Files.Zip(rows))
                {
                    file.Add(row);
                }

                rest.Finish(job, took);
                var name = $"{job.Kind.Name}, data set {job.Number + 1}";
                afterEach(new CheckStep(total - rest.Fits, total, name, null, rest.Time / request.Threads));
            };
        }

        Workers.Run(request.Threads, jobs.Select(job => new Func<Action>(() => Make(job))), cancellation);
        return new VerificationResult
        {
            Filters = request.Filters,
            Seed = request.Seed,
            StartedAt = startedAt,
            Seconds = clock.GetElapsedTime(start).TotalSeconds,
            Threads = request.Threads,
            Versions = LawChecker.Versions(),
            Verdicts = VerdictRecords.Of(
                [.. files.SelectMany(file => file.Rows).Where(row => row.Number < dataSets)],
                dataSets,
                rest.Fits
            ),
        }.Judged();
    }

    /// <summary>A data set of one kind, with the files that miss it.</summary>
    private sealed record Job(VerdictKind Kind, int Number, IReadOnlyList<PairFile> Files);

    /// <summary>What is left to do.</summary>
    private sealed class Rest(IReadOnlyList<Job> jobs)
    {
        private readonly Dictionary<string, OfKind> kinds = jobs.GroupBy(job => job.Kind.Name, StringComparer.Ordinal)
            .ToDictionary(kind => kind.Key, kind => new OfKind(kind.Sum(job => job.Files.Count), 0, 0));

        public int Fits => kinds.Values.Sum(kind => kind.Left);

        /// <summary>How long one thread would take; null before every kind was fitted once.</summary>
        public TimeSpan? Time =>
            kinds.Values.All(kind => kind.Left == 0 || kind.Made > 0)
                ? TimeSpan.FromSeconds(kinds.Values.Where(kind => kind.Left > 0).Sum(k => k.Left * k.Seconds / k.Made))
                : null;

        public void Finish(Job job, TimeSpan took)
        {
            var (left, made, seconds) = kinds[job.Kind.Name];
            var fits = job.Files.Count;
            kinds[job.Kind.Name] = new OfKind(left - fits, made + fits, seconds + took.TotalSeconds);
        }

        private sealed record OfKind(int Left, int Made, double Seconds);
    }

    /// <summary>The stored verdicts of one algorithm on one kind.</summary>
    private sealed class PairFile
    {
        private readonly string path;
        private readonly VerdictFileHead head;
        private readonly SortedDictionary<int, VerdictRecord> rows;

        public PairFile(VerdictPair pair, VerifyRequest request, string folder)
        {
            Pair = pair;
            path = VerdictFile.PathOf(folder, pair.Kind.Name, pair.Algorithm);
            head = new(VerdictFile.SchemaVersion, pair.Kind.Name, pair.Algorithm, request.Seed, LawChecker.Build);
            var stored = request.Resume ? VerdictFile.Read(path, head) : [];
            rows = new(stored.ToDictionary(row => row.Number));
        }

        public VerdictPair Pair { get; }

        public IEnumerable<VerdictRecord> Rows => rows.Values;

        public bool Has(int number) => rows.ContainsKey(number);

        public void Add(VerdictRow row)
        {
            rows[row.Number] = VerdictRecords.Of(row);
            VerdictFile.Write(path, head, rows.Values);
        }
    }
}
