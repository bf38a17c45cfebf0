namespace Vi.App.Hosting;

/// <summary>Writes log messages as lines, an exception with its stack trace below.</summary>
internal sealed class TextWriterLoggerProvider(TextWriter output) : ILoggerProvider
{
    public ILogger CreateLogger(string categoryName) => new Logger(output);

    public void Dispose() => output.Flush();

    private sealed class Logger(TextWriter output) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel,
            EventId eventId,
            TState state,
            Exception? exception,
            Func<TState, Exception?, string> formatter
        )
        {
            output.WriteLine($"{logLevel.ToString().ToLowerInvariant()}: {formatter(state, exception)}");
            if (exception is not null)
            {
                output.WriteLine(exception);
            }
        }
    }
}
