using System.Buffers;

namespace Vi.Kernels;

/// <summary>Numbers on loan from the shared pool, of any value at first: working memory of one call.</summary>
/// <param name="length">How many are wanted.</param>
public sealed class RentedNumbers(int length) : IDisposable
{
    private double[]? _numbers = ArrayPool<double>.Shared.Rent(length);

    /// <summary>The numbers.</summary>
    public Span<double> Span =>
        (_numbers ?? throw new ObjectDisposedException(nameof(RentedNumbers))).AsSpan(0, length);

    /// <summary>Some of the numbers.</summary>
    public Span<double> Part(int first, int count) => Span.Slice(first, count);

    /// <summary>Gives the numbers back.</summary>
    public void Dispose()
    {
        if (_numbers is { } numbers)
        {
            _numbers = null;
            ArrayPool<double>.Shared.Return(numbers);
        }
    }
}
