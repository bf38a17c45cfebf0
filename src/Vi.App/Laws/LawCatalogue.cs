using Vi.Verification;
using CalibrationSubjects = Vi.Verification.FSharp.CalibrationSubjects;
using Catalogue = Vi.Verification.FSharp.Catalogue;
using VerdictKinds = Vi.Verification.FSharp.VerdictKinds;

namespace Vi.App.Laws;

/// <summary>The laws that the tests and <c>vilab verify</c> check, and the specimens that they must reject.</summary>
internal sealed record LawCatalogue(
    IReadOnlyList<Law> Laws,
    IReadOnlyList<Specimen> Specimens,
    IReadOnlyList<CalibrationSubject> Calibrations
)
{
    /// <summary>Kinds of data sets for a study of verdicts.</summary>
    public IReadOnlyList<VerdictKind> Verdicts { get; init; } = [.. VerdictKinds.all];

    public static LawCatalogue Default =>
        new([.. Catalogue.laws], [.. Catalogue.specimens()], [.. CalibrationSubjects.all]);

    public static IReadOnlyList<LawRecord> ForModel(string type) =>
        [.. Catalogue.forModel(type).Select(law => new LawRecord(law.Name, law.Statement, law.Formula, law.Source))];

    /// <summary>
    /// The laws that a filter chooses, with the specimens that they must reject: the law of that name; else all laws that speak for a
    /// model, family or engine of that name or have the text in their own; several filters choose what any of them does. A specimen can
    /// be chosen by its own name too, a calibration by its model or method.
    /// </summary>
    /// <exception cref="ExperimentException">A filter chooses nothing.</exception>
    public LawCatalogue Choose(IReadOnlyList<string> filters)
    {
        if (filters.Count == 0)
        {
            return this;
        }

        var laws = new HashSet<string>(StringComparer.Ordinal);
        var specimens = new HashSet<string>(StringComparer.Ordinal);
        foreach (var filter in filters)
        {
            var chosen = LawsOf(filter);
            var named = Specimens.Where(specimen => Has(specimen.Name, filter)).Select(specimen => specimen.Name);
            laws.UnionWith(chosen);
            specimens.UnionWith(named);
            specimens.UnionWith(Specimens.Where(s => chosen.Contains(s.RejectedBy)).Select(s => s.Name));
            if (chosen.Count == 0 && !Specimens.Any(specimen => Has(specimen.Name, filter)))
            {
                throw new ExperimentException(Unknown(filter));
            }
        }

        return new(
            [.. Laws.Where(law => laws.Contains(law.Name))],
            [.. Specimens.Where(specimen => specimens.Contains(specimen.Name))],
            [.. Calibrations.Where(subject => filters.Any(f => Has(subject.Model, f) || Has(subject.Method, f)))]
        );
    }

    private HashSet<string> LawsOf(string filter)
    {
        var exact = Laws.Where(law => law.Name == filter).ToList();
        var chosen = exact.Count > 0 ? exact : Laws.Where(law => Has(law.Name, filter) || Covers(law, filter));
        return [.. chosen.Select(law => law.Name)];
    }

    private static bool Has(string name, string filter) => name.Contains(filter, StringComparison.OrdinalIgnoreCase);

    private static bool Covers(Law law, string filter) =>
        law.Covers.Any(tag => tag.Equals(filter, StringComparison.OrdinalIgnoreCase));

    private string Unknown(string filter)
    {
        var tags = Laws.SelectMany(law => law.Covers).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal);
        var near = NearestName.Of(filter, Laws.Select(law => law.Name).Concat(Specimens.Select(s => s.Name)));
        return near is null
            ? $"no law matches \"{filter}\"{NearestName.Hint(filter, [.. tags])}"
            : $"no law matches \"{filter}\"; did you mean \"{near}\"?";
    }
}
