namespace Vi.Verification.FSharp

open Vi.Math
open Vi.Math.FSharp
open Vi.Verification

/// Learned scales of components as they should not be.
[<RequireQualifiedAccess>]
module WrongScales =

    let private subject = LearnedScales.mixture MixtureKinds.dirichlet MixtureKinds.full

    /// The components' term of the bound at expected B and beta_0, as if these were known.
    let private withoutLogarithms =
        { subject with
            Model =
                fun case ->
                    let model = subject.Model case
                    let learning = FullComponents.family.Learning

                    { model with
                        Elbo =
                            fun statistics q ->
                                let bound = model.Elbo statistics q
                                let excess = learning.Excess q.Learned.Value case.Prior.Component q.Components

                                Elbo.ofInflated
                                    bound.Inflation
                                    [ for term in bound.Terms do
                                          if term.Name = "E[log p(mu, Lambda)]" then
                                              term.Name, term.Value - excess
                                          else
                                              term.Name, term.Value ] } }

    let all: Specimen list =
        [ Specimen.make
              "a scale of components without the expectation of its logarithm"
              "a common slip"
              "log |E[B]| in the place of E[log |B|] in the bound."
              "gaussian-mixture and a learned scale: after its update the bound is stationary in the factor"
              (ConjugateLaws.battery withoutLogarithms)
          Specimen.make
              "a scale of components that is not learned"
              "hmmlearn/hmmlearn#211, biaslab/ForneyLab.jl#72"
              "The default prior, worth a row at the scatter of all rows, blurs groups that lie far apart."
              "gaussian-mixture and a learned scale: groups far apart have their own width"
              [ LearnedScaleLaws.farApart (fun _ prior -> prior) false MixtureKinds.full ]
          Specimen.make
              "a scale of states that is not learned"
              "hmmlearn/hmmlearn#211"
              "The default prior, worth a row at the scatter of all rows, blurs states that lie far apart."
              "regime-switching and a learned scale: groups far apart have their own width"
              [ LearnedScaleLaws.statesFarApart id ] ]
