using System.Text.Json.Nodes;
using Vi.App.Configuration;

namespace Vi.App.Data.Synthetic;

/// <summary>Normal returns whose log variance is a first-order autoregression from its stationary distribution.</summary>
public sealed class StochasticVolatilityGenerator : IGenerator
{
    /// <inheritdoc />
    public string Name => "stochastic-volatility";

    /// <inheritdoc />
    public string Summary => "returns whose log variance follows a first-order autoregression";

    /// <inheritdoc />
    public Type SettingsType => typeof(Settings);

    /// <inheritdoc />
    public bool HasTarget => false;

    /// <inheritdoc />
    public GeneratedData Generate(object settings, IRandomSource random)
    {
        var given = (Settings)settings;
        var values = new double[given.N];
        var path = new double[given.N];
        var h = given.Mu + (given.Sigma / System.Math.Sqrt(1 - (given.Phi * given.Phi)) * random.NextNormal());
        for (var t = 0; t < given.N; t++)
        {
            path[t] = h;
            values[t] = given.Mean + (System.Math.Exp(0.5 * h) * random.NextNormal());
            h = given.Mu + (given.Phi * (h - given.Mu)) + (given.Sigma * random.NextNormal());
        }

        var truth = new JsonObject
        {
            ["mu"] = given.Mu,
            ["phi"] = given.Phi,
            ["sigma"] = given.Sigma,
            ["mean"] = given.Mean,
            ["h"] = new JsonArray([.. path.Select(x => JsonValue.Create(x))]),
            ["volatility"] = new JsonArray([.. path.Select(x => JsonValue.Create(System.Math.Exp(0.5 * x)))]),
        };
        return new GeneratedData([new TableColumn("return", values)], null, null, truth);
    }

    /// <summary>Parameters of <see cref="StochasticVolatilityGenerator"/>.</summary>
    public sealed record Settings
    {
        /// <summary>Number of rows.</summary>
        [Setting("number of rows", Minimum = 1)]
        public required int N { get; init; }

        /// <summary>Mean log variance.</summary>
        [Setting("true mean of the log variance")]
        public required double Mu { get; init; }

        /// <summary>Persistence.</summary>
        [Setting("true persistence of the log variance", Minimum = -0.9999, Maximum = 0.9999)]
        public required double Phi { get; init; }

        /// <summary>Innovations.</summary>
        [Setting("true sd of the log variance's innovations", ExclusiveMinimum = 0)]
        public required double Sigma { get; init; }

        /// <summary>Mean return.</summary>
        [Setting("true mean of the returns")]
        public double Mean { get; init; }
    }
}
