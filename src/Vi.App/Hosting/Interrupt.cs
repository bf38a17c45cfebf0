using System.Runtime.InteropServices;

namespace Vi.App.Hosting;

/// <summary>The first Ctrl-C (or SIGTERM) asks the run to stop and store what it has; the second one ends the program at once.</summary>
internal sealed class Interrupt : IDisposable
{
    private readonly CancellationTokenSource source = new();
    private readonly List<PosixSignalRegistration> registrations;

    public Interrupt() =>
        registrations = [
            PosixSignalRegistration.Create(PosixSignal.SIGINT, Handle),
            PosixSignalRegistration.Create(PosixSignal.SIGTERM, Handle),
        ];

    public CancellationToken Token => source.Token;

    public void Dispose()
    {
        registrations.ForEach(registration => registration.Dispose());
        source.Dispose();
    }

    private void Handle(PosixSignalContext context)
    {
        if (source.IsCancellationRequested)
        {
            return;
        }

        context.Cancel = true;
        source.Cancel();
        var lineEnd = Console.IsErrorRedirected ? "" : Environment.NewLine;
        Console.Error.WriteLine($"{lineEnd}Stopping after this sweep; Ctrl-C again ends at once.");
    }
}
