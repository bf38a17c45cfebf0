namespace Vi.Verification.FSharp

open System
open FsCheck
open FsCheck.FSharp
open Vi.Math
open Vi.Math.FSharp
open Vi.Verification

/// Laws of minibatches of programs with rows of data.
[<RequireQualifiedAccess>]
module MinibatchLaws =

    /// The estimates of consecutive minibatches of M rows, the last one smaller where M does not divide N, with their sizes.
    let internal estimates (_: TracedProgram) (density: RowDensity) (size: int) (position: Vec) : (int * float) list =
        let evaluator = density.Minibatch()

        [ for rows in Array.chunkBySize size [| 0 .. density.Rows - 1 |] do
              evaluator.Select(ReadOnlySpan rows)
              rows.Length, evaluator.Value(position.AsSpan()) ]

    /// Averages with weights M / N are the whole: what is tested is how each estimate was scaled.
    let internal partition (estimates: TracedProgram -> RowDensity -> int -> Vec -> (int * float) list) : Law =
        Law.make
            { Name = "programs: minibatches over a partition add up"
              Statement =
                "Estimates from minibatches, weighted by their shares of the rows, average to the whole log density, the smaller last one included; gradients too."
              Formula = @"\sum_b\frac{M_b}{N}\hat\ell_b=\ell"
              Source = "Hoffman et al. 2013, section 2.4"
              Covers = [ "programs" ]
              Cases = 4
              Generator = Scalars.both Scalars.seed (Scalars.integer 1 13)
              Holds =
                fun (seed, size) ->
                    let x, y, labels = ProgramLaws.data seed 13 2
                    let network = { NetworkProgram.defaultPrior with Hidden = [ 3 ] }

                    [ for name, model in
                          [ "linear regression", RegressionPrograms.linear ProgramLaws.regressionPrior x y
                            "logistic regression", RegressionPrograms.logisticOf 2.0 (ValueSome 3.0) x labels
                            "network", NetworkProgram.regression network x y
                            "mean and precision",
                            PlainPrograms.gaussianMeanPrecision (NormalGamma.create 0.0 1.0 2.0 1.0) y
                            "mixture", PlainPrograms.normalMixture ProgramLaws.mixturePrior y ] do
                          let traced = Program.trace model
                          let rows = ProgramDensity.rows traced
                          let position = ProgramLaws.positionOf traced 0.6 (Rng.ofSeed (seed + 5UL))
                          let struct (whole, gradient) = LogDensity.at rows.Whole position
                          let parts = estimates traced rows size position
                          let size' = 1.0 + List.sumBy (fun (_, value) -> abs value) parts

                          Compare.close
                              name
                              whole
                              (parts |> List.sumBy (fun (m, value) -> float m / 13.0 * value))
                              (1e-12 * size')

                          let evaluator = rows.Minibatch()
                          let sum = Array.zeroCreate<float> traced.Dimension

                          for selected in Array.chunkBySize size [| 0..12 |] do
                              let g = Array.zeroCreate traced.Dimension
                              evaluator.Select(ReadOnlySpan selected)
                              evaluator.ValueAndGradient(position.AsSpan(), g.AsSpan()) |> ignore
                              Array.iteri (fun i v -> sum[i] <- sum[i] + float selected.Length / 13.0 * v) g

                          for i in 0 .. sum.Length - 1 do
                              Compare.close $"{name}: gradient {i}" gradient[i] sum[i] (1e-9 * size') ] }

    let all: Law list = [ partition estimates ]
