namespace Vi.Kernels;

/// <summary>
/// What a factor model sums over rows. Rows with gaps add second moments column by column, for which there is room once one has come.
/// </summary>
/// <param name="columns">Number N of columns.</param>
/// <param name="factors">Number K of factors.</param>
public sealed class FactorSums(int columns, int factors)
    : BlockSums(2 + (2 * columns) + (factors * columns) + (factors * factors))
{
    private readonly int _square = factors * factors;
    private GapSums? _gaps;

    /// <summary>Number of rows.</summary>
    public double Rows
    {
        get => Part(0, 1)[0];
        set => Part(0, 1)[0] = value;
    }

    /// <summary>sum_t log |Cov f_t|.</summary>
    public double LogDeterminants
    {
        get => Part(1, 1)[0];
        set => Part(1, 1)[0] = value;
    }

    /// <summary>Observed entries of each column (N).</summary>
    public Span<double> Counts => Part(2, columns);

    /// <summary>Sums of squares of the observed entries of each column (N).</summary>
    public Span<double> Squares => Part(2 + columns, columns);

    /// <summary>sum_t E[f_t] r_tn over the observed entries (K x N).</summary>
    public Span<double> Cross => Part(2 + (2 * columns), factors * columns);

    /// <summary>sum_t E[f_t f_t'] over all rows (K x K).</summary>
    public Span<double> Gram => Part(2 + (2 * columns) + (factors * columns), _square);

    /// <summary>Whether a row has come in which an entry is missing.</summary>
    public bool HasGaps => _gaps is not null;

    /// <summary>
    /// The sum of second moments over the rows in which column n is observed, K^2 numbers for each n; only where there are gaps.
    /// </summary>
    public Span<double> Observed =>
        (_gaps ?? throw new InvalidOperationException("No entry is missing.")).Numbers(columns * _square);

    /// <summary>Makes room for second moments column by column: so far every column is observed in all rows.</summary>
    public void ExpectGaps()
    {
        if (_gaps is null)
        {
            _gaps = new GapSums(columns * _square);
            for (var n = 0; n < columns; n++)
            {
                Gram.CopyTo(Observed.Slice(n * _square, _square));
            }
        }
    }

    /// <inheritdoc />
    public override void Take(BlockSums other)
    {
        if (other is FactorSums sums && (HasGaps || sums.HasGaps))
        {
            ExpectGaps();
            sums.ExpectGaps();
            _gaps!.Take(sums._gaps!);
            sums._gaps = null;
        }

        base.Take(other);
    }

    /// <inheritdoc />
    protected override void Dispose(bool disposing)
    {
        _gaps?.Dispose();
        _gaps = null;
        base.Dispose(disposing);
    }

    private sealed class GapSums(int length) : BlockSums(length)
    {
        public Span<double> Numbers(int count) => Part(0, count);
    }
}
