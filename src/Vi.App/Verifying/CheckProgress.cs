namespace Vi.App.Verifying;

/// <summary>What is shown of a check: each tenth of the way, at least every 10 seconds, and what broke.</summary>
internal sealed class CheckProgress(ProgressOutput output)
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(10);

    /// <summary>Shows the check while the body runs it; the body calls the action after each law.</summary>
    public T Show<T>(Func<Action<CheckStep>, T> body) =>
        output.Show(
            "checking the laws",
            line =>
            {
                var broken = 0;
                return body(step =>
                {
                    if (step.Trouble is not null)
                    {
                        broken++;
                        line.Keep($"BROKEN: {step.Name}: {step.Trouble}");
                    }

                    var isTenth = step.Done * 10 / step.Total > (step.Done - 1) * 10 / step.Total;
                    line.Write(isTenth ? TimeSpan.Zero : Longest, () => Text(step, broken));
                });
            }
        );

    /// <summary>E.g. <c>120 of 453, 1 broken, about 12 s left: gamma: entropy ...</c>.</summary>
    internal static string Text(CheckStep step, int broken)
    {
        var trouble = broken > 0 ? $", {broken} broken" : "";
        var left = step.Done < step.Total && step.Left is { } time ? $", about {ProgressText.Duration(time)} left" : "";
        return $"{step.Done} of {step.Total}{trouble}{left}: {step.Name}";
    }
}
