namespace Vi.App.Models;

/// <summary>What all models have in common: their name, their needs, and settings of a type of their own.</summary>
/// <param name="type">The name in experiment files.</param>
/// <param name="need">What it reads.</param>
/// <param name="provides">What it provides to algorithms.</param>
internal abstract class Model<TSettings>(string type, DataNeed need, Provision provides) : IModel
{
    public string Type => type;

    public Type SettingsType => typeof(TSettings);

    public Provision Provides => provides;

    public DataNeed DataNeed => need;

    public virtual bool DependsOnStart => false;

    public virtual IReadOnlyList<string> ShownTruths => [];

    public virtual bool TakesGaps => false;

    public virtual string WhyNot(Algorithm algorithm) => "";

    public abstract ModelRecord Description { get; }

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

    public IPreparedFit Prepare(FitRequest request) => Prepare(request, (TSettings)request.Settings);

    /// <summary>Checks settings against data and makes the fit ready; see <see cref="IModel.Prepare"/>.</summary>
    protected abstract IPreparedFit Prepare(FitRequest request, TSettings settings);
}
