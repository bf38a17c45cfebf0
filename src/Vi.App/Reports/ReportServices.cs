using Microsoft.Extensions.DependencyInjection;

namespace Vi.App.Reports;

/// <summary>Registers the reports.</summary>
public static class ReportServices
{
    /// <summary>Adds the HTML pages.</summary>
    public static IServiceCollection AddReports(this IServiceCollection services) =>
        services.AddSingleton<IReportWriter, HtmlReportWriter>();
}
