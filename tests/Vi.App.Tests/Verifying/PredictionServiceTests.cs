using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Vi.App.Tests.Support;
using Vi.Math.Fluent;
using Xunit;

namespace Vi.App.Tests.Verifying;

/// <summary>The sample web service, started as a user starts it.</summary>
public sealed class PredictionServiceTests : IDisposable
{
    private const string Listening = "Now listening on: ";

    private readonly string path = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}.json");

    public void Dispose() => File.Delete(path);

    private static string Program()
    {
        var configuration = new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name;
        return Repository.At("samples", "PredictionService", "bin", configuration, "net10.0", "PredictionService.dll");
    }

    private static FittedModel Fit()
    {
        double[] values = [0, 1, 1, 3.1, 2, 4.9, 3, 7.2, 4, 9];
        var rows = Vi.Math.Rows.OfRowMajor(values, 2);
        var prior = LinearRegressionModel.WithIntercept(LinearRegressionModel.Prior(1, 1, 1), 0, 10);
        var posterior = LinearRegressionModel.Fit(prior, rows, new FitOptions()).Last().Posterior;
        return FittedModels.Of(["x"], "y", Statistics.Moments(rows), posterior);
    }

    [Fact]
    public async Task It_answers_rows_and_describes_itself()
    {
        var fit = Fit();
        fit.Save(path);
        var start = new ProcessStartInfo("dotnet", [Program(), "--posterior", path, "--urls", "http://127.0.0.1:0"])
        {
            RedirectStandardOutput = true,
        };
        using var process = Process.Start(start)!;
        try
        {
            string? line;
            do
            {
                line = await process.StandardOutput.ReadLineAsync();
            } while (line is not null && !line.Contains(Listening, StringComparison.Ordinal));

            Assert.NotNull(line);
            var place = line[(line.IndexOf(Listening, StringComparison.Ordinal) + Listening.Length)..].Trim();
            using var client = new HttpClient { BaseAddress = new Uri(place) };
            using var answer = await client.PostAsync(
                new Uri("/predict", UriKind.Relative),
                JsonContent.Create(JsonNode.Parse("""{ "rows": [{ "x": 1.5, "more": "text" }] }"""))
            );
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            var row = (await answer.Content.ReadFromJsonAsync<JsonNode>())!["rows"]![0]!;
            var expected = fit.PredictNumbers(
                [
                    [1.5],
                ],
                continues: false
            );
            Assert.Equal(expected[0, "mean"], (double)row["numbers"]!["mean"]!);
            Assert.Equal(expected[0, "q95"], (double)row["numbers"]!["q95"]!);
            using var refused = await client.PostAsync(
                new Uri("/predict", UriKind.Relative),
                JsonContent.Create(JsonNode.Parse("""{ "rows": [{ "z": 1 }] }"""))
            );
            Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
            var problem = await refused.Content.ReadFromJsonAsync<JsonNode>();
            Assert.Contains("row 1 has no \"x\"", (string)problem!["detail"]!, StringComparison.Ordinal);
            var description = await client.GetFromJsonAsync<JsonNode>(new Uri("/openapi/v1.json", UriKind.Relative));
            Assert.NotNull(description!["paths"]!["/predict"]!["post"]);
        }
        finally
        {
            process.Kill();
            await process.WaitForExitAsync();
        }
    }
}
