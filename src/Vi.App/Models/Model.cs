using System.Text.Json.Nodes;
using Vi.App.Algorithms;
using Vi.Results;

namespace Vi.App.Models;

/// <summary>What all models have in common: their name, their needs, and settings of a type of their own.</summary>
/// <param name="type">The name in experiment files.</param>
/// <param name="need">What it reads.</param>
/// <param name="provides">What it provides to algorithms.</param>
public abstract class Model<TSettings>(string type, DataNeed need, Provision provides) : IModel
{
    /// <inheritdoc />
    public string Type => type;

    /// <inheritdoc />
    public Type SettingsType => typeof(TSettings);

    /// <inheritdoc />
    public Provision Provides => provides;

    /// <inheritdoc />
    public DataNeed DataNeed => need;

    /// <inheritdoc />
    public virtual bool DependsOnStart => false;

    /// <inheritdoc />
    public virtual IReadOnlyList<string> ShownTruths => [];

    /// <inheritdoc />
    public virtual bool TakesGaps => false;

    /// <inheritdoc />
    public virtual string WhyNot(IAlgorithm algorithm) => "";

    /// <inheritdoc />
    public abstract ModelRecord Description { get; }

    /// <inheritdoc />
    public JsonObject Example
    {
        get
        {
            var example = (JsonObject)JsonNode.Parse(ExampleText)!;
            var settings = (JsonObject)example["model"]!;
            settings.Insert(0, "type", Type);
            return example;
        }
    }

    /// <summary>The small complete experiment as JSON, the model's type left out.</summary>
    protected abstract string ExampleText { get; }

    /// <inheritdoc />
    public IPreparedFit Prepare(FitRequest request) => Prepare(request, (TSettings)request.Settings);

    /// <summary>Checks settings against data and makes the fit ready; see <see cref="IModel.Prepare"/>.</summary>
    protected abstract IPreparedFit Prepare(FitRequest request, TSettings settings);
}
