namespace Vi.Verification.FSharp

open Vi.Math
open Vi.Math.FSharp
open Vi.Math.FSharp.ModelLanguage
open Vi.Verification

/// The no-U-turn sampler on model programs.
[<RequireQualifiedAccess>]
module SampledSubjects =

    /// Draws (L x P) of the named quantities of a program that data make.
    let private posterior acceptance (program: 'data -> Program<unit>) (names: string[]) (data: 'data) (rng: Rng) =
        let program = Program.trace (program data)
        let reported = ProgramDensity.quantities program
        let places = names |> Array.map (fun name -> Array.findIndex ((=) name) reported.Names)
        let evaluator = reported.Evaluator()
        let values: float[] = Array.zeroCreate reported.Names.Length

        let quantities (position: Vec) =
            evaluator.Evaluate(position.AsSpan(), values)
            places |> Array.map (fun place -> values[place])

        ThinnedChain.draws acceptance Calibration.draws quantities (ProgramDensity.whole program) rng

    let private byNoUTurnAt acceptance model replicates (names: (string * string) list) simulate program =
        Calibration.byDraws
            model
            "nuts"
            (List.map fst names)
            Calibrated
            simulate
            (posterior acceptance program (names |> List.map snd |> Array.ofList))
        |> Calibration.quickly replicates

    /// The sampler as it comes.
    let private byNoUTurn model = byNoUTurnAt HamiltonianChain.noUTurn.TargetAcceptance model

    /// Columns and target of rows.
    let internal tableOf (rows: float[][]) =
        let last = rows[0].Length - 1
        struct (Mat.ofRows (rows |> Array.map (Array.truncate last)), Vec.ofArray (rows |> Array.map Array.last))

    let private regressionBy program =
        byNoUTurn
            "linear-regression with eight rows"
            200
            [ "w1", "w[1]"; "w2", "w[2]"; "tau", "tau" ]
            Simulations.eightRows
            program

    let private regressionWith prior rows =
        let struct (x, y) = tableOf rows
        RegressionPrograms.linear prior x y

    /// Known to be wrong: the weights' prior is narrower than the distribution that they were drawn from, as if their precision were their standard
    /// deviation.
    let internal otherPrior =
        regressionBy (
            regressionWith
                { Simulations.eight with
                    WeightPrecision =
                        match Simulations.eight.WeightPrecision with
                        | Known alpha -> Known(1.0 / (alpha * alpha))
                        | Ard distribution -> Ard distribution }
        )

    /// Known to be wrong: tau is sampled as log tau, and the derivative of tau by log tau is left out of the density.
    let internal withoutJacobian =
        regressionBy (fun rows ->
            let struct (x, y) = tableOf rows
            let precision = Simulations.eight.NoisePrecision

            program {
                let! w =
                    match Simulations.eight.WeightPrecision with
                    | Known alpha -> normalVector "w" x.Columns 0.0 (1.0 / sqrt alpha)
                    | Ard _ -> invalidOp "the weights' precision is known here"

                let! tau = gamma "tau" precision.Shape precision.Rate
                do! potential "the Jacobian taken away" -(Expr.log tau)

                do!
                    observe
                        "y"
                        (Distribution.normal
                            (Expr.matrixVector (Distribution.expression x) w)
                            (Expr.exp (-0.5 * Expr.log tau)))
                        y
            })

    let private mixture (x: float[]) =
        program {
            let! weights = dirichlet "weights" (Simulations.share.Concentration.ToArray())
            do! observe "x" (Distribution.mixture weights (Distribution.normal Simulations.centres 1.0)) x
        }

    let private mixtureOfUnknownMeans (x: float[]) =
        program {
            let! weights = dirichlet "weights" (Array.create 2 Simulations.concentration)

            let! mu =
                drawVector "mu" 2 (Distribution.on Domain.Ordered (Distribution.normal 0.0 Simulations.meansSd))

            do! observe "x" (Distribution.mixture weights (Distribution.normal mu 1.0)) x
        }

    let private volatility (y: float[]) = VolatilityProgram.returns VolatilityProgram.defaultPrior (Vec.ofArray y)

    /// All of them.
    let all: CalibrationSubject list =
        [ regressionBy (regressionWith Simulations.eight)
          byNoUTurn "mixture of known components" 200 [ "pi", "weights[1]" ] Simulations.mixture mixture
          byNoUTurn
              "mixture of unknown means"
              60
              [ "pi", "weights[1]"; "mu1", "mu[1]"; "mu2", "mu[2]" ]
              Simulations.mixtureOfUnknownMeans
              mixtureOfUnknownMeans
          // With the sampler as it comes 4 % of the draws diverge, where phi nears 1 and mu becomes free, and mu's tails come short.
          byNoUTurnAt
              0.95
              "stochastic-volatility"
              40
              [ "mu", "mu"; "phi", "phi"; "sigma", "sigma"; "h1", "h[1]"; "hT", $"h[{Simulations.returns}]" ]
              Simulations.volatility
              volatility ]
