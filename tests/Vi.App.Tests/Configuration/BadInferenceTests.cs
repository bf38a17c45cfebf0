using Vi.App.Tests.Support;
using Xunit;

namespace Vi.App.Tests.Configuration;

/// <summary>Settings of black-box methods and samplers that cannot be are refused where they stand, with what to do instead.</summary>
public sealed class BadInferenceTests : IDisposable
{
    private readonly Workspace workspace = new() { HasRealModels = true };

    public void Dispose() => workspace.Dispose();

    private static string Experiment(string type, string data, string inference) =>
        $$"""
            {
              "data": {{data}},
              "model": { "type": "{{type}}" },
              "inference": {{inference}}
            }
            """;

    private const string Regression =
        """{ "synthetic": { "generator": "linear-regression", "n": 20, "weights": [1, -2], "noiseSd": 0.5 } }""";

    private const string Series =
        """{ "synthetic": { "generator": "stochastic-volatility", "n": 20, "mu": -1, "phi": 0.9, "sigma": 0.4 } }""";

    private void Refused(string experiment, string expected)
    {
        var error = workspace.ErrorOf(experiment);
        Assert.Contains(expected, error, StringComparison.Ordinal);
        Assert.StartsWith("error: exp.json:4: inference", error, StringComparison.Ordinal);
        Assert.Single(error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    [Theory]
    [InlineData(
        "\"algorithm\": \"advi\", \"family\": \"sparse-precision\"",
        "inference.paths: the sparse-precision family needs a parameter that is a path in time: name one"
    )]
    [InlineData(
        "\"algorithm\": \"advi\", \"family\": \"sparse-precision\", \"paths\": [\"h\"]",
        "inference.paths: 'h' is no parameter of the model: "
    )]
    [InlineData(
        "\"algorithm\": \"advi\", \"family\": \"sparse-precision\", \"paths\": [\"w\", \"w\"]",
        "inference.paths: a path is named twice among w, w"
    )]
    [InlineData(
        "\"algorithm\": \"advi\", \"family\": \"low-rank\", \"rank\": 9",
        "inference.rank: 9 columns are more than the model has coordinates, 4: take fewer, or the full-rank family"
    )]
    [InlineData(
        "\"algorithm\": \"advi\", \"optimizer\": \"lbfgs\", \"family\": \"full-rank\"",
        "inference.family: with fixed draws (lbfgs) the family is mean-field, not full-rank"
    )]
    [InlineData(
        "\"algorithm\": \"advi\", \"optimizer\": \"lbfgs\", \"batchSize\": 10",
        "inference.batchSize: with fixed draws (lbfgs) every step reads all rows"
    )]
    [InlineData("\"algorithm\": \"advi\", \"rank\": 0", "inference.rank: 0 is not allowed")]
    [InlineData("\"algorithm\": \"advi\", \"draws\": 0", "inference.draws: 0 is not allowed")]
    [InlineData("\"algorithm\": \"advi\", \"batchSize\": 0", "inference.batchSize: 0 is not allowed")]
    [InlineData("\"algorithm\": \"advi\", \"maxIterations\": 0", "inference.maxIterations: 0 is not allowed")]
    [InlineData("\"algorithm\": \"advi\", \"accuracy\": -1", "inference.accuracy: -1 is not allowed")]
    [InlineData("\"algorithm\": \"advi\", \"epochs\": 3", "inference.epochs: advi counts epochs by minibatches")]
    [InlineData("\"algorithm\": \"batch-and-match\", \"draws\": 1", "inference.draws: 1 is not allowed")]
    [InlineData("\"algorithm\": \"svgd\", \"particles\": 1", "inference.particles: 1 is not allowed")]
    [InlineData("\"algorithm\": \"pathfinder\", \"climbs\": 0", "inference.climbs: 0 is not allowed")]
    [InlineData("\"algorithm\": \"nuts\", \"chains\": 0", "inference.chains: 0 is not allowed")]
    [InlineData("\"algorithm\": \"nuts\", \"chains\": -2", "inference.chains: -2 is not allowed")]
    [InlineData("\"algorithm\": \"nuts\", \"warmup\": 0", "inference.warmup: 0 is not allowed")]
    [InlineData("\"algorithm\": \"hmc\", \"samples\": 0", "inference.samples: 0 is not allowed")]
    [InlineData("\"algorithm\": \"hmc\", \"samples\": -10", "inference.samples: -10 is not allowed")]
    [InlineData("\"algorithm\": \"nuts\", \"targetAcceptance\": 1", "inference.targetAcceptance: 1 is not allowed")]
    [InlineData("\"algorithm\": \"nuts\", \"maxDepth\": 21", "inference.maxDepth: 21 is not allowed")]
    [InlineData(
        "\"algorithm\": \"advi\", \"optimizer\": \"adma\"",
        "inference.optimizer: \"adma\" is not allowed; did you mean \"adam\"?"
    )]
    [InlineData(
        "\"algorithm\": \"advi\", \"family\": \"ful-rank\"",
        "inference.family: \"ful-rank\" is not allowed; did you mean \"full-rank\"?"
    )]
    [InlineData(
        "\"algorithm\": \"svgd\", \"kernel\": \"gausian\"",
        "inference.kernel: \"gausian\" is not allowed; did you mean \"gaussian\"?"
    )]
    [InlineData(
        "\"algorithm\": \"nuts\", \"metric\": \"dens\"",
        "inference.metric: \"dens\" is not allowed; did you mean \"dense\"?"
    )]
    [InlineData(
        "\"algorithm\": \"nuts\", \"start\": \"pathfnder\"",
        "inference.start: \"pathfnder\" is not allowed; did you mean \"pathfinder\"?"
    )]
    [InlineData(
        "\"algorithm\": \"nuts\", \"warmups\": 9",
        "inference.warmups: unknown key \"warmups\"; did you mean \"warmup\"?"
    )]
    [InlineData(
        "\"algorithm\": \"nutz\"",
        "inference.algorithm: \"nutz\" cannot fit linear-regression; did you mean \"nuts\"?"
    )]
    [InlineData(
        "\"algorithm\": \"advi\", \"restarts\": 3",
        "inference.restarts: 3: advi makes one run; remove this key"
    )]
    [InlineData(
        "\"algorithm\": \"svgd\", \"restarts\": 2",
        "inference.restarts: 2: svgd makes one run; remove this key, its many starts are particles"
    )]
    [InlineData(
        "\"algorithm\": \"pathfinder\", \"restarts\": 2",
        "inference.restarts: 2: pathfinder makes one run; remove this key, its independent starts are climbs"
    )]
    [InlineData(
        "\"algorithm\": \"nuts\", \"draws\": 100",
        "inference.draws: nuts has no setting \"draws\" (advi, batch-and-match have it); remove this key, or choose another algorithm. Settings of nuts: label, chains, warmup, samples"
    )]
    [InlineData(
        "\"tolerance\": 0, \"memory\": 0.5",
        "inference.memory: cavi has no setting \"memory\" (streaming has it)"
    )]
    [InlineData("\"algorithm\": \"laplace\", \"restarts\": 2", "its independent starts are climbs")]
    [InlineData("\"algorithm\": \"nuts\", \"restarts\": 2", "its independent starts are chains")]
    [InlineData("\"algorithm\": \"hmc\", \"restarts\": 2", "its independent starts are chains")]
    public void A_setting_that_cannot_be_is_named(string inference, string expected) =>
        Refused(Experiment("linear-regression", Regression, $"{{ {inference} }}"), expected);

    [Fact]
    public void Minibatches_need_rows() =>
        Refused(
            Experiment("stochastic-volatility", Series, """{ "algorithm": "advi", "batchSize": 5 }"""),
            "inference.batchSize: the program has no rows of data"
        );

    [Fact]
    public void In_a_list_of_fits_the_place_is_told() =>
        Refused(
            Experiment(
                "linear-regression",
                Regression,
                """[{ "algorithm": "cavi" }, { "algorithm": "advi", "family": "sparse-precision" }]"""
            ),
            "inference[1].paths: the sparse-precision family needs a parameter that is a path in time"
        );

    [Fact]
    public void What_the_command_line_says_is_told_as_such()
    {
        var error = workspace.ErrorOf(
            Experiment("linear-regression", Regression, """{ "algorithm": "advi", "family": "low-rank" }"""),
            "--set",
            "inference.rank=7"
        );
        Assert.Contains("inference.rank: 7 columns are more than", error, StringComparison.Ordinal);
        Assert.Contains("(from --set", error, StringComparison.Ordinal);
    }

    /// <summary>What a result stores as its configuration can be run again: nothing filled in is refused.</summary>
    [Theory]
    [InlineData("""{ "algorithm": "advi", "family": "low-rank", "maxIterations": 50 }""")]
    [InlineData("""{ "algorithm": "laplace", "climbs": 2 }""")]
    [InlineData("""{ "algorithm": "advi", "batchSize": 50, "maxIterations": 50 }""")]
    public void A_stored_configuration_runs_again(string inference)
    {
        var first = workspace.RunText(Experiment("linear-regression", Regression, inference), "--set", "name=it");
        Assert.True(first.Code == 0, first.Error);
        var stored = workspace.Result("it").Configuration.ToJsonString();
        var again = workspace.RunText(stored);
        Assert.True(again.Code == 0, again.Error);
    }
}
