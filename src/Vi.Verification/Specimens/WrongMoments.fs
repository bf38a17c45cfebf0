namespace Vi.Verification.FSharp

open Vi.Math
open Vi.Math.FSharp
open Vi.Verification

/// Variances as they should not be.
[<RequireQualifiedAccess>]
module WrongMoments =

    let all: Specimen list =
        [ Specimen.make
              "a gamma's variance by its rate once"
              "shape / rate for shape / rate^2"
              "The variance is the mean."
              (MomentLaws.gamma Gamma.variance).Name
              [ MomentLaws.gamma (fun d -> d.Shape / d.Rate) ]
          Specimen.make
              "an inverse gamma's variance with shape - 1"
              "the mean's shape in the place of shape - 2"
              "The variance is too small where the shape is."
              (MomentLaws.inverseGamma InverseGamma.variance).Name
              [ MomentLaws.inverseGamma (fun d -> d.Scale * d.Scale / (d.Shape - 1.0) ** 3.0) ]
          Specimen.make
              "a beta's variance without the plus 1"
              "a Bernoulli's variance over the sum of both"
              "The variance is too large where little is known."
              (MomentLaws.beta Beta.variance).Name
              [ MomentLaws.beta (fun d ->
                    let sum = d.Alpha + d.Beta
                    d.Alpha * d.Beta / (sum * sum * sum)) ]
          Specimen.make
              "an entry against all"
              "alpha_0 in the place of alpha_0 - alpha_k"
              "Entries of a Dirichlet are too small, and too certain."
              (MomentLaws.dirichlet Dirichlet.variance Dirichlet.marginal).Name
              [ MomentLaws.dirichlet Dirichlet.variance (fun k d -> Beta.create d.Concentration[k] (Dirichlet.total d)) ]
          Specimen.make
              "the squared scale for a variance"
              "Student's t taken for a normal"
              "Heavy tails are not in the standard deviation."
              (MomentLaws.studentT StudentT.variance).Name
              [ MomentLaws.studentT (fun d -> d.Scale * d.Scale) ] ]
