namespace Vi.Verification.FSharp

open FsCheck
open FsCheck.FSharp
open Vi.Math
open Vi.Math.FSharp
open Vi.Verification

/// Laws of a commutative monoid, within rounding.
[<RequireQualifiedAccess>]
module MonoidLaws =

    /// Associative, commutative and neutral, for a monoid and three values made from a case; same compares two values.
    let battery
        name
        tags
        (cases: Arbitrary<'case>)
        (monoid: 'case -> Monoid<'a>)
        (three: 'case -> struct ('a * 'a * 'a))
        (same: 'case -> 'a -> 'a -> Comparison list)
        : Law list =
        [ Law.make
              { Name = $"{name}: combining is associative"
                Statement = "(a + b) + c = a + (b + c)."
                Formula = @"(a\oplus b)\oplus c=a\oplus(b\oplus c)"
                Source = "definition of a commutative monoid; Chan, Golub and LeVeque 1983 for moments"
                Covers = ("monoid" :: tags)
                Cases = 100
                Generator = cases
                Holds =
                  fun case ->
                      let combine = (monoid case).Combine
                      let struct (a, b, c) = three case
                      same case (combine (combine a b) c) (combine a (combine b c)) }
          Law.make
              { Name = $"{name}: combining is commutative"
                Statement = "a + b = b + a."
                Formula = @"a\oplus b=b\oplus a"
                Source = "definition of a commutative monoid; Chan, Golub and LeVeque 1983 for moments"
                Covers = ("monoid" :: tags)
                Cases = 100
                Generator = cases
                Holds =
                  fun case ->
                      let combine = (monoid case).Combine
                      let struct (a, b, _) = three case
                      same case (combine a b) (combine b a) }
          Law.make
              { Name = $"{name}: the neutral element changes nothing"
                Statement = "0 + a = a = a + 0."
                Formula = @"0\oplus a=a=a\oplus 0"
                Source = "definition of a commutative monoid; Chan, Golub and LeVeque 1983 for moments"
                Covers = ("monoid" :: tags)
                Cases = 100
                Generator = cases
                Holds =
                  fun case ->
                      let monoid = monoid case
                      let struct (a, _, _) = three case
                      same case (monoid.Combine monoid.Zero a) a @ same case (monoid.Combine a monoid.Zero) a } ]

    /// Rounding of moments: of a mean by ulps of the largest location, of a scatter by weight times spread times those.
    let sameMoments (scale: float) (spread: float) (weight: float) name (a: Moments) (b: Moments) =
        let ofMean = Tolerances.regrouped 8 scale
        let ofScatter = Tolerances.regrouped 8 (weight * spread * spread) + 4.0 * weight * spread * ofMean

        [ Compare.close $"{name} weight" a.Weight b.Weight (Tolerances.regrouped 8 weight)
          Compare.close $"{name} mean" 0.0 (Vec.maxAbs (Vec.subtract a.Mean b.Mean)) ofMean
          Compare.close $"{name} scatter" 0.0 (Mat.maxAbs (Mat.subtract a.Scatter b.Scatter)) ofScatter ]

    /// Three tables of one width, at an offset.
    let private tables: Arbitrary<float * float[][] list> =
        let rows = Scalars.arrayOf 0 6 (Scalars.arrayOf 2 2 (Scalars.real 10.0))

        Arb.fromGenShrink (
            Gen.map4
                (fun offset a b c -> (offset, [ a; b; c ]))
                (Gen.elements [ 0.0; 1e6 ])
                rows.Generator
                rows.Generator
                rows.Generator,
            fun (offset, tables) ->
                seq {
                    if offset <> 0.0 then
                        (0.0, tables)

                    for i in 0..2 do
                        for plainer in rows.Shrinker tables[i] do
                            (offset, List.updateAt i plainer tables)
                }
        )

    let private momentsOf offset (rows: float[][]) =
        rows |> Array.map (Array.map (fun x -> x + offset)) |> ConjugateSubject.table 2 |> Moments.ofRows

    let private threeOf (values: 'a list) = struct (values[0], values[1], values[2])

    /// The battery on moments, with the operation given so that a wrong one can be tried; and what moments of all rows must be.
    let moments (combine: Moments -> Moments -> Moments) : Law list =
        let monoid = { Moments.monoid 2 with Combine = combine }

        let same (offset, tables: float[][] list) name a b =
            sameMoments (abs offset + 10.0) 20.0 (1.0 + float (List.sumBy Array.length tables)) name a b

        battery
            "moments"
            [ "gaussian-mean"; "gaussian-mean-precision"; "linear-regression" ]
            tables
            (fun _ -> monoid)
            (fun (offset, tables) -> tables |> List.map (momentsOf offset) |> threeOf)
            (fun case -> same case "")
        @ [ Law.make
                { Name = "moments: parts combine to the moments of the whole"
                  Statement =
                    "Moments of the parts, combined, are the moments of all rows together, cross term included."
                  Formula = @"S=S_a+S_b+\tfrac{w_aw_b}{w_a+w_b}(m_a-m_b)(m_a-m_b)^\top"
                  Source = "Chan, Golub and LeVeque 1983"
                  Covers =
                    [ "monoid"; "gaussian-mean"; "gaussian-mean-precision"; "linear-regression"; "gaussian-mixture" ]
                  Cases = 100
                  Generator = tables
                  Holds =
                    fun (offset, tables) ->
                        let whole = momentsOf offset (Array.concat tables)
                        let parts = tables |> List.map (momentsOf offset) |> Monoid.fold monoid
                        // A second time by plain two-pass sums.
                        let rows = Array.concat tables
                        let n = float rows.Length

                        let mean =
                            if rows.Length = 0 then
                                [| 0.0; 0.0 |]
                            else
                                Array.init 2 (fun j -> rows |> Array.averageBy (fun r -> r[j]))

                        let plain: Moments =
                            { Weight = n
                              Mean = Vec.init 2 (fun j -> if rows.Length = 0 then 0.0 else mean[j] + offset)
                              MeanRest = Vec.zero 2
                              Scatter =
                                Mat.init 2 2 (fun i j ->
                                    rows |> Array.sumBy (fun r -> (r[i] - mean[i]) * (r[j] - mean[j]))) }

                        // Rows at the offset were rounded to its ulps before anything was summed.
                        let roundedRows = 4.0 * n * 20.0 * Tolerances.epsilon * abs offset

                        let withRounding (comparison: Comparison) =
                            { comparison with Allowed = comparison.Allowed + roundedRows }

                        same (offset, tables) "combined" whole parts
                        @ (same (offset, tables) "two-pass" plain parts |> List.map withRounding) } ]

    /// Moments about a centre that is not the mean, for as many columns as are summed otherwise and for fewer; the function is given so that
    /// a wrong one can be tried.
    let internal aboutCentre (about: Vec -> Rows -> Moments) : Law =
        Law.make
            { Name = "moments: any centre gives the moments about the mean"
              Statement =
                "Sums about any point, corrected for its distance from the mean, are weight, mean and scatter about the mean."
              Formula = @"\sum_n(x_n-m)(x_n-m)^\top=\sum_n(x_n-c)(x_n-c)^\top-N(m-c)(m-c)^\top"
              Source = "Chan, Golub and LeVeque 1983"
              Covers = [ "monoid"; "linear-regression"; "factor-model" ]
              Cases = 30
              Generator = Scalars.three (Scalars.integer 120 136) (Scalars.integer 1 12) Scalars.seed
              Holds =
                fun (columns, count, seed) ->
                    let struct (values, rng) = Rng.array (count * columns) Rng.normal (Rng.ofSeed seed)
                    let struct (away, _) = Rng.array columns Rng.normal rng
                    let rows = Array.init count (fun i -> Array.sub values (i * columns) columns)
                    let mean = Array.init columns (fun j -> rows |> Array.averageBy (fun row -> row[j]))

                    let plain: Moments =
                        { Weight = float count
                          Mean = Vec.ofArray mean
                          MeanRest = Vec.zero columns
                          Scatter =
                            Mat.init columns columns (fun i j ->
                                rows |> Array.sumBy (fun row -> (row[i] - mean[i]) * (row[j] - mean[j]))) }

                    sameMoments 10.0 20.0 (float count) "" plain (about (Vec.ofArray away) (Rows.ofSeq rows)) }

    let private numbers = Scalars.three (Scalars.real 1e6) (Scalars.real 1e6) (Scalars.real 1e6)

    let private sameNumbers (a: float, b: float, c: float) x y =
        [ Compare.close "sum" x y (Tolerances.regrouped 3 (abs a + abs b + abs c)) ]

    let private mixture =
        let cases = Samples.mixture 3 12 2 2 3

        battery
            "mixture statistics"
            [ "gaussian-mixture" ]
            cases
            (fun case ->
                GaussianMixture.monoid case.Prior.Weights.Concentration.Length case.Prior.Component.Mean.Length)
            (fun case ->
                let globals = ConjugateSubject.start MixtureKinds.gaussianMixture case
                let columns = case.Prior.Component.Mean.Length

                case.Rows
                |> Array.splitInto 3
                |> Array.map (fun rows ->
                    Cavi.statistics (ConjugateSubject.table columns rows) (GaussianMixture.model case.Prior) globals)
                |> Array.toList
                |> threeOf)
            (fun case a b ->
                let n = float case.Rows.Length

                [ Compare.close "entropy" a.Entropy b.Entropy (Tolerances.regrouped 3 (1.0 + a.Entropy))
                  for k in 0 .. a.Components.Length - 1 do
                      yield! sameMoments 20.0 20.0 n $"component {k}" a.Components[k] b.Components[k] ])

    let all: Law list =
        List.concat
            [ battery "sum" [] numbers (fun _ -> Monoid.sum) (fun (a, b, c) -> struct (a, b, c)) sameNumbers
              battery
                  "array of sums"
                  []
                  numbers
                  (fun _ -> Monoid.array 2 Monoid.sum)
                  (fun (a, b, c) -> struct ([| a; b |], [| b; c |], [| c; a |]))
                  (fun case x y -> List.concat [ for i in 0..1 -> sameNumbers case x[i] y[i] ])
              battery
                  "pair of sums"
                  []
                  numbers
                  (fun _ -> Monoid.pair Monoid.sum Monoid.sum)
                  (fun (a, b, c) -> struct (struct (a, b), struct (b, c), struct (c, a)))
                  (fun case (struct (x, y)) (struct (u, v)) -> sameNumbers case x u @ sameNumbers case y v)
              moments Moments.combine
              [ aboutCentre Moments.about ]
              mixture ]
