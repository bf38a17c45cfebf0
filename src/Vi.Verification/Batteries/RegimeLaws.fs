namespace Vi.Verification.FSharp

open System
open FsCheck.FSharp
open Vi.Kernels
open Vi.Math
open Vi.Math.FSharp
open Vi.Verification

/// What only a hidden Markov chain can be asked.
[<RequireQualifiedAccess>]
module RegimeLaws =

    type private Subject = ConjugateSubject<RegimeCase, ChainStatistics, RegimeSwitchingPosterior>

    let private mackay = "MacKay 1997; Beal 2003, chapter 3"

    let internal chainOf (rows: float[][]) = Block.FromRows(ReadOnlyMemory(Array.concat rows), rows[0].Length)

    let private statisticsOf (subject: Subject) (case: RegimeCase) q =
        Cavi.statistics (ConjugateSubject.table (subject.Columns case) case.Rows) (subject.Model case) q

    let private boundOf (subject: Subject) (case: RegimeCase) q =
        (subject.Model case).Elbo (statisticsOf subject case q) q

    /// Size of what cancels in a path's entropy and normaliser.
    let private magnitude (q: RegimeSwitchingPosterior) rows (logNormalizer: float) =
        let weights =
            Vec.maxAbs (Dirichlet.expectedLog q.Initial) + Mat.maxAbs (RegimeSwitching.expectedLogTransitions q)

        1.0 + abs logNormalizer + float (Array.length rows) * weights

    /// Forward-backward against all paths. The model is given, so that wrong statistics can be tried.
    let enumeratedPaths (subject: Subject) : Law =
        Law.make
            { Name = "regime-switching: forward-backward agrees with the enumeration of all paths"
              Statement =
                "Expected steps between states, the distribution of the first state, weights and means of the states, the path's entropy and its log normaliser equal the sums over all S^T paths."
              Formula =
                @"q(z_{1:T})\propto\exp\Big(\mathbb E\log\pi_{z_1}+\sum_t\mathbb E\log A_{z_{t-1}z_t}+\sum_t\mathbb E\log p(x_t\mid z_t)\Big)"
              Source = "definition of the marginals; Rabiner 1989"
              Covers = [ "regime-switching"; "cavi" ]
              Cases = 100
              Generator = Samples.regimes 1 6 3 1 3
              Holds =
                fun case ->
                    let q = ConjugateSubject.start subject case
                    let data = statisticsOf subject case q
                    let struct (marginals, steps, entropy, logNormalizer) = EnumeratedPaths.smooth q case.Rows
                    let states = q.States.Length
                    let allowed = Tolerances.recursion (magnitude q case.Rows logNormalizer)

                    [ Compare.close "log normaliser" logNormalizer data.LogNormalizer allowed
                      Compare.close "entropy of the path" entropy data.Entropy allowed

                      for i in 0 .. states - 1 do
                          let weight = marginals |> Array.sumBy (fun row -> row[i])
                          Compare.close $"first state {i}" (marginals[0][i]) (data.Initial[i]) allowed
                          Compare.close $"weight of state {i}" weight (data.States[i].Weight) allowed

                          if weight > 1e-200 then
                              let mean =
                                  Array.map2 (fun (row: float[]) (x: float[]) -> row[i] * x[0]) marginals case.Rows
                                  |> Array.sum

                              let size = case.Rows |> Array.sumBy (fun x -> abs x[0])

                              Compare.close
                                  $"sum of state {i}"
                                  mean
                                  (data.States[i].Weight * data.States[i].Mean[0])
                                  (allowed * (1.0 + size))

                          for j in 0 .. states - 1 do
                              Compare.close $"steps from {i} to {j}" (steps[i, j]) (data.Transitions[i, j]) allowed ] }

    let private marginalsOfStates: Law =
        Law.make
            { Name = "regime-switching: state probabilities agree with the enumeration of all paths"
              Statement =
                "The probability of each state at each row is the sum over all paths that pass through it; each row's add up to 1."
              Formula = @"q(z_t=k)=\sum_{z:\,z_t=k}q(z)"
              Source = "definition of the marginals"
              Covers = [ "regime-switching"; "cavi" ]
              Cases = 100
              Generator = Samples.regimes 1 6 3 1 3
              Holds =
                fun case ->
                    let q = ConjugateSubject.start RegimeModels.regimeSwitching case
                    let struct (marginals, _, _, logNormalizer) = EnumeratedPaths.smooth q case.Rows
                    let actual = RegimeSwitching.stateProbabilities q (chainOf case.Rows)
                    let allowed = Tolerances.recursion (magnitude q case.Rows logNormalizer)

                    [ for t in 0 .. case.Rows.Length - 1 do
                          Compare.close $"sum at row {t}" 1.0 (Array.sum actual[t]) 1e-13

                          for k in 0 .. q.States.Length - 1 do
                              Compare.close $"state {k} at row {t}" (marginals[t][k]) (actual[t][k]) allowed ] }

    let private mostProbable: Law =
        Law.make
            { Name = "regime-switching: the most probable path is the best of all paths"
              Statement = "The path by dynamic programming adds up to as much as the best of all S^T paths."
              Formula = @"\max_z\log\tilde q(z)"
              Source = "Viterbi 1967"
              Covers = [ "regime-switching"; "cavi" ]
              Cases = 100
              Generator = Samples.regimes 1 6 3 1 3
              Holds =
                fun case ->
                    let q = ConjugateSubject.start RegimeModels.regimeSwitching case
                    let paths = EnumeratedPaths.potentials q case.Rows
                    let best = paths |> Array.map snd |> Array.max
                    let path = RegimeSwitching.mostProbablePath q (chainOf case.Rows)
                    let value = paths |> Array.find (fun (other, _) -> other = path) |> snd
                    [ Compare.close "its value" best value (1e-12 * magnitude q case.Rows best) ] }

    /// The same recursions entirely in logs, one row after the other.
    let private inLogs (q: RegimeSwitchingPosterior) (rows: float[][]) : struct (float[][] * float) =
        let states = q.States.Length
        let initial = Dirichlet.expectedLog q.Initial
        let transitions = RegimeSwitching.expectedLogTransitions q

        let density (x: float[]) k =
            let state = q.States[k]

            0.5
            * (NormalWishart.expectedLogDeterminant state
               - float x.Length * Special.logTwoPi
               - NormalWishart.expectedQuadratic state (Vec.ofArray x))

        let logSum f =
            let terms = Array.init states f
            Special.logSumExp (ReadOnlySpan terms)

        let forward =
            (Array.init states (fun k -> initial[k] + density rows[0] k), rows[1..])
            ||> Array.scan (fun before x ->
                Array.init states (fun j -> density x j + logSum (fun i -> before[i] + transitions[i, j])))

        let backward =
            (rows[1..], Array.zeroCreate states)
            ||> Array.scanBack (fun x after ->
                Array.init states (fun i -> logSum (fun j -> transitions[i, j] + density x j + after[j])))

        let logNormalizer = logSum (fun k -> forward[rows.Length - 1][k])

        struct (Array.map2 (Array.map2 (fun a b -> exp (a + b - logNormalizer))) forward backward, logNormalizer)

    let private farApart: Law =
        Law.make
            { Name = "regime-switching: long chains of far-off rows agree with recursions in logs"
              Statement =
                "On 300 rows whose densities differ by thousands of nats the scaled recursions give what recursions entirely in logs give."
              Formula = @"\log\alpha_t(j)=\log\rho_{tj}+\mathrm{logsumexp}_i(\log\alpha_{t-1}(i)+\mathbb E\log A_{ij})"
              Source = "Rabiner 1989, section V.A"
              Covers = [ "regime-switching"; "cavi" ]
              Cases = 30
              Generator = Samples.regimes 1 20 2 2 3
              Holds =
                fun case ->
                    let q = ConjugateSubject.start RegimeModels.regimeSwitching case
                    let struct (noise, _) = Rng.array 300 Rng.normal (Rng.ofSeed case.Seed)

                    let rows =
                        noise
                        |> Array.mapi (fun t z ->
                            let far = if t % 3 = 0 then 40.0 else 1.0
                            case.Rows[t % case.Rows.Length] |> Array.map (fun x -> far * (x + z)))

                    let chain = chainOf rows
                    let struct (expected, logNormalizer) = inLogs q rows
                    let actual = RegimeSwitching.stateProbabilities q chain
                    let statistics = RegimeSwitching.localStatistics q chain

                    [ Compare.close
                          "log normaliser"
                          logNormalizer
                          statistics.LogNormalizer
                          (Tolerances.recursion (magnitude q rows logNormalizer))
                      for t in 0 .. rows.Length - 1 do
                          for k in 0 .. q.States.Length - 1 do
                              Compare.close
                                  $"state {k} at row {t}"
                                  (expected[t][k])
                                  (actual[t][k])
                                  (Tolerances.recursion (magnitude q rows logNormalizer)) ] }

    let private reversal: Law =
        Law.make
            { Name = "regime-switching: a reversible chain read backwards gives the same answer backwards"
              Statement =
                "With symmetric transitions and an even first state, the series in reverse order has the reversed state probabilities, the transposed steps, and the same entropy and normaliser."
              Formula = @"q(z_t\mid x_{T:1})=q(z_{T+1-t}\mid x_{1:T})"
              Source = "detailed balance"
              Covers = [ "regime-switching"; "cavi" ]
              Cases = 100
              Generator = Samples.regimes 1 40 3 2 4
              Holds =
                fun case ->
                    let start = ConjugateSubject.start RegimeModels.regimeSwitching case
                    let s = start.States.Length
                    let even: Dirichlet = { Concentration = Vec.constant s 1.5 }

                    let symmetric i : Dirichlet = { Concentration = Vec.init s (fun j -> if i = j then 4.0 else 0.7) }

                    let q = { start with Initial = even; Transitions = Array.init s symmetric }
                    let forwards, backwards = chainOf case.Rows, chainOf (Array.rev case.Rows)
                    let a = RegimeSwitching.localStatistics q forwards
                    let b = RegimeSwitching.localStatistics q backwards
                    let probabilities = RegimeSwitching.stateProbabilities q forwards
                    let reversed = RegimeSwitching.stateProbabilities q backwards |> Array.rev
                    let allowed = Tolerances.recursion (magnitude q case.Rows a.LogNormalizer)

                    [ Compare.close "log normaliser" a.LogNormalizer b.LogNormalizer allowed
                      Compare.close "entropy" a.Entropy b.Entropy allowed
                      for i in 0 .. s - 1 do
                          for j in 0 .. s - 1 do
                              Compare.close $"steps {i} to {j}" (a.Transitions[i, j]) (b.Transitions[j, i]) allowed
                      for t in 0 .. case.Rows.Length - 1 do
                          for k in 0 .. s - 1 do
                              Compare.close $"state {k} at row {t}" (probabilities[t][k]) (reversed[t][k]) allowed ] }

    let private counted: Law =
        Law.make
            { Name = "regime-switching: steps and beginnings are counted once"
              Statement =
                "The first state's probabilities add up to 1, the expected steps to T - 1, and those into a state are its weight less its beginning."
              Formula = @"\sum_{ij}C_{ij}=T-1,\quad\sum_iC_{ij}=N_j-q(z_1=j)"
              Source = "definition of the counts"
              Covers = [ "regime-switching"; "cavi" ]
              Cases = 50
              Generator = Samples.regimes 1 300 3 1 4
              Holds =
                fun case ->
                    let q = ConjugateSubject.start RegimeModels.regimeSwitching case
                    let data = RegimeSwitching.localStatistics q (chainOf case.Rows)
                    let rows = float case.Rows.Length
                    let allowed = 1e-12 * (1.0 + rows)

                    [ Compare.close "beginnings" 1.0 (Vec.sum data.Initial) allowed
                      Compare.close "steps" (rows - 1.0) (Vec.sum (Vec.ofArray (data.Transitions.ToArray()))) allowed
                      Compare.close "rows" rows (data.States |> Array.sumBy (fun m -> m.Weight)) allowed
                      for j in 0 .. q.States.Length - 1 do
                          Compare.close
                              $"steps into {j}"
                              (data.States[j].Weight - data.Initial[j])
                              (Vec.sum (Mat.column j data.Transitions))
                              allowed ] }

    /// The bound by its second formula. The model is given, so that a wrong bound can be tried.
    let normalizerBound (subject: Subject) : Law =
        Law.make
            { Name = "regime-switching: the bound is the log normaliser less the divergences from the priors"
              Statement =
                "With the path's distribution at its optimum the nine terms add up to the log normaliser minus the divergence of every global factor from its prior."
              Formula = @"\mathcal L=\log Z-\mathrm{KL}(q(\pi)\|p)-\mathrm{KL}(q(A)\|p)-\mathrm{KL}(q(\mu,\Lambda)\|p)"
              Source = mackay
              Covers = [ "regime-switching"; "cavi" ]
              Cases = 100
              Generator = Samples.regimes 1 40 3 1 4
              Holds =
                fun case ->
                    let q = ConjugateSubject.start subject case
                    let model = subject.Model case
                    let data = statisticsOf subject case q
                    let elbo = model.Elbo data q

                    [ Compare.close
                          "bound"
                          (data.LogNormalizer - model.Divergence q model.Prior)
                          elbo.Value
                          (Tolerances.evidence (elbo.Magnitude + magnitude q case.Rows data.LogNormalizer)) ] }

    let private single: Law =
        Law.make
            { Name = "regime-switching: one state reaches the exact normal-Wishart evidence"
              Statement =
                "With S = 1 the bound after one sweep is the log evidence of the normal-Wishart model, to 1e-10 relative."
              Formula = @"\mathcal L(q^\ast)=\log p(X)\quad(S=1)"
              Source = "Murphy 2007, 266"
              Covers = [ "regime-switching"; "cavi" ]
              Cases = 100
              Generator = Samples.regimes 0 40 4 1 1
              Holds =
                fun case ->
                    let subject = RegimeModels.regimeSwitching
                    let answer = ConjugateSubject.sweeps subject case 1 (ConjugateSubject.start subject case)
                    let elbo = boundOf subject case answer
                    let exact = Evidence.normalWishart case.Prior.State case.Rows
                    [ Compare.close "bound" exact elbo.Value (Tolerances.evidence (elbo.Magnitude + abs exact)) ] }

    /// The bound on short chains against the evidence summed over all paths.
    let enumeratedEvidence (subject: Subject) : Law =
        Law.make
            { Name = "regime-switching: the bound lies below the evidence enumerated over all paths"
              Statement =
                "On up to six rows and two states the bound, at any factors, is at most the log of the sum over all 2^T paths."
              Formula = @"\mathcal L(q)\le\log\sum_z p(z)\,p(X\mid z)"
              Source = "Dirichlet-multinomial times normal-Wishart evidences"
              Covers = [ "regime-switching"; "cavi" ]
              Cases = 100
              Generator = Samples.regimes 0 6 2 2 2
              Holds =
                fun case ->
                    let exact = EnumeratedPaths.logEvidence case.Prior case.Rows
                    let first = ConjugateSubject.start subject case

                    [ for count in [ 0; 1; 5; 50 ] do
                          let elbo = boundOf subject case (ConjugateSubject.sweeps subject case count first)

                          Compare.atMost
                              $"bound after {count} sweeps"
                              elbo.Value
                              exact
                              (Tolerances.evidence elbo.Magnitude) ] }

    let private separateChains: Law =
        Law.make
            { Name = "regime-switching: separate chains add up in any order"
              Statement = "Statistics of several chains are the sums of each chain's, whatever their order."
              Formula = @"s(X_1,X_2)=s(X_1)\oplus s(X_2)=s(X_2)\oplus s(X_1)"
              Source = "chains are independent given the factors"
              Covers = [ "regime-switching"; "cavi" ]
              Cases = 100
              Generator = Samples.regimes 2 40 3 2 3
              Holds =
                fun case ->
                    let model = RegimeSwitching.model case.Prior
                    let q = ConjugateSubject.start RegimeModels.regimeSwitching case
                    let chains = case.Rows |> Array.splitInto 3 |> Array.map chainOf |> List.ofArray
                    let bound batches = (model.Elbo (Cavi.statistics batches model q) q).Value
                    let forwards = Batches.ofList chains
                    let backwards = Batches.ofList (List.rev chains)

                    let normalizers =
                        chains |> List.sumBy (fun chain -> (RegimeSwitching.localStatistics q chain).LogNormalizer)

                    let allowed = Tolerances.evidence (magnitude q case.Rows normalizers)

                    [ Compare.close "bound in reverse order" (bound forwards) (bound backwards) allowed
                      Compare.close
                          "log normaliser"
                          normalizers
                          (Cavi.statistics forwards model q).LogNormalizer
                          allowed ] }

    let private stationaryLaw: Law =
        Law.make
            { Name = "regime-switching: the stationary distribution is kept by a step"
              Statement =
                "The stationary distribution of the expected transitions adds up to 1 and is unchanged by them."
              Formula = @"p^\top A=p^\top"
              Source = "Grassmann, Taksar and Heyman 1985"
              Covers = [ "regime-switching"; "cavi" ]
              Cases = 100
              Generator = Samples.regimes 0 10 2 1 4
              Holds =
                fun case ->
                    let a =
                        ConjugateSubject.start RegimeModels.regimeSwitching case |> RegimeSwitching.expectedTransitions

                    let p = RegimeSwitching.stationary a

                    [ Compare.close "sum" 1.0 (Vec.sum p) 1e-14
                      for j in 0 .. p.Length - 1 do
                          Compare.close $"state {j}" p[j] (Vec.dot p (Mat.column j a)) 1e-14 ] }

    let all: Law list =
        [ enumeratedPaths RegimeModels.regimeSwitching
          marginalsOfStates
          mostProbable
          farApart
          reversal
          counted
          normalizerBound RegimeModels.regimeSwitching
          single
          enumeratedEvidence RegimeModels.regimeSwitching
          separateChains
          stationaryLaw ]
