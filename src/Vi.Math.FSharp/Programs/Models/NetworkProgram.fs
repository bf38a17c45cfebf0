namespace Vi.Math

/// A regression by a network of tanh layers with normal weights.
type NetworkPrior =
    {
        /// Width of each hidden layer, from the inputs on; none gives a linear regression.
        Hidden: int list
        /// Standard deviation > 0 of every weight and bias.
        PriorSd: float
        /// Scale > 0 of the half-normal prior of the noise's standard deviation.
        NoiseScale: float
    }

namespace Vi.Math.FSharp

open Vi.Math
open Vi.Math.FSharp.ModelLanguage

/// A Bayesian neural network for regression: h_0 = x, h_l = tanh(h_(l-1) W_l + b_l), y ~ N(h_L w + c, sigma^2).
[<RequireQualifiedAccess>]
module NetworkProgram =

    /// One hidden layer of 32 units, all weights N(0, 1), noise half-normal(1).
    let defaultPrior: NetworkPrior = { Hidden = [ 32 ]; PriorSd = 1.0; NoiseScale = 1.0 }

    let rec private layers (sd: float) (number: int) (widths: int list) (inputs: Expression) : Program<Expression> =
        match widths with
        | [] -> Program.result inputs
        | width :: rest ->
            program {
                let! w = normalMatrix $"W{number}" inputs.Shape.Columns width 0.0 sd
                let! b = normalVector $"b{number}" width 0.0 sd
                return! layers sd (number + 1) rest (Expr.tanh (Expr.matrixProduct inputs w + b))
            }

    /// The network's output (N) for inputs (N x D): draws all weights. Parameters W1, b1, ... for the hidden layers, w and c for the output.
    let output (prior: NetworkPrior) (inputs: Expression) : Program<Expression> =
        program {
            let! last = layers prior.PriorSd 1 prior.Hidden inputs
            let! w = normalVector "w" last.Shape.Columns 0.0 prior.PriorSd
            let! c = normal "c" 0.0 prior.PriorSd
            return Expr.matrixVector last w + c
        }

    /// The regression of y (N) on X (N x D), both rows of data; with parameter sigma, the noise's standard deviation.
    let regression (prior: NetworkPrior) (x: Mat) (y: Vec) : Program<unit> =
        program {
            let! x = rowData "X" x
            let! y = rowData "y" y
            let! output = output prior x
            let! sigma = halfNormal "sigma" prior.NoiseScale
            do! observe "y" (Distribution.normal output sigma) y
        }

    /// The output (M) at other inputs (M x D) as a program of the same parameters, for predictions: trace it and evaluate the quantity
    /// `output` at the positions of the fitted program.
    let predictor (prior: NetworkPrior) (inputs: Mat) : Program<unit> =
        program {
            let! output = output prior (Distribution.expression inputs)
            let! _ = halfNormal "sigma" prior.NoiseScale
            let! _ = deterministic "output" output
            return ()
        }
