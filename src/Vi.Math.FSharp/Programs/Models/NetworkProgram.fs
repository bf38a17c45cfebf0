namespace Vi.Math

/// Location and size of a network's inputs and target. The network maps (x - centre) / scale to (y - centre) / scale, so that one prior of its
/// weights suits data in any unit.
type NetworkUnits =
    {
        /// Centres of the inputs (D).
        InputCentre: Vec
        /// Scales > 0 of the inputs (D).
        InputScale: Vec
        /// Centre of the target.
        TargetCentre: float
        /// Scale > 0 of the target.
        TargetScale: float
    }

/// A regression by a network of tanh layers with normal weights.
type NetworkPrior =
    {
        /// Width of each hidden layer, from the inputs on; none gives a linear regression.
        Hidden: int list
        /// Standard deviation > 0 of every weight and bias.
        PriorSd: float
        /// Scale > 0 of the half-normal prior of the noise's standard deviation, in the target's own unit.
        NoiseScale: float
        /// Units of inputs and target; where there are none the network sees them as they are.
        Units: NetworkUnits voption
    }

namespace Vi.Math.FSharp

open Vi.Math
open Vi.Math.FSharp.ModelLanguage

/// A Bayesian neural network for regression: h_0 = x, h_l = tanh(h_(l-1) W_l + b_l), y ~ N(h_L w + c, sigma^2).
[<RequireQualifiedAccess>]
module NetworkProgram =

    /// One hidden layer of 32 units, all weights N(0, 1), noise half-normal(1).
    let defaultPrior: NetworkPrior = { Hidden = [ 32 ]; PriorSd = 1.0; NoiseScale = 1.0; Units = ValueNone }

    let rec private layers (sd: float) (number: int) (widths: int list) (inputs: Expression) : Program<Expression> =
        match widths with
        | [] -> Program.result inputs
        | width :: rest ->
            program {
                let! w = normalMatrix $"W{number}" inputs.Shape.Columns width 0.0 sd
                let! b = normalVector $"b{number}" width 0.0 sd
                return! layers sd (number + 1) rest (Expr.tanh (Expr.matrixProduct inputs w + b))
            }

    let private scaled (prior: NetworkPrior) (x: Mat) : Mat =
        match prior.Units with
        | ValueSome units ->
            Mat.init x.Rows x.Columns (fun i j -> (x[i, j] - units.InputCentre[j]) / units.InputScale[j])
        | ValueNone -> x

    /// The network's output (N) for inputs (N x D) as it sees them: draws all weights. Parameters W1, b1, ... for the hidden layers, w and c for the
    /// output.
    let output (prior: NetworkPrior) (inputs: Expression) : Program<Expression> =
        program {
            let! last = layers prior.PriorSd 1 prior.Hidden inputs
            let! w = normalVector "w" last.Shape.Columns 0.0 prior.PriorSd
            let! c = normal "c" 0.0 prior.PriorSd
            return Expr.matrixVector last w + c
        }

    /// The noise's standard deviation as the network sees it, and reported as sigma in the target's own unit.
    let private noise (prior: NetworkPrior) : Program<Expression> =
        match prior.Units with
        | ValueNone -> halfNormal "sigma" prior.NoiseScale
        | ValueSome units ->
            program {
                let! noise = halfNormal "noise" (prior.NoiseScale / units.TargetScale)
                let! _ = deterministic "sigma" (units.TargetScale * noise)
                return noise
            }

    /// The regression of y (N) on X (N x D), both rows of data; with parameter sigma, the noise's standard deviation, which in units other than the
    /// data's own is reported of the parameter noise.
    let regression (prior: NetworkPrior) (x: Mat) (y: Vec) : Program<unit> =
        program {
            let! x = rowData "X" (scaled prior x)

            let! target =
                rowData
                    "y"
                    (match prior.Units with
                     | ValueSome units -> Vec.map (fun y -> (y - units.TargetCentre) / units.TargetScale) y
                     | ValueNone -> y)

            let! output = output prior x
            let! sigma = noise prior
            do! observe "y" (Distribution.normal output sigma) target

            // The density of y, not of y / unit.
            match prior.Units with
            | ValueSome units -> do! potential "unit" (Expr.number (-(float y.Length) * log units.TargetScale))
            | ValueNone -> ()
        }

    /// The output (M) at other inputs (M x D), in the target's own unit, as a program of the same parameters, for predictions: trace it and evaluate
    /// the quantity `output` at the positions of the fitted program.
    let predictor (prior: NetworkPrior) (inputs: Mat) : Program<unit> =
        program {
            let! output = output prior (Distribution.expression (scaled prior inputs))
            let! _ = noise prior

            let! _ =
                deterministic
                    "output"
                    (match prior.Units with
                     | ValueSome units -> units.TargetScale * output + units.TargetCentre
                     | ValueNone -> output)

            return ()
        }
