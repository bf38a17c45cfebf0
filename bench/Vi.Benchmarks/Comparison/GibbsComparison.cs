using System.Globalization;
using Microsoft.FSharp.Core;
using Vi.Kernels;
using Vi.Math;
using Vi.Math.FSharp;
using Cholesky = Vi.Math.FSharp.Chol;
using Dirichlets = Vi.Math.FSharp.Dirichlet;
using GibbsSampling = Vi.Math.FSharp.Gibbs;
using Matrices = Vi.Math.FSharp.Mat;
using Rngs = Vi.Math.FSharp.Rng;
using Rows = Vi.Math.Rows;
using Vectors = Vi.Math.FSharp.Vec;

namespace Vi.Benchmarks.Comparison;

/// <summary>
/// Effective draws a second of Gibbs sampling, ours against JAGS's, by turns in one run: the same data, model and priors, the same numbers of
/// chains, sweeps and draws on one core, and the same estimator of the bulk size of the same numbers on both sides, the least of them. Components
/// and states are put in the order of a parameter first. Seconds are those of the processor.
/// </summary>
internal static class GibbsComparison
{
    private const int Chains = 2;
    private const int WarmUp = 500;
    private const int Draws = 1000;

    private sealed record Figures(double WarmUpSeconds, double Seconds, double BulkSize)
    {
        public double Rate => BulkSize / (WarmUpSeconds + Seconds);
    }

    /// <summary>A model, with the numbers of a draw that are compared: a function of the draw's numbers by name.</summary>
    private sealed record Work(
        Func<double[][]> Table,
        Func<Rows, ulong, Figures> Ours,
        Func<Func<string, double>, double[]> Compared
    );

    private static readonly Dictionary<string, Work> Works = new(StringComparer.Ordinal)
    {
        ["gibbs_mixture"] = new(MixtureRows, Mixture, OrderedMixture),
        ["gibbs_regimes"] = new(RegimeRows, Regimes, OrderedRegimes),
        ["gibbs_factors"] = new(FactorRows, Factors, Noise),
    };

    /// <summary>Names of the workloads.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. Works.Keys];

    /// <summary>Prints the lines of each workload.</summary>
    public static void Run(IEnumerable<string> names, string folder, int rounds)
    {
        foreach (var name in names)
        {
            Directory.CreateDirectory(folder);
            var work = Works[name];
            var table = work.Table();
            File.WriteAllLines(
                Path.Combine(folder, $"{name}.csv"),
                table.Select(row => string.Join(',', row.Select(x => x.ToString("R", CultureInfo.InvariantCulture))))
            );
            var rows = Rows.OfRowMajor(table.SelectMany(row => row).ToArray(), table[0].Length);
            var ours = new List<Figures> { work.Ours(rows, 1) };
            var theirs = new List<Figures>();
            for (var round = 0; round < rounds; round++)
            {
                if (Jags(folder, name, work) is { } figures)
                {
                    theirs.Add(figures);
                }

                ours.Add(work.Ours(rows, (ulong)(round + 2)));
            }

            Print($"{name}: ours", ours);
            if (theirs.Count == 0)
            {
                Console.WriteLine(
                    rounds == 0
                        ? "  JAGS was not asked"
                        : "  JAGS is not there: apt-get install --no-install-recommends jags r-cran-rjags"
                );
                continue;
            }

            Print("  JAGS", theirs);
            Console.WriteLine($"  ratio: {Median(ours, f => f.Rate) / Median(theirs, f => f.Rate):F1}x");
        }
    }

    private static Figures Sample<TBatch, TStatistics, TGlobals>(
        IBatches<TBatch> batches,
        GibbsModel<TBatch, TStatistics, TGlobals> model,
        Converter<Vi.Math.Rng, TGlobals> start,
        Func<Func<string, double>, double[]> compared,
        ulong seed
    )
    {
        var engine = GibbsSampling.engine(batches, model, FSharpFunc<Vi.Math.Rng, TGlobals>.FromConverter(start));
        var places = model.Names.Index().ToDictionary(pair => pair.Item, pair => pair.Index, StringComparer.Ordinal);
        var draws = new List<double[]>();
        var (warm, sampled) = (TimeSpan.Zero, TimeSpan.Zero);
        for (var chain = 0; chain < Chains; chain++)
        {
            var begin = Environment.CpuUsage.TotalTime;
            var state = engine.Init.Invoke(Rngs.derive(chain, Rngs.ofSeed(seed)));
            for (var i = 0; i < WarmUp; i++)
            {
                state = engine.Step.Invoke(state).Item1;
            }

            var between = Environment.CpuUsage.TotalTime;
            for (var i = 0; i < Draws; i++)
            {
                var (next, values) = engine.Step.Invoke(state);
                state = next;
                draws.Add(compared(name => values[places[name]]));
            }

            warm += between - begin;
            sampled += Environment.CpuUsage.TotalTime - between;
        }

        return new Figures(warm.TotalSeconds, sampled.TotalSeconds, LeastBulk(draws));
    }

    private static double LeastBulk(List<double[]> draws) =>
        Enumerable
            .Range(0, draws[0].Length)
            .Min(d => EffectiveSampleSize.bulk(Matrices.ofArray(Chains, Draws, [.. draws.Select(draw => draw[d])])));

    private static Figures? Jags(string folder, string name, Work work)
    {
        string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
        if (Rscripts.Run("jags", "draws.R", folder, name, Text(Chains), Text(WarmUp), Text(Draws)) is not { } line)
        {
            return null;
        }

        var lines = File.ReadLines(Path.Combine(folder, $"{name}.draws.csv")).ToList();
        var columns = lines[0].Split("\",\"").Select(column => column.Trim('"')).ToList();
        var places = columns.Index().ToDictionary(pair => pair.Item, pair => pair.Index, StringComparer.Ordinal);
        var draws = lines
            .Skip(1)
            .Select(row => row.Split(',').Select(x => double.Parse(x, CultureInfo.InvariantCulture)).ToArray())
            .Select(row => work.Compared(key => row[places[key]]))
            .ToList();
        return new Figures(
            line.GetProperty("warmup_s").GetDouble(),
            line.GetProperty("sampling_s").GetDouble(),
            LeastBulk(draws)
        );
    }

    private static double[][] Drawn(int rows, Func<Random, int, double[]> row)
    {
        var random = new Random(42);
        return [.. Enumerable.Range(0, rows).Select(i => row(random, i))];
    }

    /// <summary>1000 rows of three clusters in two columns.</summary>
    private static double[][] MixtureRows() =>
        Drawn(
            1000,
            (random, i) =>
                [
                    (3.0 * (i % 3)) + GradientModels.Normal(random),
                    (i % 3 == 1 ? 3.0 : 0.0) + GradientModels.Normal(random),
                ]
        );

    private static Figures Mixture(Rows rows, ulong seed)
    {
        var prior = new MixturePrior<Vi.Math.Dirichlet, Vi.Math.NormalWishart>(
            Dirichlets.create(Vectors.constant(3, 1.0)),
            new Vi.Math.NormalWishart(Vectors.zero(2), 1.0, new Vi.Math.Wishart(2.0, Cholesky.scaledIdentity(2, 1.0))),
            FSharpValueOption<Vi.Math.LearnedScale>.ValueNone
        );
        return Sample(
            rows,
            GibbsModels.fullMixture.Invoke(prior),
            rng => GaussianMixture.start(prior, rows, rng).Globals,
            OrderedMixture,
            seed
        );
    }

    /// <summary>Weights and means by the first entry of the mean.</summary>
    private static double[] OrderedMixture(Func<string, double> of) =>
        [
            .. Enumerable
                .Range(1, 3)
                .OrderBy(k => of($"mu[{k},1]"))
                .SelectMany(k => new[] { of($"pi[{k}]"), of($"mu[{k},1]"), of($"mu[{k},2]") }),
        ];

    /// <summary>1000 rows that are calm or wild for a while, in standard deviations of the calm ones.</summary>
    private static double[][] RegimeRows() => [.. GradientModels.Returns(1000).Select(x => new[] { 100 * x })];

    private static Figures Regimes(Rows rows, ulong seed)
    {
        var prior = RegimeSwitching.prior(
            2,
            1.0,
            0.0,
            new Vi.Math.NormalWishart(Vectors.zero(1), 1.0, new Vi.Math.Wishart(1.0, Cholesky.scaledIdentity(1, 1.0)))
        );
        var chain = RegimeSwitching.chain(rows);
        return Sample(
            Batches.ofList<Block>([chain]),
            GibbsModels.regimeSwitching(prior),
            rng => RegimeStart.start(prior, chain, rng).Globals,
            OrderedRegimes,
            seed
        );
    }

    /// <summary>Means, logarithms of variances and probabilities of staying, the calm state first.</summary>
    private static double[] OrderedRegimes(Func<string, double> of)
    {
        double Variance(int k) => of($"Sigma[{k},1,1]");
        return
        [
            .. Enumerable
                .Range(1, 2)
                .OrderBy(Variance)
                .SelectMany(k => new[] { of($"mu[{k},1]"), System.Math.Log(Variance(k)), of($"A[{k},{k}]") }),
        ];
    }

    /// <summary>500 rows of ten columns with two factors.</summary>
    private static double[][] FactorRows()
    {
        var random = new Random(7);
        var loadings = Enumerable.Range(0, 20).Select(_ => GradientModels.Normal(random)).ToArray();
        return Drawn(
            500,
            (noise, _) =>
            {
                var (f, g) = (GradientModels.Normal(noise), GradientModels.Normal(noise));
                return
                [
                    .. Enumerable
                        .Range(0, 10)
                        .Select(n =>
                            (loadings[2 * n] * f) + (loadings[(2 * n) + 1] * g) + (0.7 * GradientModels.Normal(noise))
                        ),
                ];
            }
        );
    }

    private static Figures Factors(Rows rows, ulong seed)
    {
        var prior = new FactorModelPrior(
            2,
            WeightPrecisionPrior.NewKnown(1.0),
            new Vi.Math.Gamma(1.0, 1.0),
            FSharpValueOption<Vi.Math.Vec>.None,
            false
        );
        return Sample(
            rows,
            GibbsModels.factorModel(Vectors.zero(10), prior),
            rng => FactorDataModule.start(prior, FactorDataModule.rowByRow(Vectors.zero(10), rows), rng),
            Noise,
            seed
        );
    }

    private static double[] Noise(Func<string, double> of) =>
        [.. Enumerable.Range(1, 10).Select(n => System.Math.Log(of($"psi[{n}]")))];

    private static void Print(string who, List<Figures> runs) =>
        Console.WriteLine(
            $"{who}: {Median(runs, f => f.Rate):F1} effective draws a second with warm-up: {Median(runs, f => f.BulkSize):F0} of {Chains * Draws}, "
                + $"warm-up {Median(runs, f => f.WarmUpSeconds):F3} s, draws {Median(runs, f => f.Seconds):F3} s"
        );

    private static double Median(List<Figures> runs, Func<Figures, double> figure)
    {
        var sorted = runs.Select(figure).Order().ToList();
        return 0.5 * (sorted[(sorted.Count - 1) / 2] + sorted[sorted.Count / 2]);
    }
}
