namespace Vi.App.Models.Quantities;

/// <summary>What any regression infers: weights of the columns, and what is expected at the columns' means and where they are 0.</summary>
internal class WeightQuantities(Dataset data, string weights, string expected)
{
    public Quantity Weights { get; } = Quantity.Vector("w", weights, [.. data.ColumnNames.SkipLast(1)]);

    public Quantity AtMeans { get; } = Quantity.Scalar("b", $"{expected} at the columns' means");

    public Quantity AtZero { get; } = Quantity.Scalar("intercept", $"{expected} where all columns are 0");
}
