namespace Vi.App.Algorithms;

/// <summary>The algorithms that the program knows. Where a model can be fitted by several, the first one in this order is its default.</summary>
internal static class AlgorithmCatalogue
{
    /// <summary>All algorithms; a new algorithm is one more line here.</summary>
    public static IReadOnlyList<IAlgorithm> All { get; } =
    [
        new Cavi(),
        new ReverseKl(),
        new Svi(),
        new Streaming(),
        new Advi(),
        new Nuts(),
        new Laplace(),
        new Pathfinder(),
        new Svgd(),
        new Hmc(),
    ];

    /// <summary>The algorithm with a name. Raises <see cref="ExperimentException"/> with the nearest name for any other.</summary>
    public static IAlgorithm Find(string name) => NearestName.Find(All, algorithm => algorithm.Name, name, "algorithm");

    /// <summary>The algorithm whose settings these are.</summary>
    public static IAlgorithm Of(AlgorithmSettings settings) =>
        All.First(algorithm => algorithm.SettingsType == settings.GetType());

    /// <summary>Algorithms that need no more than a model provides, the default first.</summary>
    public static IReadOnlyList<IAlgorithm> For(Provision provided) =>
        [.. All.Where(algorithm => (algorithm.Needs & ~provided) == Provision.None)];
}
