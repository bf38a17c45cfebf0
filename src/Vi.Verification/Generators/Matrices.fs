namespace Vi.Verification.FSharp

open FsCheck
open FsCheck.FSharp
open Vi.Math
open Vi.Math.FSharp

/// Positive definite matrices and points of the simplex, by construction.
[<RequireQualifiedAccess>]
module Matrices =

    /// An orthogonal matrix: the rows of normal numbers made orthonormal one after the other, each twice (Gram and Schmidt).
    let orthogonalGen dimension : Gen<Mat> =
        Gen.arrayOfLength (dimension * dimension) Scalars.normalGen
        |> Gen.map (fun numbers ->
            let rows = Array.init dimension (fun i -> Vec.ofArray (Array.sub numbers (i * dimension) dimension))

            for i in 0 .. dimension - 1 do
                for _ in 1..2 do
                    for j in 0 .. i - 1 do
                        rows[i] <- Vec.addScaled (-(Vec.dot rows[i] rows[j])) rows[j] rows[i]

                    rows[i] <- Vec.scale (1.0 / Vec.norm rows[i]) rows[i]

            Mat.init dimension dimension (fun i j -> rows[i][j]))

    /// Q diag(eigenvalues) Q'.
    let ofEigen (q: Mat) (eigenvalues: Vec) =
        Mat.multiply (Mat.multiply q (Mat.diagonalOf eigenvalues)) (Mat.transpose q) |> Mat.symmetrize

    /// Orthogonal times log-uniform eigenvalues around a scale, condition at most the given one.
    let positiveDefiniteGen dimension scale condition : Gen<Mat> =
        gen {
            let! q = orthogonalGen dimension
            let room = sqrt condition
            let! eigenvalues = Gen.arrayOfLength dimension (Scalars.logUniformGen (scale / room) (scale * room))
            return ofEigen q (Vec.ofArray eigenvalues)
        }

    /// Plainer positive definite matrices of the same size: the identity, the diagonal, the diagonal made plain.
    let shrinkSameSize (a: Mat) =
        let identity = Mat.identity a.Rows
        let diagonal = Mat.diagonalOf (Mat.diagonal a)

        seq {
            if a <> identity then
                identity

            if a <> diagonal then
                diagonal
            else
                yield!
                    Scalars.shrinkEntries (Scalars.shrinkPositive 1e-300 1e300) ((Mat.diagonal a).ToArray())
                    |> Seq.map (Vec.ofArray >> Mat.diagonalOf)
        }

    /// The leading block of n rows and columns.
    let leading n (a: Mat) = Mat.submatrix [| 0 .. n - 1 |] [| 0 .. n - 1 |] a

    /// Positive definite of 1 to the given number of dimensions, shrinking to the leading block, the identity, the diagonal.
    let positiveDefinite mostDimensions scale condition : Arbitrary<Mat> =
        Arb.fromGenShrink (
            gen {
                let! dimension = Gen.choose (1, mostDimensions)
                return! positiveDefiniteGen dimension scale condition
            },
            fun a ->
                seq {
                    if a.Rows > 1 then
                        leading (a.Rows - 1) a

                    yield! shrinkSameSize a
                }
        )

    /// Ratio of the largest to the smallest eigenvalue.
    let condition (a: Mat) =
        let struct (eigenvalues, _) = Mat.symmetricEigen a
        Vec.max eigenvalues / System.Math.Max(eigenvalues[0], System.Double.Epsilon)

    /// A point inside the simplex: normalised gamma variables of concentration 0.05, 1 or 20, drawn as logarithms and kept above
    /// 1e-12 so that no entry is 0.
    let simplexGen length : Gen<float[]> =
        gen {
            let! concentration = Gen.elements [ 0.05; 1.0; 20.0 ]
            let! seed = Scalars.seedGen
            let struct (logs, _) = Rng.array length (Rng.logGamma concentration) (Rng.ofSeed seed)
            let top = Array.max logs
            let weights = logs |> Array.map (fun value -> exp (value - top) + 1e-12)
            let total = Array.sum weights
            return weights |> Array.map (fun weight -> weight / total)
        }

    /// Shorter points of the simplex by merging two neighbours, then equal weights.
    let shrinkSimplex least (weights: float[]) =
        seq {
            if weights.Length > least then
                for i in 0 .. weights.Length - 2 do
                    Array.append (Array.append weights[.. i - 1] [| weights[i] + weights[i + 1] |]) weights[i + 2 ..]

            let equal = Array.create weights.Length (1.0 / float weights.Length)

            if weights <> equal then
                equal
        }

    /// Points of the simplex of least to most entries.
    let simplex least most : Arbitrary<float[]> =
        Arb.fromGenShrink (
            gen {
                let! length = Gen.choose (least, most)
                return! simplexGen length
            },
            shrinkSimplex least
        )
