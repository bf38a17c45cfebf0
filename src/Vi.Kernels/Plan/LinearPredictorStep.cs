using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Vi.Kernels;

/// <summary>
/// The sum over rows of log p(y_n | eta_n), eta_n = alpha + x_n'beta, with all its derivatives, in one pass over the rows: the value, the
/// derivatives with respect to alpha, to the family's two parameters, and to beta (P), 4 + P numbers in that order.
/// </summary>
/// <param name="data">The rows where they never change; null where they are in the memory.</param>
/// <param name="place">Where the rows start in the data or in the memory.</param>
/// <param name="arguments">Places of alpha, the family's first and second parameter, and beta.</param>
/// <param name="result">Place of the result, with <see cref="PredictorRows.ResultLength"/> numbers.</param>
/// <param name="rows">Number N of rows.</param>
/// <param name="columns">Number P of columns.</param>
public sealed class LinearPredictorStep<TFamily>(
    double[]? data,
    int place,
    PredictorArguments arguments,
    int result,
    int rows,
    int columns
) : PlanStep
    where TFamily : struct, IPredictorFamily
{
    private const int Group = PredictorRows.GroupRows;

    /// <summary>Vectors whose factors below 2 cannot overflow a product.</summary>
    private const int ProductVectors = 512;

    /// <summary>Numbers of the rows from which on they do not stay in the nearest cache: 48 KB.</summary>
    private const int CacheNumbers = 6144;

    /// <inheritdoc />
    public override bool IsShared => data is not null && PredictorRows.BufferLength(rows, columns) > CacheNumbers;

    /// <inheritdoc />
    public override void Run(Span<double> memory)
    {
        var length = PredictorRows.BufferLength(rows, columns);
        ref var x = ref MemoryMarshal.GetReference(
            data is null ? memory.Slice(place, length) : data.AsSpan(place, length)
        );
        ref var beta = ref MemoryMarshal.GetReference(memory.Slice(arguments.Beta, columns));
        var slopes = memory.Slice(SlopePlace, Lanes * columns);
        slopes.Clear();
        ref var slope = ref MemoryMarshal.GetReference(slopes);
        ref var eta = ref MemoryMarshal.GetReference(memory.Slice(SlopePlace + slopes.Length, Group));
        var alpha = Vector512.Create(memory[arguments.Alpha]);
        var parameters = (Vector512.Create(memory[arguments.First]), Vector512.Create(memory[arguments.Second]));
        var sums = new Sums { Product = Vector512<double>.One };
        var vectors = 0;
        for (var n = 0; n < rows; n += Group)
        {
            Predict(ref x, ref beta, alpha, ref eta);
            ref var y = ref Unsafe.Add(ref x, columns * Group);
            if (rows - n >= Group)
            {
                AddRows(ref eta, ref y, parameters, Group, ref sums);
            }
            else
            {
                AddRows(ref eta, ref y, parameters, rows - n, ref sums);
            }

            AddSlopes(ref x, ref eta, ref slope);
            x = ref Unsafe.Add(ref y, Group);
            vectors += Group / Lanes;
            if (vectors >= ProductVectors)
            {
                sums.TakeLogarithm();
                vectors = 0;
            }
        }

        Answer(memory, sums);
    }

    /// <summary>
    /// A group of rows serves all memories while it is near; rows in the memory are those of the first. (Run alone is the same loop with its
    /// sums in registers: for few rows that is a third faster.)
    /// </summary>
    public override void RunAll(Span<double> memories, int stride)
    {
        ref var x = ref MemoryMarshal.GetReference(
            (data is null ? memories : data.AsSpan()).Slice(place, PredictorRows.BufferLength(rows, columns))
        );
        var count = memories.Length / stride;
        Span<Sums> sums = stackalloc Sums[count];
        for (var s = 0; s < count; s++)
        {
            sums[s] = new Sums { Product = Vector512<double>.One };
            memories.Slice((s * stride) + SlopePlace, Lanes * columns).Clear();
        }

        var vectors = 0;
        for (var n = 0; n < rows; n += Group)
        {
            vectors += Group / Lanes;
            for (var s = 0; s < count; s++)
            {
                AddGroup(ref x, memories.Slice(s * stride, stride), rows - n, ref sums[s]);
                if (vectors >= ProductVectors)
                {
                    sums[s].TakeLogarithm();
                }
            }

            vectors = vectors >= ProductVectors ? 0 : vectors;
            x = ref Unsafe.Add(ref x, (columns + 1) * Group);
        }

        for (var s = 0; s < count; s++)
        {
            Answer(memories.Slice(s * stride, stride), sums[s]);
        }
    }

    /// <summary>Place of the eight sums of each slope.</summary>
    private int SlopePlace => result + Padded(4 + columns);

    /// <summary>Adds a group of rows, of which so many at most are rows, to the sums of one memory.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void AddGroup(ref double x, Span<double> memory, int left, ref Sums sums)
    {
        ref var slope = ref MemoryMarshal.GetReference(memory.Slice(SlopePlace, (Lanes * columns) + Group));
        ref var eta = ref Unsafe.Add(ref slope, Lanes * columns);
        ref var beta = ref MemoryMarshal.GetReference(memory.Slice(arguments.Beta, columns));
        ref var y = ref Unsafe.Add(ref x, columns * Group);
        var parameters = (Vector512.Create(memory[arguments.First]), Vector512.Create(memory[arguments.Second]));
        Predict(ref x, ref beta, Vector512.Create(memory[arguments.Alpha]), ref eta);
        if (left >= Group)
        {
            AddRows(ref eta, ref y, parameters, Group, ref sums);
        }
        else
        {
            AddRows(ref eta, ref y, parameters, left, ref sums);
        }

        AddSlopes(ref x, ref eta, ref slope);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Answer(Span<double> memory, in Sums sums)
    {
        ref var slope = ref MemoryMarshal.GetReference(memory.Slice(SlopePlace, Lanes * columns));
        var answer = memory.Slice(result, 4 + columns);
        var logarithms = sums.Logarithms + LinearAlgebra.SumLanes(WholeLine.Log(sums.Product));
        answer[0] = LinearAlgebra.SumLanes(sums.Value) - logarithms;
        answer[1] = LinearAlgebra.SumLanes(sums.Residual);
        answer[2] = LinearAlgebra.SumLanes(sums.First);
        answer[3] = LinearAlgebra.SumLanes(sums.Second);
        for (var j = 0; j < columns; j++)
        {
            answer[4 + j] = LinearAlgebra.SumLanes(Vector512.LoadUnsafe(ref slope, (nuint)(j * Lanes)));
        }
    }

    /// <summary>Adds a group's rows to the sums, and puts d log p / d eta of each in the place of its predictor.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void AddRows(
        ref double eta,
        ref double y,
        (Vector512<double> First, Vector512<double> Second) parameters,
        int count,
        ref Sums sums
    )
    {
        var (value, residuals, product) = (sums.Value, sums.Residual, sums.Product);
        var (byFirst, bySecond) = (sums.First, sums.Second);
        for (var i = 0; i < Group; i += Lanes)
        {
            // Of a whole group the mask is a constant, of which nothing is left.
            var mask =
                count == Group
                    ? Vector512<double>.AllBitsSet
                    : Vector512.LessThan(Vector512<double>.Indices, Vector512.Create((double)(count - i)));
            var residual = TFamily.Add(
                Vector512.LoadUnsafe(ref eta, (nuint)i),
                Vector512.LoadUnsafe(ref y, (nuint)i),
                parameters.First,
                parameters.Second,
                mask,
                ref value,
                ref product,
                ref byFirst,
                ref bySecond
            );
            residuals += residual;
            residual.StoreUnsafe(ref eta, (nuint)i);
        }

        (sums.Value, sums.Residual, sums.Product) = (value, residuals, product);
        (sums.First, sums.Second) = (byFirst, bySecond);
    }

    /// <summary>eta = alpha + X beta of a group: eight sums at a time hide the latency of each.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Predict(ref double x, ref double beta, Vector512<double> alpha, ref double eta)
    {
        var (eta0, eta1, eta2, eta3) = (alpha, alpha, alpha, alpha);
        var (eta4, eta5, eta6, eta7) = (alpha, alpha, alpha, alpha);
        for (var j = 0; j < columns; j++)
        {
            var b = Vector512.Create(Unsafe.Add(ref beta, j));
            ref var column = ref Unsafe.Add(ref x, j * Group);
            eta0 = Vector512.FusedMultiplyAdd(b, Vector512.LoadUnsafe(ref column), eta0);
            eta1 = Vector512.FusedMultiplyAdd(b, Vector512.LoadUnsafe(ref column, Lanes), eta1);
            eta2 = Vector512.FusedMultiplyAdd(b, Vector512.LoadUnsafe(ref column, 2 * Lanes), eta2);
            eta3 = Vector512.FusedMultiplyAdd(b, Vector512.LoadUnsafe(ref column, 3 * Lanes), eta3);
            eta4 = Vector512.FusedMultiplyAdd(b, Vector512.LoadUnsafe(ref column, 4 * Lanes), eta4);
            eta5 = Vector512.FusedMultiplyAdd(b, Vector512.LoadUnsafe(ref column, 5 * Lanes), eta5);
            eta6 = Vector512.FusedMultiplyAdd(b, Vector512.LoadUnsafe(ref column, 6 * Lanes), eta6);
            eta7 = Vector512.FusedMultiplyAdd(b, Vector512.LoadUnsafe(ref column, 7 * Lanes), eta7);
        }

        eta0.StoreUnsafe(ref eta);
        eta1.StoreUnsafe(ref eta, Lanes);
        eta2.StoreUnsafe(ref eta, 2 * Lanes);
        eta3.StoreUnsafe(ref eta, 3 * Lanes);
        eta4.StoreUnsafe(ref eta, 4 * Lanes);
        eta5.StoreUnsafe(ref eta, 5 * Lanes);
        eta6.StoreUnsafe(ref eta, 6 * Lanes);
        eta7.StoreUnsafe(ref eta, 7 * Lanes);
    }

    /// <summary>Sums over rows, eight at a time.</summary>
    [StructLayout(LayoutKind.Auto)]
    private struct Sums
    {
        public Vector512<double> Value;
        public Vector512<double> Residual;
        public Vector512<double> Product;
        public Vector512<double> First;
        public Vector512<double> Second;

        /// <summary>Logarithms of products that have been taken.</summary>
        public double Logarithms;

        public void TakeLogarithm()
        {
            Logarithms += LinearAlgebra.SumLanes(VectorFunctions.Log(Product));
            Product = Vector512<double>.One;
        }
    }

    /// <summary>Adds X'r of a group to the slopes, which are kept in eight lanes each.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void AddSlopes(ref double x, ref double residuals, ref double slopes)
    {
        var r0 = Vector512.LoadUnsafe(ref residuals);
        var r1 = Vector512.LoadUnsafe(ref residuals, Lanes);
        var r2 = Vector512.LoadUnsafe(ref residuals, 2 * Lanes);
        var r3 = Vector512.LoadUnsafe(ref residuals, 3 * Lanes);
        var r4 = Vector512.LoadUnsafe(ref residuals, 4 * Lanes);
        var r5 = Vector512.LoadUnsafe(ref residuals, 5 * Lanes);
        var r6 = Vector512.LoadUnsafe(ref residuals, 6 * Lanes);
        var r7 = Vector512.LoadUnsafe(ref residuals, 7 * Lanes);
        for (var j = 0; j < columns; j++)
        {
            ref var column = ref Unsafe.Add(ref x, j * Group);
            ref var total = ref Unsafe.Add(ref slopes, j * Lanes);
            var even = Vector512.FusedMultiplyAdd(
                r0,
                Vector512.LoadUnsafe(ref column),
                Vector512.LoadUnsafe(ref total)
            );
            var odd = r1 * Vector512.LoadUnsafe(ref column, Lanes);
            even = Vector512.FusedMultiplyAdd(r2, Vector512.LoadUnsafe(ref column, 2 * Lanes), even);
            odd = Vector512.FusedMultiplyAdd(r3, Vector512.LoadUnsafe(ref column, 3 * Lanes), odd);
            even = Vector512.FusedMultiplyAdd(r4, Vector512.LoadUnsafe(ref column, 4 * Lanes), even);
            odd = Vector512.FusedMultiplyAdd(r5, Vector512.LoadUnsafe(ref column, 5 * Lanes), odd);
            even = Vector512.FusedMultiplyAdd(r6, Vector512.LoadUnsafe(ref column, 6 * Lanes), even);
            odd = Vector512.FusedMultiplyAdd(r7, Vector512.LoadUnsafe(ref column, 7 * Lanes), odd);
            (even + odd).StoreUnsafe(ref total);
        }
    }
}

/// <summary>Places of the arguments of a <see cref="LinearPredictorStep{TFamily}"/>.</summary>
/// <param name="Alpha">The intercept.</param>
/// <param name="First">The family's first parameter.</param>
/// <param name="Second">The family's second parameter.</param>
/// <param name="Beta">The slopes.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct PredictorArguments(int Alpha, int First, int Second, int Beta);
