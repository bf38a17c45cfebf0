namespace Vi.Verification.FSharp

open Vi.Math
open Vi.Math.FSharp
open Vi.Verification

/// Components with shared or diagonal covariances as they should not be.
[<RequireQualifiedAccess>]
module WrongMixtures =

    let private withUpdate
        (subject: ConjugateSubject<MixtureCase, MixtureStatistics<'data>, MixturePosterior<Dirichlet, 'components>>)
        (wrong: MixtureCase -> MixtureStatistics<'data> -> 'components -> 'components)
        =
        { subject with
            Model =
                fun case ->
                    let model = subject.Model case
                    let components = List.last model.Updates

                    { model with
                        Updates =
                            [ model.Updates.Head
                              { components with
                                  Update =
                                      fun statistics q ->
                                          let right = components.Update statistics q
                                          { right with Components = wrong case statistics right.Components } } ] } }

    let private tied = MixtureKinds.subject MixtureKinds.cases MixtureKinds.dirichlet MixtureKinds.tied

    let private diagonal =
        MixtureKinds.subject MixtureKinds.cases MixtureKinds.dirichlet MixtureKinds.diagonal

    /// nu_0 + N / K degrees of freedom, and an inverse scale to match.
    let private shareOfRows =
        withUpdate tied (fun case statistics right ->
            let rows = Vec.sum statistics.Components.Weights
            let prior = case.Prior.Component.Precision.DegreesOfFreedom
            let share = prior + rows / float right.Means.Length
            let scale = sqrt (share / (prior + rows))

            { right with
                Precision =
                    { DegreesOfFreedom = share
                      InverseScale = Chol.ofLower (Mat.scale scale right.Precision.InverseScale.Lower) } })

    /// The within-component scatter alone: the means' distance from m_0 does not widen the covariance.
    let private withoutPull =
        withUpdate tied (fun case statistics right ->
            { right with
                Precision =
                    { right.Precision with
                        InverseScale =
                            Mat.add
                                (Chol.toMat case.Prior.Component.Precision.InverseScale)
                                statistics.Components.Scatter
                            |> Chol.factor "the scatter" } })

    /// E log|Lambda| as of a D-dimensional Wishart, digammas half a unit apart, in the responsibilities of independent columns.
    let private digammaOfWishart =
        { diagonal with
            Model =
                fun case ->
                    let model = diagonal.Model case
                    let d = float (diagonal.Columns case)

                    let local (q: MixturePosterior<Dirichlet, NormalGamma[][]>) =
                        let logs = Dirichlet.expectedLog q.Weights

                        let moved =
                            Vec.init logs.Length (fun k ->
                                let columns = q.Components[k]
                                let shape = columns[0].Shape

                                let ofWishart =
                                    Seq.sumBy
                                        (fun j -> Special.digamma (shape + 0.5 * float j))
                                        (seq { 0 .. int d - 1 })

                                logs[k] + 0.5 * (ofWishart - d * Special.digamma shape))

                        DiagonalComponents.family.Accumulate Locals.Expected moved q.Components

                    { model with Data = Local("q(z)", local) } }

    /// Half a row too few in the shape of each column's precision.
    let private shapeOfOneLess =
        withUpdate diagonal (fun _ statistics right ->
            right
            |> Array.mapi (fun k columns ->
                let weight = statistics.Components[k].Weight

                columns
                |> Array.map (fun column -> { column with Shape = column.Shape - 0.5 * weight / (1.0 + weight) })))

    let all: Specimen list =
        [ Specimen.make
              "a share of the rows for a shared covariance"
              "scikit-learn, BayesianGaussianMixture with covariance_type='tied'"
              "nu_0 + N / K where nu_0 + N is right: the posterior of the shared precision is as wide as if it had seen N / K rows."
              "gaussian-mixture with tied covariance: after its update the bound is stationary in the factor"
              (ConjugateLaws.battery shareOfRows)
          Specimen.make
              "a shared covariance without the means' pull"
              "a common slip"
              "W^-1 = W_0^-1 + S without the terms of the means' distance from m_0."
              "gaussian-mixture with tied covariance: one component reaches the exact evidence"
              [ MixtureLaws.single MixtureKinds.tied withoutPull ]
          Specimen.make
              "a Wishart's digamma for independent columns"
              "scikit-learn, BayesianGaussianMixture with covariance_type='diag'"
              "digamma of a shape that varies by column, as in E log|Lambda| of a Wishart, where independent columns have D digamma(nu / 2)."
              "gaussian-mixture with diagonal covariance: no factor's update lowers the bound"
              (ConjugateLaws.battery digammaOfWishart)
          Specimen.make
              "a column's precision with too few rows"
              "a common slip: N - 1 in the place of N"
              "The shape lacks half a row."
              "gaussian-mixture with diagonal covariance: after its update the bound is stationary in the factor"
              (ConjugateLaws.battery shapeOfOneLess) ]
