namespace Vi.Kernels;

/// <summary>Copies a place.</summary>
public sealed class CopyStep(int x, int y, int length) : PlanStep
{
    /// <inheritdoc />
    public override void Run(Span<double> memory) => memory.Slice(x, length).CopyTo(memory.Slice(y, length));
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
    /// <inheritdoc />
    public override void Run(Span<double> memory)
    {
        var to = memory.Slice(y, indices.Length);
        for (var i = 0; i < indices.Length; i++)
        {
            to[i] = memory[x + indices[i]];
        }
    }
}

/// <summary>y_j = the sum of x_i over all i with index i = j, among so many entries.</summary>
public sealed class ScatterStep(int x, int y, int[] indices, int length) : PlanStep
{
    /// <inheritdoc />
    public override void Run(Span<double> memory)
    {
        var to = memory.Slice(y, length);
        to.Clear();
        for (var i = 0; i < indices.Length; i++)
        {
            to[indices[i]] += memory[x + i];
        }
    }
}
