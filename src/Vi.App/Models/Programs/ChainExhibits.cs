namespace Vi.App.Models.Programs;

/// <summary>Figures of a sampler's chains: whether they agree, how far each draw is worth one, where trajectories diverged.</summary>
internal sealed class ChainExhibits(ModelAnswer answer, DrawTable shown)
{
    private const int MostRows = 40;
    private const int MostTraces = 2;
    private const int RankBins = 20;

    private readonly ChainFigures chains = answer.Sampled!;
    private readonly int length = answer.Count / answer.Chains;

    /// <summary>A number with its draws and its column in the chains' figures.</summary>
    private sealed record Entry(string Name, double[] Draws, int Column);

    public IEnumerable<Exhibit> Make()
    {
        Entry[] entries = [.. Entries().OrderBy(entry => chains.BulkSize[entry.Column])];
        return entries.Length == 0
            ? []
            :
            [
                Table([.. entries.OrderBy(entry => entry.Column)], entries),
                .. entries
                    .Take(MostTraces)
                    .SelectMany(entry => answer.Chains > 1 ? [Trace(entry), Ranks(entry)] : new[] { Trace(entry) }),
                .. chains.HasTrajectories ? [Energy()] : Array.Empty<Exhibit>(),
                .. chains.Divergent.Any(chain => chain.Contains(true))
                    ? [Divergences(entries[0], entries[Min(1, entries.Length - 1)])]
                    : Array.Empty<Exhibit>(),
            ];
    }

    private IEnumerable<Entry> Entries() =>
        from place in answer.Places
        let quantity = shown.Find(place.Name)
        where quantity is not null
        from entry in Enumerable.Range(0, quantity.Count)
        where double.IsFinite(chains.RHat[place.First + entry])
        select new Entry(quantity.EntryName(entry), quantity.Entry(entry), place.First + entry);

    /// <summary>All entries in their own order, or those with the fewest effective draws.</summary>
    private TableExhibit Table(Entry[] inOrder, Entry[] byDraws) =>
        Chart.Table(
            FigureText.Of(
                "figures",
                "chains",
                inOrder.Length > MostRows,
                MostRows,
                inOrder.Length,
                answer.Count,
                100 * answer.Chains
            ),
            (inOrder.Length <= MostRows ? inOrder : byDraws.Take(MostRows)).Select(entry =>
                Chart.Row(
                    entry.Name,
                    chains.RHat[entry.Column],
                    chains.BulkSize[entry.Column],
                    chains.TailSize[entry.Column],
                    entry.Draws.Average(),
                    chains.MeanError[entry.Column]
                )
            )
        );

    private XyChart Trace(Entry entry)
    {
        var rows = Curves.Sample(length, 600);
        return Chart.Xy(
            FigureText.Of("figures", "trace-{0}", entry.Name, chains.BulkSize[entry.Column], answer.Count),
            OfChains(rows.Select(i => i + 1.0), c => rows.Select(i => entry.Draws[(c * length) + i]))
        );
    }

    private XyChart Ranks(Entry entry)
    {
        var order = Enumerable.Range(0, entry.Draws.Length).OrderBy(i => entry.Draws[i]).ToArray();
        var counts = Enumerable.Range(0, answer.Chains).Select(_ => new double[RankBins]).ToArray();
        for (var rank = 0; rank < order.Length; rank++)
        {
            counts[order[rank] / length][rank * RankBins / order.Length]++;
        }

        return Chart.Xy(
            FigureText.Of("figures", "ranks-{0}", entry.Name),
            OfChains(Enumerable.Range(0, RankBins).Select(b => (b + 0.5) / RankBins), c => counts[c])
        ) with
        {
            References = [new ReferenceLine("y", (double)length / RankBins, "even")],
        };
    }

    private IEnumerable<Series> OfChains(IEnumerable<double> x, Func<int, IEnumerable<double>> y) =>
        Enumerable.Range(0, answer.Chains).Select(c => Curves.Through($"chain {c + 1}", x, y(c), c));

    private XyChart Energy()
    {
        var energies = chains.Energy.SelectMany(chain => chain.Select(e => e - chain.Average())).ToArray();
        var moves = chains.Energy.SelectMany(chain => chain.Zip(chain.Skip(1), (a, b) => b - a)).ToArray();
        return Chart.Xy(
            FigureText.Of("figures", "energy", string.Join(", ", chains.Bfmi.Select(Significant))),
            DrawFigures.Density("spread", energies, 0),
            DrawFigures.Density("moves from draw to draw", moves, 1, "dashed")
        );
    }

    private XyChart Divergences(Entry x, Entry y)
    {
        var divergent = chains.Divergent.SelectMany(chain => chain).ToArray();
        int[] usual = [.. Curves.Sample(answer.Count, 1500).Where(i => !divergent[i])];
        int[] bad = [.. Enumerable.Range(0, answer.Count).Where(i => divergent[i])];
        return Chart.Xy(
            FigureText.Of("figures", "divergences", bad.Length, x.Name, y.Name),
            Curves.Cloud("draws", usual, i => x.Draws[i], i => y.Draws[i], 0),
            Curves.Cloud("draws of divergent trajectories", bad, i => x.Draws[i], i => y.Draws[i], 1)
        );
    }
}
