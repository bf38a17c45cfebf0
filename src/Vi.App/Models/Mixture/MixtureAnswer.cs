using Vi.Math;

namespace Vi.App.Models.Mixture;

/// <summary>The answer of a fitted mixture.</summary>
internal sealed class MixtureAnswer(
    FitRequest request,
    MixtureDesign design,
    Moments moments,
    FittedMixture q,
    double elbo,
    AscentResponse response
)
{
    private readonly Dataset data = request.RequireData();

    public FitAnswer Make()
    {
        var counts = q.Counts.ToArray();
        var occupied = counts.Count(count => count >= 1);
        var effective = GaussianMixtureModel.EffectiveComponents(q.Counts);
        var diagnostics = new JsonObject
        {
            ["components"] = counts.Length,
            ["occupiedComponents"] = occupied,
            ["effectiveComponents"] = JsonNumbers.Of(effective),
            ["componentCounts"] = JsonNumbers.Of(counts),
            ["predictive"] = JsonNumbers.Of(
                data.ColumnNames.Select((name, j) => (name, j)),
                column => new JsonObject
                {
                    ["column"] = column.name,
                    ["q05"] = JsonNumbers.Of(GaussianMixtureModel.PredictiveQuantile(q.View, column.j, 0.05)),
                    ["q50"] = JsonNumbers.Of(GaussianMixtureModel.PredictiveQuantile(q.View, column.j, 0.5)),
                    ["q95"] = JsonNumbers.Of(GaussianMixtureModel.PredictiveQuantile(q.View, column.j, 0.95)),
                }
            ),
        };
        if (counts.Length == 1)
        {
            diagnostics["logEvidence"] = JsonNumbers.Of(GaussianMixtureModel.LogEvidenceOfOne(design, moments));
        }

        var assigned = Sampled();
        if (data.Labels is { } labels)
        {
            diagnostics["labelAgreement"] = JsonNumbers.Of(Agreement(assigned, labels));
        }

        var quantities = Quantities();
        return FitAnswer.Of(request, quantities, response) with
        {
            Parameters = Parameters(),
            Diagnostics = diagnostics,
            Findings =
            [
                .. Findings(counts, occupied, effective),
                counts.Length > 1
                    ? EvidenceFinding.Unknown
                    : EvidenceFinding.Of(GaussianMixtureModel.LogEvidenceOfOne(design, moments), elbo, isExact: true),
            ],
            ResolvedSettings = ResolvedSettings(),
            Exhibits = new MixtureFigures(data, q, assigned, quantities).Make(request.Truth),
        };
    }

    /// <summary>Most probable components of the rows that figures show: row index and component.</summary>
    private (int Row, int Component)[] Sampled()
    {
        var indices = Curves.Sample(data.RowCount);
        var width = data.ColumnNames.Count;
        var values = new double[indices.Length * width];
        for (var i = 0; i < indices.Length; i++)
        {
            data.Row(indices[i]).CopyTo(values.AsSpan(i * width));
        }

        var components = GaussianMixtureModel.MostProbable(q.View, Rows.OfRowMajor(values, width));
        return [.. indices.Select((row, i) => (row, components[i]))];
    }

    /// <summary>Share of rows whose component's most frequent label is their own.</summary>
    private static double Agreement((int Row, int Component)[] assigned, IReadOnlyList<int> labels) =>
        assigned.GroupBy(a => a.Component).Sum(group => group.GroupBy(a => labels[a.Row]).Max(same => same.Count()))
        / (double)assigned.Length;

    private PosteriorQuantity[] Quantities()
    {
        var (components, columns) = (q.Components.Count, data.ColumnNames);
        IEnumerable<Marginal> Entries(Func<MixtureComponent, int, Marginal> of) =>
            q.Components.SelectMany(c => columns.Select((_, j) => of(c, j)));
        return
        [
            new(
                Quantity.Vector("pi", "weights of the components", components),
                q.WeightDistributions.Select(Marginal.Of)
            ),
            new(
                Quantity.Matrix("mu", "means of the components", components, columns),
                Entries((c, j) => Marginal.Of(Distribution.MarginalMean(c, j)))
            ),
            new(
                Quantity.Matrix("sigma", "standard deviations within the components", components, columns),
                Entries((c, j) => Marginal.OfSquareRoot(Distribution.MarginalVariance(c, j)))
            ),
        ];
    }

    private JsonObject Parameters()
    {
        var parameters = new JsonObject();
        foreach (var (name, values) in q.Numbers)
        {
            parameters[name] = JsonNumbers.Of(values);
        }

        foreach (var (name, values) in q.Vectors)
        {
            parameters[name] = JsonNumbers.Of(values, JsonNumbers.Of);
        }

        if (design.Covariance == MixtureCovariance.Tied)
        {
            parameters["nu"] = parameters["nu"]![0]!.DeepClone();
            parameters["W"] = JsonNumbers.Of(q.ScaleMatrices[0]);
        }
        else if (q.ScaleMatrices.Count > 0)
        {
            parameters["W"] = JsonNumbers.Of(q.ScaleMatrices, JsonNumbers.Of);
        }

        return parameters;
    }

    private static Finding[] Findings(double[] counts, int occupied, double effective) =>
        occupied < counts.Length
            ?
            [
                Finding.Of(
                    Severity.Hint,
                    "empty-components",
                    ("occupied", occupied),
                    ("components", counts.Length),
                    ("effective", effective)
                ),
            ]
            :
            [
                Finding.Of(Severity.Hint, "all-components-used", ("components", counts.Length)) with
                {
                    Setting = new SettingChange("model.components", 2 * counts.Length),
                },
            ];

    private Dictionary<string, string> ResolvedSettings() =>
        new(StringComparer.Ordinal)
        {
            ["nu0"] = Numbers.Significant(design.DegreesOfFreedom),
            ["m0"] = string.Join(", ", design.Mean.ToArray().Select(value => Numbers.Significant(value))),
            ["W0 (inverse)"] = string.Join(
                "; ",
                design
                    .InverseScale.ToRows()
                    .Select(row => string.Join(", ", row.Select(value => Numbers.Significant(value))))
            ),
        };
}
