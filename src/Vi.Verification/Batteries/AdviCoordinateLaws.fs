namespace Vi.Verification.FSharp

open FsCheck
open FsCheck.FSharp
open Vi.Math
open Vi.Math.FSharp
open Vi.Verification

/// What changes of coordinates do to automatic differentiation variational inference: nothing.
[<RequireQualifiedAccess>]
module AdviCoordinateLaws =

    /// A change of coordinates x = A y + b: A lower triangular, diagonal where asked for.
    let private change diagonal d seed =
        let struct (numbers, rng) = Rng.array (d * d) Rng.normal (Rng.ofSeed seed)
        let struct (shift, _) = Rng.array d Rng.normal rng

        struct (Chol.ofLower (
                    Mat.init d d (fun i j ->
                        if i = j then exp (2.0 * numbers[i * d + j])
                        elif j < i && not diagonal then numbers[i * d + j]
                        else 0.0)
                ),
                Vec.ofArray shift)

    /// Moves of means and spreads of coordinates x between a fit in x and a fit in y, in standard deviations.
    let private movesBack (a: Chol) b (inX: Variational) (inY: Variational) =
        let mean = Vec.add b (Mat.multiplyVec a.Lower (Variational.mean inY))

        let covariance =
            Mat.multiply a.Lower (Mat.multiply (Variational.covariance inY) (Mat.transpose a.Lower))

        let sds = Variational.standardDeviations inX

        [ for i in 0 .. mean.Length - 1 do
              struct ($"mean {i}, in sd", (mean[i] - (Variational.mean inX).[i]) / sds[i])
              struct ($"log sd {i}", log (sqrt covariance[i, i] / sds[i])) ]

    /// |A| |A^-1|, the largest entry: by how much rounding of a position in y grows on the way back to x.
    let private condition (a: Chol) =
        let d = a.Dimension

        let inverse =
            [| for j in 0 .. d - 1 -> Chol.solveLower a (Vec.init d (fun i -> if i = j then 1.0 else 0.0)) |]

        let entry i j = Seq.sum (seq { for k in 0 .. d - 1 -> abs (a.Lower[i, k] * inverse[j].[k]) })

        Seq.max (
            seq {
                for i in 0 .. d - 1 do
                    for j in 0 .. d - 1 -> entry i j
            }
        )

    /// How far apart fits in x and in y, x = A y + b, are after three blocks of steps with the same noise from the same normal with
    /// independent coordinates.
    let private sameSteps (family: VariationalFamily) (a: Chol) b seed =
        let d = family.Dimension
        let density = Targets.skewed d 5.0 1.0
        let mean, sds = Vec.constant d 0.7, Vec.constant d 0.8
        let options = { Advi.defaults with Accuracy = 0.0 }

        let after parameters density =
            let engine = Advi.engine { options with Start = FromNormal(mean, sds) } family density
            let start = engine.Init(Rng.ofSeed seed)

            let step state _ =
                let struct (next, _) = engine.Step state
                next

            engine.Answer(Seq.fold step { start with Parameters = parameters; Best = parameters } (seq { 1..3 }))

        let inY =
            let yMean = Chol.solveLower a (Vec.subtract mean b)

            match family.OfCovariance with
            | ValueSome build ->
                let spread = Mat.init d d (fun i j -> if i = j then sds[i] else 0.0)
                let columns = [| for j in 0 .. d - 1 -> Chol.solveLower a (Vec.init d (fun i -> spread[i, j])) |]
                build yMean (Chol.ofLower (Mat.init d d (fun i j -> columns[j].[i])))
            | ValueNone -> family.Start yMean (Vec.init d (fun i -> sds[i] / a.Lower[i, i]))

        [ for struct (name, move) in
              movesBack a b (after (family.Start mean sds) density) (after inY (Targets.mapped a b density)) do
              // 75 steps, each good to rounding of positions that the shift leaves, and of products that cancel on the way back.
              Compare.close name 0.0 move (1e-6 + 75.0 * Tolerances.conditioned d (condition a) 1.0) ]

    let private equivariant: Law =
        Law.make
            { Name = "advi: units and origins of the coordinates change no step"
              Statement =
                "In coordinates y with x = A y + b, A diagonal, every step from the changed start with the same noise is the step in x, changed, for every family: nothing depends on units."
              Formula = @"q_y=A^{-1}(q_x-b)"
              Source = "natural gradients: Amari 1998"
              Covers = [ "black-box"; "advi" ]
              Cases = 30
              Generator = Scalars.three (Scalars.integer 1 4) (Scalars.integer 0 5) Scalars.seed
              Holds =
                fun (d, which, seed) ->
                    let struct (a, b) = change true d seed
                    sameSteps (FamilyLaws.subjects[which].Family d) a b seed }

    /// The family in D dimensions is given, so that wrong parameters can be tried.
    let triangular (familyOf: int -> VariationalFamily) : Law =
        Law.make
            { Name = "advi: correlations of the coordinates change no step of full-rank fits"
              Statement =
                "In coordinates y with x = A y + b, A lower triangular and ill-scaled, every step of a full-rank fit and every average of its parameters is that in x, changed: parameters change affinely with the coordinates."
              Formula = @"q_y=A^{-1}(q_x-b)"
              Source = "own derivation: L = U diag(exp s) becomes A^{-1} L, affine in U and s"
              Covers = [ "black-box"; "advi" ]
              Cases = 30
              Generator = Scalars.both (Scalars.integer 1 4) Scalars.seed
              Holds =
                fun (d, seed) ->
                    let struct (a, b) = change false d seed
                    sameSteps (familyOf d) a b seed }

    let private reparametrised: Law =
        Law.make
            { Name = "advi: a bijective linear reparametrisation changes no answer"
              Statement =
                "Full-rank fits and fits by a dense precision, with default settings, of a skewed density, written in coordinates x and in coordinates y with x = A y + b, A lower triangular and ill-scaled, agree within twice the accuracy."
              Formula = @"q_y=A^{-1}(q_x-b)"
              Source = "issue: results do not change under a bijective reparametrisation of the model"
              Covers = [ "black-box"; "advi" ]
              Cases = 5
              Generator = Scalars.three (Scalars.integer 1 3) (Scalars.integer 0 1) Scalars.seed
              Holds =
                fun (d, which, seed) ->
                    let struct (a, b) = change false d seed
                    let density = Targets.skewed d 5.0 1.0

                    let family =
                        if which = 0 then
                            FullRank.family d
                        else
                            SparsePrecision.family (SparsityPattern.dense d)

                    let fit density = AdviLaws.answer Advi.defaults family density seed

                    [ for struct (name, move) in movesBack a b (fit density) (fit (Targets.mapped a b density)) do
                          Compare.close name 0.0 move (2.0 * AdviLaws.accuracy) ] }

    let all: Law list = [ equivariant; triangular FullRank.family; reparametrised ]
