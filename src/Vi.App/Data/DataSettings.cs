using Vi.App.Configuration;

namespace Vi.App.Data;

/// <summary>The experiment's <c>data</c> object.</summary>
[ExactlyOneOf("csv", "npy", "synthetic")]
public sealed record DataSettings
{
    /// <summary>Path of a CSV file with a header line.</summary>
    [Setting("path of a CSV file with a header line, from the experiment's folder or the working folder")]
    public string? Csv { get; init; }

    /// <summary>Path of a NumPy file.</summary>
    [Setting("path of a NumPy file, float64 or float32, one or two dimensions; its columns are x1, x2, ...")]
    public string? Npy { get; init; }

    /// <summary>A generator of synthetic data.</summary>
    [Setting("a generator of synthetic data and its parameters")]
    public GeneratorChoice? Synthetic { get; init; }

    /// <summary>Columns to use; all numeric ones where missing.</summary>
    [Setting("columns to use [all numeric columns of a file]")]
    public IReadOnlyList<string>? Columns { get; init; }

    /// <summary>The target column; the last one where the model has a target and the file says nothing.</summary>
    [Setting("the column that is explained by the others [the last one, where the model has a target]")]
    public string? Target { get; init; }

    /// <summary>Whether columns, the target excepted, are centred and scaled to standard deviation 1.</summary>
    [Setting("whether columns other than the target are centred and scaled to standard deviation 1")]
    public bool Standardize { get; init; }

    /// <summary>Whether entries may be missing.</summary>
    [Setting(
        "whether entries may be missing: empty cells, NA and NaN of a CSV file, NaN of a NumPy file; for models that integrate them out"
    )]
    public bool Gaps { get; init; }

    /// <summary>A column of true classes, for figures only.</summary>
    [Setting("column of true classes, for figures only")]
    public string? Labels { get; init; }

    /// <summary>Path of a file of held-out rows with the same columns.</summary>
    [Setting("path of a file with held-out rows and the same columns")]
    public string? Test { get; init; }
}
