namespace Vi.Verification

/// Rows in groups that stand far apart, for a mixture with more components than groups.
type GroupsCase =
    {
        /// The groups, each N_g rows of D numbers.
        Groups: float[][][]
        /// K, above the number of groups.
        Components: int
        /// Seed of the fit.
        Seed: uint64
    }

namespace Vi.Verification.FSharp

open FsCheck.FSharp
open Vi.Kernels
open Vi.Math
open Vi.Math.FSharp
open Vi.Verification

/// Moves between optima of mixtures: components merged and split.
[<RequireQualifiedAccess>]
module MoveLaws =

    /// The distance of two posteriors of components, in standard deviations.
    let private distance (kind: ComponentKind<'prior, 'data, 'components>) prior a b =
        let posterior = kind.Family.Posterior prior
        sqrt (2.0 * max 0.0 (kind.Family.KlDivergence (posterior a) (posterior b)))

    /// The rows of a case dealt to its components in turn.
    let private dealt (case: MixtureCase) =
        let k = case.Prior.Weights.Concentration.Length

        Array.init k (fun g ->
            case.Rows
            |> Array.indexed
            |> Array.filter (fun (i, _) -> i % k = g)
            |> Array.map (fun (_, row) -> row))

    /// Tables with rows, which a start needs.
    let internal cases = Samples.mixture 4 40 4 2 4

    /// How statistics are merged is given, so that a wrong way can be tried.
    let internal merged (merge: int -> int -> 'data -> 'data) (kind: ComponentKind<'prior, 'data, 'components>) =
        Law.make
            { Name = $"{MixtureKinds.name MixtureKinds.dirichlet kind}: merged components have the rows of both"
              Statement =
                "Statistics in which two components are merged are those of the rows when all of both belong to the first."
              Formula = @"s_{i\cup j}=s(X_i\cup X_j)"
              Source = "definition"
              Covers = [ "gaussian-mixture"; "cavi" ]
              Cases = 100
              Generator = cases
              Holds =
                fun case ->
                    let d = case.Prior.Component.Mean.Length
                    let groups = dealt case
                    let last = groups.Length - 1

                    let together =
                        groups
                        |> Array.mapi (fun g rows ->
                            if g = 0 then Array.append rows groups[last]
                            elif g = last then [||]
                            else rows)

                    let found = merge 0 last (kind.Assigned d groups)
                    let prior = kind.Of case.Prior.Component

                    [ Compare.close
                          "distance"
                          0.0
                          (distance kind prior (kind.Assigned d together) found)
                          Tolerances.sameAnswerByOtherStatistics ] }

    let private halves (kind: ComponentKind<'prior, 'data, 'components>) =
        Law.make
            { Name = $"{MixtureKinds.name MixtureKinds.dirichlet kind}: the halves of a component make it up"
              Statement =
                "Components cut in two across any of their directions and merged again are the components that were cut."
              Formula = @"s_k^-+s_k^+=s_k"
              Source = "definition"
              Covers = [ "gaussian-mixture"; "cavi" ]
              Cases = 100
              Generator = cases
              Holds =
                fun case ->
                    let d = case.Prior.Component.Mean.Length
                    let groups = dealt case
                    let k = groups.Length
                    let prior = kind.Of case.Prior.Component
                    let data = kind.Assigned d groups

                    [ for rank in 0 .. d - 1 do
                          let again =
                              (kind.Family.Halve prior rank data, seq { 0 .. k - 1 })
                              ||> Seq.fold (fun halved i -> kind.Family.Merge i (k + i) halved)
                              |> kind.Family.Reorder [| 0 .. k - 1 |]

                          Compare.close
                              $"distance, direction {rank + 1}"
                              0.0
                              (distance kind prior data again)
                              Tolerances.sameAnswerByOtherStatistics ] }

    /// Statistics of a path, so that states can be merged by naming them anew.
    let private mergedStates =
        Law.make
            { Name = "regime-switching: merged states have the rows and steps of both"
              Statement =
                "Statistics in which two states are merged are those of the path in which the second is called by the first's name."
              Formula = @"s_{i\cup j}(z)=s(z_{j\to i})"
              Source = "definition"
              Covers = [ "regime-switching"; "cavi" ]
              Cases = 100
              Generator = Samples.regimes 4 40 3 2 4
              Holds =
                fun case ->
                    let chain = RegimeLaws.chainOf case.Rows
                    let s = case.Prior.Initial.Concentration.Length
                    let struct (draws, _) = Rng.array case.Rows.Length (Rng.below s) (Rng.ofSeed case.Seed)
                    let renamed = draws |> Array.map (fun k -> if k = s - 1 then 0 else k)
                    let model = RegimeSwitching.model case.Prior

                    let optimum statistics =
                        (model.Prior, model.Updates) ||> List.fold (fun q update -> update.Update statistics q)

                    let found = RegimeMoves.merge 0 (s - 1) (RegimeStart.ofPath s draws chain)
                    let expected = RegimeStart.ofPath s renamed chain

                    [ Compare.close
                          "distance"
                          0.0
                          (ConjugateSubject.distance model (optimum expected) (optimum found))
                          Tolerances.sameAnswerByOtherStatistics ] }

    /// The engine is given, so that a wrong one can be tried.
    let internal rises
        (engine: 'case -> Rows -> Engine<'state, SweepInfo, 'globals>)
        (subject: ConjugateSubject<'case, 'statistics, 'globals>)
        =
        Law.make
            { Name = $"{subject.Name}: no move lowers the bound, and each says what it gained"
              Statement =
                "Coordinate ascent with moves never lowers the bound; the bound that a step reports is that of its answer, and the ledger adds up to the step's gain."
              Formula = @"\mathcal L(q_{t+1})\ge\mathcal L(q_t)"
              Source = "Ueda, Nakano, Ghahramani and Hinton 2000"
              Covers = [ subject.Name; "cavi" ]
              Cases = 40
              Generator = subject.Cases
              Holds =
                fun case ->
                    let engine = engine case (ConjugateSubject.tableOf subject case)

                    [ for step in Run.steps engine (Cavi.stopRule 1e-6 60) (Rng.ofSeed (subject.Seed case)) do
                          let info = step.Info
                          let allowed = Tolerances.evidence info.Elbo.Magnitude
                          Compare.atMost $"fall in step {step.Iteration}" 0.0 info.Gain (Elbo.roundoff info.Elbo)

                          if step.Outcome.IsSome then
                              let ledger = info.Ledger |> List.sumBy (fun entry -> entry.Gain)
                              let bound = (ConjugateSubject.bound subject case (engine.Answer step.State)).Value
                              Compare.close $"ledger of step {step.Iteration}" info.Gain ledger allowed
                              Compare.atMost "bound" info.Elbo.Value bound allowed ] }

    /// Three groups of 20 to 60 rows in 1 to 3 columns, 12 to 40 of their standard deviations apart, for 4 to 8 components.
    let internal groups =
        gen {
            let! columns = Gen.choose (1, 3)
            let! components = Gen.choose (4, 8)
            let! apart = Scalars.logUniformGen 12.0 40.0
            let! sizes = Gen.arrayOfLength 3 (Gen.choose (20, 60))
            let! seed = Scalars.seedGen

            let row group rng =
                let struct (noise, rng) = Rng.array columns Rng.normal rng
                struct (noise |> Array.mapi (fun j x -> x + apart * float (if j = group then 1 else group)), rng)

            let groups, _ =
                (Rng.ofSeed seed, Array.indexed sizes)
                ||> Array.mapFold (fun rng (group, size) ->
                    let struct (rows, rng) = Rng.array size (row group) rng
                    rows, rng)

            return { Groups = groups; Components = components; Seed = seed }
        }
        |> Arb.fromGen

    /// The engine is given, so that one without moves can be tried.
    let internal recovers
        (engine: GaussianMixturePrior -> Rows -> Engine<'state, SweepInfo, MixturePosterior<Dirichlet, NormalWishart[]>>)
        =
        Law.make
            { Name = "gaussian-mixture: components without need are given up"
              Statement =
                "On groups far apart a mixture with more components reaches at least the bound of one component a group, the others empty."
              Formula = @"\mathcal L(q)\ge\mathcal L(q_{\text{groups}})"
              Source = "groups known from the simulation"
              Covers = [ "gaussian-mixture"; "cavi" ]
              Cases = 40
              Generator = groups
              Holds =
                fun case ->
                    let rows = case.Groups |> Array.concat |> Rows.ofSeq
                    let prior = GaussianMixture.defaultPrior case.Components 1.0 (Moments.ofRows rows)
                    let model = GaussianMixture.model prior
                    let none = Moments.zero rows.Columns

                    let known =
                        Array.init case.Components (fun k ->
                            if k < case.Groups.Length then
                                Moments.ofRows (Rows.ofSeq case.Groups[k])
                            else
                                none)

                    let bound engine =
                        let last = Run.steps engine (Cavi.stopRule 1e-6 1000) (Rng.ofSeed case.Seed) |> Seq.last
                        last.Info.Elbo

                    let fromGroups =
                        Cavi.engineAt rows model (fun _ ->
                            let statistics: MixtureStatistics = { Components = known; Entropy = 0.0 }
                            model.Updates |> List.fold (fun q update -> update.Update statistics q) model.Prior)

                    let best = (bound fromGroups).Value

                    // A move must lead higher by a hundredth of a nat, and the fit stops there.
                    [ Compare.atMost "bound" best (bound (engine prior rows)).Value 0.02 ] }

    let private battery (weights: WeightKind<'weights>) (kind: ComponentKind<'prior, 'data, 'components>) : Law list =
        let engine = MixtureMoves.engine weights.Family kind.Family

        [ MixtureKinds.subject cases weights kind |> rises (MixtureKinds.prior weights kind >> engine) ]

    let all: Law list =
        List.concat
            [ [ merged FullComponents.family.Merge MixtureKinds.full
                merged TiedComponents.family.Merge MixtureKinds.tied
                merged DiagonalComponents.family.Merge MixtureKinds.diagonal
                halves MixtureKinds.full
                halves MixtureKinds.tied
                halves MixtureKinds.diagonal
                mergedStates
                rises
                    (fun (case: RegimeCase) rows -> RegimeMoves.engine case.Prior (RegimeSwitching.chain rows))
                    { RegimeModels.regimeSwitching with Cases = Samples.regimes 4 40 3 2 4 }
                recovers (MixtureMoves.engine WeightFamilies.dirichlet FullComponents.family) ]
              battery MixtureKinds.dirichlet MixtureKinds.full
              battery MixtureKinds.dirichlet MixtureKinds.tied
              battery MixtureKinds.dirichlet MixtureKinds.diagonal
              battery MixtureKinds.stickBreaking MixtureKinds.full ]
