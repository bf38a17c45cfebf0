namespace Vi.Math

/// Coordinates of K probabilities, with what a likelihood needs of them.
[<NoComparison; NoEquality>]
type internal WeightCoordinates<'weights> =
    {
        /// The K - 1 coordinates.
        Factor: Coordinates<'weights>
        /// Logarithms of the probabilities (K) at coordinates from a place on.
        LogWeights: float[] -> int -> float[]
        /// Adds the gradient of sum_k counts_k log pi_k, of counts (K), a position, a place and a gradient.
        AddCounts: float[] -> float[] -> int -> float[] -> unit
    }

namespace Vi.Math.FSharp

open Vi.Math

/// Probabilities as shares of a stick: pi_k = v_k prod_(j < k) (1 - v_j), each share v_k by its log odds (Stan Reference Manual, Constraint
/// transforms). Independent Beta shares are the stick-breaking distribution, and those of Beta(alpha_k, sum_(j > k) alpha_j) a Dirichlet
/// distribution; the Jacobian of the simplex, prod_k pi_k, is that of the shares and the shares' own.
[<RequireQualifiedAccess>]
module internal WeightCoordinates =

    let private softplus (x: float) = max 0.0 x + Special.log1p (exp -(abs x))

    /// sum_k a_k log v_k + b_k log(1 - v_k) - log B(a_k, b_k), the density of log odds; the coordinates less their centres are the log odds.
    let private density (centres: float[]) (shares: Beta[]) : CoordinateDensity =
        let constant = shares |> Array.sumBy (fun share -> Special.logBeta share.Alpha share.Beta)

        fun x at gradient ->
            let mutable value = -constant

            for k in 0 .. shares.Length - 1 do
                let odds = x[at + k] - centres[k]
                let logShare, logRest = -(softplus -odds), -(softplus odds)
                value <- value + shares[k].Alpha * logShare + shares[k].Beta * logRest

                gradient[at + k] <- gradient[at + k] + shares[k].Alpha * exp logRest - shares[k].Beta * exp logShare

            value

    let private logWeights (centres: float[]) (x: float[]) at =
        let logs: float[] = Array.zeroCreate (centres.Length + 1)
        let mutable rest = 0.0

        for k in 0 .. centres.Length - 1 do
            let odds = x[at + k] - centres[k]
            logs[k] <- rest - softplus -odds
            rest <- rest - softplus odds

        logs[centres.Length] <- rest
        logs

    let private addCounts (centres: float[]) (counts: float[]) (x: float[]) at (gradient: float[]) =
        let mutable later = 0.0

        for k in centres.Length - 1 .. -1 .. 0 do
            later <- later + counts[k + 1]
            let odds = x[at + k] - centres[k]

            gradient[at + k] <- gradient[at + k] + counts[k] * exp -(softplus odds) - later * exp -(softplus -odds)

    let private coordinates
        names
        centres
        shares
        (ofShares: Beta[] -> float[] -> 'weights)
        : WeightCoordinates<'weights> =
        let pinned (x: float[]) at =
            Array.init (Array.length centres) (fun k ->
                let odds = x[at + k] - centres[k]
                Pin.share (exp -(softplus -odds)) (exp -(softplus odds)))

        { Factor =
            { Names = names
              LogDensity = shares >> density centres
              OfFactor =
                fun d ->
                    Array.map2
                        (fun centre (share: Beta) -> log share.Alpha - log share.Beta + centre)
                        centres
                        (shares d)
              ToFactor = fun x at -> ofShares (pinned x at) (logWeights centres x at) }
          LogWeights = logWeights centres
          AddCounts = addCounts centres }

    /// A Dirichlet distribution's K probabilities, named by a function of the entry's number from 1; at 0 all are equal.
    let dirichlet (name: int -> string) (count: int) : WeightCoordinates<Dirichlet> =
        let shares (d: Dirichlet) : Beta[] =
            let alpha = d.Concentration.ToArray()
            let later = Array.scanBack (+) alpha 0.0
            Array.init (count - 1) (fun k -> { Alpha = alpha[k]; Beta = later[k + 1] })

        coordinates
            (Array.init (count - 1) (fun k -> name (k + 1)))
            (Array.init (count - 1) (fun k -> log (float (count - 1 - k))))
            shares
            (fun _ logs -> Pin.dirichlet (Vec.wrap (Array.map exp logs)))

    /// The K - 1 shares of a stick; at 0 a half.
    let stickBreaking (count: int) : WeightCoordinates<StickBreaking> =
        coordinates
            (Array.init (count - 1) (fun k -> $"v[{k + 1}]"))
            (Array.zeroCreate (count - 1))
            _.Sticks
            (fun shares _ -> { Sticks = shares })
