using Vi.App.Tests.Support;
using Xunit;

namespace Vi.App.Tests.Configuration;

/// <summary>Every wrong experiment file is one clear message a problem, exit code 2, and nothing written.</summary>
public sealed class BadExperimentTests : IDisposable
{
    private readonly Workspace workspace = new();

    public void Dispose() => workspace.Dispose();

    private static string Model(string settings) =>
        $$"""
            {
              "data": { "synthetic": { "generator": "gaussian", "n": 20 } },
              "model": { "type": "fake", {{settings}} }
            }
            """;

    [Theory]
    [InlineData("\"components\": -3", "model.components: -3 is not allowed; allowed is a whole number of at least 1")]
    [InlineData("\"components\": 2.5", "model.components: 2.5 is not allowed; allowed is a whole number of at least 1")]
    [InlineData("\"components\": 1e99", "model.components: 1E+99 is not allowed")]
    [InlineData("\"components\": \"three\"", "model.components: \"three\" is a text; allowed is a whole number")]
    [InlineData("\"components\": [1]", "model.components: [1] is a list; allowed is a whole number")]
    [InlineData("\"componets\": 2", "model.componets: unknown key \"componets\"; did you mean \"components\"?")]
    [InlineData("\"xyzzy\": 2", "model.xyzzy: unknown key \"xyzzy\"; known: type, components, priorSd")]
    [InlineData(
        "\"priorSd\": 1",
        "model.components: missing; needed is a whole number of at least 1 (number of components)"
    )]
    [InlineData(
        "\"components\": 2, \"priorSd\": 0",
        "model.priorSd: 0 is not allowed; allowed is a number greater than 0"
    )]
    [InlineData("\"components\": 2, \"priorSd\": -1e-3", "model.priorSd: -0.001 is not allowed")]
    [InlineData("\"components\": 2, \"priorSd\": 1e999", "model.priorSd: a number beyond 1.8e308 is not allowed")]
    [InlineData("\"components\": 2, \"ratio\": 1.5", "allowed is a number of at least 0 and of at most 1")]
    [InlineData(
        "\"components\": 2, \"shape\": \"stickbreaking\"",
        "model.shape: \"stickbreaking\" is not allowed; did you mean \"stick-breaking\"?"
    )]
    [InlineData("\"components\": 2, \"center\": \"yes\"", "model.center: \"yes\" is a text; allowed is true or false")]
    [InlineData("\"components\": 2, \"m0\": [1, \"a\"]", "model.m0[1]: \"a\" is a text; allowed is a number")]
    [InlineData("\"components\": 2, \"m0\": 3", "model.m0: 3 is a number; allowed is a list, each entry a number")]
    [InlineData("\"components\": 2, \"W0\": [[1], [null]]", "model.W0[1][0]: null is nothing; allowed is a number")]
    [InlineData(
        "\"components\": 2, \"components\": 3",
        "model.components: the key \"components\" stands twice, on lines 3 and 3"
    )]
    public void A_wrong_model_setting_is_named_with_file_line_path_value_and_what_is_allowed(
        string settings,
        string expected
    )
    {
        var error = workspace.ErrorOf(Model(settings));
        Assert.Contains(expected, error, StringComparison.Ordinal);
        Assert.StartsWith("error: exp.json:3: model.", error, StringComparison.Ordinal);
        Assert.Single(
            error.Split('\n', StringSplitOptions.RemoveEmptyEntries),
            line => line.Contains(expected, StringComparison.Ordinal)
        );
    }

    [Theory]
    [InlineData("", "exp.json: the file is empty")]
    [InlineData("   \n", "exp.json: the file is empty")]
    [InlineData("[1]", "exp.json: an experiment is a JSON object with the keys")]
    [InlineData("{\n  \"name\": \"a\"\n  \"seed\": 1\n}", "exp.json: line 3, column 3: not valid JSON")]
    [InlineData("{ \"name\": \"a\" ", "exp.json: line 1, column 15: not valid JSON")]
    [InlineData("{} {}", "exp.json: line 1, column 4: not valid JSON")]
    [InlineData("{}", "model: missing; needed is an object whose \"type\" names a model")]
    [InlineData("{ \"model\": 3 }", "model: 3 is a number; allowed is an object whose \"type\" names a model")]
    [InlineData(
        "{ \"model\": {} }",
        "model.type: missing; the name of a model is needed, one of fake, fake-regression"
    )]
    [InlineData("{ \"model\": { \"type\": 7 } }", "model.type: 7 is a number; allowed is the name of a model")]
    [InlineData(
        "{ \"model\": { \"type\": \"fake-regresion\" } }",
        "model.type: \"fake-regresion\" is no known model; did you mean \"fake-regression\"?"
    )]
    [InlineData("{ \"modle\": {} }", "modle: unknown key \"modle\"; did you mean \"model\"?")]
    public void A_file_that_is_no_experiment_is_refused(string text, string expected) =>
        Assert.Contains(expected, workspace.ErrorOf(text), StringComparison.Ordinal);

    [Theory]
    [InlineData("\"seed\": -1", "seed: -1 is not allowed; allowed is a whole number of at least 0")]
    [InlineData("\"seed\": 1e30", "seed: 1E+30 is not allowed; allowed is a whole number of at least 0")]
    [InlineData("\"name\": \"a/b\"", "name: \"a/b\" cannot be a folder's name")]
    [InlineData("\"name\": \"..\"", "name: \"..\" cannot be a folder's name")]
    [InlineData(
        "\"inference\": { \"algorithm\": \"cavy\" }",
        "inference.algorithm: \"cavy\" cannot fit fake-curve; did you mean \"cavi\"?"
    )]
    [InlineData(
        "\"inference\": []",
        "inference: an empty list; allowed is an object whose \"algorithm\" names an algorithm, or a list of such"
    )]
    [InlineData(
        "\"inference\": [{}, { \"algorithm\": \"cavy\" }]",
        "inference[1].algorithm: \"cavy\" cannot fit fake-curve; did you mean \"cavi\"?"
    )]
    [InlineData("\"inference\": [{}, { \"maxIterations\": 0 }]", "inference[1].maxIterations: 0 is not allowed")]
    [InlineData(
        "\"inference\": [{ \"label\": \"a\" }, { \"label\": \"a\" }]",
        "inference[1].label: \"a\" is given twice; each fit needs its own label"
    )]
    [InlineData("\"inference\": [{ \"tolerance\": -1 }]", "inference[0].tolerance: -1 is not allowed")]
    [InlineData("\"inference\": { \"maxIterations\": 0 }", "inference.maxIterations: 0 is not allowed")]
    [InlineData(
        "\"truth\": { \"mu\": \"big\" }",
        "truth.mu: \"big\" is a text; allowed is a number or a nested list of numbers"
    )]
    [InlineData("\"data\": { \"csv\": \"x.csv\" }", "data: the model fake-curve reads no data; remove this key")]
    [InlineData("\"report\": { \"enabled\": 1 }", "report.enabled: 1 is a number; allowed is true or false")]
    public void A_wrong_setting_outside_the_model_is_refused(string setting, string expected) =>
        Assert.Contains(
            expected,
            workspace.ErrorOf($$"""{ {{setting}}, "model": { "type": "fake-curve", "components": 1 } }"""),
            StringComparison.Ordinal
        );

    [Theory]
    [InlineData(
        "",
        "data: missing; the model fake needs data from csv, npy, parquet, arrow, sqlite, postgres, file or synthetic"
    )]
    [InlineData(
        "\"data\": {},",
        "data: exactly one of csv, npy, parquet, arrow, sqlite, postgres, file, synthetic is needed; none is there"
    )]
    [InlineData(
        "\"data\": { \"csv\": \"a\", \"npy\": \"b\" },",
        "exactly one of csv, npy, parquet, arrow, sqlite, postgres, file, synthetic is needed; csv and npy are there"
    )]
    [InlineData(
        "\"data\": { \"synthetic\": { \"generator\": \"gausian\" } },",
        "data.synthetic.generator: \"gausian\" is no known generator; did you mean \"gaussian\"?"
    )]
    [InlineData(
        "\"data\": { \"synthetic\": { \"generator\": \"linear-regression\", \"n\": 5, \"weights\": [1] } },",
        "makes a target, and the model has none"
    )]
    [InlineData(
        "\"data\": { \"csv\": \"a.csv\", \"target\": \"y\" },",
        "data.target: \"y\": the model fake has no target"
    )]
    public void Data_and_model_must_go_together(string data, string expected) =>
        Assert.Contains(
            expected,
            workspace.ErrorOf($$"""{ {{data}} "model": { "type": "fake", "components": 1 } }"""),
            StringComparison.Ordinal
        );

    [Fact]
    public void All_problems_are_reported_at_once_with_their_lines()
    {
        var error = workspace.ErrorOf(
            """
            {
              "seed": "x", // a comment
              "data": { "synthetic": { "generator": "gaussian", "n": 0 } },
              "model": {
                "type": "fake",
                "components": -1,
                "nonsense": true,
              },
            }
            """
        );
        var lines = error.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(4, lines.Length);
        Assert.Contains(lines, line => line.StartsWith("error: exp.json:2: seed: \"x\"", StringComparison.Ordinal));
        Assert.Contains(
            lines,
            line => line.StartsWith("error: exp.json:3: data.synthetic.n: 0", StringComparison.Ordinal)
        );
        Assert.Contains(
            lines,
            line => line.StartsWith("error: exp.json:6: model.components: -1", StringComparison.Ordinal)
        );
        Assert.Contains(lines, line => line.StartsWith("error: exp.json:7: model.nonsense:", StringComparison.Ordinal));
    }

    [Fact]
    public void A_missing_file_is_answered_with_the_nearest_name()
    {
        workspace.Write("old-faithful.json", Workspace.Small);
        var outcome = workspace.Run("run", "old-faitful.json");
        Assert.Equal(2, outcome.Code);
        Assert.Contains(
            "old-faitful.json: there is no such file; did you mean \"old-faithful.json\"",
            outcome.Error,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void A_model_may_refuse_settings_that_do_not_fit_the_data()
    {
        var error = workspace.ErrorOf(Model("\"components\": 21"));
        Assert.Contains(
            "exp.json:3: model.components: 21 components are more than the 20 rows",
            error,
            StringComparison.Ordinal
        );
    }
}
