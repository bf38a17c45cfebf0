using System.Runtime.InteropServices;

namespace Vi.App.Hosting;

/// <summary>
/// The first Ctrl-C (or SIGTERM, or the end of the terminal) asks the run to stop and store what it has; a second one ends the program at
/// once.
/// </summary>
internal sealed class Interrupt : IDisposable
{
    private readonly CancellationTokenSource source = new();
    private readonly Terminal terminal;
    private readonly int code;
    private readonly List<PosixSignalRegistration> registrations;

    /// <param name="terminal">Where the first signal is answered.</param>
    /// <param name="code">Exit code after the second one.</param>
    public Interrupt(Terminal terminal, int code)
    {
        (this.terminal, this.code) = (terminal, code);
        PosixSignal[] signals = [PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGHUP];
        registrations = [.. signals.Select(signal => PosixSignalRegistration.Create(signal, Handle))];
    }

    public CancellationToken Token => source.Token;

    public void Dispose()
    {
        registrations.ForEach(registration => registration.Dispose());
        source.Dispose();
    }

    private void Handle(PosixSignalContext context)
    {
        context.Cancel = true;
        if (source.IsCancellationRequested)
        {
            if (context.Signal != PosixSignal.SIGHUP)
            {
                Environment.Exit(code);
            }

            return;
        }

        var lineEnd = Console.IsErrorRedirected ? "" : Environment.NewLine;
        terminal.Error.WriteLine($"{lineEnd}Stopping; what there is will be stored. Ctrl-C again ends at once.");
        source.Cancel();
    }
}
