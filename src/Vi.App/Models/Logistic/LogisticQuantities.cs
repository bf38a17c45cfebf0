namespace Vi.App.Models.Logistic;

/// <summary>What a logistic regression infers, whatever the algorithm.</summary>
internal sealed class LogisticQuantities
{
    public LogisticQuantities(Dataset data)
    {
        var target = data.ColumnNames[^1];
        Weights = Quantity.Vector("w", "weights (log odds per unit of the column)", [.. data.ColumnNames.SkipLast(1)]);
        AtMeans = Quantity.Scalar("b", $"log odds of {target} at the columns' means");
        AtZero = Quantity.Scalar("intercept", $"log odds of {target} where all columns are 0");
    }

    public Quantity Weights { get; }

    public Quantity AtMeans { get; }

    public Quantity AtZero { get; }
}
