namespace Vi.Figures

open System.Collections.Generic
open Vi.Charts
open Vi.Math
open Vi.Math.Fluent
open Vi.Results

/// q next to the exact posterior.
[<RequireQualifiedAccess>]
module GaussianMeanPrecisionFigures =

    /// The figures of a fit to a column's values.
    let ofFit
        (column: string)
        (values: IReadOnlyList<float>)
        (exact: NormalGamma)
        (q: GaussianMeanPrecisionPosterior)
        (predictive: Marginal)
        : IReadOnlyList<Exhibit> =
        let words id = FigureText.Of("gaussian-mean-precision", id, column)
        let exactPrecision = Marginal.Of { Shape = exact.Shape; Rate = exact.Rate }
        let mean, precision = Marginal.Of q.Mean, Marginal.Of q.Precision
        let means = Curves.Grid(mean.Mean - 5.0 * mean.Sd, mean.Mean + 5.0 * mean.Sd, 61)

        let precisions =
            Curves.Grid(
                max (exactPrecision.Mean * 0.02) (exactPrecision.Mean - 4.0 * exactPrecision.Sd),
                exactPrecision.Mean + 4.0 * exactPrecision.Sd,
                61
            )

        let struct (x, y) =
            Curves.Ellipse(struct (mean.Mean, precision.Mean), q.Mean.Variance, 0.0, precision.Sd * precision.Sd, 2.0)

        let pair name grid (own: Marginal) (exact: Marginal) =
            [ Curves.Line("exact posterior", grid, (fun x -> exact.Density x), 1, "dashed")
              Curves.Line(name, grid, (fun x -> own.Density x), 0) ]

        let density mu tau =
            let given = { Mean = exact.Mean; Variance = 1.0 / (exact.PrecisionScale * tau) }
            exactPrecision.Density tau * Distribution.Density(given, mu)

        let last = predictive.Quantile 0.999

        [ Chart.xy (words "mean") (pair "q(mu)" means mean (Marginal.Of(Distribution.MarginalMean exact)))
          Chart.xy (words "precision") (pair "q(tau)" precisions precision exactPrecision)
          Chart.surface (words "joint") means precisions density [ Curves.Through("q at 2 sd", x, y, 1) ]
          Chart.predictive
              column
              values
              "The predictive distribution is a Student-t"
              predictive
              (Curves.Grid(2.0 * predictive.Mean - last, last)) ]
