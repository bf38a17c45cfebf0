using System.Text.Json.Nodes;
using Vi.Results;
using Xunit;

namespace Vi.App.Tests.Support;

/// <summary>Runs of real models that are stopped, and resumed to the bits of runs that never were.</summary>
internal sealed class StoppedRuns : IDisposable
{
    private readonly StoppingClock clock = new();

    public StoppedRuns() => Workspace = new Workspace { HasRealModels = true, Clock = clock };

    public Workspace Workspace { get; }

    public void Dispose() => Workspace.Dispose();

    /// <summary>Everything in result.json but seconds and the time of day.</summary>
    public JsonObject Numbers(string name, string folder = "out")
    {
        var result = JsonNode.Parse(File.ReadAllText(Workspace.Path(folder, name, "result.json")))!.AsObject();
        var fits = result["results"] is JsonArray list ? list.Select(item => item!.AsObject()) : [];
        foreach (var one in fits.Prepend(result))
        {
            one.Remove("timing");
            one.Remove("startedAt");
        }

        return result;
    }

    public string Checkpoint(string name) => Workspace.Path("out", name, "checkpoint.json");

    /// <summary>Stops a run after so many looks at the clock, two to five a sweep, and expects a checkpoint.</summary>
    public RunResult Stop(string experiment, string name, int looks = 50)
    {
        StopWhen(experiment, name, () => --looks == 0);
        Assert.True(File.Exists(Checkpoint(name)));
        return Workspace.Result(name);
    }

    /// <summary>Stops a run at the first look at the clock where a condition holds.</summary>
    public void StopWhen(string experiment, string name, Func<bool> condition)
    {
        using var cancellation = new CancellationTokenSource();
        clock.StopWhen(condition, cancellation.Cancel);
        Workspace.Write("exp.json", experiment);
        var outcome = Workspace.Run(cancellation.Token, "run", "exp.json");
        clock.GoOn();
        Assert.True(outcome.Code == 130, $"exit code {outcome.Code}: {outcome.Error}{outcome.Out}");
        Assert.Empty(outcome.Error);
        Assert.Equal(RunStatus.Cancelled, Workspace.Stored(name).Results[^1].Status);
    }

    /// <summary>Stops a run after so many looks at the clock; false where it had ended before.</summary>
    public bool TryStop(string experiment, int looks)
    {
        using var cancellation = new CancellationTokenSource();
        clock.StopWhen(() => --looks == 0, cancellation.Cancel);
        Workspace.Write("exp.json", experiment);
        var outcome = Workspace.Run(cancellation.Token, "run", "exp.json");
        clock.GoOn();
        Assert.True(outcome.Code is 0 or 130, $"exit code {outcome.Code}: {outcome.Error}{outcome.Out}");
        return outcome.Code == 130;
    }

    /// <summary>Runs an experiment to its end, then another time with a stop, and resumes that; the stopped result is given back.</summary>
    public RunResult AssertResumes(string experiment, string name, int looks = 50)
    {
        var whole = RunWhole(experiment, name);
        var stopped = Stop(experiment, name, looks);
        AssertResumedTo(whole, name);
        return stopped;
    }

    /// <summary>The numbers of an experiment that is run to its end.</summary>
    public JsonObject RunWhole(string experiment, string name)
    {
        var outcome = Workspace.RunText(experiment);
        Assert.True(outcome.Code == 0, outcome.Error);
        Assert.False(File.Exists(Checkpoint(name)), "a run that ended leaves no checkpoint");
        return Numbers(name);
    }

    /// <summary>Resumes what was stopped, and expects the numbers of the run that never was.</summary>
    public void AssertResumedTo(JsonObject whole, string name)
    {
        Assert.NotEqual(whole.ToJsonString(), Numbers(name).ToJsonString());
        var resumed = Workspace.Run("run", "exp.json", "--resume");
        Assert.True(resumed.Code == 0, resumed.Error);
        Assert.DoesNotContain("starts anew", resumed.Out, StringComparison.Ordinal);
        Assert.False(File.Exists(Checkpoint(name)));
        Assert.Equal(whole.ToJsonString(), Numbers(name).ToJsonString());
    }

    /// <summary>A clock that stands still, and stops a run when it is looked at and a condition holds.</summary>
    private sealed class StoppingClock : TimeProvider
    {
        private Func<bool> condition = static () => false;
        private Action stop = static () => { };

        public void StopWhen(Func<bool> holds, Action action) => (condition, stop) = (holds, action);

        public void GoOn() => condition = static () => false;

        public override long GetTimestamp()
        {
            if (condition())
            {
                GoOn();
                stop();
            }

            return 0;
        }
    }
}
