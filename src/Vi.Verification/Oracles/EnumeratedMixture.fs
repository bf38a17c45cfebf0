namespace Vi.Verification.FSharp

open System
open Vi.Math
open Vi.Math.FSharp

/// The exact evidence of a mixture on tiny data: the sum over all K^N assignments of rows to components.
[<RequireQualifiedAccess>]
module EnumeratedMixture =

    /// All assignments of n rows to k components.
    let rec private assignments n k =
        if n = 0 then
            Seq.singleton []
        else
            seq {
                for rest in assignments (n - 1) k do
                    for k' in 0 .. k - 1 do
                        k' :: rest
            }

    /// log p(z) with the weights integrated out: Dirichlet-multinomial, by Polya's urn one row after the other.
    let logAssignment (concentration: Vec) (z: int list) =
        let counts = concentration.ToArray()
        let mutable total = Array.sum counts
        let mutable value = 0.0

        for k in z do
            value <- value + log (counts[k] / total)
            counts[k] <- counts[k] + 1.0
            total <- total + 1.0

        value

    /// The same for stick-breaking: at each stick a row stops or goes on, and the stick remembers how often each happened.
    let logAssignmentOfSticks (weights: StickBreaking) (z: int list) =
        let stops = weights.Sticks |> Array.map (fun stick -> stick.Alpha)
        let passes = weights.Sticks |> Array.map (fun stick -> stick.Beta)
        let mutable value = 0.0

        for k in z do
            for j in 0 .. (min k (stops.Length - 1)) do
                let total = stops[j] + passes[j]

                if j = k then
                    value <- value + log (stops[j] / total)
                    stops[j] <- stops[j] + 1.0
                else
                    value <- value + log (passes[j] / total)
                    passes[j] <- passes[j] + 1.0

        value

    /// Every assignment with its rows by component and log p(z) + log p(X | z), from log p(z) and log p(X | z) of the rows by component.
    let private joint
        k
        (logAssignment: int list -> float)
        (logEvidenceOfGroups: float[][][] -> float)
        (rows: float[][])
        : struct (int list * float[][][] * float)[] =
        assignments rows.Length k
        |> Seq.map (fun z ->
            let pairs = List.zip z (List.ofArray rows)

            let groups =
                Array.init k (fun k' -> pairs |> List.filter (fun (c, _) -> c = k') |> List.map snd |> List.toArray)

            struct (z, groups, logAssignment z + logEvidenceOfGroups groups))
        |> Seq.toArray

    let private logSum (terms: struct (int list * float[][][] * float)[]) =
        let values = terms |> Array.map (fun (struct (_, _, value)) -> value)
        let top = Array.max values
        top + log (values |> Array.sumBy (fun value -> exp (value - top)))

    /// log p(X) = log sum_z p(z) p(X | z), K^N terms: N log K must be small.
    let logEvidence k logAssignment logEvidenceOfGroups rows = joint k logAssignment logEvidenceOfGroups rows |> logSum

    /// KL(q(z) q(theta) || p(z, theta | X)) for independent q(z_n) with these responsibilities: over all assignments, log q(z) - log p(z | X)
    /// plus the given KL(q(theta) || p(theta | z, X)), on average over q(z).
    let divergence
        k
        logAssignment
        logEvidenceOfGroups
        (responsibilities: float[][])
        (divergenceGiven: float[][][] -> float)
        rows
        =
        let terms = joint k logAssignment logEvidenceOfGroups rows
        let evidence = logSum terms

        terms
        |> Array.sumBy (fun (struct (z, groups, value)) ->
            match z |> List.mapi (fun n k -> log (responsibilities[n][k])) |> List.sum with
            | logQ when Double.IsNegativeInfinity logQ -> 0.0
            | logQ -> exp logQ * (logQ - (value - evidence) + divergenceGiven groups))
