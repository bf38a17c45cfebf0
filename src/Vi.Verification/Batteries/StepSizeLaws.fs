namespace Vi.Verification.FSharp

open FsCheck.FSharp
open Vi.Math
open Vi.Math.FSharp
open Vi.Verification

/// A chain, given so that a wrong one can be tried.
type internal ChainEngine = HamiltonianOptions -> LogDensity -> Vec voption -> Engine<ChainState, Draw, Vec>

/// The first step size of a Hamiltonian chain, and the one that it settles for.
[<RequireQualifiedAccess>]
module StepSizeLaws =

    let private hoffman = "Hoffman and Gelman 2014, algorithms 4 and 5, with Stan's 0.8 in the place of 1/2"

    /// Log of the acceptance probability that the first search crosses.
    let private crossing = log 0.8

    /// Log acceptance ratios of single leapfrog steps, each from a momentum drawn anew, in the textbook's coordinates: q with masses 1 / s^2,
    /// momenta p = z / s. With the size of the energies.
    let private gains (density: LogDensity) (scales: Vec) (position: Vec) (steps: float list) (rng: Rng) =
        let kinetic (p: Vec) = 0.5 * Vec.sum (Vec.map2 (fun p s -> (p * s) ** 2.0) p scales)
        let struct (value, slope) = LogDensity.at density position

        ((rng, []), steps)
        ||> List.fold (fun (rng, found) step ->
            let struct (z, rng) = HamiltonianChain.momentum position.Length rng
            let p = Vec.map2 (/) z scales
            let half = Vec.addScaled (0.5 * step) slope p
            let q = Vec.addScaled step (Vec.map2 (fun p s -> p * s * s) half scales) position
            let struct (reached, there) = LogDensity.at density q
            let after = Vec.addScaled (0.5 * step) there half
            let gain = reached - kinetic after - (value - kinetic p)
            let size = abs reached + kinetic after + abs value + kinetic p
            rng, (step, gain, size) :: found)
        |> snd
        |> List.rev

    let internal first (engine: ChainEngine) : Law =
        Law.make
            { Name = "step size: the first one is doubled or halved until its acceptance crosses 0.8"
              Statement =
                "Where a leapfrog step of the given size is accepted with more than 0.8 it is doubled until one is not, and else halved until one is, each from a momentum drawn anew: the size found lies on the other side, and all before it on the side of the first."
              Formula =
                @"\epsilon_n=2^{\pm n}\epsilon_0,\quad a(\epsilon_0),\dots,a(\epsilon_{n-1})\gtrless0.8\gtrless a(\epsilon_n)"
              Source = hoffman
              Covers = [ "nuts"; "hmc"; "sampling" ]
              Cases = 100
              Generator =
                Scalars.three
                    (Scalars.arrayOf 1 4 (Scalars.positive 1e-2 1e2))
                    (Scalars.both (Scalars.positive 1e-4 1e4) (Scalars.positive 0.1 10.0))
                    Scalars.seed
              Holds =
                fun (sds, (start, scale), seed) ->
                    let d = sds.Length
                    let density = Densities.independentNormal (Array.zeroCreate d) sds
                    let scales = Vec.constant d scale
                    let position = Vec.ofArray (Array.map (fun sd -> 0.5 * sd) sds)
                    let rng = Rng.ofSeed seed

                    let options =
                        { HamiltonianChain.noUTurn with StepSize = start; Metric = ValueSome(Diagonal scales) }

                    let state = (engine options density (ValueSome position)).Init rng
                    let doublings = int (round (log (state.StepSize / start) / log 2.0))
                    let tried = List.init (1 + abs doublings) (fun j -> start * 2.0 ** float (j * sign doublings))
                    let found = gains density scales position tried rng

                    [ Compare.close "a power of two" (List.last tried) state.StepSize 0.0
                      Compare.holds "at least one step away" (doublings <> 0)
                      for j, (step, gain, size) in List.indexed found do
                          let above = (doublings > 0) = (j < abs doublings)
                          let short = if above then crossing - gain else gain - crossing
                          Compare.atMost $"{step}: short of its side" short 0.0 (Tolerances.rounding 64 size) ] }

    /// Dual averaging written out: the sizes that it tries after rates of acceptance, and the average that it settles for.
    let private averaged (target: float) (start: float) (rates: float list) : struct (float list * float) =
        let center = log (10.0 * start)
        let mutable shortfall = 0.0
        let mutable average = 0.0

        let tried =
            [ for t, rate in List.indexed rates do
                  let t = float (t + 1)
                  shortfall <- shortfall + (target - rate - shortfall) / (t + 10.0)
                  let logStep = center - sqrt t / 0.05 * shortfall
                  average <- average + t ** -0.75 * (logStep - average)
                  exp logStep ]

        struct (start :: tried, exp average)

    let internal settled (engine: ChainEngine) : Law =
        Law.make
            { Name = "step size: after warm-up a chain steps by the average of its last search"
              Statement =
                "From the last metric on, each draw of warm-up is made with the size that dual averaging of the rates so far tries next; all draws after warm-up are made with the average of these sizes' logarithms that it has then."
              Formula =
                @"\log\bar\epsilon_t=t^{-0.75}\log\epsilon_t+(1-t^{-0.75})\log\bar\epsilon_{t-1},\quad\epsilon=\bar\epsilon_T"
              Source = hoffman
              Covers = [ "nuts"; "hmc"; "sampling" ]
              Cases = 20
              Generator = Scalars.three (Scalars.integer 1 200) (Scalars.integer 0 8) Scalars.seed
              Holds =
                fun (warmUp, tenth, seed) ->
                    let target = 0.5 + 0.05 * float tenth
                    let density = Densities.independentNormal [| 1.0; -2.0 |] [| 0.5; 3.0 |]

                    let options = { HamiltonianChain.noUTurn with WarmUp = warmUp; TargetAcceptance = target }

                    let chain = engine options density ValueNone
                    let start = chain.Init(Rng.ofSeed seed)

                    let steps =
                        Array.unfold
                            (fun (state: ChainState) ->
                                if state.Drawn = warmUp + 5 then
                                    None
                                else
                                    let struct (next, draw) = chain.Step state
                                    Some((state, draw, next), next))
                            start

                    let struct (_, ends) = WarmUp.windows warmUp
                    let last = if ends.IsEmpty then 0 else List.last ends
                    let draws = steps |> Array.map (fun (_, draw, _) -> draw)
                    let searched = draws[last .. warmUp - 1]
                    let rates = searched |> Array.map _.AcceptanceRate |> List.ofArray
                    let from = if last = 0 then start else (let _, _, next = steps[last - 1] in next)
                    let struct (tried, average) = averaged target from.StepSize rates
                    let allowed = Tolerances.rounding (16 * warmUp)

                    [ Compare.holds "the last search has draws" (searched.Length > 0)
                      for draw, size in Seq.zip searched tried do
                          Compare.close "size tried" size draw.StepSize (allowed size)
                      for draw in draws[warmUp..] do
                          Compare.close "size settled for" average draw.StepSize (allowed average)
                          Compare.holds "a draw that counts" (not draw.IsWarmUp) ] }

    let all: Law list = [ first HamiltonianChain.engine; settled HamiltonianChain.engine ]
