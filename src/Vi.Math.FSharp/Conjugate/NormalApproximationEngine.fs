namespace Vi.Math.FSharp

open Vi.Math

/// Minimisation of KL(q || p) over normal q as an engine. The target is normalised, so its log evidence is 0 and the bound is
/// - KL(q || p) <= 0.
[<RequireQualifiedAccess>]
module NormalApproximationEngine =

    /// E_q log p + H[q].
    let elbo (target: NormalMixture) (q: Normal) : Elbo =
        let entropy = Normal.entropy q

        Elbo.ofTerms [ "E[log p(z)]", -(NormalApproximation.divergence target q) - entropy; "H[q(z)]", entropy ]

    /// Where the minimisation begins: at each component, and at the target's overall moments.
    let starts (target: NormalMixture) : Normal[] =
        Array.append target.Components [| NormalApproximation.forward target |]

    /// The engine from one start.
    let engine (target: NormalMixture) (start: Normal) : Engine<CaviState<Normal>, SweepInfo, Normal> =
        { Name = "reverse-kl"
          Init = fun _ -> { Globals = start; Elbo = (elbo target start).Value }
          Step =
            fun state ->
                let next = NormalApproximation.step target state.Globals
                let bound = elbo target next
                let gain = bound.Value - state.Elbo

                struct ({ Globals = next; Elbo = bound.Value },
                        { Elbo = bound
                          Gain = gain
                          Change = sqrt (2.0 * max 0.0 (Normal.klDivergence next state.Globals))
                          Ledger = [ { Factor = "q(z)"; Gain = gain } ]
                          Passes = 0 })
          Answer = fun state -> state.Globals }
