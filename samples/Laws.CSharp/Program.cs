using Vi.Math.Fluent;
using Vi.Verification.Fluent;

namespace Vi.Samples.CSharp;

/// <summary>Precision tau of a normal distribution folded at 0, density sqrt(2 tau / pi) exp(-tau x^2 / 2) on x > 0.</summary>
public sealed record HalfNormal(double Precision);

/// <summary>Laws of one's own, and the battery of an exponential family on a family of one's own.</summary>
public static class Program
{
    /// <summary>The family's contract: eta = -tau / 2, T(x) = x^2, A(eta) = -log(2 tau / pi) / 2.</summary>
    public static FamilyDescription<HalfNormal> Family(double entropyConstant = 0.5) =>
        new()
        {
            Name = "half-normal",
            Draw = random => new HalfNormal(System.Math.Exp((3 * random.NextUniform()) - 1.5)),
            Plainer = d => d.Precision == 1 ? [] : [new HalfNormal(1)],
            NaturalParameters = d => Statistics.Vector(-0.5 * d.Precision),
            OfNaturalParameters = eta => new HalfNormal(-2 * eta[0]),
            IsProper = eta => eta.Length == 1 && eta[0] < 0 && double.IsFinite(eta[0]),
            SufficientStatistics = x => Statistics.Vector(x * x),
            MeanParameters = d => Statistics.Vector(1 / d.Precision),
            LogPartition = eta =>
                eta[0] < 0 ? -0.5 * System.Math.Log(-4 * eta[0] / System.Math.PI) : double.PositiveInfinity,
            LogDensity = (d, x) =>
                (0.5 * System.Math.Log(2 * d.Precision / System.Math.PI)) - (0.5 * d.Precision * x * x),
            Entropy = d => entropyConstant - (0.5 * System.Math.Log(2 * d.Precision / System.Math.PI)),
            KlDivergence = (q, p) =>
            {
                var excess = (p.Precision - q.Precision) / q.Precision;
                return 0.5 * LogExcess(excess);
            },
            Sample = (d, random) => System.Math.Abs(random.NextNormal()) / System.Math.Sqrt(d.Precision),
            TermSizes = d => 1 + System.Math.Abs(System.Math.Log(d.Precision)),
        };

    /// <summary>A law of one's own: the density's logarithm falls by half when the precision's root counts the distance.</summary>
    public static CheckableLaw Scaling =>
        Laws.Make(
                "half-normal: densities of scaled draws differ by the scale's logarithm",
                Cases.Drawn(random => (Precision: 0.1 + random.NextUniform(), X: 3 * random.NextUniform())),
                c =>
                {
                    var family = Family();
                    var unit = family.LogDensity!(new HalfNormal(1), System.Math.Sqrt(c.Precision) * c.X);
                    var scaled = family.LogDensity!(new HalfNormal(c.Precision), c.X);
                    return [Compare.Close("log density", unit + (0.5 * System.Math.Log(c.Precision)), scaled, 1e-13)];
                }
            )
            .Says("Scaling x scales the density.", @"p_\tau(x)=\sqrt\tau\,p_1(\sqrt\tau\,x)", "change of variables");

    /// <summary>How many laws break; each is told to the output.</summary>
    public static int Check(TextWriter output, IEnumerable<CheckableLaw> laws)
    {
        var broken = 0;
        foreach (var law in laws)
        {
            var result = law.Check(seed: 42);
            output.WriteLine($"{law.Name}: {result}");
            broken += result.Passed ? 0 : 1;
        }

        return broken;
    }

    /// <summary>Checks the family and the law, and that a wrong entropy is rejected.</summary>
    public static int Main()
    {
        var broken = Check(Console.Out, [.. Laws.OfFamily(Family()), Scaling]);
        Console.WriteLine("With a wrong entropy:");
        var rejected = Check(Console.Out, Laws.OfFamily(Family(entropyConstant: 0)));
        return broken == 0 && rejected > 0 ? 0 : 1;
    }

    /// <summary>x - log(1 + x), by its series where x is small.</summary>
    private static double LogExcess(double x) =>
        System.Math.Abs(x) > 1e-2
            ? x - System.Math.Log(1 + x)
            : Enumerable.Range(2, 9).Sum(k => System.Math.Pow(-x, k) / k);
}
