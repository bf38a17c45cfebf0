namespace Vi.Math.FSharp

open System
open Vi.Math

/// The quantities of each conjugate model whose covariances linear response gives.
[<RequireQualifiedAccess>]
module Responses =

    /// Square blocks along the diagonal, zeros beside them.
    let private blocks (parts: Mat seq) : Mat =
        let parts = Array.ofSeq parts
        let starts = parts |> Array.scan (fun at part -> at + part.Rows) 0
        let size = Array.last starts
        let values: float[] = Array.zeroCreate (size * size)

        for b in 0 .. parts.Length - 1 do
            for i in 0 .. parts[b].Rows - 1 do
                for j in 0 .. parts[b].Columns - 1 do
                    values[(starts[b] + i) * size + starts[b] + j] <- parts[b][i, j]

        Mat.ofArray size size values

    let private one (variance: float) = Mat.init 1 1 (fun _ _ -> variance)

    /// A normal's variable: its tilt moves the mean by t times the variance.
    let private normal name : FactorResponse<Normal> =
        { Names = [| name |]
          Means = fun d -> Vec.constant 1 d.Mean
          Covariance = fun d -> one d.Variance
          Tilt = fun _ t d -> { d with Mean = d.Mean + t * d.Variance } }

    /// A gamma's variable: its tilt lowers the rate by t.
    let private gamma name : FactorResponse<Gamma> =
        { Names = [| name |]
          Means = fun d -> Vec.constant 1 (Gamma.mean d)
          Covariance = fun d -> one (Gamma.variance d)
          Tilt = fun _ t d -> { d with Rate = d.Rate - t } }

    let private unit n j t = Vec.init n (fun i -> if i = j then t else 0.0)

    /// A multivariate normal's entries: the tilt by entry j moves the mean along column j of the covariance.
    let private entries names : FactorResponse<MvNormal> =
        { Names = names
          Means = fun d -> d.Mean
          Covariance = MvNormal.covariance
          Tilt = fun j t d -> { d with Mean = Vec.add d.Mean (Chol.solve d.Precision (unit d.Mean.Length j t)) } }

    /// The move of a mean by t (k E[Lambda])^-1 e_j, which is its tilt by entry j to first order. The covariances of mu_j with the
    /// sufficient statistics are those that this move makes: e_j / k for Lambda mu and 2 m_j / k for mu' Lambda mu.
    let private moveMean j t (scale: float) (precision: Wishart) (mean: Vec) =
        let factor = Chol.factor "an expected precision" (Wishart.expectedPrecision precision)
        Vec.add mean (Chol.solve factor (unit mean.Length j (t / scale)))

    /// Cov[mu] = W^-1 / (k (nu - D - 1)) of a normal-Wishart.
    let private covarianceOfMean (scale: float) (precision: Wishart) : Mat =
        let n = Wishart.dimension precision
        let free = precision.DegreesOfFreedom - float n - 1.0

        if free <= 0.0 then
            Mat.init n n (fun i j -> if i = j then Double.PositiveInfinity else 0.0)
        else
            Mat.scale (1.0 / (scale * free)) (Chol.toMat precision.InverseScale)

    /// The mean of a normal-Wishart.
    let private jointMean names : FactorResponse<NormalWishart> =
        { Names = names
          Means = fun d -> d.Mean
          Covariance = fun d -> covarianceOfMean d.PrecisionScale d.Precision
          Tilt = fun j t d -> { d with Mean = moveMean j t d.PrecisionScale d.Precision d.Mean } }

    /// The mean of a normal-gamma, which is a normal-Wishart in one dimension.
    let private mean name : FactorResponse<NormalGamma> =
        { Names = [| name |]
          Means = fun d -> Vec.constant 1 d.Mean
          Covariance =
            fun d ->
                let struct (variance, _) = NormalGamma.variance d
                one variance
          Tilt = fun _ t d -> { d with Mean = d.Mean + t / (d.PrecisionScale * NormalGamma.expectedPrecision d) } }

    /// A Dirichlet's weights, to first order: the concentrations move by V^-1 c with V = diag psi'(a_j) - psi'(a_0) the covariance of the
    /// logarithms and c_j = d E[pi_k] / d a_j their covariances with the weight.
    let private shares names : FactorResponse<Dirichlet> =
        { Names = names
          Means = Dirichlet.mean
          Covariance =
            fun d ->
                let a = d.Concentration
                let total = Dirichlet.total d

                Mat.init a.Length a.Length (fun i j ->
                    ((if i = j then a[i] * total else 0.0) - a[i] * a[j]) / (total * total * (total + 1.0)))
          Tilt =
            fun k t d ->
                let a = d.Concentration
                let total = Dirichlet.total d
                let c j = ((if j = k then total else 0.0) - a[k]) / (total * total)
                let inverse j = 1.0 / Special.trigamma a[j]
                let indices = [| 0 .. a.Length - 1 |]
                let u = indices |> Array.sumBy (fun j -> inverse j * c j)
                let v = indices |> Array.sumBy inverse
                let psi = Special.trigamma total
                let shift = psi * u / (1.0 - psi * v)
                { d with Concentration = Vec.init a.Length (fun j -> a[j] + t * inverse j * (c j + shift)) } }

    /// Stick-breaking weights, to first order: each share's parameters move by V^-1 c as those of a Dirichlet of two.
    let private sticks names : FactorResponse<StickBreaking> =
        let sum (v: Beta) = v.Alpha + v.Beta
        let rest (v: Beta) = v.Beta / sum v

        { Names = names
          Means = StickBreaking.mean
          Covariance =
            fun d ->
                let means = StickBreaking.mean d
                let squares = StickBreaking.secondMoment d

                // E[pi_k pi_l] for k < l: shares before k squared, then v_k (1 - v_k), then what is left up to l.
                let product k l =
                    let v = d.Sticks[k]

                    let before =
                        Seq.init k (fun j -> d.Sticks[j])
                        |> Seq.fold (fun p b -> p * rest b * ((b.Beta + 1.0) / (sum b + 1.0))) 1.0

                    let own = v.Alpha * v.Beta / (sum v * (sum v + 1.0))
                    // E[pi_l] passes 1 - v_j of all j < l; those up to k are in the other two.
                    let passed = Seq.init (k + 1) (fun j -> d.Sticks[j]) |> Seq.fold (fun p b -> p * rest b) 1.0
                    before * own * (means[l] / passed)

                Mat.init means.Length means.Length (fun i j ->
                    (if i = j then squares[i] else product (min i j) (max i j)) - means[i] * means[j])
          Tilt =
            fun k t d ->
                let weight = (StickBreaking.mean d)[k]

                // E[pi_k] has the factor E[v_k] of its own share and E[1 - v_j] of each before it.
                let move j (v: Beta) : Beta =
                    if j > k then
                        v
                    else
                        let ofAlpha, ofBeta =
                            if j = k then
                                weight * (1.0 / v.Alpha - 1.0 / sum v), -weight / sum v
                            else
                                -weight / sum v, weight * (1.0 / v.Beta - 1.0 / sum v)

                        let psi = Special.trigamma (sum v)
                        let a = Special.trigamma v.Alpha - psi
                        let b = Special.trigamma v.Beta - psi
                        let determinant = a * b - psi * psi

                        { Alpha = v.Alpha + t * (b * ofAlpha + psi * ofBeta) / determinant
                          Beta = v.Beta + t * (psi * ofAlpha + a * ofBeta) / determinant }

                { Sticks = d.Sticks |> Array.mapi move } }

    /// Independent distributions, one for each part.
    let private each (parts: FactorResponse<'distribution>[]) : FactorResponse<'distribution[]> =
        let places =
            parts
            |> Array.mapi (fun p part -> part.Names |> Array.mapi (fun i _ -> struct (p, i)))
            |> Array.concat

        { Names = parts |> Array.collect (fun part -> part.Names)
          Means =
            fun distributions ->
                Array.map2
                    (fun (part: FactorResponse<'distribution>) distribution -> (part.Means distribution).ToArray())
                    parts
                    distributions
                |> Array.concat
                |> Vec.ofArray
          Covariance =
            fun distributions ->
                blocks (
                    Array.map2
                        (fun (part: FactorResponse<'distribution>) distribution -> part.Covariance distribution)
                        parts
                        distributions
                )
          Tilt =
            fun j t distributions ->
                let struct (p, i) = places[j]

                distributions
                |> Array.mapi (fun at distribution -> if at = p then parts[p].Tilt i t distribution else distribution) }

    /// Quantities of a factor as quantities of the model: the factor's name, how it is read and how it is replaced.
    let private within
        factor
        (get: 'globals -> 'factor)
        (set: 'factor -> 'globals -> 'globals)
        (response: FactorResponse<'factor>)
        : ResponseView<'globals> =
        { Names = response.Names
          Factors = response.Names |> Array.map (fun _ -> factor)
          Means = get >> response.Means
          Covariance = get >> response.Covariance
          Tilt = fun j t q -> set (response.Tilt j t (get q)) q }

    /// Quantities of several factors, in order.
    let private together (views: ResponseView<'globals> list) : ResponseView<'globals> =
        let places =
            views
            |> List.map (fun view -> view.Names |> Array.mapi (fun i _ -> struct (view, i)))
            |> Array.concat

        { Names = views |> List.map (fun view -> view.Names) |> Array.concat
          Factors = views |> List.map (fun view -> view.Factors) |> Array.concat
          Means = fun q -> views |> List.map (fun view -> (view.Means q).ToArray()) |> Array.concat |> Vec.ofArray
          Covariance = fun q -> views |> List.map (fun view -> view.Covariance q) |> blocks
          Tilt =
            fun j ->
                let struct (view, i) = places[j]
                view.Tilt i }

    let private indexed symbol count = Array.init count (fun i -> $"{symbol}[{i + 1}]")

    let private pairs symbol rows columns =
        Array.init rows (fun i -> Array.init columns (fun j -> $"{symbol}[{i + 1},{j + 1}]"))

    /// mu, the only quantity of the only factor.
    let gaussianMean: ResponseView<Normal> = within "q(mu)" id (fun d _ -> d) (normal "mu")

    /// mu and tau.
    let gaussianMeanPrecision: ResponseView<GaussianMeanPrecisionPosterior> =
        together
            [ within "q(mu)" (fun q -> q.Mean) (fun d q -> { q with Mean = d }) (normal "mu")
              within "q(tau)" (fun q -> q.Precision) (fun d q -> { q with Precision = d }) (gamma "tau") ]

    /// The weights w[1] ... w[D], the noise precision tau, and the intercept b where there is one.
    let linearRegression (columns: int) (prior: LinearRegressionPrior) : ResponseView<LinearRegressionPosterior> =
        together
            [ within "q(w)" (fun q -> q.Weights) (fun d q -> { q with Weights = d }) (entries (indexed "w" columns))
              within "q(tau)" (fun q -> q.NoisePrecision) (fun d q -> { q with NoisePrecision = d }) (gamma "tau")
              if prior.Intercept.IsSome then
                  within
                      "q(b)"
                      (fun (q: LinearRegressionPosterior) -> q.Intercept.Value)
                      (fun d q -> { q with Intercept = ValueSome d })
                      (normal "b") ]

    /// The weights w[1] ... w[D], and the intercept b where there is one.
    let logisticRegression (prior: LogisticRegressionPrior) : ResponseView<MvNormal> =
        let p = prior.Weights.Mean.Length
        let name j = if prior.Intercept && j = p - 1 then "b" else $"w[{j + 1}]"
        let factor = (LogisticRegression.model prior).Updates.Head.Factor
        within factor id (fun d _ -> d) (entries (Array.init p name))

    /// Weights pi[k] of a Dirichlet distribution.
    let dirichletWeights (components: int) : FactorResponse<Dirichlet> = shares (indexed "pi" components)

    /// Weights pi[k] of a stick-breaking distribution.
    let stickWeights (components: int) : FactorResponse<StickBreaking> = sticks (indexed "pi" components)

    /// Means mu[k,d] of components with covariances of their own.
    let fullMeans (components: int) (dimension: int) : FactorResponse<NormalWishart[]> =
        each (pairs "mu" components dimension |> Array.map jointMean)

    /// Means mu[k,d] of components of independent columns.
    let diagonalMeans (components: int) (dimension: int) : FactorResponse<NormalGamma[][]> =
        each (pairs "mu" components dimension |> Array.map (fun names -> each (Array.map mean names)))

    /// Means mu[k,d] of components that share a covariance.
    let tiedMeans (components: int) (dimension: int) : FactorResponse<TiedNormalWishart> =
        { Names = Array.concat (pairs "mu" components dimension)
          Means = fun d -> d.Means |> Array.collect Vec.toArray |> Vec.ofArray
          // Given Lambda the means are independent, and their conditional means do not depend on it.
          Covariance =
            fun d -> d.PrecisionScales.ToArray() |> Array.map (fun k -> covarianceOfMean k d.Precision) |> blocks
          Tilt =
            fun j t d ->
                let k = j / dimension

                { d with
                    Means =
                        d.Means
                        |> Array.mapi (fun at m ->
                            if at = k then
                                moveMean (j % dimension) t d.PrecisionScales[k] d.Precision m
                            else
                                m) } }

    /// Means and weights of a mixture of any kind, means first.
    let mixture
        (weights: WeightFamily<'weights>)
        (family: ComponentFamily<'prior, 'data, 'components>)
        (ofWeights: FactorResponse<'weights>)
        (ofComponents: FactorResponse<'components>)
        : ResponseView<MixturePosterior<'weights, 'components>> =
        together
            [ within
                  $"q({family.Variables})"
                  (fun q -> q.Components)
                  (fun c q -> { q with Components = c })
                  ofComponents
              within $"q({weights.Variable})" (fun q -> q.Weights) (fun w q -> { q with Weights = w }) ofWeights ]

    /// The components' means mu[k,d], component by component, then the weights pi[k].
    let gaussianMixture (components: int) (dimension: int) : ResponseView<GaussianMixturePosterior> =
        mixture
            WeightFamilies.dirichlet
            FullComponents.family
            (dirichletWeights components)
            (fullMeans components dimension)

    /// The states' means mu[k,d], state by state, then the transition probabilities A[i,j], row by row.
    let regimeSwitching (states: int) (dimension: int) : ResponseView<RegimeSwitchingPosterior> =
        together
            [ within
                  "q(mu, Lambda)"
                  (fun (q: RegimeSwitchingPosterior) -> q.States)
                  (fun s q -> { q with States = s })
                  (fullMeans states dimension)
              within
                  "q(A)"
                  (fun (q: RegimeSwitchingPosterior) -> q.Transitions)
                  (fun rows q -> { q with Transitions = rows })
                  (each (pairs "A" states states |> Array.map shares)) ]
