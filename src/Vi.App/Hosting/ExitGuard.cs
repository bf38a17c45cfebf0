namespace Vi.App.Hosting;

/// <summary>Sees to it that a program that ends before its command does, such as by a model's own code, does not look like one that went well.</summary>
internal sealed class ExitGuard : IDisposable
{
    private readonly Terminal terminal;
    private readonly int code;

    /// <param name="terminal">Where the untimely end is reported.</param>
    /// <param name="code">Exit code in place of 0.</param>
    public ExitGuard(Terminal terminal, int code)
    {
        (this.terminal, this.code) = (terminal, code);
        AppDomain.CurrentDomain.ProcessExit += OnExit;
    }

    /// <summary>The command is over: its exit code stands.</summary>
    public void Dispose() => AppDomain.CurrentDomain.ProcessExit -= OnExit;

    private void OnExit(object? sender, EventArgs arguments)
    {
        if (Environment.ExitCode == 0)
        {
            Environment.ExitCode = code;
            terminal.Error.WriteLine("error: the program was ended before the command was over");
        }
    }
}
