using System.Text.Json.Nodes;
using Vi.App.Algorithms;
using Vi.App.Configuration;
using Vi.Math;
using Vi.Math.Fluent;
using Vi.Results;

namespace Vi.App.Models.Support;

/// <summary>The single column that some models read.</summary>
/// <param name="Name">The column's name.</param>
/// <param name="Values">Its numbers for figures: all, or an even sample of a hundred thousand.</param>
/// <param name="Rows">The same as a table for the core.</param>
public sealed record OneColumn(string Name, IReadOnlyList<double> Values, Rows Rows)
{
    private const int MostValues = 100_000;

    /// <summary>The column of a request's data. Raises <see cref="ExperimentException"/> where there are several.</summary>
    public static OneColumn Of(FitRequest request, string type)
    {
        var data = request.RequireData();
        if (data.ColumnNames.Count != 1)
        {
            throw new ExperimentException(
                "data.columns",
                $"{data.ColumnNames.Count} columns ({string.Join(", ", data.ColumnNames)}); {type} reads one column: name it, "
                    + $"e.g. \"columns\": [\"{data.ColumnNames[0]}\"]"
            );
        }

        return new OneColumn(
            data.ColumnNames[0],
            [.. Curves.Sample(data.RowCount, MostValues).Select(i => data.Row(i)[0])],
            request.Rows()
        );
    }
}

/// <summary>What models read off a request.</summary>
public static class FitRequestExtensions
{
    /// <summary>The data of a model that needs data.</summary>
    public static Data.Dataset RequireData(this FitRequest request) =>
        request.Data ?? throw new ExperimentException("data", "this model needs data");

    /// <summary>The data as a table for the core.</summary>
    public static Rows Rows(this FitRequest request) =>
        request.RequireData().Rows.WithThreads(request.Threads).Watched(request.Watch);

    /// <summary>Budget, tolerance, restarts, seed and threads for the core.</summary>
    public static FitOptions FitOptions(this FitRequest request) =>
        ((SweepSettings)request.Inference).ToOptions(request.Seed, request.Threads);
}

/// <summary>A predictive distribution as the diagnostics store it.</summary>
public static class PredictiveJson
{
    /// <summary>Mean, standard deviation and the central 90 % interval of a new observation.</summary>
    public static JsonObject Of(Summary summary) =>
        new()
        {
            ["mean"] = JsonNumbers.Of(summary.Mean),
            ["sd"] = JsonNumbers.Of(summary.Sd),
            ["q05"] = JsonNumbers.Of(summary.Q05),
            ["q50"] = JsonNumbers.Of(summary.Q50),
            ["q95"] = JsonNumbers.Of(summary.Q95),
        };
}

/// <summary>What the exact evidence says of a bound.</summary>
public static class EvidenceFinding
{
    /// <summary>Nats by which rounding may lift a bound over the evidence.</summary>
    private const double Rounding = 1e-8;

    /// <summary>Nats beyond which the gap is wide: the divergence of a shift by one posterior standard deviation.</summary>
    private const double Wide = 0.5;

    /// <summary>The hint of a model whose exact evidence is not known.</summary>
    public static Finding Unknown { get; } = Finding.Of(Severity.Hint, "distance-unknown");

    /// <summary>
    /// A hint with the gap; a warning where it is wide; an error where the bound lies above the evidence, which no bound may.
    /// </summary>
    public static Finding Of(double logEvidence, double elbo, bool isExact)
    {
        var gap = logEvidence - elbo;
        return gap < -Rounding * (1 + System.Math.Abs(logEvidence))
            ? Finding.Of(Severity.Error, "bound-above-evidence", ("excess", -gap))
            : Finding.Of(
                gap > Wide ? Severity.Warning : Severity.Hint,
                "evidence-gap",
                ("gap", System.Math.Max(0, gap)),
                ("exact", isExact ? 1 : 0)
            );
    }
}
