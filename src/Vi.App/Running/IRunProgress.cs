using Vi.App.Algorithms;
using Vi.App.Models;

namespace Vi.App.Running;

/// <summary>Shows how a fit goes on.</summary>
public interface IRunProgress
{
    /// <summary>Shows a fit while it is pulled; the body tells the display of every sweep, and of the rows read in long ones.</summary>
    T Show<T>(string name, AlgorithmSettings inference, Func<IFitDisplay, T> body);
}

/// <summary>Where the body of a fit tells how it goes on.</summary>
public interface IFitDisplay
{
    /// <summary>A sweep has ended.</summary>
    void Swept(FitStep sweep);

    /// <summary>Rows were read within a sweep, or before the first; may be called from any thread, one at a time.</summary>
    void Reading(Reading reading);
}

/// <summary>Shows nothing.</summary>
public sealed class SilentProgress : IRunProgress, IFitDisplay
{
    /// <inheritdoc />
    public T Show<T>(string name, AlgorithmSettings inference, Func<IFitDisplay, T> body) => body(this);

    /// <inheritdoc />
    public void Swept(FitStep sweep) { }

    /// <inheritdoc />
    public void Reading(Reading reading) { }
}
