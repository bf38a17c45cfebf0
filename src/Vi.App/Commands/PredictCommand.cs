namespace Vi.App.Commands;

internal static class PredictCommand
{
    private sealed record Request(
        [Cli("RUN", "The folder of a run, its result.json, or a posterior.json")] string Run,
        [Cli("DATA", "A data file with the columns that the fit reads, in any order")] string Data,
        [Cli("--out", "File to write [standard output]", "FILE")] string? File = null,
        [Json] bool Json = false,
        [Verbose] bool Verbose = false
    );

    public static Command Create(VilabHost host) =>
        Cli.Command(host, "predict", "Predict new rows with the stored posterior of a run", Predict);

    private static void Predict(Request request, FileFinder finder, Terminal terminal)
    {
        var (fit, reading) = StoredPosterior.Read(
            Path.TrimEndingDirectorySeparator(finder.Full(request.Run)),
            request.Run
        );
        var prediction = PredictedFile.Of(fit, finder.Existing(request.Data), request.Data, reading);
        FindingText.Write(terminal.Error, prediction.Findings.Select(FindingText.Rendered));
        foreach (var note in Notes(fit, prediction))
        {
            terminal.Error.WriteLine(Printable.Text(note));
        }

        if (request.File is { } file)
        {
            var text = request.Json
                ? Json(fit, prediction) + "\n"
                : string.Concat(Lines(fit, prediction).Select(line => line + "\n"));
            Store(finder.Full(file), file, text);
            terminal.Error.WriteLine($"{file} is written: {prediction.Rows.Count} rows.");
        }
        else if (request.Json)
        {
            terminal.Out.WriteLine(Json(fit, prediction));
        }
        else
        {
            foreach (var line in Lines(fit, prediction))
            {
                terminal.Out.WriteLine(line);
            }
        }
    }

    private static IEnumerable<string> Lines(FittedModel fit, PredictedFile prediction) =>
        RowText.Lines(fit, prediction.Keys, prediction.Rows);

    private static IEnumerable<string> Notes(FittedModel fit, PredictedFile prediction)
    {
        if (prediction.Others.Count > 0)
        {
            yield return $"Columns not used: {string.Join(", ", prediction.Others)}.";
        }

        if (fit.Classes.Count == 2 && prediction.Rows.Names.Contains("class"))
        {
            yield return $"probability is that of {fit.Target} = {fit.Classes[1]}.";
        }

        if (fit.IsSeries)
        {
            yield return prediction.Continues
                ? $"The rows continue the fitted series, which ends on {fit.Until:yyyy-MM-dd}."
                : "The rows start a new series.";
        }
    }

    private static string Json(FittedModel fit, PredictedFile prediction)
    {
        var rows = new JsonArray();
        for (var row = 0; row < prediction.Rows.Count; row++)
        {
            var answer = new JsonObject { [prediction.Keys.Column] = prediction.Keys.Key(row) };
            foreach (var (name, value) in prediction.Rows.Names.Zip(prediction.Rows.Row(row)))
            {
                answer[name] =
                    name == "class" && fit.Classes.Count > 0 ? prediction.Rows.Class(row)
                    : double.IsNaN(value) ? null
                    : JsonSerializer.SerializeToNode(value, ResultJson.Options);
            }

            rows.Add(answer);
        }

        return new JsonObject
        {
            ["model"] = fit.Model,
            ["algorithm"] = fit.Algorithm,
            ["rows"] = rows,
        }.ToJsonString(ResultJson.ReadableOptions);
    }

    private static void Store(string full, string path, string text)
    {
        try
        {
            AtomicFile.WriteText(full, text);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new ExperimentException($"{path}: cannot be written: {error.Message}");
        }
    }
}
