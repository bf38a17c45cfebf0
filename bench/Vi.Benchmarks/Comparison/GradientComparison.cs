using System.Diagnostics;
using System.Globalization;
using Vi.Benchmarks.Kernels;
using Vi.Math;
using Vi.Math.FSharp;
using Plan = Vi.Math.Plan;

namespace Vi.Benchmarks.Comparison;

/// <summary>
/// Value and gradient of ours against a leapfrog step of Stan's, on the same data, by turns in one run. Stan's step is its gradient and some
/// additions to vectors; ours is the value and the gradient.
/// </summary>
internal static class GradientComparison
{
    /// <summary>Names of the workloads.</summary>
    public static IReadOnlyList<string> Names { get; } = ["stochastic_volatility", "logistic"];

    /// <summary>Prints a line for each workload.</summary>
    public static void Run(IEnumerable<string> names, string folder, int rounds)
    {
        foreach (var name in names)
        {
            var plan = Prepare(name, folder);
            var ours = new List<double> { Seconds(plan) };
            var stan = new List<double>();
            for (var round = 0; round < rounds; round++)
            {
                if (Stan(folder, name) is { } seconds)
                {
                    stan.Add(seconds);
                }

                ours.Add(Seconds(plan));
            }

            var time = Median(ours);
            var against = stan.Count switch
            {
                > 0 => $"Stan's leapfrog {1e6 * Median(stan):F1} us: {Median(stan) / time:F1}x",
                _ when rounds == 0 => "Stan was not asked",
                _ => Rscripts.Missing,
            };
            Console.WriteLine($"{name}: value and gradient {1e6 * time:F2} us; {against}");
        }
    }

    /// <summary>Milliseconds from the first operation of a model to its first gradient, in a process that has done nothing else.</summary>
    public static int FirstGradient(string model)
    {
        var (table, target) = GradientModels.Rows(8000, 20);
        var returns = GradientModels.Returns(1000);
        var processor = Environment.CpuUsage.TotalTime;
        var clock = Stopwatch.StartNew();
        var plan =
            model == "logistic"
                ? GradientModels.Logistic(table, target, 20)
                : GradientModels.StochasticVolatility(returns);
        var compiled = clock.Elapsed.TotalMilliseconds;
        var gradient = new double[plan.Dimension];
        var value = Evaluator(plan).ValueAndGradient(new double[plan.Dimension], gradient);
        var work = (Environment.CpuUsage.TotalTime - processor).TotalMilliseconds;
        Console.WriteLine(
            $"{model}: {clock.Elapsed.TotalMilliseconds:F1} ms ({work:F0} ms of processors) to the first gradient, {compiled:F1} ms of it to the plan (value {value:R})"
        );
        return 0;
    }

    /// <summary>The plan of a workload, whose data are written for Stan.</summary>
    public static Plan Prepare(string name, string folder)
    {
        Directory.CreateDirectory(folder);
        var file = Path.Combine(folder, $"{name}.csv");
        if (name == "logistic")
        {
            var (table, target) = GradientModels.Rows(8000, 20);
            Write(file, target.Select((y, n) => table.AsSpan(n * 20, 20).ToArray().Append(y)));
            return GradientModels.Logistic(table, target, 20);
        }

        var returns = GradientModels.Returns(1000);
        Write(file, returns.Select(y => (IEnumerable<double>)[y]));
        return GradientModels.StochasticVolatility(returns);
    }

    private static void Write(string file, IEnumerable<IEnumerable<double>> rows) =>
        File.WriteAllLines(
            file,
            rows.Select(row => string.Join(",", row.Select(x => x.ToString("R", CultureInfo.InvariantCulture))))
        );

    private static IDensityEvaluator Evaluator(Plan plan) => PlannedDensity.ofPlan([], plan).Evaluator.Invoke(null!);

    /// <summary>Seconds of one call: the median of some hundred batches, each short beside a time slice of a busy machine.</summary>
    private static double Seconds(Plan plan)
    {
        const int batch = 8;
        var evaluator = Evaluator(plan);
        var position = RandomNumbers.Normal(plan.Dimension, 1).Select(x => 0.1 * x).ToArray();
        var gradient = new double[plan.Dimension];
        var times = new List<double>();
        for (var repeat = 0; repeat < 3000; repeat++)
        {
            var clock = Stopwatch.StartNew();
            for (var call = 0; call < batch; call++)
            {
                evaluator.ValueAndGradient(position, gradient);
            }

            times.Add(clock.Elapsed.TotalSeconds / batch);
        }

        // The first third is compiled as it runs.
        return Median(times[1000..]);
    }

    /// <summary>Seconds of Stan's leapfrog; null where there is no Stan.</summary>
    private static double? Stan(string folder, string name) =>
        Rscripts.Run("stan", "leapfrog.R", folder, name)?.GetProperty("leapfrog_s").GetDouble();

    private static double Median(List<double> values)
    {
        var sorted = values.Order().ToList();
        return sorted[sorted.Count / 2];
    }
}
