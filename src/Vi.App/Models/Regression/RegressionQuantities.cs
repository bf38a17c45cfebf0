namespace Vi.App.Models.Regression;

/// <summary>What a linear regression infers, whatever the algorithm.</summary>
internal sealed class RegressionQuantities
{
    public RegressionQuantities(Dataset data)
    {
        var target = data.ColumnNames[^1];
        Weights = Quantity.Vector("w", "weights", [.. data.ColumnNames.SkipLast(1)]);
        AtMeans = Quantity.Scalar("b", $"expected {target} at the columns' means");
        AtZero = Quantity.Scalar("intercept", $"expected {target} where all columns are 0");
        Precision = Quantity.Scalar("tau", "noise precision");
        Spread = Quantity.Scalar("sigma", $"noise standard deviation (unit of {target})");
        Relevance = Weights with { Name = "alpha", Label = "precisions of the weights' priors" };
    }

    public Quantity Weights { get; }

    public Quantity AtMeans { get; }

    public Quantity AtZero { get; }

    public Quantity Precision { get; }

    public Quantity Spread { get; }

    public Quantity Relevance { get; }

    public IReadOnlyList<Quantity> All => [Weights, AtMeans, AtZero, Precision, Spread, Relevance];
}
