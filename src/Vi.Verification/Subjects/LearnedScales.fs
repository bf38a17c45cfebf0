namespace Vi.Verification.FSharp

open Vi.Math
open Vi.Math.FSharp
open Vi.Verification

/// Mixtures and regimes whose components' scale is learned, as subjects of the conjugate battery.
[<RequireQualifiedAccess>]
module LearnedScales =

    let private map f (learned: LearnedScale voption) = ValueOption.map f learned

    let private mapMatrix ofWishart ofRates (learned: LearnedScale) : LearnedScale =
        { learned with
            Matrix =
                match learned.Matrix with
                | JointScale d -> JointScale(ofWishart d)
                | ColumnRates rates -> ColumnRates(ofRates rates) }

    /// B of data that are scaled as Models.scaleComponent does.
    let private scaled =
        mapMatrix
            (fun d -> { d with InverseScale = Chol.ofLower (Mat.scale (1.0 / Models.scale) d.InverseScale.Lower) })
            (Array.map (fun d -> { d with Rate = d.Rate / (Models.scale * Models.scale) }))

    /// B of data that an orthogonal matrix turns; columns have no other turn than to change places.
    let private turned (turn: Mat) =
        mapMatrix
            (fun d ->
                { d with
                    InverseScale =
                        Mat.multiply (Mat.multiply turn (Chol.toMat d.InverseScale)) (Mat.transpose turn)
                        |> Mat.symmetrize
                        |> Chol.factor "a turned matrix" })
            Array.rev

    let private scaleSteps name =
        match name with
        | "data scaled by 1e-6" -> fun _ -> scaled
        | "rotated data" -> fun columns -> turned (Models.rotation columns)
        | "columns in another order" -> fun columns -> turned (Models.rotation columns)
        | _ -> fun _ -> id

    let private split count (eta: Vec) =
        Array.init count (fun i -> Vec.slice (i * (eta.Length / count)) (eta.Length / count) eta)

    /// q(B) and q(beta0) of globals that hold them.
    let private lenses
        columns
        (get: 'globals -> LearnedScale voption)
        (set: LearnedScale -> 'globals -> 'globals)
        (prior: LearnedScale)
        : FactorLens<'globals> list =
        let current q = ValueOption.get (get q)

        let ofMatrix =
            match prior.Matrix with
            | JointScale _ ->
                let family = Wishart.family columns

                { Factor = "q(B)"
                  NaturalParameters =
                    fun q ->
                        match (current q).Matrix with
                        | JointScale d -> family.NaturalParameters d
                        | ColumnRates _ -> Vec.zero 0
                  IsProper = family.IsProper
                  Replace = fun q eta -> set { current q with Matrix = JointScale(family.OfNaturalParameters eta) } q }
            | ColumnRates _ ->
                { Factor = "q(B)"
                  NaturalParameters =
                    fun q ->
                        match (current q).Matrix with
                        | ColumnRates rates -> rates |> Array.map Gamma.naturalParameters |> Array.reduce Vec.append
                        | JointScale _ -> Vec.zero 0
                  IsProper = split columns >> Array.forall Gamma.isProper
                  Replace =
                    fun q eta ->
                        let rates = split columns eta |> Array.map Gamma.ofNaturalParameters
                        set { current q with Matrix = ColumnRates rates } q }

        [ ofMatrix
          FactorLens.one "q(beta0)" Gamma.family (fun q -> (current q).MeanScale) (fun q d ->
              set { current q with MeanScale = d } q) ]

    /// A subject's factors with those of the scale before the components', which are the last.
    let private withLenses lenses (factors: FactorLens<'globals> list) =
        let count = factors.Length - 1
        List.take count factors @ lenses @ List.skip count factors

    /// Symmetries under which the scale moves as well.
    let private withScale
        (columns: 'case -> int)
        (move: (LearnedScale -> LearnedScale) -> 'globals -> 'globals)
        (action: SymmetryAction<'case, 'globals>)
        =
        { action with
            Answer = fun case q -> action.Answer case q |> move (scaleSteps action.Name (columns case)) }

    /// A mixture of these kinds.
    let mixture
        (weights: WeightKind<'weights>)
        (kind: ComponentKind<'prior, 'data, 'components>)
        : ConjugateSubject<MixtureCase, MixtureStatistics<'data>, MixturePosterior<'weights, 'components>> =
        let subject = MixtureKinds.subject MixtureKinds.cases weights kind
        let prior = MixtureKinds.prior weights kind >> Mixture.learnScale kind.Family

        { subject with
            Name = $"{subject.Name} and a learned scale"
            Model = prior >> Mixture.model weights.Family kind.Family
            Factors =
                fun case ->
                    subject.Factors case
                    |> withLenses (
                        lenses
                            (subject.Columns case)
                            (fun (q: MixturePosterior<'weights, 'components>) -> q.Learned)
                            (fun scale q -> { q with Learned = ValueSome scale })
                            (prior case).Learned.Value
                    )
            PriorFactorises = false
            Symmetries =
                subject.Symmetries
                |> List.map (
                    withScale subject.Columns (fun f (q: MixturePosterior<'weights, 'components>) ->
                        { q with Learned = map f q.Learned })
                ) }

    /// Regimes.
    let regimes: ConjugateSubject<RegimeCase, ChainStatistics, RegimeSwitchingPosterior> =
        let subject = RegimeModels.regimeSwitching
        let prior (case: RegimeCase) = RegimeSwitching.learnScale case.Prior

        { subject with
            Name = $"{subject.Name} and a learned scale"
            Model = prior >> RegimeSwitching.model
            Factors =
                fun case ->
                    subject.Factors case
                    |> withLenses (
                        lenses
                            (subject.Columns case)
                            (fun (q: RegimeSwitchingPosterior) -> q.Learned)
                            (fun scale q -> { q with Learned = ValueSome scale })
                            (prior case).Learned.Value
                    )
            PriorFactorises = false
            Symmetries =
                subject.Symmetries
                |> List.map (
                    withScale subject.Columns (fun f (q: RegimeSwitchingPosterior) ->
                        { q with Learned = map f q.Learned })
                ) }
