namespace Vi.Kernels;

/// <summary>
/// Some consecutive rows of a table, stored row by row as they came; kernels turn rows into tiles (<see cref="Tile"/>) in the first
/// cache as they go, which costs less than reading laid-out copies from memory. A view: the numbers must not change while it is in use.
/// </summary>
public sealed class Block
{
    /// <summary>Rows of a tile: sixteen vectors of eight numbers. A block of a table has a multiple of it, but for the last.</summary>
    public const int TileRows = 128;

    private readonly ReadOnlyMemory<double> _values;

    private Block(int rows, int columns, ReadOnlyMemory<double> values, int number)
    {
        Rows = rows;
        Columns = columns;
        Number = number;
        _values = values;
    }

    /// <summary>Number of the block in its table, from 0: with it, draws for its rows depend on nothing but their seed.</summary>
    public int Number { get; }

    /// <summary>Number of rows.</summary>
    public int Rows { get; }

    /// <summary>Number of columns D.</summary>
    public int Columns { get; }

    /// <summary>The numbers, row by row.</summary>
    public ReadOnlySpan<double> Values => _values.Span;

    /// <summary>Entry (row, column).</summary>
    public double this[int row, int column] => Values[(row * Columns) + column];

    /// <summary>A block of rows given one after the other, D numbers each, which are not copied.</summary>
    public static Block FromRows(ReadOnlyMemory<double> rowMajor, int columns)
    {
        if (columns < 1 || rowMajor.Length % columns != 0)
        {
            throw new ArgumentException($"{rowMajor.Length} numbers are not rows of {columns}.", nameof(columns));
        }

        return new Block(rowMajor.Length / columns, columns, rowMajor, number: 0);
    }

    /// <summary>The same rows as the block of this number in a table.</summary>
    public Block Numbered(int number) => number == Number ? this : new Block(Rows, Columns, _values, number);

    /// <summary>Copies row i into a span of D numbers.</summary>
    public void CopyRow(int row, Span<double> target) => Values.Slice(row * Columns, Columns).CopyTo(target);
}
