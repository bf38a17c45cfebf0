namespace Vi.Verification.FSharp

open System
open Vi.Kernels
open Vi.Math
open Vi.Math.FSharp
open Vi.Verification

/// Mixtures as subjects of the laws of marginal densities.
[<RequireQualifiedAccess>]
module MarginalMixtures =

    /// A pinned distribution of weights, written plainly.
    type internal PlainWeights<'weights> =
        { LogPrior: 'weights -> 'weights -> float
          Variables: 'weights -> float[]
          Probabilities: 'weights -> Vec
          Reverse: ('weights -> 'weights) voption }

    let internal plainDirichlet: PlainWeights<Dirichlet> =
        { LogPrior = fun prior q -> Dirichlet.logDensity prior (Dirichlet.mean q)
          Variables = fun q -> (let p = (Dirichlet.mean q).ToArray() in p[.. p.Length - 2])
          Probabilities = Dirichlet.mean
          Reverse = ValueSome(fun q -> { Concentration = Vec.ofArray (Array.rev (q.Concentration.ToArray())) }) }

    let private plainSticks: PlainWeights<StickBreaking> =
        { LogPrior =
            fun prior q -> Array.fold2 (fun sum p q -> sum + Beta.logDensity p (Beta.mean q)) 0.0 prior.Sticks q.Sticks
          Variables = fun q -> q.Sticks |> Array.map Beta.mean
          Probabilities = StickBreaking.mean
          Reverse = ValueNone }

    /// Pinned components, written plainly.
    type internal PlainComponents<'prior, 'components> =
        { LogPrior: 'prior -> 'components -> float
          Variables: 'components -> float[]
          Reverse: 'components -> 'components }

    let internal plainFull: PlainComponents<NormalWishart, NormalWishart[]> =
        { LogPrior =
            fun prior ->
                Array.sumBy (fun c ->
                    NormalWishart.logDensity prior (struct (c.Mean, MarginalSubject.factorOf c.Precision)))
          Variables =
            Array.collect (fun c -> Array.append (c.Mean.ToArray()) (MarginalSubject.lower (Wishart.mean c.Precision)))
          Reverse = Array.rev }

    let private plainTied: PlainComponents<NormalWishart, TiedNormalWishart> =
        { LogPrior =
            fun prior c ->
                TiedNormalWishart.logDensity
                    (TiedNormalWishart.replicate c.Means.Length prior)
                    (struct (c.Means, MarginalSubject.factorOf c.Precision))
          Variables =
            fun c -> Array.append (Array.collect Vec.toArray c.Means) (MarginalSubject.lower (Wishart.mean c.Precision))
          Reverse = fun c -> { c with Means = Array.rev c.Means } }

    let private plainDiagonal: PlainComponents<NormalGamma[], NormalGamma[][]> =
        let tau = NormalGamma.expectedPrecision

        { LogPrior =
            fun prior ->
                Array.sumBy (
                    Array.map2 (fun p c -> NormalGamma.logDensity p (struct (c.Mean, tau c))) prior >> Array.sum
                )
          Variables = Array.collect (Array.collect (fun c -> [| c.Mean; tau c |]))
          Reverse = Array.rev }

    /// The scale of components, written plainly: log p(B) + log p(beta_0), the components' prior at both, the powers of |B| over those of the prior's own
    /// matrix, and the entries of B and beta_0.
    type internal PlainScale<'prior, 'components> =
        { LogPrior: LearnedScale -> LearnedScale -> float
          At: LearnedScale -> 'prior -> 'prior
          Ratio: LearnedScale -> 'prior -> 'components -> float
          Variables: LearnedScale -> float[] }

    let private matrixOf (scale: LearnedScale) =
        match scale.Matrix with
        | JointScale d -> Wishart.mean d
        | ColumnRates rates -> rates |> Array.map Gamma.mean |> Vec.ofArray |> Mat.diagonalOf

    let private beta0 (scale: LearnedScale) = Gamma.mean scale.MeanScale

    let private logPriorOfScale (prior: LearnedScale) (q: LearnedScale) =
        let ofMatrix =
            match prior.Matrix, q.Matrix with
            | JointScale p, JointScale d -> Wishart.logDensity p (MarginalSubject.factorOf d)
            | ColumnRates p, ColumnRates d -> Array.map2 MarginalSubject.logGamma p d |> Array.sum
            | _ -> nan

        ofMatrix + MarginalSubject.logGamma prior.MeanScale q.MeanScale

    let private variablesOfScale (scale: LearnedScale) =
        match scale.Matrix with
        | JointScale _ -> Array.append (MarginalSubject.lower (matrixOf scale)) [| beta0 scale |]
        | ColumnRates rates -> Array.append (Array.map Gamma.mean rates) [| beta0 scale |]

    /// Of components that have so many precision matrices.
    let internal plainMatrix (precisions: 'components -> int) : PlainScale<NormalWishart, 'components> =
        let floored (scale: LearnedScale) (prior: NormalWishart) =
            Mat.add (matrixOf scale) (Mat.scale LearnedScale.Floor (Chol.toMat prior.Precision.InverseScale))
            |> Chol.factor "a scale matrix"

        { LogPrior = logPriorOfScale
          At =
            fun scale prior ->
                { prior with
                    PrecisionScale = beta0 scale
                    Precision = { prior.Precision with InverseScale = floored scale prior } }
          Ratio =
            fun scale prior components ->
                0.5
                * prior.Precision.DegreesOfFreedom
                * float (precisions components)
                * ((Chol.factor "a scale matrix" (matrixOf scale)).LogDeterminant
                   - (floored scale prior).LogDeterminant)
          Variables = variablesOfScale }

    let private plainRates: PlainScale<NormalGamma[], NormalGamma[][]> =
        let floored (scale: LearnedScale) (prior: NormalGamma[]) j =
            (matrixOf scale)[j, j] + LearnedScale.Floor * prior[j].Rate

        { LogPrior = logPriorOfScale
          At =
            fun scale prior ->
                prior
                |> Array.mapi (fun j p -> { p with PrecisionScale = beta0 scale; Rate = floored scale prior j })
          Ratio =
            fun scale prior components ->
                Seq.sumBy
                    (fun j ->
                        prior[j].Shape * float components.Length * log ((matrixOf scale)[j, j] / floored scale prior j))
                    (seq { 0 .. prior.Length - 1 })
          Variables = variablesOfScale }

    let internal wishartPrior columns : NormalWishart =
        { Mean = Vec.init columns (fun j -> 0.5 - float j)
          PrecisionScale = 0.7
          Precision = { DegreesOfFreedom = 7.0; InverseScale = Chol.scaledIdentity columns 20.0 } }

    let private mixture
        (weights: WeightKind<'weights>)
        (plainWeights: PlainWeights<'weights>)
        (kind: ComponentKind<'prior, 'data, 'components>)
        (plain: PlainComponents<'prior, 'components>)
        (gibbs: MixturePrior<'weights, 'prior> -> GibbsModel<Block, _, MixturePosterior<'weights, 'components>>)
        (marginal: MixturePrior<'weights, 'prior> -> IBatches<Block> -> MarginalModel<_>)
        =
        let prior = MixtureKinds.prior weights kind
        let struct (pin, values) = MarginalSubject.ofGibbs (prior >> gibbs)
        let batches (case: MixtureCase) = MarginalSubject.table case.Prior.Component.Mean.Length case.Rows

        let logRow (q: MixturePosterior<'weights, 'components>) (row: float[]) =
            let logs =
                kind.Family.View q.Components
                |> Array.mapi (fun k c ->
                    log ((plainWeights.Probabilities q.Weights).[k])
                    + MarginalSubject.logNormal (MixtureComponent.mean c) (MixtureComponent.covariance c) row)

            Special.logSumExp (ReadOnlySpan logs)

        { Name = MixtureKinds.name weights kind
          Covers = "gaussian-mixture"
          Cases = Samples.mixture 0 12 2 2 3
          Draft =
            fun count seed ->
                { Prior =
                    { Weights = { Concentration = Vec.ofArray [| 1.5; 2.0 |] }
                      Component = wishartPrior 1
                      Learned = ValueNone }
                  Rows = MarginalSubject.normals count 1 seed
                  Seed = seed }
          Seed = fun case -> case.Seed
          Empty = fun case -> { case with Rows = [||] }
          Batches = batches
          Marginal = fun case -> marginal (prior case) (batches case)
          Conjugate = fun case -> Mixture.model weights.Family kind.Family (prior case)
          Pin = pin
          Values = values
          LogJoint =
            fun case q ->
                let p = prior case

                plainWeights.LogPrior p.Weights q.Weights
                + plain.LogPrior p.Component q.Components
                + Array.sumBy (logRow q) case.Rows
          Variables = fun _ q -> Array.append (plainWeights.Variables q.Weights) (plain.Variables q.Components)
          Evidence =
            ValueSome(fun case ->
                let p = prior case

                EnumeratedMixture.logEvidence
                    (weights.Family.Count p.Weights)
                    (weights.LogAssignment p.Weights)
                    (kind.LogEvidence p.Component)
                    case.Rows)
          PriorFactorises = true
          HasLocals = true
          Reorder =
            plainWeights.Reverse
            |> ValueOption.map (fun reverse (case: MixtureCase, q: MixturePosterior<'weights, 'components>) ->
                { case with
                    Prior =
                        { case.Prior with
                            Weights =
                                { Concentration = Vec.ofArray (Array.rev (case.Prior.Weights.Concentration.ToArray())) } } },
                { q with Weights = reverse q.Weights; Components = plain.Reverse q.Components }) }

    /// A scale prior that is worth more, so that chains on a few rows mix.
    let internal firm (scale: LearnedScale) : LearnedScale =
        let firm (d: Gamma) : Gamma = { Shape = 6.0 * d.Shape; Rate = 6.0 * d.Rate }

        { Matrix =
            match scale.Matrix with
            | JointScale d ->
                let freedom = d.DegreesOfFreedom + 5.0

                JointScale
                    { DegreesOfFreedom = freedom
                      InverseScale = Chol.ofLower (Mat.scale (sqrt (freedom / d.DegreesOfFreedom)) d.InverseScale.Lower) }
            | ColumnRates rates -> ColumnRates(Array.map firm rates)
          MeanScale = firm scale.MeanScale }

    /// A prior of a mixture with a learned scale.
    let internal learnScale
        (family: ComponentFamily<'prior, 'data, 'components>)
        (prior: MixturePrior<'weights, 'prior>)
        : MixturePrior<'weights, 'prior> =
        let prior = Mixture.learnScale family prior
        { prior with Learned = ValueOption.map firm prior.Learned }

    /// The same with a learned scale.
    let private learned
        (weights: WeightKind<'weights>)
        (plainWeights: PlainWeights<'weights>)
        (kind: ComponentKind<'prior, 'data, 'components>)
        (plain: PlainComponents<'prior, 'components>)
        (plainScale: PlainScale<'prior, 'components>)
        (gibbs: MixturePrior<'weights, 'prior> -> GibbsModel<Block, _, MixturePosterior<'weights, 'components>>)
        (marginal: MixturePrior<'weights, 'prior> -> IBatches<Block> -> MarginalModel<_>)
        =
        let learn = learnScale kind.Family
        let subject = mixture weights plainWeights kind plain (learn >> gibbs) (learn >> marginal)
        let prior = MixtureKinds.prior weights kind >> learn

        { subject with
            Name = $"{subject.Name} and a learned scale"
            Conjugate = prior >> Mixture.model weights.Family kind.Family
            LogJoint =
                fun case q ->
                    let p = prior case
                    let scale = q.Learned.Value

                    subject.LogJoint case q - plain.LogPrior p.Component q.Components
                    + plain.LogPrior (plainScale.At scale p.Component) q.Components
                    + plainScale.Ratio scale p.Component q.Components
                    + plainScale.LogPrior p.Learned.Value scale
            Variables = fun case q -> Array.append (subject.Variables case q) (plainScale.Variables q.Learned.Value)
            Evidence = ValueNone
            PriorFactorises = false }

    let learnedFullMixture =
        learned
            MixtureKinds.dirichlet
            plainDirichlet
            MixtureKinds.full
            plainFull
            (plainMatrix Array.length)
            GibbsModels.fullMixture
            MarginalModels.fullMixture

    let learnedTiedMixture =
        learned
            MixtureKinds.dirichlet
            plainDirichlet
            MixtureKinds.tied
            plainTied
            (plainMatrix (fun (_: TiedNormalWishart) -> 1))
            GibbsModels.tiedMixture
            MarginalModels.tiedMixture

    let learnedDiagonalMixture =
        learned
            MixtureKinds.dirichlet
            plainDirichlet
            MixtureKinds.diagonal
            plainDiagonal
            plainRates
            GibbsModels.diagonalMixture
            MarginalModels.diagonalMixture

    let fullMixture =
        mixture
            MixtureKinds.dirichlet
            plainDirichlet
            MixtureKinds.full
            plainFull
            GibbsModels.fullMixture
            MarginalModels.fullMixture

    let tiedMixture =
        mixture
            MixtureKinds.dirichlet
            plainDirichlet
            MixtureKinds.tied
            plainTied
            GibbsModels.tiedMixture
            MarginalModels.tiedMixture

    let diagonalMixture =
        mixture
            MixtureKinds.dirichlet
            plainDirichlet
            MixtureKinds.diagonal
            plainDiagonal
            GibbsModels.diagonalMixture
            MarginalModels.diagonalMixture

    let fullStickBreaking =
        mixture
            MixtureKinds.stickBreaking
            plainSticks
            MixtureKinds.full
            plainFull
            GibbsModels.fullStickBreaking
            MarginalModels.fullStickBreaking

    let tiedStickBreaking =
        mixture
            MixtureKinds.stickBreaking
            plainSticks
            MixtureKinds.tied
            plainTied
            GibbsModels.tiedStickBreaking
            MarginalModels.tiedStickBreaking

    let diagonalStickBreaking =
        mixture
            MixtureKinds.stickBreaking
            plainSticks
            MixtureKinds.diagonal
            plainDiagonal
            GibbsModels.diagonalStickBreaking
            MarginalModels.diagonalStickBreaking
