using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Diagnosers;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Toolchains.InProcess.Emit;

namespace Vi.Benchmarks.Kernels;

/// <summary>
/// Few and short iterations inside this process. BenchmarkDotNet 0.14.0 would otherwise generate and restore a project of its own for
/// every run, inside this repository: with its central versions, lock files and warnings as errors, and longer than the measurement.
/// What is lost, a fresh process for each benchmark, matters little for loops that allocate next to nothing.
/// </summary>
internal sealed class ShortInProcess : ManualConfig
{
    public ShortInProcess()
    {
        Add(DefaultConfig.Instance);
        AddJob(Job.ShortRun.WithToolchain(InProcessEmitToolchain.Instance));
        AddDiagnoser(MemoryDiagnoser.Default);
        AddColumn(StatisticColumn.Median);
    }
}
