using Microsoft.Extensions.Hosting;

namespace Vi.App.Hosting;

/// <summary>
/// The generic host behind a command. It is built when a command runs, not when the command line is read, so that <c>--help</c> does not
/// load it.
/// </summary>
internal sealed class VilabHost(Terminal terminal, Action<IServiceCollection> register)
{
    public Terminal Terminal => terminal;

    /// <summary>Builds the host; with <paramref name="verbose"/> the log goes to the error output.</summary>
    public IHost Build(bool verbose)
    {
        var builder = Host.CreateEmptyApplicationBuilder(
            new HostApplicationBuilderSettings { DisableDefaults = true, ApplicationName = "vilab" }
        );
        builder.Services.AddSingleton(terminal);
        register(builder.Services);
        if (verbose)
        {
            builder
                .Logging.SetMinimumLevel(LogLevel.Information)
                .AddProvider(new TextWriterLoggerProvider(terminal.Error));
        }

        return builder.Build();
    }
}
