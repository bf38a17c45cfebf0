namespace Vi.Verification

open Vi.Kernels
open Vi.Math

/// A conjugate model under test with the scale of its statistics.
type StreamingSubject<'case, 'statistics, 'globals> =
    {
        /// The model under coordinate ascent.
        Subject: ConjugateSubject<'case, 'statistics, 'globals>
        /// Statistics as if every row had been there so many times.
        Scale: float -> 'statistics -> 'statistics
    }

/// How new rows are taken in.
type Absorb<'statistics, 'globals> =
    StreamingOptions
        -> (float -> 'statistics -> 'statistics)
        -> ConjugateModel<Block, 'statistics, 'globals>
        -> IBatches<Block>
        -> int64
        -> StreamingState<'statistics, 'globals>
        -> struct (StreamingState<'statistics, 'globals> * SweepInfo)

/// How a table is taken in, part by part.
type StreamEngine<'statistics, 'globals> =
    StreamingOptions
        -> Rows
        -> (float -> 'statistics -> 'statistics)
        -> ConjugateModel<Block, 'statistics, 'globals>
        -> (Rng -> 'globals)
        -> Engine<StreamingState<'statistics, 'globals>, SweepInfo, 'globals>

namespace Vi.Verification.FSharp

open FsCheck.FSharp
open Vi.Kernels
open Vi.Math
open Vi.Math.FSharp
open Vi.Verification

/// The laws of streaming Bayes.
[<RequireQualifiedAccess>]
module StreamingLaws =

    let private broderick = "Broderick, Boyd, Wibisono, Wilson and Jordan 2013, streaming variational Bayes"

    let private options batchRows = { BatchRows = int64 batchRows; Memory = 1.0; Tolerance = 1e-10; Sweeps = 500 }

    let private cases subject = Arb.zip (subject.Subject.Cases, Scalars.integer 1 12)

    let private run (subject: StreamingSubject<'case, 'statistics, 'globals>) case options =
        let rows = ConjugateSubject.table (subject.Subject.Columns case) (subject.Subject.Rows case)
        let model = subject.Subject.Model case
        let engine = Streaming.engine options rows subject.Scale model (fun _ -> model.Prior)
        Run.last engine (Streaming.stopRule options rows) (Rng.ofSeed 1UL)

    /// Where data enter through fixed statistics, the cut into parts does not matter. The bound may have several optima, so what the
    /// parts give is held against coordinate ascent over all rows that begins there.
    let private exact (subject: StreamingSubject<'case, 'statistics, 'globals>) : Law =
        Law.make
            { Name = $"streaming on {subject.Subject.Name}: any partition gives the posterior of all rows"
              Statement =
                "The posterior taken as the prior of the next rows, part by part, is a posterior of all rows at once: coordinate ascent over all rows stays there."
              Formula = @"p(\theta\mid X_1,X_2)\propto p(X_2\mid\theta)\,p(\theta\mid X_1)"
              Source = broderick
              Covers = [ subject.Subject.Name; "streaming" ]
              Cases = 100
              Generator = (cases subject)
              Holds =
                fun (case, batchRows) ->
                    let model = subject.Subject.Model case
                    let parts = run subject case (options batchRows)
                    let rows = ConjugateSubject.table (subject.Subject.Columns case) (subject.Subject.Rows case)
                    let atOnce = options (max 1 (int rows.Count))

                    let whole =
                        Run.last
                            (Streaming.engine atOnce rows subject.Scale model (fun _ -> parts.State.Globals))
                            (Streaming.stopRule atOnce rows)
                            (Rng.ofSeed 1UL)

                    [ Compare.holds "all rows were taken in" (parts.State.Seen = rows.Count)
                      Compare.error
                          "distance of the posteriors, in posterior standard deviations"
                          (sqrt (2.0 * max 0.0 (model.Divergence parts.State.Globals whole.State.Globals)))
                          // Both stopped where a sweep moves them by no more than a tenth of sqrt(1e-10); sweeps shrink what is left by a
                          // factor that is seldom above 0.99 here.
                          1e-3
                      Compare.close
                          "bounds"
                          whole.Info.Elbo.Value
                          parts.Info.Elbo.Value
                          (1e-6 + Tolerances.bound whole.Info.Elbo.Magnitude) ] }

    /// Rows taken in keep their local factors, which is a restriction: the bound lies below the one with all local factors set anew.
    let private belowRefreshed (subject: StreamingSubject<'case, 'statistics, 'globals>) : Law =
        Law.make
            { Name = $"streaming on {subject.Subject.Name}: its bound is a bound: fresh local factors only raise it"
              Statement =
                "The bound of a stream, with the local factors that each row had when it came, lies below that of the same global factors with all local factors at their optima."
              Formula = @"\mathcal L(q_{\mathrm{old}}(z),q)\le\max_{q(z)}\mathcal L(q(z),q)"
              Source = broderick
              Covers = [ subject.Subject.Name; "streaming" ]
              Cases = 100
              Generator = (cases subject)
              Holds =
                fun (case, batchRows) ->
                    let model = subject.Subject.Model case
                    let rows = ConjugateSubject.table (subject.Subject.Columns case) (subject.Subject.Rows case)
                    let last = run subject case (options batchRows)
                    let globals = last.State.Globals
                    let fresh = model.Elbo (Cavi.statistics rows model globals) globals

                    [ Compare.atMost
                          "bound of the stream"
                          last.Info.Elbo.Value
                          fresh.Value
                          (Tolerances.bound (fresh.Magnitude + last.Info.Elbo.Magnitude)) ] }

    /// One sweep over new rows, by hand; the function that takes rows in is given so that a wrong one can be tried.
    let internal info
        (absorb: Absorb<'statistics, 'globals>)
        (subject: StreamingSubject<'case, 'statistics, 'globals>)
        : Law =
        Law.make
            { Name = $"streaming on {subject.Subject.Name}: its info is that of the sweep over the new rows"
              Statement =
                "Gain and change of a step are those from the factors that new rows met to the factors they left, over the rows so far."
              Formula = @"\Delta=\mathcal L(q_{t+1})-\mathcal L(q_t),\quad\tfrac12c^2=\mathrm{KL}(q_{t+1}\,\|\,q_t)"
              Source = broderick
              Covers = [ subject.Subject.Name; "streaming" ]
              Cases = 100
              Generator = (cases subject)
              Holds =
                fun (case, batchRows) ->
                    let model = subject.Subject.Model case
                    let rows = subject.Subject.Rows case
                    let cut = min batchRows rows.Length
                    let once = { options 1 with Sweeps = 1 }
                    let table part = ConjugateSubject.table (subject.Subject.Columns case) part
                    let take part = absorb once subject.Scale model (table part) (int64 (Array.length part))

                    let start = Streaming.start model (ConjugateSubject.start subject.Subject case)
                    let struct (first, _) = take rows[.. cut - 1] start
                    let struct (second, info) = take rows[cut..] first

                    let statistics globals =
                        model.Monoid.Combine first.Statistics (Cavi.statistics (table rows[cut..]) model globals)

                    let met = statistics first.Globals
                    let before = model.Elbo met first.Globals
                    let globals = (first.Globals, model.Updates) ||> List.fold (fun q update -> update.Update met q)
                    let after = model.Elbo (statistics globals) globals
                    let divergence = max 0.0 (model.Divergence globals first.Globals)
                    let allowed = 4.0 * Tolerances.bound (before.Magnitude + after.Magnitude)

                    [ Compare.holds "rows so far" (second.Seen = int64 rows.Length)
                      Compare.close "bound" after.Value info.Elbo.Value allowed
                      Compare.close "gain" (after.Value - before.Value) info.Gain allowed
                      Compare.close
                          "half the squared change"
                          divergence
                          (0.5 * info.Change * info.Change)
                          (Tolerances.rounding 8 divergence) ] }

    /// Most sweeps that are looked at one by one.
    let private looked = 12

    /// Updates of the first factor are counted; the engine is given, so that a wrong one can be tried.
    let internal sweeps
        (engine: StreamEngine<'statistics, 'globals>)
        (subject: StreamingSubject<'case, 'statistics, 'globals>)
        : Law =
        Law.make
            { Name = $"streaming on {subject.Subject.Name}: every part gets its sweeps"
              Statement =
                "With a tolerance that nothing meets, each part of the rows is swept over exactly as often as the limit says, whatever its size, and a run has as many steps as there are parts."
              Formula = @"n_t=S,\quad t=1,\dots,\lceil N/M\rceil"
              Source = broderick
              Covers = [ subject.Subject.Name; "streaming" ]
              Cases = 50
              Generator = Arb.zip (cases subject, Scalars.integer 1 6)
              Holds =
                fun ((case, batchRows), limit) ->
                    let rows = ConjugateSubject.table (subject.Subject.Columns case) (subject.Subject.Rows case)
                    let model = subject.Subject.Model case
                    let mutable swept = 0

                    let counted update =
                        { update with
                            Update =
                                fun statistics globals ->
                                    swept <- swept + 1
                                    update.Update statistics globals }

                    let model = { model with Updates = counted model.Updates.Head :: model.Updates.Tail }
                    let options = { options batchRows with Tolerance = -1.0; Sweeps = limit }
                    let engine = engine options rows subject.Scale model (fun _ -> model.Prior)
                    let parts = max 1 ((int rows.Count + batchRows - 1) / batchRows)

                    let counts =
                        Run.steps engine (Streaming.stopRule options rows) (Rng.ofSeed 1UL)
                        |> Seq.map (fun step -> step.State.Seen, swept)
                        |> Seq.toList

                    [ Compare.holds
                          "sweeps and rows so far"
                          (counts = [ for t in 1..parts -> min rows.Count (int64 (t * batchRows)), t * limit ]) ] }

    /// What a limit of so many sweeps gives tells where sweeps end: from there on a higher limit changes nothing. The bound is flat at its
    /// top, so gains fall below the tolerance while the factors still move by about its square root. With these tolerances a sweep that
    /// gains no more than the tolerance and moves between a tenth of its square root and all of it is seen in 23 of 100 mixtures.
    let internal ends
        (absorb: Absorb<'statistics, 'globals>)
        (subject: StreamingSubject<'case, 'statistics, 'globals>)
        : Law =
        Law.make
            { Name = $"streaming on {subject.Subject.Name}: sweeps end where neither bound nor factors move on"
              Statement =
                "New rows are swept over until a sweep gains no more than the tolerance and moves the factors by no more than a tenth of its square root, and no longer."
              Formula = @"\Delta\le\epsilon\ \wedge\ c\le0.1\sqrt\epsilon"
              Source = "definition of convergence"
              Covers = [ subject.Subject.Name; "streaming" ]
              Cases = 100
              Generator = Arb.zip (subject.Subject.Cases, Scalars.positive 1e-9 1e-3)
              Holds =
                fun (case, tolerance) ->
                    let model = subject.Subject.Model case
                    let rows = subject.Subject.Rows case
                    let table = ConjugateSubject.table (subject.Subject.Columns case) rows
                    let start = Streaming.start model (ConjugateSubject.start subject.Subject case)

                    let after limit =
                        let options = { options 1 with Tolerance = tolerance; Sweeps = limit }

                        let struct (_, info: SweepInfo) =
                            absorb options subject.Scale model table (int64 rows.Length) start

                        struct (info.Gain, info.Change)

                    [ for sweep, (struct (gain, change), next) in
                          Seq.init looked (fun i -> after (i + 1)) |> Seq.pairwise |> Seq.indexed do
                          if next = struct (gain, change) then
                              Compare.atMost $"gain where sweep {sweep + 1} is the last" gain tolerance 0.0

                              Compare.atMost
                                  $"move where sweep {sweep + 1} is the last"
                                  change
                                  (0.1 * sqrt tolerance)
                                  0.0
                          else
                              Compare.holds
                                  $"sweep {sweep + 1} left something to do"
                                  (gain > tolerance || change > 0.1 * sqrt tolerance) ] }

    /// Forgetting is a prior that lies between the first prior and the posterior.
    let private forgetting: Law =
        Law.make
            { Name = "streaming on gaussian-mean: forgetting takes the posterior to a power"
              Statement =
                "With memory m the next rows meet the prior p^(1-m) q^m: the first prior where m is 0, the posterior where it is 1."
              Formula = @"p_{t+1}\propto p^{1-m}q_t^{m}"
              Source = "power priors (Ibrahim and Chen 2000); McInerney, Ranganath and Blei 2015"
              Covers = [ "gaussian-mean"; "streaming" ]
              Cases = 100
              Generator = Scalars.three Models.gaussianMean.Cases (Scalars.integer 1 40) (Scalars.positive 1e-3 1.0)
              Holds =
                fun (case, cut, memory) ->
                    let rows = case.Rows
                    let cut = min cut rows.Length
                    let moments part = Moments.ofRows (ConjugateSubject.table 1 part)
                    let model = GaussianMean.model case.Prior
                    let forget = { options 1 with Memory = memory }

                    let absorb part state =
                        let struct (state, _) =
                            Streaming.absorb
                                forget
                                Moments.scale
                                model
                                (ConjugateSubject.table 1 part)
                                (int64 (Array.length part))
                                state

                        state

                    let streamed = Streaming.start model model.Prior |> absorb rows[.. cut - 1] |> absorb rows[cut..]

                    let first = GaussianMean.posterior case.Prior (moments rows[.. cut - 1])
                    let between = Blend.normal memory case.Prior.Mean first
                    let expected = GaussianMean.posterior { case.Prior with Mean = between } (moments rows[cut..])

                    [ Compare.error
                          "distance of the posteriors, in posterior standard deviations"
                          (sqrt (2.0 * max 0.0 (Normal.klDivergence streamed.Globals expected)))
                          Tolerances.sameAnswerByOtherStatistics ] }

    let private engine
        (subject: StreamingSubject<'case, 'statistics, 'globals>)
        : EngineSubject<'case, StreamingState<'statistics, 'globals>, SweepInfo, 'globals> =
        let table case = ConjugateSubject.table (subject.Subject.Columns case) (subject.Subject.Rows case)

        { Name = $"streaming on {subject.Subject.Name}"
          Covers = [ subject.Subject.Name; "streaming" ]
          Cases = subject.Subject.Cases
          Engine =
            fun case ->
                Streaming.engine
                    { options 5 with Sweeps = 20 }
                    (table case)
                    subject.Scale
                    (subject.Subject.Model case)
                    (fun _ -> ConjugateSubject.start subject.Subject case)
          Rule = fun case -> Streaming.stopRule { options 5 with Sweeps = 20 } (table case)
          // Without rows there is one step, which finds that there are none.
          Budget = fun case -> max 1 (Streaming.steps { options 5 with Sweeps = 20 } (table case)) }

    let internal ofMoments subject = { Subject = subject; Scale = Moments.scale }

    let internal mixture (weights: WeightKind<'weights>) (kind: ComponentKind<'prior, 'data, 'components>) =
        { Subject = MixtureKinds.subject MixtureKinds.cases weights kind
          Scale = Mixture.scale kind.Family }

    let all: Law list =
        List.concat
            [ [ exact (ofMoments Models.gaussianMean)
                exact (ofMoments Models.gaussianMeanPrecision)
                exact (ofMoments Models.linearRegression)
                belowRefreshed (mixture MixtureKinds.dirichlet MixtureKinds.full)
                belowRefreshed (mixture MixtureKinds.dirichlet MixtureKinds.tied)
                belowRefreshed (mixture MixtureKinds.dirichlet MixtureKinds.diagonal)
                belowRefreshed (mixture MixtureKinds.stickBreaking MixtureKinds.full)
                belowRefreshed (mixture MixtureKinds.stickBreaking MixtureKinds.tied)
                belowRefreshed (mixture MixtureKinds.stickBreaking MixtureKinds.diagonal)
                forgetting
                info Streaming.absorb (ofMoments Models.gaussianMeanPrecision)
                info Streaming.absorb (mixture MixtureKinds.dirichlet MixtureKinds.full)
                sweeps Streaming.engine (ofMoments Models.gaussianMeanPrecision)
                sweeps Streaming.engine (mixture MixtureKinds.dirichlet MixtureKinds.full)
                ends Streaming.absorb (ofMoments Models.gaussianMeanPrecision)
                ends Streaming.absorb (mixture MixtureKinds.dirichlet MixtureKinds.full) ]
              EngineLaws.battery (engine (mixture MixtureKinds.dirichlet MixtureKinds.full))
              EngineLaws.battery (engine (mixture MixtureKinds.stickBreaking MixtureKinds.diagonal)) ]
