namespace Vi.App.Running;

/// <summary>Shows how a run proceeds.</summary>
internal interface IRunProgress
{
    /// <summary>Shows the loading of data; the body reports the rows read.</summary>
    T Load<T>(string name, Func<Action<Reading>, T> body);

    /// <summary>Shows a fit while it is pulled; the body reports every sweep, and the rows read in long ones.</summary>
    T Fit<T>(string name, AlgorithmSettings inference, Func<IFitDisplay, T> body);
}

/// <summary>Where the body of a fit reports how it proceeds.</summary>
internal interface IFitDisplay
{
    /// <summary>A sweep has ended.</summary>
    void Swept(FitStep sweep);

    /// <summary>Rows were read within a sweep; may be called from any thread, one at a time.</summary>
    void Reading(Reading reading);
}

/// <summary>Shows nothing.</summary>
internal sealed class SilentProgress : IRunProgress, IFitDisplay
{
    public T Load<T>(string name, Func<Action<Reading>, T> body) => body(Reading);

    public T Fit<T>(string name, AlgorithmSettings inference, Func<IFitDisplay, T> body) => body(this);

    public void Swept(FitStep sweep) { }

    public void Reading(Reading reading) { }
}
