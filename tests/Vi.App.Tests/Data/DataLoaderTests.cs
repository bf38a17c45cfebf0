using Vi.App.Tests.Support;
using Vi.Data;
using Vi.Math.Fluent;
using Vi.Reports.English;
using Vi.Results;
using Xunit;

namespace Vi.App.Tests.Data;

/// <summary>What reaches a model from each data source.</summary>
public sealed class DataLoaderTests : IDisposable
{
    private readonly Workspace workspace = new();

    public void Dispose() => workspace.Dispose();

    private LoadedData Load(string data, string model = "fake", string file = "exp.json") =>
        workspace.Load(data, model, file);

    [Fact]
    public void All_numeric_columns_are_used_and_the_others_are_mentioned()
    {
        workspace.Write("rows.csv", "\"place\",a,\"b c\"\nhere,1,2.5\nthere,-3e2,4\n");
        var (dataset, record, _, findings) = Load("\"csv\": \"rows.csv\"");
        Assert.Equal(["a", "b c"], dataset.ColumnNames);
        Assert.Equal([1, 2.5, -300, 4], dataset.Values);
        Assert.False(dataset.HasTarget);
        Assert.Equal("rows.csv", record.Source);
        Assert.Equal(2, record.Rows);
        Assert.Contains(
            "place",
            FindingText.Rendered(Assert.Single(findings, f => f.Code == "columns-left-out")).Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void The_hash_is_that_of_the_file()
    {
        workspace.Write("rows.csv", "a\n1\n");
        var expected = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData("a\n1\n"u8));
        Assert.Equal(expected, Load("\"csv\": \"rows.csv\"").Record.Sha256);
    }

    [Fact]
    public void Columns_come_in_the_order_asked_for_with_the_target_last()
    {
        workspace.Write("rows.csv", "y,a,b\n1,2,3\n4,5,6\n");
        var (dataset, record, _, _) = Load(
            "\"csv\": \"rows.csv\", \"columns\": [\"b\", \"y\", \"a\"], \"target\": \"y\"",
            "fake-regression"
        );
        Assert.Equal(["b", "a", "y"], dataset.ColumnNames);
        Assert.Equal([3, 2, 1, 6, 5, 4], dataset.Values);
        Assert.True(dataset.HasTarget);
        Assert.Equal(["column", "column", "target"], record.Summaries.Select(s => s.Role));
    }

    [Fact]
    public void Without_a_target_the_last_column_is_it()
    {
        workspace.Write("rows.csv", "a,b,c\n1,2,3\n");
        Assert.Equal(["a", "b", "c"], Load("\"csv\": \"rows.csv\"", "fake-regression").Dataset.ColumnNames);
        Assert.Equal(
            ["c", "a"],
            Load("\"csv\": \"rows.csv\", \"columns\": [\"c\", \"a\"]", "fake-regression").Dataset.ColumnNames
        );
    }

    [Fact]
    public void Standardising_keeps_the_columns_own_unit_and_measures_held_out_rows_alike()
    {
        workspace.Write("rows.csv", "a,y\n1,10\n2,20\n3,60\n");
        workspace.Write("test.csv", "y,a\n7,4\n");
        var (dataset, record, _, _) = Load(
            "\"csv\": \"rows.csv\", \"target\": \"y\", \"standardize\": true, \"test\": \"test.csv\"",
            "fake-regression"
        );
        Assert.Equal([1, 10, 2, 20, 3, 60], dataset.Values);
        Assert.Equal([4, 7], dataset.Test!.Values);
        Assert.Equal([-1, 10, 0, 20, 1, 60], dataset.Standardized().Values);
        Assert.Equal([2, 7], dataset.Standardized().Test!.Values);
        Assert.Equal(
            [-1, 10, 0, 20, 1, 60],
            dataset
                .Standardized()
                .Rows.Row(0)
                .ToArray()
                .Concat(dataset.Standardized().Rows.Row(1).ToArray())
                .Concat(dataset.Standardized().Rows.Row(2).ToArray())
        );
        Assert.Equal([new ColumnScale(2, 1), new ColumnScale(0, 1)], dataset.Scales!);
        Assert.Equal(2, record.Summaries[0].Mean);
        Assert.Equal(1, record.Summaries[0].Sd);
    }

    [Fact]
    public void Labels_are_whole_numbers_or_numbered_in_the_order_of_their_texts()
    {
        workspace.Write("rows.csv", "a,kind,no\n1,b,7\n2,a,3\n3,b,7\n");
        Assert.Equal([1, 0, 1], Load("\"csv\": \"rows.csv\", \"labels\": \"kind\"").Dataset.Labels!);
        var numbered = Load("\"csv\": \"rows.csv\", \"labels\": \"no\"").Dataset;
        Assert.Equal([7, 3, 7], numbered.Labels!);
        Assert.Equal(["a"], numbered.ColumnNames);
    }

    [Fact]
    public void A_constant_column_is_a_warning()
    {
        workspace.Write("rows.csv", "a,b\n1,5\n2,5\n");
        var finding = Assert.Single(Load("\"csv\": \"rows.csv\"").Findings);
        Assert.Equal((Severity.Warning, "constant-column"), (finding.Severity, finding.Code));
    }

    [Fact]
    public void Paths_start_at_the_experiment_and_then_at_the_working_folder()
    {
        workspace.Write("a.csv", "a\n1\n");
        Assert.Equal(1, Load("\"csv\": \"a.csv\"", file: "deep/exp.json").Dataset.Values[0]);
        workspace.Write("deep/a.csv", "a\n2\n");
        Assert.Equal(2, Load("\"csv\": \"a.csv\"", file: "deep/exp.json").Dataset.Values[0]);
    }

    [Fact]
    public void Moments_of_a_column_far_from_zero_lose_nothing()
    {
        var moments = Statistics.Column([1e9 + 1, 1e9 + 2, 1e9 + 3]);
        Assert.Equal(1e9 + 2, moments.Mean);
        Assert.Equal(1, moments.Sd);
    }

    [Fact]
    public void A_mixture_has_int_n_times_weight_rows_a_component_shuffled_with_labels_and_truth()
    {
        var (dataset, record, truth, _) = Load(
            """
            "synthetic": { "generator": "gaussian-mixture", "n": 500, "weights": [0.3, 0.41, 0.29], "means": [[-40, 0], [0, 0], [40, 0]],
              "covariances": [[[1, 0.5], [0.5, 2]], [[1, 0], [0, 1]], [[1, 0], [0, 1]]] }
            """
        );
        var labels = dataset.Labels!;
        Assert.Equal([150, 205, 145], Enumerable.Range(0, 3).Select(k => labels.Count(l => l == k)));
        Assert.All(
            Enumerable.Range(0, 500),
            i =>
                Assert.Equal(
                    labels[i],
                    dataset.Values[2 * i] < -20 ? 0
                        : dataset.Values[2 * i] < 20 ? 1
                        : 2
                )
        );
        Assert.NotEqual(labels, labels.Order());
        Assert.Equal("[[-40,0],[0,0],[40,0]]", truth["mu"]!.ToJsonString());
        Assert.Equal("gaussian-mixture", record.Source);
        Assert.Equal(["x1", "x2"], dataset.ColumnNames);
        var first = Enumerable
            .Range(0, 500)
            .Where(i => labels[i] == 0)
            .Select(i => (X: dataset.Values[2 * i] + 40, Y: dataset.Values[2 * i + 1]))
            .ToList();
        // 150 draws: the standard error of each second moment is below 0.25, so 5 standard errors are below 1.25.
        Assert.InRange(first.Average(p => p.Y * p.Y), 2 - 1.2, 2 + 1.2);
        Assert.InRange(first.Average(p => p.X * p.Y), 0.5 - 0.6, 0.5 + 0.6);
    }

    [Fact]
    public void A_regression_has_its_weights_noise_and_held_out_rows()
    {
        var (dataset, _, truth, _) = Load(
            "\"synthetic\": { \"generator\": \"linear-regression\", \"n\": 200, \"test\": 50, \"weights\": [2, -1.5], \"noiseSd\": 0.5 }",
            "fake-regression"
        );
        Assert.Equal(["x1", "x2", "y"], dataset.ColumnNames);
        Assert.Equal(200, dataset.RowCount);
        Assert.Equal(50, dataset.Test!.RowCount);
        Assert.Equal("""{"w":[2,-1.5],"tau":4,"sigma":0.5}""", truth.ToJsonString());
        var noise = Enumerable
            .Range(0, 200)
            .Select(i => dataset.Values[3 * i + 2] - 2 * dataset.Values[3 * i] + 1.5 * dataset.Values[3 * i + 1])
            .ToList();
        // 200 draws: the standard error of the mean square is 0.25 sqrt(2 / 200) = 0.025.
        Assert.InRange(noise.Average(e => e * e), 0.25 - 0.125, 0.25 + 0.125);
    }

    [Theory]
    [InlineData(
        "\"weights\": [0.5, 0.6], \"means\": [[0], [1]], \"covariances\": [[[1]], [[1]]]",
        "data.synthetic.weights: the weights add up to 1.1"
    )]
    [InlineData(
        "\"weights\": [0.5, 0.5], \"means\": [[0]], \"covariances\": [[[1]], [[1]]]",
        "data.synthetic.means: 1 means for 2 weights"
    )]
    [InlineData(
        "\"weights\": [0.5, 0.5], \"means\": [[0], [1]], \"covariances\": [[[1]], [[-1]]]",
        "data.synthetic.covariances[1]: this is no covariance matrix"
    )]
    [InlineData(
        "\"weights\": [1], \"means\": [[0, 0]], \"covariances\": [[[1]]]",
        "data.synthetic.covariances[0]: a matrix of 2 rows and 2 columns is needed"
    )]
    [InlineData(
        "\"weights\": [1], \"means\": [[0, 0]], \"covariances\": [[[1, 0.1], [0, 1]]]",
        "it must be symmetric and positive definite"
    )]
    public void Parameters_of_a_mixture_must_go_together(string parameters, string expected)
    {
        var error = workspace.ErrorOf(
            $$"""{ "data": { "synthetic": { "generator": "gaussian-mixture", "n": 10, {{parameters}} } }, "model": { "type": "fake", "components": 1 } }"""
        );
        Assert.Contains(expected, error, StringComparison.Ordinal);
    }

    [Fact]
    public void Synthetic_data_take_no_column_names() =>
        Assert.Contains(
            "data.columns: synthetic data take no such key; remove it",
            workspace.ErrorOf(
                """{ "data": { "columns": ["a"], "synthetic": { "generator": "gaussian", "n": 5 } }, "model": { "type": "fake", "components": 1 } }"""
            ),
            StringComparison.Ordinal
        );

    [Fact]
    public void The_random_stream_is_the_published_one()
    {
        // First output of SplitMix64 from seed 0: e220a8397b1dcdaf (Vigna's splitmix64.c), of which the upper 53 bits are used.
        var random = new Vi.Math.Fluent.RandomStream(0);
        Assert.Equal((0xe220a8397b1dcdafUL >> 11) / (double)(1UL << 53), random.NextUniform());
    }
}
