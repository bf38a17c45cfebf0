namespace Vi.Kernels;

/// <summary>
/// One operation of a compiled plan. It reads and writes places of one memory, which is all that differs between two evaluators; the step
/// itself never changes, so that any number of threads share it. Places are filled up to a multiple of eight numbers, so a loop may read and
/// write whole vectors.
/// </summary>
public abstract class PlanStep
{
    /// <summary>Numbers of a vector; every place starts at a multiple of it and has room for whole vectors.</summary>
    public const int Lanes = 8;

    /// <summary>Carries the operation out.</summary>
    /// <param name="memory">All places.</param>
    public abstract void Run(Span<double> memory);

    /// <summary>Whether several memories at once take less time than one after the other.</summary>
    public virtual bool IsShared => false;

    /// <summary>Carries the operation out in several memories, which lie one after the other.</summary>
    /// <param name="memories">All places of all memories.</param>
    /// <param name="stride">Numbers of one memory.</param>
    public virtual void RunAll(Span<double> memories, int stride)
    {
        for (var at = 0; at < memories.Length; at += stride)
        {
            Run(memories.Slice(at, stride));
        }
    }

    /// <summary>So many numbers, rounded up to whole vectors.</summary>
    public static int Padded(int length) => (length + Lanes - 1) / Lanes * Lanes;
}
