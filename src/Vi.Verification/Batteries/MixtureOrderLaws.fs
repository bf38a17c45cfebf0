namespace Vi.Verification.FSharp

open Vi.Math
open Vi.Math.FSharp
open Vi.Verification

/// What a mixture's components explain, and the order in which they are shown.
[<RequireQualifiedAccess>]
module MixtureOrderLaws =

    let private explained
        (kind: ComponentKind<'prior, 'data, 'components>)
        (subject: ConjugateSubject<MixtureCase, MixtureStatistics<'data>, MixturePosterior<'weights, 'components>>)
        =
        Law.make
            { Name = $"{subject.Name}: rows explained are the responsibilities' sums"
              Statement = "What a component's posterior says of the number of its rows is what it was given."
              Formula = @"\kappa_k-\kappa_0=\sum_n r_{nk}"
              Source = "definition"
              Covers = [ "gaussian-mixture"; "cavi" ]
              Cases = 100
              Generator = subject.Cases
              Holds =
                fun case ->
                    let first = ConjugateSubject.start subject case
                    let rows = ConjugateSubject.table (subject.Columns case) case.Rows
                    let given = kind.Family.Counts (Cavi.statistics rows (subject.Model case) first).Components
                    let q = ConjugateSubject.sweeps subject case 1 first
                    let found = kind.Family.Explained (kind.Of case.Prior.Component) q.Components
                    let allowed = Tolerances.rounding 16 (float case.Rows.Length + case.Prior.Component.PrecisionScale)

                    [ Compare.close "components" (float given.Length) (float found.Length) 0.0
                      for k in 0 .. given.Length - 1 do
                          Compare.close $"rows of component {k}" given[k] found[k] allowed ] }

    /// Whether a comes before b, entry by entry.
    let rec private ascend (a: float list) (b: float list) =
        match a, b with
        | x :: restA, y :: restB -> x < y || (x = y && ascend restA restB)
        | _ -> true

    /// The order is given, so that a wrong one can be tried.
    let internal ordered
        (inOrder:
            MixturePrior<'weights, 'prior>
                -> MixturePosterior<'weights, 'components>
                -> MixturePosterior<'weights, 'components>)
        (weights: WeightKind<'weights>)
        (kind: ComponentKind<'prior, 'data, 'components>)
        (subject: ConjugateSubject<MixtureCase, MixtureStatistics<'data>, MixturePosterior<'weights, 'components>>)
        =
        Law.make
            { Name = $"{subject.Name}: components with a row come first, by their means"
              Statement =
                "Components that explain a row or more stand before the others, each part in the order of its means, and with a prior that takes all alike the bound is what it was; weights that have an order of their own keep it."
              Formula = @"\mathcal L(q_{\pi(k)})=\mathcal L(q_k)"
              Source = "definition"
              Covers = [ "gaussian-mixture"; "cavi" ]
              Cases = 100
              Generator = subject.Cases
              Holds =
                fun case ->
                    // A prior that tells components apart would not be that of the others.
                    let case =
                        { case with
                            Prior =
                                { case.Prior with
                                    Weights =
                                        Dirichlet.symmetric
                                            case.Prior.Weights.Concentration.Length
                                            case.Prior.Weights.Concentration[0] } }

                    let model = subject.Model case
                    let rows = ConjugateSubject.table (subject.Columns case) case.Rows
                    let prior = MixtureKinds.prior weights kind case
                    let q = ConjugateSubject.sweeps subject case 1 (ConjugateSubject.start subject case)
                    let put = inOrder prior q
                    let bound globals = model.Elbo (Cavi.statistics rows model globals) globals
                    let before, after = bound q, bound put
                    let counts = kind.Family.Explained (kind.Of case.Prior.Component) put.Components

                    let means =
                        kind.Family.View put.Components
                        |> Array.map (fun c -> List.ofArray ((MixtureComponent.mean c).ToArray()))

                    [ Compare.close "bound" before.Value after.Value (Tolerances.evidence before.Magnitude)
                      if weights.Family.Reorder.IsSome then
                          for k in 1 .. counts.Length - 1 do
                              match counts[k - 1] >= 1.0, counts[k] >= 1.0 with
                              | false, true -> Compare.holds $"a component with rows, {k}, behind one without" false
                              | true, false -> ()
                              | _ -> Compare.holds $"means {k - 1} and {k} ascend" (ascend means[k - 1] means[k]) ] }

    let private battery (weights: WeightKind<'weights>) (kind: ComponentKind<'prior, 'data, 'components>) : Law list =
        let subject = MixtureKinds.subject MixtureKinds.cases weights kind

        [ explained kind subject
          ordered (Mixture.inOrder weights.Family kind.Family) weights kind subject ]

    let all: Law list =
        List.concat
            [ battery MixtureKinds.dirichlet MixtureKinds.full
              battery MixtureKinds.dirichlet MixtureKinds.tied
              battery MixtureKinds.dirichlet MixtureKinds.diagonal
              battery MixtureKinds.stickBreaking MixtureKinds.full ]
