using System.Globalization;
using System.Text.Json.Nodes;
using Vi.App.Configuration;
using Vi.Results;

namespace Vi.App.Data;

/// <summary>Makes a dataset from the columns of a table.</summary>
internal static class DatasetAssembly
{
    /// <summary>
    /// Chooses, orders and, where asked for, standardises columns. Raises <see cref="ExperimentException"/> for a constant column that is to be
    /// standardised.
    /// </summary>
    /// <param name="table">The rows.</param>
    /// <param name="test">Held-out rows; null for none.</param>
    /// <param name="settings">The experiment's <c>data</c> object.</param>
    /// <param name="source">Where the data came from, as the experiment wrote it.</param>
    /// <param name="target">Name of the target; null for none.</param>
    /// <param name="truth">True parameters of generated data.</param>
    public static LoadedData Assemble(
        Table table,
        Table? test,
        DataSettings settings,
        string source,
        string? target,
        JsonObject truth
    )
    {
        var order = Order(table, settings, target);
        var moments = order.ConvertAll(column => ColumnMoments.Of(column.Values));
        var names = order.ConvertAll(column => column.Name);
        var scales = settings.Standardize ? Scales(names, moments, target, source) : null;
        var dataset = new Dataset
        {
            ColumnNames = names,
            RowCount = order[0].Values.Length,
            Values = RowByRow(order, scales),
            HasTarget = target is not null,
            Source = source,
            Sha256 = table.Sha256,
            Labels = table.Labels,
            Scales = scales,
            Test = test is null ? null : TestSet(test, names, scales, settings.Test ?? source, target),
        };
        return new LoadedData(
            dataset,
            Record(dataset, moments, target),
            truth,
            [
                .. ConstantColumns(names, moments, dataset.RowCount, target),
                .. Gaps(moments, dataset.RowCount),
                .. OtherColumns(table),
            ]
        );
    }

    /// <summary>What the result says about a dataset; the moments are those of the columns before they were standardised.</summary>
    public static DataRecord Record(Dataset dataset, List<ColumnMoments> moments, string? target)
    {
        var summaries = dataset.ColumnNames.Select(
            (name, j) =>
                new ColumnSummary(
                    name,
                    name == target ? "target" : "column",
                    moments[j].Mean,
                    moments[j].Sd,
                    moments[j].Minimum,
                    moments[j].Maximum
                )
                {
                    Missing = moments[j].Missing,
                }
        );
        return new DataRecord(dataset.RowCount, dataset.ColumnNames, dataset.Sha256, dataset.Source, [.. summaries]);
    }

    /// <summary>The columns as the model reads them: in the order asked for, the target last.</summary>
    private static List<TableColumn> Order(Table table, DataSettings settings, string? target)
    {
        var byName = table.Columns.ToDictionary(c => c.Name, StringComparer.Ordinal);
        return Order(settings.Columns ?? [.. table.Columns.Select(c => c.Name)], target)
            .ConvertAll(name => byName[name]);
    }

    /// <summary>Names of the columns as the model reads them: in the order asked for, the target last.</summary>
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
        List<ColumnMoments> moments,
        string? target,
        string source
    )
    {
        var constant = names.Where((name, j) => name != target && moments[j].IsConstant).ToList();
        return constant.Count == 0
            ?
            [
                .. names.Select(
                    (name, j) =>
                        name == target ? new ColumnScale(0, 1) : new ColumnScale(moments[j].Mean, moments[j].Sd)
                ),
            ]
            : throw new ExperimentException([
                .. constant.Select(name => new Problem(
                    "data.standardize",
                    $"{source}: the column \"{name}\" is constant and cannot be standardised; leave it out of data.columns"
                )),
            ]);
    }

    private static Dataset TestSet(
        Table test,
        List<string> names,
        List<ColumnScale>? scales,
        string source,
        string? target
    )
    {
        var byName = test.Columns.ToDictionary(c => c.Name, StringComparer.Ordinal);
        var columns = names.ConvertAll(name => byName[name]);
        return new Dataset
        {
            ColumnNames = names,
            RowCount = columns[0].Values.Length,
            Values = RowByRow(columns, scales),
            HasTarget = target is not null,
            Source = source,
            Sha256 = test.Sha256,
            Scales = scales,
        };
    }

    private static double[] RowByRow(List<TableColumn> columns, List<ColumnScale>? scales)
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
            var scale = scales?[j] ?? new ColumnScale(0, 1);
            for (var i = 0; i < rows; i++)
            {
                values[i * width + j] = (columns[j].Values[i] - scale.Mean) / scale.Sd;
            }
        }

        return values;
    }

    /// <summary>A warning for each column with one value only, where there are several rows.</summary>
    public static IEnumerable<Finding> ConstantColumns(
        List<string> names,
        List<ColumnMoments> moments,
        long rows,
        string? target
    ) =>
        names
            .Zip(moments)
            .Where(pair => rows > 1 && pair.Second.IsConstant)
            .Select(pair => new Finding(
                "warning",
                "constant-column",
                pair.First == target
                    ? $"The target {target} has one value only, so there is nothing to explain: the answer is the prior's word on what never varies."
                    : $"The column {pair.First} has one value only, so nothing can be learnt from it; leave it out of data.columns."
            ));

    /// <summary>A hint where entries are missing.</summary>
    public static IEnumerable<Finding> Gaps(List<ColumnMoments> moments, int rows)
    {
        var missing = moments.Sum(column => column.Missing);
        if (missing > 0)
        {
            var share = (double)missing / ((long)rows * moments.Count);
            yield return new Finding(
                "hint",
                "missing-entries",
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{missing} of {(long)rows * moments.Count} entries are missing ({share:P1}). They are integrated out, which is right where whether an entry is missing does not depend on its value."
                )
            );
        }
    }

    private static IEnumerable<Finding> OtherColumns(Table table)
    {
        if (table.OtherColumns.Count > 0)
        {
            yield return new Finding(
                "hint",
                "columns-left-out",
                $"Columns without numbers were left out: {string.Join(", ", table.OtherColumns)}."
            );
        }
    }
}
