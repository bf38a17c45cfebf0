namespace Vi.Math.FSharp

open Vi.Math

/// The scale of components' precisions as a random variable with its own factor, so that a prior in the data's unit does not blur groups that lie
/// far apart: B ~ Wishart(nu_B, V) and beta_0 ~ Gamma(a, b), over Lambda_k | B ~ Wishart(B^-1, nu_0) and
/// mu_k | Lambda_k, beta_0 ~ N(m_0, (beta_0 Lambda_k)^-1) (Richardson and Green 1997, 2.3; Stephens 2000, 5.1).
[<RequireQualifiedAccess>]
module LearnedScale =

    /// Share of W0^-1 that a component's inverse scale keeps when B goes to 0: components on repeated rows would have no variance otherwise,
    /// and rows no finite evidence. The joint prior of all components and B is multiplied with prod_k exp(-tr(W0^-1 Lambda_k) Floor / 2), whose normaliser, about
    /// a thousandth of a nat, is left out.
    [<Literal>]
    let Floor = 1e-8

    let private rate (scale: ScaleMatrix) =
        match scale with
        | ColumnRates rates -> rates
        | JointScale _ -> invalidArg (nameof scale) "independent columns have a rate each"

    let private joint (scale: ScaleMatrix) =
        match scale with
        | JointScale distribution -> distribution
        | ColumnRates _ -> invalidArg (nameof scale) "precision matrices have one scale matrix"

    /// Shape 1/2 for beta_0, as much as one more entry of a mean would tell of it.
    let private meanScale (beta0: float) : Gamma = { Shape = 0.5; Rate = 0.5 / beta0 }

    /// beta_0 given squares E[(mu - m_0)' Lambda (mu - m_0)] of so many entries of means: Gamma(a + n / 2, b + squares / 2).
    let private meanScaleGiven (entries: int) (squares: float) (prior: Gamma) : Gamma =
        { Shape = prior.Shape + 0.5 * float entries; Rate = prior.Rate + 0.5 * squares }

    /// E[log beta_0] - log E[beta_0], for so many entries of means.
    let private excessOfMeans (entries: int) (d: Gamma) =
        0.5 * float entries * (Gamma.expectedLog d - log (Gamma.mean d))

    /// E[B] of a Wishart distribution.
    let private expectedMatrix (d: Wishart) : Mat = Wishart.expectedPrecision d

    /// Components with precision matrices: those matrices' distributions, the number of means, and E[(mu_k - m_0)' Lambda_k (mu_k - m_0)] over all
    /// of them.
    let internal ofMatrices
        (precisions: 'components -> Wishart[])
        (means: 'components -> int)
        (squares: Vec -> 'components -> float)
        : ScaleLearning<NormalWishart, 'components> =
        let at (scale: LearnedScale) (prior: NormalWishart) : NormalWishart =
            { prior with
                PrecisionScale = Gamma.mean scale.MeanScale
                Precision =
                    { prior.Precision with
                        InverseScale =
                            Mat.add
                                (expectedMatrix (joint scale.Matrix))
                                (Mat.scale Floor (Chol.toMat prior.Precision.InverseScale))
                            |> Mat.symmetrize
                            |> Chol.factor "the components' scale matrix" } }

        let entries (prior: NormalWishart) components = means components * prior.Mean.Length

        // E[Lambda_k] = W0 where B = nu_0 W0^-1, its expectation.
        { Hyperprior =
            fun prior ->
                let freedom = float prior.Mean.Length

                { Matrix =
                    JointScale
                        { DegreesOfFreedom = freedom
                          InverseScale =
                            Chol.inverse prior.Precision.InverseScale
                            |> Mat.scale (freedom / prior.Precision.DegreesOfFreedom)
                            |> Mat.symmetrize
                            |> Chol.factor "the prior's scale matrix" }
                  MeanScale = meanScale prior.PrecisionScale }
          At = at
          Matrix =
            fun prior components scale ->
                let d = joint scale
                let precisions = precisions components

                JointScale
                    { DegreesOfFreedom = d.DegreesOfFreedom + float precisions.Length * prior.Precision.DegreesOfFreedom
                      InverseScale =
                        (Chol.toMat d.InverseScale, precisions)
                        ||> Array.fold (fun sum precision -> Mat.add sum (Wishart.expectedPrecision precision))
                        |> Mat.symmetrize
                        |> Chol.factor "the scale matrix of all components" }
          MeanScale = fun prior components -> meanScaleGiven (entries prior components) (squares prior.Mean components)
          Excess =
            fun scale prior components ->
                let seen = (at scale prior).Precision

                0.5
                * float (precisions components).Length
                * prior.Precision.DegreesOfFreedom
                * (Wishart.expectedLogDeterminant (joint scale.Matrix) - seen.InverseScale.LogDeterminant)
                + excessOfMeans (entries prior components) scale.MeanScale }

    /// Components with independent columns.
    let internal ofColumns: ScaleLearning<NormalGamma[], NormalGamma[][]> =
        let seen (rate: Gamma) (prior: NormalGamma) = Gamma.mean rate + Floor * prior.Rate

        let entries (prior: NormalGamma[]) (components: NormalGamma[][]) = prior.Length * components.Length

        let square (prior: NormalGamma) (c: NormalGamma) =
            let away = c.Mean - prior.Mean
            1.0 / c.PrecisionScale + NormalGamma.expectedPrecision c * away * away

        { Hyperprior =
            fun prior ->
                // E[tau_kj] = 1 / (W0^-1)_jj where b_j = a_0j (W0^-1)_jj, its expectation; p.Rate = (W0^-1)_jj / 2.
                { Matrix =
                    prior |> Array.map (fun p -> { Shape = 0.5; Rate = 0.25 / (p.Shape * p.Rate) }) |> ColumnRates
                  MeanScale = meanScale prior[0].PrecisionScale }
          At =
            fun scale prior ->
                (rate scale.Matrix, prior)
                ||> Array.map2 (fun rate p ->
                    { p with PrecisionScale = Gamma.mean scale.MeanScale; Rate = seen rate p })
          Matrix =
            fun prior components scale ->
                rate scale
                |> Array.mapi (fun j d ->
                    { Shape = d.Shape + float components.Length * prior[j].Shape
                      Rate = d.Rate + (components |> Array.sumBy (fun c -> NormalGamma.expectedPrecision c[j])) })
                |> ColumnRates
          MeanScale =
            fun prior components ->
                components
                |> Array.sumBy (Array.map2 square prior >> Array.sum)
                |> meanScaleGiven (entries prior components)
          Excess =
            fun scale prior components ->
                let ofColumn (d: Gamma) (p: NormalGamma) =
                    float components.Length * p.Shape * (Gamma.expectedLog d - log (seen d p))

                (Array.map2 ofColumn (rate scale.Matrix) prior |> Array.sum)
                + excessOfMeans (entries prior components) scale.MeanScale }

    let private overMatrix ofWishart ofGamma (a: ScaleMatrix) (b: ScaleMatrix) =
        match a with
        | JointScale d -> ofWishart d (joint b)
        | ColumnRates rates -> Array.map2 ofGamma rates (rate b) |> Array.sum

    let private entropyOfMatrix (scale: ScaleMatrix) =
        match scale with
        | JointScale d -> Wishart.entropy d
        | ColumnRates rates -> Array.sumBy Gamma.entropy rates

    /// The terms of a bound that B and beta_0 have of their own, of the prior and the factors.
    let terms (prior: LearnedScale) (q: LearnedScale) : (string * float) list =
        [ "E[log p(B)]", overMatrix Wishart.expectedLogDensity Gamma.expectedLogDensity q.Matrix prior.Matrix
          "E[log p(beta0)]", Gamma.expectedLogDensity q.MeanScale prior.MeanScale
          "H[q(B)]", entropyOfMatrix q.Matrix
          "H[q(beta0)]", Gamma.entropy q.MeanScale ]

    /// KL(a || b) of both factors.
    let klDivergence (a: LearnedScale) (b: LearnedScale) =
        overMatrix Wishart.klDivergence Gamma.klDivergence a.Matrix b.Matrix
        + Gamma.klDivergence a.MeanScale b.MeanScale

    /// The same where both may be missing.
    let divergence (a: LearnedScale voption) (b: LearnedScale voption) =
        ValueOption.map2 klDivergence a b |> ValueOption.defaultValue 0.0

    /// Convex combination in natural parameters.
    let blend (rho: float) (a: LearnedScale) (b: LearnedScale) : LearnedScale =
        { Matrix =
            match a.Matrix with
            | JointScale d -> JointScale(Blend.wishart rho d (joint b.Matrix))
            | ColumnRates rates -> ColumnRates(Blend.all Blend.gamma rho rates (rate b.Matrix))
          MeanScale = Blend.gamma rho a.MeanScale b.MeanScale }

    /// Natural parameters of B, then of beta_0.
    let naturalParameters (d: LearnedScale) : Vec =
        let ofMatrix =
            match d.Matrix with
            | JointScale matrix -> Wishart.naturalParameters matrix
            | ColumnRates rates -> rates |> Array.map Gamma.naturalParameters |> Array.reduce Vec.append

        Vec.append ofMatrix (Gamma.naturalParameters d.MeanScale)

    /// Coordinates of B, then of beta_0.
    let coordinates: FactorCoordinates<LearnedScale> =
        let onJoint (read: Wishart -> float[]) (onRates: Gamma[] -> float[]) (scale: ScaleMatrix) =
            match scale with
            | JointScale matrix -> read matrix
            | ColumnRates rates -> onRates rates

        let rates = FactorCoordinates.each FactorCoordinates.gamma

        let matrix: FactorCoordinates<ScaleMatrix> =
            { Values = onJoint FactorCoordinates.wishart.Values rates.Values
              Units = onJoint FactorCoordinates.wishart.Units rates.Units
              At =
                fun scale values ->
                    match scale with
                    | JointScale matrix -> JointScale(FactorCoordinates.wishart.At matrix values)
                    | ColumnRates known -> ColumnRates(rates.At known values) }

        FactorCoordinates.together
            [ FactorCoordinates.inside
                  (fun (d: LearnedScale) -> d.Matrix)
                  (fun matrix d -> { d with Matrix = matrix })
                  matrix
              FactorCoordinates.inside
                  (fun (d: LearnedScale) -> d.MeanScale)
                  (fun scale d -> { d with MeanScale = scale })
                  FactorCoordinates.gamma ]

    /// By how much solving with q(B)'s matrix magnifies rounding.
    let inflation (d: LearnedScale) =
        match d.Matrix with
        | JointScale matrix -> Chol.inflation matrix.InverseScale
        | ColumnRates _ -> 1.0

    /// E[B], rates of independent columns along the diagonal.
    let expected (d: LearnedScale) : Mat =
        match d.Matrix with
        | JointScale matrix -> expectedMatrix matrix
        | ColumnRates rates -> rates |> Array.map Gamma.mean |> Vec.ofArray |> Mat.diagonalOf

    /// The prior of a component given factors of B and beta_0, if there are any.
    let seen (learning: ScaleLearning<'prior, 'components>) (prior: 'prior) (learned: LearnedScale voption) : 'prior =
        match learned with
        | ValueSome scale -> learning.At scale prior
        | ValueNone -> prior

    /// Updates of both factors in a model whose prior has them: from what its globals' components and factors are, and how the latter are replaced.
    let updates
        (learning: ScaleLearning<'prior, 'components>)
        (prior: 'prior)
        (hyperprior: LearnedScale voption)
        (components: 'globals -> 'components)
        (learned: 'globals -> LearnedScale voption)
        (replace: LearnedScale -> 'globals -> 'globals)
        : FactorUpdate<'statistics, 'globals> list =
        match hyperprior with
        | ValueNone -> []
        | ValueSome hyperprior ->
            let update factor change : FactorUpdate<'statistics, 'globals> =
                { Factor = factor
                  Update =
                    fun _ q ->
                        let current = ValueOption.defaultValue hyperprior (learned q)
                        replace (change current (components q)) q }

            [ update "q(B)" (fun current c -> { current with Matrix = learning.Matrix prior c hyperprior.Matrix })
              update "q(beta0)" (fun current c ->
                  { current with MeanScale = learning.MeanScale prior c hyperprior.MeanScale }) ]

    /// E[log p(components | B, beta_0)] beyond that at their expectations, and the terms of B and beta_0.
    let bound
        (learning: ScaleLearning<'prior, 'components>)
        (prior: 'prior)
        (hyperprior: LearnedScale voption)
        (learned: LearnedScale voption)
        (components: 'components)
        : struct (float * (string * float) list) =
        match hyperprior, learned with
        | ValueSome hyperprior, ValueSome q -> struct (learning.Excess q prior components, terms hyperprior q)
        | _ -> struct (0.0, [])
