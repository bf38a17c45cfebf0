namespace Vi.App.Running;

internal interface IRunProgress
{
    T Load<T>(string name, Func<Action<Reading>, T> body);

    /// <summary>Shows a fit while it is pulled; the body reports every sweep, and the rows read in long ones.</summary>
    T Fit<T>(string name, AlgorithmSettings inference, Func<IFitDisplay, T> body);
}

/// <summary>Where the body of a fit reports how it proceeds.</summary>
internal interface IFitDisplay
{
    void Swept(FitStep sweep);

    /// <summary>Rows were read within a sweep; may be called from any thread, one at a time.</summary>
    void Reading(Reading reading);
}

internal sealed class SilentProgress : IRunProgress, IFitDisplay
{
    public T Load<T>(string name, Func<Action<Reading>, T> body) => body(Reading);

    public T Fit<T>(string name, AlgorithmSettings inference, Func<IFitDisplay, T> body) => body(this);

    public void Swept(FitStep sweep) { }

    public void Reading(Reading reading) { }
}
