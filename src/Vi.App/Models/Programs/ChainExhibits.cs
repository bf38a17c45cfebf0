namespace Vi.App.Models.Programs;

/// <summary>Figures of a sampler's chains: whether they agree, how far each draw is worth one, where trajectories diverged.</summary>
internal sealed class ChainExhibits(ModelAnswer answer, DrawTable shown)
{
    private const int MostRows = 40;
    private const int MostTraces = 2;
    private const int RankBins = 20;

    private readonly ChainFigures chains = answer.Sampled!;

    public IEnumerable<Exhibit> Make()
    {
        var entries = Entries().Where(entry => double.IsFinite(entry.RHat)).ToList();
        if (entries.Count == 0)
        {
            yield break;
        }

        yield return Table(entries);
        foreach (var entry in entries.OrderBy(entry => entry.BulkSize).Take(MostTraces))
        {
            yield return Trace(entry);
            if (answer.Chains > 1)
            {
                yield return Ranks(entry);
            }
        }

        if (chains.HasTrajectories)
        {
            yield return Energy();
        }

        if (chains.Divergent.Any(chain => chain.Contains(true)))
        {
            yield return Divergences(entries);
        }
    }

    private sealed record Entry(
        string Name,
        double[] Draws,
        double RHat,
        double BulkSize,
        double TailSize,
        double MeanError
    );

    private IEnumerable<Entry> Entries()
    {
        foreach (var place in answer.Places)
        {
            if (shown.Find(place.Name) is not { } quantity)
            {
                continue;
            }

            for (var entry = 0; entry < quantity.Count; entry++)
            {
                var column = place.First + entry;
                yield return new Entry(
                    quantity.EntryName(entry),
                    quantity.Entry(entry),
                    chains.RHat[column],
                    chains.BulkSize[column],
                    chains.TailSize[column],
                    chains.MeanError[column]
                );
            }
        }
    }

    private TableExhibit Table(List<Entry> entries)
    {
        var rows = entries.Count <= MostRows ? entries : [.. entries.OrderBy(entry => entry.BulkSize).Take(MostRows)];
        return new TableExhibit
        {
            Id = "chains",
            Title = "Do the chains agree?",
            Caption =
                (
                    entries.Count <= MostRows
                        ? ""
                        : $"The {MostRows} numbers of {entries.Count} with the fewest effective draws. "
                )
                + "R-hat compares the chains with one another (rank-normalised and split; up to 1.01 is good enough); effective draws are "
                + $"what {answer.Count} draws are worth for the middle and for the tails (at least {100 * answer.Chains} are needed).",
            Columns =
            [
                "number",
                "R-hat",
                "effective draws, bulk",
                "effective draws, tails",
                "mean",
                "its standard error",
            ],
            Rows =
            [
                .. rows.Select(entry =>
                    new[]
                    {
                        entry.Name,
                        Numbers.Significant(entry.RHat),
                        Numbers.Significant(entry.BulkSize),
                        Numbers.Significant(entry.TailSize),
                        Numbers.Significant(entry.Draws.Average()),
                        Numbers.Significant(entry.MeanError),
                    }
                ),
            ],
        };
    }

    private int Length => answer.Count / answer.Chains;

    private XyChart Trace(Entry entry)
    {
        var rows = Curves.Sample(Length, 600);
        return new XyChart
        {
            Id = QuantityFigures.Identifier("trace", entry.Name),
            Title = $"Draws of {entry.Name} in order",
            Caption =
                $"Among the numbers with the fewest effective draws ({Numbers.Significant(entry.BulkSize)} of {answer.Count}). Chains that have found the posterior look like the same noise.",
            X = new Axis("draw after warm-up"),
            Y = new Axis(entry.Name),
            Series =
            [
                .. Enumerable
                    .Range(0, answer.Chains)
                    .Select(c =>
                        Curves.Through(
                            $"chain {c + 1}",
                            [.. rows.Select(i => i + 1.0)],
                            [.. rows.Select(i => entry.Draws[(c * Length) + i])],
                            c
                        )
                    ),
            ],
        };
    }

    private XyChart Ranks(Entry entry)
    {
        var order = Enumerable.Range(0, entry.Draws.Length).OrderBy(i => entry.Draws[i]).ToArray();
        var counts = new double[answer.Chains, RankBins];
        for (var rank = 0; rank < order.Length; rank++)
        {
            counts[order[rank] / Length, rank * RankBins / order.Length]++;
        }

        var middles = Enumerable.Range(0, RankBins).Select(b => (b + 0.5) / RankBins).ToArray();
        return new XyChart
        {
            Id = QuantityFigures.Identifier("ranks", entry.Name),
            Title = $"Ranks of {entry.Name} by chain",
            Caption =
                "Where all draws are put in order, each chain should have as many in every stretch. A chain that leans to one side has been elsewhere.",
            X = new Axis($"rank among all draws of {entry.Name} (share)"),
            Y = new Axis("draws of the chain"),
            Series =
            [
                .. Enumerable
                    .Range(0, answer.Chains)
                    .Select(c =>
                        Curves.Through(
                            $"chain {c + 1}",
                            middles,
                            [.. Enumerable.Range(0, RankBins).Select(b => counts[c, b])],
                            c
                        )
                    ),
            ],
            References = [new ReferenceLine("y", (double)Length / RankBins, "even")],
        };
    }

    private XyChart Energy()
    {
        var energies = chains.Energy.SelectMany(chain => chain.Select(e => e - chain.Average())).ToArray();
        var moves = chains.Energy.SelectMany(chain => chain.Zip(chain.Skip(1), (a, b) => b - a)).ToArray();
        return new XyChart
        {
            Id = "energy",
            Title = "Energy: marginal and transitions",
            Caption =
                "How far the energy moves from draw to draw against how far it spreads. Where it moves much less than it spreads, tails are explored "
                + $"slowly. E-BFMI by chain: {string.Join(", ", chains.Bfmi.Select(b => Numbers.Significant(b)))} (at least 0.3 is good enough).",
            X = new Axis("energy (nats, centred)"),
            Y = new Axis("density (per nat)"),
            Series =
            [
                DrawFigures.Density("spread", energies, 0),
                DrawFigures.Density("moves from draw to draw", moves, 1, "dashed"),
            ],
        };
    }

    private XyChart Divergences(List<Entry> entries)
    {
        var divergent = chains.Divergent.SelectMany(chain => chain).ToArray();
        var scales = entries.OrderBy(entry => entry.BulkSize).Take(2).ToArray();
        var (x, y) = (scales[0], scales[^1]);
        var usual = Curves.Sample(answer.Count, 1500).Where(i => !divergent[i]).ToArray();
        var bad = Enumerable.Range(0, answer.Count).Where(i => divergent[i]).ToArray();
        return new XyChart
        {
            Id = "divergences",
            Title = "Where trajectories diverged",
            Caption =
                $"{bad.Length} trajectories diverged: the sampler cannot follow the density there, and the draws may leave that region out.",
            X = new Axis(x.Name),
            Y = new Axis(y.Name),
            Series = [Cloud("draws", usual, 0), Cloud("draws of divergent trajectories", bad, 1)],
        };

        Series Cloud(string name, int[] rows, int color) =>
            new()
            {
                Name = name,
                Style = "points",
                X = [.. rows.Select(i => x.Draws[i])],
                Y = [.. rows.Select(i => y.Draws[i])],
                Color = color,
            };
    }
}
