using BenchmarkDotNet.Attributes;
using Vi.Benchmarks.Comparison;
using Vi.Math;
using Vi.Math.FSharp;
using Plan = Vi.Math.Plan;

namespace Vi.Benchmarks.Kernels;

/// <summary>Value and gradient of whole models.</summary>
[MemoryDiagnoser]
public class GradientBenchmarks
{
    private IDensityEvaluator _evaluator = null!;
    private double[] _position = [];
    private double[] _gradient = [];
    private readonly double[] _values = new double[8];
    private double[] _positions = [];
    private double[] _gradients = [];

    [Params("stochastic-volatility-1000", "logistic-8000x20", "logistic-128x20", "eight-schools", "network-400x50")]
    public string Model { get; set; } = "";

    /// <summary>The plan of a model by its name here.</summary>
    internal static Plan PlanOf(string model)
    {
        if (model.StartsWith("logistic", StringComparison.Ordinal))
        {
            var (table, target) = GradientModels.Rows(model.Contains("128x") ? 128 : 8000, 20);
            return GradientModels.Logistic(table, target, 20);
        }

        return model switch
        {
            "eight-schools" => GradientModels.EightSchools(),
            "network-400x50" => GradientModels.Network(400, 50),
            _ => GradientModels.StochasticVolatility(GradientModels.Returns(1000)),
        };
    }

    [GlobalSetup]
    public void Setup()
    {
        var plan = PlanOf(Model);
        _evaluator = PlannedDensity.ofPlan([], plan).Evaluator.Invoke(null!);
        _position = [.. RandomNumbers.Normal(plan.Dimension, 1).Select(x => 0.1 * x)];
        _gradient = new double[plan.Dimension];
        _positions = [.. RandomNumbers.Normal(8 * plan.Dimension, 2).Select(x => 0.1 * x)];
        _gradients = new double[8 * plan.Dimension];
    }

    [Benchmark]
    public double ValueAndGradient() => _evaluator.ValueAndGradient(_position, _gradient);

    [Benchmark]
    public double Value() => _evaluator.Value(_position);

    /// <summary>Eight positions at once.</summary>
    [Benchmark]
    public double EightDraws()
    {
        _evaluator.ValuesAndGradients(_positions, _values, _gradients);
        return _values[0];
    }
}
