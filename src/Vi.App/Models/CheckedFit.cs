namespace Vi.App.Models;

/// <summary>A fit by sweeps that was checked against its posterior, and how long that took.</summary>
internal sealed record CheckedFit(PosteriorCheck Check, double Seconds)
{
    /// <summary>Least time that a check may take, in seconds.</summary>
    private const double LeastSeconds = 1;

    /// <summary>How much longer a full check may take than a fast one.</summary>
    private const double FullFactor = 10;

    /// <summary>A Gibbs sweep draws what a pass of a fit computes, in about twice its time.</summary>
    private const double SweepsPerPass = 0.5;

    /// <summary>More sweeps than these make no estimate of a fast check better that a reader would see.</summary>
    private const double MostSweeps = 4096;

    /// <summary>Largest standard error, of a mean in standard deviations or of a standard deviation's logarithm, that readers see.</summary>
    private const double MostError = 0.25;

    /// <summary>Largest share of its start that a draw may keep for its limit to be known.</summary>
    private const double MostKept = 0.5;

    /// <summary>
    /// Checks a fit that read its rows so many times, with as many Gibbs sweeps as take about as long as the fit or a second, by their number and
    /// not by a clock: the same fit gets the same check on a busy machine. More threads make it faster, not longer. Null for a model without Gibbs
    /// sweeps.
    /// </summary>
    public static CheckedFit? Of(FitRequest request, double passes, Func<PosteriorChecker>? checker)
    {
        if (checker is null || request.Inference is not SweepSettings { Check: var extent })
        {
            return null;
        }

        if (extent == CheckName.None)
        {
            return new CheckedFit(PosteriorCheck.NotRequested, 0);
        }

        var start = request.Clock.GetTimestamp();
        var ready = checker();
        var factor = extent == CheckName.Full ? FullFactor : 1;
        var sweeps = factor * Min(MostSweeps, Max(SweepsPerPass * passes, LeastSeconds / ready.SweepSeconds));
        var options = new PosteriorCheckOptions
        {
            Sweeps = sweeps < 1 ? 0 : 1 << (int)Log2(sweeps),
            IsFull = extent == CheckName.Full,
            Seed = request.Seed,
            Threads = request.Threads,
        };
        return new CheckedFit(ready.Check(options), request.Clock.GetElapsedTime(start).TotalSeconds);
    }

    /// <summary>
    /// Where means and standard deviations come from that stand next to those of the fit; null where the check is not sure of any. Draws that
    /// keep more than half of their start are still on their way to the posterior.
    /// </summary>
    public CheckedPosteriorRecord? Record =>
        Check.Kind switch
        {
            PosteriorCheckKind.Stationary or PosteriorCheckKind.Moved when Check.Memory <= MostKept => new(
                CheckSource.MovedDraws,
                Check.Draws,
                Check.Sweeps
            ),
            PosteriorCheckKind.Sampled => new(CheckSource.DispersedChains, Check.Draws, Check.Sweeps),
            _ => null,
        };

    /// <summary>
    /// The summaries with the check's means and standard deviations, for entries that it knows well enough. Components of a mixture may change
    /// places under the check: where it gives the fit other moments than the summary has, it speaks of another entry.
    /// </summary>
    public Posterior Of(Posterior posterior)
    {
        if (Record is null)
        {
            return posterior;
        }

        var known = Check
            .Numbers.Where(number => number.LogRatioError <= MostError && number.DriftError <= MostError)
            .ToDictionary(number => number.Name, StringComparer.Ordinal);
        IReadOnlyList<double>? Of(QuantitySummary quantity, Func<CheckedNumber, double> part)
        {
            double[] values =
            [
                .. quantity.Mean.Select(
                    (mean, i) =>
                        known.TryGetValue(quantity.IndexName(i), out var number)
                        && Abs(number.Mean - mean) <= MostError * quantity.Sd[i]
                        && Abs(Log(number.Sd / quantity.Sd[i])) <= MostError
                            ? part(number)
                            : double.NaN
                ),
            ];
            return Array.Exists(values, double.IsFinite) ? values : null;
        }

        return
        [
            .. posterior.Select(quantity =>
                quantity with
                {
                    CheckedMean = Of(quantity, number => number.BestMean),
                    CheckedSd = Of(quantity, number => number.BestSd),
                }
            ),
        ];
    }
}
