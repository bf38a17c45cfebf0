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
        var drawn = RegimeSwitchingModel
            .DrawTransitions(posterior, Draws, request.Seed)
            .Select(RegimeSwitchingModel.Stationary)
            .ToArray();
        Stationary = [.. Indices.Select(k => DrawnQuantity.MarginalOf([.. drawn.Select(of => of[k])]))];
        LongRun = RegimeSwitchingModel.Stationary(RegimeSwitchingModel.ExpectedTransitions(posterior));
        Next = RegimeSwitchingModel.NextState(posterior, Statistics.Vector(Probabilities[^1]));
        Truth = InOrder(request.Truth, Counts.Length);
        var (states, columns) = (Counts.Length, Data.ColumnNames);
        Transitions = new(
            Quantity.Matrix("A", "transition probabilities, from row to column", states, states),
            posterior.Transitions.SelectMany(row => Indices.Select(j => RegimeSwitchingModel.Probability(row, j)))
        );
        Means = new(
            Quantity.Matrix("mu", "means of the states", states, columns),
            posterior.States.SelectMany(s => Columns.Select(j => Marginal.Of(Distribution.MarginalMean(s, j))))
        );
        Sds = new(
            Quantity.Matrix("sigma", "standard deviations within the states (volatilities)", states, columns),
            posterior.States.SelectMany(s =>
                Columns.Select(j => Marginal.OfSquareRoot(Distribution.MarginalVariance(s, j)))
            )
        );
        Durations = states > 1 ? [.. Indices.Select(k => RegimeSwitchingModel.Duration(posterior, k))] : [];
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

    /// <summary>Transition probabilities, S x S.</summary>
    public PosteriorQuantity Transitions { get; }

    /// <summary>Means, S x D.</summary>
    public PosteriorQuantity Means { get; }

    /// <summary>Standard deviations within the states, S x D.</summary>
    public PosteriorQuantity Sds { get; }

    /// <summary>Expected rows until each state is left; empty where there is only one.</summary>
    public Marginal[] Durations { get; }

    /// <summary>Shares of time in the long run, by draws of the transition matrix.</summary>
    public Marginal[] Stationary { get; }

    /// <summary>Shares of time in the long run under the expected transitions.</summary>
    public Vec LongRun { get; }

    /// <summary>Probability of each state at the next row.</summary>
    public Vec Next { get; }

    /// <summary>The truth, its states by increasing volatility; empty where unknown or of another number of states.</summary>
    public JsonObject Truth { get; }

    public IEnumerable<int> Indices => Enumerable.Range(0, Counts.Length);

    public IEnumerable<int> Columns => Enumerable.Range(0, Data.ColumnNames.Count);

    public static string Name(int state) => $"state {state + 1}";

    public double Value(int row, int column) => Data.Row(row)[column];

    /// <summary>Quantile of a column at the row after the last.</summary>
    public double NextQuantile(int column, double probability) =>
        RegimeSwitchingModel.PredictiveQuantile(Posterior, Next, column, probability);

    private static JsonObject InOrder(JsonObject truth, int states)
    {
        if (truth["sigma"] is not JsonArray sds || sds.Count != states)
        {
            return [];
        }

        var order = Enumerable
            .Range(0, states)
            .OrderBy(k => sds[k]!.AsArray().Sum(sd => Log(sd!.GetValue<double>())))
            .ToArray();
        JsonArray Ordered(JsonNode rows) => new([.. order.Select(k => rows[k]!.DeepClone())]);
        return new JsonObject
        {
            ["mu"] = Ordered(truth["mu"]!),
            ["sigma"] = Ordered(sds),
            ["A"] = new JsonArray([.. Ordered(truth["A"]!).Select(row => Ordered(row!))]),
        };
    }
}
