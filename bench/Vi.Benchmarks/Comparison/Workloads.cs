using System.Diagnostics;
using Vi.Math.Fluent;

namespace Vi.Benchmarks.Comparison;

/// <summary>What one run of ours took.</summary>
/// <param name="Seconds">Of a sweep, or of the whole fit.</param>
/// <param name="Processor">Seconds of processor time of all threads in the same time: what a busy machine disturbs less.</param>
/// <param name="Bytes">Allocated in the same time by all threads.</param>
/// <param name="Elbo">The bound at the end, in nats: the same bits whatever the threads.</param>
internal sealed record Measured(double Seconds, double Processor, long Bytes, double Elbo);

/// <summary>One of ours: a file of ../shared/bench, what is timed, and the peers it stands against.</summary>
/// <param name="Name">Name to ask for on the command line.</param>
/// <param name="File">Name of the data without its ending.</param>
/// <param name="Unit">sweep or fit.</param>
/// <param name="MultiplyAdds">Multiply-adds of the plain algorithm in the unit, from rows and columns.</param>
/// <param name="Run">Runs it on so many threads; the array is null where the file is to be read as a part of it.</param>
/// <param name="Peers">Name of the peer in the scripts' lines.</param>
internal sealed record Workload(
    string Name,
    string File,
    string Unit,
    Func<double, double, double> MultiplyAdds,
    Func<NpyFile, int, Measured> Run,
    IReadOnlyList<string> Peers
)
{
    private const int TimedSweeps = 10;

    /// <summary>All workloads, in the table's order.</summary>
    public static IReadOnlyList<Workload> All { get; } =
    [
        Mixture("gmm_10k_2_3", 3, "sklearn.BayesianGaussianMixture", "BayesPy VB"),
        Mixture("gmm_100k_10_10", 10, "sklearn.BayesianGaussianMixture"),
        Mixture("gmm_1m_2_5", 5, "sklearn.BayesianGaussianMixture"),
        Mixture("gmm_100k_50_10", 10, "sklearn.BayesianGaussianMixture"),
        Mixture("gmm_20k_100_10", 10, "sklearn.BayesianGaussianMixture"),
        Regression("blr_1m_50", "sklearn.BayesianRidge"),
        Regression("blr_100k_20", "sklearn.BayesianRidge"),
        Regression("notebook_s4", "notebook section 4"),
    ];

    /// <summary>Distances and scatters: D (D + 1) / 2 multiply-adds each, for each row and component.</summary>
    private static Workload Mixture(string name, int components, params string[] peers) =>
        new(
            name,
            name,
            "sweep",
            (rows, columns) => rows * components * columns * (columns + 1.0),
            (data, threads) => TimeMixture(data, components, threads),
            peers
        );

    /// <summary>The lower triangle of the moments of all columns, the target among them.</summary>
    private static Workload Regression(string name, params string[] peers) =>
        new(name, name, "fit", (rows, columns) => rows * columns * (columns + 1.0) / 2.0, TimeRegression, peers);

    /// <summary>Ten sweeps after the first, as the peers' script counts.</summary>
    private static Measured TimeMixture(NpyFile data, int components, int threads)
    {
        var rows = Vi.Math.Rows.OfRowMajor(data.Values, data.Columns).WithThreads(threads);
        var prior = GaussianMixtureModel.DefaultPrior(components, 1.0, Vi.Math.FSharp.Moments.ofRows(rows));
        var options = new FitOptions
        {
            MaxIterations = 1 + TimedSweeps,
            Tolerance = 0.0,
            Threads = threads,
        };
        using var sweeps = GaussianMixtureModel.Fit(prior, rows, options).GetEnumerator();
        sweeps.MoveNext();
        var bytes = GC.GetTotalAllocatedBytes(precise: true);
        var processor = Environment.CpuUsage.TotalTime;
        var clock = Stopwatch.StartNew();
        for (var sweep = 0; sweep < TimedSweeps; sweep++)
        {
            sweeps.MoveNext();
        }

        var seconds = clock.Elapsed.TotalSeconds / TimedSweeps;
        return new Measured(
            seconds,
            (Environment.CpuUsage.TotalTime - processor).TotalSeconds / TimedSweeps,
            (GC.GetTotalAllocatedBytes(precise: true) - bytes) / TimedSweeps,
            sweeps.Current.Elbo
        );
    }

    /// <summary>From the array to convergence, through the origin as the peer's.</summary>
    private static Measured TimeRegression(NpyFile data, int threads)
    {
        var bytes = GC.GetTotalAllocatedBytes(precise: true);
        var processor = Environment.CpuUsage.TotalTime;
        var clock = Stopwatch.StartNew();
        var rows = Vi.Math.Rows.OfRowMajor(data.Values, data.Columns);
        var last = LinearRegressionModel
            .Fit(LinearRegressionModel.Prior(1.0, 1.0, 1.0), rows, new FitOptions { Threads = threads })
            .Last();
        return new Measured(
            clock.Elapsed.TotalSeconds,
            (Environment.CpuUsage.TotalTime - processor).TotalSeconds,
            GC.GetTotalAllocatedBytes(precise: true) - bytes,
            last.Elbo
        );
    }
}
