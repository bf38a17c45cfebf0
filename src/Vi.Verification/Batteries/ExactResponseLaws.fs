namespace Vi.Verification.FSharp

open Vi.Math
open Vi.Math.FSharp
open Vi.Verification
open Vi.Verification.FSharp.LinearResponseSubjects

/// Linear-response covariances against answers that are known.
[<RequireQualifiedAccess>]
module ExactResponseLaws =

    /// A response as the laws against exact posteriors take it, so that wrong ones can be given to them.
    type private Respond<'statistics, 'globals> =
        Rows
            -> ConjugateModel<Vi.Kernels.Block, 'statistics, 'globals>
            -> ResponseView<'globals>
            -> 'globals
            -> ResponseCovariance

    /// A comparison of the response at a case's optimum.
    let private exactly (subject: Subject<_, _, _>) (respond: Respond<_, _>) compare case =
        let model = subject.Model case
        let answer = (optimum subject case model).Globals
        compare case (respond (subject.Rows case) model (subject.View case) answer)

    let private oneFactor: Law =
        Law.make
            { Name = $"linear-response: with one factor the response is the posterior's variance ({mean.Name})"
              Statement =
                "A model of one factor leaves nothing out: q is the posterior, and its linear response the posterior's own variance."
              Formula = @"q=p\Rightarrow\mathrm{Cov}_{\mathrm{LR}}=\mathrm{Cov}_p"
              Source = giordano
              Covers = [ "linear-response"; mean.Name ]
              Cases = 25
              Generator = mean.Cases
              Holds =
                exactly mean respond (fun case found ->
                    let exact = GaussianMean.posterior case.Prior (Moments.ofRows (mean.Rows case))
                    [ Compare.close "variance" exact.Variance found.Response[0, 0] (1e-7 * exact.Variance) ]) }

    /// q(tau) has shape a + 1/2 where the exact posterior has a, and the same mean a / b: its variance a^2 / (b^2 (a + 1/2)) is too small by
    /// a / (a + 1/2). Tilted by t the fixed point is E[tau] = a / (b - t), whose slope is the exact variance a / b^2.
    let internal exactPrecision respond : Law =
        Law.make
            { Name = $"linear-response: the precision's variance is the exact one ({meanPrecision.Name})"
              Statement =
                "What q(mu) q(tau) leaves out of the precision's variance, linear response puts back to the last digit."
              Formula = @"\mathrm{Var}_{\mathrm{LR}}[\tau]=a_N/b_N^2"
              Source = giordano
              Covers = [ "linear-response"; meanPrecision.Name ]
              Cases = 25
              Generator = meanPrecision.Cases
              Holds =
                exactly meanPrecision respond (fun case found ->
                    let exact = GaussianMeanPrecision.posterior case.Prior (Moments.ofRows (meanPrecision.Rows case))
                    let struct (_, variance) = NormalGamma.variance exact
                    [ Compare.close "variance of tau" variance found.Response[1, 1] (Tolerances.response variance) ]) }

    /// Whether q has the exact mean of the noise precision to a tenth.
    let private isOneMode (case: RegressionCase) =
        let model = LinearRegression.model case.Columns case.Prior
        let data = Cavi.statistics (regression.Rows case) model model.Prior
        let mean = Gamma.mean (optimum regression case model).Globals.NoisePrecision

        match ExactRegression.ofMoments case.Prior data with
        | ValueSome exact -> abs (log (mean / exact.NoisePrecisionMean)) < 0.1
        | ValueNone -> false

    /// Of 10,000 cases 142 are exceptions.
    let private oneMode: Law =
        Law.make
            { Name = $"linear-response: one mode is all there is as a rule ({regression.Name})"
              Statement =
                "Of a hundred generated cases few have factors whose mean of the noise precision is off by more than a tenth."
              Formula = @"P(\text{exception})\ll1"
              Source = giordano
              Covers = [ "linear-response"; regression.Name ]
              Cases = 1
              Generator = Scalars.seed
              Holds = exceptions regression 0.018 (isOneMode >> not) }

    /// Of the noise's precision alone: what linear response adds to a weight can overshoot where prior and data disagree.
    let private nearer respond : Law =
        Law.make
            { Name = $"linear-response: the noise precision's spread comes nearer to the exact one ({regression.Name})"
              Statement =
                "q takes weights and noise for independent and is too sure of the noise; linear response is never farther from the exact standard deviation, where q has the exact mean to a tenth, so that one mode is all there is."
              Formula = @"|\log\mathrm{sd}_{\mathrm{LR}}-\log\mathrm{sd}_p|\le|\log\mathrm{sd}_q-\log\mathrm{sd}_p|"
              Source = giordano
              Covers = [ "linear-response"; regression.Name ]
              Cases = 25
              Generator = regression.Cases
              Holds =
                exactly regression respond (fun case found ->
                    let model = LinearRegression.model case.Columns case.Prior
                    let data = Cavi.statistics (regression.Rows case) model model.Prior

                    match ExactRegression.ofMoments case.Prior data with
                    | ValueSome exact ->
                        let at = case.Columns
                        let off (variance: float) = abs (log (sqrt variance / exact.NoisePrecisionSd))

                        whereUsable found (fun () ->
                            [ Compare.atMost
                                  "variance of q"
                                  found.Raw[at, at]
                                  found.Response[at, at]
                                  (Tolerances.response found.Raw[at, at])

                              if isOneMode case then
                                  let ofResponse, ofRaw = off found.Response[at, at], off found.Raw[at, at]
                                  Compare.atMost "error of log sd of tau" ofResponse ofRaw (Tolerances.response 1.0) ])
                    | ValueNone -> [ Compare.holds "the exact posterior can be had" false ]) }

    /// Where the groups cannot be mistaken, nothing comes through the assignments.
    let private separated: Law =
        Law.make
            { Name = "linear-response: clusters that cannot be mistaken keep the variances of q (gaussian-mixture)"
              Statement =
                "With every assignment certain the factors are independent, and the response is q's own covariance."
              Formula = @"r_{nk}\in\{0,1\}\Rightarrow\mathrm{Cov}_{\mathrm{LR}}=\mathrm{Cov}_q"
              Source = giordano
              Covers = [ "linear-response"; "gaussian-mixture" ]
              Cases = 10
              Generator = clusters
              Holds =
                fun case ->
                    // A prior mean between the clusters would blur them, were it not worth next to nothing.
                    let weak case =
                        let prior = clusterPrior case
                        GaussianMixture.model { prior with Component = { prior.Component with PrecisionScale = 1e-9 } }

                    let found = covariance { mixture with Model = weak } { case with Gap = 400.0 + case.Gap }

                    [ for i in 0 .. found.Names.Length - 1 do
                          Compare.close
                              $"variance of {found.Names[i]}"
                              found.Raw[i, i]
                              found.Response[i, i]
                              (Tolerances.response found.Raw[i, i]) ] }

    /// Two components at the same place are a fixed point, but no maximum: whoever reads a response there must be told.
    let private saddles: Law =
        Law.make
            { Name = "linear-response: at a saddle of the bound there is no response (gaussian-mixture)"
              Statement =
                "Components that start equal stay equal; a small tilt lets them part for good, and the answer says that there is no covariance."
              Formula = @"q_t\not\to q\;(t\to0)\Rightarrow\text{none}"
              Source = giordano
              Covers = [ "linear-response"; "gaussian-mixture" ]
              Cases = 10
              Generator = clusters
              Holds =
                fun case ->
                    let model = mixture.Model case
                    let there = (optimum { mixture with Start = fun _ -> model.Prior } case model).Globals

                    let quick =
                        LinearResponse.covariance
                            (clusterRows case)
                            40.0
                            model
                            (mixture.View case)
                            LinearResponse.quick
                            there

                    [ Compare.holds
                          $"precise: {(respond (clusterRows case) model (mixture.View case) there).End}"
                          (not (respond (clusterRows case) model (mixture.View case) there).IsUsable)
                      Compare.holds $"quick: {quick.End}" (not quick.IsUsable) ] }

    let all: Law list = [ separated; oneFactor; exactPrecision respond; nearer respond; oneMode; saddles ]
