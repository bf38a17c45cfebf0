using Vi.Math.Fluent;

namespace Samples;

/// <summary>
/// Animals at several doses, of which some die: the log odds of death are a straight line in the log dose (Racine, Grieve, Fluehler and
/// Smith 1986).
/// </summary>
public sealed class DoseResponse : IModelProgram
{
    /// <inheritdoc />
    public string Name => "dose-response";

    /// <inheritdoc />
    public string Summary =>
        "Deaths among animals by the logarithm of a dose, with the dose at which half of them die.";

    /// <inheritdoc />
    public IReadOnlyDictionary<string, double> Settings { get; } =
        new Dictionary<string, double>(StringComparer.Ordinal) { ["interceptSd"] = 5, ["slopeSd"] = 10 };

    /// <inheritdoc />
    public Model Build(ModelTable data, IReadOnlyDictionary<string, double> settings)
    {
        ArgumentNullException.ThrowIfNull(data);
        ArgumentNullException.ThrowIfNull(settings);
        var logDose = Terms.Vector(data.Column("logDose"));
        var animals = Terms.Vector(data.Column("animals"));

        var m = new ModelBuilder();
        var intercept = m.Normal("intercept", 0, settings["interceptSd"]);
        var slope = m.Normal("slope", 0, settings["slopeSd"]);
        m.Deterministic("lethalLogDose", -intercept / slope);
        m.Observe("deaths", Distribution.BinomialLogit(animals, intercept + slope * logDose), data.Column("deaths"));
        return m.Build();
    }
}
