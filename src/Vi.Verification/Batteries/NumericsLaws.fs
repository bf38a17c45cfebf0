namespace Vi.Verification.FSharp

open System
open FsCheck
open FsCheck.FSharp
open Vi.Math
open Vi.Math.FSharp
open Vi.Verification

/// Laws of the special functions, log-sum-exp, factorisations and quadrature.
[<RequireQualifiedAccess>]
module NumericsLaws =

    let private abramowitz = "Abramowitz and Stegun 1964, chapter 6; NIST DLMF chapter 5"

    let private positive = Scalars.positive 1e-3 1e5

    /// Values to 18 digits by mpmath 1.3 (40 digits of working precision) at the nearest doubles of the arguments.
    let private table name (f: float -> float) (values: (float * float) list) =
        Law.make
            { Name = $"{name}: published values"
              Statement = $"{name} agrees with values computed to 18 digits by an independent package."
              Formula = ""
              Source = "mpmath 1.3.0 at 40 digits; the values at 1/2 and 1 are classical (DLMF 5.4)"
              Covers = [ "numerics" ]
              Cases = 1
              Generator = Law.once
              Holds =
                fun () ->
                    [ for x, expected in values do
                          Compare.close $"{name}({x})" expected (f x) (Tolerances.published expected) ] }

    let logGammaValues =
        [ 0.001, 6.90717888538385366
          0.1, 2.2527126517342059
          0.5, 0.572364942924700087
          1.5, -0.120782237635245222
          3.7, 1.42807232666538813
          11.9, 17.258477450595522
          12.1, 17.7470072707987393
          100.0, 359.134205369575399
          12345.678, 103959.91990554606 ]

    let digammaValues =
        [ 0.001, -1000.57557193181028
          0.1, -10.4237549404110762
          0.5, -1.96351002602142348
          1.0, -0.577215664901532861
          1.4616, -0.0000311062512303416497
          3.7, 1.16715353936151144
          11.9, 2.43393353688253749
          12.1, 2.45131434817433723
          100.0, 4.6001618527380874
          12345.678, 9.42102082074176088 ]

    let logNormalCdfValues =
        [ -50.0, -1254.8313611394199
          -20.5, -214.0667289632638
          -19.5, -194.016965777497499
          -10.0, -53.2312851505124706
          -3.0, -6.60772622151034954
          -1.0, -1.84102164500926351
          -0.5, -1.17591176159361861
          0.5, -0.368946415288656393
          1.5, -0.069143455612233983
          5.0, -2.86651612963763593e-7 ]

    let trigammaValues =
        [ 0.001, 1000001.64253319583
          0.1, 101.433299150792748
          0.5, 4.93480220054467931
          1.0, 1.64493406684822644
          3.7, 0.310037857670038302
          11.9, 0.0876632011900041836
          12.1, 0.0861536464709862857
          100.0, 0.0100501666633335714
          12345.678, 0.0000810032872311120691 ]

    /// log Gamma, digamma and trigamma given, so that wrong ones can be tried.
    let special (logGamma: float -> float) (digamma: float -> float) (trigamma: float -> float) : Law list =
        let differs (left: float -> float) (right: float -> float) (size: float -> float) x =
            [ Compare.close $"at {x}" (right x) (left x) (4.0 * Tolerances.special (size x)) ]

        [ table "log Gamma" logGamma logGammaValues
          table "digamma" digamma digammaValues
          table "trigamma" trigamma trigammaValues
          table "log of the normal distribution function" Special.logNormalCdf logNormalCdfValues

          Law.make
              { Name = "log Gamma: recurrence"
                Statement = "log Gamma(x + 1) = log Gamma(x) + log x."
                Formula = @"\log\Gamma(x+1)=\log\Gamma(x)+\log x"
                Source = abramowitz
                Covers = [ "numerics" ]
                Cases = 100
                Generator = positive
                Holds =
                  differs (fun x -> logGamma (x + 1.0)) (fun x -> logGamma x + log x) (fun x ->
                      abs (logGamma x) + abs (log x)) }

          Law.make
              { Name = "log Gamma: duplication"
                Statement = "Legendre's duplication formula."
                Formula = @"\Gamma(2x)=\pi^{-1/2}2^{2x-1}\Gamma(x)\Gamma(x+\tfrac12)"
                Source = abramowitz
                Covers = [ "numerics" ]
                Cases = 100
                Generator = positive
                Holds =
                  differs
                      (fun x -> logGamma (2.0 * x))
                      (fun x -> logGamma x + logGamma (x + 0.5) + (2.0 * x - 1.0) * log 2.0 - 0.5 * log Math.PI)
                      (fun x -> 2.0 * abs (logGamma x) + 2.0 * x) }

          Law.make
              { Name = "digamma: recurrence"
                Statement = "digamma(x + 1) = digamma(x) + 1 / x."
                Formula = @"\psi(x+1)=\psi(x)+1/x"
                Source = abramowitz
                Covers = [ "numerics" ]
                Cases = 100
                Generator = positive
                Holds =
                  differs (fun x -> digamma (x + 1.0)) (fun x -> digamma x + 1.0 / x) (fun x ->
                      abs (digamma x) + 1.0 / x) }

          Law.make
              { Name = "digamma: duplication"
                Statement = "The derivative of Legendre's duplication formula."
                Formula = @"\psi(2x)=\tfrac12\psi(x)+\tfrac12\psi(x+\tfrac12)+\log 2"
                Source = abramowitz
                Covers = [ "numerics" ]
                Cases = 100
                Generator = positive
                Holds =
                  differs
                      (fun x -> digamma (2.0 * x))
                      (fun x -> 0.5 * digamma x + 0.5 * digamma (x + 0.5) + log 2.0)
                      (fun x -> abs (digamma x) + 1.0) }

          Law.make
              { Name = "trigamma: recurrence"
                Statement = "trigamma(x + 1) = trigamma(x) - 1 / x^2."
                Formula = @"\psi_1(x+1)=\psi_1(x)-1/x^2"
                Source = abramowitz
                Covers = [ "numerics" ]
                Cases = 100
                Generator = positive
                Holds =
                  differs (fun x -> trigamma (x + 1.0)) (fun x -> trigamma x - 1.0 / (x * x)) (fun x ->
                      trigamma x + 1.0 / (x * x)) }

          Law.make
              { Name = "trigamma: duplication"
                Statement = "The second derivative of Legendre's duplication formula."
                Formula = @"\psi_1(2x)=\tfrac14\psi_1(x)+\tfrac14\psi_1(x+\tfrac12)"
                Source = abramowitz
                Covers = [ "numerics" ]
                Cases = 100
                Generator = positive
                Holds =
                  differs (fun x -> trigamma (2.0 * x)) (fun x -> 0.25 * (trigamma x + trigamma (x + 0.5))) trigamma }

          Law.make
              { Name = "special functions: reflection"
                Statement = "Euler's reflection formula and its derivatives, on the unit interval."
                Formula = @"\Gamma(x)\Gamma(1-x)=\pi/\sin\pi x"
                Source = abramowitz
                Covers = [ "numerics" ]
                Cases = 100
                Generator =
                  Arb.fromGenShrink (
                      Scalars.uniformGen 0.01 0.99,
                      fun x -> if x = 0.5 then Seq.empty else Seq.singleton 0.5
                  )
                Holds =
                  fun x ->
                      let y = 1.0 - x
                      // By the nearer end: next to 1 the rounding of pi x would be large against its sine.
                      let sine = sin (Math.PI * min x y)
                      let cosine = cos (Math.PI * min x y) * (if x <= y then 1.0 else -1.0)

                      [ Compare.close
                            "log Gamma"
                            (log (Math.PI / sine))
                            (logGamma x + logGamma y)
                            (Tolerances.special (logGamma x) + Tolerances.special (logGamma y))
                        Compare.close
                            "digamma"
                            (Math.PI * cosine / sine)
                            (digamma y - digamma x)
                            (Tolerances.special (abs (digamma x) + abs (digamma y)))
                        Compare.close
                            "trigamma"
                            (Math.PI * Math.PI / (sine * sine))
                            (trigamma x + trigamma y)
                            (4.0 * Tolerances.special (trigamma x + trigamma y)) ] } ]

    /// log sum exp given, so that an unstable one can be tried.
    let logSumExp (logSumExp: float[] -> float) : Law =
        Law.make
            { Name = "log-sum-exp: shift"
              Statement =
                "Adding a constant to all terms adds it to the result, be the terms small or large, and the result lies between the largest term and that plus log n."
              Formula = @"\mathrm{lse}(x+c)=\mathrm{lse}(x)+c,\quad \max x\le\mathrm{lse}(x)\le\max x+\log n"
              Source = "Blanchard, Higham and Higham 2021"
              Covers = [ "numerics" ]
              Cases = 100
              Generator = Scalars.both (Scalars.arrayOf 1 8 (Scalars.real 1e3)) (Scalars.real 1e4)
              Holds =
                fun (values, shift) ->
                    let direct = logSumExp values
                    let shifted = logSumExp (values |> Array.map (fun x -> x + shift))
                    let top = Array.max values
                    let size = abs top + abs shift + 10.0

                    [ Compare.close "lse(x + c) - c" direct (shifted - shift) (Tolerances.rounding 4 size)
                      Compare.atMost "max x" top direct (Tolerances.rounding 4 size)
                      Compare.atMost
                          "lse(x) - log n"
                          (direct - log (float values.Length))
                          top
                          (Tolerances.rounding 4 size) ] }

    let private matrices = Matrices.positiveDefinite 5 1.0 1e6

    let cholesky: Law list =
        [ Law.make
              { Name = "cholesky: reconstructs the matrix"
                Statement = "The factor times its transpose is the matrix."
                Formula = @"LL^\top=A"
                Source = "Higham 2002, theorem 10.3"
                Covers = [ "numerics" ]
                Cases = 100
                Generator = matrices
                Holds =
                  fun a ->
                      let factor = Chol.factor "a generated matrix" a

                      [ Compare.close
                            "largest entry of L L' - A"
                            0.0
                            (Mat.maxAbs (Mat.subtract (Chol.toMat factor) a))
                            (Tolerances.conditioned a.Rows 1.0 (Mat.maxAbs a)) ] }
          Law.make
              { Name = "cholesky: solves, inverts and measures"
                Statement =
                  "A times the solution is the right side, A times its inverse the identity, and the log-determinant the sum of the logarithms of the eigenvalues."
                Formula = @"A(A^{-1}b)=b,\quad \log|A|=\sum_i\log\lambda_i"
                Source = "Higham 2002, chapter 10"
                Covers = [ "numerics" ]
                Cases = 100
                Generator = Scalars.both matrices (Arb.fromGenShrink (Scalars.vectorGen 5 1.0, Scalars.shrinkVector))
                Holds =
                  fun (a, numbers) ->
                      let n = a.Rows
                      let b = Vec.slice 0 n numbers
                      let factor = Chol.factor "a generated matrix" a
                      let x = Chol.solve factor b
                      let condition = Matrices.condition a
                      let struct (eigenvalues, _) = Mat.symmetricEigen a

                      [ Compare.close
                            "A x - b"
                            0.0
                            (Vec.maxAbs (Vec.subtract (Mat.multiplyVec a x) b))
                            (Tolerances.conditioned n 1.0 (Mat.maxAbs a * float n * Vec.maxAbs x))
                        Compare.close
                            "A A^-1 - I"
                            0.0
                            (Mat.maxAbs (Mat.subtract (Mat.multiply a (Chol.inverse factor)) (Mat.identity n)))
                            (Tolerances.conditioned n condition 1.0)
                        Compare.close
                            "log |A|"
                            (Vec.sumBy log eigenvalues)
                            factor.LogDeterminant
                            (Tolerances.conditioned n condition 1.0)
                        Compare.close
                            "b' A^-1 b"
                            (Vec.dot b x)
                            (Chol.inverseQuadratic factor b)
                            (Tolerances.conditioned n condition (Vec.maxAbs b * Vec.maxAbs x * float n)) ] }
          Law.make
              { Name = "cholesky: refuses what is not positive definite"
                Statement = "A matrix with a non-positive direction has no factor."
                Formula = @"\exists v:\ v^\top Av\le 0\Rightarrow\text{no }L"
                Source = "definition"
                Covers = [ "numerics" ]
                Cases = 100
                Generator = Scalars.both matrices (Scalars.positive 1e-3 1e3)
                Holds =
                  fun (a, depth) ->
                      // A less than nothing along its first unit vector.
                      let lowered = Mat.init a.Rows a.Rows (fun i j -> if i = 0 && j = 0 then -depth else a[i, j])
                      [ Compare.holds "no factor" (Chol.tryFactor lowered).IsNone ] } ]

    let quadrature: Law list =
        [ Law.make
              { Name = "quadrature: Gauss-Kronrod is exact on polynomials"
                Statement = "A polynomial of degree at most 12 is integrated to rounding."
                Formula = @"\int_a^b x^k\,dx=\frac{b^{k+1}-a^{k+1}}{k+1}"
                Source = "Piessens et al. 1983, QUADPACK"
                Covers = [ "numerics" ]
                Cases = 100
                Generator = Scalars.both (Scalars.arrayOf 1 13 (Scalars.real 10.0)) (Scalars.positive 0.1 3.0)
                Holds =
                  fun (coefficients, half) ->
                      let f x = Array.foldBack (fun c sum -> c + x * sum) coefficients 0.0
                      let power k = (half ** float (k + 1) - (-half) ** float (k + 1)) / float (k + 1)
                      let exact = coefficients |> Array.mapi (fun k c -> c * power k) |> Array.sum

                      let size =
                          coefficients |> Array.mapi (fun k c -> 2.0 * abs c * half ** float (k + 1)) |> Array.sum

                      [ Compare.close
                            "integral"
                            exact
                            (Quadrature.finite 1e-13 -half half f).Value
                            (Tolerances.rounding 16 size) ] }
          Law.make
              { Name = "quadrature: Gauss-Hermite is exact on polynomials"
                Statement = "n nodes give the normal distribution's moments up to degree 2 n - 1."
                Formula = @"\sum_i w_i x_i^k=\mathbb E[z^k]"
                Source = "Golub and Welsch 1969"
                Covers = [ "numerics" ]
                Cases = 100
                Generator = Scalars.integer 1 24
                Holds =
                  fun n ->
                      let struct (nodes, weights) = Quadrature.gaussHermite n

                      [ for k in 0 .. min 12 (2 * n - 1) do
                            let value = Seq.sumBy (fun i -> weights[i] * nodes[i] ** float k) (seq { 0 .. n - 1 })
                            let size = Seq.sumBy (fun i -> weights[i] * abs nodes[i] ** float k) (seq { 0 .. n - 1 })

                            let moment =
                                if k % 2 = 1 then
                                    0.0
                                else
                                    Seq.fold (*) 1.0 (seq { 1.0 .. 2.0 .. float k - 1.0 })

                            Compare.close $"E[z^{k}]" moment value (Tolerances.rounding 64 (1.0 + size)) ] }
          Law.make
              { Name = "quadrature: integrals over the logarithmic scale"
                Statement =
                  "The integral of a gamma density over its logarithm is 1, its nodes' mean the digamma function."
                Formula = @"\int e^{au-be^u}du=\Gamma(a)b^{-a}"
                Source = "Trefethen and Weideman 2014"
                Covers = [ "numerics" ]
                Cases = 100
                Generator = Scalars.both (Scalars.positive 0.3 1e3) (Scalars.positive 1e-3 1e3)
                Holds =
                  fun (a, b) ->
                      let nodes = LogScaleQuadrature.nodes (fun u -> a * u - b * exp u)
                      let mean = Array.fold2 (fun sum w u -> sum + w * u) 0.0 nodes.Weights nodes.Points
                      let exact = Special.logGamma a - a * log b

                      [ Compare.close "log integral" exact nodes.LogIntegral (Tolerances.quadrature exact)
                        Compare.close "mean" (Special.digamma a - log b) mean (Tolerances.quadrature (log b)) ] } ]

    /// All orders of 0 to n - 1.
    let rec private orders (n: int) : int list list =
        let rec insert x rest =
            match rest with
            | [] -> [ [ x ] ]
            | head :: tail -> (x :: rest) :: List.map (fun others -> head :: others) (insert x tail)

        if n = 0 then [ [] ] else orders (n - 1) |> List.collect (insert (n - 1))

    /// The law of an assignment of rows to columns.
    let assignment (best: Mat -> int[]) : Law list =
        [ Law.make
              { Name = "assignment: least total cost"
                Statement = "Every row has a column of its own, and no other order of the columns costs less."
                Formula = @"\sigma=\arg\min_{\sigma}\sum_i c_{i\sigma(i)}"
                Source = "Kuhn 1955; all orders enumerated"
                Covers = [ "numerics" ]
                Cases = 100
                Generator = Scalars.both (Scalars.integer 1 6) Scalars.seed
                Holds =
                  fun (n, seed) ->
                      let struct (normals, _) = Rng.array (n * n) Rng.normal (Rng.ofSeed seed)
                      let costs = Mat.init n n (fun i j -> normals[i * n + j])
                      let total (columns: int seq) = columns |> Seq.mapi (fun i j -> costs[i, j]) |> Seq.sum
                      let found = best costs
                      let least = orders n |> List.map total |> List.min

                      [ Compare.holds "one to one" (Array.sort found = Array.init n id)
                        Compare.close "total" least (total found) (Tolerances.rounding n (float n)) ] } ]

    /// All of them, on the project's functions.
    let battery: Law list =
        List.concat
            [ special Special.logGamma Special.digamma Special.trigamma
              [ logSumExp (fun values -> Special.logSumExp (ReadOnlySpan<float> values)) ]
              cholesky
              quadrature
              assignment Assignment.best
              IncompleteLaws.all ]
