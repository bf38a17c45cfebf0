namespace Vi.Verification.FSharp

open Vi.Math
open Vi.Math.FSharp

/// Hidden Markov chains by brute force: sums over all S^T paths. T log S must be small.
[<RequireQualifiedAccess>]
module EnumeratedPaths =

    /// All paths of a length.
    let rec all length states : int list seq =
        if length = 0 then
            Seq.singleton []
        else
            seq {
                for rest in all (length - 1) states do
                    for state in 0 .. states - 1 do
                        state :: rest
            }

    let private logSum (terms: float[]) =
        let top = Array.max terms
        top + log (terms |> Array.sumBy (fun term -> exp (term - top)))

    /// log p(path) with initial and transition probabilities integrated out, by Polya's urns one step after the other.
    let private logPath (prior: RegimeSwitchingPrior) (path: int[]) =
        let initial = prior.Initial.Concentration.ToArray()
        let urns = prior.Transitions |> Array.map (fun row -> row.Concentration.ToArray())
        let mutable value = log (initial[path[0]] / Array.sum initial)

        for t in 1 .. path.Length - 1 do
            let urn = urns[path[t - 1]]
            value <- value + log (urn[path[t]] / Array.sum urn)
            urn[path[t]] <- urn[path[t]] + 1.0

        value

    /// log p(path) + log p(X | path), the states' means and precisions integrated out.
    let private logJoint (prior: RegimeSwitchingPrior) (rows: float[][]) (path: int[]) =
        logPath prior path
        + Seq.sumBy
            (fun k ->
                let mine = Array.zip path rows |> Array.filter (fun (z, _) -> z = k) |> Array.map snd
                if mine.Length = 0 then 0.0 else Evidence.normalWishart prior.State mine)
            (seq { 0 .. prior.Initial.Concentration.Length - 1 })

    /// log p(X) = log sum over paths of p(path) prod_k p(rows of state k).
    let logEvidence (prior: RegimeSwitchingPrior) (rows: float[][]) =
        if rows.Length = 0 then
            0.0
        else
            all rows.Length prior.Initial.Concentration.Length
            |> Seq.map (List.toArray >> logJoint prior rows)
            |> Seq.toArray
            |> logSum

    /// What each path adds up to under fixed factors: expected log initial, transition and row densities.
    let potentials (q: RegimeSwitchingPosterior) (rows: float[][]) : (int[] * float)[] =
        let initial = Dirichlet.expectedLog q.Initial
        let transitions = q.Transitions |> Array.map Dirichlet.expectedLog

        let densities =
            rows
            |> Array.map (fun row ->
                q.States
                |> Array.map (fun state ->
                    0.5
                    * (NormalWishart.expectedLogDeterminant state
                       - float row.Length * Special.logTwoPi
                       - NormalWishart.expectedQuadratic state (Vec.ofArray row))))

        all rows.Length q.States.Length
        |> Seq.map (fun path ->
            let path = List.toArray path

            let steps = path |> Array.pairwise |> Array.sumBy (fun (i, j) -> transitions[i][j])

            path, initial[path[0]] + steps + Array.sum (Array.map2 (fun (d: float[]) z -> d[z]) densities path))
        |> Seq.toArray

    /// What all paths together say of a chain of at least one row: probabilities of the states at each row (T x S), expected steps
    /// (S x S), entropy and log normaliser.
    let smooth (q: RegimeSwitchingPosterior) (rows: float[][]) : struct (float[][] * float[,] * float * float) =
        let states = q.States.Length
        let paths = potentials q rows
        let logNormalizer = paths |> Array.map snd |> logSum
        let weighted = paths |> Array.map (fun (path, value) -> path, exp (value - logNormalizer))

        let marginals =
            Array.init rows.Length (fun t ->
                Array.init states (fun k -> weighted |> Array.sumBy (fun (path, p) -> if path[t] = k then p else 0.0)))

        let steps =
            Array2D.init states states (fun i j ->
                weighted
                |> Array.sumBy (fun (path, p) ->
                    p * float (path |> Array.pairwise |> Array.filter ((=) (i, j)) |> Array.length)))

        struct (marginals, steps, -(weighted |> Array.sumBy (fun (_, p) -> Special.xlogx p)), logNormalizer)

    /// KL(q(path) q(theta) || p(path, theta | X)) with q(path) optimal for q(theta): over all paths, log q(path) - log p(path | X) plus the
    /// given KL(q(theta) || p(theta | path, X)), on average over q(path).
    let divergence (prior: RegimeSwitchingPrior) q (rows: float[][]) (divergenceGiven: int[] -> float) =
        if rows.Length = 0 then
            divergenceGiven [||]
        else
            let paths = potentials q rows
            let logNormalizer = paths |> Array.map snd |> logSum
            let evidence = logEvidence prior rows

            paths
            |> Array.sumBy (fun (path, value) ->
                let logQ = value - logNormalizer
                exp logQ * (logQ - (logJoint prior rows path - evidence) + divergenceGiven path))
