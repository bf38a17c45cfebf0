namespace Vi.Kernels;

/// <summary>
/// Some consecutive rows of a table, cut into tiles of <see cref="TileRows"/> rows that are stored column by column, so that loops
/// run along rows with unit stride. The last tile is filled up with zeros, which every kernel gives weight zero.
/// Read-only once built.
/// </summary>
public sealed class Block
{
    /// <summary>Rows of a tile: sixteen vectors of eight numbers, small enough that ten columns stay in the first cache.</summary>
    public const int TileRows = 128;

    private readonly double[] _tiles;

    private Block(int rows, int columns, double[] tiles)
    {
        Rows = rows;
        Columns = columns;
        _tiles = tiles;
    }

    /// <summary>Number of rows that carry data.</summary>
    public int Rows { get; }

    /// <summary>Number of columns D.</summary>
    public int Columns { get; }

    /// <summary>Number of tiles.</summary>
    public int TileCount => (Rows + TileRows - 1) / TileRows;

    /// <summary>Tile t: D columns of <see cref="TileRows"/> numbers each.</summary>
    public ReadOnlySpan<double> Tile(int t) => _tiles.AsSpan(t * TileRows * Columns, TileRows * Columns);

    /// <summary>Rows of tile t that carry data.</summary>
    public int RowsInTile(int t) => Math.Min(TileRows, Rows - (t * TileRows));

    /// <summary>Entry (row, column).</summary>
    public double this[int row, int column] =>
        _tiles[(row / TileRows * TileRows * Columns) + (column * TileRows) + (row % TileRows)];

    /// <summary>A block of rows given one after the other, D numbers each.</summary>
    public static Block FromRows(ReadOnlySpan<double> rowMajor, int columns)
    {
        if (columns < 1 || rowMajor.Length % columns != 0)
        {
            throw new ArgumentException($"{rowMajor.Length} numbers are not rows of {columns}.", nameof(columns));
        }

        var rows = rowMajor.Length / columns;
        var tiles = new double[(rows + TileRows - 1) / TileRows * TileRows * columns];
        for (var t = 0; t * TileRows < rows; t++)
        {
            var tile = tiles.AsSpan(t * TileRows * columns, TileRows * columns);
            var inTile = Math.Min(TileRows, rows - (t * TileRows));
            var source = rowMajor.Slice(t * TileRows * columns, inTile * columns);
            for (var row = 0; row < inTile; row++)
            {
                var from = source.Slice(row * columns, columns);
                for (var column = 0; column < columns; column++)
                {
                    tile[(column * TileRows) + row] = from[column];
                }
            }
        }

        return new Block(rows, columns, tiles);
    }

    /// <summary>Copies row i into a span of D numbers.</summary>
    public void CopyRow(int row, Span<double> target)
    {
        for (var column = 0; column < Columns; column++)
        {
            target[column] = this[row, column];
        }
    }
}
