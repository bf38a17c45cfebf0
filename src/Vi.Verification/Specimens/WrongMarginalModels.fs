namespace Vi.Verification.FSharp

open System
open Vi.Kernels
open Vi.Math
open Vi.Math.FSharp
open Vi.Verification

/// Marginal densities of conjugate models as they should not be.
[<RequireQualifiedAccess>]
module WrongMarginalModels =

    let private changed (change: MarginalModel<'g> -> MarginalModel<'g>) (subject: MarginalSubject<'c, 's, 'g>) =
        { subject with Marginal = subject.Marginal >> change }

    /// The value and gradient of the density changed at each position.
    let private densityBy (change: float[] -> float -> float[] -> struct (float * float[])) subject =
        subject
        |> changed (fun model ->
            let right = model.Density

            let density =
                LogDensity.ofFunction right.Dimension (fun x ->
                    let struct (value, slope) = LogDensity.at right (Vec.ofArray x)
                    change x value (slope.ToArray()))

            { model with Density = { density with CoordinateNames = right.CoordinateNames } })

    /// The logarithm of one coordinate's slope taken off.
    let private withoutJacobian d =
        densityBy (fun x value slope ->
            slope[d] <- slope[d] - 1.0
            struct (value - x[d], slope))

    let private specimen name seenIn wrong (right: Law) (battery: Law list) =
        Specimen.make name seenIn wrong right.Name battery

    let all: Specimen list =
        let normal = MarginalRegressions.gaussianMeanPrecision
        let mixture = MarginalMixtures.fullMixture

        [ specimen
              "a precision without its Jacobian"
              "a common slip: the density of tau taken for that of log tau"
              "The value lacks log tau; its gradient is right for it, so that no derivative can tell."
              (MarginalModelLaws.value normal)
              [ MarginalModelLaws.value (withoutJacobian 1 normal) ]
          specimen
              "NUTS on a precision without its Jacobian"
              "the same, as a sampler sees it"
              "Draws of tau are too small by a unit of its shape."
              (MarginalDataLaws.samplers
                  normal
                  (fun case -> GibbsModels.gaussianMeanPrecision case.Prior)
                  MarginalDataLaws.plain)
              [ MarginalDataLaws.samplers
                    (withoutJacobian 1 normal)
                    (fun case -> GibbsModels.gaussianMeanPrecision case.Prior)
                    MarginalDataLaws.plain ]
          specimen
              "probabilities without the last one's Jacobian"
              "a softmax whose volume leaves the fixed entry out"
              "The density depends on which component comes last."
              (MarginalModelLaws.reordered mixture mixture.Reorder.Value)
              [ (let wrong =
                    mixture
                    |> changed (fun model ->
                        let last x = Vec.fold (fun _ p -> log p) 0.0 (Dirichlet.mean (model.ToGlobals x).Weights)
                        let right = model.Density

                        { model with
                            Density =
                                LogDensity.ofFunction right.Dimension (fun x ->
                                    let here = Vec.ofArray x
                                    let struct (value, slope) = LogDensity.at right here
                                    struct (value - last here, slope.ToArray())) })

                 MarginalModelLaws.reordered wrong mixture.Reorder.Value) ]
          specimen
              "a first state that nothing follows"
              "expected first states left out of the pullback"
              "The derivative in pi is the prior's alone."
              (MarginalModelLaws.gradient MarginalRegimes.regimeSwitching)
              [ MarginalModelLaws.gradient (
                    MarginalRegimes.regimeSwitching
                    |> densityBy (fun _ value slope ->
                        slope[0] <- 0.0
                        struct (value, slope))
                ) ]
          specimen
              "q on another measure"
              "log q(theta) in theta, the density in coordinates"
              "Weights are off by the Jacobian of the precision."
              (MarginalModelLaws.weights normal)
              [ MarginalModelLaws.weights (
                    normal |> changed (fun model -> { model with LogFactors = fun q x -> model.LogFactors q x - x[1] })
                ) ]
          specimen
              "a prior without its constants"
              "log densities up to a constant, where evidences are compared"
              "Without data the density is not that of the prior's factors."
              (MarginalModelLaws.withoutData mixture)
              [ MarginalModelLaws.withoutData (densityBy (fun _ value slope -> struct (value + 1e-3, slope)) mixture) ]
          specimen
              "a position with variances for precisions"
              "a sign slip in the inverse transform"
              "Globals are placed at the inverse of their precision."
              (MarginalModelLaws.roundTrip normal)
              [ MarginalModelLaws.roundTrip (
                    normal
                    |> changed (fun model ->
                        { model with
                            OfGlobals = model.OfGlobals >> Vec.mapi (fun i value -> if i = 1 then -value else value) })
                ) ]
          specimen
              "a density that raises where it is not finite"
              "a factorisation whose failure is not caught"
              "A sampler that steps too far ends with an exception."
              (MarginalModelLaws.badPoints normal)
              [ MarginalModelLaws.badPoints (
                    normal
                    |> densityBy (fun _ value slope ->
                        if Double.IsFinite value then
                            struct (value, slope)
                        else
                            raise (ArithmeticException "not positive definite"))
                ) ]
          specimen
              "blocks cut by the number of threads"
              "rows shared out in equal parts, one a thread"
              "Sums are added in another order on another number of threads."
              (MarginalDataLaws.sameBits (MarginalDataLaws.inBlocks Block.TileRows))
              [ MarginalDataLaws.sameBits (fun values threads ->
                    MarginalDataLaws.inBlocks (threads * Block.TileRows) values threads) ]
          specimen
              "weights that forget q"
              "log p(data, theta) averaged over draws of q without log q"
              "The weights are the density itself."
              (MarginalDataLaws.exact MarginalEvidence.ofFactors)
              [ MarginalDataLaws.exact (fun model ->
                    MarginalEvidence.ofFactors { model with LogFactors = fun _ _ -> 0.0 }) ]
          specimen
              "R'R about the mean in place of the centre"
              "a covariance times T taken for R'R"
              "The rows' mean is taken off a second time."
              (MarginalDataLaws.reduced FactorData.reduced)
              [ MarginalDataLaws.reduced (fun centre rows ->
                    match FactorData.reduced centre rows with
                    | Reduced scatter -> Reduced { scatter with Scatter = (Moments.about centre rows).Scatter }
                    | rows -> rows) ] ]
