using System.Buffers;

namespace Vi.Kernels;

/// <summary>
/// Sums over the rows of blocks, in numbers on loan from the shared pool, so that gathering them allocates nothing for a block. Two of them
/// add up entry by entry; the one that is added gives its numbers back.
/// </summary>
public abstract class BlockSums : IDisposable
{
    private readonly int _length;
    private double[]? _numbers;

    /// <summary>So many zeros.</summary>
    private protected BlockSums(int length)
    {
        _length = length;
        _numbers = ArrayPool<double>.Shared.Rent(length);
        _numbers.AsSpan(0, length).Clear();
    }

    private Span<double> Numbers =>
        (_numbers ?? throw new ObjectDisposedException(nameof(BlockSums))).AsSpan(0, _length);

    /// <summary>Adds other sums of the same shape, which are given back.</summary>
    public virtual void Take(BlockSums other)
    {
        ArgumentNullException.ThrowIfNull(other);
        var to = Numbers;
        var from = other.Numbers;
        if (to.Length != from.Length)
        {
            throw new ArgumentException($"{from.Length} sums do not add up with {to.Length}.", nameof(other));
        }

        LinearAlgebra.AddScaled(1.0, from, to);
        other.Dispose();
    }

    /// <summary>Gives the numbers back.</summary>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Gives the numbers back.</summary>
    protected virtual void Dispose(bool disposing)
    {
        if (_numbers is { } numbers)
        {
            _numbers = null;
            ArrayPool<double>.Shared.Return(numbers);
        }
    }

    /// <summary>Some of the numbers.</summary>
    private protected Span<double> Part(int first, int count) => Numbers.Slice(first, count);
}

/// <summary>What every kind of mixture sums over rows.</summary>
public abstract class ResponsibilitySums : BlockSums
{
    private const int Own = 2;

    private protected ResponsibilitySums(int components, int dimension, int others)
        : base(Own + components + (components * dimension) + others) =>
        (Components, Dimension) = (components, dimension);

    /// <summary>Number K of components.</summary>
    public int Components { get; }

    /// <summary>Number D of columns.</summary>
    public int Dimension { get; }

    /// <summary>- sum_nk r_nk log r_nk.</summary>
    public double Entropy
    {
        get => Part(0, 1)[0];
        internal set => Part(0, 1)[0] = value;
    }

    /// <summary>sum_n log sum_k rho_nk.</summary>
    public double LogNormalizer
    {
        get => Part(1, 1)[0];
        internal set => Part(1, 1)[0] = value;
    }

    /// <summary>K sums of responsibilities.</summary>
    public Span<double> Counts => Part(Own, Components);

    /// <summary>K x D sums of responsibility times deviation from the component's mean.</summary>
    public Span<double> Sums => Part(Own + Components, Components * Dimension);

    /// <summary>Sums of component k, D numbers.</summary>
    public ReadOnlySpan<double> SumsOf(int k) => Sums.Slice(k * Dimension, Dimension);

    /// <summary>The numbers that a kind has besides.</summary>
    private protected Span<double> Others(int count) => Part(Own + Components + (Components * Dimension), count);
}
