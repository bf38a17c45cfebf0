namespace Vi.Verification.FSharp

open Vi.Math
open Vi.Math.FSharp
open Vi.Math.FSharp.ModelLanguage
open Vi.Verification

/// Programs of the model language.
[<RequireQualifiedAccess>]
module ProgramVerdicts =

    let private kind name draw : VerdictKind =
        { Name = name; Model = "programs"; Algorithms = VerdictFits.blackBox; Draw = draw }

    /// A program against long chains of the no-U-turn sampler.
    let private sampled (program: Program<unit>) seed =
        let target = InferenceTarget.ofProgram program
        let evaluate = References.valuesAt target

        let references =
            lazy (References.ofChains target.Quantities.Names evaluate (References.byNoUTurn target seed))

        VerdictFits.density target references seed

    /// Standard errors of the effects that were measured in eight schools (Rubin 1981).
    let private schoolErrors = [| 15.0; 10.0; 16.0; 11.0; 9.0; 11.0; 10.0; 18.0 |]

    /// Effects of eight schools with a common mean of 4 and a spread of 5.
    let private eightSchools seed =
        let struct (z, _) = Rng.array 8 Rng.normal (Rng.ofSeed seed)
        let y = Array.map2 (fun z error -> 4.0 + sqrt (25.0 + error * error) * z) z schoolErrors
        sampled (PlainPrograms.eightSchools false (Vec.ofArray y) (Vec.ofArray schoolErrors)) seed

    let private volatility length seed =
        let struct (z, rng) = Rng.array length Rng.normal (Rng.ofSeed seed)
        let struct (e, _) = Rng.array length Rng.normal rng
        let phi, sigma = 0.95, 0.3
        let first = sigma / sqrt (1.0 - phi * phi) * z[0]
        let h = Array.scan (fun before z -> phi * before + sigma * z) first z[1..]

        sampled
            (VolatilityProgram.returns
                VolatilityProgram.defaultPrior
                (Vec.init length (fun t -> exp (0.5 * h[t]) * e[t])))
            seed

    /// Standard deviation of the noise, which is known, and of the intercept's and the slope's priors.
    let private lineNoise, private linePrior = 1.0, 10.0

    /// A line through points far from 0: intercept and slope correlate at -0.99999, so the posterior's condition is above 1e5. It is normal, and its
    /// moments are exact.
    let private farLine seed =
        let count = 50
        let struct (z, _) = Rng.array count Rng.normal (Rng.ofSeed seed)
        let x = Vec.init count (fun i -> 30.0 + 0.1 * float i / float count)
        let y = Vec.init count (fun i -> 1.0 + 2.0 * x[i] + lineNoise * z[i])

        let line =
            program {
                let! a = normal "a" 0.0 linePrior
                let! b = normal "b" 0.0 linePrior
                do! observe "y" (Distribution.normal (a + b * Expr.vector (x.ToArray())) lineNoise) y
            }

        let design = Mat.init count 2 (fun i j -> if j = 0 then 1.0 else x[i])
        let own i j = if i = j then 1.0 / (linePrior * linePrior) else 0.0

        let precision =
            let gram = Mat.multiply (Mat.transpose design) design

            Chol.factor
                "the posterior precision"
                (Mat.init 2 2 (fun i j -> gram[i, j] / (lineNoise * lineNoise) + own i j))

        let mean =
            Chol.solve precision (Vec.scale (1.0 / (lineNoise * lineNoise)) (Mat.multiplyVec (Mat.transpose design) y))

        let covariance = Chol.inverse precision

        let references =
            [| References.exact "a" mean[0] (sqrt covariance[0, 0])
               References.exact "b" mean[1] (sqrt covariance[1, 1]) |]

        VerdictFits.density (InferenceTarget.ofProgram line) (lazy references) seed

    /// All of them.
    let all: VerdictKind list =
        [ kind "eight schools, non-centred" eightSchools
          kind "a line far from 0" farLine
          kind "volatility of 60 returns" (volatility 60) ]
