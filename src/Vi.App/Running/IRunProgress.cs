using Vi.App.Models;

namespace Vi.App.Running;

/// <summary>Shows how a fit goes on.</summary>
public interface IRunProgress
{
    /// <summary>Shows a fit while it is pulled; the body calls the action after each sweep.</summary>
    T Show<T>(string name, InferenceSettings inference, Func<Action<FitStep>, T> body);
}

/// <summary>Shows nothing.</summary>
public sealed class SilentProgress : IRunProgress
{
    /// <inheritdoc />
    public T Show<T>(string name, InferenceSettings inference, Func<Action<FitStep>, T> body) => body(static _ => { });
}
