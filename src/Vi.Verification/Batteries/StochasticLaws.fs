namespace Vi.Verification

open Vi.Math

/// A conjugate model under test with what stochastic inference needs of it.
type StochasticSubject<'case, 'statistics, 'globals> =
    {
        /// The model under coordinate ascent.
        Subject: ConjugateSubject<'case, 'statistics, 'globals>
        /// The same with scale and blend.
        Stochastic: 'case -> StochasticModel<'statistics, 'globals>
    }

/// How an epoch is cut into minibatches: rows of a minibatch, the table, a generator.
type EpochReader = int64 -> Rows -> Rng -> Minibatch seq

/// How a minibatch comes to stand for all rows.
type MinibatchReader<'statistics, 'globals> =
    StochasticModel<'statistics, 'globals> -> 'globals -> Minibatch -> 'statistics

namespace Vi.Verification.FSharp

open System
open FsCheck.FSharp
open Vi.Math
open Vi.Math.FSharp
open Vi.Verification

/// The laws of natural-gradient stochastic inference.
[<RequireQualifiedAccess>]
module StochasticLaws =

    let private hoffman = "Hoffman, Blei, Wang and Paisley 2013, stochastic variational inference"

    /// The project's way to cut an epoch into minibatches.
    let epoch: EpochReader =
        fun batchRows rows rng ->
            let struct (batches, _) = Minibatch.epoch batchRows rows rng
            batches

    /// The project's way to make a minibatch stand for all rows.
    let scaled model globals batch = (Minibatch.statistics model globals batch).Statistics

    let internal tableOf (subject: ConjugateSubject<'case, 'statistics, 'globals>) case =
        ConjugateSubject.table (subject.Columns case) (subject.Rows case)

    /// Cases with a number from which the rows of a minibatch are made, 1 to 12.
    let internal withBatch subject = Arb.zip (subject.Subject.Cases, Scalars.integer 1 12)

    let private distance (model: ConjugateModel<_, 'statistics, 'globals>) a b =
        sqrt (2.0 * max 0.0 (model.Divergence a b))

    /// The minibatches of an epoch average to the whole: bound by bound, and in the optimum that they give.
    let unbiased
        (epoch: EpochReader)
        (scaled: MinibatchReader<'statistics, 'globals>)
        (subject: StochasticSubject<'case, 'statistics, 'globals>)
        : Law list =
        let read case batchRows =
            let rows = tableOf subject.Subject case
            let model = subject.Stochastic case
            let globals = ConjugateSubject.start subject.Subject case

            let batches =
                epoch (int64 batchRows) rows (Rng.ofSeed (subject.Subject.Seed case))
                |> Seq.map (fun batch ->
                    struct (float batch.Rows.Count / float batch.Total, scaled model globals batch))
                |> Seq.toArray

            struct (model, globals, rows, batches)

        [ Law.make
              { Name = $"svi on {subject.Subject.Name}: minibatch bounds average to the whole bound"
                Statement =
                  "The bounds of an epoch's minibatches, the ragged last one included, have the whole bound as their mean, weighted by rows."
                Formula = @"\sum_b\frac{M_b}{N}\,\mathcal L_b(q)=\mathcal L(q)"
                Source = hoffman
                Covers = [ subject.Subject.Name; "svi" ]
                Cases = 100
                Generator = withBatch subject
                Holds =
                  fun (case, batchRows) ->
                      let struct (model, globals, rows, batches) = read case batchRows
                      let whole = model.Model.Elbo (Cavi.statistics rows model.Model globals) globals

                      let mean =
                          batches
                          |> Array.sumBy (fun (struct (share, data)) -> share * (model.Model.Elbo data globals).Value)

                      if rows.Count = 0L then
                          [ Compare.holds "no minibatch without rows" (batches.Length = 0) ]
                      else
                          [ Compare.close
                                "mean of the minibatch bounds"
                                whole.Value
                                mean
                                (Tolerances.regrouped (int rows.Count) (1.0 + whole.Magnitude)
                                 + Tolerances.bound whole.Magnitude) ] }
          Law.make
              { Name = $"svi on {subject.Subject.Name}: scaled minibatch statistics are unbiased"
                Statement =
                  "The scaled statistics of an epoch's minibatches, each weighted by its share of the rows, add up to the statistics of all rows: they give the same next factors."
                Formula = @"\bigoplus_b\frac{M_b}{N}\cdot\frac{N}{M_b}s(X_b)=s(X)"
                Source = hoffman
                Covers = [ subject.Subject.Name; "svi" ]
                Cases = 100
                Generator = withBatch subject
                Holds =
                  fun (case, batchRows) ->
                      let struct (model, globals, rows, batches) = read case batchRows

                      let mean =
                          (model.Model.Monoid.Zero, batches)
                          ||> Array.fold (fun sum (struct (share, data)) ->
                              model.Model.Monoid.Combine sum (model.Scale share data))

                      let next data =
                          (globals, model.Model.Updates) ||> List.fold (fun g update -> update.Update data g)

                      let whole = next (Cavi.statistics rows model.Model globals)

                      [ Compare.close
                            "next factors, in posterior standard deviations"
                            0.0
                            (distance model.Model (next mean) whole)
                            Tolerances.sameAnswer ] } ]

    /// Every row of a table is in exactly one minibatch of an epoch, and all but the last have as many rows as asked for.
    let visits (epoch: EpochReader) : Law =
        let sizes = Scalars.three (Scalars.integer 1 700) (Scalars.integer 1 900) Scalars.seed

        Law.make
            { Name = "minibatches: every row is visited exactly once an epoch"
              Statement = "The minibatches of an epoch hold every row once, the ragged last one included."
              Formula = @"\bigcup_b X_b=X,\quad X_b\cap X_c=\varnothing"
              Source = hoffman
              Covers = [ "svi"; "engine" ]
              Cases = 100
              Generator = sizes
              Holds =
                fun (count, batchRows, seed) ->
                    let rows = Rows.ofColumn (Seq.init count float)
                    let batches = epoch (int64 batchRows) rows (Rng.ofSeed seed) |> Seq.toArray

                    let visited =
                        batches |> Array.collect (fun batch -> Rows.toArrays batch.Rows |> Array.map Array.head)

                    let lengths = batches |> Array.map (fun batch -> int batch.Rows.Count)
                    let full = min batchRows count

                    [ Compare.holds "each row once" (Array.sort visited = Array.init count float)
                      Compare.holds
                          "full minibatches but the last"
                          (lengths[.. lengths.Length - 2] |> Array.forall ((=) full))
                      Compare.holds "a last one with the rest" (Array.sum lengths = count && Array.last lengths <= full) ] }

    /// Each piece comes at each place of the order equally often.
    let private uniformOrder: Law =
        Law.make
            { Name = "minibatches: each row is equally often first"
              Statement = "Over many seeds every row is the first of an epoch equally often."
              Formula = @"P(\pi(0)=i)=1/N"
              Source = "definition of a random order"
              Covers = [ "svi" ]
              Cases = 5
              Generator = Scalars.integer 2 12
              Holds =
                fun count ->
                    let draws = 4000

                    let hits =
                        (Array.zeroCreate count, seq { 1..draws })
                        ||> Seq.fold (fun (hits: float[]) seed ->
                            let struct (shuffle, _) = Shuffle.create (int64 count) 1L (Rng.ofSeed (uint64 seed))
                            let struct (row, _) = (Shuffle.runs shuffle 0L 1L)[0]
                            hits[int row] <- hits[int row] + 1.0
                            hits)

                    let p = 1.0 / float count

                    [ for row in 0 .. count - 1 do
                          Compare.close
                              $"share of epochs that begin with row {row}"
                              p
                              (hits[row] / float draws)
                              (Tolerances.monteCarlo
                                  (sqrt (p * (1.0 - p) / float draws))
                                  ((1.0 - 2.0 * p) / sqrt (p * (1.0 - p)))
                                  draws
                                  1.0) ] }

    let private wholeBatch (subject: StochasticSubject<'case, 'statistics, 'globals>) : Law =
        Law.make
            { Name = $"svi on {subject.Subject.Name}: the whole data as the batch and step 1 are coordinate ascent"
              Statement =
                "With all rows in one minibatch and a step of 1 an epoch is a sweep of coordinate ascent, factors and bound alike."
              Formula = @"\rho=1,\ M=N\ \Rightarrow\ \mathrm{SVI}=\mathrm{CAVI}"
              Source = hoffman
              Covers = [ subject.Subject.Name; "svi" ]
              Cases = 100
              Generator = subject.Subject.Cases
              Holds =
                fun case ->
                    let rows = tableOf subject.Subject case
                    let model = subject.Stochastic case
                    let first = ConjugateSubject.start subject.Subject case
                    let options = { BatchRows = max 1L rows.Count; Rate = LearningRate.Constant 1.0; WholeBound = true }
                    let engine = Svi.engine options rows model (fun _ -> first)

                    let epochs = Run.steps engine (Svi.stopRule 0.0 3) (Rng.ofSeed 1UL) |> Seq.last

                    let globals =
                        if rows.Count = 0L then
                            first
                        else
                            ConjugateSubject.sweeps subject.Subject case 3 first

                    let elbo = model.Model.Elbo (Cavi.statistics rows model.Model globals) globals

                    [ Compare.close
                          "factors after three epochs, in posterior standard deviations"
                          0.0
                          (distance model.Model epochs.State.Globals globals)
                          Tolerances.sameAnswer
                      Compare.close
                          "bound after three epochs"
                          elbo.Value
                          epochs.Info.Sweep.Elbo.Value
                          (Tolerances.bound elbo.Magnitude) ] }

    let private blends (subject: StochasticSubject<'case, 'statistics, 'globals>) : Law =
        Law.make
            { Name = $"svi on {subject.Subject.Name}: a step is convex in natural parameters"
              Statement =
                "Natural parameters of a blend are the convex combination of those of its ends; at 0 and 1 it is the ends to the bit, in between a distribution; other steps are refused."
              Formula = @"\eta_\rho=(1-\rho)\eta_0+\rho\,\eta_1"
              Source = $"{hoffman}, 26"
              Covers = [ subject.Subject.Name; "svi" ]
              Cases = 100
              Generator = Arb.zip (subject.Subject.Cases, Scalars.positive 1e-6 0.999)
              Holds =
                fun (case, rho) ->
                    let model = subject.Stochastic case
                    let a = ConjugateSubject.start subject.Subject case
                    let b = ConjugateSubject.sweeps subject.Subject case 2 a
                    let blend = model.Blend rho a b

                    let isRefused rho =
                        try
                            model.Blend rho a b |> ignore
                            false
                        with :? ArgumentException ->
                            true

                    [ Compare.holds "a step backwards is refused" (isRefused -rho)
                      Compare.holds "a step beyond the new factors is refused" (isRefused (1.0 + rho))
                      Compare.holds "the old factors at 0" ((model.Blend 0.0 a b).Equals a)
                      Compare.holds "the new factors at 1" ((model.Blend 1.0 a b).Equals b)

                      for factor in subject.Subject.Factors case do
                          let etaA, etaB = factor.NaturalParameters a, factor.NaturalParameters b
                          let eta = factor.NaturalParameters blend
                          Compare.holds $"{factor.Factor} is a distribution" (factor.IsProper eta)

                          // What is lost in going to the natural parameters and back is a share of the largest of them.
                          let size = max (Vec.maxAbs etaA) (Vec.maxAbs etaB)

                          Compare.error
                              $"natural parameters of {factor.Factor}"
                              (Vec.maxAbs (Vec.subtract eta (Vec.map2 (fun x y -> (1.0 - rho) * x + rho * y) etaA etaB)))
                              (Tolerances.conditioned eta.Length 1.0 size) ] }

    let gaussianMean =
        { Subject = Models.gaussianMean; Stochastic = fun case -> Stochastic.gaussianMean case.Prior }

    let gaussianMeanPrecision =
        { Subject = Models.gaussianMeanPrecision
          Stochastic = fun case -> Stochastic.gaussianMeanPrecision case.Prior }

    /// A regression whose minibatches share the centre of all rows; with an intercept or through the origin, as the case has it.
    let private centred (subject: ConjugateSubject<RegressionCase, Moments, LinearRegressionPosterior>) =
        { Subject = subject
          Stochastic =
            fun case ->
                let moments = Moments.ofRows (tableOf subject case)
                Stochastic.linearRegression (Vec.slice 0 case.Columns moments.Mean) case.Prior }

    let linearRegression = centred Models.linearRegression

    let relevanceDetermination = centred Models.relevanceDetermination

    /// A mixture of any kind.
    let mixture (weights: WeightKind<'weights>) (kind: ComponentKind<'prior, 'data, 'components>) =
        { Subject = MixtureKinds.subject MixtureKinds.cases weights kind
          Stochastic = MixtureKinds.prior weights kind >> Mixture.stochastic weights.Family kind.Family }

    let gaussianMixture = mixture MixtureKinds.dirichlet MixtureKinds.full

    /// Svi under the laws of any engine.
    let private engine
        (subject: StochasticSubject<'case, 'statistics, 'globals>)
        rate
        : EngineSubject<'case, SviState<'globals>, SviInfo, 'globals> =
        { Name = $"svi ({rate}) on {subject.Subject.Name}"
          Covers = [ subject.Subject.Name; "svi" ]
          Cases = subject.Subject.Cases
          Engine =
            fun case ->
                let rows = tableOf subject.Subject case

                Svi.engine { BatchRows = 7L; Rate = rate; WholeBound = true } rows (subject.Stochastic case) (fun _ ->
                    ConjugateSubject.start subject.Subject case)
          Rule = fun _ -> Svi.stopRule 1e-8 200
          Budget = fun _ -> 200 }

    /// All laws of a subject.
    let battery (subject: StochasticSubject<'case, 'statistics, 'globals>) : Law list =
        unbiased epoch scaled subject @ [ wholeBatch subject; blends subject ]

    let all: Law list =
        List.concat
            [ [ visits epoch; uniformOrder ]
              battery gaussianMean
              battery gaussianMeanPrecision
              battery linearRegression
              battery relevanceDetermination
              battery gaussianMixture
              battery (mixture MixtureKinds.dirichlet MixtureKinds.tied)
              battery (mixture MixtureKinds.dirichlet MixtureKinds.diagonal)
              battery (mixture MixtureKinds.stickBreaking MixtureKinds.full)
              battery (mixture MixtureKinds.stickBreaking MixtureKinds.tied)
              battery (mixture MixtureKinds.stickBreaking MixtureKinds.diagonal)
              EngineLaws.battery (engine gaussianMixture Adaptive)
              EngineLaws.battery (engine (mixture MixtureKinds.stickBreaking MixtureKinds.tied) Adaptive)
              EngineLaws.battery (engine linearRegression (RobbinsMonro(1.0, 0.7))) ]
