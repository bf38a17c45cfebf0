using System.Text.Json.Nodes;
using Vi.Results;

namespace Vi.App.Data;

/// <summary>Data ready for a model, with what the result says about them.</summary>
/// <param name="Dataset">The numbers.</param>
/// <param name="Record">Rows, columns, hash and moments, in the columns' own units.</param>
/// <param name="Truth">True parameter values by name, where the data were generated; otherwise empty.</param>
/// <param name="Findings">Remarks on the data.</param>
public sealed record LoadedData(Dataset Dataset, DataRecord Record, JsonObject Truth, IReadOnlyList<Finding> Findings);
