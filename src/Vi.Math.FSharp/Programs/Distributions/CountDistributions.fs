namespace Vi.Math.FSharp

open System
open Vi.Math

/// Distributions of whole numbers, for observations: a program's parameters are real, so discrete quantities are summed out.
[<RequireQualifiedAccess>]
module CountDistributions =

    let private yesNo = Domain.Whole(0.0, 1.0)
    let private counts = Domain.Whole(0.0, infinity)

    let private logistic (x: float) = 1.0 / (1.0 + exp -x)

    let private coin (probability: float) rng =
        let struct (u, next) = Rng.uniform rng
        struct ((if u < probability then 1.0 else 0.0), next)

    /// Binomial draws, exactly: the median of the uniforms is a beta variable and halves the trials (Devroye 1986, X.4.3).
    let rec private binomialDraw (trials: int) (p: float) (rng: Rng) : struct (int * Rng) =
        if trials < 32 then
            let mutable current = rng
            let mutable count = 0

            for _ in 1..trials do
                let struct (u, next) = Rng.uniform current
                current <- next

                if u < p then
                    count <- count + 1

            struct (count, current)
        else
            let i = (trials + 1) / 2
            let struct (x, rng) = Rng.logGamma (float i) rng
            let struct (y, rng) = Rng.logGamma (float (trials + 1 - i)) rng
            let middle = 1.0 / (1.0 + exp (y - x))

            if middle <= p then
                let struct (rest, next) = binomialDraw (trials - i) ((p - middle) / (1.0 - middle)) rng
                struct (i + rest, next)
            else
                binomialDraw (i - 1) (p / middle) rng

    /// Poisson draws, exactly: events counted one by one below 20, otherwise the time of the m-th splits them (Ahrens and Dieter 1974).
    let rec private poissonDraw (mean: float) (rng: Rng) : struct (float * Rng) =
        if mean < 20.0 then
            let rec count k time rng =
                let struct (e, next) = Rng.exponential rng
                if time + e > mean then struct (k, next) else count (k + 1.0) (time + e) next

            count 0.0 0.0 rng
        else
            let m = floor (0.875 * mean)
            let struct (time, rng) = Rng.gamma m 1.0 rng

            if time > mean then
                let struct (count, next) = binomialDraw (int m - 1) (mean / time) rng
                struct (float count, next)
            else
                let struct (rest, next) = poissonDraw (mean - time) rng
                struct (m + rest, next)

    /// 1 with a probability between 0 and 1, otherwise 0.
    let bernoulli (probability: Expression) : ProgramDistribution =
        ProgramDistribution.entrywise
            "Bernoulli"
            yesNo
            [ probability ]
            (fun x ->
                [ x * ProgramDistribution.logOf probability; (1.0 - x) * ProgramDistribution.logRest probability ])
            (fun p rng -> coin (p 0) rng)

    /// 1 with probability sigma(log odds), otherwise 0.
    let bernoulliLogit (logOdds: Expression) : ProgramDistribution =
        ProgramDistribution.entrywise
            "Bernoulli"
            yesNo
            [ logOdds ]
            (fun x -> [ x * logOdds; -(Expr.softplus logOdds) ])
            (fun p rng -> coin (logistic (p 0)) rng)
        |> ProgramDistribution.fused (fun y ->
            match logOdds with
            | ProgramDistribution.LinearPredictor(x, alpha, beta) ->
                ValueSome(GeneralizedLinear.bernoulliLogit x y alpha beta)
            | _ -> ValueNone)

    let private upTo (trials: Expression) =
        match trials.Operation with
        | Operation.Constant values -> Domain.Whole(0.0, Array.max values)
        | _ -> counts

    let private logChoose (n: Expression) (k: Expression) =
        Expr.logGamma (n + 1.0) - Expr.logGamma (k + 1.0) - Expr.logGamma (n - k + 1.0)

    /// Successes among trials, a whole number or data, of which each succeeds with a probability between 0 and 1.
    let binomial (trials: Expression) (probability: Expression) : ProgramDistribution =
        ProgramDistribution.entrywise
            "binomial"
            (upTo trials)
            [ trials; probability ]
            (fun x ->
                [ logChoose trials x
                  x * ProgramDistribution.logOf probability
                  (trials - x) * ProgramDistribution.logRest probability ])
            (fun p rng ->
                let struct (count, next) = binomialDraw (int (p 0)) (p 1) rng
                struct (float count, next))

    /// Successes among trials, a whole number or data, of which each succeeds with probability sigma(log odds).
    let binomialLogit (trials: Expression) (logOdds: Expression) : ProgramDistribution =
        ProgramDistribution.entrywise
            "binomial"
            (upTo trials)
            [ trials; logOdds ]
            (fun x -> [ logChoose trials x; x * logOdds; -(trials * Expr.softplus logOdds) ])
            (fun p rng ->
                let struct (count, next) = binomialDraw (int (p 0)) (logistic (p 1)) rng
                struct (float count, next))

    /// Poisson with a mean > 0.
    let poisson (mean: Expression) : ProgramDistribution =
        ProgramDistribution.entrywise
            "Poisson"
            counts
            [ ProgramDistribution.positive "Poisson" "mean" mean ]
            (fun x -> [ x * Expr.log mean; -mean; -(Expr.logGamma (x + 1.0)) ])
            (fun p rng -> poissonDraw (p 0) rng)

    /// Poisson with the logarithm of its mean.
    let poissonLog (logMean: Expression) : ProgramDistribution =
        ProgramDistribution.entrywise
            "Poisson"
            counts
            [ logMean ]
            (fun x -> [ x * logMean; -(Expr.exp logMean); -(Expr.logGamma (x + 1.0)) ])
            (fun p rng -> poissonDraw (exp (p 0)) rng)
        |> ProgramDistribution.fused (fun y ->
            match logMean with
            | ProgramDistribution.LinearPredictor(x, alpha, beta) ->
                ValueSome(GeneralizedLinear.poissonLog x y alpha beta)
            | _ -> ValueNone)

    /// Negative binomial with a mean and a dispersion phi > 0: variance mean + mean^2 / phi.
    let negativeBinomial (mean: Expression) (dispersion: Expression) : ProgramDistribution =
        let mean = ProgramDistribution.positive "negative binomial" "mean" mean
        let phi = ProgramDistribution.positive "negative binomial" "dispersion" dispersion

        ProgramDistribution.entrywise
            "negative binomial"
            counts
            [ mean; phi ]
            (fun x ->
                [ Expr.logGamma (x + phi)
                  -(Expr.logGamma phi)
                  -(Expr.logGamma (x + 1.0))
                  -(phi * Expr.log1p (mean / phi))
                  x * (Expr.log mean - Expr.log (mean + phi)) ])
            (fun p rng ->
                let struct (rate, rng) = Rng.gamma (p 1) ((p 1) / (p 0)) rng
                if rate > 0.0 then poissonDraw rate rng else struct (0.0, rng))

    /// Column k of row i is 1 where entry i is k.
    let private indicator (categories: int) (x: Expression) =
        let entries = Expr.column (Expr.flatten x)
        let values = Expr.vector (Array.init categories float)
        Expr.atLeast entries values * Expr.atLeast values entries

    let private categoricalOf (weights: Expression) (logWeights: Expression) (logTotals: Expression voption) =
        let categories = weights.Shape.Columns

        let perEntry =
            match weights.Shape with
            | Shape.Vector _ -> false
            | Shape.Matrix _ -> true
            | Shape.Scalar ->
                ProgramDistribution.refuse
                    "categorical: probabilities are a vector, or a matrix with a row for each entry"

        let entries (x: Expression) =
            let chosen = indicator categories x

            let logs =
                if perEntry then
                    Expr.sumRows (chosen * logWeights)
                else
                    Expr.matrixVector chosen logWeights

            match logTotals with
            | ValueSome totals -> logs - totals
            | ValueNone -> logs

        { Family = "categorical"
          Support = Domain.Whole(0.0, float (categories - 1))
          Shape = if perEntry then Shape.Vector weights.Shape.Rows else Shape.Scalar
          Accepts = fun shape -> not perEntry || shape = Shape.Vector weights.Shape.Rows
          LogDensity = entries >> Expr.sum
          Entrywise = ValueSome(fun x -> Expr.reshape x.Shape (entries x))
          Parameters = fun _ -> [ Expr.exp logWeights ]
          Draw =
            fun shape numbers rng ->
                let values: float[] = Array.zeroCreate shape.Size
                let mutable current = rng

                for i in 0 .. values.Length - 1 do
                    let first = if perEntry then i * categories else 0
                    let struct (k, next) = Rng.index (ReadOnlySpan(numbers[0], first, categories)) current
                    values[i] <- float k
                    current <- next

                struct (values, current) }

    /// Categories 0 .. K - 1 with probabilities (K), or a row of probabilities for each entry (N x K).
    let categorical (probabilities: Expression) : ProgramDistribution =
        categoricalOf probabilities (Expr.log probabilities) ValueNone

    /// Categories 0 .. K - 1 with probabilities proportional to exp(logits), (K) or a row for each entry (N x K).
    let categoricalLogit (logits: Expression) : ProgramDistribution =
        match logits.Shape with
        | Shape.Matrix _ -> categoricalOf logits logits (ValueSome(Expr.logSumExpRows logits))
        | _ -> categoricalOf logits logits (ValueSome(Expr.logSumExp logits))
