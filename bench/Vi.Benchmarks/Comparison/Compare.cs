using System.Runtime.InteropServices;

namespace Vi.Benchmarks.Comparison;

/// <summary>
/// Ours and the peers on the same files in one run, by turns, so that a busy machine disturbs both; medians and their ratios.
/// </summary>
internal static class Compare
{
    private const int OursARound = 5;

    /// <summary>compare [--rounds N] [DATA_DIR] [WORKLOAD...]</summary>
    public static int Run(string[] arguments)
    {
        var rounds = 2;
        var rest = arguments.ToList();
        if (rest.IndexOf("--rounds") is >= 0 and var at)
        {
            if (at + 1 == rest.Count || !int.TryParse(rest[at + 1], out rounds) || rounds < 0)
            {
                Console.Error.WriteLine("--rounds needs a number; 0 leaves the peers out");
                return 2;
            }

            rest.RemoveRange(at, 2);
        }

        var names = Workload
            .All.Select(workload => workload.Name)
            .Concat(GradientComparison.Names)
            .Concat(EffectiveDraws.Names)
            .Concat(GibbsComparison.Names)
            .ToList();
        var folder =
            rest.FirstOrDefault(argument => !names.Contains(argument))
            ?? Path.Combine(Path.GetTempPath(), "vi-hybrid-bench");
        var unknown = rest.Where(argument => argument != folder && !names.Contains(argument)).ToList();
        if (unknown.Count > 0)
        {
            Console.Error.WriteLine($"no workload {string.Join(", ", unknown)}; there are {string.Join(", ", names)}");
            return 2;
        }

        var chosen = Workload.All.Where(workload => IsChosen(workload.Name)).ToList();
        var peers = new Peers();
        if (rounds > 0)
        {
            foreach (var line in peers.Missing())
            {
                Console.WriteLine(line);
            }
        }

        bool IsChosen(string name) => !rest.Intersect(names).Any() || rest.Contains(name);
        GradientComparison.Run(GradientComparison.Names.Where(IsChosen), folder, rounds);
        EffectiveDraws.Run(EffectiveDraws.Names.Where(IsChosen), folder, rounds);
        GibbsComparison.Run(GibbsComparison.Names.Where(IsChosen), folder, rounds);
        if (chosen.Count == 0)
        {
            return 0;
        }

        peers.MakeData(folder, chosen.Select(workload => workload.File));
        var limits = MachineLimits.Measure();
        PrintMachine(limits, rounds > 0 ? peers.LinearAlgebraLibrary() : "not asked");
        Table.PrintHead();
        var ratios = new List<double[]>();
        foreach (var workload in chosen)
        {
            if (Measure(workload, folder, rounds, peers, limits) is { } ratio)
            {
                ratios.Add(ratio);
            }
        }

        Table.PrintMean(ratios);
        return 0;
    }

    /// <summary>Prints a workload's lines; gives a mixture's ratios to scikit-learn on one thread and on two.</summary>
    private static double[]? Measure(Workload workload, string folder, int rounds, Peers peers, MachineLimits limits)
    {
        var path = Path.Combine(folder, $"{workload.File}.npy");
        if (!File.Exists(path))
        {
            Console.WriteLine($"{workload.Name}: {path} is not there and cannot be made without ../shared/bench");
            return null;
        }

        var data = NpyFile.Read(path);
        workload.Run(data, 1);
        var ours = new[] { new List<Measured>(), [] };
        var fromFile = new List<double>();
        var figures = new List<PeerFigure>();
        for (var round = 0; round < System.Math.Max(1, rounds); round++)
        {
            MeasureOurs(workload, data, path, ours, fromFile);
            if (rounds > 0)
            {
                figures.AddRange(peers.Run(workload, folder));
            }
        }

        if (rounds > 0)
        {
            MeasureOurs(workload, data, path, ours, fromFile);
        }

        return Table.Print(workload, data, ours, fromFile, figures, limits);
    }

    private static void MeasureOurs(
        Workload workload,
        NpyFile data,
        string path,
        List<Measured>[] ours,
        List<double> fromFile
    )
    {
        for (var repeat = 0; repeat < OursARound; repeat++)
        {
            ours[0].Add(workload.Run(data, 1));
            ours[1].Add(workload.Run(data, 2));
        }

        if (workload.Unit == "fit")
        {
            var clock = System.Diagnostics.Stopwatch.StartNew();
            workload.Run(NpyFile.Read(path), 2);
            fromFile.Add(clock.Elapsed.TotalSeconds);
        }
    }

    private static void PrintMachine(MachineLimits limits, string library)
    {
        const string information = "/proc/cpuinfo";
        var processor = File.Exists(information)
            ? File.ReadLines(information).FirstOrDefault(line => line.StartsWith("model name"))?.Split(':')[1].Trim()
            : null;
        Console.WriteLine(
            $"{processor ?? RuntimeInformation.ProcessArchitecture.ToString()}, {Environment.ProcessorCount} cores, "
                + $"{RuntimeInformation.FrameworkDescription}, {RuntimeInformation.OSDescription}"
        );
        var peerThreads = Environment.GetEnvironmentVariable("OPENBLAS_NUM_THREADS") ?? "all";
        Console.WriteLine($"Peers' linear algebra: {library}, threads: {peerThreads} (OPENBLAS_NUM_THREADS)");
        Console.WriteLine(
            $"Limits measured now, on 1 and 2 threads: {limits.MultiplyAdds[0] / 1e9:F1} and {limits.MultiplyAdds[1] / 1e9:F1} "
                + $"billion multiply-adds a second, {limits.Bytes[0] / 1e9:F1} and {limits.Bytes[1] / 1e9:F1} GB a second read"
        );
        Console.WriteLine();
    }
}
