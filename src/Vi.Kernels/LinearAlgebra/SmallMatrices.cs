namespace Vi.Kernels;

/// <summary>Eigenvectors and inverses of matrices of a few dozen rows, row by row, in place and without allocation.</summary>
public static class SmallMatrices
{
    private const int MostRounds = 40;

    /// <summary>
    /// Eigenvalues and eigenvectors of a symmetric positive semidefinite n x n matrix by Jacobi's rotations in cyclic order (Golub and Van
    /// Loan 2013, 8.5; relative accuracy: Demmel and Veselic 1992). A nearly diagonal matrix gives nearly the identity: eigenvalues stay in
    /// their places, eigenvectors keep their signs, and equal eigenvalues do not turn their space.
    /// </summary>
    /// <param name="a">The matrix; on return its diagonal holds the eigenvalues.</param>
    /// <param name="vectors">Receives the eigenvectors as columns, n x n numbers.</param>
    /// <param name="n">Rows.</param>
    public static void Eigen(Span<double> a, Span<double> vectors, int n)
    {
        vectors[..(n * n)].Clear();
        for (var i = 0; i < n; i++)
        {
            vectors[(i * n) + i] = 1.0;
        }

        for (var round = 0; round < MostRounds; round++)
        {
            var turned = false;
            for (var p = 0; p < n; p++)
            {
                for (var q = p + 1; q < n; q++)
                {
                    turned |= Turn(a, vectors, n, p, q);
                }
            }

            if (!turned)
            {
                return;
            }
        }
    }

    /// <summary>Inverts an n x n matrix by Gauss and Jordan with row pivots; gives log |det A|, minus infinity where A is singular.</summary>
    /// <param name="a">The matrix, used up.</param>
    /// <param name="inverse">Receives the inverse.</param>
    /// <param name="n">Rows.</param>
    public static double Invert(Span<double> a, Span<double> inverse, int n)
    {
        inverse[..(n * n)].Clear();
        for (var i = 0; i < n; i++)
        {
            inverse[(i * n) + i] = 1.0;
        }

        var logDeterminant = 0.0;
        for (var k = 0; k < n; k++)
        {
            var pivot = k;
            for (var i = k + 1; i < n; i++)
            {
                if (Math.Abs(a[(i * n) + k]) > Math.Abs(a[(pivot * n) + k]))
                {
                    pivot = i;
                }
            }

            if (pivot != k)
            {
                Swap(a.Slice(k * n, n), a.Slice(pivot * n, n));
                Swap(inverse.Slice(k * n, n), inverse.Slice(pivot * n, n));
            }

            var head = a[(k * n) + k];
            if (head == 0.0)
            {
                return double.NegativeInfinity;
            }

            logDeterminant += Math.Log(Math.Abs(head));
            Scale(a.Slice(k * n, n), 1.0 / head);
            Scale(inverse.Slice(k * n, n), 1.0 / head);
            for (var i = 0; i < n; i++)
            {
                if (i != k && a[(i * n) + k] != 0.0)
                {
                    var factor = -a[(i * n) + k];
                    LinearAlgebra.AddScaled(factor, a.Slice(k * n, n), a.Slice(i * n, n));
                    LinearAlgebra.AddScaled(factor, inverse.Slice(k * n, n), inverse.Slice(i * n, n));
                }
            }
        }

        return logDeterminant;
    }

    /// <summary>Makes entry (p, q) zero; false where it is so already to rounding against its diagonal entries.</summary>
    private static bool Turn(Span<double> a, Span<double> vectors, int n, int p, int q)
    {
        var (app, aqq, apq) = (a[(p * n) + p], a[(q * n) + q], a[(p * n) + q]);
        if (Math.Abs(apq) <= 1e-16 * Math.Sqrt(Math.Abs(app * aqq)) || Math.Abs(apq) < 1e-290)
        {
            return false;
        }

        var theta = (aqq - app) / (2.0 * apq);
        var tangent = 1.0 / (Math.Abs(theta) + Math.Sqrt((theta * theta) + 1.0));
        tangent = theta < 0.0 ? -tangent : tangent;
        var cosine = 1.0 / Math.Sqrt((tangent * tangent) + 1.0);
        var sine = tangent * cosine;
        for (var k = 0; k < n; k++)
        {
            var (akp, akq) = (a[(k * n) + p], a[(k * n) + q]);
            a[(k * n) + p] = (cosine * akp) - (sine * akq);
            a[(k * n) + q] = (sine * akp) + (cosine * akq);
            var (vkp, vkq) = (vectors[(k * n) + p], vectors[(k * n) + q]);
            vectors[(k * n) + p] = (cosine * vkp) - (sine * vkq);
            vectors[(k * n) + q] = (sine * vkp) + (cosine * vkq);
        }

        for (var k = 0; k < n; k++)
        {
            a[(p * n) + k] = a[(k * n) + p];
            a[(q * n) + k] = a[(k * n) + q];
        }

        // The closed forms of what was just turned keep small eigenvalues exact.
        a[(p * n) + p] = app - (tangent * apq);
        a[(q * n) + q] = aqq + (tangent * apq);
        a[(p * n) + q] = 0.0;
        a[(q * n) + p] = 0.0;
        return true;
    }

    private static void Swap(Span<double> a, Span<double> b)
    {
        for (var i = 0; i < a.Length; i++)
        {
            (a[i], b[i]) = (b[i], a[i]);
        }
    }

    private static void Scale(Span<double> a, double s)
    {
        for (var i = 0; i < a.Length; i++)
        {
            a[i] *= s;
        }
    }
}
