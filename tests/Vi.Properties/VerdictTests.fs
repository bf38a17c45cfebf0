namespace Vi.Properties

open Vi.Math
open Vi.Math.FSharp
open Vi.Verification
open Vi.Verification.FSharp
open Xunit

/// The study of verdicts: small data sets, and fits that are known to be wrong.
type VerdictTests() =

    let kindOf (name: string) = VerdictKinds.all |> List.find (fun kind -> kind.Name = name)

    let reliable = Judgement.Of [ Check.strict 1.0 CheckId.FoundPaths 1.0 ]

    /// A fit of one number of a standard normal posterior, known by chains with an R-hat and errors.
    let fit (mean: float, sd: float) (rHat: float, error: float) : VerdictKind =
        let reference = { References.exact "x" 0.0 1.0 with MeanError = error; LogSdError = error; RHat = rHat }

        let number = { Mean = mean; Sd = sd; MeanError = 0.0; LogSdError = 0.0; Reference = reference }

        { Name = "a number"
          Model = "densities"
          Algorithms = [ "stated" ]
          Draw = fun _ _ -> { Judgement = reliable; Numbers = [| number |] } }

    let row kind = (Verdicts.rows kind [ "stated" ] 1UL 0)[0]

    [<Theory>]
    [<InlineData(0.0, 1.0, true, false)>]
    [<InlineData(0.09, 0.92, true, false)>]
    [<InlineData(0.11, 1.0, false, false)>]
    [<InlineData(0.0, 1.2, false, false)>]
    [<InlineData(0.51, 1.0, false, true)>]
    [<InlineData(-0.51, 1.0, false, true)>]
    [<InlineData(0.0, 1.31, false, true)>]
    [<InlineData(0.0, 0.76, false, true)>]
    [<InlineData(System.Double.NaN, 1.0, false, true)>]
    [<InlineData(0.0, 0.0, false, true)>]
    member _.``errors are measured in posterior standard deviations``(mean: float, sd, isRight: bool, isWrong: bool) =
        let row = row (fit (mean, sd) (1.0, 0.0))
        Assert.Equal((isRight, isWrong), (row.IsRight, row.IsWrong))

    [<Fact>]
    member _.``Monte Carlo errors of the reference are taken off, and references that fail their own checks are counted apart``
        ()
        =
        let near = row (fit (0.05, 1.0) (1.0, 0.04))
        Assert.Equal(0.03, near.MeanError, 12)

        for unknown in [ fit (2.0, 1.0) (1.03, 0.01); fit (2.0, 1.0) (1.0, 0.06) ] do
            let row = row unknown
            Assert.False(row.HasReference || row.IsWrong || row.IsRight)
            Assert.Equal(1, (Verdicts.count "all" [ row ]).WithoutReference)

    [<Fact>]
    member _.``standard deviations of heavy tails are not known``() =
        let moments (draw: Rng -> struct (float * Rng)) =
            let chain c =
                let struct (x, _) = Rng.array 2000 draw (Rng.ofSeed (uint64 c))
                x |> Array.map (fun x -> Vec.ofArray [| x |])

            (References.ofChains [| "x" |] id (Array.init 4 chain))[0]

        let cauchy rng =
            let struct (u, rng) = Rng.openUniform rng
            struct (tan (System.Math.PI * (u - 0.5)), rng)

        Assert.True(VerdictFits.isKnown (moments Rng.normal))
        Assert.True(VerdictFits.isKnown (moments Rng.exponential))
        Assert.InRange((moments cauchy).TailShape, 0.8, 1.2)
        Assert.False(VerdictFits.isKnown { moments cauchy with LogSdError = 0.0; MeanError = 0.0 })

    [<Fact>]
    member _.``a fit that fails is counted as failed``() =
        let kind = { fit (0.0, 1.0) (1.0, 0.0) with Draw = fun _ _ -> invalidOp "no fit" }
        let row = row kind
        Assert.Equal("InvalidOperationException: no fit", row.Failure)
        Assert.Equal(1, (Verdicts.count "all" [ row ]).Failed)

    [<Fact>]
    member _.``promises are judged by exact binomial probabilities``() =
        let struct (lower, upper) = Proportions.interval 0.95 0 10
        Assert.Equal(0.0, lower)
        // 1 - 0.025^(1/10), and its mirror image.
        Assert.Equal(1.0 - 0.025 ** 0.1, upper, 12)
        let struct (mirrored, _) = Proportions.interval 0.95 10 10
        Assert.Equal(0.025 ** 0.1, mirrored, 12)
        Assert.Equal(1.0 - 0.98 ** 50.0, Proportions.atLeast 1 50 0.02, 12)
        Assert.Equal(0.4 ** 5.0, Proportions.atMost 0 5 0.6, 12)
        Assert.Equal((1.0, 1.0), (Proportions.atLeast 0 0 0.02, Proportions.atMost 0 0 0.6))

        let rows count kind = List.init count (fun _ -> row kind)
        let right, wrong = fit (0.0, 1.0) (1.0, 0.0), fit (1.0, 1.0) (1.0, 0.0)
        let broken = Verdicts.count "all" (rows 20 right @ rows 4 wrong)
        let kept = Verdicts.count "all" (rows 20 right @ rows 1 wrong)
        Assert.False((Verdicts.reliablesAreRight broken).Holds)
        Assert.True((Verdicts.reliablesAreRight kept).Holds)
        Assert.True((Verdicts.rightsAreReliable kept).Holds)

    /// Kinds that a fit gets exactly right, and a mean that no sampler or fit can miss.
    [<Theory>]
    [<InlineData("mean of 40 rows", "cavi")>]
    [<InlineData("mean and precision of 40 rows", "gibbs")>]
    [<InlineData("a line far from 0", "laplace")>]
    member _.``right fits are called reliable``(name: string, algorithm: string) =
        let rows = Array.init 2 (fun number -> (Verdicts.rows (kindOf name) [ algorithm ] 42UL number)[0])
        Assert.All(rows, (fun row -> Assert.True(row.IsRight && row.Level = Reliable, $"{row}")))
        Assert.NotEqual(rows[0].Seed, rows[1].Seed)
        Assert.Equal<VerdictRow>(rows[0], (Verdicts.rows (kindOf name) [ algorithm ] 42UL 0)[0])

    [<Fact>]
    member _.``factors that explain each other away are not called reliable``() =
        let row = (Verdicts.rows (kindOf "one factor, few rows") [ VerdictFits.cavi ] 42UL 0)[0]
        Assert.True(row.IsWrong && row.Level <> Reliable, $"{row}")

    [<Fact>]
    member _.``kinds have names of their own, and algorithms``() =
        Assert.Equal(VerdictKinds.all.Length, (VerdictKinds.all |> List.distinctBy _.Name).Length)
        Assert.All(VerdictKinds.all, (fun kind -> Assert.NotEmpty kind.Algorithms))
