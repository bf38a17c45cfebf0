namespace Vi.Properties

open System
open System.Text.Json
open MathNet.Numerics.Distributions
open Vi.Math
open Vi.Math.FSharp
open Xunit
open Xunit.Abstractions

/// The models of the shared collection, held against its published evidences and against plain formulas.
type ReferencePosteriorTests(output: ITestOutputHelper) =

    let onCollection test = test (Shared.required "reference-posteriors")

    // Evidence of what is normal given one or two parameters.

    /// log of the integral of exp f over all coordinates but the given ones, where f is quadratic in the others: one Newton step finds the
    /// top, and gradients at unit steps the curvature exactly.
    let integrateNormal (evaluator: IDensityEvaluator) (fixedAt: int[]) (fixedValues: float[]) =
        let dimension = evaluator.Dimension
        let free = [| 0 .. dimension - 1 |] |> Array.filter (fun i -> not (Array.contains i fixedAt))
        let position = Array.zeroCreate dimension
        Array.iter2 (fun i v -> position[i] <- v) fixedAt fixedValues

        let gradient (position: float[]) =
            let g = Array.zeroCreate dimension
            evaluator.ValueAndGradient(ReadOnlySpan position, g.AsSpan()) |> ignore
            free |> Array.map (fun i -> g[i])

        let at0 = gradient position

        let curvature =
            free
            |> Array.map (fun i ->
                let moved = Array.copy position
                moved[i] <- moved[i] + 1.0
                Array.map2 (-) at0 (gradient moved))

        let precision = Chol.factor "the curvature" (Mat.symmetrize (Mat.ofRows curvature))
        let top = (Chol.solve precision (Vec.ofArray at0)).ToArray()
        Array.iter2 (fun i v -> position[i] <- v) free top

        // Of the gradient at the top only rounding is left; a second step takes it away.
        let rest = (Chol.solve precision (Vec.ofArray (gradient position))).ToArray()
        Array.iter2 (fun i v -> position[i] <- position[i] + v) free rest

        evaluator.Value(ReadOnlySpan position) + 0.5 * float free.Length * Special.logTwoPi
        - 0.5 * Chol.logDeterminant precision

    /// log of the integral of exp f over the real line, f having one top near the start: trapezoidal rule (exponentially accurate) between
    /// the points where it has fallen by e^-depth.
    let integrateLine (depth: float) (step: float) (start: float) (f: float -> float) =
        let rec climb x =
            if f (x + step) > f x then climb (x + step)
            else if f (x - step) > f x then climb (x - step)
            else x

        let top = climb start
        let height = f top

        let side direction =
            Seq.initInfinite (fun i -> f (top + direction * step * float (i + 1)))
            |> Seq.takeWhile (fun value -> value > height - depth)
            |> Seq.sumBy (fun value -> exp (value - height))

        height + log (step * (1.0 + side 1.0 + side -1.0))

    let offsetOf (program: TracedProgram) name =
        (ProgramDensity.whole program).CoordinateNames
        |> Array.findIndex (fun coordinate -> coordinate = name)

    let checkEvidence (posterior: ReferencePosterior) (actual: float) tolerance =
        match posterior.LogEvidence with
        | ValueSome(struct (expected, error)) ->
            output.WriteLine $"{posterior.Name}: log evidence {actual:R}, published {expected:R}"
            Assert.True(abs (actual - expected) <= tolerance + 4.0 * error, $"{actual:R} is not {expected:R}")
        | ValueNone -> Assert.Fail $"{posterior.Name} has no log evidence"

    let evidenceGiven name step start posteriorName =
        onCollection (fun folder ->
            let posterior = ReferencePosteriors.load folder posteriorName
            let evaluator = (ProgramDensity.whole posterior.Program).Evaluator()
            let at = offsetOf posterior.Program name

            let actual = integrateLine 40.0 step start (fun value -> integrateNormal evaluator [| at |] [| value |])

            // Published to 9 digits.
            checkEvidence posterior actual (2e-8 * abs actual + 1e-6))

    // Plain log densities, from the collection's README: parameters on their own scale, without Jacobians.

    let numbers (data: JsonElement) (name: string) =
        data.GetProperty(name).EnumerateArray() |> Seq.map _.GetDouble() |> Array.ofSeq

    let normal (x: float) (mean: float) (sd: float) = MathNet.Numerics.Distributions.Normal.PDFLn(mean, sd, x)
    let halfCauchy x scale = log 2.0 + Cauchy.PDFLn(0.0, scale, x)
    let logSum (values: float seq) = Special.logSumExp (ReadOnlySpan(Array.ofSeq values))

    let plain (name: string) (data: JsonElement) (value: string -> float[]) : float =
        let number name = (value name)[0]
        let column = numbers data

        match name with
        | "dogs-dogs" ->
            let beta = value "beta"
            let mutable sum = beta |> Array.sumBy (fun b -> normal b 0.0 100.0)

            for dog in data.GetProperty("y").EnumerateArray() do
                let mutable avoided, shocked = 0.0, 0.0

                for trial in dog.EnumerateArray() do
                    let y = trial.GetDouble()
                    let p = 1.0 / (1.0 + exp -(beta[0] + beta[1] * avoided + beta[2] * shocked))
                    sum <- sum + log (if y = 1.0 then p else 1.0 - p)
                    avoided <- avoided + 1.0 - y
                    shocked <- shocked + y

            sum
        | "wells_data-wells_dist100_model" ->
            Seq.zip (column "switched") (column "dist")
            |> Seq.sumBy (fun (y, distance) ->
                let p = 1.0 / (1.0 + exp -(number "alpha" + number "beta" * distance / 100.0))
                log (if y = 1.0 then p else 1.0 - p))
        | "arma-arma11" ->
            let y = column "y"
            let mu, phi, theta, sigma = number "mu", number "phi", number "theta", number "sigma"
            let mutable error = y[0] - (mu + phi * mu)
            let mutable sum = normal mu 0.0 10.0 + normal phi 0.0 2.0 + normal theta 0.0 2.0 + halfCauchy sigma 2.5
            sum <- sum + normal error 0.0 sigma

            for t in 1 .. y.Length - 1 do
                error <- y[t] - (mu + phi * y[t - 1] + theta * error)
                sum <- sum + normal error 0.0 sigma

            sum
        | "hmm_example-hmm_example" ->
            let y = column "y"
            let mu = value "mu"
            let rows = [| value "theta1"; value "theta2" |]
            let mutable forward = Array.init 2 (fun k -> normal y[0] mu[k] 1.0)

            for t in 1 .. y.Length - 1 do
                let before = forward

                forward <-
                    Array.init 2 (fun k ->
                        logSum [ for j in 0..1 -> before[j] + log (rows[j][k]) ] + normal y[t] mu[k] 1.0)

            // Uniform priors on two simplexes of two have density 1.
            normal mu[0] 3.0 1.0 + normal mu[1] 10.0 1.0 + logSum forward
        | "normal_2-normal_mixture" ->
            let theta = number "theta"
            let mu = value "mu"

            Array.sumBy (fun m -> normal m 0.0 10.0) mu
            + (column "y"
               |> Array.sumBy (fun y ->
                   logSum [ log theta + normal y mu[0] 1.0; log (1.0 - theta) + normal y mu[1] 1.0 ]))
        | "one_comp_mm_elim_abs-one_comp_mm_elim_abs" ->
            let ka, km, vm, sigma = number "k_a", number "K_m", number "V_m", number "sigma"
            let times = column "times"
            let slope t c = exp (-ka * t) * 30.0 * ka / 2.0 - vm / 2.0 * c / (km + c)
            // Euler's rule extrapolated in powers of the step (Bulirsch-Stoer with Romberg's table of the midpoint rule).
            let across from time c0 =
                let midpoint n =
                    let h = (time - from) / float n
                    let mutable before, now = c0, c0 + h * slope from c0

                    for i in 1 .. n - 1 do
                        let next = before + 2.0 * h * slope (from + float i * h) now
                        before <- now
                        now <- next

                    0.5 * (now + before + h * slope time now)

                let table = Array.init 7 (fun k -> midpoint (8 <<< k))

                for level in 1..6 do
                    for k in 6 .. -1 .. level do
                        let factor = Math.Pow(4.0, float level)
                        table[k] <- (factor * table[k] - table[k - 1]) / (factor - 1.0)

                table[6]

            let mutable c, from = 0.0, 0.0
            let mutable sum = [ ka; km; vm; sigma ] |> List.sumBy (fun v -> halfCauchy v 1.0)

            for time, observed in Seq.zip times (column "C_hat") do
                c <- across from time c
                from <- time
                sum <- sum + LogNormal.PDFLn(log c, sigma, observed)

            sum
        | "gp_pois_regr-gp_pois_regr" ->
            let f, standard = value "f", value "f_tilde"
            let x = column "x"
            let rho, alpha = number "rho", number "alpha"

            let covariance =
                Mat.init 11 11 (fun i j ->
                    let d = x[i] - x[j]
                    alpha * alpha * exp (-d * d / (2.0 * rho * rho)) + (if i = j then 1e-10 else 0.0))

            let expected = Chol.multiplyLower (Chol.factor "the kernel" covariance) (Vec.ofArray standard)
            Array.iteri (fun i v -> Assert.Equal(expected[i], v, 1e-6 * (1.0 + abs v))) f

            MathNet.Numerics.Distributions.Gamma.PDFLn(25.0, 4.0, rho)
            + log 2.0
            + normal alpha 0.0 2.0
            + Array.sumBy (fun z -> normal z 0.0 1.0) standard
            + Array.sum (Array.map2 (fun k f -> Poisson.PMFLn(exp f, int k)) (column "k") f)
        | "seeds_data-seeds_stanified_model" ->
            let b, raw = value "b", value "b_raw"
            let sigma = number "sigma"
            let alphas = [ "alpha0"; "alpha1"; "alpha2"; "alpha12" ] |> List.map number
            let n, trials, x1, x2 = column "n", column "N", column "x1", column "x2"

            let rows =
                seq { 0 .. n.Length - 1 }
                |> Seq.sumBy (fun i ->
                    Assert.Equal(sigma * raw[i], b[i], 12)

                    let eta = alphas[0] + alphas[1] * x1[i] + alphas[2] * x2[i] + alphas[3] * x1[i] * x2[i] + b[i]

                    Binomial.PMFLn(1.0 / (1.0 + exp -eta), int trials[i], int n[i]))

            List.sumBy (fun a -> normal a 0.0 1.0) alphas
            + halfCauchy sigma 1.0
            + Array.sumBy (fun z -> normal z 0.0 1.0) raw
            + rows
        | "sv_pound_dollar_1981_1985" ->
            let y, h, z = column "y", value "h", value "z"
            let mu, phi, sigma = number "mu", number "phi", number "sigma"
            // z as the path's innovations.
            Assert.Equal(z[0] * sigma / sqrt (1.0 - phi * phi), h[0] - mu, 9)

            for t in 1 .. h.Length - 1 do
                Assert.Equal(z[t] * sigma, h[t] - mu - phi * (h[t - 1] - mu), 9)

            normal mu 0.0 10.0 + MathNet.Numerics.Distributions.Beta.PDFLn(20.0, 1.5, 0.5 * (phi + 1.0))
            - log 2.0
            + log 2.0
            + normal sigma 0.0 1.0
            + Array.sumBy (fun z -> normal z 0.0 1.0) z
            + Array.sum (Array.map2 (fun y h -> normal y 0.0 (exp (0.5 * h))) y h)
        | other -> invalidArg (nameof name) $"no plain formula for {other}"

    let positions (program: TracedProgram) =
        let struct (draws, _) = Rng.array 5 (Rng.array program.Dimension Rng.normal) (Rng.ofSeed 11UL)

        draws |> Array.map (fun draw -> Vec.ofArray (draw |> Array.map (fun z -> 0.5 * z)))

    [<SkippableTheory>]
    [<InlineData "dogs-dogs">]
    [<InlineData "wells_data-wells_dist100_model">]
    [<InlineData "arma-arma11">]
    [<InlineData "hmm_example-hmm_example">]
    [<InlineData "normal_2-normal_mixture">]
    [<InlineData "one_comp_mm_elim_abs-one_comp_mm_elim_abs">]
    [<InlineData "gp_pois_regr-gp_pois_regr">]
    [<InlineData "seeds_data-seeds_stanified_model">]
    [<InlineData "sv_pound_dollar_1981_1985">]
    member _.``The program's log density is the plain formula's``(name: string) =
        onCollection (fun folder ->
            let posterior = ReferencePosteriors.load folder name
            let data = ReferencePosteriors.dataOf folder name

            for position in positions posterior.Program do
                let values = ProgramDensity.valuesAt posterior.Program position
                let value name = (values |> Array.find (fun v -> v.Name = name)).Values

                let actual =
                    ProgramDensity.termsAt posterior.Program position
                    |> Array.filter (fun term -> term.Kind <> Jacobian)
                    |> Array.sumBy _.Value

                let expected = plain name data value
                output.WriteLine $"{actual:R}, by the plain formula {expected:R}"
                // Runge-Kutta steps of a twentieth are good to 1e-7 of the solution; the rest is rounding.
                let tolerance = if name.StartsWith "one_comp" then 1e-5 else 1e-9
                Assert.True(abs (actual - expected) <= tolerance * (1.0 + abs expected), name))

    [<SkippableTheory>]
    [<InlineData "arK-arK">]
    [<InlineData "earnings-logearn_height">]
    [<InlineData "earnings-logearn_height_male">]
    [<InlineData "earnings-logearn_interaction_z">]
    [<InlineData "kidiq-kidscore_momhsiq">]
    [<InlineData "kidiq-kidscore_momiq">]
    [<InlineData "kidiq_with_mom_work-kidscore_interaction_c">]
    [<InlineData "kidiq_with_mom_work-kidscore_mom_work">]
    [<InlineData "mesquite-logmesquite_logva">]
    [<InlineData "mesquite-logmesquite_logvolume">]
    [<InlineData "mesquite-mesquite">]
    [<InlineData "nes1972-nes">]
    [<InlineData "nes1980-nes">]
    [<InlineData "nes1988-nes">]
    [<InlineData "nes1996-nes">]
    [<InlineData "sblri-blr">]
    member _.``Regressions integrate to their evidence``(name: string) = evidenceGiven "sigma" 0.01 0.0 name

    [<SkippableFact>]
    member _.``Eight schools integrate to their evidence``() =
        evidenceGiven "tau" 0.05 1.0 "eight_schools-eight_schools_noncentered"

    [<SkippableFact>]
    member _.``Radon integrates to its evidence``() =
        onCollection (fun folder ->
            let name = "radon_mn-radon_hierarchical_intercept_noncentered"
            let posterior = ReferencePosteriors.load folder name
            let evaluator = (ProgramDensity.whole posterior.Program).Evaluator()
            let between, within = offsetOf posterior.Program "sigma_alpha", offsetOf posterior.Program "sigma_y"

            // The noise is known to 2.4 %, the spread of counties to a third: with steps below one standard deviation the trapezoidal rule is
            // good to e^(-2 pi^2).
            let actual =
                integrateLine 16.0 0.2 -1.9 (fun s ->
                    integrateLine 16.0 0.02 -0.3 (fun t -> integrateNormal evaluator [| between; within |] [| s; t |]))

            checkEvidence posterior actual 1e-4)

    [<SkippableFact>]
    member _.``Every gradient equals finite differences``() =
        onCollection (fun folder ->
            for name in ReferencePosteriors.names do
                let posterior = ReferencePosteriors.load folder name
                let density = ProgramDensity.whole posterior.Program
                let evaluator = density.Evaluator()
                let position = positions posterior.Program |> Array.head
                let struct (value, gradient) = LogDensity.at density position

                // All coordinates of small programs, some of large ones.
                let step = 1 + density.Dimension / 12

                for i in 0..step .. density.Dimension - 1 do
                    let along =
                        Vi.Verification.FSharp.Numerical.derivative 0.01 (fun h ->
                            let moved = position.ToArray()
                            moved[i] <- moved[i] + h
                            evaluator.Value(ReadOnlySpan moved))

                    let allowed =
                        Vi.Verification.FSharp.Tolerances.derivative along.Error (1e-14 * abs value) along.Step

                    Assert.True(
                        abs (gradient[i] - along.Value) <= allowed + 1e-7 * abs along.Value,
                        $"{name}, {density.CoordinateNames[i]}: {gradient[i]:R}, by differences {along.Value:R}"
                    ))

    [<SkippableFact>]
    member _.``Every reference names quantities of its program``() =
        onCollection (fun folder ->
            for name in ReferencePosteriors.names do
                let posterior = ReferencePosteriors.load folder name
                let known = (ProgramDensity.quantities posterior.Program).Names |> Set.ofArray
                Assert.Empty(posterior.Quantities |> Array.filter (fun quantity -> not (known.Contains quantity)))

                for quantity in posterior.Quantities do
                    Assert.True(
                        posterior.HeavyTails |> List.contains quantity || posterior.Summary.Mean.ContainsKey quantity,
                        $"{name}: {quantity}"
                    ))
