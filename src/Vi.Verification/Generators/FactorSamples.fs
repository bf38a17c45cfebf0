namespace Vi.Verification

open Vi.Math

/// A table for factor-model, NaN where an entry is missing.
type FactorCase = { Prior: FactorModelPrior; Columns: int; Rows: float[][]; Seed: uint64 }

namespace Vi.Verification.FSharp

open FsCheck
open FsCheck.FSharp
open Vi.Math
open Vi.Math.FSharp
open Vi.Verification

/// Priors and small tables for factor models, by construction.
[<RequireQualifiedAccess>]
module FactorSamples =

    let private plainPositive = Scalars.shrinkPositive 1e-300 1e300

    /// Rows of a few common factors and noise; in every other case a fifth of the entries is missing.
    let private rowsGen least most columns : Gen<float[][]> =
        gen {
            let! count = Gen.choose (least, most)
            let! common = Gen.choose (1, 3)
            let! loadings = Gen.arrayOfLength (columns * common) Scalars.normalGen
            let! factors = Gen.arrayOfLength (count * common) Scalars.normalGen
            let! noise = Gen.arrayOfLength (count * columns) Scalars.normalGen
            let! spread = Scalars.logUniformGen 0.1 2.0
            let! withGaps = Gen.elements [ true; false ]
            let! gaps = Gen.arrayOfLength (count * columns) (Gen.choose (1, 5))

            return
                Array.init count (fun t ->
                    Array.init columns (fun n ->
                        let at = t * columns + n

                        if withGaps && gaps[at] = 1 then
                            nan
                        else
                            let signal = Seq.init common (fun k -> loadings[n * common + k] * factors[t * common + k])

                            Seq.sum signal + spread * noise[at]))
        }

    let private shrinkEntry (x: float) = if System.Double.IsNaN x then seq { 0.0 } else Scalars.shrinkReal x

    /// Tables of leastColumns to mostColumns columns and 1 to mostFactors factors.
    let factorModel
        least
        most
        (leastColumns, mostColumns)
        mostFactors
        (precision: Gen<WeightPrecisionPrior>)
        : Arbitrary<FactorCase> =
        Arb.fromGenShrink (
            gen {
                let! columns = Gen.choose (leastColumns, mostColumns)
                let! factors = Gen.choose (1, mostFactors)
                let! rows = rowsGen least most columns
                let! precision = precision
                let! shape = Scalars.logUniformGen 0.3 10.0
                let! rate = Scalars.logUniformGen 0.1 10.0
                let! rotation = Gen.elements [ true; false ]
                let! scales = Scalars.unitsGen columns
                let! seed = Scalars.seedGen

                return
                    { Prior =
                        { Factors = factors
                          LoadingPrecision = precision
                          Scales = scales
                          NoisePrecision = Gamma.create shape rate
                          Rotation = rotation }
                      Columns = columns
                      Rows = rows
                      Seed = seed }
            },
            fun case ->
                seq {
                    if case.Columns > leastColumns then
                        { case with
                            Prior =
                                { case.Prior with
                                    Scales =
                                        case.Prior.Scales |> ValueOption.map (fun s -> Vec.slice 0 (s.Length - 1) s) }
                            Columns = case.Columns - 1
                            Rows = case.Rows |> Array.map (fun row -> row[.. row.Length - 2]) }

                    if case.Prior.Factors > 1 then
                        { case with Prior = { case.Prior with Factors = case.Prior.Factors - 1 } }

                    for rows in Scalars.shrinkLength least case.Rows do
                        { case with Rows = rows }

                    for rows in Scalars.shrinkEntries (Scalars.shrinkEntries shrinkEntry) case.Rows do
                        { case with Rows = rows }

                    if case.Prior.Scales.IsSome then
                        { case with Prior = { case.Prior with Scales = ValueNone } }

                    if case.Prior.Rotation then
                        { case with Prior = { case.Prior with Rotation = false } }

                    for noise in (Families.gamma Moderate).Plainer case.Prior.NoisePrecision do
                        { case with Prior = { case.Prior with NoisePrecision = noise } }

                    match case.Prior.LoadingPrecision with
                    | Known alpha ->
                        for alpha in plainPositive alpha do
                            { case with Prior = { case.Prior with LoadingPrecision = Known alpha } }
                    | Ard gamma ->
                        for gamma in (Families.gamma Moderate).Plainer gamma do
                            { case with Prior = { case.Prior with LoadingPrecision = Ard gamma } }

                    for seed in Scalars.seed.Shrinker case.Seed do
                        { case with Seed = seed }
                }
        )

    /// Loadings of known precision.
    let known: Gen<WeightPrecisionPrior> = Scalars.logUniformGen 0.05 20.0 |> Gen.map Known

    /// A precision learned for each factor.
    let relevance: Gen<WeightPrecisionPrior> =
        Gen.map2 Gamma.create (Scalars.logUniformGen 0.3 5.0) (Scalars.logUniformGen 0.1 5.0) |> Gen.map Ard

    /// Either.
    let either: Gen<WeightPrecisionPrior> = Gen.oneof [ known; relevance ]
