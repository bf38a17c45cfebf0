namespace Vi.Verification.FSharp

open System
open Vi.Math
open Vi.Math.FSharp
open Vi.Verification

/// Puts ends of climbs into groups, one for each mode, given standard deviations of the coordinates.
type ModeGrouping = IDensityEvaluator -> Vec -> ModeEnd[] -> ModeEnd[][]

/// Shares of the probability of parts of a mixture, with their standard errors.
type ModeWeighing = LogDensity -> MixturePart[] -> Rng -> struct (float[] * float[])

/// Laws of modes: which ends of climbs are one, and what they weigh.
[<RequireQualifiedAccess>]
module ModeLaws =

    /// Two normals eight standard deviations apart along the first of D coordinates, by the weight of the left one.
    let private pair d weight =
        let at x = Vec.init d (fun i -> if i = 0 then x else 0.0)

        Targets.mixture
            [ struct (log weight, at -4.0, Mat.identity d)
              struct (log (1.0 - weight), at 4.0, Mat.identity d) ]

    let private endAt (density: LogDensity) (position: Vec) : ModeEnd =
        { Position = position; LogDensity = density.Evaluator().Value(position.AsSpan()) }

    /// Points around both modes where climbs end after so many iterations.
    let private ends (density: LogDensity) left right iterations rng =
        let d = density.Dimension
        let struct (noise, _) = Rng.array ((left + right) * d) Rng.normal rng

        Array.init (left + right) (fun climb ->
            let centre = if climb < left then -4.0 else 4.0
            let start = Vec.init d (fun i -> noise[climb * d + i] + (if i = 0 then centre else 0.0))
            let climb = Lbfgs.climb { Lbfgs.defaults with MaxIterations = iterations } (density.Evaluator()) start
            { Position = climb.Last.Position; LogDensity = -climb.Last.Value })

    let private ones d = Vec.constant d 1.0

    /// Climbs that start near one mode or near both. The grouping is given, so that a wrong one can be tried.
    let count (group: ModeGrouping) : Law =
        Law.make
            { Name = "modes: ends of climbs are as many as the density has where they started"
              Statement =
                "Of two normals eight standard deviations apart, climbs that start near one show one mode, however many they are, and climbs that start near both show two, whether they have arrived or not."
              Formula = @"w\,\mathcal N(-4e_1,I)+(1-w)\,\mathcal N(4e_1,I)"
              Source = "definition of a mode"
              Covers = [ "black-box"; "modes" ]
              Cases = 50
              Generator =
                Scalars.three
                    (Scalars.integer 1 4)
                    (Scalars.integer 0 4)
                    (Scalars.three (Scalars.integer 1 3) (Scalars.integer 1 20) Scalars.seed)
              Holds =
                fun (left, right, (d, iterations, seed)) ->
                    let density = pair d 0.5
                    let found = ends density left right iterations (Rng.ofSeed seed)
                    let groups = group (density.Evaluator()) (ones d) found

                    [ Compare.close "modes" (if right = 0 then 1.0 else 2.0) (float groups.Length) 0.0
                      Compare.close "ends" (float found.Length) (float (groups |> Array.sumBy _.Length)) 0.0 ] }

    /// The order of ends and the coordinates they are given in. The grouping is given, so that a wrong one can be tried.
    let invariant (group: ModeGrouping) : Law =
        Law.make
            { Name = "modes: neither the order of ends nor an affine map changes their groups"
              Statement =
                "Ends in another order, and ends of the density seen from other coordinates y = A^-1 (x - b), fall into groups of the same ends."
              Formula = @"p_y(y)=p(Ay+b)\,|A|"
              Source = "the straight line between two points is one under every affine map"
              Covers = [ "black-box"; "modes" ]
              Cases = 50
              Generator =
                Scalars.three
                    (MinimisationLaws.normals 3 1e4)
                    (Scalars.both (Scalars.integer 1 4) (Scalars.integer 1 4))
                    (Scalars.both (Scalars.integer 1 20) Scalars.seed)
              Holds =
                fun ((precision, centre), (left, right), (iterations, seed)) ->
                    let d = centre.Length
                    let density = pair d 0.5
                    let struct (order, rng) = Rng.permutation (left + right) (Rng.ofSeed seed)
                    let found = ends density left right iterations rng
                    let map = Chol.factor "map" precision
                    let mapped = Targets.mapped map centre density

                    let seen =
                        found
                        |> Array.map (fun at -> endAt mapped (Chol.solveLower map (Vec.subtract at.Position centre)))

                    // Which group each end is in, named by the group's first end.
                    let labels (ends: ModeEnd[]) (groups: ModeEnd[][]) =
                        let groupOf (at: ModeEnd) =
                            groups |> Array.findIndex (Array.exists (fun other -> other.Position = at.Position))

                        let of' = ends |> Array.map groupOf
                        of' |> Array.map (fun label -> Array.IndexOf(of', label))

                    let plain = group (density.Evaluator()) (ones d) found
                    let permuted = group (density.Evaluator()) (ones d) (order |> Array.map (fun i -> found[i]))
                    let inverse = Chol.inverseLower map
                    let sds = Vec.init d (fun i -> Vec.norm (Mat.row i inverse))
                    let elsewhere = group (mapped.Evaluator()) sds seen

                    [ Compare.holds "order" (labels found plain = labels found permuted)
                      Compare.holds "coordinates" (labels found plain = labels seen elsewhere) ] }

    /// Masses of two normals that are not quite those of the mixture. The weighing is given, so that a wrong one can be tried.
    let masses (weigh: ModeWeighing) : Law =
        Law.make
            { Name = "modes: masses are the weights of the mixture, within their errors"
              Statement =
                "Local fits a tenth too wide and a tenth of a standard deviation beside the modes of a mixture have its weights as masses, within five standard errors, which are below 0.03."
              Formula =
                @"m_k=\sum_s\tilde w_s\frac{q_k(x_s)}{\sum_jq_j(x_s)},\quad w_s=\frac{p(x_s)}{\frac1K\sum_jq_j(x_s)}"
              Source = "Veach and Guibas 1995; Owen and Zhou 2000"
              Covers = [ "black-box"; "modes" ]
              Cases = 25
              Generator = Scalars.three (Scalars.integer 1 4) (Scalars.integer 2 98) Scalars.seed
              Holds =
                fun (d, percent, seed) ->
                    let weight = float percent / 100.0
                    let density = Targets.raised 7.0 (pair d weight)

                    let part x =
                        Variational.start
                            (FullRank.family d)
                            (Vec.init d (fun i -> if i = 0 then x + 0.1 else 0.1))
                            (Vec.constant d 1.1)
                        |> MixturePart.ofNormal

                    let struct (masses, errors) = weigh density [| part -4.0; part 4.0 |] (Rng.ofSeed seed)

                    [ Compare.close "mass" weight masses[0] (Tolerances.standardErrors * errors[0])
                      Compare.close "all" 1.0 (Array.sum masses) (Tolerances.rounding 100 1.0)
                      Compare.atMost "error" errors[0] 0.03 0.0 ] }

    let private search (target: InferenceTarget) normal ends rng =
        ModeSearch.answer
            target.Density
            (fun positions -> InferenceTarget.values positions target)
            { Normal = normal; Part = MixturePart.ofNormal normal; Ends = ends; Evaluations = 0.0 }
            rng

    /// Climbs that stop on a ridge. The grouping is given, so that a wrong one can be tried.
    let arrived (group: ModeGrouping) : Law =
        Law.make
            { Name = "modes: climbs that have not arrived are no modes"
              Statement =
                "On a normal whose coordinates correlate at 0.99999, climbs that stop after a few iterations end up to hundreds of standard deviations apart, and are one mode; next to a right fit none is found."
              Formula = @"\log p\bigl((1-t)a+tb\bigr)\ge\min(\log p(a),\log p(b))"
              Source = "a normal's log density is concave"
              Covers = [ "black-box"; "modes" ]
              Cases = 25
              Generator = Scalars.both (Scalars.integer 1 6) Scalars.seed
              Holds =
                fun (iterations, seed) ->
                    let r = 0.99999
                    let covariance = Mat.init 2 2 (fun i j -> if i = j then 1.0 else r)
                    let factor = Chol.factor "covariance" covariance
                    let density = Targets.normal (Vec.zero 2) (Chol.inverse factor)
                    let struct (noise, rng) = Rng.array 8 Rng.normal (Rng.ofSeed seed)

                    let stopped =
                        Array.init 4 (fun i ->
                            Lbfgs.climb
                                { Lbfgs.defaults with MaxIterations = iterations }
                                (density.Evaluator())
                                (Vec.ofArray (Array.sub noise (2 * i) 2)))

                    let ends =
                        stopped
                        |> Array.map (fun climb -> { Position = climb.Last.Position; LogDensity = -climb.Last.Value })

                    let fit = FullRank.ofCholesky (Vec.zero 2) factor

                    let answer = search (InferenceTarget.ofDensity density) fit (ends |> Array.map _.Position) rng

                    [ Compare.close
                          "groups"
                          1.0
                          (float (group (density.Evaluator()) (Vec.constant 2 (sqrt (1.0 - r * r))) ends).Length)
                          0.0
                      Compare.close "modes" 1.0 (float answer.Report.Modes.Length) 0.0
                      Compare.close "left out" 0.0 answer.Report.Omitted 0.0 ] }

    let private stacked: Law =
        Law.make
            { Name = "modes: a fit of one of two modes is answered by both, or by the one that matters"
              Statement =
                "Next to the normal at one of two modes the other is found and weighed, and the mixture that takes the fit's place has the density's mean within a twentieth and its standard deviation within 5 %; where what is reported is the same at both, there is an image and nothing to stack."
              Formula = @"w\,\mathcal N(-4,1)+(1-w)\,\mathcal N(4,1)"
              Source = "definition of a mixture's moments"
              Covers = [ "black-box"; "modes" ]
              Cases = 25
              Generator = Scalars.both (Scalars.integer 10 90) Scalars.seed
              Holds =
                fun (percent, seed) ->
                    let weight = float percent / 100.0
                    let density = pair 1 weight
                    let fit = Variational.start (FullRank.family 1) (Vec.ofArray [| -4.0 |]) (Vec.ofArray [| 1.0 |])
                    let answer = search (InferenceTarget.ofDensity density) fit [||] (Rng.ofSeed seed)
                    let mean = 4.0 - 8.0 * weight
                    let sd = sqrt (17.0 - mean * mean)

                    let even = InferenceTarget.ofDensity (pair 1 0.5)

                    let sizes =
                        { even with
                            Quantities =
                                { even.Quantities with
                                    Evaluator =
                                        fun () ->
                                            { new IQuantityEvaluator with
                                                member _.Evaluate(position, values) = values[0] <- abs position[0] } } }

                    let image = search sizes fit [||] (Rng.ofSeed seed)

                    [ match answer.Stacked with
                      | ValueSome part ->
                          Compare.close "mean, in sd" 0.0 ((part.Mean[0] - mean) / sd) 0.05
                          Compare.close "log sd" 0.0 (log (part.StandardDeviations[0] / sd)) 0.05
                      | ValueNone -> Compare.holds "stacked" false
                      Compare.holds "an image" (image.Report.Images > 0)
                      Compare.holds "nothing to stack" image.Stacked.IsNone
                      Compare.close "left out" 0.0 image.Report.Omitted 0.0 ] }

    /// Weights by importance sampling over the mixture of the parts.
    let weigh: ModeWeighing =
        fun density parts rng ->
            let found = MixturePart.weigh density 1000 parts rng
            struct (found.Masses, found.Errors)

    let all: Law list =
        [ count Modes.groups; invariant Modes.groups; masses weigh; arrived Modes.groups; stacked ]
