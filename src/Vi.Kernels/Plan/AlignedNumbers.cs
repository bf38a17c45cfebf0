using System.Runtime.InteropServices;

namespace Vi.Kernels;

/// <summary>Numbers that begin at a cache line: a vector that lies over two lines takes two loads.</summary>
[StructLayout(LayoutKind.Auto)]
public readonly struct AlignedNumbers
{
    private const int LineBytes = 64;

    /// <summary>So many zeros.</summary>
    public AlignedNumbers(int length)
    {
        Array = GC.AllocateArray<double>(length + (LineBytes / sizeof(double)), pinned: true);
        var address = Marshal.UnsafeAddrOfPinnedArrayElement(Array, 0).ToInt64();
        Start = (int)((LineBytes - (address % LineBytes)) % LineBytes) / sizeof(double);
        Length = length;
    }

    /// <summary>The array that holds them; it does not move.</summary>
    public double[] Array { get; }

    /// <summary>Index of the first.</summary>
    public int Start { get; }

    /// <summary>How many there are.</summary>
    public int Length { get; }

    /// <summary>The numbers.</summary>
    public Span<double> Span => Array.AsSpan(Start, Length);
}
