namespace Vi.Kernels;

/// <summary>Zeros, with a place's entries from a first one on.</summary>
public sealed class EmbedStep(int x, int y, int first, int length, int total) : PlanStep
{
    /// <inheritdoc />
    public override void Run(Span<double> memory)
    {
        memory.Slice(y, first).Clear();
        memory.Slice(x, length).CopyTo(memory.Slice(y + first, length));
        memory.Slice(y + first + length, total - first - length).Clear();
    }
}

/// <summary>The lower triangle of an n x n matrix with its diagonal times a factor; zeros above.</summary>
public sealed class LowerTriangleStep(int x, int y, int n, double onDiagonal) : PlanStep
{
    /// <inheritdoc />
    public override void Run(Span<double> memory)
    {
        for (var row = 0; row < n; row++)
        {
            var target = memory.Slice(y + (row * n), n);
            memory.Slice(x + (row * n), row + 1).CopyTo(target);
            target[row] *= onDiagonal;
            target[(row + 1)..].Clear();
        }
    }
}

/// <summary>Fills rows x columns with a number, a row or a column.</summary>
public sealed class FillStep(Operand x, int y, int rows, int columns) : PlanStep
{
    /// <inheritdoc />
    public override void Run(Span<double> memory)
    {
        for (var row = 0; row < rows; row++)
        {
            var target = memory.Slice(y + (row * columns), columns);
            var from = x.Place + (row * x.RowStride);
            if (x.IsColumn)
            {
                target.Fill(memory[from]);
            }
            else
            {
                memory.Slice(from, columns).CopyTo(target);
            }
        }
    }
}

/// <summary>Several places one after the other.</summary>
public sealed class ConcatenateStep(int[] places, int[] lengths, int y) : PlanStep
{
    /// <inheritdoc />
    public override void Run(Span<double> memory)
    {
        var at = y;
        for (var i = 0; i < places.Length; i++)
        {
            memory.Slice(places[i], lengths[i]).CopyTo(memory.Slice(at, lengths[i]));
            at += lengths[i];
        }
    }
}

/// <summary>The transpose of a rows x columns matrix.</summary>
public sealed class TransposeStep(int x, int y, int rows, int columns) : PlanStep
{
    private const int BlockSize = 8;

    /// <inheritdoc />
    public override void Run(Span<double> memory)
    {
        var from = memory.Slice(x, rows * columns);
        var to = memory.Slice(y, rows * columns);
        for (var top = 0; top < rows; top += BlockSize)
        {
            var bottom = Math.Min(rows, top + BlockSize);
            for (var column = 0; column < columns; column++)
            {
                for (var row = top; row < bottom; row++)
                {
                    to[(column * rows) + row] = from[(row * columns) + column];
                }
            }
        }
    }
}

/// <summary>y_i = x_(index i).</summary>
public sealed class GatherStep(int x, int y, int[] indices) : PlanStep
{
    private readonly bool isSlice = AreNeighbours(indices);

    /// <summary>Whether each index follows the one before.</summary>
    internal static bool AreNeighbours(int[] indices)
    {
        for (var i = 1; i < indices.Length; i++)
        {
            if (indices[i] != indices[0] + i)
            {
                return false;
            }
        }

        return indices.Length > 0;
    }

    /// <inheritdoc />
    public override void Run(Span<double> memory)
    {
        var to = memory.Slice(y, indices.Length);
        if (isSlice)
        {
            memory.Slice(x + indices[0], indices.Length).CopyTo(to);
            return;
        }

        for (var i = 0; i < indices.Length; i++)
        {
            to[i] = memory[x + indices[i]];
        }
    }
}

/// <summary>y_j = the sum of x_i over all i with index i = j, among so many entries.</summary>
public sealed class ScatterStep(int x, int y, int[] indices, int length) : PlanStep
{
    private readonly bool isSlice = GatherStep.AreNeighbours(indices);

    /// <inheritdoc />
    public override void Run(Span<double> memory)
    {
        var to = memory.Slice(y, length);
        to.Clear();
        if (isSlice)
        {
            memory.Slice(x, indices.Length).CopyTo(to[indices[0]..]);
            return;
        }

        for (var i = 0; i < indices.Length; i++)
        {
            to[indices[i]] += memory[x + i];
        }
    }
}
