using Vi.App.Tests.Support;
using Xunit;

namespace Vi.App.Tests.Configuration;

/// <summary>Settings come from the file, then the environment, then <c>--set</c>.</summary>
public sealed class OverrideTests : IDisposable
{
    private readonly Workspace workspace = new();
    private readonly List<string> variables = [];

    public void Dispose()
    {
        variables.ForEach(name => Environment.SetEnvironmentVariable(name, null));
        workspace.Dispose();
    }

    private void Set(string name, string value)
    {
        variables.Add(workspace.EnvironmentPrefix + name);
        Environment.SetEnvironmentVariable(variables[^1], value);
    }

    private System.Text.Json.Nodes.JsonNode ModelAfter(params string[] args)
    {
        var outcome = workspace.RunText(Workspace.Small, args);
        Assert.True(outcome.Code == 0, outcome.Error);
        return workspace.Result("small").Configuration["model"]!;
    }

    [Fact]
    public void The_command_line_wins_over_the_environment_and_that_over_the_file()
    {
        Set("model__components", "4");
        Set("model__priorSd", "0.5");
        var model = ModelAfter("--set", "model.components=7");
        Assert.Equal(7, model["components"]!.GetValue<int>());
        Assert.Equal(0.5, model["priorSd"]!.GetValue<double>());
    }

    [Fact]
    public void Of_two_values_on_the_command_line_the_later_one_counts() =>
        Assert.Equal(
            3,
            ModelAfter("--set", "model.components=2", "--set", "model.components=3")["components"]!.GetValue<int>()
        );

    [Fact]
    public void Values_are_json_where_they_parse_and_texts_otherwise()
    {
        var model = ModelAfter(
            "--set",
            "model.m0=[1, 2]",
            "--set",
            "model.m0[1]=5",
            "--set",
            "model.shape=stick-breaking",
            "--set",
            "model.center=false"
        );
        Assert.Equal("[1,5]", model["m0"]!.ToJsonString());
        Assert.Equal("stick-breaking", model["shape"]!.GetValue<string>());
        Assert.False(model["center"]!.GetValue<bool>());
    }

    [Fact]
    public void Keys_are_matched_without_regard_to_case()
    {
        Set("MODEL__PRIORSD", "2");
        Assert.Equal(2, ModelAfter()["priorSd"]!.GetValue<double>());
    }

    [Fact]
    public void Sections_that_the_file_lacks_are_made()
    {
        ModelAfter("--set", "inference.maxIterations=3", "--set", "report.enabled=false");
        Assert.Equal(3, workspace.Result("small").Iterations);
        Assert.False(File.Exists(workspace.Path("out", "small", "report.html")));
    }

    [Fact]
    public void The_seed_option_is_a_setting_like_any_other()
    {
        ModelAfter("--seed", "18446744073709551615");
        Assert.Equal(ulong.MaxValue, workspace.Result("small").Seed);
    }

    [Theory]
    [InlineData(
        "model.components=many",
        "model.components: \"many\" is a text; allowed is a whole number of at least 1 (from --set model.components=many)"
    )]
    [InlineData("model.componets=4", "model.componets: unknown key \"componets\"; did you mean \"components\"")]
    [InlineData("model.components.x=4", "2 has no \"x\" below it (from --set model.components.x=4)")]
    [InlineData("model.m0[2]=4", "there is no entry \"2\" in a list of 0; indices count from 0")]
    [InlineData("novalue", "--set novalue: write the path of a setting, an equals sign and a value")]
    public void A_wrong_override_says_where_the_value_came_from(string assignment, string expected) =>
        Assert.Contains(expected, workspace.ErrorOf(Workspace.Small, "--set", assignment), StringComparison.Ordinal);

    [Fact]
    public void A_wrong_environment_variable_is_named()
    {
        Set("model__components", "-2");
        Assert.Contains(
            $"model.components: -2 is not allowed; allowed is a whole number of at least 1 (from environment variable {workspace.EnvironmentPrefix}model__components=-2)",
            workspace.ErrorOf(Workspace.Small),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void The_effective_configuration_repeats_the_run()
    {
        ModelAfter("--set", "model.components=3", "--seed", "9");
        var first = workspace.Result("small");
        workspace.Write("again.json", first.Configuration.ToJsonString());
        Assert.Equal(0, workspace.Run("run", "again.json").Code);
        var second = workspace.Result("small");
        Assert.Equal(first.Configuration.ToJsonString(), second.Configuration.ToJsonString());
        Assert.Equal(first.Parameters.ToJsonString(), second.Parameters.ToJsonString());
    }

    [Fact]
    public void Whole_numbers_may_be_written_with_an_exponent_and_defaults_are_filled_in()
    {
        ModelAfter("--set", "inference.maxIterations=1e3");
        var configuration = workspace.Result("small").Configuration;
        Assert.StartsWith(
            """{"algorithm":"cavi","maxIterations":1000,"tolerance":1E-09,"restarts":1,""",
            configuration["inference"]!.ToJsonString(),
            StringComparison.Ordinal
        );
        Assert.Equal(42, configuration["seed"]!.GetValue<long>());
    }

    private const string Sampled = """
        { "name": "small", "data": { "synthetic": { "generator": "gaussian", "n": 20, "mean": 3 } },
          "model": { "type": "gaussian-mean", "priorSd": 10, "noiseSd": 1 }, "inference": { "algorithm": "nuts", "chains": 2, "label": "mine" } }
        """;

    [Fact]
    public void An_algorithm_chosen_outside_the_file_drops_the_files_settings_of_another_one()
    {
        using var real = new Workspace { HasRealModels = true };
        real.Write("exp.json", Sampled);
        const string Hint =
            "hint: inference.chains is ignored: --set inference.algorithm=cavi chose cavi, which has no such setting";
        var checkedOnly = real.Run("validate", "exp.json", "--set", "inference.algorithm=cavi");
        Assert.Equal(0, checkedOnly.Code);
        Assert.Contains("  " + Hint, checkedOnly.OutLines);
        var run = real.Run("run", "exp.json", "--set", "inference.algorithm=cavi");
        Assert.True(run.Code == 0, run.Error);
        Assert.Contains("small: " + Hint, run.OutLines);
        var inference = real.Result("small").Configuration["inference"]!.AsObject();
        Assert.Equal("mine", inference["label"]!.GetValue<string>());
        Assert.False(inference.ContainsKey("chains"));
    }

    [Fact]
    public void A_setting_of_another_algorithm_is_refused_where_it_comes_from_outside_the_file_itself()
    {
        using var real = new Workspace { HasRealModels = true };
        Assert.Contains(
            "inference.samples: cavi has no setting \"samples\" (nuts, gibbs, hmc have it)",
            real.ErrorOf(Sampled, "--set", "inference.algorithm=cavi", "--set", "inference.samples=9"),
            StringComparison.Ordinal
        );
    }
}
