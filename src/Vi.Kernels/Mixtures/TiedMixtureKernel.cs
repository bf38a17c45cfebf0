using System.Buffers;

namespace Vi.Kernels;

/// <summary>Parameters of K Gaussian components with one covariance as the kernel reads them.</summary>
/// <param name="Components">Number K of components.</param>
/// <param name="Dimension">Number D of columns.</param>
/// <param name="LogWeights">K constants: log rho_nk = LogWeights[k] - |Whitening (x_n - Means_k)|^2 / 2.</param>
/// <param name="Means">K x D.</param>
/// <param name="Whitening">A lower triangle, D x D.</param>
public sealed record TiedMixtureParameters(
    int Components,
    int Dimension,
    double[] LogWeights,
    double[] Means,
    double[] Whitening
)
{
    /// <summary>The first component's mean: rows are whitened from here, so that data far from the origin lose nothing.</summary>
    internal ReadOnlySpan<double> Origin => Means.AsSpan(0, Dimension);

    /// <summary>K x D means from the origin.</summary>
    internal double[] FromOrigin { get; } = [.. Means.Select((mean, at) => mean - Means[at % Dimension])];

    /// <summary>K x D whitened means from the origin.</summary>
    internal double[] Whitened => _whitened ??= Whiten();

    /// <summary>D ones.</summary>
    internal double[] Ones { get; } = [.. Enumerable.Repeat(1.0, Dimension)];

    private double[]? _whitened;

    private double[] Whiten()
    {
        var whitened = new double[Components * Dimension];
        for (var at = 0; at < whitened.Length; at++)
        {
            var (k, i) = Math.DivRem(at, Dimension);
            whitened[at] = LinearAlgebra.Dot(
                Whitening.AsSpan(i * Dimension, i + 1),
                FromOrigin.AsSpan(k * Dimension, i + 1)
            );
        }

        return whitened;
    }
}

/// <summary>Moments of each component about its own mean, second ones of all components together.</summary>
public sealed class TiedMixtureSums(int components, int dimension)
    : ResponsibilitySums(components, dimension, dimension * dimension)
{
    /// <summary>Lower triangle of the sum over rows and components of responsibility times outer product of deviations, D x D.</summary>
    public Span<double> Scatter => Others(Dimension * Dimension);
}

/// <summary>
/// The mixture's pass for components that share a covariance: a row is whitened once, D^2 / 2 steps, and is then D steps from each
/// component. With m(n) = sum_k r_nk m_k a row's second moments are
/// sum_k r_nk (x - m_k)(x - m_k)' = (x - m(n))(x - m(n))' + sum_(k &lt; l) r_nk r_nl (m_k - m_l)(m_k - m_l)',
/// D^2 / 2 steps again and nothing that cancels: the products r_nk r_nl are summed over rows first.
/// </summary>
public static class TiedMixtureKernel
{
    /// <summary>
    /// Reads a block: responsibilities of each row (softmax of log rho, or all to the most probable or a drawn component), and from them
    /// the sums.
    /// </summary>
    public static TiedMixtureSums Accumulate(Block block, TiedMixtureParameters parameters, LocalChoice choice)
    {
        var sums = new TiedMixtureSums(parameters.Components, parameters.Dimension);
        using var form = new Form(parameters, sums);
        var added = MixturePass.Run(block, form, choice);
        form.AddBetween();
        sums.Entropy = added.Entropy;
        sums.LogNormalizer = added.LogNormalizer;
        return sums;
    }

    private sealed class Form : IMixtureForm, IDisposable
    {
        private readonly TiedMixtureParameters _parameters;
        private readonly TiedMixtureSums _sums;

        /// <summary>A tile of K responsibilities, the sums of their products, K x K, and D numbers.</summary>
        private readonly double[] _buffer;
        private readonly int _tile;

        public Form(TiedMixtureParameters parameters, TiedMixtureSums sums)
        {
            _parameters = parameters;
            _sums = sums;
            var k = parameters.Components;
            _tile = k * Tile.Stride;
            _buffer = ArrayPool<double>.Shared.Rent(_tile + (k * k) + parameters.Dimension);
            Products.Clear();
        }

        private Span<double> Weights => _buffer.AsSpan(0, _tile);

        private Span<double> Products => _buffer.AsSpan(_tile, Components * Components);

        private Span<double> Apart => _buffer.AsSpan(_tile + (Components * Components), Dimension);

        public void Dispose() => ArrayPool<double>.Shared.Return(_buffer);

        public int Components => _parameters.Components;

        public int Dimension => _parameters.Dimension;

        public int PanelRows => MixturePass.CachedRows;

        public void FillLogDensities(ReadOnlySpan<double> values, int rows, MixtureWorkspace workspace)
        {
            for (var first = 0; first < rows; first += Block.TileRows)
            {
                var padded = Load(values, rows, first, workspace);
                WhiteningKernel.Multiply(
                    workspace.Rows,
                    _parameters.Whitening,
                    Dimension,
                    padded,
                    workspace.Deviations
                );
                for (var k = 0; k < Components; k++)
                {
                    DiagonalKernel.LogDensities(
                        workspace.Deviations,
                        _parameters.Whitened.AsSpan(k * Dimension, Dimension),
                        _parameters.Ones,
                        _parameters.LogWeights[k],
                        padded,
                        workspace.ResponsibilitiesOf(k).Slice(first, padded)
                    );
                }
            }
        }

        public void AddMoments(ReadOnlySpan<double> values, int rows, long pairs, MixtureWorkspace workspace)
        {
            for (var first = 0; first < rows; first += Block.TileRows)
            {
                var padded = Load(values, rows, first, workspace);
                for (var k = 0; k < Components; k++)
                {
                    var weights = workspace.ResponsibilitiesOf(k).Slice(first, padded);
                    weights.CopyTo(Weights[(k * Tile.Stride)..]);
                    _sums.Counts[k] += MomentsKernel.SumOf(weights);
                    var sums = _sums.Sums.Slice(k * Dimension, Dimension);
                    DiagonalKernel.AddSums(
                        workspace.Rows,
                        _parameters.FromOrigin.AsSpan(k * Dimension, Dimension),
                        weights,
                        sums
                    );
                }

                // Rows of the filling are at the origin and belong to no component, so they stay there.
                WhiteningKernel.SubtractMixed(
                    workspace.Rows,
                    _parameters.FromOrigin,
                    Weights,
                    Components,
                    Dimension,
                    padded,
                    workspace.Deviations
                );
                ScatterKernel.Add(workspace.Deviations, workspace.Deviations, padded, _sums.Scatter, Dimension);
                ScatterKernel.Add(Weights, Weights, padded, Products, Components);
            }
        }

        /// <summary>Adds sum_(k &lt; l) sum_n r_nk r_nl (m_k - m_l)(m_k - m_l)'.</summary>
        public void AddBetween()
        {
            var d = Dimension;
            var apart = Apart;
            for (var k = 1; k < Components; k++)
            {
                for (var l = 0; l < k; l++)
                {
                    var shared = Products[(k * Components) + l];
                    if (shared == 0.0)
                    {
                        continue;
                    }

                    for (var j = 0; j < d; j++)
                    {
                        apart[j] = _parameters.Means[(k * d) + j] - _parameters.Means[(l * d) + j];
                    }

                    for (var i = 0; i < d; i++)
                    {
                        LinearAlgebra.AddScaled(shared * apart[i], apart[..(i + 1)], _sums.Scatter.Slice(i * d, i + 1));
                    }
                }
            }
        }

        /// <summary>Lays rows out from the origin; gives the rows with the filling.</summary>
        private int Load(ReadOnlySpan<double> values, int rows, int first, MixtureWorkspace workspace)
        {
            var inTile = Math.Min(Block.TileRows, rows - first);
            Tile.Load(
                values.Slice(first * Dimension, inTile * Dimension),
                Dimension,
                _parameters.Origin,
                workspace.Rows
            );
            return Tile.Padded(inTile);
        }
    }
}
