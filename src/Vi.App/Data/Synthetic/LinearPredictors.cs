namespace Vi.App.Data.Synthetic;

/// <summary>Rows of standard normal predictors x1, x2, ... with a target y that depends on a weighted sum of them.</summary>
internal static class LinearPredictors
{
    /// <summary>
    /// Fitted rows, and held-out ones where there are some. The target is made of intercept + weights . x, after the row's predictors were
    /// drawn.
    /// </summary>
    public static (List<TableColumn> Train, List<TableColumn>? Test) Rows(
        IReadOnlyList<double> weights,
        double intercept,
        (int Train, int Test) counts,
        RandomStream random,
        Func<double, double> target
    )
    {
        var train = Rows(weights, intercept, counts.Train, random, target);
        return (train, counts.Test == 0 ? null : Rows(weights, intercept, counts.Test, random, target));
    }

    private static List<TableColumn> Rows(
        IReadOnlyList<double> weights,
        double intercept,
        int count,
        RandomStream random,
        Func<double, double> target
    )
    {
        var x = weights.Select((_, j) => new TableColumn($"x{j + 1}", new double[count])).ToList();
        var y = new double[count];
        for (var i = 0; i < count; i++)
        {
            var sum = intercept;
            for (var j = 0; j < weights.Count; j++)
            {
                x[j].Values[i] = random.NextNormal();
                sum += weights[j] * x[j].Values[i];
            }

            y[i] = target(sum);
        }

        return [.. x, new TableColumn("y", y)];
    }
}
