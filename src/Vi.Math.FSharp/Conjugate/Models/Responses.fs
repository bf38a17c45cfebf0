namespace Vi.Math.FSharp

open System
open Vi.Math

/// The quantities of each conjugate model whose covariances linear response gives.
[<RequireQualifiedAccess>]
module Responses =

    /// A normal after a tilt by its variable: the mean moves by t times the variance.
    let private tiltNormal t (d: Normal) : Normal = { d with Mean = d.Mean + t * d.Variance }

    /// A multivariate normal after a tilt by entry j.
    let private tiltEntry j t (d: MvNormal) : MvNormal =
        let unit = Vec.init d.Mean.Length (fun i -> if i = j then t else 0.0)
        { d with Mean = Vec.add d.Mean (Chol.solve d.Precision unit) }

    /// A gamma after a tilt by its variable: the rate falls by t.
    let private tiltGamma t (d: Gamma) : Gamma = { d with Rate = d.Rate - t }

    /// A normal-Wishart after a tilt by entry j of the mean, to first order. The covariances of mu_j with the sufficient statistics are
    /// those that a move of the mean by (k E[Lambda])^-1 e_j makes: e_j / k for Lambda mu and 2 m_j / k for mu' Lambda mu.
    let private tiltMean j t (d: NormalWishart) : NormalWishart =
        let factor = Chol.factor "an expected precision" (NormalWishart.expectedPrecision d)
        let unit = Vec.init d.Mean.Length (fun i -> if i = j then t / d.PrecisionScale else 0.0)
        { d with Mean = Vec.add d.Mean (Chol.solve factor unit) }

    /// Cov[mu] = W^-1 / (k (nu - D - 1)) of a normal-Wishart.
    let private covarianceOfMean (d: NormalWishart) : Mat =
        let nu = d.Precision.DegreesOfFreedom
        let n = float d.Mean.Length

        if nu <= n + 1.0 then
            Mat.init d.Mean.Length d.Mean.Length (fun i j -> if i = j then Double.PositiveInfinity else 0.0)
        else
            Mat.scale (1.0 / (d.PrecisionScale * (nu - n - 1.0))) (Chol.toMat d.Precision.InverseScale)

    /// A Dirichlet after a tilt by weight k, to first order: the concentrations move by V^-1 c with V = diag psi'(a_j) - psi'(a_0) the
    /// covariance of the logarithms and c_j = d E[pi_k] / d a_j their covariances with the weight.
    let private tiltWeight k t (d: Dirichlet) : Dirichlet =
        let a = d.Concentration
        let total = Dirichlet.total d
        let c j = ((if j = k then total else 0.0) - a[k]) / (total * total)
        let inverse j = 1.0 / Special.trigamma a[j]
        let indices = [| 0 .. a.Length - 1 |]
        let u = indices |> Array.sumBy (fun j -> inverse j * c j)
        let v = indices |> Array.sumBy inverse
        let psi = Special.trigamma total
        let shift = psi * u / (1.0 - psi * v)
        { d with Concentration = Vec.init a.Length (fun j -> a[j] + t * inverse j * (c j + shift)) }

    let private covarianceOfWeights (d: Dirichlet) : Mat =
        let a = d.Concentration
        let total = Dirichlet.total d

        Mat.init a.Length a.Length (fun i j ->
            ((if i = j then a[i] * total else 0.0) - a[i] * a[j]) / (total * total * (total + 1.0)))

    /// Square blocks along the diagonal, zeros beside them.
    let private blocks (parts: Mat list) : Mat =
        let starts = parts |> List.scan (fun at part -> at + part.Rows) 0

        let at i = List.findIndexBack (fun start -> start <= i) (List.take parts.Length starts)

        let parts = Array.ofList parts
        let starts = Array.ofList starts
        let size = Array.last starts

        Mat.init size size (fun i j ->
            let block = at i

            if at j = block then parts[block][i - starts[block], j - starts[block]] else 0.0)

    let private one (variance: float) = Mat.init 1 1 (fun _ _ -> variance)

    let private replace k value (items: 'item[]) =
        items |> Array.mapi (fun i item -> if i = k then value item else item)

    /// mu and tau.
    let gaussianMeanPrecision: ResponseView<GaussianMeanPrecisionPosterior> =
        { Names = [| "mu"; "tau" |]
          Factors = [| "q(mu)"; "q(tau)" |]
          Means = fun q -> Vec.ofArray [| q.Mean.Mean; Gamma.mean q.Precision |]
          Covariance = fun q -> blocks [ one q.Mean.Variance; one (Gamma.variance q.Precision) ]
          Tilt =
            fun j t q ->
                if j = 0 then
                    { q with Mean = tiltNormal t q.Mean }
                else
                    { q with Precision = tiltGamma t q.Precision } }

    /// The weights w[1] ... w[D], the noise precision tau, and the intercept b where there is one.
    let linearRegression (columns: int) (prior: LinearRegressionPrior) : ResponseView<LinearRegressionPosterior> =
        let intercept = prior.Intercept.IsSome

        { Names =
            [| yield! Seq.init columns (fun j -> $"w[{j + 1}]")
               "tau"
               if intercept then
                   "b" |]
          Factors =
            [| yield! Seq.replicate columns "q(w)"
               "q(tau)"
               if intercept then
                   "q(b)" |]
          Means =
            fun q ->
                Vec.ofArray
                    [| yield! q.Weights.Mean.ToArray()
                       Gamma.mean q.NoisePrecision
                       match q.Intercept with
                       | ValueSome b -> b.Mean
                       | ValueNone -> () |]
          Covariance =
            fun q ->
                blocks
                    [ MvNormal.covariance q.Weights
                      one (Gamma.variance q.NoisePrecision)
                      match q.Intercept with
                      | ValueSome b -> one b.Variance
                      | ValueNone -> () ]
          Tilt =
            fun j t q ->
                if j < columns then { q with Weights = tiltEntry j t q.Weights }
                elif j = columns then { q with NoisePrecision = tiltGamma t q.NoisePrecision }
                else { q with Intercept = q.Intercept |> ValueOption.map (tiltNormal t) } }

    /// The weights w[1] ... w[D], and the intercept b where there is one.
    let logisticRegression (prior: LogisticRegressionPrior) : ResponseView<MvNormal> =
        let p = prior.Weights.Mean.Length
        let name j = if prior.Intercept && j = p - 1 then "b" else $"w[{j + 1}]"
        let factor = (LogisticRegression.model prior).Updates.Head.Factor

        { Names = Array.init p name
          Factors = Array.replicate p factor
          Means = fun q -> q.Mean
          Covariance = MvNormal.covariance
          Tilt = tiltEntry }

    /// The components' means mu[k, d], component by component, then the weights pi[k].
    let gaussianMixture (components: int) (dimension: int) : ResponseView<GaussianMixturePosterior> =
        let count = components * dimension

        { Names =
            [| for k in 1..components do
                   for d in 1..dimension do
                       $"mu[{k},{d}]"
               for k in 1..components do
                   $"pi[{k}]" |]
          Factors = [| yield! Seq.replicate count "q(mu, Lambda)"; yield! Seq.replicate components "q(pi)" |]
          Means =
            fun q ->
                Vec.ofArray
                    [| for normal in q.Components do
                           yield! normal.Mean.ToArray()
                       yield! (Dirichlet.mean q.Weights).ToArray() |]
          Covariance =
            fun q -> blocks [ yield! q.Components |> Seq.map covarianceOfMean; covarianceOfWeights q.Weights ]
          Tilt =
            fun j t q ->
                if j < count then
                    { q with Components = q.Components |> replace (j / dimension) (tiltMean (j % dimension) t) }
                else
                    { q with Weights = tiltWeight (j - count) t q.Weights } }

    /// The states' means mu[k, d], state by state.
    let regimeSwitching (states: int) (dimension: int) : ResponseView<RegimeSwitchingPosterior> =
        { Names =
            [| for k in 1..states do
                   for d in 1..dimension do
                       $"mu[{k},{d}]" |]
          Factors = Array.replicate (states * dimension) "q(mu, Lambda)"
          Means =
            fun q ->
                Vec.ofArray
                    [| for state in q.States do
                           yield! state.Mean.ToArray() |]
          Covariance = fun q -> blocks (q.States |> Seq.map covarianceOfMean |> List.ofSeq)
          Tilt = fun j t q -> { q with States = q.States |> replace (j / dimension) (tiltMean (j % dimension) t) } }
