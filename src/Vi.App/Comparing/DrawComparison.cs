using Vi.Reports.Comparing;
using Vi.Reports.Comparisons;

namespace Vi.App.Comparing;

/// <summary>Results with their comparison, distances of draws included.</summary>
internal static class DrawComparison
{
    private const int MostEntries = 40;

    /// <summary>Entries up to which whole distributions are compared by projections and by normals.</summary>
    private const int MostJoint = 20;

    /// <summary>Draws of a fit that whole distributions are compared by.</summary>
    private const int MostDraws = 1000;

    private const int Directions = 50;

    public static ComparisonRecord Of(IReadOnlyList<RunResult> results)
    {
        var comparison = Comparison.Of(results);
        return comparison with { Draws = Distances(results, comparison) };
    }

    private static DrawDistances? Distances(IReadOnlyList<RunResult> results, ComparisonRecord comparison)
    {
        var page = new ComparedPage(
            new ComparedRuns
            {
                Name = results[0].Name,
                Results = results,
                Comparison = comparison,
            }
        );
        var draws = SharedDraws.Of(page, MostEntries);
        if (page.Reference is not { } reference || draws.OfFits[reference.At] is not { } ofReference)
        {
            return null;
        }

        var fits = page
            .Others.Where(fit => draws.OfFits[fit.At] is not null)
            .Select(fit => Of(fit.At, fit.Result.Seed, draws, draws.OfFits[fit.At]!, ofReference))
            .ToList();
        // Alternate draws, so that a chain that drifts does not count as noise.
        double[][] Half(int half) => [.. ofReference.Select(entry => entry.Where((_, s) => s % 2 == half).ToArray())];
        return fits.Count == 0
            ? null
            : new DrawDistances(
                draws.Entries.Count,
                MostDraws,
                Directions,
                Marginals(draws, Half(0), Half(1)).Average(pair => pair.Distance),
                fits
            );
    }

    private static DrawDistance Of(int fit, ulong seed, SharedDraws draws, double[][] own, double[][] reference)
    {
        var distances = Marginals(draws, own, reference);
        var farthest = distances.MaxBy(pair => pair.Distance);
        var isJoint = draws.Entries.Count <= MostJoint;
        var (a, b) = (Thinned(own), Thinned(reference));
        return new DrawDistance(
            fit,
            distances.Average(pair => pair.Distance),
            farthest.Distance,
            farthest.Name,
            isJoint ? Diagnostics.SlicedWasserstein(a, b, Directions, seed) : double.NaN,
            isJoint ? Diagnostics.SymmetrisedKl(a, b) : double.NaN
        );
    }

    private static List<(string Name, double Distance)> Marginals(
        SharedDraws draws,
        double[][] own,
        double[][] reference
    ) =>
        draws
            .Entries.Select(
                (entry, d) =>
                    (
                        entry.Name,
                        Diagnostics.Wasserstein(own[d], reference[d]) / DrawnQuantity.MarginalOf(reference[d]).Sd
                    )
            )
            .ToList();

    private static double[][] Thinned(double[][] draws)
    {
        var rows = SharedDraws.ByDraw(draws);
        return [.. Curves.Sample(rows.Length, MostDraws).Select(s => rows[s])];
    }
}
