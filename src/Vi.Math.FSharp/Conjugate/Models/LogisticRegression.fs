namespace Vi.Math

/// y_n in {0, 1}, y_n ~ Bernoulli(sigma(z_n)), z_n = (x_n - centre)'w + b.
type LogisticRegressionPrior =
    {
        /// Prior of the D weights and, with an intercept, of b as the last entry.
        Weights: MvNormal
        /// The point (D) at which the intercept is the log odds; zeros without an intercept.
        Centre: Vec
        /// Whether there is an intercept.
        Intercept: bool
    }

/// Expected sufficient statistics of labelled rows under q(omega); P = D, or D + 1 with an intercept.
type LogisticStatistics =
    {
        /// Number of rows.
        Rows: float
        /// sum_n E[omega_n] x_n x_n' (P x P).
        Gram: Mat
        /// sum_n (y_n - 1/2) x_n (P).
        Cross: Vec
        /// sum_n KL(q(omega_n) || PG(1, 0)), in nats.
        Divergence: float
    }

namespace Vi.Math.FSharp

open Vi.Kernels
open Vi.Math

/// Logistic regression with Polya-Gamma variables (Polson, Scott and Windle 2013), which is the bound of Jaakkola and Jordan (2000; Bishop
/// 2006, 10.6) written as a conjugate model (Durante and Rigon 2019): given omega_n ~ PG(1, 0) the likelihood
/// exp(kappa_n z_n - omega_n z_n^2 / 2) / 2 with kappa_n = y_n - 1/2 is normal in w. The bound is the exact evidence lower bound of the
/// model with the omega_n; summing them out of q cannot lower it, so it lies below the bound that q(w) alone has, and that below the
/// evidence. Data: D columns and the target as the last one.
[<RequireQualifiedAccess>]
module LogisticRegression =

    /// Row (from 0) and value of the first target that is neither 0 nor 1.
    let firstBadTarget (rows: Rows) : struct (int64 * float) voption =
        let column = rows.Columns - 1

        seq {
            for b in 0 .. rows.BlockCount - 1 do
                let block = rows.Block b

                for i in 0 .. block.Rows - 1 do
                    let y = block[i, column]

                    if y <> 0.0 && y <> 1.0 then
                        struct (int64 b * int64 rows.BlockRows + int64 i, y)
        }
        |> Seq.tryHead
        |> function
            | Some found -> ValueSome found
            | None -> ValueNone

    /// How statistics of separate blocks add up, for P weights.
    let monoid (weights: int) : Monoid<LogisticStatistics> =
        { Zero = { Rows = 0.0; Gram = Mat.zero weights weights; Cross = Vec.zero weights; Divergence = 0.0 }
          Combine =
            fun a b ->
                { Rows = a.Rows + b.Rows
                  Gram = Mat.add a.Gram b.Gram
                  Cross = Vec.add a.Cross b.Cross
                  Divergence = a.Divergence + b.Divergence } }

    /// Statistics of all rows, from sums that are added up in place.
    let private gather
        (read: Block -> LogisticParameters -> LogisticSums)
        (prior: LogisticRegressionPrior)
        (q: MvNormal)
        : IBatches<Block> -> LogisticStatistics =
        let p = q.Mean.Length

        let parameters =
            LogisticParameters(
                prior.Centre.Length,
                prior.Intercept,
                prior.Centre.ToArray(),
                q.Mean.ToArray(),
                (Chol.inverseLower q.Precision).ToArray()
            )

        Batches.sums (fun block -> read block parameters) (fun () -> new LogisticSums(p)) (fun sums ->
            { Rows = sums.Rows
              Gram = Mat.init p p (fun i j -> sums.Gram[(max i j) * p + min i j])
              Cross = Vec.ofArray (sums.Cross.ToArray())
              Divergence = sums.Divergence })

    /// Statistics of all rows with omega_n at its optimal factor, or drawn from PG(1, z_n) at the mean weights.
    let internal statisticsWith (locals: Locals) =
        gather (fun block weights -> LogisticKernel.Accumulate(block, weights, Locals.choice locals block))

    /// The local update, and the statistics of all rows under it. The optimal q(omega_n) = PG(1, c_n) has
    /// c_n^2 = E[z_n^2] = (x_n'm)^2 + x_n'S x_n, so that E[omega_n] = tanh(c_n / 2) / (2 c_n) and
    /// KL(q(omega_n) || PG(1, 0)) = log cosh(c_n / 2) - c_n^2 E[omega_n] / 2 (Polson, Scott and Windle 2013, section 2; Durante and Rigon
    /// 2019): Bishop's xi_n (10.163) and 2 lambda(xi_n) (10.150). `PolyaGamma` has them for one c, the kernel for all rows. The target is
    /// read as it stands: whoever lets data in checks that it is 0 or 1 (firstBadTarget).
    let localStatistics (prior: LogisticRegressionPrior) (q: MvNormal) (rows: IBatches<Block>) =
        statisticsWith Locals.Expected prior q rows

    /// Names of the weights in factors and terms.
    let private names (prior: LogisticRegressionPrior) = if prior.Intercept then "w, b" else "w"

    /// The whole bound of any statistics and any factors. Of omega it has -sum_n KL(q(omega_n) || PG(1, 0)) as one term: neither of its halves
    /// has a closed form, the density of PG(1, 0) being an alternating series.
    let elbo (prior: LogisticRegressionPrior) (data: LogisticStatistics) (q: MvNormal) : Elbo =
        let names = names prior

        Elbo.ofTerms
            [ $"E[log p(y | X, {names}, omega)]",
              Vec.dot q.Mean data.Cross
              - 0.5 * (Mat.bilinear q.Mean data.Gram q.Mean + Chol.traceOfInverseTimes q.Precision data.Gram)
              - data.Rows * log 2.0
              $"E[log p({names})]", MvNormal.expectedLogDensity q prior.Weights
              "E[log p(omega)] + H[q(omega)]", -data.Divergence
              $"H[q({names})]", MvNormal.entropy q ]

    /// The optimal q(w): precision P_0 + sum E[omega] x x', mean solved from P_0 m_0 + sum kappa x (Bishop 2006, 10.157 and 10.158).
    let updateWeights (prior: LogisticRegressionPrior) (data: LogisticStatistics) : MvNormal =
        let factor =
            Chol.toMat prior.Weights.Precision
            |> Mat.add data.Gram
            |> Chol.factor "the weights' precision, the prior's plus sum E[omega] x x',"

        let right = Vec.add (Symmetric.multiply prior.Weights.Precision prior.Weights.Mean) data.Cross
        { Mean = Chol.solve factor right; Precision = factor }

    /// The model.
    let model (prior: LogisticRegressionPrior) : ConjugateModel<Block, LogisticStatistics, MvNormal> =
        { Name = "logistic-regression"
          Monoid = monoid prior.Weights.Mean.Length
          Data = Local("q(omega)", localStatistics prior)
          Updates = [ { Factor = $"q({names prior})"; Update = fun data _ -> updateWeights prior data } ]
          Elbo = elbo prior
          Divergence = MvNormal.klDivergence
          Coordinates = FactorCoordinates.mvNormal
          Prior = prior.Weights }

    /// The normal with the mean of q and the curvature of log p(w, y) there as its precision: Laplace's approximation taken at the answer.
    /// Its spread is what the bound's is to be held against, which is always narrower.
    let curvatureAt (prior: LogisticRegressionPrior) (rows: Rows) (q: MvNormal) : MvNormal =
        let data = gather (fun block weights -> LogisticKernel.AccumulateCurvature(block, weights)) prior q rows

        { q with
            Precision =
                Chol.toMat prior.Weights.Precision
                |> Mat.add data.Gram
                |> Chol.factor "the curvature of the log posterior" }

    /// Distribution of the log odds z at a row of D columns, taken from a centre (D), under q(w), with an intercept q(w, b).
    let logOddsAbout (centre: Vec) (intercept: bool) (q: MvNormal) (x: Vec) : Normal =
        let centred = Vec.subtract x centre
        let row = if intercept then Vec.append centred (Vec.constant 1 1.0) else centred
        { Mean = Vec.dot row q.Mean; Variance = Chol.inverseQuadratic q.Precision row }

    /// The same about the prior's centre.
    let logOdds (prior: LogisticRegressionPrior) (q: MvNormal) (x: Vec) : Normal =
        logOddsAbout prior.Centre prior.Intercept q x

    /// sigma(z) = 1 / (1 + exp(-z)).
    let sigmoid (z: float) = if z >= 0.0 then 1.0 / (1.0 + exp -z) else exp z / (1.0 + exp z)

    /// The standard deviation of the log odds from which on sigma is a step to them.
    [<Literal>]
    let private StepFrom = 1e4

    /// E[sigma(z)] where the density f of z varies slowly: with H the unit step, sigma - H is odd, and E[H(z)] + f'(0) int z (sigma - H) dz is
    /// Phi(m) - pi^2 / 6 m phi(m) / sd^2 for m = mean / sd. The next term is of the order of 1 / sd^4.
    let private probabilityOfSteep (logOdds: Normal) (sd: float) : float =
        let m = logOdds.Mean / sd
        let density = exp (-0.5 * m * m) / sqrt (2.0 * System.Math.PI)
        let above = Normal.cdf { Mean = 0.0; Variance = 1.0 } m
        above - System.Math.PI * System.Math.PI / 6.0 * m * density / (sd * sd)

    let private probabilityBySum (logOdds: Normal) (sd: float) : float =
        let steps = int (ceil (18.0 * max 1.0 sd))
        let h = 9.0 / float steps
        let mutable sum = 0.0
        let mutable total = 0.0

        for i in -steps .. steps do
            let u = h * float i
            let weight = exp (-0.5 * u * u)
            total <- total + weight
            sum <- sum + weight * sigmoid (logOdds.Mean + sd * u)

        sum / total

    /// P(y = 1) = E[sigma(z)] under a distribution of the log odds. The trapezoidal rule over standard normal u, |u| <= 9; with steps of half the
    /// smaller of 1 and 1 / sd it converges exponentially, to within 1e-16 of what the tails beyond hold. Where sd is so large that it would take
    /// very many steps, sigma is a step.
    let probability (logOdds: Normal) : float =
        let sd = sqrt logOdds.Variance

        if sd < StepFrom then
            probabilityBySum logOdds sd
        else
            probabilityOfSteep logOdds sd
