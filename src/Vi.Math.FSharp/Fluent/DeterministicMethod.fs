namespace Vi.Math.Fluent

open Vi.Math
open Vi.Math.FSharp

/// Variational inference with draws that stay fixed, and its linear response.
[<RequireQualifiedAccess>]
module internal DeterministicMethod =

    /// Coordinates up to which the linear response of all of them is computed: each takes a linear system of its own.
    let private respondUpTo = 64

    /// The linear response of a fit with fixed draws, or why there is none.
    let private respond (options: InferenceOptions) (model: Model) (fit: FixedDrawsFit) =
        if not options.LinearResponse then
            struct (ValueNone, "")
        elif not (FixedDraws.isSettled fit.State) then
            struct (ValueNone, "Not computed: the fit has not converged.")
        elif model.Dimension > respondUpTo then
            struct (ValueNone, $"Not computed: {model.Dimension} coordinates, and at most {respondUpTo} are taken.")
        else
            let response = FixedDraws.respond fit model.Density (Array.init model.Dimension id)

            struct (ValueSome response,
                    if response.Covariance.IsSome then
                        "From the curvature of the bound at the fit."
                    else
                        "Not to be had: the bound's curvature at the fit is not that of a maximum, or not to be told from rounding.")

    /// Deterministic variational inference: the same draws throughout, fitted by L-BFGS. So few draws determine a mean-field normal only;
    /// correlations are the linear response's part.
    let create (options: InferenceOptions) (model: Model) (rng: Rng) : InferenceMethod =
        if options.Family <> "" && options.Family <> "mean-field" then
            Chosen.refuse
                (nameof options.Family)
                $"with fixed draws (lbfgs) the family is mean-field, not {options.Family}: a richer one would be fitted to the draws instead of the density, and linear response gives the correlations"

        if options.BatchRows > 0 then
            Chosen.refuse
                (nameof options.BatchRows)
                "with fixed draws (lbfgs) every step reads all rows: leave the minibatch out"

        let standard = FixedDraws.defaults

        let chosen =
            { standard with
                Pairs = max 2 ((Chosen.orDefault (2 * standard.Pairs) options.DrawsPerStep + 1) / 2)
                MaxIterations = Chosen.orDefault standard.MaxIterations options.MaxSteps }

        let engine = FixedDraws.engine chosen (MeanField.family model.Dimension) model.Density

        EngineMethod(
            engine,
            FixedDraws.stopRule chosen,
            rng,
            (fun step ->
                InferenceStep(
                    step.Iteration,
                    step.Info.Elbo,
                    nan,
                    step.Info.Gain,
                    $"{step.Info.Iterations} iterations",
                    nan,
                    step.Outcome
                )),
            fun outcome state ->
                let fit = engine.Answer state
                let struct (response, found) = respond options model fit
                Responded(VariationalFit.ofFixedDraws model.Density outcome fit, response, found)
        )
