using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Vi.Kernels;

/// <summary>Rows of P columns and a target, in groups of 64 rows, each stored column by column with the target last.</summary>
public static class PredictorRows
{
    /// <summary>Rows of a group.</summary>
    public const int GroupRows = 64;

    /// <summary>Numbers that so many rows of P columns and a target take.</summary>
    public static int BufferLength(int rows, int columns) =>
        (rows + GroupRows - 1) / GroupRows * GroupRows * (columns + 1);

    /// <summary>Numbers of the result of a likelihood with P columns: 4 + P, eight sums of each slope, and a group's predictors.</summary>
    public static int ResultLength(int columns) =>
        PlanStep.Padded(4 + columns) + (PlanStep.Lanes * columns) + GroupRows;

    /// <summary>Lays rows out; rows of the filling are zero.</summary>
    /// <param name="design">N x P numbers, row by row.</param>
    /// <param name="target">N numbers.</param>
    /// <param name="columns">P.</param>
    /// <param name="groups">Where they are written.</param>
    public static void Lay(ReadOnlySpan<double> design, ReadOnlySpan<double> target, int columns, Span<double> groups)
    {
        groups.Clear();
        for (var n = 0; n < target.Length; n++)
        {
            Put(design.Slice(n * columns, columns), target[n], n, groups);
        }
    }

    /// <summary>Lays chosen rows out; rows of the filling are zero.</summary>
    /// <param name="design">Rows of P numbers.</param>
    /// <param name="target">As many numbers as there are rows.</param>
    /// <param name="rows">Numbers of the chosen rows.</param>
    /// <param name="columns">P.</param>
    /// <param name="groups">Where they are written.</param>
    public static void Gather(
        ReadOnlySpan<double> design,
        ReadOnlySpan<double> target,
        ReadOnlySpan<int> rows,
        int columns,
        Span<double> groups
    )
    {
        // Only the last group may have rows of the filling.
        groups[((rows.Length / GroupRows) * GroupRows * (columns + 1))..].Clear();
        var whole = rows.Length & ~(PlanStep.Lanes - 1);
        for (var n = 0; n < whole; n += PlanStep.Lanes)
        {
            PutEight(design, target, rows.Slice(n, PlanStep.Lanes), columns, n, groups);
        }

        for (var n = whole; n < rows.Length; n++)
        {
            Put(design.Slice(rows[n] * columns, columns), target[rows[n]], n, groups);
        }
    }

    /// <summary>Lays eight rows out, the first of which is row n of the groups: one vector a column, not eight numbers far apart.</summary>
    private static void PutEight(
        ReadOnlySpan<double> design,
        ReadOnlySpan<double> target,
        ReadOnlySpan<int> rows,
        int columns,
        int n,
        Span<double> groups
    )
    {
        foreach (var row in rows)
        {
            if ((uint)row >= (uint)target.Length)
            {
                throw new ArgumentOutOfRangeException(nameof(rows), row, "There is no such row.");
            }
        }

        var at = (n / GroupRows * GroupRows * (columns + 1)) + (n % GroupRows);
        ref var x = ref MemoryMarshal.GetReference(design[..(columns * target.Length)]);
        ref var y = ref MemoryMarshal.GetReference(target);
        ref var to = ref MemoryMarshal.GetReference(groups.Slice(at, (columns * GroupRows) + PlanStep.Lanes));
        var unchanged = default(EightRows.Unchanged);
        EightRows.Write(ref x, columns, rows, columns, unchanged, ref to, GroupRows);
        EightRows.Write(ref y, 1, rows, 1, unchanged, ref Unsafe.Add(ref to, columns * GroupRows), GroupRows);
    }

    private static void Put(ReadOnlySpan<double> row, double target, int n, Span<double> groups)
    {
        var at = (n / GroupRows * GroupRows * (row.Length + 1)) + (n % GroupRows);
        foreach (var value in row)
        {
            groups[at] = value;
            at += GroupRows;
        }

        groups[at] = target;
    }
}
