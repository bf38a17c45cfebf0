namespace Vi.Samples.FSharp

open System.IO
open FsCheck.FSharp
open Vi.Kernels
open Vi.Math
open Vi.Math.FSharp
open Vi.Verification
open Vi.Verification.FSharp

/// Counts with a gamma prior of their rate: x_i ~ Poisson(lambda), lambda ~ Gamma(a, b).
type CountCase = { Prior: Gamma; Counts: float[]; Seed: uint64 }

/// Number of rows, sum of counts, sum of log x!.
type CountStatistics = { Rows: float; Sum: float; LogFactorials: float }

/// The model, as the project writes its own: prior, statistics, update, the whole bound.
[<RequireQualifiedAccess>]
module Counts =

    let zero = { Rows = 0.0; Sum = 0.0; LogFactorials = 0.0 }

    let combine a b = { Rows = a.Rows + b.Rows; Sum = a.Sum + b.Sum; LogFactorials = a.LogFactorials + b.LogFactorials }

    let ofBlock (block: Block) =
        (zero, seq { 0 .. block.Rows - 1 })
        ||> Seq.fold (fun sum i ->
            let x = block[i, 0]
            combine sum { Rows = 1.0; Sum = x; LogFactorials = Special.logGamma (x + 1.0) })

    let update (prior: Gamma) (data: CountStatistics) (_: Gamma) : Gamma =
        { Shape = prior.Shape + data.Sum; Rate = prior.Rate + data.Rows }

    let elbo (prior: Gamma) (data: CountStatistics) (q: Gamma) =
        Elbo.ofTerms
            [ "E[log p(x | lambda)]", data.Sum * Gamma.expectedLog q - data.Rows * Gamma.mean q - data.LogFactorials
              "E[log p(lambda)]", Gamma.expectedLogDensity q prior
              "H[q(lambda)]", Gamma.entropy q ]

    let model update (prior: Gamma) : ConjugateModel<Block, CountStatistics, Gamma> =
        { Name = "counts"
          Monoid = { Zero = zero; Combine = combine }
          Data = Fixed ofBlock
          Updates = [ { Factor = "q(lambda)"; Update = update prior } ]
          Elbo = elbo prior
          Divergence = Gamma.klDivergence
          Coordinates = FactorCoordinates.gamma
          Prior = prior }

    /// log p(x), one prediction (negative binomial) after the other.
    let logEvidence (case: CountCase) =
        let step (struct (total, q: Gamma)) x =
            let share = q.Rate / (q.Rate + 1.0)

            let prediction =
                Special.logGamma (q.Shape + x) - Special.logGamma q.Shape - Special.logGamma (x + 1.0)
                + q.Shape * log share
                + x * log (1.0 - share)

            struct (total + prediction, { Shape = q.Shape + x; Rate = q.Rate + 1.0 })

        let struct (total, _) = Array.fold step (struct (0.0, case.Prior)) case.Counts
        total

    let private cases =
        let generate =
            gen {
                let! shape = Gen.choose (1, 50)
                let! rate = Gen.choose (1, 50)
                let! counts = Gen.choose (0, 20) |> Gen.listOf |> Gen.resize 12
                let! seed = Gen.choose64 (0L, System.Int64.MaxValue)

                return
                    { Prior = Gamma.create (0.1 * float shape) (0.1 * float rate)
                      Counts = counts |> List.map float |> List.toArray
                      Seed = uint64 seed }
            }

        let plainer case = Seq.init case.Counts.Length (fun i -> { case with Counts = Array.removeAt i case.Counts })

        Arb.fromGenShrink (generate, plainer)

    /// All that the battery of conjugate laws needs to know.
    let subject update : ConjugateSubject<CountCase, CountStatistics, Gamma> =
        { Name = "counts"
          Cases = cases
          Rows = fun case -> case.Counts |> Array.map Array.singleton
          Columns = fun _ -> 1
          Empty = fun case -> { case with Counts = [||] }
          Seed = fun case -> case.Seed
          Model = fun case -> model update case.Prior
          Factors = fun _ -> [ FactorLens.one "q(lambda)" Gamma.family id (fun _ q -> q) ]
          Evidence = Some logEvidence
          Gap = None
          Exact = true
          PriorFactorises = true
          Symmetries = [] }

/// Runs the battery on the model, and on a model with a wrong update, which it must reject.
[<RequireQualifiedAccess>]
module Program =

    /// The posterior's rate counts the sum where it must count the rows.
    let wrongUpdate (prior: Gamma) (data: CountStatistics) (_: Gamma) : Gamma =
        { Shape = prior.Shape + data.Sum; Rate = prior.Rate + data.Sum }

    /// How many laws break; each is told to the output.
    let check (output: TextWriter) update =
        ConjugateLaws.battery (Counts.subject update)
        |> List.sumBy (fun law ->
            let outcome = law.Check law.DefaultCases 42UL

            match outcome.Counterexample with
            | None ->
                output.WriteLine $"holds on {outcome.Cases} cases: {law.Name}"
                0
            | Some found ->
                output.WriteLine $"BROKEN: {law.Name}\n{found}"
                1)

    [<EntryPoint>]
    let main _ =
        let broken = check System.Console.Out Counts.update
        System.Console.WriteLine "With a wrong update:"
        let rejected = check System.Console.Out wrongUpdate
        if broken = 0 && rejected > 0 then 0 else 1
