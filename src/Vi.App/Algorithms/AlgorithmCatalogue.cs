namespace Vi.App.Algorithms;

/// <summary>
/// The algorithms that the program knows. Where a model can be fitted by several and prefers none, the first one in this order is its default.
/// </summary>
internal static class AlgorithmCatalogue
{
    public static IReadOnlyList<Algorithm> All { get; } =
    [
        CaviSettings.Descriptor,
        ReverseKlSettings.Descriptor,
        SviSettings.Descriptor,
        StreamingSettings.Descriptor,
        AdviSettings.Descriptor,
        NutsSettings.Descriptor,
        GibbsSettings.Descriptor,
        BatchAndMatchSettings.Descriptor,
        LaplaceSettings.Descriptor,
        PathfinderSettings.Descriptor,
        SvgdSettings.Descriptor,
        HmcSettings.Descriptor,
    ];

    /// <summary>The algorithm with a name. Raises <see cref="ExperimentException"/> with the nearest name for any other.</summary>
    public static Algorithm Find(string name) => NearestName.Find(All, algorithm => algorithm.Name, name, "algorithm");

    public static Algorithm Of(AlgorithmSettings settings) =>
        All.First(algorithm => algorithm.SettingsType == settings.GetType());

    /// <summary>Those that get by with what a model provides, the preferred one first.</summary>
    public static IReadOnlyList<Algorithm> For(Provision provided, Algorithm? preferred) =>
        [
            .. All.Where(algorithm => (algorithm.Needs & ~provided) == Provision.None)
                .OrderByDescending(algorithm => algorithm == preferred),
        ];
}
