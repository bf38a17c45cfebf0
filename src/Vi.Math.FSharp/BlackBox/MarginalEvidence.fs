namespace Vi.Math.FSharp

open Vi.Math

/// How well global factors fit a conjugate model, by importance weights on its marginal density.
[<RequireQualifiedAccess>]
module MarginalEvidence =

    /// What S draws of q tell, each pinned by a generator of its own; `Gibbs.pin` pins the factors of a Gibbs model. Components or states with the
    /// same prior can be labelled in K! ways, of which q has one: where they lie far apart the weights average to the evidence over K!.
    let ofFactors
        (model: MarginalModel<'globals>)
        (pin: 'globals -> Rng -> struct ('globals * Rng))
        (q: 'globals)
        (draws: int)
        (rng: Rng)
        : WeightEvidence =
        let evaluator = model.Density.Evaluator()
        let logFactors = model.LogFactors q

        let positions =
            Array.init draws (fun i ->
                let struct (pinned, _) = pin q (Rng.derive i rng)
                model.OfGlobals pinned)

        let table = Mat.init draws model.Density.Dimension (fun i d -> positions[i].[d])
        let ofColumns (f: Vec -> float) = Vec.init table.Columns (fun d -> f (Mat.column d table))

        WeightEvidence.ofDraws
            (ofColumns Sample.mean)
            (ofColumns Sample.sd)
            table
            (Vec.init draws (fun i -> evaluator.Value(positions[i].AsSpan())))
            (Vec.init draws (fun i -> logFactors positions[i]))
