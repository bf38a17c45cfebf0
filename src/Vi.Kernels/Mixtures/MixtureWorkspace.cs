using System.Buffers;

namespace Vi.Kernels;

/// <summary>Working workspace of a mixture's pass through a block, rented and given back.</summary>
internal sealed class MixtureWorkspace : IDisposable
{
    private readonly double[] _numbers;
    private readonly int[] _list;
    private readonly int _tile;
    private readonly int _panel;
    private readonly int _responsibilities;

    /// <summary>Working memory for so many rows at a time, a multiple of <see cref="Tile.RowStep"/>.</summary>
    public MixtureWorkspace(int components, int dimension, int panel)
    {
        _tile = dimension * Tile.Stride;
        _panel = panel;
        _responsibilities = components * panel;
        _numbers = ArrayPool<double>.Shared.Rent((3 * _tile) + _responsibilities + panel + Block.TileRows + dimension);
        _list = ArrayPool<int>.Shared.Rent(2 * panel);
        Origin.Clear();
    }

    /// <summary>A tile of rows as they are.</summary>
    public Span<double> Rows => _numbers.AsSpan(0, _tile);

    /// <summary>A tile of deviations from a component's mean.</summary>
    public Span<double> Deviations => _numbers.AsSpan(_tile, _tile);

    /// <summary>A tile of weighted deviations.</summary>
    public Span<double> Weighted => _numbers.AsSpan(2 * _tile, _tile);

    /// <summary>K runs of log rho, then of responsibilities, a panel's rows each.</summary>
    public Span<double> Responsibilities => _numbers.AsSpan(3 * _tile, _responsibilities);

    /// <summary>The largest log rho known of each row of the panel.</summary>
    public Span<double> Best => _numbers.AsSpan((3 * _tile) + _responsibilities, _panel);

    /// <summary>One number for each row of a tile.</summary>
    public Span<double> Results => _numbers.AsSpan((3 * _tile) + _responsibilities + _panel, Block.TileRows);

    /// <summary>Numbers of chosen rows.</summary>
    public Span<int> List => _list.AsSpan(0, _panel);

    /// <summary>Component that seems the most probable of each row of the panel.</summary>
    public Span<int> Guess => _list.AsSpan(_panel, _panel);

    private Span<double> Origin =>
        _numbers.AsSpan((3 * _tile) + _responsibilities + _panel + Block.TileRows, _tile / Tile.Stride);

    /// <summary>The run of component k.</summary>
    public Span<double> ResponsibilitiesOf(int k) => Responsibilities.Slice(k * _panel, _panel);

    /// <summary>Lays the first columns of consecutive rows out in <see cref="Rows"/>.</summary>
    public void LoadTile(ReadOnlySpan<double> values, int dimension, int first, int count, int columns) =>
        Tile.Load(values.Slice(first * dimension, count * dimension), dimension, Origin[..columns], Rows);

    /// <summary>Returns the buffers.</summary>
    public void Dispose()
    {
        ArrayPool<double>.Shared.Return(_numbers);
        ArrayPool<int>.Shared.Return(_list);
    }
}
