namespace Vi.App.Models;

/// <summary>A fit that can be stored between two sweeps and taken up again.</summary>
internal interface IResumableFit : IPreparedFit
{
    /// <summary>The state after the last sweep pulled, as bytes; null before the first sweep.</summary>
    byte[]? State();

    /// <summary>
    /// The sweeps that follow a stored state, bit for bit those that would have followed it; <see cref="IPreparedFit.Finish"/> then
    /// answers as if the fit had never been interrupted.
    /// </summary>
    IEnumerable<FitStep> StepsAfter(byte[] state);
}
