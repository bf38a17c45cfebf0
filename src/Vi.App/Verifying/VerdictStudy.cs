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
        var jobs = new Jobs(files, dataSets);
        var gate = new Lock();
        var isClosed = false;
        void Work()
        {
            while (!cancellation.IsCancellationRequested && jobs.Next() is { } job)
            {
                var begun = clock.GetTimestamp();
                var rows = FSharpVerdicts.rows(
                    job.Files[0].Pair.Kind,
                    job.Files.Select(file => file.Pair.Algorithm),
                    request.Seed,
                    job.Number
                );
                lock (gate)
                {
                    if (isClosed)
                    {
                        return;
                    }

                    foreach (var (file, row) in job.Files.Zip(rows))
                    {
                        file.Add(row);
                    }

                    var left = jobs.Finish(job, clock.GetElapsedTime(begun), request.Threads);
                    afterEach(new CheckStep(jobs.Done, jobs.Total, Name(job), null, left));
                }
            }
        }

        LawChecker.Wait(request.Threads, Work, cancellation);
        lock (gate)
        {
            isClosed = true;
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
                    jobs.Total - jobs.Done
                ),
            }.Judged();
        }
    }

    private static string Name(Job job) => $"{job.Files[0].Pair.Kind.Name}, data set {job.Number + 1}";

    /// <summary>A data set of one kind, with the files that miss it.</summary>
    private sealed record Job(int Number, IReadOnlyList<PairFile> Files);

    /// <summary>
    /// The data sets to make: first of every kind the first, then the second. So a study that is stopped has about as many of each.
    /// </summary>
    private sealed class Jobs
    {
        private readonly Queue<Job> waiting;
        private readonly Dictionary<string, (double Seconds, int Fits)> made = new(StringComparer.Ordinal);
        private readonly Dictionary<string, int> left;
        private readonly Lock gate = new();

        public Jobs(IReadOnlyList<PairFile> files, int dataSets)
        {
            var all =
                from number in Enumerable.Range(0, dataSets)
                from kind in files.GroupBy(file => file.Pair.Kind.Name, StringComparer.Ordinal)
                let missing = kind.Where(file => !file.Has(number)).ToList()
                where missing.Count > 0
                select new Job(number, missing);
            waiting = new Queue<Job>(all);
            left = waiting
                .GroupBy(KindOf, StringComparer.Ordinal)
                .ToDictionary(jobs => jobs.Key, jobs => jobs.Sum(job => job.Files.Count), StringComparer.Ordinal);
            Total = files.Count * dataSets;
            Done = Total - left.Values.Sum();
        }

        /// <summary>Fits that were asked for.</summary>
        public int Total { get; }

        /// <summary>Fits that are there.</summary>
        public int Done { get; private set; }

        public Job? Next()
        {
            lock (gate)
            {
                return waiting.TryDequeue(out var job) ? job : null;
            }
        }

        /// <summary>How long the rest will take; null before every kind was fitted once.</summary>
        public TimeSpan? Finish(Job job, TimeSpan took, int threads)
        {
            var kind = KindOf(job);
            var (seconds, fits) = made.GetValueOrDefault(kind);
            made[kind] = (seconds + took.TotalSeconds, fits + job.Files.Count);
            left[kind] -= job.Files.Count;
            Done += job.Files.Count;
            return left.All(rest => rest.Value == 0 || made.ContainsKey(rest.Key))
                ? TimeSpan.FromSeconds(
                    left.Where(rest => rest.Value > 0)
                        .Sum(rest => rest.Value * made[rest.Key].Seconds / made[rest.Key].Fits) / threads
                )
                : null;
        }

        private static string KindOf(Job job) => job.Files[0].Pair.Kind.Name;
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
