namespace Vi.Math

/// Settings of deterministic variational inference.
type DeterministicAdviSettings =
    {
        /// Draws that stay fixed, at least 3; an odd number is rounded up, as draws come in mirrored pairs.
        Draws: int
        /// Most iterations of L-BFGS.
        MaxIterations: int
        /// Whether covariances by linear response are computed as well.
        LinearResponse: bool
        /// Paths of the Pathfinder run that the fit starts from.
        Climbs: int
    }

/// A fit with fixed draws and its linear response.
[<NoComparison; NoEquality>]
type DeterministicAdviFit =
    {
        Fit: VariationalFit
        /// Of all coordinates, where it was asked for and can be had.
        Response: FixedDrawsResponse voption
        /// What it came to, in a sentence; empty where it was not asked for.
        ResponseSentence: string
    }

namespace Vi.Math.FSharp

open Vi.Math

/// Deterministic variational inference as it is run from F#, from C# and from experiment files: the same draws throughout, fitted by L-BFGS. So
/// few draws determine a mean-field normal only; linear response gives the correlations.
[<RequireQualifiedAccess; CompilationRepresentation(CompilationRepresentationFlags.ModuleSuffix)>]
module DeterministicAdviInference =

    /// The engine's own numbers, with linear response.
    let defaults: DeterministicAdviSettings =
        { Draws = 2 * FixedDraws.defaults.Pairs
          MaxIterations = FixedDraws.defaults.MaxIterations
          LinearResponse = true
          Climbs = Pathfinder.defaults.Paths }

    /// Coordinates up to which the linear response of all of them is computed: each takes a linear system of its own.
    let private respondUpTo = 64

    /// The linear response of a fit with fixed draws, or why there is none.
    let private respond (settings: DeterministicAdviSettings) (density: LogDensity) (fit: FixedDrawsFit) info =
        if not settings.LinearResponse then
            struct (ValueNone, "")
        elif not (FixedDraws.isSettled info) then
            struct (ValueNone, "Not computed: the fit has not converged.")
        elif density.Dimension > respondUpTo then
            struct (ValueNone, $"Not computed: {density.Dimension} coordinates, and at most {respondUpTo} are taken.")
        else
            let response = FixedDraws.respond fit density (Array.init density.Dimension id)

            struct (ValueSome response,
                    if response.Covariance.IsSome then
                        "From the curvature of the bound at the fit."
                    else
                        "Not to be had: the bound's curvature at the fit is not that of a maximum, or not to be told from rounding.")

    let private describe (run: RunProgress<FixedDrawsState, FixedDrawsInfo>) : InferenceStep =
        let info = RunProgress.last run

        { Iteration = run.Iteration
          Objective = info.Elbo
          StandardError = nan
          Gain = info.Gain
          Phase = $"{info.Iterations} iterations"
          Share = nan
          Evaluations = run.Evaluations
          Divergences = 0
          Outcome = ValueOption.toObj run.Outcome }

    /// The inference with its settings.
    let create (settings: DeterministicAdviSettings) : Inference<DeterministicAdviFit> =
        { Name = "advi"
          Start =
            fun target _ rng ->
                InferenceOption.atLeast 1 "Draws" settings.Draws
                InferenceOption.atLeast 1 "MaxIterations" settings.MaxIterations
                InferenceOption.atLeast 1 "Climbs" settings.Climbs

                let options =
                    { Pairs = max 2 ((settings.Draws + 1) / 2)
                      MaxIterations = settings.MaxIterations
                      Start = FromPathfinder { Pathfinder.defaults with Paths = settings.Climbs } }

                let density = target.Density
                let family = MeanField.family density.Dimension

                let answer (run: RunProgress<FixedDrawsState, FixedDrawsInfo>) =
                    let fit = FixedDraws.answer family run.State
                    let struct (response, sentence) = respond settings density fit (RunProgress.last run)

                    { Fit = VariationalFit.ofFixedDraws family density run
                      Response = response
                      ResponseSentence = sentence }

                EngineRun(FixedDraws.parts options family density, describe, answer, rng) }
