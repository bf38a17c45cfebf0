using Vi.Math;

namespace Vi.App.Models.Regimes;

/// <summary>A fitted chain and what is read off it, once, for figures and tables alike.</summary>
internal sealed class RegimeFit
{
    /// <summary>Draws of the transition matrix for what has no closed form.</summary>
    private const int Draws = 2000;

    public RegimeFit(FitRequest request, RegimeSwitchingPrior prior, Rows rows, RegimeSwitchingPosterior posterior)
    {
        Data = request.RequireData();
        Posterior = posterior;
        Counts = RegimeSwitchingModel.Counts(prior, posterior).ToArray();
        Probabilities = RegimeSwitchingModel.StateProbabilities(posterior, rows);
        States = [.. Probabilities.Select(row => Array.IndexOf(row, row.Max()))];
        Path = RegimeSwitchingModel.MostProbablePath(posterior, rows);
        Transitions = [.. posterior.Transitions.Select(row => Indices.Select(j => Probability(row, j)).ToArray())];
        Means =
        [
            .. posterior.States.Select(s =>
                Columns.Select(j => Marginal.Of(Distribution.MarginalMean(s, j))).ToArray()
            ),
        ];
        Sds =
        [
            .. posterior.States.Select(s =>
                Columns.Select(j => Marginal.OfSquareRoot(Distribution.MarginalVariance(s, j))).ToArray()
            ),
        ];
        var drawn = RegimeSwitchingModel.DrawTransitions(posterior, Draws, request.Seed);
        var distributions = drawn.Select(RegimeSwitchingModel.Stationary).ToArray();
        Stationary = [.. Indices.Select(k => Marginal.OfDraws([.. distributions.Select(of => of[k])]))];
        LongRun = RegimeSwitchingModel.Stationary(RegimeSwitchingModel.ExpectedTransitions(posterior));
        Next = RegimeSwitchingModel.NextState(posterior, Statistics.Vector(Probabilities[^1]));
        Truth = InOrder(request.Truth, Counts.Length);
    }

    public Dataset Data { get; }

    public RegimeSwitchingPosterior Posterior { get; }

    /// <summary>Rows that each state explains.</summary>
    public double[] Counts { get; }

    /// <summary>State probabilities given all rows, T rows of S.</summary>
    public double[][] Probabilities { get; }

    /// <summary>The most probable state of each row.</summary>
    public int[] States { get; }

    /// <summary>The most probable path as a whole.</summary>
    public int[] Path { get; }

    /// <summary>Transition probabilities, S rows of S.</summary>
    public Marginal[][] Transitions { get; }

    /// <summary>Means, S rows of D.</summary>
    public Marginal[][] Means { get; }

    /// <summary>Standard deviations, S rows of D.</summary>
    public Marginal[][] Sds { get; }

    /// <summary>Shares of time in the long run.</summary>
    public Marginal[] Stationary { get; }

    /// <summary>Long-run shares of the expected transition matrix.</summary>
    public Vec LongRun { get; }

    /// <summary>Probability of each state at the next row.</summary>
    public Vec Next { get; }

    /// <summary>The truth, its states by increasing volatility; empty where unknown or of another number of states.</summary>
    public JsonObject Truth { get; }

    /// <summary>Numbers of the states.</summary>
    public IEnumerable<int> Indices => Enumerable.Range(0, Posterior.States.Length);

    /// <summary>Numbers of the columns.</summary>
    public IEnumerable<int> Columns => Enumerable.Range(0, Data.ColumnNames.Count);

    /// <summary>Value of a column at a row.</summary>
    public double Value(int row, int column) => Data.Row(row)[column];

    /// <summary>Distribution of a probability; certain where there is only one state.</summary>
    public static Marginal Probability(Dirichlet distribution, int index) =>
        distribution.Concentration.Length == 1
            ? new(1, 0, static _ => 1, static _ => double.NaN)
            : Marginal.Of(Distribution.Marginal(distribution, index));

    /// <summary>
    /// Expected rows until state k is left, 1 / (1 - A_kk), where A_kk is Beta(a, b): the mean is (a + b - 1) / (b - 1), the second moment
    /// (a + b - 1)(a + b - 2) / ((b - 1)(b - 2)).
    /// </summary>
    public Marginal Duration(int k)
    {
        var distribution = Distribution.Marginal(Posterior.Transitions[k], k);
        var (a, b) = (distribution.Alpha, distribution.Beta);
        var mean = b > 1 ? (a + b - 1) / (b - 1) : double.PositiveInfinity;
        var square = b > 2 ? (a + b - 1) * (a + b - 2) / ((b - 1) * (b - 2)) : double.PositiveInfinity;
        return new(
            mean,
            double.IsFinite(square) ? System.Math.Sqrt(square - (mean * mean)) : double.PositiveInfinity,
            p => 1 / (1 - Distribution.Quantile(distribution, p)),
            rows => Distribution.Density(distribution, 1 - (1 / rows)) / (rows * rows)
        );
    }

    private static JsonObject InOrder(JsonObject truth, int states)
    {
        if (truth["sigma"] is not JsonArray sds || sds.Count != states)
        {
            return [];
        }

        var order = sds.Select((row, k) => (k, row!.AsArray().Sum(sd => System.Math.Log(sd!.GetValue<double>()))))
            .OrderBy(pair => pair.Item2)
            .Select(pair => pair.k)
            .ToArray();
        JsonArray Rows(string name) => new([.. order.Select(k => truth[name]![k]!.DeepClone())]);
        return new JsonObject
        {
            ["mu"] = Rows("mu"),
            ["sigma"] = Rows("sigma"),
            ["A"] = new JsonArray([
                .. order.Select(i => (JsonNode)new JsonArray([.. order.Select(j => truth["A"]![i]![j]!.DeepClone())])),
            ]),
        };
    }
}
