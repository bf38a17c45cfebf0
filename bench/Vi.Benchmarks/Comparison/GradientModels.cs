using Microsoft.FSharp.Collections;
using Vi.Math;
using Vi.Math.FSharp;
using Plan = Vi.Math.Plan;
using Programs = Vi.Math.FSharp.Program;

namespace Vi.Benchmarks.Comparison;

/// <summary>Log densities whose value and gradient are timed, written operation by operation.</summary>
internal static class GradientModels
{
    /// <summary>The returns of a series that is calm (sd 0.01) or wild (sd 0.03) for a while.</summary>
    public static double[] Returns(int length)
    {
        var random = new Random(42);
        var wild = false;
        var returns = new double[length];
        for (var t = 0; t < length; t++)
        {
            wild = random.NextDouble() < (wild ? 0.95 : 0.02);
            returns[t] = wild ? -0.0002 + (0.03 * Normal(random)) : 0.0005 + (0.01 * Normal(random));
        }

        return returns;
    }

    /// <summary>N x P standard normal numbers, row by row, and targets from the log odds of five of the columns.</summary>
    public static (double[] Table, double[] Target) Rows(int rows, int columns)
    {
        var random = new Random(42);
        double[] weights = [2, -1.5, 1, -0.5, 0.8];
        var table = new double[rows * columns];
        var target = new double[rows];
        for (var n = 0; n < rows; n++)
        {
            var eta = 0.0;
            for (var j = 0; j < columns; j++)
            {
                table[(n * columns) + j] = Normal(random);
                eta += j < weights.Length ? weights[j] * table[(n * columns) + j] : 0.0;
            }

            target[n] = random.NextDouble() < 1.0 / (1.0 + System.Math.Exp(-eta)) ? 1.0 : 0.0;
        }

        return (table, target);
    }

    /// <summary>
    /// Stochastic volatility as bench/stan/leapfrog.R has it: h = mu + x, x_t = phi x_(t-1) + sigma z_t, y_t ~ N(level, exp h_t); coordinates mu,
    /// logit phi, log sigma, z (T), level.
    /// </summary>
    public static Plan StochasticVolatility(double[] returns)
    {
        var length = returns.Length;
        var mu = Expr.parameter("mu", 0, Shape.Scalar);
        var logit = Expr.parameter("logit phi", 1, Shape.Scalar);
        var logSigma = Expr.parameter("log sigma", 2, Shape.Scalar);
        var z = Expr.parameter("z", 3, Shape.NewVector(length));
        var level = Expr.parameter("level", 3 + length, Shape.Scalar);
        var phi = Expr.logistic(logit);
        var sigma = Expr.exp(logSigma);
        var first = Expr.item(0, z) / Expr.sqrt(1.0 - Expr.square(phi));
        var steps = sigma * Expr.concatenate([first, Expr.slice(1, length - 1, z)]);
        var x = Expr.linearRecurrence(phi, steps);
        var h = mu + x;
        var logPhi = -Expr.softplus(-logit);
        var logRest = -Expr.softplus(logit);
        var prior =
            (-0.5 * Expr.square((mu + 8.0) / 2.0))
            + (20.0 * logPhi)
            + (1.5 * logRest)
            + (logSigma - (5.0 * sigma))
            - (0.5 * Expr.dot(z, z))
            - (0.5 * Expr.square(level / 0.001));
        var likelihood = -0.5 * (Expr.sum(h) + Expr.dot(Expr.square(Expr.vector(returns) - level), Expr.exp(-h)));
        return PlannedDensity.plan(length + 4, prior + likelihood);
    }

    /// <summary>y_n ~ Bernoulli(logit x_n'w), w ~ N(0, 10 I).</summary>
    public static Plan Logistic(double[] table, double[] target, int columns)
    {
        var w = Expr.parameter("w", 0, Shape.NewVector(columns));
        var likelihood = GeneralizedLinear.bernoulliLogit(
            Expr.matrix(target.Length, columns, table),
            Expr.vector(target),
            Expr.number(0.0),
            w
        );
        return PlannedDensity.plan(columns, likelihood - (0.05 * Expr.dot(w, w)));
    }

    /// <summary>Eight schools (Rubin 1981), not centred: coordinates mu, log tau, eta (8).</summary>
    public static Plan EightSchools()
    {
        var y = Expr.vector([28.0, 8.0, -3.0, 7.0, -1.0, 1.0, 18.0, 12.0]);
        var sd = Expr.vector([15.0, 10.0, 16.0, 11.0, 9.0, 11.0, 10.0, 18.0]);
        var mu = Expr.parameter("mu", 0, Shape.Scalar);
        var logTau = Expr.parameter("log tau", 1, Shape.Scalar);
        var eta = Expr.parameter("eta", 2, Shape.NewVector(8));
        var tau = Expr.exp(logTau);
        var residual = (y - (mu + (tau * eta))) / sd;
        var value =
            logTau
            - Expr.log1p(Expr.square(tau / 5.0))
            - (0.5 * Expr.square(mu / 5.0))
            - (0.5 * Expr.dot(eta, eta))
            - (0.5 * Expr.dot(residual, residual));
        return PlannedDensity.plan(10, value);
    }

    /// <summary>y ~ N(tanh(x W + b) w + c, sigma^2) at so many places x with a hidden layer of that width, all weights N(0, 1).</summary>
    public static Plan Network(int rows, int width)
    {
        var x = Enumerable.Range(0, rows).Select(n => (6.0 * n / rows) - 3.0).ToArray();
        var program = Programs.trace(
            NetworkProgram.regression(
                new NetworkPrior(
                    ListModule.OfSeq([width]),
                    1,
                    1,
                    Microsoft.FSharp.Core.FSharpValueOption<NetworkUnits>.None
                ),
                Vi.Math.Fluent.Statistics.Matrix(x.Select(value => new[] { value })),
                Vi.Math.Fluent.Statistics.Vector([.. x.Select(System.Math.Sin)])
            )
        );
        return PlannedDensity.plan(program.Dimension, ProgramDensity.expression(program));
    }

    public static double Normal(Random random) =>
        System.Math.Sqrt(-2.0 * System.Math.Log(1.0 - random.NextDouble()))
        * System.Math.Cos(2.0 * System.Math.PI * random.NextDouble());
}
