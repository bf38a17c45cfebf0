namespace Vi.Data;

/// <summary>A table of numbers as figures read it, in memory or in a file; where a model has a target it is the last column.</summary>
public interface ITable
{
    /// <summary>Names of the columns.</summary>
    IReadOnlyList<string> ColumnNames { get; }

    /// <summary>Number of rows.</summary>
    int RowCount { get; }

    /// <summary>The numbers of row i, from 0.</summary>
    double[] Row(int i);

    /// <summary>The unit of all columns.</summary>
    DataUnit Unit { get; }

    /// <summary>The standard deviations that columns are to be measured in; null where that was not asked for.</summary>
    IReadOnlyList<double>? StandardDeviations { get; }

    /// <summary>Whether a column's numbers are differences from its mean.</summary>
    bool IsCentred(int column);

    /// <summary>True labels of the rows; null where unknown.</summary>
    IReadOnlyList<int>? Labels { get; }

    /// <summary>When the rows were observed, a time each; null where unknown.</summary>
    IReadOnlyList<DateTime?>? Times { get; }
}
