using System.Globalization;
using System.Text;
using Vi.App.Configuration;
using Vi.App.Results;

namespace Vi.App.Running;

/// <summary>The folder <c>OUT/NAME</c> of a run. Files are written beside and renamed.</summary>
public sealed class RunFolder(string outputFolder, string name)
{
    /// <summary>File name of a stored result.</summary>
    public const string ResultFile = "result.json";

    /// <summary>Full path of the folder.</summary>
    public string Path { get; } = System.IO.Path.Combine(outputFolder, name);

    /// <summary>Full path of the checkpoint of a run that has not ended.</summary>
    public string CheckpointPath => System.IO.Path.Combine(Path, "checkpoint.json");

    /// <summary>Full path of the report.</summary>
    public string ReportPath => System.IO.Path.Combine(Path, "report.html");

    /// <summary>
    /// Makes sure before the fit that results can be written. Raises <see cref="ExperimentException"/> where they cannot; folders made
    /// on the way are removed then.
    /// </summary>
    public void EnsureWritable()
    {
        var existing = Path;
        while (!Directory.Exists(existing) && System.IO.Path.GetDirectoryName(existing) is { } parent)
        {
            existing = parent;
        }

        try
        {
            Directory.CreateDirectory(Path);
            var probe = System.IO.Path.Combine(Path, $".vilab-{Guid.NewGuid():N}.part");
            using (File.Create(probe, 1, FileOptions.DeleteOnClose)) { }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            RemoveEmptyFolders(existing);
            throw new ExperimentException(
                $"{Path}: results cannot be written here: {error.Message.TrimEnd('.')}. Give another folder with --out"
            );
        }
    }

    private void RemoveEmptyFolders(string existing)
    {
        for (var folder = Path; folder.Length > existing.Length; folder = System.IO.Path.GetDirectoryName(folder)!)
        {
            if (Directory.Exists(folder))
            {
                Directory.Delete(folder);
            }
        }
    }

    /// <summary>Stores a result and the trace of its kept restart.</summary>
    public void Store(RunResult result, RestartTrace? trace)
    {
        ResultJson.Write(System.IO.Path.Combine(Path, ResultFile), result);
        var tracePath = System.IO.Path.Combine(Path, "trace.csv");
        if (trace is null)
        {
            File.Delete(tracePath);
        }
        else
        {
            AtomicFile.WriteText(tracePath, TraceText(trace));
        }
    }

    /// <summary>Writes the report; null removes that of an earlier run, which would tell of another result.</summary>
    public void StoreReport(string? html)
    {
        if (html is null)
        {
            File.Delete(ReportPath);
        }
        else
        {
            AtomicFile.WriteText(ReportPath, html);
        }
    }

    /// <summary>Reads the stored result.</summary>
    public RunResult Read() => ResultJson.Read(System.IO.Path.Combine(Path, ResultFile));

    private static string TraceText(RestartTrace trace)
    {
        var factors = trace.Steps[0].FactorGains.Select(f => f.Key);
        var text = new StringBuilder();
        text.AppendJoin(',', ["iteration", "elbo", "gain", .. factors.Select(Quoted), "seconds"]).Append('\n');
        foreach (var (step, seconds) in trace.Steps.Zip(trace.Seconds))
        {
            IEnumerable<double> numbers = [step.Elbo, step.Gain, .. step.FactorGains.Select(f => f.Value)];
            text.Append(step.Iteration).Append(',').AppendJoin(',', numbers.Select(Number));
            text.Append(',').Append(seconds.ToString("F6", CultureInfo.InvariantCulture)).Append('\n');
        }

        return text.ToString();
    }

    private static string Number(double value) => value.ToString("R", CultureInfo.InvariantCulture);

    private static string Quoted(string name) =>
        name.AsSpan().ContainsAny(',', '"', '\n')
            ? $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\""
            : name;
}
