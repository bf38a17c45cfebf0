using System.Text.Encodings.Web;
using Vi.Data.Synthetic;

namespace Vi.App.Configuration;

/// <summary>
/// The JSON Schema of a whole experiment file (draft 2020-12), made from <see cref="Experiment"/>, the models and the catalogues, and the
/// binding of a checked tree to <see cref="Experiment"/>.
/// </summary>
internal sealed class ExperimentSchema
{
    private static readonly JsonSerializerOptions Indented = new()
    {
        WriteIndented = true,
        NewLine = "\n",
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private readonly JsonSerializerOptions options;

    public ExperimentSchema(IReadOnlyList<IModel> models)
    {
        var schemas = new Dictionary<Type, Func<JsonNode, JsonObject>>();
        var reader = new SettingSchema(schemas);
        options = new JsonSerializerOptions(SettingSchema.Options);
        void Choice<T>(Func<JsonNode, JsonObject> schema, Func<JsonNode, T> read)
        {
            schemas[typeof(T)] = schema;
            options.Converters.Add(new TreeConverter<T>(read));
        }

        JsonObject Tagged(string tag, string what, IEnumerable<(string Name, string Summary, Type Settings)> cases) =>
            SchemaCases.Tagged(tag, what, [.. cases.Select(c => (c.Name, c.Summary, reader.Of(c.Settings)))]);
        Choice(
            _ => Tagged("type", "model", models.Select(m => (m.Type, m.Description.Title, m.SettingsType))),
            tree =>
            {
                var model = models.First(m => m.Type == Tag(tree, "type"));
                return new ModelChoice(model.Type, Bind(tree, model.SettingsType));
            }
        );
        Choice(
            _ =>
                Tagged(
                    "generator",
                    "generator",
                    GeneratorCatalogue.All.Select(g => (g.Name, g.Summary, g.SettingsType))
                ),
            tree =>
            {
                var generator = GeneratorCatalogue.Find(Tag(tree, "generator"));
                return new GeneratorChoice(generator.Name, (GeneratorSettings)Bind(tree, generator.SettingsType));
            }
        );
        Choice(
            _ => SchemaCases.ByKey([.. DataSourceCatalogue.All.Select(s => (s.Name, reader.Of(s.SettingsType)))]),
            tree => (DataSettings)Bind(tree, DataSourceCatalogue.Of(tree.AsObject())!.SettingsType)
        );
        var algorithms = AlgorithmCatalogue.All.Select(a => (a.Name, a.Summary, a.SettingsType));
        schemas[typeof(AlgorithmSettings)] = _ =>
            SchemaCases
                .Reasons(
                    Tagged("algorithm", "algorithm", algorithms),
                    (name, key) => AlgorithmCatalogue.Find(name).WhyWithout(key)
                )
                .WithoutTag();
        AlgorithmSettings Algorithm(JsonNode tree) =>
            (AlgorithmSettings)Bind(tree, AlgorithmCatalogue.Find(Tag(tree, "algorithm")).SettingsType);
        Choice<IReadOnlyList<AlgorithmSettings>>(
            SchemaCases.OneOrList,
            tree => tree is JsonArray list ? [.. list.Select(one => Algorithm(one!))] : [Algorithm(tree)]
        );
        schemas[typeof(Gaps)] = _ => GapsConverter.Schema();
        schemas[typeof(RowCalendar)] = _ => RowCalendarConverter.Schema();
        Root = reader.Of(typeof(Experiment));
    }

    public JsonObject Root { get; }

    public JsonObject Models => Root.Key("model")!;

    public JsonObject Algorithms => Root.Key("inference")!.Cases()[0];

    public JsonObject Generators => Root.Key("data")!.Key("synthetic")!;

    /// <summary>The schema of experiment files as text that ends with a line feed.</summary>
    public string Text()
    {
        var whole = new JsonObject
        {
            ["$schema"] = "https://json-schema.org/draft/2020-12/schema",
            ["title"] = "vilab experiment",
            ["description"] = "One run of vilab. Made by: vilab describe --schema",
        };
        foreach (var (keyword, value) in Root)
        {
            whole[keyword] = value?.DeepClone();
        }

        return whole.ToJsonString(Indented) + "\n";
    }

    /// <summary>Reads a tree that was found to be without problems.</summary>
    public Experiment Read(JsonObject tree) => tree.Deserialize<Experiment>(options)!;

    /// <summary>Reads a <c>data</c> object alone. Raises <see cref="ExperimentException"/> with all problems of it.</summary>
    public DataSettings ReadData(JsonNode? tree)
    {
        var validator = new SchemaValidator();
        var data = validator.Check(Root.Key("data")!, tree, "data");
        ExperimentException.ThrowIfAny(validator.Problems);
        return data.Deserialize<DataSettings>(options)!;
    }

    private object Bind(JsonNode tree, Type settings) => tree.Deserialize(settings, options)!;

    private static string Tag(JsonNode tree, string tag) => tree[tag]!.GetValue<string>();

    private sealed class TreeConverter<T>(Func<JsonNode, T> read) : JsonConverter<T>
    {
        public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            read(JsonNode.Parse(ref reader)!);

        public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) =>
            throw new NotSupportedException("Settings are written from the tree they were read from.");
    }
}
