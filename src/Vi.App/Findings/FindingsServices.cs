using Microsoft.Extensions.DependencyInjection;

namespace Vi.App.Findings;

/// <summary>Registers the rules about results.</summary>
public static class FindingsServices
{
    /// <summary>Adds all rules; a new rule is one more line here.</summary>
    public static IServiceCollection AddFindings(this IServiceCollection services) =>
        services
            .AddSingleton<IFindingRule, BoundFellRule>()
            .AddSingleton<IFindingRule, CancelledRule>()
            .AddSingleton<IFindingRule, BudgetSpentRule>()
            .AddSingleton<IFindingRule, RestartsDisagreeRule>()
            .AddSingleton<IFindingRule, OneRestartRule>()
            .AddSingleton<IFindingRule, StreamedOnceRule>()
            .AddSingleton<IFindingRule, FewRowsRule>()
            .AddSingleton<IFindingRule, VarianceShortfallRule>()
            .AddSingleton<IFindingRule, OneChainRule>()
            .AddSingleton<IFindingRule, TruthRule>()
            .AddSingleton<FindingsAnalyser>();
}
