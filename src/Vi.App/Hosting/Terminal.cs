namespace Vi.App.Hosting;

/// <summary>Where a command writes.</summary>
/// <param name="Out">Answers and progress.</param>
/// <param name="Error">Errors and logs.</param>
/// <param name="IsInteractive">Whether <paramref name="Out"/> is a terminal, on which a line can be written over.</param>
internal sealed record Terminal(TextWriter Out, TextWriter Error, bool IsInteractive = false)
{
    public static Terminal OfProcess() => new(Console.Out, Console.Error, !Console.IsOutputRedirected);
}
