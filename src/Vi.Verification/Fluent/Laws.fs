namespace Vi.Verification.Fluent

open System
open System.Collections.Generic
open FsCheck
open FsCheck.FSharp
open Vi.Kernels
open Vi.Math
open Vi.Math.FSharp
open Vi.Math.Fluent
open Vi.Verification
open Vi.Verification.FSharp

/// Laws for C#: one of one's own, and the batteries on a family or a conjugate model of one's own.
[<AbstractClass; Sealed>]
type Laws =

    static member private Set<'f when 'f: not null and 'f: not struct>
        (value: 'f | null, name: string, owner: string)
        : 'f =
        match value with
        | null -> invalidArg name $"the description of '{owner}' does not set {name}"
        | value -> value

    static member private Seeded(draw: Func<RandomStream, 'T>, plainer: Func<'T, IEnumerable<'T>> | null) =
        let plainer =
            match plainer with
            | null -> fun _ -> Seq.empty
            | plainer -> plainer.Invoke

        let generator = Gen.choose64 (0L, Int64.MaxValue)

        generator |> Gen.map (fun seed -> draw.Invoke(RandomStream(uint64 seed))), plainer

    static member private Handles(laws: Law list) : IReadOnlyList<CheckableLaw> =
        laws |> List.map (fun law -> CheckableLaw law) |> ResizeArray :> _

    /// A law of one's own: what is compared for a case.
    static member Make(name: string, cases: CaseSource<'T>, compare: Func<'T, IEnumerable<Comparison>>) =
        CheckableLaw(
            Law.make
                { Name = name
                  Statement = name
                  Formula = ""
                  Source = ""
                  Covers = []
                  Cases = 100
                  Generator = cases.Arbitrary
                  Holds = fun case -> List.ofSeq (compare.Invoke case) }
        )

    /// All laws of an exponential family. Raises ArgumentException where the description lacks a part.
    static member OfFamily(family: FamilyDescription<'T>) : IReadOnlyList<CheckableLaw> =
        let draw, plainer = Laws.Seeded(Laws.Set(family.Draw, "Draw", family.Name), family.Plainer)
        let natural = Laws.Set(family.NaturalParameters, "NaturalParameters", family.Name)
        let klDivergence = Laws.Set(family.KlDivergence, "KlDivergence", family.Name)
        let entropy = Laws.Set(family.Entropy, "Entropy", family.Name)
        let drawPoint = Laws.Set(family.Sample, "Sample", family.Name)

        let contract: ExponentialFamily<'T, float> =
            { Name = family.Name
              NaturalParameters = natural.Invoke
              OfNaturalParameters = (Laws.Set(family.OfNaturalParameters, "OfNaturalParameters", family.Name)).Invoke
              IsProper = (Laws.Set(family.IsProper, "IsProper", family.Name)).Invoke
              SufficientStatistics = (Laws.Set(family.SufficientStatistics, "SufficientStatistics", family.Name)).Invoke
              MeanParameters = (Laws.Set(family.MeanParameters, "MeanParameters", family.Name)).Invoke
              LogPartition = (Laws.Set(family.LogPartition, "LogPartition", family.Name)).Invoke
              LogBaseMeasure = family.LogBaseMeasure
              LogDensity =
                (let density = Laws.Set(family.LogDensity, "LogDensity", family.Name) in fun d x -> density.Invoke(d, x))
              Entropy = entropy.Invoke
              ExpectedLogDensity = fun q p -> -(entropy.Invoke q) - klDivergence.Invoke(q, p)
              KlDivergence = fun q p -> klDivergence.Invoke(q, p)
              Sample =
                fun d rng ->
                    let struct (seed, rng) = Rng.bits rng
                    struct (drawPoint.Invoke(d, RandomStream seed), rng) }

        let generator =
            { Sizes = struct (1, 1)
              Draw = fun _ -> draw
              Size = fun _ -> 1
              Reduce = id
              Plainer = plainer }

        DistributionLaws.battery
            { Name = family.Name
              Family = fun _ -> contract
              Wide = generator
              Moderate = generator
              Points = generator
              Condition = fun _ -> 1.0
              TermSizes =
                match family.TermSizes with
                | null -> fun _ -> 0.0
                | sizes -> sizes.Invoke }
        |> Laws.Handles

    static member private RowsOf(block: Block) =
        Array.init block.Rows (fun i -> Array.init block.Columns (fun j -> block[i, j]))

    /// All laws of a conjugate model. Raises ArgumentException where the description lacks a part.
    static member OfModel
        (description: ConjugateDescription<'Case, 'Statistics, 'Globals>)
        : IReadOnlyList<CheckableLaw> =
        let draw, plainer =
            Laws.Seeded(Laws.Set(description.Draw, "Draw", description.Name), description.Plainer)

        let combine = Laws.Set(description.Combine, "Combine", description.Name)
        let zero = Laws.Set(description.Zero, "Zero", description.Name)
        let elbo = Laws.Set(description.Elbo, "Elbo", description.Name)
        let divergence = Laws.Set(description.Divergence, "Divergence", description.Name)
        let prior = Laws.Set(description.Prior, "Prior", description.Name)
        let rows = Laws.Set(description.Rows, "Rows", description.Name)
        let empty = Laws.Set(description.Empty, "Empty", description.Name)

        let monoid = { Zero = zero.Invoke(); Combine = fun a b -> combine.Invoke(a, b) }

        let data case =
            match description.LocalStatistics with
            | null ->
                let statistics = Laws.Set(description.Statistics, "Statistics", description.Name)
                Fixed(fun block -> statistics.Invoke(case, Laws.RowsOf block))
            | local ->
                DataStep.byBatch "local factors" monoid (fun globals block ->
                    local.Invoke(case, Laws.RowsOf block, globals))

        let model case : ConjugateModel<Block, 'Statistics, 'Globals> =
            { Name = description.Name
              Monoid = monoid
              Data = data case
              Updates =
                [ for factor in description.Factors do
                      let update = Laws.Set(factor.Update, "Update", factor.Name)

                      { Factor = factor.Name
                        Update = fun statistics globals -> update.Invoke(case, statistics, globals) } ]
              Elbo =
                fun statistics globals ->
                    Elbo.ofTerms [ for term in elbo.Invoke(case, statistics, globals) -> term.Key, term.Value ]
              Divergence = fun a b -> divergence.Invoke(a, b)
              Coordinates = FactorCoordinates.none
              Prior = prior.Invoke case }

        // Each case brings the seed of what is drawn within a law.
        let cases =
            Arb.fromGenShrink (
                Gen.zip draw (Gen.choose64 (0L, Int64.MaxValue)),
                fun (case, seed) -> plainer case |> Seq.map (fun plain -> plain, seed)
            )

        ConjugateLaws.battery
            { Name = description.Name
              Cases = cases
              Rows = fun (case, _) -> rows.Invoke case
              Columns = fun _ -> description.Columns
              Empty = fun (case, seed) -> empty.Invoke case, seed
              Seed = fun (_, seed) -> uint64 seed
              Model = fun (case, _) -> model case
              Factors =
                fun _ ->
                    [ for factor in description.Factors do
                          let replace = Laws.Set(factor.Replace, "Replace", factor.Name)

                          { Factor = factor.Name
                            NaturalParameters =
                              (Laws.Set(factor.NaturalParameters, "NaturalParameters", factor.Name)).Invoke
                            IsProper = (Laws.Set(factor.IsProper, "IsProper", factor.Name)).Invoke
                            Replace = fun globals eta -> replace.Invoke(globals, eta) } ]
              Evidence =
                match description.Evidence with
                | null -> None
                | evidence -> Some(fun (case, _) -> evidence.Invoke case)
              Gap = None
              Exact = description.IsExact
              PriorFactorises = description.PriorFactorises
              Symmetries = [] }
        |> Laws.Handles
