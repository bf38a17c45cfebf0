using System.Text.Json.Nodes;
using Microsoft.FSharp.Core;
using Vi.App.Tests.Support;
using Vi.Math;
using Vi.Math.Fluent;
using Vi.Results;
using Xunit;
using Core = Vi.Math.FSharp;

namespace Vi.App.Tests.Fluent;

/// <summary>The same model, settings and seed give the same bits from F#, from C# and from an experiment file.</summary>
public sealed class SameAnswerTests : IDisposable
{
    private const ulong Seed = 7;
    private static readonly double[] Effects = [28, 8, -3, 7, -1, 1, 18, 12];
    private static readonly double[] Errors = [15, 10, 16, 11, 9, 11, 10, 18];

    private readonly Workspace workspace = new() { HasRealModels = true };

    public void Dispose() => workspace.Dispose();

    /// <summary>Means and standard deviations of the coordinates.</summary>
    private sealed record Numbers(double[] Mean, double[] Sd)
    {
        public static Numbers Of(VariationalFit fit) => new(fit.Mean.ToArray(), fit.StandardDeviations.ToArray());

        public static Numbers Of(SampleSet set) =>
            new([.. Pooled(set).Select(Core.Sample.mean)], [.. Pooled(set).Select(Core.Sample.sd)]);

        private static IEnumerable<Vec> Pooled(SampleSet set) =>
            Enumerable.Range(0, set.Names.Length).Select(d => Core.Chains.pooled(Core.SampleSet.coordinate(d, set)));
    }

    private static InferenceTarget Target() =>
        Core.InferenceTarget.ofProgram(
            Core.PlainPrograms.eightSchools(centred: false, Statistics.Vector(Effects), Statistics.Vector(Errors))
        );

    private static Numbers FromFSharp(string algorithm) =>
        algorithm switch
        {
            "advi" => Numbers.Of(Run(Core.AdviInferenceModule.create(Core.AdviInferenceModule.defaults))),
            "adam" => Numbers.Of(
                Run(
                    Core.AdviInferenceModule.create(
                        With(
                            Core.AdviInferenceModule.defaults,
                            optimizer: new OptimizerChoice(OptimizerRule.Adam, FSharpValueOption<double>.None),
                            steps: 500
                        )
                    )
                )
            ),
            "deterministic" => Numbers.Of(
                Run(Core.DeterministicAdviInferenceModule.create(Core.DeterministicAdviInferenceModule.defaults)).Fit
            ),
            "batch-and-match" => Numbers.Of(
                Run(Core.BatchAndMatchInferenceModule.create(Core.BatchAndMatchInferenceModule.defaults))
            ),
            "svgd" => Numbers.Of(Run(Core.SvgdInferenceModule.create(Core.SvgdInferenceModule.defaults))),
            "pathfinder" => Numbers.Of(
                Run(Core.PathfinderInferenceModule.create(Core.PathfinderInferenceModule.defaults))
            ),
            "laplace" => Numbers.Of(Run(Core.LaplaceInferenceModule.create(Core.LaplaceInferenceModule.defaults))),
            "nuts" => Numbers.Of(Run(Core.ChainInferenceModule.create(Core.ChainInferenceModule.noUTurn))),
            "hmc" => Numbers.Of(Run(Core.ChainInferenceModule.create(Core.ChainInferenceModule.fixedLength))),
            _ => throw new ArgumentOutOfRangeException(nameof(algorithm)),
        };

    private static AdviSettings With(AdviSettings s, OptimizerChoice optimizer, int steps) =>
        new(
            s.Family,
            s.Paths,
            s.Draws,
            s.Antithetic,
            s.StickingTheLanding,
            FSharpValueOption<OptimizerChoice>.Some(optimizer),
            s.BatchRows,
            steps,
            s.Epochs,
            s.Accuracy,
            s.Climbs
        );

    private static TAnswer Run<TAnswer>(Inference<TAnswer> inference) =>
        Core.InferenceModule.run(inference, Target(), Seed);

    private static Numbers FromCSharp(string algorithm)
    {
        Inference inference = algorithm switch
        {
            "advi" => new AdviInference(),
            "adam" => new AdviInference { StepRule = StepRule.Adam, MaxSteps = 500 },
            "deterministic" => new DeterministicAdviInference(),
            "batch-and-match" => new BatchAndMatchInference(),
            "svgd" => new SvgdInference(),
            "pathfinder" => new PathfinderInference(),
            "laplace" => new LaplaceInference(),
            "nuts" => new NutsInference(),
            "hmc" => new HmcInference(),
            _ => throw new ArgumentOutOfRangeException(nameof(algorithm)),
        };
        var model = ProgramModels.EightSchools(Effects, Errors, centred: false);
        var answer = new ModelRun(model, inference, Seed, threads: 2).Finish();
        return new Numbers(answer.Mean, answer.Sd);
    }

    private RunResult Stored(string model, string inference, string settings = "")
    {
        var outcome = workspace.RunText(
            $$"""
            { "name": "it", "seed": {{Seed}}, "data": { "csv": "rows.csv" }, "model": { "type": "{{model}}"{{settings}} },
              "inference": {{inference}}, "report": { "enabled": false } }
            """
        );
        Assert.True(outcome.Code == 0, outcome.Error);
        return workspace.Result("it");
    }

    private static double[] Array(JsonNode? node) => [.. node!.AsArray().Select(number => number!.GetValue<double>())];

    [Theory]
    [InlineData("advi", """{ "algorithm": "advi" }""")]
    [InlineData("adam", """{ "algorithm": "advi", "optimizer": "adam", "maxIterations": 500 }""")]
    [InlineData("deterministic", """{ "algorithm": "advi", "optimizer": "lbfgs" }""")]
    [InlineData("batch-and-match", """{ "algorithm": "batch-and-match" }""")]
    [InlineData("svgd", """{ "algorithm": "svgd" }""")]
    [InlineData("pathfinder", """{ "algorithm": "pathfinder" }""")]
    [InlineData("laplace", """{ "algorithm": "laplace" }""")]
    [InlineData("nuts", """{ "algorithm": "nuts" }""")]
    [InlineData("hmc", """{ "algorithm": "hmc" }""")]
    public void A_program_gives_the_same_bits(string algorithm, string settings)
    {
        var fromFSharp = FromFSharp(algorithm);
        var fromCSharp = FromCSharp(algorithm);
        Assert.Equal(fromFSharp.Mean, fromCSharp.Mean);
        Assert.Equal(fromFSharp.Sd, fromCSharp.Sd);
        workspace.Write(
            "rows.csv",
            "effect,error\n" + string.Concat(Effects.Zip(Errors, (effect, error) => $"{effect},{error}\n"))
        );
        var stored = Stored("eight-schools", settings).Parameters;
        Assert.Equal(fromFSharp.Mean, Array(stored["mean"]));
        Assert.Equal(fromFSharp.Sd, Array(stored["sd"]));
    }

    [Fact]
    public void Coordinate_ascent_gives_the_same_bits()
    {
        double[] values = [0.3, 1.9, 2.4, 1.1, 3.2, 2.2, 0.7];
        var rows = Vi.Math.Rows.OfRowMajor(values, 1);
        var prior = GaussianMeanPrecisionModel.Prior(0, 0.01, 1, 1);

        var model = Core.GaussianMeanPrecision.model(prior);
        var engine = Core.Acceleration.engineAt(true, rows, model, Starting(_ => model.Prior));
        var last = Core.Run.last(engine, Core.Cavi.stopRule(1e-9, 1000), Core.Rng.ofSeed(Seed));
        var fromFSharp = engine.Answer.Invoke(last.State);

        var fromCSharp = GaussianMeanPrecisionModel
            .Fit(prior, rows, new FitOptions { Seed = Seed, Threads = 2 })
            .Last()
            .Posterior;
        Assert.Equal(fromFSharp, fromCSharp);

        workspace.Write("rows.csv", "x\n" + string.Concat(values.Select(value => $"{value}\n")));
        var stored = Stored(
            "gaussian-mean-precision",
            """{ "algorithm": "cavi" }""",
            """, "m0": 0, "a0": 1, "b0": 1"""
        ).Parameters;
        Assert.Equal(fromFSharp.Mean.Mean, stored["mu_n"]!.GetValue<double>());
        Assert.Equal(System.Math.Sqrt(fromFSharp.Mean.Variance), stored["sigma_n"]!.GetValue<double>());
        Assert.Equal(fromFSharp.Precision.Shape, stored["a_n"]!.GetValue<double>());
        Assert.Equal(fromFSharp.Precision.Rate, stored["b_n"]!.GetValue<double>());
    }

    private static FSharpFunc<Rng, TState> Starting<TState>(Converter<Rng, TState> start) =>
        FSharpFunc<Rng, TState>.FromConverter(start);
}
