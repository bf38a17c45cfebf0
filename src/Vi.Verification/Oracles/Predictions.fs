namespace Vi.Verification.FSharp

open System
open Vi.Math
open Vi.Math.FSharp

/// Predictions written a second time: as integrals over the factors, sums over components and ratios of evidences.
[<RequireQualifiedAccess>]
module Predictions =

    /// E[f(tau)] under a gamma distribution by an integral over log tau; f is given by its logarithm, of log tau.
    let overPrecision (precision: Gamma) (logOf: float -> float) =
        Numerical.integral (Gamma.expectedLog precision) (sqrt (Special.trigamma precision.Shape)) (fun u ->
            let tau = exp u

            if tau > 0.0 && Double.IsFinite tau then
                Gamma.logDensity precision tau + u + logOf u
            else
                Double.NegativeInfinity)

    /// Log density at y of N(mean, variance + 1 / tau) with tau from a gamma distribution.
    let logDensity (mean: float) (variance: float) (precision: Gamma) (y: float) =
        overPrecision precision (fun u ->
            let total = variance + exp -u
            let away = y - mean
            -0.5 * (Special.logTwoPi + log total + away * away / total))
        |> log

    /// Log density at x of N(mu, variance) with mu from a normal distribution: an integral about the top of their product, on its scale.
    let overMean (variance: float) (q: Normal) (x: float) =
        let share = q.Variance / (q.Variance + variance)
        let centre = q.Mean + share * (x - q.Mean)

        Numerical.integral centre (sqrt (share * variance)) (fun mu ->
            Normal.logDensity q mu + Normal.logDensity (Normal.create mu variance) x)
        |> log

    /// Mean and variance of b + (x - centre)'w under the factors of a regression; columns are centred where there is an intercept.
    let regression (rows: float[][]) (q: LinearRegressionPosterior) (x: float[]) : struct (float * float) =
        let struct (offset, spread) =
            match q.Intercept with
            | ValueSome b -> struct (b.Mean, b.Variance)
            | ValueNone -> struct (0.0, 0.0)

        let away =
            x
            |> Array.mapi (fun j value ->
                match q.Intercept with
                | ValueSome _ -> value - (rows |> Array.averageBy (fun row -> row[j]))
                | ValueNone -> value)

        let covariance = MvNormal.covariance q.Weights
        let mutable mean = offset
        let mutable variance = spread

        for i in 0 .. x.Length - 1 do
            mean <- mean + away[i] * q.Weights.Mean[i]

            for j in 0 .. x.Length - 1 do
                variance <- variance + away[i] * covariance[i, j] * away[j]

        struct (mean, variance)

    /// Log density of one row under a component, its mean and precision integrated out: the evidence of that row alone.
    let componentLogDensity (c: MixtureComponent) (x: float[]) =
        match c with
        | Joint d -> Evidence.normalWishart d [| x |]
        | Independent ds -> Array.map2 (fun d value -> Evidence.gaussianMeanPrecision d [| value |]) ds x |> Array.sum

    /// Log density of one row under components with probabilities.
    let mixtureLogDensity (probabilities: float[]) (components: MixtureComponent[]) (x: float[]) =
        Array.map2 (fun p c -> p * exp (componentLogDensity c x)) probabilities components
        |> Array.sum
        |> log

    /// Probabilities of the states so many rows on: sums over all paths there, each step with its expected probability.
    let statesAhead (transitions: Dirichlet[]) (steps: int) (last: float[]) : float[] =
        let expected i j = transitions[i].Concentration[j] / Vec.sum transitions[i].Concentration

        let rec arrive probability state left (found: float[]) =
            if left = 0 then
                found[state] <- found[state] + probability
            else
                for next in 0 .. transitions.Length - 1 do
                    arrive (probability * expected state next) next (left - 1) found

        let found: float[] = Array.zeroCreate transitions.Length
        last |> Array.iteri (fun state probability -> arrive probability state steps found)
        found
