namespace Vi.Verification.FSharp

open Vi.Math
open Vi.Math.FSharp
open Vi.Verification
open Vi.Verification.FSharp.LinearResponseSubjects

/// What linear-response covariances obey, whatever the model.
[<RequireQualifiedAccess>]
module LinearResponseLaws =

    /// The derivative of a gradient is symmetric; a wrong tilt, or a quantity put in the wrong factor, makes it lopsided. The allowance is
    /// the error of the extrapolated difference: a few 1e-8 of the standard deviations where the answer is smooth, and near optima that
    /// merge, where it bends, the order of the bend's square.
    let internal symmetric subject =
        Law.make
            { Name = $"linear-response: the response is symmetric ({subject.Name})"
              Statement = "How g_i follows a tilt by g_j is how g_j follows a tilt by g_i."
              Formula = @"\frac{d\,\mathbb E_{q_t}[g_i]}{dt_j}=\frac{d\,\mathbb E_{q_t}[g_j]}{dt_i}"
              Source = giordano
              Covers = [ "linear-response"; subject.Name ]
              Cases = 25
              Generator = subject.Cases
              Holds =
                fun case ->
                    let found = covariance subject case

                    whereUsable found (fun () ->
                        [ Compare.error "asymmetry" found.Asymmetry (1e-5 + Tolerances.extrapolated found.Bend) ]) }

    /// With V the covariance under q and H the coupling through the other factors, zero or positive within a factor, the diagonal of
    /// (V^-1 - H)^-1 is at least that of V at a maximum of the bound.
    let internal wider subject =
        Law.make
            { Name = $"linear-response: variances are at least those of q ({subject.Name})"
              Statement = "What the other factors pass on can only add to a quantity's variance."
              Formula = @"\mathrm{Var}_{\mathrm{LR}}[g_i]\ge\mathrm{Var}_q[g_i]"
              Source = giordano
              Covers = [ "linear-response"; subject.Name ]
              Cases = 25
              Generator = subject.Cases
              Holds =
                fun case ->
                    let found = covariance subject case

                    whereUsable found (fun () ->
                        [ for i in 0 .. found.Names.Length - 1 do
                              Compare.atMost
                                  $"variance of {found.Names[i]}"
                                  found.Raw[i, i]
                                  found.Response[i, i]
                                  (Tolerances.response found.Raw[i, i]) ]) }

    /// The bound's second derivative under the tilt, from its values alone: an oracle that knows nothing of how means follow.
    let private curvature subject =
        Law.make
            { Name = $"linear-response: variances are second derivatives of the tilted bound ({subject.Name})"
              Statement =
                "The optimum of the bound of p exp(t g), as a function of t, has the response variance as its second derivative at 0."
              Formula = @"\mathrm{Var}_{\mathrm{LR}}[g]=\frac{d^2}{dt^2}\max_q\big(\mathcal L(q)+t\,\mathbb E_q[g]\big)"
              Source = giordano
              Covers = [ "linear-response"; subject.Name ]
              Cases = 25
              Generator = subject.Cases
              Holds =
                fun case ->
                    let model = subject.Model case
                    let view = subject.View case
                    let answer = (optimum subject case model).Globals
                    let found = respond (subject.Rows case) model view answer

                    let best j t =
                        let tilted =
                            { model with
                                Elbo =
                                    fun statistics q ->
                                        { Inflation = 1.0
                                          Terms =
                                            { Name = "tilt"; Value = t * (view.Means q)[j] }
                                            :: (model.Elbo statistics q).Terms }
                                Updates =
                                    model.Updates
                                    |> List.map (fun update ->
                                        if update.Factor = view.Factors[j] then
                                            { update with
                                                Update = fun statistics q -> view.Tilt j t (update.Update statistics q) }
                                        else
                                            update) }

                        // From the optimum: where the bound has two, another start may lead a tilted ascent to the other.
                        (optimumFrom answer subject case tilted).Elbo

                    whereUsable found (fun () ->
                        [ for j in 0 .. found.Names.Length - 1 do
                              let step = 0.05 / sqrt found.Response[j, j]
                              let second t = (best j t - 2.0 * best j 0.0 + best j -t) / (t * t)
                              let fine, coarse = second step, second (2.0 * step)
                              let value = (4.0 * fine - coarse) / 3.0
                              let magnitude = abs (best j 0.0) + 1.0
                              let bend = (coarse - fine) / found.Response[j, j]

                              // Rounding of the bound, a part in 10^12 of its terms, over t^2; truncation of the fourth order in t: of the order of
                              // the square of what the second order leaves, of these differences and of the response's own. Second differences
                              // of the bound divide the terms of its curvature by 6 and 15: 4 b / (3 a)^2 is then 6^2 / 15 = 2.4 times as much.
                              let allowed =
                                  (1e-3 + 2.4 * Tolerances.extrapolated bend) * found.Response[j, j]
                                  + Tolerances.extrapolated found.Bend * found.Raw[j, j]
                                  + 8e-12 * magnitude / (step * step)

                              Compare.close $"variance of {found.Names[j]}" value found.Response[j, j] allowed ]) }

    /// Weights add up to 1 whatever is tilted, so their responses add up to nothing.
    let private adding subject =
        Law.make
            { Name = $"linear-response: responses of the weights add up to nothing ({subject.Name})"
              Statement = "The weights add up to 1 after every tilt, so no quantity has a covariance with their sum."
              Formula = @"\sum_k\mathrm{Cov}_{\mathrm{LR}}[g,\pi_k]=0"
              Source = giordano
              Covers = [ "linear-response"; subject.Name ]
              Cases = 10
              Generator = subject.Cases
              Holds =
                fun case ->
                    let found = covariance subject case

                    let weights =
                        [ for i in 0 .. found.Names.Length - 1 do
                              if found.Names[i].StartsWith "pi" then
                                  i ]

                    [ for i in 0 .. found.Names.Length - 1 do
                          let sum = weights |> List.sumBy (fun k -> found.Response[i, k])

                          let scale =
                              weights |> List.sumBy (fun k -> sqrt (found.Response[i, i] * found.Response[k, k]))

                          Compare.close $"sum for {found.Names[i]}" 0.0 (sum / scale) (Tolerances.response 1.0) ] }

    /// Differences of two responses in units of the standard deviations of the first.
    let private same (expected: ResponseCovariance) (found: ResponseCovariance) =
        let sd i = sqrt expected.Response[i, i]

        whereUsable expected (fun () ->
            whereUsable found (fun () ->
                [ for i in 0 .. expected.Names.Length - 1 do
                      for j in 0..i do
                          Compare.close
                              $"{expected.Names[i]} with {expected.Names[j]}, in sds"
                              (expected.Response[i, j] / (sd i * sd j))
                              (found.Response[i, j] / (sd i * sd j))
                              1e-5 ]))

    let private reordered subject (reorder: 'case -> 'case) =
        Law.make
            { Name = $"linear-response: the order of the rows does not matter ({subject.Name})"
              Statement = "Rows that are independent given the parameters may come in any order."
              Formula =
                @"\mathrm{Cov}_{\mathrm{LR}}[g\mid x_{\sigma(1)},\dots]=\mathrm{Cov}_{\mathrm{LR}}[g\mid x_1,\dots]"
              Source = giordano
              Covers = [ "linear-response"; subject.Name ]
              Cases = 10
              Generator = subject.Cases
              Holds =
                fun case ->
                    // The start of a mixture goes by the rows' order, and with it which optimum is found.
                    let fromThere = { subject with Start = fun _ -> subject.Start case }
                    same (covariance subject case) (covariance fromThere (reorder case)) }

    /// Moves the first column by a constant.
    let private moved (rows: float[][]) = rows |> Array.map (fun row -> Array.append [| row[0] + 3.0 |] row[1..])

    let private shifted subject (shift: 'case -> 'case) =
        Law.make
            { Name = $"linear-response: moving a centred column changes nothing ({subject.Name})"
              Statement = "Where columns count from their centre, a constant added to one of them is taken off again."
              Formula = @"x_{n1}\to x_{n1}+c\Rightarrow\mathrm{Cov}_{\mathrm{LR}}\text{ as before}"
              Source = giordano
              Covers = [ "linear-response"; subject.Name ]
              Cases = 10
              Generator = subject.Cases
              Holds = fun case -> same (covariance subject case) (covariance subject (shift case)) }

    let private withIntercept =
        let added (case: RegressionCase) =
            { case with Prior = { case.Prior with Intercept = ValueSome(Normal.create 0.0 100.0) } }

        { regression with
            Name = "linear-regression with an intercept"
            Model = added >> regression.Model
            View = added >> regression.View
            Start = added >> regression.Start }

    /// The bounded computation that reports use.
    let private quickly subject =
        Law.make
            { Name = $"linear-response: the quick response has three digits ({subject.Name})"
              Statement =
                "The computation of bounded cost agrees with the precise one to a thousandth of the standard deviations, where it at most doubles them."
              Formula = @"\mathrm{Cov}_{\mathrm{LR}}^{\mathrm{quick}}\approx\mathrm{Cov}_{\mathrm{LR}}"
              Source = giordano
              Covers = [ "linear-response"; subject.Name ]
              Cases = 10
              Generator = subject.Cases
              Holds =
                fun case ->
                    let model = subject.Model case
                    let answer = (optimum subject case model).Globals
                    let rows = subject.Rows case
                    let precise = respond rows model (subject.View case) answer

                    let quick =
                        LinearResponse.covariance
                            rows
                            (float rows.Count)
                            model
                            (subject.View case)
                            LinearResponse.quick
                            answer

                    let sd i = sqrt precise.Response[i, i]

                    whereMild precise (fun () ->
                        [ Compare.holds $"{quick.End}" quick.IsUsable
                          for i in 0 .. precise.Names.Length - 1 do
                              Compare.close $"sd of {precise.Names[i]}" 1.0 (sqrt quick.Response[i, i] / sd i) 1e-3 ]) }

    /// Of 10,000 cases 4 are refused with a regression, 3 with an intercept in it, 3 with a logistic one, 11 with a mixture in two columns, none
    /// with the others: next to where two optima merge the answer to a tilt bends, and under q a component with hardly a row has no variance.
    let internal had (respond: Rows -> _ -> _ -> _ -> ResponseCovariance) subject =
        Law.make
            { Name = $"linear-response: a response is had as a rule ({subject.Name})"
              Statement = "Of a hundred generated cases few are refused a response."
              Formula = @"P(\text{exception})\ll1"
              Source = giordano
              Covers = [ "linear-response"; subject.Name ]
              Cases = 1
              Generator = Scalars.seed
              Holds =
                exceptions subject 0.0021 (fun case ->
                    let model = subject.Model case
                    let answer = (optimum subject case model).Globals
                    not (respond (subject.Rows case) model (subject.View case) answer).IsUsable) }

    /// Of 10,000 cases 43 are refused or more than doubled with a regression, 408 with a logistic one, none with a mixture.
    let private mild subject share =
        Law.make
            { Name = $"linear-response: a response at most doubles standard deviations as a rule ({subject.Name})"
              Statement = "Of a hundred generated cases few are refused a response, or more than doubled by it."
              Formula = @"P(\text{exception})\ll1"
              Source = giordano
              Covers = [ "linear-response"; subject.Name ]
              Cases = 1
              Generator = Scalars.seed
              Holds =
                exceptions subject share (fun case ->
                    let found = covariance subject case
                    not found.IsUsable || isSteep found) }

    let private battery subject = [ symmetric subject; wider subject; had respond subject ]

    let private fewer subject =
        [ symmetric subject |> Law.cases 10; wider subject |> Law.cases 10; had respond subject ]

    let all: Law list =
        List.concat
            [ battery meanPrecision
              battery regression
              battery logistic
              battery mixture
              fewer tied
              fewer diagonal
              fewer sticks
              fewer wide
              fewer regimes
              [ curvature meanPrecision
                curvature regression
                curvature logistic
                adding mixture
                adding sticks
                reordered regression (fun case -> { case with Rows = Array.rev case.Rows })
                reordered logistic (fun case -> { case with Rows = Array.rev case.Rows })
                reordered mixture (fun case -> { case with Left = Array.rev case.Left; Right = Array.rev case.Right })
                shifted withIntercept (fun case -> { case with Rows = moved case.Rows })
                |> Law.covers [ regression.Name ]
                shifted logistic (fun case ->
                    { case with
                        Rows = moved case.Rows
                        Prior =
                            { case.Prior with
                                Centre =
                                    Vec.init case.Prior.Centre.Length (fun i ->
                                        case.Prior.Centre[i] + (if i = 0 then 3.0 else 0.0)) } })
                had respond withIntercept |> Law.covers [ regression.Name ]
                quickly regression
                quickly logistic
                quickly mixture
                mild regression 0.0063
                mild logistic 0.047
                mild mixture 0.0005 ] ]
