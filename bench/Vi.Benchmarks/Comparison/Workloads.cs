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
    private const string FactorAnalysis = "sklearn.FactorAnalysis(EM, point estimate)";

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
        Factors("fa_250_10", 3, 1000, FactorAnalysis, "BayesPy VB"),
        Factors("fa_2500_500", 10, 20, FactorAnalysis),
        Factors("fa_5000_2000", 20, 10, FactorAnalysis),
        new(
            "notebook_s6",
            "notebook_s6",
            "fit",
            (rows, columns) => rows * columns * columns / 2.0,
            TimeFactorFit,
            ["notebook section 6"]
        ),
        // As the notebook runs them: 100 epochs of minibatches of 128 rows with five draws, and 500 steps with five draws.
        new(
            "notebook_s7",
            "notebook_s7",
            "fit",
            (rows, columns) => 2.0 * 100 * 5 * rows * columns,
            (data, threads) => TimeSteps(data, threads, Logistic, 128, 100 * ((data.Rows + 127) / 128), 0.05),
            ["notebook section 7"]
        ),
        new(
            "notebook_s8",
            "notebook_s8",
            "fit",
            (rows, _) => 3.0 * 500 * 5 * rows * 100,
            (data, threads) => TimeSteps(data, threads, Network, 0, 500, 0.01),
            ["notebook section 8"]
        ),
    ];

    private static Model Logistic(Vi.Math.Mat design, Vi.Math.Vec target) =>
        ProgramModels.LogisticRegression(
            LogisticRegressionModel.Prior(design.Columns, System.Math.Sqrt(10)),
            design,
            target
        );

    private static Model Network(Vi.Math.Mat design, Vi.Math.Vec target) =>
        ProgramModels.Network(design, target, new NetworkOptions());

    /// <summary>Steps of Adam by a mean-field normal, five draws each, from the array to the last step.</summary>
    private static Measured TimeSteps(
        NpyFile data,
        int threads,
        Func<Vi.Math.Mat, Vi.Math.Vec, Model> build,
        int batch,
        int steps,
        double rate
    )
    {
        var width = data.Columns;
        var bytes = GC.GetTotalAllocatedBytes(precise: true);
        var processor = Environment.CpuUsage.TotalTime;
        var clock = Stopwatch.StartNew();
        var values = data.Values.ToArray();
        var rows = Enumerable.Range(0, data.Rows).ToArray();
        var model = build(
            Statistics.Matrix(rows.Select(i => values[(i * width)..((i * width) + width - 1)])),
            Statistics.Vector([.. rows.Select(i => values[(i * width) + width - 1])])
        );
        var run = new ModelRun(
            model,
            new AdviInference
            {
                Family = ApproximationFamily.MeanField,
                StepRule = StepRule.Adam,
                LearningRate = rate,
                Draws = 5,
                BatchRows = batch > 0 ? batch : null,
                MaxSteps = steps,
                Accuracy = 0,
            },
            threads: threads
        );
        var last = run.Steps().Last();
        return new Measured(
            clock.Elapsed.TotalSeconds,
            (Environment.CpuUsage.TotalTime - processor).TotalSeconds,
            GC.GetTotalAllocatedBytes(precise: true) - bytes,
            last.Objective
        );
    }

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

    /// <summary>
    /// R'R times N x K numbers and, small beside it, five products of K x K with K x N: moments, weights, pulls, and what is left of the
    /// columns before and after.
    /// </summary>
    private static Workload Factors(string name, int factors, int sweeps, params string[] peers) =>
        new(
            name,
            name,
            "sweep",
            (_, columns) => (columns * columns * factors) + (5.0 * columns * factors * factors),
            (data, threads) => TimeFactors(data, factors, sweeps, threads),
            peers
        );

    /// <summary>Sweeps after the first, from data read once.</summary>
    private static Measured TimeFactors(NpyFile data, int factors, int sweeps, int threads)
    {
        var rows = Vi.Math.Rows.OfRowMajor(data.Values, data.Columns).WithThreads(threads);
        var options = new FitOptions
        {
            MaxIterations = 1 + sweeps,
            Tolerance = 0.0,
            Threads = threads,
        };
        var prior = LatentFactorModel.Prior(factors, 1.0, 1.0, 1.0, rotation: true);
        using var fit = LatentFactorModel
            .Fit(prior, LatentFactorModel.Data(rows, center: true), options)
            .GetEnumerator();
        return TimeSweeps(fit, sweeps);
    }

    /// <summary>Section 6 as the notebook fits it, from the array to convergence: three factors, columns not centred.</summary>
    private static Measured TimeFactorFit(NpyFile data, int threads)
    {
        var bytes = GC.GetTotalAllocatedBytes(precise: true);
        var processor = Environment.CpuUsage.TotalTime;
        var clock = Stopwatch.StartNew();
        var rows = Vi.Math.Rows.OfRowMajor(data.Values, data.Columns).WithThreads(threads);
        var last = LatentFactorModel
            .Fit(
                LatentFactorModel.Prior(3, 1.0, 1.0, 1.0, rotation: true),
                LatentFactorModel.Data(rows, center: false),
                new FitOptions { Threads = threads }
            )
            .Last();
        return new Measured(
            clock.Elapsed.TotalSeconds,
            (Environment.CpuUsage.TotalTime - processor).TotalSeconds,
            GC.GetTotalAllocatedBytes(precise: true) - bytes,
            last.Elbo
        );
    }

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
        return TimeSweeps(sweeps, TimedSweeps);
    }

    /// <summary>Seconds a sweep after the first, which is not counted.</summary>
    private static Measured TimeSweeps<TPosterior>(IEnumerator<Sweep<TPosterior>> sweeps, int count)
    {
        sweeps.MoveNext();
        var bytes = GC.GetTotalAllocatedBytes(precise: true);
        var processor = Environment.CpuUsage.TotalTime;
        var clock = Stopwatch.StartNew();
        for (var sweep = 0; sweep < count; sweep++)
        {
            sweeps.MoveNext();
        }

        var seconds = clock.Elapsed.TotalSeconds / count;
        return new Measured(
            seconds,
            (Environment.CpuUsage.TotalTime - processor).TotalSeconds / count,
            (GC.GetTotalAllocatedBytes(precise: true) - bytes) / count,
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
