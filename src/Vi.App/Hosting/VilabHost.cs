using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Vi.App.Configuration;
using Vi.App.Running;
using Vi.Reports;

namespace Vi.App.Hosting;

/// <summary>
/// The generic host behind a command. It is built when a command runs, not when the command line is read, so that <c>--help</c> does not
/// load it.
/// </summary>
public static class VilabHost
{
    /// <summary>Builds the host; with <paramref name="verbose"/> the log goes to the shell's error output.</summary>
    public static IHost Build(Shell shell, bool verbose)
    {
        var builder = Host.CreateEmptyApplicationBuilder(
            new HostApplicationBuilderSettings { DisableDefaults = true, ApplicationName = "vilab" }
        );
        builder.Services.AddSingleton(shell).AddSingleton(shell.Clock);
        builder.Services.AddExperiments().AddSingleton<IReportWriter, HtmlReportWriter>().AddRunning();
        if (verbose)
        {
            builder
                .Logging.SetMinimumLevel(LogLevel.Information)
                .AddProvider(new TextWriterLoggerProvider(shell.Error));
        }

        return builder.Build();
    }
}
