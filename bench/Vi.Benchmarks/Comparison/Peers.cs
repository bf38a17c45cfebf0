using System.Diagnostics;
using System.Text.Json;

namespace Vi.Benchmarks.Comparison;

/// <summary>A peer's figure: seconds of a sweep or of a whole fit.</summary>
internal sealed record PeerFigure(string Workload, string Peer, double Seconds);

/// <summary>The peers' scripts of ../shared/bench, found beside or above the repository, run by Debian's interpreter.</summary>
internal sealed class Peers
{
    private const string Python = "/usr/bin/python3";

    private static readonly string[] NotebookModules = ["sklearn", "pandas", "matplotlib", "torch"];

    private readonly string? _shared = FindShared();

    /// <summary>What is missing, one line each; empty where everything is there.</summary>
    public IEnumerable<string> Missing()
    {
        if (_shared is null)
        {
            yield return "there is no folder 'shared' beside or above the repository: ours only, on data that must be there already";
            yield break;
        }

        if (!File.Exists(Python))
        {
            yield return $"there is no {Python}: install python3 with python3-sklearn and python3-bayespy; ours only";
            yield break;
        }

        foreach (var (module, package) in new[] { ("sklearn", "python3-sklearn"), ("bayespy", "python3-bayespy") })
        {
            if (!CanImport(module))
            {
                yield return $"Debian's {package} is not installed: its peers are left out";
            }
        }

        if (!NotebookModules.All(CanImport))
        {
            yield return "the notebook needs python3-sklearn, python3-pandas, python3-matplotlib and python3-torch: it is left out";
        }
    }

    /// <summary>The linear algebra library under NumPy: figures with the reference library say nothing about the peer.</summary>
    public string LinearAlgebraLibrary() =>
        Lines(
                "-c",
                "import numpy.linalg, re; maps = open('/proc/self/maps').read(); "
                    + "print(', '.join(sorted(set(re.findall(r'/(lib(?:openblas|blas|mkl)[^/]*/lib[^/\\s]*|[^/\\s]*blas[^/\\s]*)\\n', maps)))))"
            )
            .FirstOrDefault("unknown");

    /// <summary>Makes the data files that are not there yet; the notebook's regression is the one that its script fits.</summary>
    public void MakeData(string folder, IEnumerable<string> files)
    {
        var wanted = files.Where(file => !File.Exists(Path.Combine(folder, $"{file}.npy"))).ToList();
        if (wanted.Count == 0 || _shared is null)
        {
            return;
        }

        Directory.CreateDirectory(folder);
        Console.WriteLine($"Making data in {folder} (1 GB) ...");
        Lines(Path.Combine(_shared, "bench", "make_data.py"), folder);
        Lines(
            "-c",
            "import sys, numpy as np; np.random.seed(42); X = np.random.randn(200, 3); "
                + "y = X @ np.array([2, -1.5, .5]) + np.random.randn(200) * .5; "
                + "np.save(sys.argv[1] + '/notebook_s4.npy', np.column_stack([X, y]))",
            folder
        );
        Lines(
            "-c",
            "import sys, numpy as np; "
                + "np.save(sys.argv[1] + '/notebook_s6.npy', np.loadtxt(sys.argv[2], delimiter=',', skiprows=1))",
            folder,
            Path.Combine(_shared, "notebook", "s06-factor-returns.csv")
        );
    }

    /// <summary>Runs the peers of one workload; none where they cannot run.</summary>
    public IReadOnlyList<PeerFigure> Run(Workload workload, string folder)
    {
        if (_shared is null || !File.Exists(Python))
        {
            return [];
        }

        var bench = Path.Combine(_shared, "bench");
        var section = workload.Peers.FirstOrDefault(peer => peer.StartsWith("notebook ", StringComparison.Ordinal));
        return section is not null
            ?
            [
                .. Lines(
                        Path.Combine(bench, "notebook_timings.py"),
                        Path.Combine(_shared, "notebook", "day6-variational-inference.md")
                    )
                    .Select(line => JsonDocument.Parse(line).RootElement)
                    .Where(line =>
                        line.GetProperty("fit")
                            .GetString()!
                            .StartsWith(section["notebook ".Length..], StringComparison.Ordinal)
                    )
                    .Select(line => new PeerFigure(workload.Name, section, line.GetProperty("seconds").GetDouble())),
            ]
            :
            [
                .. Lines(Path.Combine(bench, "conjugate_peers.py"), folder, workload.Name)
                    .Select(line => JsonDocument.Parse(line).RootElement)
                    .Select(line => new PeerFigure(
                        line.GetProperty("workload").GetString()!,
                        line.GetProperty("peer").GetString()!,
                        (
                            line.TryGetProperty("per_iteration_s", out var sweep) ? sweep : line.GetProperty("total_s")
                        ).GetDouble()
                    )),
            ];
    }

    private static bool CanImport(string module)
    {
        using var process = Start("-c", $"import {module}");
        process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0;
    }

    /// <summary>What a script printed, line by line; what it printed before it failed, where it fails.</summary>
    private static List<string> Lines(params string[] arguments)
    {
        using var process = Start(arguments);
        var errors = process.StandardError.ReadToEndAsync();
        var lines = new List<string>();
        while (process.StandardOutput.ReadLine() is { } line)
        {
            lines.Add(line);
        }

        process.WaitForExit();
        if (process.ExitCode != 0)
        {
            Console.WriteLine($"{arguments[0]} failed: {errors.Result.Trim().Split('\n')[^1]}");
        }

        return lines;
    }

    private static Process Start(params string[] arguments) =>
        Process.Start(
            new ProcessStartInfo(Python, arguments) { RedirectStandardOutput = true, RedirectStandardError = true }
        )!;

    private static string? FindShared()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Vi.Hybrid.sln")))
            {
                // A worktree may lie deeper than the repository itself.
                for (var above = folder.Parent; above is not null; above = above.Parent)
                {
                    var shared = Path.Combine(above.FullName, "shared");
                    if (Directory.Exists(Path.Combine(shared, "bench")))
                    {
                        return shared;
                    }
                }
            }
        }

        return null;
    }
}
