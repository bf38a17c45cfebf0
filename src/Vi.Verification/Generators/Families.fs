namespace Vi.Verification

open FsCheck
open Vi.Math

/// How distributions of one family are made: by size (dimension or number of entries), with a step down in size and plainer values
/// of the same size.
type FamilyGenerator<'distribution> =
    {
        /// Smallest and largest size.
        Sizes: struct (int * int)
        /// A distribution of a size.
        Draw: int -> Gen<'distribution>
        /// The size of a distribution.
        Size: 'distribution -> int
        /// The same with one dimension or entry fewer.
        Reduce: 'distribution -> 'distribution
        /// Plainer distributions of the same size.
        Plainer: 'distribution -> 'distribution seq
    }

/// How far parameters reach: wide for closed forms, moderate for what is averaged over draws or differentiated numerically, so that
/// tails are light and differences keep their digits.
type Reach =
    | Wide
    | Moderate

namespace Vi.Verification.FSharp

open FsCheck
open FsCheck.FSharp
open Vi.Math
open Vi.Math.FSharp
open Vi.Verification

/// Distributions of every family, with parameters made by construction.
[<RequireQualifiedAccess>]
module Families =

    let private positive reach =
        match reach with
        | Wide -> Scalars.logUniformGen 1e-5 1e5
        | Moderate -> Scalars.logUniformGen 0.1 10.0

    let private shape reach =
        match reach with
        | Wide -> Scalars.logUniformGen 0.05 1e5
        | Moderate -> Scalars.logUniformGen 0.6 30.0

    let private location reach =
        match reach with
        | Wide -> Scalars.realGen 1e3
        | Moderate -> Scalars.realGen 2.0

    let private locations reach n = Gen.arrayOfLength n (location reach) |> Gen.map Vec.ofArray

    let private matrix reach n =
        match reach with
        | Wide ->
            gen {
                let! scale = Scalars.logUniformGen 1e-3 1e3
                let! condition = Scalars.logUniformGen 1.0 1e6
                return! Matrices.positiveDefiniteGen n scale condition
            }
        | Moderate -> Matrices.positiveDefiniteGen n 1.0 10.0

    let private plainPositive = Scalars.shrinkPositive 1e-300 1e300

    let private plainMatrix (a: Chol) =
        Matrices.shrinkSameSize (Chol.toMat a) |> Seq.map (Chol.factor "a shrunk matrix")

    let private leadingFactor (a: Chol) =
        Chol.toMat a |> Matrices.leading (a.Dimension - 1) |> Chol.factor "a leading block"

    let private shorter (v: Vec) = Vec.slice 0 (v.Length - 1) v

    /// A family without a size.
    let private scalar draw plainer =
        { Sizes = struct (1, 1)
          Draw = (fun _ -> draw)
          Size = (fun _ -> 1)
          Reduce = id
          Plainer = plainer }

    let private twoPositive a b (make: float -> float -> 'd) (parts: 'd -> struct (float * float)) =
        scalar (Gen.map2 make a b) (fun d ->
            let struct (x, y) = parts d

            Seq.append
                (plainPositive x |> Seq.map (fun x -> make x y))
                (plainPositive y |> Seq.map (fun y -> make x y)))

    /// Normal.
    let normal reach =
        scalar (Gen.map2 Normal.create (location reach) (positive reach)) (fun d ->
            Seq.append
                (Scalars.shrinkReal d.Mean |> Seq.map (fun m -> Normal.create m d.Variance))
                (plainPositive d.Variance |> Seq.map (Normal.create d.Mean)))

    /// Gamma.
    let gamma reach = twoPositive (shape reach) (positive reach) Gamma.create (fun d -> struct (d.Shape, d.Rate))

    /// Beta.
    let beta reach = twoPositive (shape reach) (shape reach) Beta.create (fun d -> struct (d.Alpha, d.Beta))

    /// Inverse gamma.
    let inverseGamma reach =
        twoPositive (shape reach) (positive reach) InverseGamma.create (fun d -> struct (d.Shape, d.Scale))

    /// Student's t; at least 0.6 degrees of freedom.
    let studentT =
        Arb.fromGenShrink (
            Gen.map3 StudentT.create (location Moderate) (positive Moderate) (shape Moderate),
            fun d ->
                seq {
                    for m in Scalars.shrinkReal d.Location do
                        { d with Location = m }

                    for s in plainPositive d.Scale do
                        { d with Scale = s }

                    for nu in plainPositive d.DegreesOfFreedom do
                        { d with DegreesOfFreedom = nu }
                }
        )

    /// One to three normals mixed.
    let normalMixture: Arbitrary<NormalMixture> =
        let components = Gen.map2 Normal.create (Scalars.uniformGen -4.0 4.0) (Scalars.logUniformGen 0.05 4.0)

        Arb.fromGenShrink (
            gen {
                let! count = Gen.choose (1, 3)
                let! weights = Gen.arrayOfLength count (Scalars.logUniformGen 0.1 1.0)
                let! normals = Gen.arrayOfLength count components
                return NormalMixture.create (Vec.scale (1.0 / Array.sum weights) (Vec.ofArray weights)) normals
            },
            fun d ->
                seq {
                    if d.Components.Length > 1 then
                        let rest = d.Components[1..]
                        NormalMixture.create (Vec.constant rest.Length (1.0 / float rest.Length)) rest

                    for normals in Scalars.shrinkEntries (normal Moderate).Plainer d.Components do
                        { d with Components = normals }
                }
        )

    /// Normals mixed over a gamma precision.
    let normalScaleMixture: Arbitrary<NormalScaleMixture> =
        Arb.fromGenShrink (
            Gen.map4
                NormalScaleMixture.create
                (location Moderate)
                (positive Moderate)
                (shape Moderate)
                (positive Moderate),
            fun d ->
                seq {
                    for m in Scalars.shrinkReal d.Mean do
                        { d with Mean = m }

                    for v in plainPositive d.Variance do
                        { d with Variance = v }

                    for a in Scalars.shrinkPositive 0.6 1e3 d.Shape do
                        { d with Shape = a }

                    for b in plainPositive d.Rate do
                        { d with Rate = b }
                }
        )

    /// Categorical of 2 to 6 categories.
    let categorical reach : FamilyGenerator<Categorical> =
        let ofWeights (weights: float[]) = Categorical.ofNaturalParameters (Vec.ofArray weights |> Vec.map log)

        { Sizes = struct (2, 6)
          Draw =
            fun n ->
                match reach with
                | Wide -> Matrices.simplexGen n |> Gen.map ofWeights
                | Moderate -> Gen.arrayOfLength n (Scalars.logUniformGen 0.05 1.0) |> Gen.map ofWeights
          Size = fun d -> d.LogProbabilities.Length
          Reduce = fun d -> (Categorical.probabilities d).ToArray()[.. d.LogProbabilities.Length - 2] |> ofWeights
          Plainer =
            fun d ->
                Matrices.shrinkSimplex d.LogProbabilities.Length ((Categorical.probabilities d).ToArray())
                |> Seq.map ofWeights
                |> Seq.filter (fun plainer -> plainer <> d) }

    /// Multivariate normal of 1 to 5 dimensions.
    let mvNormal reach : FamilyGenerator<MvNormal> =
        { Sizes = struct (1, 5)
          Draw =
            fun n ->
                Gen.map2
                    (fun mean precision -> MvNormal.create mean (Chol.factor "a generated precision" precision))
                    (locations reach n)
                    (matrix reach n)
          Size = MvNormal.dimension
          Reduce = fun d -> MvNormal.create (shorter d.Mean) (leadingFactor d.Precision)
          Plainer =
            fun d ->
                Seq.append
                    (Scalars.shrinkVector d.Mean |> Seq.map (fun m -> MvNormal.create m d.Precision))
                    (plainMatrix d.Precision |> Seq.map (MvNormal.create d.Mean)) }

    /// Dirichlet of 2 to 5 entries.
    let dirichlet reach : FamilyGenerator<Dirichlet> =
        { Sizes = struct (2, 5)
          Draw = fun n -> Gen.arrayOfLength n (shape reach) |> Gen.map (Vec.ofArray >> Dirichlet.create)
          Size = fun d -> d.Concentration.Length
          Reduce = fun d -> Dirichlet.create (shorter d.Concentration)
          Plainer =
            fun d ->
                Scalars.shrinkEntries plainPositive (d.Concentration.ToArray())
                |> Seq.map (Vec.ofArray >> Dirichlet.create) }

    let private freedom reach =
        match reach with
        | Wide -> Scalars.logUniformGen 0.05 1e4
        | Moderate -> Scalars.logUniformGen 2.0 30.0

    /// Wishart of 1 to 4 dimensions.
    let wishart reach : FamilyGenerator<Wishart> =
        { Sizes = struct (1, 4)
          Draw =
            fun n ->
                Gen.map2
                    (fun above scale ->
                        Wishart.create (float (n - 1) + above) (Chol.factor "a generated inverse scale" scale))
                    (freedom reach)
                    (matrix reach n)
          Size = Wishart.dimension
          Reduce = fun d -> Wishart.create (d.DegreesOfFreedom - 1.0) (leadingFactor d.InverseScale)
          Plainer =
            fun d ->
                let least = float (Wishart.dimension d - 1)

                Seq.append
                    (plainPositive (d.DegreesOfFreedom - least)
                     |> Seq.map (fun above -> Wishart.create (least + above) d.InverseScale))
                    (plainMatrix d.InverseScale |> Seq.map (Wishart.create d.DegreesOfFreedom)) }

    /// Normal-gamma.
    let normalGamma reach : FamilyGenerator<NormalGamma> =
        scalar (Gen.map4 NormalGamma.create (location reach) (positive reach) (shape reach) (positive reach)) (fun d ->
            seq {
                for m in Scalars.shrinkReal d.Mean do
                    { d with Mean = m }

                for k in plainPositive d.PrecisionScale do
                    { d with PrecisionScale = k }

                for a in plainPositive d.Shape do
                    { d with Shape = a }

                for b in plainPositive d.Rate do
                    { d with Rate = b }
            })

    /// Normal-Wishart of 1 to 4 dimensions.
    let normalWishart reach : FamilyGenerator<NormalWishart> =
        let ofPrecision = wishart reach

        { Sizes = ofPrecision.Sizes
          Draw =
            fun n ->
                Gen.map3
                    NormalWishart.create
                    (locations reach n)
                    (match reach with
                     | Wide -> Scalars.logUniformGen 1e-3 1e3
                     | Moderate -> Scalars.logUniformGen 0.1 10.0)
                    (ofPrecision.Draw n)
          Size = NormalWishart.dimension
          Reduce = fun d -> NormalWishart.create (shorter d.Mean) d.PrecisionScale (ofPrecision.Reduce d.Precision)
          Plainer =
            fun d ->
                seq {
                    for m in Scalars.shrinkVector d.Mean do
                        { d with Mean = m }

                    for k in plainPositive d.PrecisionScale do
                        { d with PrecisionScale = k }

                    for w in ofPrecision.Plainer d.Precision do
                        { d with Precision = w }
                } }

    /// Tied normal-Wishart of 1 to 9 as size: 1 to 3 means in 1 to 3 dimensions.
    let tiedNormalWishart reach : FamilyGenerator<TiedNormalWishart> =
        let ofPrecision = wishart reach
        let count size = 1 + (size - 1) % 3
        let dimension size = 1 + (size - 1) / 3
        let size (d: TiedNormalWishart) = 3 * (TiedNormalWishart.dimension d - 1) + TiedNormalWishart.components d

        let scale =
            match reach with
            | Wide -> Scalars.logUniformGen 1e-3 1e3
            | Moderate -> Scalars.logUniformGen 0.1 10.0

        { Sizes = struct (1, 9)
          Draw =
            fun n ->
                Gen.map3
                    (fun means scales precision -> TiedNormalWishart.create means (Vec.ofArray scales) precision)
                    (Gen.arrayOfLength (count n) (locations reach (dimension n)))
                    (Gen.arrayOfLength (count n) scale)
                    (ofPrecision.Draw(dimension n))
          Size = size
          Reduce =
            fun d ->
                if d.Means.Length > 1 then
                    TiedNormalWishart.create
                        d.Means[1..]
                        (Vec.slice 1 (d.Means.Length - 1) d.PrecisionScales)
                        d.Precision
                else
                    // One dimension fewer and, by the sizes' order, three means.
                    TiedNormalWishart.create
                        (Array.create 3 (shorter d.Means[0]))
                        (Vec.constant 3 d.PrecisionScales[0])
                        (ofPrecision.Reduce d.Precision)
          Plainer =
            fun d ->
                seq {
                    for means in Scalars.shrinkEntries Scalars.shrinkVector d.Means do
                        { d with Means = means }

                    for scales in Scalars.shrinkEntries plainPositive (d.PrecisionScales.ToArray()) do
                        { d with PrecisionScales = Vec.ofArray scales }

                    for w in ofPrecision.Plainer d.Precision do
                        { d with Precision = w }
                } }

    let private size (g: FamilyGenerator<'d>) =
        let struct (least, most) = g.Sizes
        Gen.choose (least, most)

    let private reducible (g: FamilyGenerator<'d>) d =
        let struct (least, _) = g.Sizes
        g.Size d > least

    /// One distribution.
    let one (g: FamilyGenerator<'d>) : Arbitrary<'d> =
        Arb.fromGenShrink (
            Gen.bind g.Draw (size g),
            fun d ->
                seq {
                    if reducible g d then
                        g.Reduce d

                    yield! g.Plainer d
                }
        )

    /// Two of one size. Every other pair is near: the second moved towards the first in natural parameters, whose space is convex,
    /// until a share between 1e-6 and 1 of the way is left.
    let two (g: FamilyGenerator<'d>) (family: 'd -> ExponentialFamily<'d, 'p>) : Arbitrary<'d * 'd> =
        let near p q share =
            let family = family p
            let from = family.NaturalParameters p

            Vec.addScaled share (Vec.subtract (family.NaturalParameters q) from) from
            |> family.OfNaturalParameters

        Arb.fromGenShrink (
            gen {
                let! size = size g
                let! p = g.Draw size
                let! q = g.Draw size
                let! share = Gen.oneof [ Gen.constant 1.0; Scalars.logUniformGen 1e-6 1.0 ]
                return (p, (if share = 1.0 then q else near p q share))
            },
            fun (p, q) ->
                seq {
                    if reducible g p then
                        (g.Reduce p, g.Reduce q)

                    for p in g.Plainer p do
                        (p, q)

                    for q in g.Plainer q do
                        (p, q)
                }
        )

    /// A distribution with a seed for draws.
    let withSeed (g: FamilyGenerator<'d>) = Scalars.both (one g) Scalars.seed
