namespace Vi.App.Models.Mixture;

/// <summary>The answer of a fitted mixture: quantities, parameters, and clusters, predictive densities and components as figures.</summary>
internal sealed class MixtureAnswer(Dataset data, FittedMixture q)
{
    private readonly IReadOnlyList<string> columns = data.ColumnNames;
    private readonly double[] counts = q.Counts.ToArray();
    private readonly int[] occupied = [.. Enumerable.Range(0, q.Counts.Length).Where(k => q.Counts[k] >= 1)];

    /// <summary>Rows that figures show, and the most probable component of each.</summary>
    private readonly int[] sampled = Curves.Sample(data.RowCount);
    private readonly int[] assigned = GaussianMixtureModel.MostProbable(
        q.View,
        Rows.OfRowMajor(Curves.Sample(data.RowCount).SelectMany(data.Row).ToArray(), data.ColumnNames.Count)
    );

    public FitAnswer Make(
        FitRequest request,
        MixtureDesign design,
        Moments moments,
        double elbo,
        AscentResponse response
    )
    {
        var effective = GaussianMixtureModel.EffectiveComponents(q.Counts);
        double? logEvidence = counts.Length == 1 ? GaussianMixtureModel.LogEvidenceOfOne(design, moments) : null;
        var quantities = Quantities();
        return FitAnswer.Of(request, quantities, response) with
        {
            Parameters = Parameters(design.Covariance),
            Diagnostics = new NamedNumbers
            {
                { "components", counts.Length },
                { "occupiedComponents", occupied.Length },
                { "effectiveComponents", effective },
                { "componentCounts", counts },
                { "predictive", columns.Select((name, j) => NamedNumbers.Predictive(name, Marginal.Of(Predicted(j)))) },
                { "logEvidence", logEvidence },
                {
                    "labelAgreement",
                    data.Labels is { } labels ? Labels.Purity(assigned, [.. sampled.Select(i => labels[i])]) : null
                },
            },
            Findings =
            [
                occupied.Length < counts.Length
                    ? Finding.Of(
                        Severity.Hint,
                        "empty-components",
                        ("occupied", occupied.Length),
                        ("components", counts.Length),
                        ("effective", effective)
                    )
                    : Finding.Of(Severity.Hint, "all-components-used", ("components", counts.Length)) with
                    {
                        Setting = new SettingChange("model.components", 2 * counts.Length),
                    },
                EvidenceFinding.Of(logEvidence, elbo, isExact: true),
            ],
            Exhibits = Exhibits(quantities, request.Truth),
        };
    }

    private StudentTMixture Predicted(int column) => GaussianMixtureModel.Predictive(q.View, column);

    private PosteriorQuantity[] Quantities()
    {
        var quantities = GaussianMixture.Quantities(q.Components.Count, columns);
        IEnumerable<Marginal> Entries(Func<MixtureComponent, int, Marginal> of) =>
            q.Components.SelectMany(c => columns.Select((_, j) => of(c, j)));
        return
        [
            new(quantities[0], q.WeightDistributions.Select(Marginal.Of)),
            new(quantities[1], Entries((c, j) => Marginal.Of(Distribution.MarginalMean(c, j)))),
            new(quantities[2], Entries((c, j) => Marginal.OfSquareRoot(Distribution.MarginalVariance(c, j)))),
        ];
    }

    private NamedNumbers Parameters(MixtureCovariance covariance)
    {
        var isTied = covariance == MixtureCovariance.Tied;
        var parameters = new NamedNumbers();
        foreach (var (name, values) in q.Numbers)
        {
            parameters.Add(name, isTied && name == "nu" ? values[0] : (object)values);
        }

        foreach (var (name, values) in q.Vectors)
        {
            parameters.Add(name, values);
        }

        if (q.ScaleMatrices.Count > 0)
        {
            parameters.Add("W", isTied ? q.ScaleMatrices[0] : q.ScaleMatrices);
        }

        return parameters;
    }

    private Exhibit[] Exhibits(PosteriorQuantity[] quantities, JsonObject truth)
    {
        var weights = quantities[0].Figure("q(pi)", truth);
        return
        [
            .. columns.Count > 1 ? [Clusters()] : Array.Empty<Exhibit>(),
            .. columns.Count > 1 && data.Labels is { } labels ? [TrueClusters(labels)] : Array.Empty<Exhibit>(),
            weights with
            {
                Caption =
                    $"{weights.Caption} The share of rows that each component is expected to explain. With stick-breaking weights the intervals are those of "
                    + "beta distributions with the weights' means and standard deviations.",
                X = "component",
            },
            .. Enumerable.Range(0, Min(columns.Count, 4)).Select(Predictive),
            Table(quantities),
        ];
    }

    private Series Points(string name, IEnumerable<int> rows, int color) =>
        Curves.Cloud(name, [.. rows], row => data.Row(row)[0], row => data.Row(row)[1], color);

    private XyChart Clusters()
    {
        var series = new List<Series>();
        foreach (var k in occupied)
        {
            series.Add(Points($"component {k + 1}", sampled.Where((_, i) => assigned[i] == k), k));
            var mean = Distribution.Mean(q.Components[k]);
            var covariance = Distribution.Covariance(q.Components[k]);
            var (x, y) = Curves.Ellipse((mean[0], mean[1]), covariance[0, 0], covariance[0, 1], covariance[1, 1], 2);
            series.Add(Curves.Through("", x, y, k));
        }

        return Chart.Xy(
            FigureText.Of(
                "gaussian-mixture",
                "clusters",
                occupied.Length,
                counts.Length,
                Chart.Drawn(sampled.Length, data.RowCount),
                columns[0],
                columns[1]
            ),
            series
        );
    }

    private XyChart TrueClusters(IReadOnlyList<int> labels) =>
        Chart.Xy(
            FigureText.Of("gaussian-mixture", "true-clusters", columns[0], columns[1]),
            sampled
                .GroupBy(row => labels[row])
                .OrderBy(group => group.Key)
                .Select((group, color) => Points($"label {group.Key}", group, color))
        );

    private XyChart Predictive(int column)
    {
        var predicted = Predicted(column);
        var marginal = Marginal.Of(predicted);
        return ModelFigures.Mixtures(
            FigureText.Of(
                "gaussian-mixture",
                "predictive-{0}",
                column + 1,
                columns[column],
                marginal.Q05,
                marginal.Q95
            ),
            [.. sampled.Select(row => data.Row(row)[column])],
            [("predictive", predicted)],
            occupied.Select(k => (k, $"component {k + 1}", k))
        );
    }

    private TableExhibit Table(PosteriorQuantity[] quantities)
    {
        return Chart.Table(
            FigureText.Of("gaussian-mixture", "components"),
            ["component", "rows", "weight", .. columns.SelectMany(name => new[] { $"mean {name}", $"sd {name}" })],
            counts.Select(
                (count, k) =>
                    Chart.Row([
                        $"{k + 1}{(count < 1 ? " (empty)" : "")}",
                        count,
                        quantities[0].Entries[k].Mean,
                        .. columns.SelectMany((_, j) => Cells(k, j)),
                    ])
            )
        );

        object[] Cells(int k, int j)
        {
            var mean = quantities[1].Entries[(k * columns.Count) + j];
            return
            [
                $"{Significant(mean.Mean)} ± {Significant(mean.Sd)}",
                Sqrt(Distribution.Covariance(q.Components[k])[j, j]),
            ];
        }
    }
}
