namespace Vi.Math

open System

/// Quantities g that live inside one factor of q.
type FactorResponse<'factor> =
    {
        /// A name for each quantity, e.g. w[2].
        Names: string[]
        /// E_q[g] of all quantities.
        Means: 'factor -> Vec
        /// Cov_q[g] (G x G).
        Covariance: 'factor -> Mat
        /// The factor after p was multiplied with exp(t g_j), given j and t: exact, or right to first order in t.
        Tilt: int -> float -> 'factor -> 'factor
    }

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

/// How precisely linear response is computed, and what it may cost.
type ResponseOptions =
    {
        /// A tilt moves a quantity by this many of its standard deviations.
        Step: float
        /// Whether a second difference, twice as far, takes the error of the second power of the step away (Richardson).
        Extrapolated: bool
        /// A sweep that moves every quantity by less than this share of its standard deviation ends the ascent.
        Settled: float
        /// Most sweeps after a tilt.
        Sweeps: int
        /// Most quantities.
        Quantities: int
        /// Most rows read in all, counted anew in every sweep that reads them.
        Reads: float
    }

/// What linear response came to: a closed set.
type ResponseEnd =
    /// The covariances can be used.
    | ResponseFound
    /// There are more quantities than allowed.
    | TooManyQuantities of count: int * most: int
    /// Sweeps would read more rows than allowed.
    | TooManyReads of reads: float * most: float
    /// q itself has no finite positive variance of the quantity.
    | NoVariance of quantity: string
    /// So many sweeps further coordinate ascent itself had not settled.
    | FitNotSettled of sweeps: int
    /// Coordinate ascent had not settled so many sweeps after the quantity was tilted.
    | ResponseNotSettled of quantity: string * sweeps: int
    /// The factors answered to a tilt and to its opposite in no opposite way: the ascent went to another optimum, or bends within the tilt.
    | NotLinear of quantity: string
    /// The response is no covariance, so the fit is at no maximum of the bound: the quantity with the least variance.
    | NotAMaximum of quantity: string

/// Covariances by linear response.
type ResponseCovariance =
    {
        /// A name for each quantity.
        Names: string[]
        /// The covariance that q itself has (G x G).
        Raw: Mat
        /// The covariance by linear response (G x G); not numbers unless it can be used.
        Response: Mat
        /// The largest difference between two mirrored entries of the response as it was computed, in units of the standard deviations: zero
        /// but for rounding where every tilt is right.
        Asymmetry: float
        /// The largest difference between slopes by a tilt and by one twice as large, in the same units; zero where one tilt was enough. A
        /// third of it is the error of the slope by the smaller one; what extrapolation leaves is of the order of its square.
        Bend: float
        /// Sweeps made.
        Sweeps: int
        /// What it came to.
        End: ResponseEnd
    }

    /// Whether the response can be used.
    member this.IsUsable = this.End.IsResponseFound

namespace Vi.Math.FSharp

open System
open Vi.Math

/// Linear-response covariances (Giordano, Broderick and Jordan 2018): with p_t proportional to p exp(t g_j) and q_t its best factorised
/// approximation, Cov_p[g_i, g_j] = d E_(p_t)[g_i] / dt at t = 0 is estimated by d E_(q_t)[g_i] / dt. What q leaves out by its
/// independent factors - the variance that comes through the other factors - is in how far they follow.
[<RequireQualifiedAccess>]
module LinearResponse =

    /// To about nine digits, at any cost: the fourth power of the step is 3e-10, and an ascent ends at 5e-9 of what the tilt moved.
    let precise (sweeps: int) : ResponseOptions =
        { Step = 0.004
          Extrapolated = true
          Settled = 2e-11
          Sweeps = sweeps
          Quantities = Int32.MaxValue
          Reads = infinity }

    /// To about three digits, which is more than a standard deviation needs, at a bounded cost: at most 64 quantities and fifty million rows
    /// read, a few seconds.
    let quick: ResponseOptions =
        { Step = 0.01; Extrapolated = false; Settled = 1e-7; Sweeps = 1000; Quantities = 64; Reads = 5e7 }

    /// Sweeps after a tilt below which it is not worth beginning: few ascents settle in fewer.
    let private fewestSweeps = 20.0

    /// The part of the answer to a tilt that is the same for the opposite tilt, over the tilt: of the order of the step where the answer is
    /// smooth, and far above 1 where the ascent went elsewhere.
    let private allowedEven = 0.5

    /// A response so many times q's own variances is looked at with a tilt twice as large: from a saddle every tilt, however small, goes equally
    /// far. A smooth answer differs by far less than a fifth.
    let private suspicious = 5.0

    let private allowedBend = 0.2

    /// How far below zero an eigenvalue of the correlations may be by errors of the differences; exact zeros occur, as weights add up to 1.
    let private slack = 1e-3

    let private ascents options = if options.Extrapolated then 4 else 2

    /// Most sweeps after a tilt that the options allow where every sweep reads so many rows, or why none are.
    let private budget options (rows: float) quantities =
        let affordable = options.Reads / (float (ascents options * max 1 quantities) * rows)

        if quantities > options.Quantities then
            Error(TooManyQuantities(quantities, options.Quantities))
        elif rows > 0.0 && affordable < fewestSweeps then
            Error(TooManyReads(float (ascents options * quantities) * fewestSweeps * rows, options.Reads))
        else
            Ok(if rows > 0.0 then min options.Sweeps (int affordable) else options.Sweeps)

    /// The view of some of the quantities, by their indices.
    let among (chosen: int[]) (view: ResponseView<'globals>) : ResponseView<'globals> =
        let pick (values: 'a[]) = chosen |> Array.map (fun i -> values[i])

        { Names = pick view.Names
          Factors = pick view.Factors
          Means =
            fun q ->
                let means = view.Means q
                Vec.init chosen.Length (fun i -> means[chosen[i]])
          Covariance = view.Covariance >> Mat.submatrix chosen chosen
          Tilt = fun j -> view.Tilt chosen[j] }

    /// The largest of so many numbers, not a number where one is not.
    let private largest count (f: int -> float) = Seq.init count f |> Seq.fold (fun m x -> Math.Max(m, x)) 0.0

    /// The factors after coordinate ascent by the updates has settled, and the sweeps it took; nothing where it did not settle.
    let private settle read updates (view: ResponseView<_>) settled (sds: int -> float) sweeps globals =
        let rec follow globals (means: Vec) made =
            let statistics = read globals
            let next = (globals, updates) ||> List.fold (fun q update -> update statistics q)
            let now: Vec = view.Means next

            let moved =
                largest now.Length (fun i -> abs (now[i] - means[i]) / (settled * sds i + 4e-16 * abs now[i]))

            // Not a number is not settled.
            if moved <= 1.0 then struct (ValueSome next, made + 1)
            elif made + 1 >= sweeps then struct (ValueNone, made + 1)
            else follow next now (made + 1)

        follow globals (view.Means globals) 0

    /// The model's updates with quantity j tilted by t.
    let private tilted (model: ConjugateModel<_, _, _>) (view: ResponseView<_>) j t =
        model.Updates
        |> List.map (fun update ->
            if update.Factor = view.Factors[j] then
                fun statistics q -> view.Tilt j t (update.Update statistics q)
            else
                update.Update)

    /// The quantity at which a symmetric matrix fails to be positive semidefinite, up to the errors of differences.
    let private failing (names: string[]) (response: Mat) =
        let variances = Mat.diagonal response
        let least = Array.init names.Length id |> Array.minBy (fun i -> variances[i])

        if not (Mat.isFinite response) || variances[least] <= 0.0 then
            ValueSome names[least]
        else
            let scaled =
                Mat.init names.Length names.Length (fun i j ->
                    response[i, j] / sqrt (variances[i] * variances[j]) + (if i = j then slack else 0.0))

            match Chol.tryFactor scaled with
            | ValueSome _ -> ValueNone
            | ValueNone -> ValueSome names[least]

    /// A settled optimum of a model, and what its tilted fits are made with.
    [<NoComparison; NoEquality>]
    type private Optimum<'batch, 'statistics, 'globals> =
        {
            Read: 'globals -> 'statistics
            Model: ConjugateModel<'batch, 'statistics, 'globals>
            View: ResponseView<'globals>
            Options: ResponseOptions
            Globals: 'globals
            /// Covariances of the quantities under q.
            Raw: Mat
            /// Most sweeps after a tilt.
            Most: int
        }

        /// Standard deviation of quantity i under q.
        member this.Sd i = sqrt this.Raw[i, i]

        /// The largest entry of a change of the means by a unit tilt of quantity j, in correlations.
        member this.Size(j, change: Vec) = largest change.Length (fun i -> abs change[i] / (this.Sd i * this.Sd j))

    /// What the tilt t g_j moves through the other factors alone: the means of the tilted fit without what the tilt itself moves; with the
    /// sweeps made so far.
    let private moved (optimum: Optimum<_, _, _>) j made t =
        let view = optimum.View

        match
            settle
                optimum.Read
                (tilted optimum.Model view j t)
                view
                optimum.Options.Settled
                optimum.Sd
                optimum.Most
                optimum.Globals
        with
        | struct (ValueSome next, sweeps) ->
            Ok(struct (Vec.subtract (view.Means next) (view.Means(view.Tilt j t optimum.Globals)), made + sweeps))
        | struct (ValueNone, sweeps) -> Error(struct (ResponseNotSettled(view.Names[j], optimum.Most), made + sweeps))

    /// (m(t) - m(-t)) / 2t, where the part of m that is the same for both is small.
    let private difference (optimum: Optimum<_, _, _>) j made t =
        moved optimum j made t
        |> Result.bind (fun (struct (up, made)) ->
            moved optimum j made -t
            |> Result.bind (fun (struct (down, made)) ->
                if optimum.Size(j, Vec.scale (0.5 / t) (Vec.add up down)) <= allowedEven then
                    Ok(struct (Vec.scale (0.5 / t) (Vec.subtract up down), made))
                else
                    Error(struct (NotLinear optimum.View.Names[j], made))))

    /// Column j of the response through the other factors: a difference, extrapolated from two steps (4 fine - coarse) / 3 where the
    /// options ask for it or the answer is suspiciously large; and how far the two differ.
    let private column (optimum: Optimum<_, _, _>) j made =
        let t = optimum.Options.Step / optimum.Sd j

        difference optimum j made t
        |> Result.bind (fun (struct (fine, made)) ->
            let size = optimum.Size(j, fine)

            if not (optimum.Options.Extrapolated || size > suspicious) then
                Ok(struct (fine, 0.0, made))
            else
                difference optimum j made (2.0 * t)
                |> Result.bind (fun (struct (coarse, made)) ->
                    let bend = optimum.Size(j, Vec.subtract coarse fine)

                    if bend <= allowedBend * (1.0 + size) then
                        Ok(struct (Vec.scale (1.0 / 3.0) (Vec.subtract (Vec.scale 4.0 fine) coarse), bend, made))
                    else
                        Error(struct (NotLinear optimum.View.Names[j], made))))

    /// All columns, the largest bend, and the sweeps made.
    let private columns (optimum: Optimum<_, _, _>) made =
        let rec next found most made j =
            if j = optimum.View.Names.Length then
                Ok(struct (List.rev found |> Array.ofList, most, made))
            else
                match column optimum j made with
                | Ok(struct (column: Vec, bend, made)) -> next (column :: found) (max most bend) made (j + 1)
                | Error failure -> Error failure

        next [] 0.0 made 0

    /// No covariance, for a reason.
    let private ended (view: ResponseView<_>) raw sweeps ending =
        { Names = view.Names
          Raw = raw
          Response = Mat.init view.Names.Length view.Names.Length (fun _ _ -> nan)
          Asymmetry = nan
          Bend = nan
          Sweeps = sweeps
          End = ending }

    /// The covariance at a settled optimum, given the sweeps made so far: q's own and the symmetric part of what comes through the others.
    let private respond (optimum: Optimum<_, _, _>) made : ResponseCovariance =
        let names, raw = optimum.View.Names, optimum.Raw
        let count = names.Length

        match columns optimum made with
        | Error(struct (ending, sweeps)) -> ended optimum.View raw sweeps ending
        | Ok(struct (columns, bend, sweeps)) ->
            let response = Mat.init count count (fun i j -> raw[i, j] + 0.5 * (columns[j][i] + columns[i][j]))

            match failing names response with
            | ValueSome quantity -> ended optimum.View raw sweeps (NotAMaximum quantity)
            | ValueNone ->
                { Names = names
                  Raw = raw
                  Response = response
                  Asymmetry =
                    Seq.allPairs [ 0 .. count - 1 ] [ 0 .. count - 1 ]
                    |> Seq.map (fun (i, j) -> abs (columns[j][i] - columns[i][j]) / (optimum.Sd i * optimum.Sd j))
                    |> Seq.fold max 0.0
                  Bend = bend
                  Sweeps = sweeps
                  End = ResponseFound }

    /// Covariances at an optimum of coordinate ascent, with statistics that a reader gives by reading so many rows each time: zero where
    /// they are read once.
    let covarianceFrom
        (read: 'globals -> 'statistics)
        (rows: float)
        (model: ConjugateModel<'batch, 'statistics, 'globals>)
        (view: ResponseView<'globals>)
        (options: ResponseOptions)
        (optimum: 'globals)
        : ResponseCovariance =
        let count = view.Names.Length
        let raw = view.Covariance optimum

        let bad =
            Seq.tryFind (fun i -> not (Double.IsFinite raw[i, i] && raw[i, i] > 0.0)) (seq { 0 .. count - 1 })

        match budget options rows count, bad with
        | Error ending, _ -> ended view raw 0 ending
        | _, Some i -> ended view raw 0 (NoVariance view.Names[i])
        | Ok most, None ->
            // The fit's own stop rule lets slow ascents end farther from their optimum than a tilt is precise; what is left of the way would
            // be taken for an answer to the tilt.
            let untilted = model.Updates |> List.map _.Update

            match settle read untilted view options.Settled (fun i -> sqrt raw[i, i]) most optimum with
            | struct (ValueNone, sweeps) -> ended view raw sweeps (FitNotSettled sweeps)
            | struct (ValueSome settled, sweeps) ->
                respond
                    { Read = read
                      Model = model
                      View = view
                      Options = options
                      Globals = settled
                      Raw = view.Covariance settled
                      Most = most }
                    sweeps

    /// The same with statistics from batches of so many rows in all.
    let covariance
        (batches: IBatches<'batch>)
        (rows: float)
        (model: ConjugateModel<'batch, 'statistics, 'globals>)
        (view: ResponseView<'globals>)
        (options: ResponseOptions)
        (optimum: 'globals)
        : ResponseCovariance =
        let perSweep =
            match model.Data with
            | Fixed _ -> 0.0
            | Local _ -> rows

        covarianceFrom (Cavi.reader batches model) perSweep model view options optimum

    /// Variance by linear response of a function g of quantity i whose factor the other factors know by that quantity's mean alone, given
    /// Var_q[g] and Cov_q[g, g_i]: what comes through the others reaches g in the proportion Cov_q[g, g_i] / Var_q[g_i].
    let varianceOfFunction (i: int) (variance: float) (covariance: float) (found: ResponseCovariance) =
        let raw = found.Raw[i, i]
        let slope = covariance / raw
        variance + slope * slope * (found.Response[i, i] - raw)
