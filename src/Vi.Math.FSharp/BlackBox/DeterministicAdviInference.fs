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

/// What linear response of a fit with fixed draws came to: a closed set.
type FixedDrawsEnd =
    /// The covariance can be used: it is that of the bound's curvature at the fit.
    | CurvatureFound
    /// The fit has not converged.
    | FitNotConverged
    /// There are more coordinates than allowed.
    | TooManyCoordinates of count: int * most: int
    /// The bound's curvature at the fit is not that of a maximum beyond rounding.
    | NotACurvature
    /// The answer stacks several modes: it has no curvature of its own.
    | SeveralModes

/// A fit with fixed draws and its linear response.
[<NoComparison; NoEquality>]
type DeterministicAdviFit =
    {
        Fit: VariationalFit
        /// Of all coordinates, where it was asked for and can be had.
        Response: FixedDrawsResponse voption
        /// What it came to; nothing where it was not asked for.
        ResponseEnd: FixedDrawsEnd voption
        /// Draws that stayed fixed.
        Draws: int
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
            struct (ValueNone, ValueNone)
        elif not (FixedDraws.isSettled info) then
            struct (ValueNone, ValueSome FitNotConverged)
        elif density.Dimension > respondUpTo then
            struct (ValueNone, ValueSome(TooManyCoordinates(density.Dimension, respondUpTo)))
        else
            let response = FixedDraws.respond fit density (Array.init density.Dimension id)

            struct (ValueSome response, ValueSome(if response.Covariance.IsSome then CurvatureFound else NotACurvature))

    let private describe (run: RunProgress<FixedDrawsState, FixedDrawsInfo>) : InferenceStep =
        let info = RunProgress.last run

        { Iteration = run.Iteration
          Objective = info.Elbo
          StandardError = nan
          Gain = info.Gain
          Phase = InferencePhase.Iterations info.Iterations
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
                    let found = VariationalFit.ofFixedDraws family target run
                    let fit = FixedDraws.answer family run.State

                    let struct (response, ending) =
                        if settings.LinearResponse && found.Normal.IsNone then
                            struct (ValueNone, ValueSome SeveralModes)
                        else
                            respond settings density fit (RunProgress.last run)

                    { Fit = found; Response = response; ResponseEnd = ending; Draws = 2 * options.Pairs }

                EngineRun(FixedDraws.parts options family density, describe, answer, rng) }
