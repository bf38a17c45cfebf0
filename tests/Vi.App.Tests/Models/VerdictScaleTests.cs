using System.Globalization;
using Vi.App.Tests.Support;
using Vi.Results;
using Xunit;

namespace Vi.App.Tests.Models;

/// <summary>Fits by different algorithms are judged on one scale: the one with the larger error never reads better.</summary>
public sealed class VerdictScaleTests : IDisposable
{
    private static readonly string[] Weights = ["w", "b"];

    private readonly Workspace workspace = new() { HasRealModels = true };

    public void Dispose() => workspace.Dispose();

    /// <summary>A binary target of skewed columns, most of whose entries are 0: coordinate ascent is about half as wide as the posterior.</summary>
    [Fact]
    public void Levels_order_three_fits_by_their_true_error()
    {
        workspace.Write("rows.csv", Skewed());
        var outcome = workspace.RunText(
            """
            { "name": "it", "seed": 1, "data": { "csv": "rows.csv", "target": "y" }, "model": { "type": "logistic-regression" },
              "inference": [ { "algorithm": "cavi" }, { "algorithm": "advi", "family": "full-rank" },
                             { "algorithm": "nuts", "chains": 4, "samples": 1000 } ],
              "report": { "enabled": false } }
            """,
            "--quiet"
        );
        Assert.True(outcome.Code == 0, outcome.Error);
        var fits = workspace.Compared("it").Results;
        var (cavi, advi, nuts) = (fits[0], fits[1], fits[2]);
        Assert.InRange(Error(cavi, nuts), 0.5, 1);
        Assert.InRange(Error(advi, nuts), 0, 0.25);
        Assert.Equal(TrustLevel.Unreliable, cavi.Verdict!.Level);
        Assert.NotEqual(TrustLevel.Unreliable, advi.Verdict!.Level);
        Assert.NotEqual(TrustLevel.Unreliable, nuts.Verdict!.Level);
    }

    /// <summary>The largest distance of a mean, in the reference's standard deviations, or of the logarithm of a standard deviation.</summary>
    private static double Error(RunResult fit, RunResult reference) =>
        Weights
            .SelectMany(name =>
            {
                var (own, known) = (fit.Posterior[name], reference.Posterior[name]);
                return Enumerable
                    .Range(0, own.Count)
                    .SelectMany(i =>
                        new[]
                        {
                            System.Math.Abs(own.Mean[i] - known.Mean[i]) / known.Sd[i],
                            System.Math.Abs(System.Math.Log(own.Sd[i] / known.Sd[i])),
                        }
                    );
            })
            .Max();

    private static string Skewed()
    {
        var random = new Random(2);
        var lines = Enumerable
            .Range(0, 100)
            .Select(_ =>
            {
                double[] x =
                [
                    .. Enumerable
                        .Range(0, 4)
                        .Select(_ => random.NextDouble() < 0.5 ? System.Math.Exp(Normal(random)) : 0),
                ];
                var odds = (3 * (x[1] + x[3])) - (3 * (x[0] + x[2]));
                var y = random.NextDouble() < 1 / (1 + System.Math.Exp(-odds)) ? 1 : 0;
                return string.Join(',', x.Append(y).Select(v => v.ToString("F4", CultureInfo.InvariantCulture)));
            });
        return "a,b,c,d,y\n" + string.Join('\n', lines);
    }

    private static double Normal(Random random) =>
        System.Math.Sqrt(-2 * System.Math.Log(1 - random.NextDouble()))
        * System.Math.Cos(2 * System.Math.PI * random.NextDouble());
}
