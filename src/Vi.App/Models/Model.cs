namespace Vi.App.Models;

/// <summary>What all models have in common: a name, needs, a page that describes them, and settings of a type of their own.</summary>
internal abstract class Model<TSettings>(string type, DataNeed need, Provision provides) : IModel
{
    private readonly Lazy<ModelPage> page = new(() => new ModelPage(type));

    public string Type => type;

    public Type SettingsType => typeof(TSettings);

    public Provision Provides => provides;

    public DataNeed DataNeed => need;

    public virtual Algorithm? Preferred => null;

    public virtual bool DependsOnStart => false;

    public virtual IReadOnlyList<string> ShownTruths => [];

    public virtual int? ColumnCount => null;

    public virtual JsonObject Suited(DataRecord data) => [];

    public virtual bool TakesGaps => false;

    public virtual bool IsSeries => false;

    public virtual bool ReadsReturns => false;

    public virtual bool TargetIsClass => false;

    public virtual string WhyNot(Algorithm algorithm) => "";

    public ModelRecord Description => page.Value.Description;

    public JsonObject Example => page.Value.Example;

    public IPreparedFit Prepare(FitRequest request) => Prepare(request, (TSettings)request.Settings);

    /// <summary>Checks settings against data and makes the fit ready; see <see cref="IModel.Prepare"/>.</summary>
    protected abstract IPreparedFit Prepare(FitRequest request, TSettings settings);
}
