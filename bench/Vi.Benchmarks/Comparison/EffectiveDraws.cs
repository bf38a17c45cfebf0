using System.Globalization;
using System.Text.Json;
using Microsoft.FSharp.Core;
using Vi.Math;
using Vi.Math.FSharp;
using LogDensity = Vi.Math.LogDensity;
using Matrices = Vi.Math.FSharp.Mat;
using ProgramDistribution = Vi.Math.ProgramDistribution;
using Programs = Vi.Math.FSharp.Program;
using Rngs = Vi.Math.FSharp.Rng;
using SampleSets = Vi.Math.FSharp.SampleSet;
using Vectors = Vi.Math.FSharp.Vec;

namespace Vi.Benchmarks.Comparison;

/// <summary>
/// Effective draws a second of the slowest scalar parameter, ours against Stan's, by turns in one run: the same data, the same model with
/// the same coordinates (stochastic volatility non-centred), the same number of chains one after the other on one core, all from 0, the same
/// number of draws, and the same estimator of the bulk size on both sides. Seconds are those of the processor, which a busy machine
/// stretches less; Stan's are the ones that it reports.
/// </summary>
internal static class EffectiveDraws
{
    private const int Chains = 2;
    private const int WarmUp = 1000;
    private const int Draws = 1000;
    private const string Prefix = "draws_";

    /// <summary>One run of a side: seconds and leapfrog steps of warm-up and draws, the least bulk size, the step size.</summary>
    private sealed record Figures(
        double WarmUpSeconds,
        double Seconds,
        long WarmUpLeapfrogs,
        long Leapfrogs,
        double BulkSize,
        double StepSize
    )
    {
        /// <summary>Effective draws a second, warm-up included.</summary>
        public double Rate => BulkSize / (WarmUpSeconds + Seconds);

        /// <summary>Effective draws a second of the draws alone.</summary>
        public double RateOfDraws => BulkSize / Seconds;
    }

    /// <summary>Names of the workloads.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. GradientComparison.Names.Select(name => Prefix + name)];

    /// <summary>Prints the lines of each workload.</summary>
    public static void Run(IEnumerable<string> names, string folder, int rounds)
    {
        foreach (var name in names)
        {
            var workload = name[Prefix.Length..];
            GradientComparison.Prepare(workload, folder);
            var (density, scalars) = Model(workload);
            var ours = new List<Figures> { Ours(density, scalars, 1) };
            var stan = new List<Figures>();
            for (var round = 0; round < rounds; round++)
            {
                if (Stan(folder, workload, scalars.Length) is { } figures)
                {
                    stan.Add(figures);
                }

                ours.Add(Ours(density, scalars, (ulong)(round + 2)));
            }

            Print($"{name}: ours", ours);
            if (stan.Count == 0)
            {
                Console.WriteLine(rounds == 0 ? "  Stan was not asked" : $"  {Rscripts.Missing}");
                continue;
            }

            Print("  Stan", stan);
            Console.WriteLine(
                $"  ratio: {Median(ours, f => f.Rate) / Median(stan, f => f.Rate):F1}x with warm-up, "
                    + $"{Median(ours, f => f.RateOfDraws) / Median(stan, f => f.RateOfDraws):F1}x without; load {Load()}"
            );
        }
    }

    /// <summary>The density that a user of the language gets, and the places of its scalar parameters.</summary>
    private static (LogDensity Density, int[] Scalars) Model(string workload)
    {
        if (workload == "logistic")
        {
            var (table, target) = GradientModels.Rows(8000, 20);
            var rows = Matrices.ofRows(Enumerable.Range(0, 8000).Select(n => table.AsSpan(n * 20, 20).ToArray()));
            var program = RegressionPrograms.logisticOf(
                System.Math.Sqrt(10.0),
                FSharpValueOption<double>.None,
                rows,
                Vectors.ofArray(target)
            );
            return (ProgramDensity.whole(Programs.trace(program)), [.. Enumerable.Range(0, 20)]);
        }

        var returns = GradientModels.Returns(1000);
        var prior = new VolatilityPrior(
            RealDistributions.normal(Expr.number(-8.0), Expr.number(2.0)),
            PositiveDistributions.betaBetween(0.0, 1.0, Expr.number(20.0), Expr.number(1.5)),
            PositiveDistributions.exponential(Expr.number(5.0)),
            FSharpValueOption<ProgramDistribution>.Some(RealDistributions.normal(Expr.number(0.0), Expr.number(0.001))),
            centred: false,
            unit: 1
        );
        var volatility = VolatilityProgram.returns(prior, Vectors.ofArray(returns));
        return (ProgramDensity.whole(Programs.trace(volatility)), [0, 1, 2, 3 + returns.Length]);
    }

    private static Figures Ours(LogDensity density, int[] scalars, ulong seed)
    {
        var starts = ChainStarts.NewGivenStarts([.. Enumerable.Repeat(Vectors.zero(density.Dimension), Chains)]);
        // Blocks of warm-up's length: the first is warm-up, the second the draws.
        var engine = Sampler.engine(1, WarmUp, Draws, HamiltonianChain.noUTurn, density, starts);
        var before = Environment.CpuUsage.TotalTime;
        var (warm, first) = engine.Step.Invoke(engine.Init.Invoke(Rngs.ofSeed(seed)));
        var between = Environment.CpuUsage.TotalTime;
        var (end, second) = engine.Step.Invoke(warm);
        var after = Environment.CpuUsage.TotalTime;
        var set = SampleSets.ofBlocks(density.CoordinateNames, end.Chains, [first, second]);
        return new Figures(
            (between - before).TotalSeconds,
            (after - between).TotalSeconds,
            set.WarmUps.Sum(report => (long)report.LeapfrogSteps),
            SampleSets.leapfrogSteps(set),
            scalars.Min(d => EffectiveSampleSize.bulk(SampleSets.coordinate(d, set))),
            set.WarmUps.Average(report => report.StepSize)
        );
    }

    private static Figures? Stan(string folder, string workload, int scalars)
    {
        string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
        if (Rscripts.Run("stan", "draws.R", folder, workload, Text(Chains), Text(WarmUp), Text(Draws)) is not { } line)
        {
            return null;
        }

        var rows = File.ReadLines(Path.Combine(folder, $"{workload}.draws.csv"))
            .Select(row => row.Split(',').Select(x => double.Parse(x, CultureInfo.InvariantCulture)).ToArray())
            .ToArray();
        var bulk = Enumerable
            .Range(0, scalars)
            .Min(d => EffectiveSampleSize.bulk(Matrices.ofArray(Chains, Draws, [.. rows.Select(row => row[d])])));
        if (
            line.GetProperty("bulk") is { ValueKind: JsonValueKind.Number } theirs
            && System.Math.Abs(theirs.GetDouble() - bulk) > 1e-6 * bulk
        )
        {
            Console.WriteLine(
                $"  the bulk size of Stan's draws is {theirs.GetDouble():R} by R's posterior, {bulk:R} by ours"
            );
        }

        return new Figures(
            line.GetProperty("warmup_s").GetDouble(),
            line.GetProperty("sampling_s").GetDouble(),
            line.GetProperty("warmup_leapfrogs").GetInt64(),
            line.GetProperty("sampling_leapfrogs").GetInt64(),
            bulk,
            line.GetProperty("step_size").GetDouble()
        );
    }

    private static void Print(string who, List<Figures> runs) =>
        Console.WriteLine(
            $"{who}: {Median(runs, f => f.Rate):F1} effective draws a second ({Median(runs, f => f.RateOfDraws):F1} without warm-up): "
                + $"{Median(runs, f => f.BulkSize):F0} of {Chains * Draws}, "
                + $"warm-up {Median(runs, f => f.WarmUpSeconds):F2} s and {Median(runs, f => f.WarmUpLeapfrogs):F0} leapfrog steps, "
                + $"draws {Median(runs, f => f.Seconds):F2} s and {Median(runs, f => f.Leapfrogs):F0} steps "
                + $"of {1e6 * Median(runs, f => f.Seconds / f.Leapfrogs):F1} us and size {Median(runs, f => f.StepSize):G3}"
        );

    private static string Load()
    {
        const string information = "/proc/loadavg";
        return File.Exists(information) ? File.ReadAllText(information).Split(' ')[0] : "unknown";
    }

    private static double Median(List<Figures> runs, Func<Figures, double> figure)
    {
        var sorted = runs.Select(figure).Order().ToList();
        return 0.5 * (sorted[(sorted.Count - 1) / 2] + sorted[sorted.Count / 2]);
    }
}
