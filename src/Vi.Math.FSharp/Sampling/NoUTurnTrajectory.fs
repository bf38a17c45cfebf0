namespace Vi.Math.FSharp

open System
open Vi.Kernels
open Vi.Math

/// A binary tree of neighbouring points: places of its two outer momenta and of the sum of all its momenta.
[<Struct>]
type private Tree = { First: int; Last: int; Sum: int }

/// One end of a trajectory.
[<Sealed>]
type private End(dimension: int) =
    member val Position: float[] = Array.zeroCreate dimension
    member val Slope: float[] = Array.zeroCreate dimension

/// A point that may become the draw.
[<Sealed>]
type private Candidate(dimension: int) =
    member val Position: float[] = Array.zeroCreate dimension
    member val Slope: float[] = Array.zeroCreate dimension
    member val LogDensity = 0.0 with get, set
    member val Energy = 0.0 with get, set

/// The workspace in which trajectories of the no-U-turn sampler are made: multinomial weights, biased progressive sampling between doublings and
/// the generalised criterion with checks across subtrees (Hoffman and Gelman 2014; Betancourt 2017, appendix A). One thread at a time; nothing
/// is allocated per leapfrog step.
[<Sealed>]
type internal NoUTurnTrajectory(integrator: Integrator) =

    let dimension = integrator.Dimension
    let backward = End dimension
    let forward = End dimension
    // Momenta and sums of momenta, by place; places that are not in use are on a stack.
    let momenta = ResizeArray<float[]>()
    let unused = System.Collections.Generic.Stack<int>()

    // The draw among the points so far, and the one among the points of the newest subtree.
    let mutable selected = Candidate dimension
    let mutable candidate = Candidate dimension

    // Of the transition under way.
    let mutable rng = Unchecked.defaultof<Rng>
    let mutable initialEnergy = 0.0
    let mutable step = 0.0
    let mutable leapfrogs = 0
    let mutable acceptance = 0.0
    let mutable divergence = ValueNone
    // Of the subtree under way: the end that it grows from, that end's momentum, and the log of its points' total weight.
    let mutable growing = forward
    let mutable outermost = 0
    let mutable subtreeWeight = 0.0

    let rent () =
        if unused.Count = 0 then
            momenta.Add(Array.zeroCreate dimension)
            momenta.Count - 1
        else
            unused.Pop()

    let uniform () =
        let struct (value, next) = Rng.uniform rng
        rng <- next
        value

    /// Joins neighbours of one size, the second grown from the first's last point. False where the whole turns back.
    let join (a: Tree) (b: Tree) (joined: byref<Tree>) =
        if a.Sum = a.First then
            let sum = rent ()
            joined <- { First = a.First; Last = b.Last; Sum = sum }
            HamiltonianKernel.JoinPoints(momenta[a.First], momenta[b.Last], momenta[sum])
        else
            joined <- { First = a.First; Last = b.Last; Sum = a.Sum }

            let goesOn =
                HamiltonianKernel.JoinTrees(
                    momenta[a.Sum],
                    momenta[a.First],
                    momenta[a.Last],
                    momenta[b.Sum],
                    momenta[b.First],
                    momenta[b.Last]
                )

            unused.Push a.Last
            unused.Push b.First
            unused.Push b.Sum
            goesOn

    /// One leapfrog step; false where it diverges. A point is kept with the probability of its share in the subtree's weight so far, so in the
    /// end each with its share in the whole (Chao 1982).
    let grow (point: byref<Tree>) =
        let target = rent ()

        let struct (value, kinetic) =
            integrator.Step(step, growing.Position, growing.Slope, momenta[outermost], momenta[target])

        let energy = Transition.energy value kinetic
        let weight = initialEnergy - energy
        leapfrogs <- leapfrogs + 1
        acceptance <- acceptance + min 1.0 (exp weight)

        if not (weight >= -Transition.divergenceLimit) then
            divergence <- ValueSome(integrator.Origin(step, value, growing.Position, growing.Slope, momenta[target]))

            false
        else
            subtreeWeight <- Transition.logAdd subtreeWeight weight

            if log (uniform ()) < weight - subtreeWeight then
                Array.blit growing.Position 0 candidate.Position 0 dimension
                Array.blit growing.Slope 0 candidate.Slope 0 dimension
                candidate.LogDensity <- value
                candidate.Energy <- energy

            outermost <- target
            point <- { First = target; Last = target; Sum = target }
            true

    /// A subtree of 2^depth points; false where it diverges or turns back on itself.
    let rec build (depth: int) (tree: byref<Tree>) : bool =
        if depth = 0 then
            grow &tree
        else
            let mutable first = Unchecked.defaultof<Tree>
            let mutable last = Unchecked.defaultof<Tree>
            build (depth - 1) &first && build (depth - 1) &last && join first last &tree

    /// One transition from a position (D) with its slope and log density.
    member _.Run
        (position: Vec, slope: Vec, logDensity: float, stepSize: float, maxDepth: int, isWarmUp: bool, start: Rng)
        : Landing =
        unused.Clear()

        for place in momenta.Count - 1 .. -1 .. 0 do
            unused.Push place

        let initial = rent ()
        rng <- Rng.fillNormal (momenta[initial].AsSpan()) start
        let kinetic = 0.5 * LinearAlgebra.Dot(momenta[initial], momenta[initial])
        initialEnergy <- Transition.energy logDensity kinetic
        leapfrogs <- 0
        acceptance <- 0.0
        divergence <- ValueNone

        for place in [| backward; forward |] do
            position.AsSpan().CopyTo place.Position
            slope.AsSpan().CopyTo place.Slope

        position.AsSpan().CopyTo selected.Position
        slope.AsSpan().CopyTo selected.Slope
        selected.LogDensity <- logDensity
        selected.Energy <- initialEnergy

        // From the backward end to the forward end.
        let mutable tree = { First = initial; Last = initial; Sum = initial }
        let mutable weight = 0.0
        let mutable depth = 0
        let mutable goesOn = true

        while goesOn && depth < maxDepth do
            let struct (bits, next) = Rng.bits rng
            rng <- next
            let isForward = int64 bits < 0L
            growing <- if isForward then forward else backward
            outermost <- if isForward then tree.Last else tree.First
            step <- if isForward then stepSize else -stepSize
            subtreeWeight <- Double.NegativeInfinity
            let mutable subtree = Unchecked.defaultof<Tree>

            if build depth &subtree then
                depth <- depth + 1

                // Biased progressive sampling: the newer half is preferred.
                if log (uniform ()) < subtreeWeight - weight then
                    let kept = selected
                    selected <- candidate
                    candidate <- kept

                weight <- Transition.logAdd weight subtreeWeight
                let mutable joined = Unchecked.defaultof<Tree>

                if isForward then
                    goesOn <- join tree subtree &joined
                    tree <- joined
                else
                    goesOn <- join { First = tree.Last; Last = tree.First; Sum = tree.Sum } subtree &joined
                    tree <- { First = joined.Last; Last = joined.First; Sum = joined.Sum }
            else
                goesOn <- false

        { Draw =
            { Position = Vec.ofArray selected.Position
              LogDensity = selected.LogDensity
              Energy = selected.Energy
              AcceptanceRate = acceptance / float leapfrogs
              StepSize = stepSize
              TreeDepth = depth
              LeapfrogSteps = leapfrogs
              Divergence = divergence
              IsWarmUp = isWarmUp }
          Slope = Vec.ofArray selected.Slope
          Rng = rng }
