namespace Vi.Data;

internal static class DatasetAssembly
{
    /// <summary>Values from here on have squares beyond the largest double, 1.8e308.</summary>
    private const double Largest = 1e154;

    /// <summary>
    /// Orders columns and, where asked for, finds how they are standardised. Raises <see cref="ExperimentException"/> for a constant column that is to be
    /// standardised.
    /// </summary>
    /// <param name="names">Columns as the model reads them, the target last where there is one.</param>
    /// <param name="source">Where the rows and the held-out rows came from, as the experiment wrote it.</param>
    public static LoadedData Assemble(
        Table table,
        List<string> names,
        Table? test,
        bool standardize,
        (string Rows, string Test) source,
        bool hasTarget,
        JsonObject? truth = null
    )
    {
        var columns = Columns(table, names);
        var moments = columns.ConvertAll(column => Statistics.Column(column.Values));
        var scales = standardize ? Scales(names, moments, hasTarget, source.Rows) : null;
        Dataset Rows(Table from, List<TableColumn> of, string shown, Dataset? heldOut) =>
            new()
            {
                ColumnNames = names,
                ModelColumns = of.ConvertAll(column => column.Model),
                Levels = from.Levels,
                RowCount = of[0].Values.Length,
                Values = RowByRow(of),
                HasTarget = hasTarget,
                Source = shown,
                Sha256 = from.Sha256,
                Labels = from.Labels,
                Times = from.Times,
                Scales = scales,
                Test = heldOut,
            };
        var heldOut = test is null ? null : Rows(test, Columns(test, names), source.Test, null);
        return Describe(Rows(table, columns, source.Rows, heldOut), moments, table.Findings, truth) with
        {
            Unit = table.Unit,
        };
    }

    /// <summary>A dataset with what the result says about it; the moments are those of its columns.</summary>
    public static LoadedData Describe(
        Dataset dataset,
        IReadOnlyList<ColumnMoments> moments,
        IReadOnlyList<Finding> findings,
        JsonObject? truth
    )
    {
        var names = dataset.ColumnNames;
        RefuseHuge(names, moments, dataset.Source);
        var target = dataset.HasTarget ? names[^1] : null;
        var summaries = names.Zip(
            moments,
            (name, m) =>
                new ColumnSummary(name, name == target ? "target" : "column", m.Mean, m.Sd, m.Minimum, m.Maximum)
                {
                    Missing = m.Missing,
                }
        );
        return new LoadedData(
            dataset,
            new DataRecord(dataset.RowCount, names, dataset.Sha256, dataset.Source, [.. summaries])
            {
                Times = dataset.Times is { } times ? Span(times) : null,
            },
            truth ?? [],
            [
                .. findings,
                .. ConstantColumns(names, moments, dataset.RowCount, target),
                .. Gaps(moments, dataset.RowCount),
            ]
        );
    }

    /// <summary>
    /// Names of the columns as the model reads them: in the order asked for, the target last. Raises <see cref="ExperimentException"/>
    /// where there is no column besides the target.
    /// </summary>
    public static List<string> Order(IReadOnlyList<string> asked, string? target)
    {
        var names = asked.Where(name => name != target).ToList();
        if (names.Count == 0)
        {
            throw new ExperimentException(
                "data.columns",
                $"only the target \"{target}\" is there; a column that explains it is needed"
            );
        }

        if (target is not null)
        {
            names.Add(target);
        }

        return names;
    }

    /// <summary>
    /// How columns, the target excepted, are standardised. Raises <see cref="ExperimentException"/> for a constant one.
    /// </summary>
    public static List<ColumnScale> Scales(
        List<string> names,
        IReadOnlyList<ColumnMoments> moments,
        bool hasTarget,
        string source
    )
    {
        var scaled = hasTarget ? names.Count - 1 : names.Count;
        var constant = names.Take(scaled).Where((_, j) => moments[j].IsConstant).ToList();
        return constant.Count == 0
            ? [.. moments.Select((m, j) => j < scaled ? new ColumnScale(m.Mean, m.Sd) : new ColumnScale(0, 1))]
            : throw new ExperimentException([
                .. constant.Select(name => new Problem(
                    "data.standardize",
                    $"{source}: the column \"{name}\" is constant and cannot be standardised; leave it out of data.columns"
                )),
            ]);
    }

    /// <summary>Every model squares what it reads.</summary>
    private static void RefuseHuge(IReadOnlyList<string> names, IReadOnlyList<ColumnMoments> moments, string source) =>
        ExperimentException.ThrowIfAny(
            names
                .Zip(moments, (name, m) => (Name: name, Value: m.Maximum > -m.Minimum ? m.Maximum : m.Minimum))
                .Where(column => System.Math.Abs(column.Value) >= Largest)
                .Select(column => new Problem(
                    "data.columns",
                    $"{source}: the column \"{column.Name}\" holds {column.Value.ToString("R", CultureInfo.InvariantCulture)}, whose square is beyond the largest number; give it in a larger unit, or name the other columns here"
                ))
        );

    private static TimeSpanRecord? Span(RowTimes times)
    {
        var known = times.Values.OfType<DateTime>().ToList();
        return known.Count == 0 ? null : new TimeSpanRecord(times.Column, known.Min(), known.Max());
    }

    private static List<TableColumn> Columns(Table table, List<string> names) =>
        names.ConvertAll(name => table.Columns.First(column => column.Name == name));

    private static double[] RowByRow(List<TableColumn> columns)
    {
        var (rows, width) = (columns[0].Values.Length, columns.Count);
        if ((long)rows * width > Array.MaxLength)
        {
            throw new ExperimentException(
                "data",
                $"{rows} rows of {width} columns are more numbers than fit; use fewer columns"
            );
        }

        var values = new double[rows * width];
        for (var j = 0; j < width; j++)
        {
            for (var i = 0; i < rows; i++)
            {
                values[i * width + j] = columns[j].Values[i];
            }
        }

        return values;
    }

    /// <summary>A warning for each column with one value only, where there are several rows.</summary>
    private static IEnumerable<Finding> ConstantColumns(
        IReadOnlyList<string> names,
        IReadOnlyList<ColumnMoments> moments,
        int rows,
        string? target
    ) =>
        names
            .Zip(moments)
            .Where(pair => rows > 1 && pair.Second.IsConstant)
            .Select(pair =>
                Finding.Of(Severity.Warning, "constant-column", ("target", pair.First == target ? 1 : 0)) with
                {
                    Subjects = [pair.First],
                }
            );

    private static IEnumerable<Finding> Gaps(IReadOnlyList<ColumnMoments> moments, int rows)
    {
        var missing = moments.Sum(column => column.Missing);
        if (missing > 0)
        {
            yield return Finding.Of(
                Severity.Hint,
                "missing-entries",
                ("missing", missing),
                ("entries", (double)rows * moments.Count)
            );
        }
    }
}
