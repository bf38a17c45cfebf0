namespace Vi.Verification.FSharp

open Vi.Math
open Vi.Math.FSharp

/// q(x) q(y) of a pair of numbers.
type PairPosterior = { X: Normal; Y: Normal }

/// Two standard normals with a known correlation, approximated by independent ones: a model without data whose posterior is known to the digit. A Gibbs
/// sweep keeps the square of the correlation of where it began.
[<RequireQualifiedAccess>]
module CorrelatedPair =

    /// q with the posterior's own means and standard deviations; sweeps leave them as they are.
    let right =
        let standard: Normal = { Mean = 0.0; Variance = 1.0 }
        { X = standard; Y = standard }

    /// The optimum of coordinate ascent: as wide as each is given the other.
    let meanField correlation =
        let narrow: Normal = { Mean = 0.0; Variance = 1.0 - correlation * correlation }
        { X = narrow; Y = narrow }

    let private given correlation (other: Normal) : Normal =
        { Mean = correlation * other.Mean; Variance = 1.0 - correlation * correlation }

    /// The model.
    let model (correlation: float) : CheckedModel<unit, unit, PairPosterior> =
        let draw factor (get: PairPosterior -> Normal) set : FactorDraw<PairPosterior> =
            { Factor = factor
              Draw =
                fun q rng ->
                    let struct (value, rng) = Normal.sample (get q) rng
                    struct (set q { Mean = value; Variance = 0.0 }, rng) }

        { Sampler =
            { Model =
                { Name = "pair"
                  Monoid = { Zero = (); Combine = fun () () -> () }
                  Data = Fixed id
                  Updates =
                    [ { Factor = "q(x)"; Update = fun () q -> { q with X = given correlation q.Y } }
                      { Factor = "q(y)"; Update = fun () q -> { q with Y = given correlation q.X } } ]
                  Elbo = fun () _ -> Elbo.ofTerms []
                  Divergence = fun a b -> Normal.klDivergence a.X b.X + Normal.klDivergence a.Y b.Y
                  Coordinates = FactorCoordinates.none
                  Prior = right }
              Draws = [ draw "q(x)" _.X (fun q x -> { q with X = x }); draw "q(y)" _.Y (fun q y -> { q with Y = y }) ]
              Locals = ValueNone
              Names = [| "x"; "y" |]
              Values = fun q -> Vec.ofArray [| q.X.Mean; q.Y.Mean |] }
          Blend = fun rho a b -> { X = Blend.normal rho a.X b.X; Y = Blend.normal rho a.Y b.Y }
          Labels = ValueNone
          IsChecked = fun _ -> [| true; true |]
          SweepSeconds = SweepCosts.normal }
