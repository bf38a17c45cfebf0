using Vi.App.Results;
using Vi.Verification.FSharp;

namespace Vi.App.Laws;

/// <summary>The laws that the tests check, as results name them.</summary>
public static class LawCatalogue
{
    /// <summary>The laws that speak for a model type, in the catalogue's order.</summary>
    public static IReadOnlyList<LawRecord> ForModel(string type) =>
        [.. Catalogue.forModel(type).Select(law => new LawRecord(law.Name, law.Statement, law.Formula, law.Source))];
}
