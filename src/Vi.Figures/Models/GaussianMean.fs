namespace Vi.Figures

open System.Collections.Generic
open Vi.Charts
open Vi.Math
open Vi.Math.Fluent
open Vi.Results

/// Densities, the ELBO's landscape, and how it splits the evidence.
[<RequireQualifiedAccess>]
module GaussianMeanFigures =

    let private words id (values: obj list) = FigureText.Of("gaussian-mean", id, List.toArray values)

    let private densities (column: string) (prior: GaussianMeanPrior) (moments: Moments) (q: Normal) =
        let sd, centre, priorSd = Distribution.Sd q, prior.Mean.Mean, Distribution.Sd prior.Mean

        let grid =
            Curves.Grid(
                min (q.Mean - 6.0 * sd) (centre - 2.0 * priorSd),
                max (q.Mean + 6.0 * sd) (centre + 2.0 * priorSd),
                401
            )

        let likelihood = { Mean = moments.Mean[0]; Variance = prior.NoiseVariance / moments.Weight }
        let density (d: Normal) x = Distribution.Density(d, x)

        Chart.xy
            (words "densities" [ q.Mean; sd; column ])
            [ Curves.Line("prior", grid, density prior.Mean, -1, "dashed")
              Curves.Line("likelihood", grid, density likelihood, 1, "dotted")
              Curves.Line("posterior q(mu)", grid, density q, 0) ]

    let private surface elbo (posterior: Normal) (logEvidence: float) =
        let sd = Distribution.Sd posterior

        Chart.surface
            (words "elbo-surface" [ logEvidence ])
            (Curves.Grid(posterior.Mean - 6.0 * sd, posterior.Mean + 6.0 * sd, 61))
            (Curves.LogGrid(sd / 4.0, sd * 4.0, 61))
            elbo
            [ Curves.Through("posterior", [ posterior.Mean ], [ sd ], 1, "points") ]

    let private atEvidence (logEvidence: float) = [ ReferenceLine("y", logEvidence, "log evidence") ]

    let private againstDivergence elbo (posterior: Normal) logEvidence =
        let sd = Distribution.Sd posterior
        let grid = Curves.Grid(posterior.Mean - 5.0 * sd, posterior.Mean + 5.0 * sd)
        let divergence mean = Distribution.Divergence({ posterior with Mean = mean }, posterior)

        Chart.referring
            (atEvidence logEvidence)
            (words "elbo-against-kl" [])
            [ Curves.Line("ELBO(q)", grid, (fun m -> elbo m sd), 0)
              Curves.Line("KL(q ‖ posterior)", grid, divergence, 1)
              Curves.Line("ELBO + KL", grid, (fun m -> elbo m sd + divergence m), 2, "dashed") ]

    let private alongPath elbo (prior: Normal) (posterior: Normal) (logEvidence: float) =
        let steps = Curves.Grid(0.0, 1.0, 101)

        let path =
            steps
            |> Array.map (fun t ->
                let sd = exp ((1.0 - t) * log (Distribution.Sd prior) + t * log (Distribution.Sd posterior))
                { Mean = prior.Mean + t * (posterior.Mean - prior.Mean); Variance = sd * sd })

        let bounds = path |> Array.map (fun (q: Normal) -> elbo q.Mean (Distribution.Sd q))
        let evidence = Array.map2 (fun bound q -> bound + Distribution.Divergence(q, posterior)) bounds path

        Chart.referring
            (atEvidence logEvidence)
            (words "decomposition" [ logEvidence ])
            [ Curves.Band("KL(q ‖ posterior)", steps, bounds, evidence, 1)
              Curves.Through("ELBO(q)", steps, bounds, 0) ]

    let private predictive column (values: IReadOnlyList<float>) (predictive: Marginal) =
        let mean, width = predictive.Mean, 4.0 * predictive.Sd

        Chart.predictive
            column
            values
            $"The predictive distribution N({Numbers.Significant mean}, {Numbers.Significant predictive.Sd}²)"
            predictive
            (Curves.Grid(min (mean - width) (Seq.min values), max (mean + width) (Seq.max values)))

    /// The figures of a fit to a column's values.
    let ofFit
        column
        values
        (prior: GaussianMeanPrior)
        moments
        (posterior: Normal)
        logEvidence
        q
        ofNew
        : IReadOnlyList<Exhibit> =
        let elbo mean sd = GaussianMeanModel.Elbo(prior, moments, mean, sd)

        [ densities column prior moments q
          surface elbo posterior logEvidence
          againstDivergence elbo posterior logEvidence
          alongPath elbo prior.Mean posterior logEvidence
          predictive column values ofNew ]
