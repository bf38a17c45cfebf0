using Vi.App.Algorithms;
using Vi.App.Models;

namespace Vi.App.Running;

/// <summary>Shows how a run proceeds.</summary>
public interface IRunProgress
{
    /// <summary>Shows the loading of data; the body reports the rows read.</summary>
    T Load<T>(string name, Func<Action<Reading>, T> body);

    /// <summary>Shows a fit while it is pulled; the body reports every sweep, and the rows read in long ones.</summary>
    T Fit<T>(string name, AlgorithmSettings inference, Func<IFitDisplay, T> body);
}

/// <summary>Where the body of a fit reports how it proceeds.</summary>
public interface IFitDisplay
{
    /// <summary>A sweep has ended.</summary>
    void Swept(FitStep sweep);

    /// <summary>Rows were read within a sweep; may be called from any thread, one at a time.</summary>
    void Reading(Reading reading);
}

/// <summary>Shows nothing.</summary>
public sealed class SilentProgress : IRunProgress, IFitDisplay
{
    /// <inheritdoc />
    public T Load<T>(string name, Func<Action<Reading>, T> body) => body(Reading);

    /// <inheritdoc />
    public T Fit<T>(string name, AlgorithmSettings inference, Func<IFitDisplay, T> body) => body(this);

    /// <inheritdoc />
    public void Swept(FitStep sweep) { }

    /// <inheritdoc />
    public void Reading(Reading reading) { }
}
