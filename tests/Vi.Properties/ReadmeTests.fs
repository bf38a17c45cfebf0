namespace Vi.Properties

open System.IO
open Vi.Math
open Vi.Math.FSharp
open Vi.Math.FSharp.ModelLanguage
open Xunit

/// The README's code in F#, compiled and run here.
type ReadmeTests() =

    let rec repository folder =
        if File.Exists(Path.Combine(folder, "Vi.Hybrid.sln")) then
            folder
        else
            repository (Path.GetDirectoryName folder |> Unchecked.nonNull)

    let lines (text: string) =
        text.Split '\n' |> Array.map (fun line -> line.Trim()) |> Array.filter (fun line -> line <> "")

    [<Fact>]
    member _.``A mixture by coordinate ascent``() =
        let table = [ for i in 0..99 -> [| float (i % 7); float (i % 5) + 8.0 * float (i % 2) |] ]
        let rows = Rows.ofSeq table
        let prior = GaussianMixture.defaultPrior 6 1.0 (Moments.ofRows rows)
        let engine = Cavi.engine rows (GaussianMixture.model prior) (GaussianMixture.start prior rows)
        let last = Run.last engine (Cavi.stopRule 1e-9 1000) (Rng.ofSeed 42UL)
        Assert.True last.Outcome.IsSome

    [<Fact>]
    member _.``A model of one's own``() =
        let effects = [| 28.0; 8.0; -3.0; 7.0; -1.0; 1.0; 18.0; 12.0 |]
        let standardErrors = [| 15.0; 10.0; 16.0; 11.0; 9.0; 11.0; 10.0; 18.0 |]

        let schools =
            program {
                let! mu = normal "mu" 0.0 5.0
                let! tau = halfCauchy "tau" 5.0
                let! theta = normalVector "theta" 8 mu tau
                do! observe "y" (Distribution.normal theta standardErrors) effects
            }

        let advi = AdviInference.create AdviInference.defaults
        let fit = Inference.run advi (InferenceTarget.ofProgram schools) 42UL
        printfn "%A" fit.Judgement
        Assert.NotEqual(Reliable, fit.Judgement.Level)

    [<Fact>]
    member _.``The examples are those in the README``() =
        let root = repository System.AppContext.BaseDirectory
        let readme = File.ReadAllText(Path.Combine(root, "README.md"))

        let source =
            lines (File.ReadAllText(Path.Combine(root, "tests", "Vi.Properties", "ReadmeTests.fs")))
            |> Set.ofArray

        let blocks =
            readme.Split "```fsharp\n"
            |> Array.skip 1
            |> Array.map (fun rest -> lines (rest.Substring(0, rest.IndexOf "```")))

        Assert.Equal(2, blocks.Length)

        for line in Array.concat blocks do
            Assert.Contains(line, source)
