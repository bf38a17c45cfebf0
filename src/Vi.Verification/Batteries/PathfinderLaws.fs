namespace Vi.Verification.FSharp

open System
open FsCheck.FSharp
open Vi.Math
open Vi.Math.FSharp
open Vi.Verification

/// Laws of Pathfinder's paths.
[<RequireQualifiedAccess>]
module PathfinderLaws =

    /// Paths that start at one of two modes or at both. The count is given, so that a wrong one can be tried.
    let modes (count: PathfinderResult -> int) : Law =
        Law.make
            { Name = "pathfinder: paths' ends are as many modes as the density has where they started"
              Statement =
                "Of an even mixture of two normals eight standard deviations apart, paths that start near one mode only show one, however many they are, and paths that start near both show two."
              Formula = @"\tfrac12\mathcal N(-4e_1,I)+\tfrac12\mathcal N(4e_1,I)"
              Source = "definition of a mode"
              Covers = [ "black-box"; "pathfinder" ]
              Cases = 25
              Generator =
                Scalars.three
                    (Scalars.integer 1 4)
                    (Scalars.integer 0 4)
                    (Scalars.both (Scalars.integer 1 3) Scalars.seed)
              Holds =
                fun (left, right, (d, seed)) ->
                    let density =
                        LogDensity.ofFunction d (fun x ->
                            let squares = x |> Array.skip 1 |> Array.sumBy (fun v -> v * v)
                            let terms = [| for centre in [ -4.0; 4.0 ] -> -0.5 * (x[0] - centre) ** 2.0 |]
                            let total = Special.logSumExp (ReadOnlySpan terms)
                            let pull = -exp(terms[0] - total) * (x[0] + 4.0) - exp (terms[1] - total) * (x[0] - 4.0)
                            struct (total - 0.5 * squares, Array.init d (fun i -> if i = 0 then pull else -x[i])))

                    let struct (noise, rng) = Rng.array ((left + right) * d) Rng.normal (Rng.ofSeed seed)

                    let starts =
                        Array.init (left + right) (fun path ->
                            Vec.init d (fun i ->
                                let centre =
                                    if i > 0 then 0.0
                                    elif path < left then -4.0
                                    else 4.0

                                centre + noise[path * d + i]))

                    let result =
                        Pathfinder.fromPoints { Pathfinder.defaults with Paths = starts.Length } density starts rng

                    [ Compare.close "paths" (float starts.Length) (float result.Paths.Length) 0.0
                      Compare.close "modes" (if right = 0 then 1.0 else 2.0) (float (count result)) 0.0 ] }

    let all: Law list = [ modes Pathfinder.modes ]
