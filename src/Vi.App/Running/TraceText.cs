using System.Text;

namespace Vi.App.Running;

/// <summary>The sweeps of a fit's kept restart, with the fit's label where there are several.</summary>
internal sealed record KeptTrace(string? Label, RestartTrace Trace);

/// <summary>The content of <c>trace.csv</c>: a line a sweep; of several fits one after the other, their label in the first column.</summary>
internal static class TraceText
{
    /// <summary>The text; a factor that a fit does not have leaves an empty cell.</summary>
    public static string Of(IReadOnlyList<KeptTrace> traces)
    {
        var factors = traces
            .SelectMany(kept => kept.Trace.Steps[0].FactorGains.Select(f => f.Key))
            .Distinct(StringComparer.Ordinal)
            .ToList();
        var text = new StringBuilder();
        void Append(string? label, IEnumerable<string> cells) =>
            text.AppendJoin(',', traces[0].Label is null ? cells : cells.Prepend(Quoted(label ?? ""))).Append('\n');
        Append("algorithm", ["iteration", "elbo", "gain", .. factors.Select(Quoted), "seconds"]);
        foreach (var (label, trace) in traces)
        {
            foreach (var (step, seconds) in trace.Steps.Zip(trace.Seconds))
            {
                var gains = step.FactorGains.ToDictionary(StringComparer.Ordinal);
                Append(
                    label,
                    [
                        step.Iteration.ToString(CultureInfo.InvariantCulture),
                        Number(step.Elbo),
                        Number(step.Gain),
                        .. factors.Select(factor => gains.TryGetValue(factor, out var gain) ? Number(gain) : ""),
                        seconds.ToString("F6", CultureInfo.InvariantCulture),
                    ]
                );
            }
        }

        return text.ToString();
    }

    private static string Number(double value) => value.ToString("R", CultureInfo.InvariantCulture);

    private static string Quoted(string name)
    {
        // Spreadsheets take a text that begins so for a formula, unless an apostrophe comes first.
        var text = name is ['=' or '+' or '-' or '@', ..] ? $"'{name}" : name;
        return text.AsSpan().ContainsAny(",\"\r\n")
            ? $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\""
            : text;
    }
}
