namespace Vi.Verification

open Vi.Math

/// A sample for gaussian-mean.
type GaussianMeanCase = { Prior: GaussianMeanPrior; Rows: float[][]; Seed: uint64 }

/// A sample for gaussian-mean-precision.
type GaussianMeanPrecisionCase = { Prior: NormalGamma; Rows: float[][]; Seed: uint64 }

/// A table for linear-regression: D columns and the target as the last one.
type RegressionCase = { Prior: LinearRegressionPrior; Rows: float[][]; Columns: int; Seed: uint64 }

/// A table for gaussian-mixture.
type MixtureCase = { Prior: GaussianMixturePrior; Rows: float[][]; Seed: uint64 }

/// A series for regime-switching, one chain.
type RegimeCase = { Prior: RegimeSwitchingPrior; Rows: float[][]; Seed: uint64 }

/// A table for logistic-regression: D columns and the target, 0 or 1, as the last one.
type LogisticCase = { Prior: LogisticRegressionPrior; Rows: float[][]; Seed: uint64 }

namespace Vi.Verification.FSharp

open FsCheck
open FsCheck.FSharp
open Vi.Math
open Vi.Math.FSharp
open Vi.Verification

/// Priors and small data sets for the conjugate models, by construction.
[<RequireQualifiedAccess>]
module Samples =

    let private plainPositive = Scalars.shrinkPositive 1e-300 1e300

    /// Tables with fewer rows - half of them, all but one - then with plainer entries.
    let private shrinkRows (least: int) (rows: float[][]) =
        seq {
            if rows.Length >= 2 * (least + 1) then
                rows[.. rows.Length / 2 - 1]
                rows[rows.Length / 2 ..]

            yield! Scalars.shrinkLength least rows
            yield! Scalars.shrinkEntries (Scalars.shrinkEntries Scalars.shrinkReal) rows
        }

    let private shrinkSeed = Scalars.seed.Shrinker

    /// Rows around one to three centres, so that mixtures have something to find: centre + normal noise.
    let private rowsGen least most columns : Gen<float[][]> =
        gen {
            let! count = Gen.choose (least, most)
            let! clusters = Gen.choose (1, 3)
            let! centres = Gen.arrayOfLength (clusters * columns) (Scalars.uniformGen -4.0 4.0)
            let! spread = Scalars.logUniformGen 0.1 2.0
            let! members = Gen.arrayOfLength count (Gen.choose (0, clusters - 1))
            let! noise = Gen.arrayOfLength (count * columns) Scalars.normalGen

            return
                Array.init count (fun i ->
                    Array.init columns (fun j -> centres[members[i] * columns + j] + spread * noise[i * columns + j]))
        }

    /// gaussian-mean with least to most observations.
    let gaussianMean least most : Arbitrary<GaussianMeanCase> =
        Arb.fromGenShrink (
            gen {
                let! rows = rowsGen least most 1
                let! mean = Scalars.realGen 5.0
                let! variance = Scalars.logUniformGen 1e-2 1e2
                let! noise = Scalars.logUniformGen 1e-2 1e2
                let! seed = Scalars.seedGen

                return
                    { Prior = { Mean = Normal.create mean variance; NoiseVariance = noise }; Rows = rows; Seed = seed }
            },
            fun case ->
                seq {
                    for rows in shrinkRows least case.Rows do
                        { case with Rows = rows }

                    for mean in (Families.normal Wide).Plainer case.Prior.Mean do
                        { case with Prior = { case.Prior with Mean = mean } }

                    for noise in plainPositive case.Prior.NoiseVariance do
                        { case with Prior = { case.Prior with NoiseVariance = noise } }

                    for seed in shrinkSeed case.Seed do
                        { case with Seed = seed }
                }
        )

    /// gaussian-mean-precision with least to most observations.
    let gaussianMeanPrecision least most : Arbitrary<GaussianMeanPrecisionCase> =
        Arb.fromGenShrink (
            gen {
                let! rows = rowsGen least most 1
                let! prior = (Families.normalGamma Moderate).Draw 1
                let! seed = Scalars.seedGen
                return { Prior = prior; Rows = rows; Seed = seed }
            },
            fun case ->
                seq {
                    for rows in shrinkRows least case.Rows do
                        { case with Rows = rows }

                    for prior in (Families.normalGamma Moderate).Plainer case.Prior do
                        { case with Prior = prior }

                    for seed in shrinkSeed case.Seed do
                        { case with Seed = seed }
                }
        )

    let private withoutColumn (case: RegressionCase) =
        { case with
            Prior =
                { case.Prior with
                    Scales = case.Prior.Scales |> ValueOption.map (fun s -> Vec.slice 1 (s.Length - 1) s) }
            Columns = case.Columns - 1
            Rows = case.Rows |> Array.map (Array.removeAt 0) }

    let private regressionOf least most (weightPrecision: Gen<WeightPrecisionPrior>) : Arbitrary<RegressionCase> =
        Arb.fromGenShrink (
            gen {
                let! columns = Gen.choose (1, 4)
                let! xs = rowsGen least most columns
                let! weights = Gen.arrayOfLength columns (Scalars.realGen 3.0)
                let! offset = Scalars.realGen 3.0
                let! sd = Scalars.logUniformGen 0.1 3.0
                let! noise = Gen.arrayOfLength xs.Length Scalars.normalGen
                let! precision = weightPrecision
                let! shape = Scalars.logUniformGen 0.3 10.0
                let! rate = Scalars.logUniformGen 0.1 10.0
                let! intercept = (Families.normal Moderate).Draw 1
                let! withIntercept = Gen.elements [ true; false ]
                let! scales = Scalars.unitsGen columns
                let! seed = Scalars.seedGen

                let target i = offset + Array.fold2 (fun sum w x -> sum + w * x) 0.0 weights xs[i] + sd * noise[i]

                return
                    { Prior =
                        { WeightPrecision = precision
                          Scales = scales
                          NoisePrecision = Gamma.create shape rate
                          Intercept = if withIntercept then ValueSome intercept else ValueNone }
                      Columns = columns
                      Rows = Array.init xs.Length (fun i -> Array.append xs[i] [| target i |])
                      Seed = seed }
            },
            fun case ->
                seq {
                    if case.Columns > 1 then
                        withoutColumn case

                    for rows in shrinkRows least case.Rows do
                        { case with Rows = rows }

                    if case.Prior.Intercept.IsSome then
                        { case with Prior = { case.Prior with Intercept = ValueNone } }

                    if case.Prior.Scales.IsSome then
                        { case with Prior = { case.Prior with Scales = ValueNone } }

                    for noise in (Families.gamma Moderate).Plainer case.Prior.NoisePrecision do
                        { case with Prior = { case.Prior with NoisePrecision = noise } }

                    match case.Prior.WeightPrecision with
                    | Known alpha ->
                        for alpha in plainPositive alpha do
                            { case with Prior = { case.Prior with WeightPrecision = Known alpha } }
                    | Ard gamma ->
                        for gamma in (Families.gamma Moderate).Plainer gamma do
                            { case with Prior = { case.Prior with WeightPrecision = Ard gamma } }

                    for seed in shrinkSeed case.Seed do
                        { case with Seed = seed }
                }
        )

    /// linear-regression with a known precision of the weights.
    let regression least most = regressionOf least most (Scalars.logUniformGen 0.05 20.0 |> Gen.map Known)

    /// linear-regression with automatic relevance determination.
    let relevance least most =
        regressionOf
            least
            most
            (Gen.map2 Gamma.create (Scalars.logUniformGen 0.3 5.0) (Scalars.logUniformGen 0.1 5.0) |> Gen.map Ard)

    /// gaussian-mixture with 1 to mostColumns columns and leastComponents to mostComponents components.
    let mixture least most mostColumns leastComponents mostComponents : Arbitrary<MixtureCase> =
        Arb.fromGenShrink (
            gen {
                let! columns = Gen.choose (1, mostColumns)
                let! components = Gen.choose (leastComponents, mostComponents)
                let! rows = rowsGen least most columns
                let! concentration = Gen.arrayOfLength components (Scalars.logUniformGen 0.1 10.0)
                let! prior = (Families.normalWishart Moderate).Draw columns
                let! seed = Scalars.seedGen

                return
                    { Prior =
                        { Weights = { Concentration = Vec.ofArray concentration }
                          Component = prior
                          Learned = ValueNone }
                      Rows = rows
                      Seed = seed }
            },
            fun case ->
                seq {
                    if case.Prior.Component.Mean.Length > 1 then
                        { case with
                            Prior =
                                { case.Prior with
                                    Component = (Families.normalWishart Moderate).Reduce case.Prior.Component }
                            Rows = case.Rows |> Array.map (fun row -> row[.. row.Length - 2]) }

                    if case.Prior.Weights.Concentration.Length > max 2 leastComponents then
                        { case with
                            Prior =
                                { case.Prior with Weights = (Families.dirichlet Moderate).Reduce case.Prior.Weights } }

                    for rows in shrinkRows least case.Rows do
                        { case with Rows = rows }

                    // A single weight is no Dirichlet of its own, so the record is made directly.
                    for weights in Scalars.shrinkEntries plainPositive (case.Prior.Weights.Concentration.ToArray()) do
                        { case with Prior = { case.Prior with Weights = { Concentration = Vec.ofArray weights } } }

                    for prior in (Families.normalWishart Moderate).Plainer case.Prior.Component do
                        { case with Prior = { case.Prior with Component = prior } }

                    for seed in shrinkSeed case.Seed do
                        { case with Seed = seed }
                }
        )

    /// regime-switching with the shapes and shrinking of a mixture: its weights' concentrations are those of the first state, and turned
    /// round by one place a row, with one more on the diagonal, those of the transitions.
    let regimes least most mostColumns leastStates mostStates : Arbitrary<RegimeCase> =
        let ofMixture (case: MixtureCase) : RegimeCase =
            let weights = case.Prior.Weights.Concentration
            let s = weights.Length

            let row i : Dirichlet =
                { Concentration = Vec.init s (fun j -> weights[(j + i) % s] + (if i = j then 1.0 else 0.0)) }

            { Prior =
                { Initial = case.Prior.Weights
                  Transitions = Array.init s row
                  State = case.Prior.Component
                  Learned = case.Prior.Learned }
              Rows = case.Rows
              Seed = case.Seed }

        let toMixture (case: RegimeCase) : MixtureCase =
            { Prior = { Weights = case.Prior.Initial; Component = case.Prior.State; Learned = case.Prior.Learned }
              Rows = case.Rows
              Seed = case.Seed }

        mixture least most mostColumns leastStates mostStates |> Arb.convert ofMixture toMixture

    /// logistic-regression with 1 to mostWeights weights, an intercept among them half of the time.
    let logistic least most mostWeights : Arbitrary<LogisticCase> =
        Arb.fromGenShrink (
            gen {
                let! columns = Gen.choose (1, mostWeights)
                let! withIntercept = Gen.elements [ true; false ]
                let intercept = withIntercept && columns < mostWeights
                let! xs = rowsGen least most columns
                let! centre = Gen.arrayOfLength columns (Scalars.uniformGen -2.0 2.0)
                let! weights = (Families.mvNormal Moderate).Draw(if intercept then columns + 1 else columns)
                let! slopes = Gen.arrayOfLength columns (Scalars.realGen 2.0)
                let! uniforms = Gen.arrayOfLength xs.Length (Scalars.uniformGen 0.0 1.0)
                let! seed = Scalars.seedGen

                let target i =
                    let z = Array.fold2 (fun sum w x -> sum + w * x) 0.0 slopes xs[i]
                    if uniforms[i] < LogisticRegression.sigmoid z then 1.0 else 0.0

                return
                    { Prior =
                        { Weights = weights
                          Centre = if intercept then Vec.ofArray centre else Vec.zero columns
                          Intercept = intercept }
                      Rows = Array.init xs.Length (fun i -> Array.append xs[i] [| target i |])
                      Seed = seed }
            },
            fun (case: LogisticCase) ->
                seq {
                    for rows in shrinkRows least case.Rows do
                        { case with Rows = rows }

                    for weights in (Families.mvNormal Moderate).Plainer case.Prior.Weights do
                        { case with Prior = { case.Prior with Weights = weights } }

                    for seed in shrinkSeed case.Seed do
                        { case with Seed = seed }
                }
        )
