using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Vi.App.Algorithms;
using Vi.App.Data;
using Vi.App.Data.Synthetic;
using Vi.App.Models;

namespace Vi.App.Configuration;

/// <summary>
/// The shape of a whole experiment file, made from <see cref="Experiment"/>, the models and the catalogues, and the reading of a checked
/// tree into <see cref="Experiment"/>.
/// </summary>
public sealed class ExperimentShape
{
    private readonly JsonSerializerOptions options;
    private readonly ShapeReader dataReader;

    /// <summary>Reads the shapes of all settings records.</summary>
    public ExperimentShape(IReadOnlyList<IModel> models)
    {
        var plain = ShapeReader.Plain;
        Models = new CasesShape(
            "type",
            "model",
            [.. models.Select(m => new CaseShape(m.Type, m.Description.Title, plain.Read(m.SettingsType)))]
        );
        Generators = new CasesShape(
            "generator",
            "generator",
            [.. GeneratorCatalogue.All.Select(g => new CaseShape(g.Name, g.Summary, plain.Read(g.SettingsType)))]
        );
        Algorithms = new CasesShape(
            "algorithm",
            "algorithm",
            [
                .. AlgorithmCatalogue.All.Select(a => new CaseShape(a.Name, a.Summary, plain.Read(a.SettingsType))
                {
                    WhyWithout = a.WhyWithout,
                }),
            ]
        )
        {
            HasDefault = true,
        };
        dataReader = new ShapeReader(new Dictionary<Type, Shape> { [typeof(GeneratorChoice)] = Generators });
        var known = new Dictionary<Type, Shape>
        {
            [typeof(ModelChoice)] = Models,
            [typeof(DataSettings)] = DataSourceCatalogue.Shape(dataReader),
            [typeof(IReadOnlyList<AlgorithmSettings>)] = new OneOrListShape(Algorithms),
        };
        Root = new ShapeReader(known).Read(typeof(Experiment));
        options = new JsonSerializerOptions(ShapeReader.Options)
        {
            Converters =
            {
                new ChoiceConverter<ModelChoice>(
                    "type",
                    models.ToDictionary(m => m.Type, m => m.SettingsType),
                    (name, settings) => new ModelChoice(name, settings)
                ),
                new ChoiceConverter<GeneratorChoice>(
                    "generator",
                    GeneratorCatalogue.All.ToDictionary(g => g.Name, g => g.SettingsType),
                    (name, settings) => new GeneratorChoice(name, settings)
                ),
                new DataConverter(),
                new ChoiceConverter<AlgorithmSettings>(
                    "algorithm",
                    AlgorithmCatalogue.All.ToDictionary(a => a.Name, a => a.SettingsType),
                    (_, settings) => (AlgorithmSettings)settings
                ),
                new OneOrListConverter<AlgorithmSettings>(),
            },
        };
    }

    /// <summary>The whole file.</summary>
    public ObjectShape Root { get; }

    /// <summary>The <c>model</c> object.</summary>
    public CasesShape Models { get; }

    /// <summary>The <c>inference</c> object, or each of its list.</summary>
    public CasesShape Algorithms { get; }

    /// <summary>The <c>data.synthetic</c> object.</summary>
    public CasesShape Generators { get; }

    /// <summary>The shape of a key below another shape; null where there is none.</summary>
    public static KeyShape? Key(ObjectShape shape, string name) =>
        shape.Keys.FirstOrDefault(key => string.Equals(key.Name, name, StringComparison.OrdinalIgnoreCase));

    /// <summary>What is wrong with the keys of a <c>data</c> object, as given, for the source that it chooses.</summary>
    public IEnumerable<Problem> DataProblems(JsonNode? data) =>
        data is JsonObject given ? DataSourceCatalogue.Problems(given, dataReader) : [];

    /// <summary>Reads a tree that was found to be without problems.</summary>
    public Experiment Read(JsonObject tree) => tree.Deserialize<Experiment>(options)!;

    private sealed class DataConverter : JsonConverter<DataSettings>
    {
        public override DataSettings Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            var tree = (JsonObject)JsonNode.Parse(ref reader)!;
            return (DataSettings)tree.Deserialize(DataSourceCatalogue.Of(tree)!.SettingsType, options)!;
        }

        public override void Write(Utf8JsonWriter writer, DataSettings value, JsonSerializerOptions options) =>
            throw new NotSupportedException("Settings are written from the tree they were read from.");
    }

    private sealed class OneOrListConverter<T> : JsonConverter<IReadOnlyList<T>>
    {
        public override IReadOnlyList<T> Read(
            ref Utf8JsonReader reader,
            Type typeToConvert,
            JsonSerializerOptions options
        ) =>
            reader.TokenType == JsonTokenType.StartArray
                ? JsonSerializer.Deserialize<T[]>(ref reader, options)!
                : [JsonSerializer.Deserialize<T>(ref reader, options)!];

        public override void Write(Utf8JsonWriter writer, IReadOnlyList<T> value, JsonSerializerOptions options) =>
            throw new NotSupportedException("Settings are written from the tree they were read from.");
    }

    private sealed class ChoiceConverter<T>(string tag, Dictionary<string, Type> types, Func<string, object, T> create)
        : JsonConverter<T>
    {
        public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            var tree = (JsonObject)JsonNode.Parse(ref reader)!;
            var name = tree[tag]!.GetValue<string>();
            return create(name, tree.Deserialize(types[name], options)!);
        }

        public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) =>
            throw new NotSupportedException("Settings are written from the tree they were read from.");
    }
}
