namespace Vi.App.Models.Regimes;

/// <summary>A fitted chain as figures and tables show it.</summary>
internal sealed class RegimeFit
{
    /// <summary>Draws of the transition matrix for what has no closed form.</summary>
    private const int Draws = 2000;

    public RegimeFit(FitRequest request, RegimeSwitchingPrior prior, Rows rows, RegimeSwitchingPosterior q)
    {
        (Data, Posterior) = (request.RequireData(), q);
        View = RegimeSwitchingModel.View(prior, q, rows, Draws, request.Seed);
        var states = q.States.Length;
        var quantities = RegimeSwitching.Quantities(states, Data.ColumnNames);
        Transitions = new(
            quantities[1],
            q.Transitions.SelectMany(row => Indices.Select(j => RegimeSwitchingModel.Probability(row, j)))
        );
        Means = new(
            quantities[2],
            q.States.SelectMany(s => Columns.Select(j => Marginal.Of(Distribution.MarginalMean(s, j))))
        );
        Sds = new(
            quantities[3],
            q.States.SelectMany(s => Columns.Select(j => Marginal.OfSquareRoot(Distribution.MarginalVariance(s, j))))
        );
        Durations = states > 1 ? [.. Indices.Select(k => RegimeSwitchingModel.Duration(q, k))] : [];
        Stationary = [.. View.StationaryDraws.Select(DrawnQuantity.MarginalOf)];
        Truth = InOrder(request.Truth, states);
    }

    public Dataset Data { get; }

    public RegimeSwitchingPosterior Posterior { get; }

    public RegimeView View { get; }

    /// <summary>Transition probabilities, S x S.</summary>
    public PosteriorQuantity Transitions { get; }

    /// <summary>Means, S x D.</summary>
    public PosteriorQuantity Means { get; }

    /// <summary>Standard deviations within the states, S x D.</summary>
    public PosteriorQuantity Sds { get; }

    /// <summary>Expected rows until each state is left; empty where there is only one.</summary>
    public Marginal[] Durations { get; }

    /// <summary>Shares of time in the long run.</summary>
    public Marginal[] Stationary { get; }

    /// <summary>The truth, its states by increasing volatility; empty where unknown or of another number of states.</summary>
    public JsonObject Truth { get; }

    public IEnumerable<int> Indices => Enumerable.Range(0, Posterior.States.Length);

    public IEnumerable<int> Columns => Enumerable.Range(0, Data.ColumnNames.Count);

    public static string Name(int state) => $"state {state + 1}";

    public double Value(int row, int column) => Data.Row(row)[column];

    /// <summary>A column of a row whose state has the given probabilities.</summary>
    public StudentTMixture Predicted(Vec probabilities, int column) =>
        RegimeSwitchingModel.Predictive(Posterior, probabilities, column);

    /// <summary>A column of the row after the last.</summary>
    public StudentTMixture Next(int column) => Predicted(View.Next, column);

    internal static JsonObject InOrder(JsonObject truth, int states)
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
