namespace Vi.Verification.FSharp

open System
open Vi.Math
open Vi.Math.FSharp
open Vi.Verification

/// Black-box inference as it should not be.
[<RequireQualifiedAccess>]
module WrongBlackBox =

    /// The gradient of E_q[log p] alone.
    let private withoutEntropy: GradientEstimator =
        fun estimator density q noise ->
            let found = ElboGradient.ofNoise { estimator with Entropy = ClosedForm } density q noise
            let flat = LogDensity.ofFunction q.Family.Dimension (fun x -> struct (0.0, Array.zeroCreate x.Length))
            let entropy = ElboGradient.ofNoise { estimator with Entropy = ClosedForm } (flat.Evaluator()) q noise
            { found with Gradient = Vec.subtract found.Gradient entropy.Gradient }

    /// The scale's derivative where that of its logarithm is meant.
    let private plainScale: GradientEstimator =
        fun estimator density q noise ->
            let found = ElboGradient.ofNoise estimator density q noise
            let d = q.Family.Dimension

            if q.Family.Name <> "mean-field" then
                found
            else
                { found with
                    Gradient = found.Gradient |> Vec.mapi (fun i g -> if i < d then g else g / exp q.Parameters[i]) }

    /// The relative change of the bound, as a rule on its own: a fall, or a constant that dwarfs the change, passes for convergence.
    let private relativeChange (options: AdviOptions) : StopRule<AdviInfo> =
        let mutable previous = nan

        StopRule.firstOf
            [ { Judge =
                  fun iteration info ->
                      let change = (info.Point.Elbo - previous) / abs info.Point.Elbo
                      previous <- info.Point.Elbo

                      if iteration > 1 && change < 0.01 then
                          ValueSome(Converged(SweepGain(iteration, change, change)))
                      else
                          ValueNone }
              Advi.stopRule options ]

    /// Moments of the density: the optimum of the divergence from p to q.
    let private turnedRound: MeanFieldFit =
        fun density rng ->
            match Laplace.run 1 density rng with
            | ModeFound found ->
                Variational.start
                    (MeanField.family density.Dimension)
                    (Variational.mean found.Normal)
                    (Variational.standardDeviations found.Normal)
            | NoFiniteStart
            | NoMaximum _ -> invalidOp "the specimen's densities are normal"

    let private logistic scale rows seed = Targets.logistic scale rows 3 seed
    let private unbiased = "elbo gradient: estimates average to the derivative of the bound"
    let private addsUp = "minibatches: gradients over a partition add up to the full one"

    let all: Specimen list =
        [ Specimen.make
              "entropy left out of the bound's gradient"
              "training loops that maximise the expected log density alone"
              "The spread shrinks to nothing."
              unbiased
              [ ElboLaws.unbiased withoutEntropy ]
          Specimen.make
              "gradient in the standard deviation taken for that in its logarithm"
              "a common slip with log-scale parameters"
              "The chain rule's factor is missing; right only where the standard deviation is 1."
              unbiased
              [ ElboLaws.unbiased plainScale ]
          Specimen.make
              "minibatch likelihood scaled twice"
              "models that scale their likelihood under a loop that scales it too"
              "The likelihood counts (N / M)^2 times."
              addsUp
              [ ElboLaws.partition logistic (fun rows selected -> (rows / selected) * (rows / selected)) ]
          Specimen.make
              "minibatch likelihood scaled by the number of minibatches"
              "training loops that multiply by len(loader)"
              "Right only where the batch size divides the rows."
              addsUp
              [ ElboLaws.partition logistic (fun rows selected -> ceil (rows / selected)) ]
          Specimen.make
              "relative change of the bound taken for convergence"
              "ADVI's first stop rule, as in Stan"
              "A falling bound stops the run, and so does a large constant in log p."
              "advi's stop rule: converged means at the optimum, whatever constant log p has"
              [ AdviLaws.honest relativeChange ]
          Specimen.make
              "divergence from the exact posterior turned round"
              "fits by moments, or by expectation propagation, sold as the bound's optimum"
              "Mean-field spreads are the marginal ones: the optimum of KL(p || q)."
              "advi: mean-field on a normal has its mean and its conditional spreads"
              [ AdviLaws.conditional turnedRound ] ]
