using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Vi.App.Algorithms;
using Vi.App.Configuration;
using Vi.App.Models;
using Vi.Data.Problems;
using Vi.Results;

namespace Vi.App.Tests.Support;

/// <summary>A model whose bound rises by a fixed geometric sequence, and whose answer is the mean of the first column.</summary>
internal sealed class FakeModel(string type, DataNeed need, Action<FitStep>? afterStep = null) : IModel
{
    public string Type => type;

    public ModelRecord Description =>
        new()
        {
            Type = type,
            Title = $"Fake {type}",
            Summary = "A fixed sequence of bounds.",
            Approximation = "q(mu)",
        };

    public Type SettingsType => typeof(Settings);

    public Provision Provides => Provision.Sweeps | Provision.RowStatistics;

    public DataNeed DataNeed => need;

    public bool DependsOnStart => true;

    public bool TakesGaps { get; init; }

    public JsonObject Example =>
        (JsonObject)
            JsonNode.Parse(
                """
                { "data": { "synthetic": { "generator": "gaussian", "n": 20 } },
                  "model": { "components": 2, "W0": [[1, 0], [0, 1]] },
                  "inference": { "maxIterations": 100 } }
                """
            )!;

    public IPreparedFit Prepare(FitRequest request)
    {
        var settings = (Settings)request.Settings;
        return request.Data is { } data && data.RowCount < settings.Components
            ? throw new ExperimentException(
                "model.components",
                $"{settings.Components} components are more than the {data.RowCount} rows"
            )
            : new Fit(request, settings, afterStep);
    }

    public enum Shape
    {
        Full,
        StickBreaking,
    }

    public sealed record Settings
    {
        [Setting("number of components", Minimum = 1)]
        public required int Components { get; init; }

        [Setting("prior standard deviation", ExclusiveMinimum = 0, Unit = "dollars")]
        public double? PriorSd { get; init; }

        [Setting("a choice")]
        public Shape Shape { get; init; } = Shape.Full;

        [Setting("prior mean")]
        public IReadOnlyList<double>? M0 { get; init; }

        [Setting("prior matrix")]
        [JsonPropertyName("W0")]
        public double[][]? W0 { get; init; }

        [Setting("whether to center")]
        public bool Center { get; init; } = true;

        [Setting("ratio of successive gains", Minimum = 0, Maximum = 1)]
        public double Ratio { get; init; } = 0.1;

        [Setting("final bound of each restart")]
        public IReadOnlyList<double> Limits { get; init; } = [-10];

        [Setting("sweep at which the fit throws; 0 for none", Minimum = 0)]
        public int BreakAt { get; init; }

        [Setting("sweep at which the bound is not a number; 0 for none", Minimum = 0)]
        public int DivergeAt { get; init; }
    }

    private sealed class Fit(FitRequest request, Settings settings, Action<FitStep>? afterStep) : IPreparedFit
    {
        private readonly Dictionary<int, double> reached = [];

        public IEnumerable<FitStep> Steps()
        {
            for (var restart = 0; restart < request.Inference.Starts; restart++)
            {
                foreach (var step in Restart(restart))
                {
                    reached[restart] = double.IsNaN(step.Elbo) ? double.NegativeInfinity : step.Elbo;
                    yield return step;
                    afterStep?.Invoke(step);
                }
            }
        }

        public FitAnswer Finish()
        {
            var best = reached.MaxBy(pair => pair.Value);
            var mean = request.Data is { } data
                ? Enumerable.Range(0, data.RowCount).Average(i => data.Values[i * data.ColumnNames.Count])
                : 0;
            return new FitAnswer
            {
                Restart = best.Key,
                ElboTerms = new Dictionary<string, double>(StringComparer.Ordinal) { ["all"] = best.Value },
                Posterior =
                [
                    new(Quantity.Scalar("mu"))
                    {
                        Mean = [mean],
                        Sd = [1],
                        Q05 = [-1],
                        Q50 = [0],
                        Q95 = [1],
                        Truth = NestedNumbers.Flat(request.Truth["mu"], []),
                    },
                ],
                Parameters = new JsonObject { ["m"] = mean },
                ResolvedSettings = new Dictionary<string, string>(StringComparer.Ordinal)
                {
                    ["priorSd"] = "1 (resolved)",
                },
            };
        }

        private IEnumerable<FitStep> Restart(int restart)
        {
            var limit = settings.Limits[restart % settings.Limits.Count];
            var (before, tolerance) = (double.NaN, ((SweepSettings)request.Inference).Tolerance);
            for (var sweep = 1; ; sweep++)
            {
                if (sweep == settings.BreakAt)
                {
                    throw new ArithmeticException("the matrix of component 2 is not positive definite");
                }

                var elbo = sweep == settings.DivergeAt ? double.NaN : limit - System.Math.Pow(settings.Ratio, sweep);
                var gain = elbo - before;
                var status =
                    double.IsNaN(elbo) ? RunStatus.Diverged
                    : gain < tolerance ? RunStatus.Converged
                    : sweep == ((SweepSettings)request.Inference).Budget ? RunStatus.BudgetSpent
                    : (RunStatus?)null;
                yield return new FitStep(
                    restart,
                    sweep,
                    elbo,
                    gain,
                    [new("q(mu)", gain), new("q(pi, mu)", 0)],
                    status is { } ended ? Outcomes.Of(ended) : null
                );
                before = elbo;
                if (status is not null)
                {
                    break;
                }
            }
        }
    }
}
