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

    /// <summary>Room of so many numbers.</summary>
    public static int Padded(int length) => (length + Lanes - 1) / Lanes * Lanes;
}
