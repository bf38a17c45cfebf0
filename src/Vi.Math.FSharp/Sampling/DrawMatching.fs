namespace Vi.Math.FSharp

open Vi.Math

/// Labels of components and signs of factors mean nothing to the posterior, so draws of different chains, or of one chain, can differ by them
/// alone. What is reported is matched to a reference fit (Stephens 2000; Fruehwirth-Schnatter 2006, 3.7).
[<RequireQualifiedAccess>]
module DrawMatching =

    /// For each of the K reference components the number of the component that takes its label: the assignment of least total divergence
    /// KL(N_component || N_reference) of the rows' distributions.
    let components (reference: MixtureComponent[]) : MixtureComponent[] -> int[] =
        let known =
            reference
            |> Array.map (fun c ->
                let factor = Chol.factor "the covariance of a component" (MixtureComponent.covariance c)
                struct (MixtureComponent.mean c, Chol.inverse factor, factor.LogDeterminant))

        fun drawn ->
            let divergenceTo (struct (mean, precision, logDeterminant)) c =
                let covariance = MixtureComponent.covariance c
                let away = Vec.subtract (MixtureComponent.mean c) mean

                match Chol.tryFactor covariance with
                | ValueNone -> 1e300
                | ValueSome factor ->
                    0.5
                    * (Vec.dot (Vec.wrap covariance.Values) (Vec.wrap (precision: Mat).Values)
                       + Vec.dot away (Mat.multiplyVec precision away)
                       - float mean.Length
                       + logDeterminant
                       - factor.LogDeterminant)

            Assignment.best (Mat.init known.Length drawn.Length (fun l k -> divergenceTo known[l] drawn[k]))

    /// For each of the K reference columns of loadings (N x K) the column that takes its place, whatever its sign: the assignment of the greatest
    /// total of absolute inner products.
    let factors (reference: Mat) (loadings: Mat) : int[] =
        let products = Mat.multiply (Mat.transpose reference) loadings
        Assignment.best (Mat.map (fun product -> -(abs product)) products)
