namespace Vi.Data;

/// <summary>What may be done to a column before the model reads it.</summary>
internal enum Transform
{
    Log,

    [JsonStringEnumMemberName("log1p")]
    Log1p,
    Standardize,
}

internal static class Transforms
{
    /// <summary>
    /// The tables with transformed columns, held-out rows by the means and standard deviations of the others. Raises
    /// <see cref="ExperimentException"/> for a column that is not there or numbers that have no logarithm.
    /// </summary>
    public static (Table Table, Table? Test) Apply(
        IReadOnlyDictionary<string, IReadOnlyList<Transform>> asked,
        Table table,
        Table? test
    )
    {
        foreach (var (name, steps) in asked)
        {
            var path = $"data.transform.{name}";
            var names = table.Columns.Select(column => column.Name).ToList();
            if (!names.Contains(name))
            {
                throw new ExperimentException(
                    path,
                    $"\"{name}\" is none of the columns in use{NearestName.Hint(name, names)}"
                );
            }

            foreach (var step in steps)
            {
                var values = table.Columns.First(column => column.Name == name).Values;
                var fitted = Step(step, values, path);
                table = With(table, name, fitted, path);
                test = test is null ? null : With(test, name, fitted, path);
            }

            if (steps.Count > 0)
            {
                var words = steps.Select(step => JsonNamingPolicy.KebabCaseLower.ConvertName(step.ToString()));
                table = table with
                {
                    Findings =
                    [
                        .. table.Findings,
                        new Finding(Severity.Hint, "transformed") { Subjects = [name, .. words] },
                    ],
                };
            }
        }

        return (table, test);
    }

    private static ColumnStep Step(Transform step, double[] values, string path)
    {
        switch (step)
        {
            case Transform.Log:
                return ColumnStep.Log;
            case Transform.Log1p:
                return ColumnStep.Log1p;
            default:
                var moments = Statistics.Column(values);
                return moments.IsConstant
                    ? throw new ExperimentException(path, "a constant column cannot be standardised")
                    : ColumnStep.NewStandardize(moments.Mean, moments.Sd);
        }
    }

    private static Table With(Table table, string name, ColumnStep step, string path)
    {
        double[] Of(double[] values)
        {
            var made = Array.ConvertAll(values, value => ColumnUnits.Apply([step], value));
            var row = Array.FindIndex(made, value => !double.IsFinite(value));
            while (row >= 0 && double.IsNaN(values[row]))
            {
                row = Array.FindIndex(made, row + 1, value => !double.IsFinite(value));
            }

            return row < 0
                ? made
                : throw new ExperimentException(
                    path,
                    $"{table.Places.Of(row)}: {values[row]:R} has no finite logarithm, which takes numbers above {(step.IsLog1p ? -1 : 0)}, such as prices; correct the entry or leave the row out"
                );
        }

        return table with
        {
            Columns =
            [
                .. table.Columns.Select(column =>
                    column.Name == name
                        ? column with
                        {
                            Values = Of(column.Values),
                            Steps = [.. column.Steps, step],
                        }
                        : column
                ),
            ],
        };
    }
}
