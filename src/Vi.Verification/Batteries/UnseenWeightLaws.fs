namespace Vi.Verification.FSharp

open System
open FsCheck.FSharp
open Vi.Math
open Vi.Math.FSharp
open Vi.Verification

/// The weight that no draw has seen.
[<RequireQualifiedAccess>]
module UnseenWeightLaws =

    /// Evidence of draws with these log ratios (S); where they lie does not matter.
    let private evidenceOf ofDraws (ratios: float[]) : WeightEvidence =
        let draws = Mat.init ratios.Length 1 (fun i _ -> float (i % 2))
        ofDraws (Vec.zero 1) (Vec.constant 1 1.0) draws (Vec.ofArray ratios) (Vec.zero ratios.Length)

    /// Ratios that are the quantiles of a distribution with a tail of this shape, largest last.
    let private ratios count shape =
        Array.init count (fun i ->
            GeneralizedPareto.quantile { Shape = shape; Scale = 1.0 } ((float i + 0.5) / float count) |> log)

    /// The evidence is given, so that a wrong one can be tried.
    let internal share (ofDraws: Vec -> Vec -> Mat -> Vec -> Vec -> WeightEvidence) : Law =
        Law.make
            { Name = "importance weights: the unseen share is that of the fitted tail, on the safe side"
              Statement =
                "The tail of the weights continued as it was fitted holds a weight beyond its one-in-M quantile, by its mean excess there. The unseen share times 1 - k is no more than that, and less by no more than the share that the weights seen leave of the tail; so the unseen share is at most 1 / (1 - k) times the tail's. It is infinite from k-hat 1 on, and 0 where all weights are equal."
              Formula =
                @"(1-k)\,U\in\Big[t\Big(1-\frac{M^k-(1-k)}{kM}\Big),\ t\Big],\quad t=\frac{M\,P(X>u)\,(\sigma+ku)}{1-k},\quad P(X>u)=\frac1M"
              Source =
                "mean excess of a generalised Pareto distribution: Embrechts, Kluppelberg and Mikosch 1997, theorem 3.4.13"
              Covers = [ "black-box" ]
              Cases = 100
              Generator = Scalars.both (Scalars.integer 200 5000) (Arb.fromGen (Scalars.uniformGen -0.4 1.6))
              Holds =
                fun (count, shape) ->
                    let ratios = ratios count shape
                    let found = evidenceOf ofDraws ratios
                    let smoothed = ParetoSmoothing.smooth (Vec.ofArray ratios)
                    let even = evidenceOf ofDraws (Array.create count 0.3)
                    let m = smoothed.TailLength
                    let largest = ratios[count - 1]
                    let weight i = exp (ratios[i] - largest)
                    let exceedances = Array.init m (fun i -> weight (count - m + i) - weight (count - m - 1))
                    let tail = (GeneralizedPareto.tryFit (ReadOnlySpan exceedances)).Value
                    let k = tail.Shape
                    // All weights add up to 1.
                    let scale = tail.Scale / (float count * exp (smoothed.LogMeanRatio - largest))
                    let tries = float m

                    [ Compare.close "equal weights" 0.0 even.Unseen 0.0
                      if k >= 1.0 then
                          Compare.holds "infinite from k-hat 1 on" (Double.IsPositiveInfinity found.Unseen)
                      else
                          let start = scale * (tries ** k - 1.0) / k
                          let beyond = (scale + k * start) / (1.0 - k)
                          let missed = (tries ** k - (1.0 - k)) / (k * tries)
                          let stated = (1.0 - k) * found.Unseen
                          Compare.atMost "share" stated beyond (Tolerances.rounding count beyond)

                          Compare.atMost
                              "what the weights seen leave of it"
                              (beyond * (1.0 - missed))
                              stated
                              (Tolerances.rounding count beyond) ] }

    let all: Law list = [ share WeightEvidence.ofDraws ]
