namespace Vi.Verification.FSharp

open Vi.Math
open Vi.Math.FSharp
open Vi.Verification

/// Densities whose moments are exact: several modes, funnels, heavy tails. All data sets of a kind are the same density; seeds are the algorithms'.
[<RequireQualifiedAccess>]
module DensityVerdicts =

    let private kind name (density: LogDensity) (references: ReferenceNumber list) : VerdictKind =
        { Name = name
          Model = "densities"
          Algorithms = VerdictFits.blackBox
          Draw = VerdictFits.density (InferenceTarget.ofDensity density) (lazy (Array.ofList references)) }

    /// Part of a mixture of normals.
    [<Struct>]
    type private Part = { LogWeight: float; Mean: float; Sd: float }

    /// x[1] from a mixture of normals, x[2] standard normal.
    let private mixture (parts: Part list) : LogDensity =
        LogDensity.ofFunction 2 (fun x ->
            let terms = parts |> List.map (fun p -> p.LogWeight - log p.Sd - 0.5 * ((x[0] - p.Mean) / p.Sd) ** 2.0)

            let most = List.max terms
            let weights = terms |> List.map (fun t -> exp (t - most))
            let sum = List.sum weights

            let slope = List.sum (List.map2 (fun w p -> w / sum * (p.Mean - x[0]) / (p.Sd * p.Sd)) weights parts)

            struct (most + log sum - 0.5 * x[1] * x[1] - Special.logTwoPi, [| slope; -x[1] |]))

    let private modes name (parts: Part list) =
        let weights = parts |> List.map (fun p -> exp p.LogWeight)
        let weights = weights |> List.map (fun w -> w / List.sum weights)
        let mean = List.sum (List.map2 (fun w p -> w * p.Mean) weights parts)
        let square p = p.Sd * p.Sd + (p.Mean - mean) * (p.Mean - mean)
        let variance = List.sum (List.map2 (fun w p -> w * square p) weights parts)
        kind name (mixture parts) [ References.exact "x[1]" mean (sqrt variance); References.exact "x[2]" 0.0 1.0 ]

    let private part weight mean sd = { LogWeight = log weight; Mean = mean; Sd = sd }

    /// A normal so narrow that climbs from nearly everywhere end at the other, whose top lies 60 nats below.
    let private minorMode =
        modes "a minor mode 60 nats below" [ part 1.0 29.0 0.1; { LogWeight = log 10.0 - 60.0; Mean = 0.0; Sd = 1.0 } ]

    /// v ~ N(0, sd^2), four others N(0, exp v) given v.
    let private funnel name sd =
        let density =
            LogDensity.ofFunction 5 (fun x ->
                let precision = exp -x[0]
                let square = x |> Seq.skip 1 |> Seq.sumBy (fun t -> t * t)

                struct (-x[0] * x[0] / (2.0 * sd * sd) - 0.5 * precision * square - 2.0 * x[0],
                        Array.init 5 (fun i ->
                            if i = 0 then
                                -x[0] / (sd * sd) + 0.5 * precision * square - 2.0
                            else
                                -precision * x[i])))

        kind
            name
            density
            [ yield References.exact "x[1]" 0.0 sd
              for i in 2..5 do
                  yield References.exact $"x[{i}]" 0.0 (exp (0.25 * sd * sd)) ]

    /// Independent coordinates with Student's distribution.
    let private heavy freedom =
        kind
            "heavy tails, five degrees of freedom"
            (Targets.skewed 3 freedom 0.0)
            [ for i in 1..3 -> References.exact $"x[{i}]" 0.0 (sqrt (freedom / (freedom - 2.0))) ]

    /// All of them.
    let all: VerdictKind list =
        [ modes "two modes, 0.7 N(0, 1) + 0.3 N(8, 1)" [ part 0.7 0.0 1.0; part 0.3 8.0 1.0 ]
          modes "mirror modes at -4 and 4" [ part 0.5 -4.0 1.0; part 0.5 4.0 1.0 ]
          minorMode
          funnel "a funnel" 3.0
          funnel "a wide funnel" 1.0
          heavy 5.0 ]
