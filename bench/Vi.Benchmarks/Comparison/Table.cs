namespace Vi.Benchmarks.Comparison;

/// <summary>The comparison's table, a line for each workload and number of threads.</summary>
internal static class Table
{
    /// <summary>Names of the columns.</summary>
    public static void PrintHead() =>
        Console.WriteLine(
            $"{"workload", -16}{"per", -6}{"threads", 8}{"ours ms", 10}{"cpu ms", 10}{"rows/s", 11}{"bytes", 12}{"of FMA", 8}{"of read", 8}  peer, ms and ratio"
        );

    /// <summary>Prints one workload; gives a mixture's ratios to scikit-learn on one thread and on two, null where there are none.</summary>
    public static double[]? Print(
        Workload workload,
        NpyFile data,
        List<Measured>[] ours,
        List<double> fromFile,
        List<PeerFigure> figures,
        MachineLimits limits
    )
    {
        if (ours.SelectMany(list => list).Select(m => BitConverter.DoubleToInt64Bits(m.Elbo)).Distinct().Count() != 1)
        {
            Console.WriteLine($"{workload.Name}: the bound differs between runs or numbers of threads");
        }

        var peers = figures
            .GroupBy(figure => figure.Peer)
            .Select(group => (Name: group.Key, Seconds: Median([.. group.Select(figure => figure.Seconds)])))
            .ToList();
        var ratios = new double[2];
        for (var t = 0; t < 2; t++)
        {
            var seconds = Median([.. ours[t].Select(m => m.Seconds)]);
            var bytes = Median([.. ours[t].Select(m => (double)m.Bytes)]);
            var rate = workload.MultiplyAdds(data.Rows, data.Columns) / seconds;
            var read = 8.0 * data.Rows * data.Columns / seconds;
            var against = string.Join(
                "; ",
                peers.Select(peer => $"{peer.Name} {1e3 * peer.Seconds:G4}: {peer.Seconds / seconds:F1}x")
            );
            Console.WriteLine(
                $"{workload.Name, -16}{workload.Unit, -6}{t + 1, 8}{1e3 * seconds, 10:G4}{1e3 * Median([.. ours[t].Select(m => m.Processor)]), 10:G4}{data.Rows / seconds, 11:G3}{bytes, 12:N0}"
                    + $"{rate / limits.MultiplyAdds[t], 8:P0}{read / limits.Bytes[t], 8:P0}  {against}"
            );
            var learn = peers.FindIndex(peer => peer.Name == workload.Peers[0]);
            ratios[t] = learn < 0 ? double.NaN : peers[learn].Seconds / seconds;
        }

        if (fromFile.Count > 0)
        {
            Console.WriteLine($"{"  from the file", -22}{2, 8}{1e3 * Median(fromFile), 10:G4}");
        }

        Console.WriteLine($"  bound after it: {ours[0][0].Elbo:R}");
        return workload.Name.StartsWith("gmm", StringComparison.Ordinal) && !double.IsNaN(ratios[0]) ? ratios : null;
    }

    /// <summary>Geometric mean of the mixtures' ratios.</summary>
    public static void PrintMean(IReadOnlyList<double[]> ratios)
    {
        if (ratios.Count > 0)
        {
            double Mean(int t) => System.Math.Exp(ratios.Average(ratio => System.Math.Log(ratio[t])));
            Console.WriteLine(
                $"Geometric mean of {ratios.Count} mixtures against scikit-learn: {Mean(0):F1}x on one thread, {Mean(1):F1}x on two; "
                    + $"least {ratios.Min(ratio => ratio[0]):F1}x and {ratios.Min(ratio => ratio[1]):F1}x"
            );
        }
    }

    private static double Median(List<double> values)
    {
        values.Sort();
        return 0.5 * (values[(values.Count - 1) / 2] + values[values.Count / 2]);
    }
}
