using Vi.Data;
using Vi.Results;
using Xunit;

namespace Vi.App.Tests.Data.Csv;

/// <summary>What loading a file found.</summary>
internal static class CsvFindings
{
    /// <summary>The one finding of a code.</summary>
    public static Finding Of(LoadedData data, string code) =>
        Assert.Single(data.Findings, finding => finding.Code == code);
}
