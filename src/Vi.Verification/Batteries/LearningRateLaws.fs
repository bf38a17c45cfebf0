namespace Vi.Verification.FSharp

open Vi.Math
open Vi.Math.FSharp
open Vi.Verification

/// Laws of the steps that stochastic inference makes.
[<RequireQualifiedAccess>]
module LearningRateLaws =

    /// A rate of learning is a share, and all of the way where nothing is noise.
    let private rates: Law =
        let rates =
            Scalars.three
                (Scalars.positive 1e-3 1e3)
                (Scalars.positive 0.51 1.0)
                (Scalars.arrayOf 1 8 (Scalars.real 10.0))

        Law.make
            { Name = "learning rate: a share of the way, all of it where nothing is noise"
              Statement =
                "A step is between 0 and 1; Robbins-Monro steps fall, the adaptive one is 1 for a gradient without noise and small for one without signal."
              Formula = @"\rho_t=(t+\tau)^{-\kappa},\quad\rho_t=\bar g^\top\bar g/\overline{g^\top g}"
              Source = "Robbins and Monro 1951; Ranganath, Wang, Blei and Xing 2013"
              Covers = [ "svi"; "engine" ]
              Cases = 100
              Generator = rates
              Holds =
                fun (delay, decay, gradient) ->
                    let run rate gradientAt count =
                        ((LearningRate.start, []), seq { 1L .. count })
                        ||> Seq.fold (fun (averages, found) step ->
                            let struct (rho, averages) =
                                LearningRate.next rate step (fun () -> gradientAt step) averages

                            averages, rho :: found)
                        |> snd

                    let gradient = Vec.ofArray gradient
                    let turning step = Vec.scale (if step % 2L = 0L then 1.0 else -1.0) gradient
                    let robbinsMonro = run (RobbinsMonro(delay, decay)) turning 40L
                    let still = run Adaptive (fun _ -> gradient) 40L
                    let noisy = run Adaptive turning 40L

                    [ Compare.holds
                          "between 0 and 1"
                          (robbinsMonro @ still @ noisy |> List.forall (fun rho -> rho >= 0.0 && rho <= 1.0))
                      Compare.holds
                          "Robbins-Monro steps fall"
                          (List.pairwise robbinsMonro |> List.forall (fun (later, earlier) -> later < earlier))
                      Compare.close "adaptive step without noise" 1.0 still.Head (Tolerances.rounding 200 1.0)

                      if Vec.maxAbs gradient > 0.0 then
                          Compare.atMost "adaptive step where the gradient only turns round" noisy.Head 0.2 0.0 ] }

    /// The adaptive rate with its averages written as weighted sums of all gradients so far.
    let internal averages
        (next: LearningRate -> int64 -> (unit -> Vec) -> GradientAverages -> struct (float * GradientAverages))
        =
        Law.make
            { Name = "learning rate: the adaptive step is signal over noise of running averages"
              Statement =
                "The averages are weighted sums of all gradients and their squares, equally weighted in the first ten steps; the step is the ratio of the squared average to the average square."
              Formula = @"\rho_t=\frac{\bar g_t^\top\bar g_t}{\overline{g^\top g}_t},\quad\tau_{t+1}=\tau_t(1-\rho_t)+1"
              Source = "Ranganath, Wang, Blei and Xing 2013"
              Covers = [ "svi"; "engine" ]
              Cases = 100
              Generator = Scalars.three (Scalars.integer 1 4) (Scalars.real 3.0) Scalars.seed
              Holds =
                fun (dimension, offset, seed) ->
                    let steps = 25
                    let struct (noise, _) = Rng.array (steps * dimension) Rng.normal (Rng.ofSeed seed)

                    let gradients =
                        Array.init steps (fun t -> Vec.init dimension (fun d -> offset + noise[t * dimension + d]))

                    let mutable found = LearningRate.start
                    let mutable weights: float list = []
                    let mutable memory = 0.0

                    [ for t in 1..steps do
                          let gradient = gradients[t - 1]
                          let struct (rho, after) = next Adaptive (int64 t) (fun () -> gradient) found
                          found <- after
                          // Plain means of the first ten; then each step has the share that the memory leaves it.
                          let share = if t <= 10 then 1.0 / float t else 1.0 / memory
                          weights <- share :: (weights |> List.map (fun w -> (1.0 - share) * w))
                          let past = List.zip (List.rev weights) (List.ofArray gradients[.. t - 1])

                          let mean = (Vec.zero dimension, past) ||> List.fold (fun sum (w, g) -> Vec.addScaled w g sum)

                          let square = past |> List.sumBy (fun (w, g) -> w * Vec.dot g g)
                          let size = 100.0 * (1.0 + offset * offset)

                          let expected =
                              if t <= 10 then
                                  (float t + 1.0) ** -0.7
                              else
                                  min 1.0 (Vec.dot mean mean / square)

                          memory <- if t <= 10 then float t else max 1.0 (memory * (1.0 - expected) + 1.0)
                          let rounding = Tolerances.rounding (8 * t) size

                          Compare.error
                              $"average gradient of {t}"
                              (Vec.maxAbs (Vec.subtract after.Gradient mean))
                              rounding

                          Compare.close $"average square of {t}" square after.Square rounding
                          Compare.close $"step {t}" expected rho (rounding / min 1.0 square)
                          Compare.close $"memory after {t}" memory after.Memory (float t * rounding / min 1.0 square) ] }

    let all: Law list = [ rates; averages LearningRate.next ]
