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
);

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
        var form = new Form(parameters, sums);
        var added = MixturePass.Run(block, form, choice);
        form.AddBetween();
        sums.Entropy = added.Entropy;
        sums.LogNormalizer = added.LogNormalizer;
        return sums;
    }

    private sealed class Form : IMixtureForm
    {
        private readonly TiedMixtureParameters _parameters;
        private readonly TiedMixtureSums _sums;

        /// <summary>The first component's mean: rows are whitened from here, so that data far from the origin lose nothing.</summary>
        private readonly double[] _origin;

        /// <summary>K x D means from the origin, and whitened.</summary>
        private readonly double[] _means;
        private readonly double[] _whitened;
        private readonly double[] _ones;

        /// <summary>A tile of K responsibilities, and the sums of their products, K x K.</summary>
        private readonly double[] _tile;
        private readonly double[] _products;

        public Form(TiedMixtureParameters parameters, TiedMixtureSums sums)
        {
            _parameters = parameters;
            _sums = sums;
            var (k, d) = (parameters.Components, parameters.Dimension);
            _origin = parameters.Means[..d];
            _means = new double[k * d];
            _whitened = new double[k * d];
            _ones = new double[d];
            _ones.AsSpan().Fill(1.0);
            _tile = new double[k * Tile.Stride];
            _products = new double[k * k];
            for (var c = 0; c < k; c++)
            {
                for (var j = 0; j < d; j++)
                {
                    _means[(c * d) + j] = parameters.Means[(c * d) + j] - _origin[j];
                }

                for (var i = 0; i < d; i++)
                {
                    _whitened[(c * d) + i] = LinearAlgebra.Dot(
                        parameters.Whitening.AsSpan(i * d, i + 1),
                        _means.AsSpan(c * d, i + 1)
                    );
                }
            }
        }

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
                        _whitened.AsSpan(k * Dimension, Dimension),
                        _ones,
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
                    weights.CopyTo(_tile.AsSpan(k * Tile.Stride));
                    _sums.Counts[k] += MomentsKernel.SumOf(weights);
                    var sums = _sums.Sums.Slice(k * Dimension, Dimension);
                    DiagonalKernel.AddSums(workspace.Rows, _means.AsSpan(k * Dimension, Dimension), weights, sums);
                }

                // Rows of the filling are at the origin and belong to no component, so they stay there.
                WhiteningKernel.SubtractMixed(
                    workspace.Rows,
                    _means,
                    _tile,
                    Components,
                    Dimension,
                    padded,
                    workspace.Deviations
                );
                MomentsKernel.AddProducts(workspace.Deviations, workspace.Deviations, padded, _sums.Scatter, Dimension);
                MomentsKernel.AddProducts(_tile, _tile, padded, _products, Components);
            }
        }

        /// <summary>Adds sum_(k &lt; l) sum_n r_nk r_nl (m_k - m_l)(m_k - m_l)'.</summary>
        public void AddBetween()
        {
            var d = Dimension;
            Span<double> apart = new double[d];
            for (var k = 1; k < Components; k++)
            {
                for (var l = 0; l < k; l++)
                {
                    var shared = _products[(k * Components) + l];
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
            Tile.Load(values.Slice(first * Dimension, inTile * Dimension), Dimension, _origin, workspace.Rows);
            return Tile.Padded(inTile);
        }
    }
}
