namespace Vi.Verification.FSharp

open System
open FsCheck
open FsCheck.FSharp
open Vi.Math
open Vi.Math.FSharp
open Vi.Verification

/// Laws of blocked products, of small eigenproblems and inverses, and of moments of wide tables.
[<RequireQualifiedAccess>]
module MatrixLaws =

    let private normals rows columns (seed: uint64) =
        let struct (values, _) = Rng.array (rows * columns) Rng.normal (Rng.ofSeed seed)
        Mat.ofArray rows columns values

    /// Rows, inner size, columns and a seed; sizes around the kernels' blocks.
    let private shapes =
        let size most = Gen.frequency [ 3, Gen.choose (1, 20); 1, Gen.choose (1, most) ]

        Arb.fromGenShrink (
            Gen.map4
                (fun rows inner columns seed -> (rows, inner, columns, seed))
                (size 70)
                (size 40)
                (size 600)
                Scalars.seedGen,
            fun (rows, inner, columns, seed) ->
                seq {
                    for smaller in [ 1; rows / 2; rows - 1 ] do
                        if smaller >= 1 && smaller < rows then
                            (smaller, inner, columns, seed)

                    for smaller in [ 1; inner / 2; inner - 1 ] do
                        if smaller >= 1 && smaller < inner then
                            (rows, smaller, columns, seed)

                    for smaller in [ 1; columns / 2; columns - 1 ] do
                        if smaller >= 1 && smaller < columns then
                            (rows, inner, smaller, seed)
                }
        )

    let private products: Law =
        Law.make
            { Name = "matrix products: blocks and threads change no bit"
              Statement =
                "Every entry of A B is one chain of fused multiply-adds in the order of the inner index, and every entry of A B' the inner product of two rows, however the product is cut up."
              Formula = @"c_{ij}=\sum_k a_{ik}b_{kj}"
              Source = "definition"
              Covers = [ "numerics" ]
              Cases = 100
              Generator = shapes
              Holds =
                fun (rows, inner, columns, seed) ->
                    let a = normals rows inner seed
                    let b = normals inner columns (seed + 1UL)
                    let other = Mat.transpose b

                    let expected =
                        Mat.init rows columns (fun i j ->
                            let mutable sum = 0.0

                            for k in 0 .. inner - 1 do
                                sum <- Math.FusedMultiplyAdd(a[i, k], b[k, j], sum)

                            sum)

                    let inners = Mat.init rows columns (fun i j -> Vec.dot (Mat.row i a) (Mat.row j other))

                    [ Compare.holds "A B" ((Mat.multiply a b).Equals expected)
                      Compare.holds "A B on two threads" ((Mat.multiplyOn 2 a b).Equals expected)
                      Compare.holds "A B'" ((Mat.rowProducts a other).Equals inners) ] }

    /// Products large enough to be shared out; the way from workers and two matrices to their product is given, so that a wrong one can be tried.
    let internal shares (multiplyOn: int -> Mat -> Mat -> Mat) : Law =
        Law.make
            { Name = "matrix products: shares of workers change no bit"
              Statement = "A product that several workers share out by columns has the bits of one worker's."
              Formula = @"(AB)_{\mathrm{shared}}=AB"
              Source = "definition"
              Covers = [ "numerics" ]
              Cases = 5
              Generator =
                Arb.fromGen (
                    Gen.map4
                        (fun rows inner columns seed -> (rows, inner, columns, seed))
                        (Gen.choose (30, 70))
                        (Gen.choose (200, 260))
                        (Gen.choose (300, 1200))
                        Scalars.seedGen
                )
              Holds =
                fun (rows, inner, columns, seed) ->
                    let a = normals rows inner seed
                    let b = normals inner columns (seed + 1UL)
                    let expected = Mat.multiply a b

                    [ for workers in [ 2; 3; 5 ] do
                          Compare.holds $"A B on {workers} threads" ((multiplyOn workers a b).Equals expected) ] }

    let private eigen: Law =
        Law.make
            { Name = "small eigenproblems: vectors are orthonormal, small values exact, places kept"
              Statement =
                "V diag(l) V' is the matrix, V'V the identity; scaling rows and columns by powers of two costs no small eigenvalue its digits; a nearly diagonal matrix gives nearly the identity."
              Formula = @"A=V\Lambda V^\top,\quad V^\top V=I"
              Source = "Golub and Van Loan 2013, section 8.5; Demmel and Veselic 1992"
              Covers = [ "numerics" ]
              Cases = 100
              Generator = Matrices.positiveDefinite 6 1.0 1e4
              Holds =
                fun a ->
                    let n = a.Rows
                    let struct (values, vectors) = Mat.eigenInPlace a
                    let identity = Mat.identity n
                    let back = Mat.multiply (Mat.multiply vectors (Mat.diagonalOf values)) (Mat.transpose vectors)
                    let size = Mat.maxAbs a
                    // D A D with D = diag(1, 2^-10, 2^-20, ...): its determinant is known from A's.
                    let power i = 2.0 ** (-10.0 * float i)
                    let graded = Mat.init n n (fun i j -> power i * a[i, j] * power j)
                    let struct (gradedValues, _) = Mat.eigenInPlace graded
                    let logDeterminant = (Chol.factor "a generated matrix" a).LogDeterminant

                    let near =
                        Mat.init n n (fun i j -> if i = j then float (1 + (i * 7) % n) else 1e-9 * a[i, j] / size)

                    let struct (_, nearVectors) = Mat.eigenInPlace near

                    [ Compare.error
                          "V diag(l) V' - A"
                          (Mat.maxAbs (Mat.subtract back a))
                          (Tolerances.conditioned n 1.0 (size * float n))
                      Compare.error
                          "V'V - I"
                          (Mat.maxAbs (Mat.subtract (Mat.multiply (Mat.transpose vectors) vectors) identity))
                          (Tolerances.conditioned n 1.0 (float n))
                      Compare.close
                          "log determinant of the graded matrix"
                          (logDeterminant - 20.0 * log 2.0 * float (n * (n - 1) / 2))
                          (Vec.sumBy log gradedValues)
                          (Tolerances.conditioned n (Matrices.condition a) (float n))
                      Compare.error
                          "eigenvectors of a nearly diagonal matrix"
                          (Mat.maxAbs (Mat.subtract nearVectors identity))
                          1e-8 ] }

    let private inverse: Law =
        Law.make
            { Name = "small inverses: the product is the identity, the determinant that of the factor"
              Statement =
                "A A^-1 = I and log |det A| agrees with the triangular factor, for A = L with its rows in another order."
              Formula = @"AA^{-1}=I"
              Source = "Higham 2002, chapter 14"
              Covers = [ "numerics" ]
              Cases = 100
              Generator = Matrices.positiveDefinite 6 1.0 1e4
              Holds =
                fun a ->
                    let n = a.Rows
                    let factor = Chol.factor "a generated matrix" a
                    let turned = Mat.init n n (fun i j -> factor.Lower[n - 1 - i, j])
                    let struct (inverse, logDeterminant) = Mat.invert turned
                    let condition = Matrices.condition a

                    [ Compare.error
                          "A A^-1 - I"
                          (Mat.maxAbs (Mat.subtract (Mat.multiply turned inverse) (Mat.identity n)))
                          (Tolerances.conditioned n condition 1.0)
                      Compare.close
                          "log |det A|"
                          (0.5 * factor.LogDeterminant)
                          logDeterminant
                          (Tolerances.conditioned n condition 1.0) ] }

    /// Rows and columns of wide tables, an offset and a seed.
    let private wideTables =
        Arb.fromGen (
            Gen.map4
                (fun rows columns offset seed -> (rows, columns, offset, seed))
                (Gen.elements [ 1; 7; 255; 256; 257; 700 ])
                (Gen.choose (128, 150))
                (Gen.elements [ 0.0; 1e6 ])
                Scalars.seedGen
        )

    let private wide: Law =
        Law.make
            { Name = "moments: wide tables have those of their columns, on any number of threads"
              Statement =
                "Mean and scatter of a table of many columns agree with those of its narrow parts, and no bit depends on the number of threads."
              Formula = @"S_{ij}=\sum_t(x_{ti}-\bar x_i)(x_{tj}-\bar x_j)"
              Source = "definition"
              Covers = [ "numerics" ]
              Cases = 10
              Generator = wideTables
              Holds =
                fun (count, columns, offset, seed) ->
                    let values = Mat.map (fun z -> offset + z) (normals count columns seed)
                    let rows = Rows.OfRowMajor(ReadOnlyMemory(values.ToArray()), columns)
                    let whole = Moments.ofRows rows
                    // Columns from the first and from the last part, so that entries far from the diagonal are met.
                    let chosen = [| 0; 1; 17; 64; 100; columns - 9; columns - 2; columns - 1 |]
                    let all = [| 0 .. count - 1 |]

                    let part = Moments.ofRows (Rows.ofSeq ((Mat.submatrix all chosen values).ToRows()))

                    let weight = float count
                    let ofMean = Tolerances.regrouped count (1.0 + offset)
                    let ofScatter = Tolerances.regrouped count weight + 10.0 * weight * ofMean

                    [ Compare.close "weight" part.Weight whole.Weight 0.0
                      Compare.error
                          "means"
                          (Seq.max (Seq.mapi (fun i j -> abs (part.Mean[i] - whole.Mean[j])) chosen))
                          ofMean
                      Compare.error
                          "scatter"
                          (Mat.maxAbs (Mat.subtract part.Scatter (Mat.submatrix chosen chosen whole.Scatter)))
                          ofScatter
                      // Nor does the point that sums are taken about matter.
                      let other = Moments.about (Vec.map (fun mean -> mean + 0.5) whole.Mean) rows

                      Compare.error "means about another point" (Vec.maxAbs (Vec.subtract other.Mean whole.Mean)) ofMean

                      Compare.error
                          "scatter about another point"
                          (Mat.maxAbs (Mat.subtract other.Scatter whole.Scatter))
                          ofScatter

                      Compare.holds "symmetric" (whole.Scatter.Equals(Mat.transpose whole.Scatter))

                      for threads in [ 2; 3 ] do
                          let other = Moments.ofRows (rows.WithThreads threads)
                          Compare.holds $"same bits on {threads} threads" (other = whole) ] }

    let all: Law list = [ products; shares Mat.multiplyOn; eigen; inverse; wide ]
