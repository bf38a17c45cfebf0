namespace Vi.Math.Fluent

open System
open System.Collections.Generic
open Vi.Math
open Vi.Math.FSharp

/// What linear response may cost.
[<Sealed>]
type LinearResponseOptions() =

    /// Most quantities, at least 1 [64].
    member val MaxQuantities = LinearResponse.quick.Quantities with get, set

    /// Most sweeps of a fit that was tilted by a quantity, at least 1; every quantity takes two such fits [1000].
    member val MaxSweeps = LinearResponse.quick.Sweeps with get, set

    /// Most rows read in all, counted anew in each sweep that reads them [5e7].
    member val MaxRowsRead = LinearResponse.quick.Reads with get, set

    member internal this.Core =
        { LinearResponse.quick with
            Quantities = this.MaxQuantities
            Sweeps = this.MaxSweeps
            Reads = this.MaxRowsRead }

/// Covariances of a fit by coordinate ascent as linear response gives them (Giordano, Broderick and Jordan 2018): with the part of the
/// variance that comes through the other factors, which q leaves out.
[<Sealed>]
type LinearResponseCovariance internal (found: ResponseCovariance) =

    let place (name: string) = Array.IndexOf(found.Names, name)

    /// A name for each quantity, e.g. w[2] or mu[1,3].
    member _.Names: IReadOnlyList<string> = found.Names

    /// Whether the response can be used; if not, its numbers are not numbers, and the end says why.
    member _.IsUsable = found.IsUsable

    /// What it came to.
    member _.End = found.End

    /// Covariance of the quantities under q (G x G).
    member _.RawCovariance = found.Raw

    /// Covariance of the quantities by linear response (G x G).
    member _.Covariance = found.Response

    /// Sweeps of coordinate ascent that it took.
    member _.Sweeps = found.Sweeps

    /// Standard deviation of a quantity by linear response; not a number where it is not among them or the response cannot be used.
    member _.Sd(name: string) =
        match place name with
        | -1 -> nan
        | i -> sqrt found.Response[i, i]

    /// Standard deviation of a quantity under q; not a number where it is not among them.
    member _.RawSd(name: string) =
        match place name with
        | -1 -> nan
        | i -> sqrt found.Raw[i, i]

    /// Standard deviation by linear response of a sum of quantities with coefficients by name; not a number where one is not among them.
    member _.SdOfSum(coefficients: IReadOnlyDictionary<string, float>) =
        let terms = coefficients |> Seq.map (fun pair -> struct (place pair.Key, pair.Value)) |> Seq.toArray

        if terms |> Array.exists (fun (struct (i, _)) -> i < 0) then
            nan
        else
            sqrt (
                terms
                |> Array.sumBy (fun (struct (i, a)) ->
                    terms |> Array.sumBy (fun (struct (j, b)) -> a * b * found.Response[i, j]))
            )

    /// Standard deviation by linear response of a function g of a quantity whose factor the others know by that quantity's mean alone, from
    /// Var_q[g] and Cov_q[g, quantity].
    member _.SdOfFunction(name: string, variance: float, covariance: float) =
        match place name with
        | -1 -> nan
        | i -> sqrt (LinearResponse.varianceOfFunction i variance covariance found)

    /// Of b - centre'w, an intercept where all columns are 0, from the weights w[1] ... w[D] and the intercept b at the centre (D).
    member this.SdOfIntercept(centre: float seq) =
        let weights = centre |> Seq.mapi (fun i mean -> KeyValuePair($"w[{i + 1}]", -mean))
        this.SdOfSum(Dictionary(Seq.append weights [ KeyValuePair("b", 1.0) ]))

    /// Of the noise's standard deviation 1 / sqrt(tau), tau a quantity with a gamma distribution that the other factors know by its mean: its
    /// covariance with tau under Gamma(a, b) is -dE/db = -E / (2 b).
    member this.SdOfSpread(precision: string, distribution: Gamma) =
        let sd = Marginal.OfSpread distribution
        this.SdOfFunction(precision, sd.Sd * sd.Sd, -sd.Mean / (2.0 * distribution.Rate))

/// What faces of models share.
module internal ResponseCovariances =

    /// The quantities of a view that q has a finite positive variance of and that are wanted.
    let finite (wanted: string -> bool) (view: ResponseView<'globals>) (optimum: 'globals) : ResponseView<'globals> =
        let raw = view.Covariance optimum

        let chosen =
            [| for i in 0 .. view.Names.Length - 1 do
                   if Double.IsFinite raw[i, i] && raw[i, i] > 0.0 && wanted view.Names[i] then
                       i |]

        LinearResponse.among chosen view

    let ofRows (rows: Rows) model view (options: LinearResponseOptions) optimum =
        LinearResponse.covariance rows (float rows.Count) model view options.Core optimum
        |> LinearResponseCovariance

    let ofMoments (moments: Moments) model view (options: LinearResponseOptions) optimum =
        LinearResponse.covarianceFrom (fun _ -> moments) 0.0 model view options.Core optimum
        |> LinearResponseCovariance
