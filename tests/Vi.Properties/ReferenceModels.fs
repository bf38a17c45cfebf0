namespace Vi.Properties

open System.Text.Json
open Vi.Math
open Vi.Math.FSharp
open Vi.Math.FSharp.ModelLanguage

/// The models of the shared collection, written in the language as its README states them in mathematics.
module ReferenceModels =

    // Data.

    let internal field (data: JsonElement) (name: string) = data.GetProperty name
    let private numbers (element: JsonElement) = element.EnumerateArray() |> Seq.map _.GetDouble() |> Array.ofSeq
    let private column data name = numbers (field data name)
    let private rows data name = (field data name).EnumerateArray() |> Seq.map numbers |> Array.ofSeq

    let private columns (parts: float[] list) =
        Array.init parts.Head.Length (fun i -> parts |> List.map (fun part -> part[i]) |> Array.ofList)

    let private indicator (value: float) = Array.map (fun x -> if x = value then 1.0 else 0.0)
    let private product = Array.map2 (fun (a: float) b -> a * b)
    let private centred (x: float[]) = x |> Array.map (fun v -> v - Array.average x)

    // Regressions: beta, sigma; the mean is X beta, whose first column is 1 where there is an intercept.

    let private regression (beta: int -> Program<Expression>) (sigma: Program<Expression>) (x: float[][]) (y: float[]) =
        program {
            let! beta = beta x[0].Length
            let! sigma = sigma
            let! x = rowData "X" x
            let! y = rowData "y" y
            do! observe "y" (Distribution.normal (Expr.matrixVector x beta) sigma) y
        }

    let private flatRegression sigma (parts: float[] list) (y: float[]) =
        regression (flatVector "beta") sigma (columns (Array.create y.Length 1.0 :: parts)) y

    let private kidiq parts data =
        flatRegression (halfCauchy "sigma" 2.5) (parts (column data)) (column data "kid_score")

    let private kidiqFlat parts data =
        flatRegression (flatPositive "sigma") (parts (column data)) (column data "kid_score")

    let private earnings parts data =
        flatRegression (flatPositive "sigma") (parts (column data)) (Array.map log (column data "earn"))

    let private interaction a b = [ a; b; product a b ]

    let private standardised (x: float[]) =
        let c = centred x
        let sd = sqrt (Array.sumBy (fun v -> v * v) c / float (x.Length - 1))
        c |> Array.map (fun v -> v / sd)

    let private mesquite target parts data =
        flatRegression (flatPositive "sigma") (parts (column data)) (target (column data "weight"))

    let private volume (get: string -> float[]) =
        Array.map3 (fun a b c -> log (a * b * c)) (get "diam1") (get "diam2") (get "canopy_height")

    let private nes data =
        let get = column data
        let age k = indicator k (get "age_discrete")

        flatRegression
            (flatPositive "sigma")
            [ get "real_ideo"
              get "race_adj"
              age 2.0
              age 3.0
              age 4.0
              get "educ1"
              get "gender"
              get "income" ]
            (get "partyid7")

    let private blr data =
        regression (fun d -> normalVector "beta" d 0.0 10.0) (halfNormal "sigma" 10.0) (rows data "X") (column data "y")

    // Series.

    let private arK data =
        let k = (field data "K").GetInt32()
        let y = column data "y"
        let lags = Array.init (y.Length - k) (fun t -> Array.init k (fun lag -> y[k + t - 1 - lag]))

        program {
            let! alpha = normal "alpha" 0.0 10.0
            let! beta = normalVector "beta" k 0.0 10.0
            let! sigma = halfCauchy "sigma" 2.5

            do!
                observe
                    "y"
                    (Distribution.normal (alpha + Expr.matrixVector (Distribution.expression lags) beta) sigma)
                    y[k..]
        }

    /// err_t = y_t - mu - phi y_(t-1) - theta err_(t-1), with y_0 = mu and err_0 = 0: a recurrence with coefficient -theta.
    let private arma data =
        let y = column data "y"
        let length = y.Length

        program {
            let! mu = normal "mu" 0.0 10.0
            let! phi = normal "phi" 0.0 2.0
            let! theta = normal "theta" 0.0 2.0
            let! sigma = halfCauchy "sigma" 2.5
            let before = Expr.concatenate [ mu; Expr.vector y[.. length - 2] ]
            let errors = Expr.linearRecurrence -theta (Expr.vector y - mu - phi * before)

            do!
                potential
                    "errors"
                    (-0.5 * Expr.sum (Expr.square (errors / sigma))
                     - float length * (Expr.log sigma + 0.5 * Special.logTwoPi))
        }

    let private volatility data =
        program {
            let! mu = normal "mu" 0.0 10.0
            let! phi = draw "phi" (Distribution.betaBetween -1.0 1.0 20.0 1.5)
            let! sigma = halfNormal "sigma" 1.0
            let y = column data "y"
            let! h = autoregressionFrom "z" "h" y.Length mu phi sigma
            do! observe "y" (Distribution.normal 0.0 (Expr.exp (0.5 * h))) y
        }

    let private hiddenMarkov data =
        let y = column data "y"

        program {
            let! first = dirichlet "theta1" [| 1.0; 1.0 |]
            let! second = dirichlet "theta2" [| 1.0; 1.0 |]

            let! mu =
                drawVector "mu" 2 (Distribution.on Domain.PositiveOrdered (Distribution.normal [| 3.0; 10.0 |] 1.0))

            let transitions = Expr.reshape (Shape.Matrix(2, 2)) (Expr.concatenate [ first; second ])

            do!
                observe
                    "y"
                    (Distribution.hiddenMarkov [| 1.0; 1.0 |] transitions (Distribution.normal mu 1.0) y.Length)
                    y
        }

    // Counts.

    let private dogs data =
        let y = rows data "y"

        // Each trial's numbers of avoidances and shocks so far.
        let lagged =
            y
            |> Array.collect (fun dog ->
                Array.init dog.Length (fun t ->
                    let shocks = Array.sum dog[.. t - 1]
                    [| float t - shocks; shocks |]))

        program {
            let! beta = normalVector "beta" 3 0.0 100.0
            let! x = rowData "X" (lagged |> Array.map (Array.append [| 1.0 |]))
            let! y = rowData "y" (Array.concat y)
            do! observe "y" (Distribution.bernoulliLogit (Expr.matrixVector x beta)) y
        }

    let private seeds data =
        let get = column data
        let x1, x2 = get "x1", get "x2"

        program {
            let! alpha0 = normal "alpha0" 0.0 1.0
            let! alpha1 = normal "alpha1" 0.0 1.0
            let! alpha12 = normal "alpha12" 0.0 1.0
            let! alpha2 = normal "alpha2" 0.0 1.0
            let! sigma = halfCauchy "sigma" 1.0
            let! raw = normalVector "b_raw" x1.Length 0.0 1.0
            let! b = deterministic "b" (sigma * raw)

            let logOdds =
                alpha0
                + alpha1 * Distribution.expression x1
                + alpha2 * Distribution.expression x2
                + alpha12 * Distribution.expression (product x1 x2)
                + b

            do! observe "n" (Distribution.binomialLogit (get "N") logOdds) (get "n")
        }

    let private wells data =
        let x = column data "dist" |> Array.map (fun d -> [| d / 100.0 |])

        program {
            let! alpha = flat "alpha"
            let! beta = flatVector "beta" 1
            let! x = rowData "X" x
            let! y = rowData "switched" (column data "switched")
            do! observe "switched" (Distribution.bernoulliLogit (alpha + Expr.matrixVector x beta)) y
        }

    let private processCounts data =
        let x = column data "x"
        let n = x.Length
        let square = Shape.Matrix(n, n)

        let distance =
            Distribution.expression (Array.init n (fun i -> Array.init n (fun j -> (x[i] - x[j]) * (x[i] - x[j]))))

        let nugget = Expr.diagonalMatrix (Expr.vector (Array.create n 1e-10))

        program {
            let! rho = gamma "rho" 25.0 4.0
            let! alpha = halfNormal "alpha" 2.0
            let! standard = normalVector "f_tilde" n 0.0 1.0
            let kernel = Expr.square alpha * Expr.exp (distance * (-0.5 / Expr.square rho))

            let! f =
                deterministic "f" (Expr.matrixVector (Expr.cholesky (Expr.fill square kernel + nugget)) standard)

            do! observe "k" (Distribution.poissonLog f) (column data "k")
        }

    // Hierarchies and mixtures.

    let private schools data =
        let get = column data
        PlainPrograms.eightSchools false (Vec.ofArray (get "y")) (Vec.ofArray (get "sigma"))

    let private radon data =
        let get = column data
        let counties = (field data "J").GetInt32()
        let county = get "county_idx" |> Array.map (fun j -> int j - 1)
        let x = columns [ get "log_uppm"; get "floor_measure" ]

        program {
            let! raw = normalVector "alpha_raw" counties 0.0 1.0
            let! beta = normalVector "beta" 2 0.0 10.0
            let! mean = normal "mu_alpha" 0.0 10.0
            let! between = halfNormal "sigma_alpha" 1.0
            let! within = halfNormal "sigma_y" 1.0
            let! alpha = deterministic "alpha" (mean + between * raw)
            let predictor = Expr.gather county alpha + Expr.matrixVector (Distribution.expression x) beta
            do! observe "log_radon" (Distribution.normal predictor within) (get "log_radon")
        }

    let private mixture data =
        program {
            let! theta = uniform "theta" 0.0 1.0
            let! mu = normalVector "mu" 2 0.0 10.0
            let weights = Expr.stack [ theta; 1.0 - theta ]
            let! y = rowData "y" (column data "y")
            do! observe "y" (Distribution.mixture weights (Distribution.normal mu 1.0)) y
        }

    // Pharmacokinetics.

    /// Classical Runge-Kutta steps between two observations: the solution changes little over a step of a tenth, and halving it moves the
    /// log density by less than the reference's error.
    let private longestStep = 0.1

    let private elimination data =
        let dose, volume = (field data "D").GetDouble(), (field data "V").GetDouble()
        let start = (field data "t0").GetDouble()
        let times = column data "times"

        program {
            let! ka = halfCauchy "k_a" 1.0
            let! km = halfCauchy "K_m" 1.0
            let! vm = halfCauchy "V_m" 1.0
            let! sigma = halfCauchy "sigma" 1.0

            let slope (t: float) (c: Expression) =
                Expr.exp (-t * ka) * ka * (dose / volume) - vm * (1.0 / volume) * c / (km + c)

            let step (h: float) (t: float) (c: Expression) =
                let k1 = slope t c
                let k2 = slope (t + 0.5 * h) (c + 0.5 * h * k1)
                let k3 = slope (t + 0.5 * h) (c + 0.5 * h * k2)
                let k4 = slope (t + h) (c + h * k3)
                c + (h / 6.0) * (k1 + 2.0 * k2 + 2.0 * k3 + k4)

            let until (from: float) (time: float) (c: Expression) =
                let count = int (ceil ((time - from) / longestStep))
                let h = (time - from) / float count
                (c, [ 0 .. count - 1 ]) ||> List.fold (fun c i -> step h (from + float i * h) c)

            let _, solution =
                (struct (start, Expr.number 0.0), times)
                ||> Array.scan (fun (struct (from, c)) time -> struct (time, until from time c))
                |> Array.tail
                |> Array.map (fun (struct (time, c)) -> time, c)
                |> Array.unzip

            do! observe "C_hat" (Distribution.logNormal (Expr.log (Expr.stack solution)) sigma) (column data "C_hat")
        }

    /// Names and models, from a file's data.
    let all: (string * (JsonElement -> Program<unit>)) list =
        [ "arK-arK", arK
          "arma-arma11", arma
          "dogs-dogs", dogs
          "earnings-logearn_height", earnings (fun get -> [ get "height" ])
          "earnings-logearn_height_male", earnings (fun get -> [ get "height"; get "male" ])
          "earnings-logearn_interaction_z", earnings (fun get -> interaction (standardised (get "height")) (get "male"))
          "eight_schools-eight_schools_noncentered", schools
          "gp_pois_regr-gp_pois_regr", processCounts
          "hmm_example-hmm_example", hiddenMarkov
          "kidiq-kidscore_momhsiq", kidiq (fun get -> [ get "mom_hs"; get "mom_iq" ])
          "kidiq-kidscore_momiq", kidiq (fun get -> [ get "mom_iq" ])
          "kidiq_with_mom_work-kidscore_interaction_c",
          kidiqFlat (fun get -> interaction (centred (get "mom_hs")) (centred (get "mom_iq")))
          "kidiq_with_mom_work-kidscore_mom_work",
          kidiqFlat (fun get -> [ 2.0; 3.0; 4.0 ] |> List.map (fun k -> indicator k (get "mom_work")))
          "mesquite-logmesquite_logva",
          mesquite (Array.map log) (fun get ->
              [ volume get; Array.map2 (fun a b -> log (a * b)) (get "diam1") (get "diam2"); get "group" ])
          "mesquite-logmesquite_logvolume", mesquite (Array.map log) (fun get -> [ volume get ])
          "mesquite-mesquite",
          mesquite id (fun get ->
              [ "diam1"; "diam2"; "canopy_height"; "total_height"; "density"; "group" ] |> List.map get)
          "nes1972-nes", nes
          "nes1980-nes", nes
          "nes1988-nes", nes
          "nes1996-nes", nes
          "normal_2-normal_mixture", mixture
          "one_comp_mm_elim_abs-one_comp_mm_elim_abs", elimination
          "radon_mn-radon_hierarchical_intercept_noncentered", radon
          "sblri-blr", blr
          "seeds_data-seeds_stanified_model", seeds
          "sv_pound_dollar_1981_1985", volatility
          "wells_data-wells_dist100_model", wells ]
