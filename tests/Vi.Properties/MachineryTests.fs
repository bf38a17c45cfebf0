namespace Vi.Properties

open FsCheck
open FsCheck.FSharp
open Vi.Verification
open Vi.Verification.FSharp
open global.Xunit

/// The machinery of laws: failing, shrinking, repeating; and generators whose cases and shrunk cases are all valid.
type MachineryTests() =

    /// Broken for every number from 50 on.
    let below =
        Law.make
            { Name = "below 50"
              Statement = "below 50"
              Formula = ""
              Source = ""
              Covers = []
              Cases = 100
              Generator = Scalars.integer 0 1000
              Holds = fun n -> [ Compare.atMost "n" (float n) 49.0 0.5 ] }

    let broken =
        // An array is never short enough, whatever is in it: shrinking must empty all entries but the one it needs.
        Law.make
            { Name = "no entry above 1"
              Statement = "no entry above 1"
              Formula = ""
              Source = ""
              Covers = []
              Cases = 100
              Generator = Scalars.arrayOf 0 8 (Scalars.positive 1e-3 1e3)
              Holds = fun values -> [ Compare.atMost "largest" (Array.fold max 0.0 values) 1.0 0.0 ] }

    let counterexample (law: Law) = (law.Check 100 42UL).Counterexample.Value

    [<Fact>]
    member _.``A broken law gives the plainest counterexample``() =
        Assert.Equal("50", (counterexample below).Case)
        Assert.Equal("[|10.0|]", (counterexample broken).Case)

    [<Fact>]
    member _.``The same seed gives the same counterexample``() =
        Assert.Equal(counterexample broken, counterexample broken)
        Assert.Equal(42UL, (counterexample broken).Seed)

    [<Fact>]
    member _.``An exception breaks a law and is named``() =
        let law =
            Law.make
                { Name = "raises"
                  Statement = "raises"
                  Formula = ""
                  Source = ""
                  Covers = []
                  Cases = 100
                  Generator = Scalars.integer 0 9
                  Holds = fun _ -> failwith "on purpose" }

        Assert.Contains("on purpose", (counterexample law).Comparison.Quantity)

    [<Fact>]
    member _.``A law that compares nothing fails``() =
        let law =
            Law.make
                { Name = "nothing"
                  Statement = "nothing"
                  Formula = ""
                  Source = ""
                  Covers = []
                  Cases = 100
                  Generator = Scalars.integer 0 9
                  Holds = fun _ -> [] }

        Assert.False((law.Check 10 1UL).Passed)

    [<Fact>]
    member _.``Infinite errors and allowances do not pass``() =
        Assert.False((Compare.error "error" infinity 1.0).Holds)
        Assert.False((Compare.error "allowance" 1.0 infinity).Holds)
        Assert.False((Compare.close "infinities" infinity -infinity 1.0).Holds)
        Assert.True((Compare.close "equal infinities" infinity infinity 1.0).Holds)

    [<Fact>]
    member _.``A case of another type cannot be replayed``() =
        Assert.Throws<System.ArgumentException>(fun () -> below.Replay "fifty" |> ignore) |> ignore

    [<Fact>]
    member _.``Generated cases and everything they shrink to are valid``() =
        // Building the model and a start from each raises where a case is not valid.
        let valid name (subject: ConjugateSubject<'case, 'statistics, 'globals>) =
            Law.make
                { Name = name
                  Statement = name
                  Formula = ""
                  Source = ""
                  Covers = []
                  Cases = 100
                  Generator = subject.Cases
                  Holds =
                    fun case ->
                        [ for candidate in Seq.append [ case ] (subject.Cases.Shrinker case) do
                              let globals = ConjugateSubject.start subject candidate
                              let distance = (subject.Model candidate).Divergence globals globals
                              Compare.close "KL of a start from itself" 0.0 distance 1e-9 ] }

        for law in
            [ valid "mean" Models.gaussianMean
              valid "mean and precision" Models.gaussianMeanPrecision
              valid "regression" Models.linearRegression
              valid "relevance" Models.relevanceDetermination
              valid "mixture" MixtureKinds.gaussianMixture
              valid "tied" (MixtureKinds.subject MixtureKinds.cases MixtureKinds.stickBreaking MixtureKinds.tied)
              valid "diagonal" (MixtureKinds.subject MixtureKinds.cases MixtureKinds.dirichlet MixtureKinds.diagonal)
              valid
                  "one component"
                  (MixtureKinds.subject (Samples.mixture 0 12 3 1 1) MixtureKinds.dirichlet MixtureKinds.full) ] do
            let outcome = law.Check 20 42UL
            Assert.True(outcome.Passed, $"{law.Name}: {outcome.Counterexample}")

    [<Fact>]
    member _.``Positive definite matrices keep to their condition when shrunk``() =
        let cases = Matrices.positiveDefinite 5 1.0 1e6

        let law =
            Law.make
                { Name = "condition"
                  Statement = "condition"
                  Formula = ""
                  Source = ""
                  Covers = []
                  Cases = 100
                  Generator = cases
                  Holds =
                    fun matrix ->
                        [ for candidate in Seq.append [ matrix ] (cases.Shrinker matrix) do
                              // Leading blocks and diagonals of a positive definite matrix are no worse conditioned (Cauchy interlacing).
                              Compare.atMost "condition" (Matrices.condition candidate) 1e6 1e2 ] }

        let outcome = law.Check 200 42UL
        Assert.True(outcome.Passed, string outcome.Counterexample)
