using Vi.Math;
using Vi.Math.Fluent;
using Xunit;

namespace Vi.App.Tests.Fluent;

/// <summary>Whole fits - start, sweeps, bound - give the same bits on 1, 2 and 4 threads, whatever the model and the algorithm.</summary>
public sealed class ThreadTests
{
    /// <summary>Rows of five blocks, in two clusters, the last column 0 or 1.</summary>
    private static readonly Rows Table = MakeTable(20_000);

    public static TheoryData<MixtureWeights, MixtureCovariance, FitAlgorithm> Mixtures()
    {
        var all = new TheoryData<MixtureWeights, MixtureCovariance, FitAlgorithm>();
        foreach (var weights in Enum.GetValues<MixtureWeights>())
        {
            foreach (var covariance in Enum.GetValues<MixtureCovariance>())
            {
                foreach (var algorithm in Enum.GetValues<FitAlgorithm>())
                {
                    all.Add(weights, covariance, algorithm);
                }
            }
        }

        return all;
    }

    [Theory]
    [MemberData(nameof(Mixtures))]
    public void A_mixture(MixtureWeights weights, MixtureCovariance covariance, FitAlgorithm algorithm)
    {
        var moments = Statistics.Moments(Table);
        var design = new MixtureDesign(
            weights,
            covariance,
            3,
            1,
            moments.Mean,
            1,
            Table.Columns,
            Statistics.Covariance(moments)
        );
        AssertSameBits(threads => GaussianMixtureModel.Fit(design, Table, Options(threads, algorithm)));
    }

    [Theory]
    [InlineData(FitAlgorithm.CoordinateAscent)]
    [InlineData(FitAlgorithm.Stochastic)]
    [InlineData(FitAlgorithm.Streaming)]
    public void A_regression(FitAlgorithm algorithm)
    {
        foreach (var ard in new[] { false, true })
        {
            var plain = ard ? LinearRegressionModel.RelevancePrior(1, 1, 1, 1) : LinearRegressionModel.Prior(1, 1, 1);
            var prior = LinearRegressionModel.WithIntercept(plain, 0, 10);
            AssertSameBits(threads => LinearRegressionModel.Fit(prior, Table, Options(threads, algorithm)));
        }
    }

    [Fact]
    public void A_mean_and_a_precision()
    {
        var column = MakeTable(20_000, 1);
        AssertSameBits(threads =>
            GaussianMeanModel.Fit(
                GaussianMeanModel.Prior(0, 1, 1),
                column,
                Options(threads, FitAlgorithm.CoordinateAscent)
            )
        );
        AssertSameBits(threads =>
            GaussianMeanPrecisionModel.Fit(
                GaussianMeanPrecisionModel.Prior(0, 1, 1, 1),
                column,
                Options(threads, FitAlgorithm.CoordinateAscent)
            )
        );
    }

    [Fact]
    public void A_logistic_regression() =>
        AssertSameBits(threads =>
            LogisticRegressionModel.Fit(
                LogisticRegressionModel.Prior(Table.Columns - 1, 2),
                Table,
                Options(threads, FitAlgorithm.CoordinateAscent)
            )
        );

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_factor_model(bool gap)
    {
        var values = new double[(int)Table.Count * Table.Columns];
        Table.CopyRows(0, values);
        values[7] = gap ? double.NaN : values[7];
        var rows = Rows.OfRowMajor(values, Table.Columns);
        var prior = LatentFactorModel.Prior(1, 1, 1, 1, rotation: true);
        AssertSameBits(threads =>
            LatentFactorModel.Fit(
                prior,
                LatentFactorModel.Data(rows.WithThreads(threads), center: true),
                Options(threads, FitAlgorithm.CoordinateAscent)
            )
        );
    }

    [Fact]
    public void A_chain()
    {
        var rows = MakeTable(600, 2);
        var moments = Statistics.Moments(rows);
        var prior = RegimeSwitchingModel.Prior(2, 1, 0, moments.Mean, 1, 2, Statistics.Covariance(moments));
        AssertSameBits(threads =>
            RegimeSwitchingModel.Fit(prior, rows.WithThreads(threads), Options(threads, FitAlgorithm.CoordinateAscent))
        );
    }

    private static FitOptions Options(int threads, FitAlgorithm algorithm) =>
        new()
        {
            Threads = threads,
            Algorithm = algorithm,
            MaxIterations = 3,
            Epochs = 1,
            // Two blocks a minibatch.
            BatchRows = 7000,
            Tolerance = 0,
        };

    /// <summary>The stored sweep holds the state and what was reported, to the bit.</summary>
    private static void AssertSameBits<T>(Func<int, IEnumerable<Sweep<T>>> fit)
    {
        var one = fit(1).Last().Save();
        Assert.NotEmpty(one);
        Assert.Equal(one, fit(2).Last().Save());
        Assert.Equal(one, fit(4).Last().Save());
    }

    private static Rows MakeTable(int count, int columns = 3)
    {
        var random = new RandomStream(23);
        var values = new double[count * columns];
        for (var i = 0; i < count; i++)
        {
            for (var j = 0; j < columns; j++)
            {
                var z = random.NextNormal() + (i % 2 * 4.0);
                values[(i * columns) + j] =
                    j < columns - 1 || columns < 3 ? z
                    : z > 2 ? 1
                    : 0;
            }
        }

        return Rows.OfRowMajor(values, columns);
    }
}
