namespace Vi.Math

/// Quantities g of a model, each inside one factor of q, whose posterior covariance linear response is asked for.
type ResponseView<'globals> =
    {
        /// A name for each quantity, e.g. w[2].
        Names: string[]
        /// The factor that holds each quantity, by its update's name.
        Factors: string[]
        /// E_q[g] of all quantities.
        Means: 'globals -> Vec
        /// Cov_q[g] (G x G), zero between quantities of independent factors.
        Covariance: 'globals -> Mat
        /// The factors after p was multiplied with exp(t g_j), given j and t: exact, or right to first order in t.
        Tilt: int -> float -> 'globals -> 'globals
    }

/// Covariances by linear response.
type ResponseCovariance =
    {
        /// A name for each quantity.
        Names: string[]
        /// The covariance that q itself has (G x G).
        Raw: Mat
        /// The covariance by linear response (G x G).
        Response: Mat
        /// The largest difference between two mirrored entries of the response as it was computed, in units of the standard deviations: zero
        /// but for rounding where every tilt is right.
        Asymmetry: float
        /// Whether coordinate ascent settled after every tilt; if not, the covariances are not to be used.
        Settled: bool
    }

namespace Vi.Math.FSharp

open System
open Vi.Math

/// Linear-response covariances (Giordano, Broderick and Jordan 2018): with p_t proportional to p exp(t g_j) and q_t its best factorised
/// approximation, Cov_p[g_i, g_j] = d E_(p_t)[g_i] / dt at t = 0 is estimated by d E_(q_t)[g_i] / dt. What q leaves out by its
/// independent factors - the variance that comes through the other factors - is in how far they follow.
[<RequireQualifiedAccess>]
module LinearResponse =

    /// A tilt moves a quantity by this many of its standard deviations; twice as far for the second difference of Richardson's
    /// extrapolation, which leaves an error of the fourth power.
    let private step = 0.01

    /// A sweep that moves every quantity by less than this share of its standard deviation ends the ascent: 1e-8 of what the tilt moved.
    let private settled = 1e-10

    /// Means after coordinate ascent on the tilted model has settled, from the optimum of the untilted one.
    let private tiltedMeans batches (model: ConjugateModel<_, _, _>) (view: ResponseView<_>) sds sweeps globals j t =
        let tilted =
            { model with
                Updates =
                    model.Updates
                    |> List.map (fun update ->
                        if update.Factor = view.Factors[j] then
                            { update with Update = fun statistics q -> view.Tilt j t (update.Update statistics q) }
                        else
                            update) }

        let engine = Cavi.engine batches tilted (fun _ -> { Globals = globals; Elbo = nan })

        let rec follow state (means: Vec) left =
            let struct (next: CaviState<_>, _) = engine.Step state
            let now: Vec = view.Means next.Globals

            let moved =
                Seq.init now.Length (fun i -> abs (now[i] - means[i]) / (settled * sds i + 4e-16 * abs now[i]))
                |> Seq.max

            if moved <= 1.0 then struct (now, true)
            elif left = 0 then struct (now, false)
            else follow next now (left - 1)

        follow (engine.Init(Rng.ofSeed 0UL)) (view.Means globals) sweeps

    /// Covariances at an optimum of coordinate ascent. Costs four ascents a quantity, each of at most so many sweeps.
    let covariance
        (batches: IBatches<'batch>)
        (model: ConjugateModel<'batch, 'statistics, 'globals>)
        (view: ResponseView<'globals>)
        (sweeps: int)
        (optimum: 'globals)
        : ResponseCovariance =
        let count = view.Names.Length
        let raw = view.Covariance optimum
        let sds i = sqrt raw[i, i]
        let mutable allSettled = true

        /// What a tilt by g_j moves through the other factors alone, per unit of t.
        let column j =
            let through t =
                let struct (means, ended) = tiltedMeans batches model view sds sweeps optimum j t
                allSettled <- allSettled && ended
                Vec.subtract means (view.Means(view.Tilt j t optimum))

            let difference t = Vec.scale (0.5 / t) (Vec.subtract (through t) (through -t))
            let t = step / sds j
            let fine = difference t
            let coarse = difference (2.0 * t)
            Vec.scale (1.0 / 3.0) (Vec.subtract (Vec.scale 4.0 fine) coarse)

        let columns = Array.init count column

        { Names = view.Names
          Raw = raw
          Response = Mat.init count count (fun i j -> raw[i, j] + 0.5 * (columns[j][i] + columns[i][j]))
          Asymmetry =
            Seq.allPairs [ 0 .. count - 1 ] [ 0 .. count - 1 ]
            |> Seq.map (fun (i, j) -> abs (columns[j][i] - columns[i][j]) / (sds i * sds j))
            |> Seq.fold max 0.0
          Settled = allSettled }
