namespace Vi.Math.FSharp

open System.Collections.Concurrent
open Vi.Math

/// Evaluators that are made when needed and used again: making one may cost more than many evaluations, and two threads must not share
/// one. The pool is scratch memory, on which no answer depends.
[<Sealed>]
type internal EvaluatorPool<'evaluator>(create: unit -> 'evaluator) =
    let idle = ConcurrentBag<'evaluator>()

    /// Runs f with an evaluator of its own.
    member _.Use(f: 'evaluator -> 'answer) : 'answer =
        let evaluator =
            match idle.TryTake() with
            | true, found -> found
            | _ -> create ()

        let answer = f evaluator
        idle.Add evaluator
        answer
