using BenchmarkDotNet.Running;
using Vi.Benchmarks.Comparison;
using Vi.Benchmarks.Kernels;

// compare: ours against the peers. first-gradient MODEL: from a program to its first gradient, in this process. bits: a hash of the kernels' results, for the test that forces hardware paths.
// Anything else is BenchmarkDotNet's: --filter '*Cholesky*', --list flat, --job medium.
return args switch
{
    ["compare", .. var rest] => Compare.Run(rest),
    ["bits"] => Bits.Print(),
    ["first-gradient", var model] => GradientComparison.FirstGradient(model),
    _ => RunKernels(args),
};

static int RunKernels(string[] arguments)
{
    var chosen = arguments.Length == 0 ? ["--filter", "*"] : arguments;
    BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(chosen, new ShortInProcess());
    return 0;
}
