namespace Vi.Verification.FSharp

open System
open FsCheck
open FsCheck.FSharp
open Vi.Math
open Vi.Math.FSharp
open Vi.Math.FSharp.ModelLanguage
open Vi.Verification

/// Laws of whole programs.
[<RequireQualifiedAccess>]
module ProgramLaws =

    let private seeds = Scalars.seed

    let private normals count rng = Rng.array count Rng.normal rng

    /// Data of a seed: a table, a target of numbers and one of 0 and 1.
    let internal data seed rows columns =
        let struct (x, rng) = normals (rows * columns) (Rng.ofSeed seed)
        let struct (y, _) = normals rows rng
        let x = Mat.ofArray rows columns x
        let y = Vec.ofArray (Array.mapi (fun i e -> x[i, 0] + 0.5 * e) y)
        x, y, Vec.map (fun v -> if v > 0.0 then 1.0 else 0.0) y

    let private schoolsY = Vec.ofArray [| 28.0; 8.0; -3.0; 7.0; -1.0; 1.0; 18.0; 12.0 |]
    let private schoolsSigma = Vec.ofArray [| 15.0; 10.0; 16.0; 11.0; 9.0; 11.0; 10.0; 18.0 |]

    let internal regressionPrior: LinearRegressionPrior =
        { WeightPrecision = Known 0.5
          Scales = ValueNone
          NoisePrecision = Gamma.create 2.0 1.5
          Intercept = ValueSome(Normal.create 0.3 4.0) }

    let internal mixturePrior: NormalMixturePrior =
        { Components = 3; Concentration = 1.5; Mean = Normal.create 0.0 4.0; SdScale = 1.0 }

    /// Words of the language that no standard model uses.
    let private medley (y: Vec) =
        program {
            let! l = lkj "L" 3 2.0
            let! scales = halfCauchyVector "scales" 3 1.0
            let factor = Expr.column scales * l
            let! theta = drawMatrix "theta" 2 3 (Distribution.multivariateNormal 0.0 factor)
            let! c = draw "C" (Distribution.wishart 4.0 (Mat.identity 2))
            let! cuts = drawVector "cuts" 3 (Distribution.on Domain.Ordered (Distribution.studentT 4.0 0.0 2.0))
            let! w = dirichlet "w" [| 1.0; 2.0; 3.0 |]
            let! r = beta "r" 2.0 3.0
            let! b = draw "b" (Distribution.normalBetween -1.0 2.0 (Expr.item 0 cuts) 1.5)
            let! _ = deterministic "total" (Expr.sum theta)
            do! potential "tilt" (0.1 * Expr.sum (Expr.tanh cuts))
            do! observe "k" (Distribution.negativeBinomial (Expr.exp (Expr.item 0 cuts)) (1.0 + r)) [| 2.0; 0.0; 5.0 |]
            do! observe "class" (Distribution.categorical w) [| 0.0; 2.0; 1.0; 2.0 |]

            do!
                observe
                    "y"
                    (Distribution.mixtureOf
                        (Expr.stack [ r; 1.0 - r ])
                        [ Distribution.normal b 1.0; Distribution.laplace 0.0 (Expr.item 0 c) ])
                    y
        }

    /// The standard programs and the medley, on data of a seed.
    let private programs seed : (string * TracedProgram) list =
        let x, y, labels = data seed 12 3
        let sv = VolatilityProgram.defaultPrior
        let network = { NetworkProgram.defaultPrior with Hidden = [ 4; 3 ] }

        [ "linear regression", RegressionPrograms.linear regressionPrior x y |> Program.trace
          "relevance determination",
          RegressionPrograms.linear { regressionPrior with WeightPrecision = Ard(Gamma.create 1.0 2.0) } x y
          |> Program.trace
          "logistic regression", RegressionPrograms.logisticOf 2.0 (ValueSome 3.0) x labels |> Program.trace
          "network", NetworkProgram.regression network x y |> Program.trace
          "volatility", VolatilityProgram.returns sv y |> Program.trace
          "centred volatility", VolatilityProgram.returns { sv with Centred = true } y |> Program.trace
          "eight schools", PlainPrograms.eightSchools false schoolsY schoolsSigma |> Program.trace
          "centred eight schools", PlainPrograms.eightSchools true schoolsY schoolsSigma |> Program.trace
          "mean and precision",
          PlainPrograms.gaussianMeanPrecision (NormalGamma.create 0.5 2.0 3.0 1.5) y |> Program.trace
          "mixture", PlainPrograms.normalMixture mixturePrior y |> Program.trace
          "medley", medley y |> Program.trace ]

    let internal positionOf (program: TracedProgram) scale rng =
        let struct (z, _) = normals program.Dimension rng
        Vec.ofArray (Array.map (fun z -> scale * z) z)

    let private gradients =
        Law.make
            { Name = "programs: gradients"
              Statement = "The gradient of every standard program on the real line equals extrapolated differences."
              Formula = @"\partial_i\log p"
              Source = "Ridders 1982"
              Covers = [ "programs" ]
              Cases = 4
              Generator = seeds
              Holds =
                fun seed ->
                    [ for name, program in programs seed do
                          let density = ProgramDensity.whole program
                          let evaluator = density.Evaluator()
                          let position = positionOf program 0.5 (Rng.ofSeed (seed + 1UL))
                          let struct (value, gradient) = LogDensity.at density position

                          for i in 0 .. 1 + density.Dimension / 8 .. density.Dimension - 1 do
                              let along =
                                  Numerical.derivative 0.02 (fun h ->
                                      let moved = position.ToArray()
                                      moved[i] <- moved[i] + h
                                      evaluator.Value(ReadOnlySpan moved))

                              Compare.close
                                  $"{name}, {density.CoordinateNames[i]}"
                                  along.Value
                                  gradient[i]
                                  (Tolerances.derivative along.Error (1e-14 * (1.0 + abs value)) along.Step
                                   + 1e-8 * abs along.Value) ] }

    let private terms =
        Law.make
            { Name = "programs: terms add up"
              Statement =
                "The log density is the sum of the named terms, the same whether asked for with its gradient or without; a program with its own data in the place of its observations is the same."
              Formula = @"\log p=\sum_k t_k"
              Source = "definition"
              Covers = [ "programs" ]
              Cases = 3
              Generator = seeds
              Holds =
                fun seed ->
                    [ for name, program in programs seed do
                          let position = positionOf program 0.7 (Rng.ofSeed (seed + 2UL))
                          let density = ProgramDensity.whole program
                          let struct (value, _) = LogDensity.at density position
                          let parts = ProgramDensity.termsAt program position |> Array.map _.Value
                          let size = 1.0 + Array.sumBy abs parts
                          Compare.close $"{name}: sum" (Array.sum parts) value (1e-12 * size)
                          Compare.close $"{name}: value alone" value (density.Evaluator().Value(position.AsSpan())) 0.0
                          let struct (simulation, _) = ProgramDensity.simulator program (Rng.ofSeed seed)

                          let replaced =
                              program
                              |> Program.withObservations (
                                  simulation.Observations |> Array.map (fun o -> o.Name, o.Values)
                              )

                          let own =
                              ProgramDensity.unconstrain
                                  program
                                  (simulation.Parameters |> Array.map (fun p -> p.Name, p.Values))

                          let struct (there, _) = LogDensity.at (ProgramDensity.whole replaced) own
                          Compare.holds $"{name}: simulated data have a density" (Double.IsFinite there)

                          for i in 0 .. own.Length - 1 do
                              Compare.close $"{name}: position of a simulation" simulation.Position[i] own[i] 0.0 ] }

    /// Values of quantities by name.
    let private quantity (program: TracedProgram) position name =
        (ProgramDensity.valuesAt program position |> Array.find (fun v -> v.Name = name)).Values

    let private densityAt program (position: float[]) =
        let struct (value, _) = LogDensity.at (ProgramDensity.whole program) (Vec.ofArray position)
        value

    let private reparametrised =
        Law.make
            { Name = "programs: a bijective reparametrisation changes nothing"
              Statement =
                "A log-normal scale is the exponential of a normal; centred and non-centred forms have the same density in shared coordinates, up to the volume of the change."
              Formula = @"p_\theta(\theta)=p_z(z)\,|\partial z/\partial\theta|"
              Source = "change of variables"
              Covers = [ "programs" ]
              Cases = 10
              Generator = seeds
              Holds =
                fun seed ->
                    let _, y, _ = data seed 7 1
                    let struct (z, _) = normals 10 (Rng.ofSeed (seed + 3UL))

                    let direct =
                        program {
                            let! sigma = logNormal "sigma" 0.3 0.8
                            do! observe "y" (Distribution.normal 0.0 sigma) y
                        }
                        |> Program.trace

                    let byLog =
                        program {
                            let! s = normal "s" 0.3 0.8
                            do! observe "y" (Distribution.normal 0.0 (Expr.exp s)) y
                        }
                        |> Program.trace

                    let centred = PlainPrograms.eightSchools true schoolsY schoolsSigma |> Program.trace
                    let plain = PlainPrograms.eightSchools false schoolsY schoolsSigma |> Program.trace
                    let mu, logTau = z[0], 0.5 * z[1]
                    let theta = quantity plain (Vec.ofArray (Array.append [| mu; logTau |] z[2..])) "theta"
                    let sv = VolatilityProgram.defaultPrior
                    let ofPath = VolatilityProgram.returns { sv with Centred = true } y |> Program.trace
                    let ofShocks = VolatilityProgram.returns sv y |> Program.trace
                    let h = quantity ofShocks (Vec.ofArray z) "h"
                    let phi, sigma = (quantity ofShocks (Vec.ofArray z) "phi")[0], exp z[2]
                    let byShocks = densityAt ofShocks z

                    [ Compare.close "scale" (densityAt direct [| z[0] |]) (densityAt byLog [| z[0] |]) 1e-10
                      Compare.close
                          "eight schools"
                          (densityAt plain (Array.append [| mu; logTau |] z[2..]))
                          (densityAt centred (Array.append [| mu; logTau |] theta) + 8.0 * logTau)
                          1e-9
                      Compare.close
                          "volatility"
                          byShocks
                          (densityAt ofPath (Array.append z[..2] h) + 7.0 * log sigma - 0.5 * log (1.0 - phi * phi))
                          // Terms with exp -h take rounding of h as a part of themselves.
                          (1e-8 + Tolerances.rounding 128 (byShocks * (1.0 + Array.max (Array.map abs h)))) ] }

    /// The integral of exp f over the plane by the trapezoidal rule in both directions after x = sinh u, which reaches 100; exponentially
    /// accurate for these densities.
    let private plane (f: float[] -> float) =
        let step = 0.08
        let unit = 6.0 / sinh 4.0

        let places =
            Array.init 171 (fun i ->
                let u = step * float (i - 85)
                struct (unit * sinh u, unit * cosh u * step))

        places
        |> Array.sumBy (fun (struct (a, wa)) ->
            wa * Array.sumBy (fun (struct (b, wb)) -> wb * exp (f [| a; b |])) places)

    let private priorsIntegrate =
        Law.make
            { Name = "programs: priors alone integrate to 1"
              Statement = "Two-dimensional priors on the real line, Jacobians included, integrate to 1."
              Formula = @"\int\int p\,da\,db=1"
              Source = "definition"
              Covers = [ "programs" ]
              Cases = 1
              Generator = Law.once
              Holds =
                fun () ->
                    let total program =
                        let evaluator = (ProgramDensity.whole (Program.trace program)).Evaluator()
                        plane (fun position -> evaluator.Value(ReadOnlySpan position))

                    [ Compare.close
                          "scale and mean given it"
                          1.0
                          (total (
                              program {
                                  let! tau = gamma "tau" 3.0 2.0
                                  let! _ = normal "mu" 0.5 (1.0 / Expr.sqrt tau)
                                  return ()
                              }
                          ))
                          Tolerances.evidenceOfProgram
                      Compare.close
                          "simplex"
                          1.0
                          (total (dirichlet "w" [| 2.0; 3.0; 1.5 |]))
                          Tolerances.evidenceOfProgram
                      Compare.close
                          "uniform mean of a truncated normal"
                          1.0
                          (total (
                              program {
                                  let! s = uniform "s" -2.0 3.0
                                  let! _ = draw "x" (Distribution.normalBetween -1.0 2.0 s 0.7)
                                  return ()
                              }
                          ))
                          Tolerances.evidenceOfProgram ] }

    let private jointOracle =
        Law.make
            { Name = "programs: linear regression is the conjugate model"
              Statement =
                "The program's log density, without Jacobians, is the joint density of the conjugate model written with its distributions."
              Formula = @"\log p(y\mid w,b,\tau)p(w)p(b)p(\tau)"
              Source = "Bishop 2006, 10.3"
              Covers = [ "programs" ]
              Cases = 20
              Generator = seeds
              Holds =
                fun seed ->
                    let x, y, _ = data seed 9 3
                    let traced = RegressionPrograms.linear regressionPrior x y |> Program.trace
                    let position = positionOf traced 0.8 (Rng.ofSeed (seed + 4UL))
                    let w = quantity traced position "w"
                    let b = (quantity traced position "b")[0]
                    let tau = (quantity traced position "tau")[0]
                    let means = Array.init 3 (fun j -> Vec.sum (Mat.column j x) / 9.0)

                    let likelihood =
                        Seq.sumBy
                            (fun i ->
                                let eta = b + Seq.sumBy (fun j -> (x[i, j] - means[j]) * w[j]) (seq { 0..2 })
                                Normal.logDensity (Normal.create eta (1.0 / tau)) y[i])
                            (seq { 0..8 })

                    let expected =
                        likelihood
                        + Array.sumBy (Normal.logDensity (Normal.create 0.0 2.0)) w
                        + Normal.logDensity (Normal.create 0.3 4.0) b
                        + Gamma.logDensity regressionPrior.NoisePrecision tau

                    let actual =
                        ProgramDensity.termsAt traced position
                        |> Array.filter (fun term -> term.Kind <> Jacobian)
                        |> Array.sumBy _.Value

                    [ Compare.close "log joint" expected actual (Tolerances.logDensity expected) ] }

    let private evidenceOracle =
        Law.make
            { Name = "programs: mean and precision have the conjugate evidence"
              Statement =
                "The program of the conjugate model of a mean and a precision integrates to its closed evidence."
              Formula = @"\int p(x,\mu,\tau)\,d\mu\,d\tau"
              Source = "Bishop 2006, 2.3.6"
              Covers = [ "programs" ]
              Cases = 1
              Generator = seeds
              Holds =
                fun seed ->
                    let _, y, _ = data seed 5 1
                    let prior = NormalGamma.create 0.5 2.0 3.0 1.5

                    let evaluator =
                        (PlainPrograms.gaussianMeanPrecision prior y |> Program.trace |> ProgramDensity.whole)
                            .Evaluator()

                    let moments = Moments.ofRows (Rows.ofColumn (y.ToArray()))
                    let expected = GaussianMeanPrecision.logEvidence prior moments
                    let actual = log (plane (fun position -> evaluator.Value(ReadOnlySpan position)))
                    [ Compare.close "log evidence" expected actual 1e-7 ] }

    /// Calibration: where parameters come from the prior and data from them, the exact posterior's distribution function at the parameter
    /// is uniform.
    let private calibrated =
        let count = 1500

        Law.make
            { Name = "programs: simulations are calibrated"
              Statement = "Over simulations, the exact posterior's distribution function at the drawn mean is uniform."
              Formula = @"F_{\mu\mid y}(\mu)\sim U(0,1)"
              Source = "Talts et al. 2018; Cook, Gelman, Rubin 2006"
              Covers = [ "programs" ]
              Cases = 3
              Generator = seeds
              Holds =
                fun seed ->
                    let prior: GaussianMeanPrior = { Mean = Normal.create 1.0 4.0; NoiseVariance = 2.0 }
                    let traced = PlainPrograms.gaussianMean prior (Vec.zero 3) |> Program.trace
                    let simulate = ProgramDensity.simulator traced
                    let struct (draws, _) = Rng.array count simulate (Rng.ofSeed seed)

                    let ranks =
                        draws
                        |> Array.map (fun draw ->
                            let precision = 1.0 / 4.0 + 3.0 / 2.0
                            let mean = (1.0 / 4.0 + Array.sum draw.Observations[0].Values / 2.0) / precision
                            Normal.cdf (Normal.create mean (1.0 / precision)) draw.Parameters[0].Values[0])
                        |> Array.sort

                    let distance =
                        ranks
                        |> Seq.mapi (fun i u ->
                            max (abs (u - float i / float count)) (abs (u - float (i + 1) / float count)))
                        |> Seq.max

                    [ Compare.error "Kolmogorov-Smirnov distance" distance (Tolerances.kolmogorovSmirnov count) ] }

    let all = [ gradients; terms; reparametrised; priorsIntegrate; jointOracle; evidenceOracle; calibrated ]
