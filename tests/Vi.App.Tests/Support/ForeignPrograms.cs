using Vi.Math.Fluent;

namespace Vi.App.Tests.Support;

/// <summary>A plug-in's program; experiments of the tests name this very assembly.</summary>
public abstract class ForeignProgramBase : IModelProgram
{
    public abstract string Name { get; }

    public string Summary => "A program for tests.";

    public virtual IReadOnlyDictionary<string, double> Settings { get; } =
        new Dictionary<string, double>(StringComparer.Ordinal) { ["priorSd"] = 2 };

    public virtual Model Build(ModelTable data, IReadOnlyDictionary<string, double> settings)
    {
        var m = new ModelBuilder();
        var mu = m.Normal("mu", 0, settings["priorSd"]);
        m.Observe("x", Vi.Math.Fluent.Distribution.Normal(mu, 1), data.Column("x"));
        return m.Build();
    }
}

/// <summary>One that works.</summary>
public sealed class PlainProgram : ForeignProgramBase
{
    public override string Name => "plain";
}

/// <summary>One that shows that it was executed.</summary>
public sealed class LeavingATrace : ForeignProgramBase
{
    /// <summary>Where; a static member would not be shared with a copy of the assembly.</summary>
    public static string? Path
    {
        get => Environment.GetEnvironmentVariable("TRACE_OF_FOREIGN_PROGRAM");
        set => Environment.SetEnvironmentVariable("TRACE_OF_FOREIGN_PROGRAM", value);
    }

    public override string Name => "leaving-a-trace";

    public override Model Build(ModelTable data, IReadOnlyDictionary<string, double> settings)
    {
        if (Path is { } path)
        {
            File.WriteAllText(path, "executed");
        }

        return base.Build(data, settings);
    }
}

/// <summary>One whose code is broken.</summary>
public sealed class BreakingProgram : ForeignProgramBase
{
    public override string Name => "breaking";

    public override Model Build(ModelTable data, IReadOnlyDictionary<string, double> settings) =>
        throw new InvalidOperationException("the flux\ncapacitor is empty");
}

/// <summary>One that refuses what it is given.</summary>
public sealed class RefusingProgram : ForeignProgramBase
{
    public override string Name => "refusing";

    public override Model Build(ModelTable data, IReadOnlyDictionary<string, double> settings) =>
        throw new ArgumentException("a priorSd above 1 needs more rows");
}

/// <summary>One whose settings are broken.</summary>
public sealed class UnsettledProgram : ForeignProgramBase
{
    public override string Name => "unsettled";

    public override IReadOnlyDictionary<string, double> Settings =>
        throw new NotSupportedException("no settings today");
}

/// <summary>One without a model.</summary>
public sealed class NullProgram : ForeignProgramBase
{
    public override string Name => "null";

    public override Model Build(ModelTable data, IReadOnlyDictionary<string, double> settings) => null!;
}

/// <summary>One without a parameter.</summary>
public sealed class EmptyProgram : ForeignProgramBase
{
    public override string Name => "empty";

    public override Model Build(ModelTable data, IReadOnlyDictionary<string, double> settings) =>
        new ModelBuilder().Build();
}

/// <summary>One that cannot be made.</summary>
public sealed class UnmadeProgram : ForeignProgramBase
{
    public UnmadeProgram() => throw new InvalidOperationException("out of paper");

    public override string Name => "unmade";
}
