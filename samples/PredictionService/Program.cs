using System.Text.Json;
using Vi.Math;
using Vi.Math.Fluent;

// A web service around a stored fit:
//   dotnet run --project samples/PredictionService -- --posterior out/old-faithful/posterior.json
//   curl -X POST localhost:5000/predict -H "Content-Type: application/json" -d '{"rows": [{"eruptions": 4.5, "waiting": 80}]}'
// Its description is at /openapi/v1.json.
var builder = WebApplication.CreateBuilder(args);
builder.Services.AddOpenApi();
var path = builder.Configuration["posterior"];
if (path is null)
{
    await Console.Error.WriteLineAsync("Name a stored fit: --posterior out/NAME/posterior.json");
    return 2;
}

FittedModel fit;
try
{
    fit = FittedModel.Load(path);
}
catch (Exception error) when (error is StoredFitException or IOException or UnauthorizedAccessException)
{
    await Console.Error.WriteLineAsync(error.Message);
    return 2;
}

var app = builder.Build();
app.MapOpenApi();
app.MapPost("/predict", (PredictionRequest request) => Predict(fit, request))
    .WithSummary($"Predicts rows by {fit.Model}, fitted by {fit.Algorithm}. Columns: {string.Join(", ", fit.Columns)}.")
    .Produces<PredictionResponse>()
    .ProducesProblem(StatusCodes.Status400BadRequest);
await app.RunAsync();
return 0;

static IResult Predict(FittedModel fit, PredictionRequest request)
{
    if (request.Rows is null)
    {
        return Results.Problem("the body has no rows", statusCode: StatusCodes.Status400BadRequest);
    }

    try
    {
        var found = fit.Predict(
            request.Rows.Select(row => row.ToDictionary(cell => cell.Key, cell => (object)cell.Value))
        );
        return Results.Ok(
            new PredictionResponse([
                .. Enumerable
                    .Range(0, found.Count)
                    .Select(i => new PredictedRow(
                        found.Class(i),
                        found
                            .Names.Zip(found.Row(i))
                            .Where(pair => double.IsFinite(pair.Second))
                            .ToDictionary(pair => pair.First, pair => pair.Second)
                    )),
            ])
        );
    }
    catch (Exception error) when (error is ArgumentException or NotSupportedException)
    {
        return Results.Problem(error.Message, statusCode: StatusCodes.Status400BadRequest);
    }
}

/// <summary>Rows of cells by column name: numbers, or texts where the fitted table had texts.</summary>
internal sealed record PredictionRequest(IReadOnlyList<IReadOnlyDictionary<string, JsonElement>>? Rows);

/// <summary>Predictions in the order of the rows.</summary>
internal sealed record PredictionResponse(IReadOnlyList<PredictedRow> Rows);

/// <summary>What is predicted for a row; the class by name where the target has classes.</summary>
internal sealed record PredictedRow(string? Class, IReadOnlyDictionary<string, double> Numbers);
