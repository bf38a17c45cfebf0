using Vi.Math;
using Vi.Math.Fluent;
using Xunit;

namespace Vi.App.Tests.Fluent;

/// <summary>Scores of predictions and what is read off a fit, against hand calculation, enumeration and simulation.</summary>
public class ScoreTests
{
    private static LabelPrediction Label(double probability, int label) => new(probability, 0, 1, label);

    [Fact]
    public void Scores_of_labels_are_those_of_a_hand_calculation()
    {
        var scores = new PredictedLabels([Label(0.9, 1), Label(0.2, 0), Label(0.6, 0), Label(0.4, 1)]);
        Assert.Equal(0.5, scores.Accuracy);
        Assert.Equal(-System.Math.Log(0.9 * 0.8 * 0.4 * 0.4) / 4, scores.LogLoss, 14);
        Assert.Equal((0.01 + 0.04 + 0.36 + 0.36) / 4, scores.Brier, 14);
        Assert.Equal(0.75, scores.Roc!.Area, 14);
        Assert.Null(new PredictedLabels([Label(0.9, 1), Label(0.2, 1)]).Roc);
    }

    [Fact]
    public void The_area_under_the_curve_is_the_share_of_pairs_in_the_right_order()
    {
        var random = new RandomStream(3);
        // Probabilities in steps of a tenth, so that many are tied.
        var predictions = Enumerable
            .Range(0, 200)
            .Select(_ => Label((1 + random.NextInt(9)) / 10.0, random.NextInt(2)))
            .ToArray();
        var pairs =
            from one in predictions.Where(p => p.Label == 1)
            from zero in predictions.Where(p => p.Label == 0)
            select one.Probability > zero.Probability ? 1.0
            : one.Probability == zero.Probability ? 0.5
            : 0.0;
        Assert.Equal(pairs.Average(), new PredictedLabels(predictions).Roc!.Area, 12);
    }

    [Fact]
    public void Calibration_compares_promised_with_observed_shares()
    {
        // Ten groups of twenty: in group g, 2 g of 20 come, and a probability of g / 10 is promised.
        var right = new PredictedLabels([
            .. Enumerable.Range(0, 200).Select(i => Label(i / 20 / 10.0, i % 20 < 2 * (i / 20) ? 1 : 0)),
        ]);
        Assert.Equal(10, right.Calibration.Count);
        Assert.All(right.Calibration, bin => Assert.Equal(bin.Predicted, bin.Observed, 12));
        Assert.All(right.Calibration, bin => Assert.True(bin.IsInBand));
        Assert.Equal(0, right.CalibrationError, 12);
        var wrong = new PredictedLabels([.. Enumerable.Range(0, 40).Select(_ => Label(0.25, 1))]);
        Assert.Equal(0.75, wrong.CalibrationError, 12);
        Assert.All(wrong.Calibration, bin => Assert.False(bin.IsInBand));
        // Every label 1 is wrong where 0.25 was promised: three in four were promised to be right.
        Assert.All(wrong.ByEntropy, bin => Assert.Equal((0.75, 0.0), (bin.Item2.Predicted, bin.Item2.Observed)));
        var entropy = -((0.25 * System.Math.Log(0.25)) + (0.75 * System.Math.Log(0.75)));
        Assert.All(wrong.ByEntropy, bin => Assert.Equal(entropy, bin.Item1, 12));
    }

    [Fact]
    public void Scores_of_numbers_are_those_of_a_hand_calculation()
    {
        Prediction At(double mean, double actual) => new(mean, 1, mean - 1, mean + 1, actual);
        var scores = new PredictedNumbers([At(1, 1), At(2, 2.5), At(3, 5), At(2, 1.5)]);
        Assert.Equal(System.Math.Sqrt((0 + 0.25 + 4 + 0.25) / 4), scores.RootMeanSquareError, 14);
        Assert.Equal(1 - (4.5 / ((1.5 * 1.5) + 0 + (2.5 * 2.5) + 1)), scores.Determination, 14);
        Assert.Equal(0.75, scores.Coverage);
    }

    [Fact]
    public void Agreement_is_that_of_the_best_of_all_matchings()
    {
        var random = new RandomStream(5);
        var groups = Enumerable.Range(0, 60).Select(_ => random.NextInt(4)).ToArray();
        var labels = groups.Select(group => random.NextInt(3) == 0 ? 7 + random.NextInt(4) : 10 - group).ToArray();
        var best =
            from a in Enumerable.Range(7, 4)
            from b in Enumerable.Range(7, 4)
            from c in Enumerable.Range(7, 4)
            from d in Enumerable.Range(7, 4)
            let matching = new[] { a, b, c, d }
            where matching.Distinct().Count() == 4
            select groups.Zip(labels).Count(row => matching[row.First] == row.Second) / 60.0;
        Assert.Equal(best.Max(), Labels.Agreement(groups, labels), 14);
    }

    [Fact]
    public void The_same_groups_under_other_names_agree_however_many_there_are()
    {
        var groups = Enumerable.Range(0, 120).Select(i => i % 12).ToArray();
        Assert.Equal(1, Labels.Agreement(groups, [.. groups.Select(group => 50 - (3 * group))]));
    }

    /// <summary>The example of Hubert and Arabie's index in scikit-learn's documentation, and the ends of its scale.</summary>
    [Fact]
    public void The_adjusted_Rand_index_is_1_for_equal_partitions_and_corrects_for_chance()
    {
        Assert.Equal(4 / 7.0, Labels.AdjustedRand([0, 0, 1, 1], [0, 0, 1, 2]), 14);
        Assert.Equal(-0.5, Labels.AdjustedRand([0, 0, 1, 1], [0, 1, 0, 1]), 14);
        Assert.Equal(1, Labels.AdjustedRand([0, 0, 1, 2], [7, 7, 5, 6]));
        Assert.Equal(1, Labels.AdjustedRand([0, 0, 0], [4, 4, 4]));
        Assert.Equal(1, Labels.AdjustedRand([0], [4]));
    }

    [Fact]
    public void Groups_are_matched_with_the_labels_that_they_share_most_rows_with()
    {
        Assert.Equal([6, 5, null], Labels.Matched([0, 0, 0, 1, 1, 2], [6, 6, 5, 5, 5, 5]));
        Assert.Equal([null, 9], Labels.Matched([1, 1], [9, 9]));
    }

    [Fact]
    public void Purity_counts_the_most_frequent_label_of_each_group() =>
        Assert.Equal(4 / 6.0, Labels.Purity([0, 0, 0, 1, 1, 2], [5, 5, 6, 6, 7, 6]), 14);

    [Fact]
    public void A_prediction_by_draws_of_the_weights_approaches_that_by_their_distribution()
    {
        var prior = LogisticRegressionModel.WithIntercept(
            LogisticRegressionModel.Prior(2, 1),
            Statistics.Vector(0.5, -1),
            0.7
        );
        var x = Statistics.Vector(1.5, 0.3);
        var one = LogisticRegressionModel.Predict(
            prior,
            Statistics.Matrix([
                [2.0, -1],
            ]),
            [0.25],
            x,
            1
        );
        Assert.Equal(LogisticRegressionModel.Sigmoid(0.25 + (2 * 1.0) - 1.3), one.Probability, 14);
        Assert.Equal((one.Probability, one.Probability), (one.Low, one.High));
        var random = new RandomStream(1);
        const int draws = 20_000;
        var drawn = Enumerable.Range(0, draws).Select(_ => random.Next(prior.Weights).ToArray()).ToArray();
        var byDraws = LogisticRegressionModel.Predict(
            prior,
            Statistics.Matrix(drawn.Select(row => row[..2])),
            [.. drawn.Select(row => row[2])],
            x,
            0
        );
        var exact = LogisticRegressionModel.Predict(prior, prior.Weights, x, 0);
        // Three standard errors of a mean of numbers in [0, 1], whose standard deviation is at most 1/2; the quantiles' are a little larger.
        Assert.Equal(exact.Probability, byDraws.Probability, 1.5 / System.Math.Sqrt(draws));
        Assert.Equal(exact.Low, byDraws.Low, 0.02);
        Assert.Equal(exact.High, byDraws.High, 0.02);
    }

    [Fact]
    public void Factors_explain_the_share_of_the_variance_that_the_data_were_made_with()
    {
        var random = new RandomStream(2);
        double[] loadings = [1, -0.5, 2, 0.8];
        double[] psi = [0.5, 0.25, 1, 2];
        var values = Enumerable
            .Range(0, 4000)
            .SelectMany(_ =>
            {
                var factor = random.NextNormal();
                return loadings.Select((b, n) => (b * factor) + (System.Math.Sqrt(psi[n]) * random.NextNormal()));
            })
            .ToArray();
        var data = LatentFactorModel.Data(Rows.OfRowMajor(values, 4), true);
        var prior = LatentFactorModel.Prior(1, 2, 1, 1, true);
        var q = LatentFactorModel.Fit(prior, data, new FitOptions { Seed = 1 }).Last().Posterior;
        var explained = LatentFactorModel.Explained(q);
        for (var n = 0; n < 4; n++)
        {
            var share = loadings[n] * loadings[n] / ((loadings[n] * loadings[n]) + psi[n]);
            Assert.Equal(share, explained.ByColumn[n][0], 0.04);
        }

        var all = loadings.Sum(b => b * b);
        Assert.Equal(all / (all + psi.Sum()), explained.ByFactor[0], 0.03);
        // Whatever the sign of the fitted factor, it is turned to that of the loadings given.
        var target = Statistics.Matrix(loadings.Select(b => new[] { b }));
        var turned = LatentFactorModel.Turned(q, target);
        Assert.True(turned.Correlations(target)[0] > 0.999);
        Assert.Equal(1, turned.Shown(q.Loadings[0].Mean, Distribution.Covariance(q.Loadings[0]), 0).Item1, 0.1);
    }

    [Fact]
    public void The_moments_of_a_duration_are_those_of_its_quantiles()
    {
        var random = new RandomStream(4);
        var rows = Rows.OfRowMajor(
            Enumerable.Range(0, 400).Select(t => random.NextNormal() + (t / 20 % 2 * 8)).ToArray(),
            1
        );
        var prior = RegimeSwitchingModel.Prior(
            2,
            1,
            0,
            Statistics.Vector(4),
            0.1,
            2,
            Statistics.Matrix([
                [1.0],
            ])
        );
        var q = RegimeSwitchingModel.Fit(prior, rows, new FitOptions { Seed = 1 }).Last().Posterior;
        var duration = RegimeSwitchingModel.Duration(q, 0);
        const int places = 100_000;
        var quantiles = Enumerable.Range(0, places).Select(i => duration.Quantile((i + 0.5) / places)).ToArray();
        // What the midpoints leave of the upper tail is below a thousandth of the mean, and a hundredth of the standard deviation.
        Assert.Equal(quantiles.Average(), duration.Mean, 1e-3 * duration.Mean);
        Assert.Equal(Statistics.Sd(quantiles), duration.Sd, 1e-2 * duration.Sd);
        AssertDensity(duration);
    }

    [Fact]
    public void A_mixture_of_Student_t_distributions_has_the_moments_of_its_quantiles()
    {
        var first = StudentTDistribution(-2, 0.5, 9);
        var mixture = new StudentTMixture(Statistics.Vector(0.3, 0.7), [first, StudentTDistribution(1, 2, 12)]);
        var marginal = Marginal.Of(mixture);
        Assert.Equal((0.3 * -2) + (0.7 * 1), marginal.Mean, 14);
        const int places = 100_000;
        var quantiles = Enumerable.Range(0, places).Select(i => marginal.Quantile((i + 0.5) / places)).ToArray();
        Assert.Equal(quantiles.Average(), marginal.Mean, 1e-3);
        Assert.Equal(Statistics.Sd(quantiles), marginal.Sd, 1e-3 * marginal.Sd);
        AssertDensity(marginal);

        static StudentT StudentTDistribution(double location, double scale, double degreesOfFreedom) =>
            new(location, scale, degreesOfFreedom);
    }

    [Fact]
    public void A_noise_that_comes_from_its_precision_has_the_moments_of_its_quantiles()
    {
        var spread = Marginal.OfSpread(new Gamma(6, 2));
        const int places = 100_000;
        var quantiles = Enumerable.Range(0, places).Select(i => spread.Quantile((i + 0.5) / places)).ToArray();
        Assert.Equal(quantiles.Average(), spread.Mean, 1e-4 * spread.Mean);
        Assert.Equal(Statistics.Sd(quantiles), spread.Sd, 1e-3 * spread.Sd);
        AssertDensity(spread);
    }

    /// <summary>The density is one over the slope of the quantiles, which central differences give to their second order.</summary>
    private static void AssertDensity(Marginal marginal)
    {
        const double step = 1e-4;
        foreach (var p in new[] { 0.1, 0.5, 0.8 })
        {
            var slope = (marginal.Quantile(p + step) - marginal.Quantile(p - step)) / (2 * step);
            Assert.Equal(1 / slope, marginal.Density(marginal.Quantile(p)), 1e-5 / slope);
        }
    }

    [Fact]
    public void A_network_predicts_the_moments_of_its_outputs()
    {
        var inputs = Statistics.Matrix([
            [0.5],
            [-1.0],
        ]);
        var random = new RandomStream(6);
        // One hidden unit: two weights, two biases and log sigma.
        double[] positions = [.. Enumerable.Range(0, 5 * 7).Select(_ => random.NextNormal())];
        double[] noise = [1, 2, 1, 2, 1, 2, 1];
        var options = new NetworkOptions { Hidden = [1] };
        var outputs = ProgramModels.NetworkOutput(inputs, options, positions);
        Assert.Equal(14, outputs.Length);
        var predicted = ProgramModels.NetworkPrediction(inputs, options, positions, noise);
        for (var i = 0; i < 2; i++)
        {
            var values = Enumerable.Range(0, 7).Select(s => outputs[(2 * s) + i]).ToArray();
            var variance = values.Average(f => f * f) - (values.Average() * values.Average());
            Assert.Equal(values.Average(), predicted.Mean[i], 12);
            Assert.Equal(System.Math.Sqrt(variance), predicted.FunctionSd[i], 10);
            Assert.Equal(System.Math.Sqrt(variance + (((4 * 1) + (3 * 4)) / 7.0)), predicted.TargetSd[i], 10);
        }
    }
}
