namespace Vi.Math.FSharp

open System
open Vi.Math

/// Whether resampling the momentum moves a Hamiltonian chain through the energies that the posterior has.
[<RequireQualifiedAccess>]
module EnergyDiagnostic =

    /// Below this the chain explores its energies so slowly that the tails are not to be trusted (Betancourt 2016; Stan's own border).
    let border = 0.3

    /// The energy Bayesian fraction of missing information of one chain's energies in nats:
    /// sum (E_n - E_(n-1))^2 / sum (E_n - mean)^2 (Betancourt 2016, "Diagnosing suboptimal cotangent disintegrations"); NaN for fewer than
    /// three draws or energies that do not vary.
    let bfmi (energies: Vec) =
        if energies.Length < 3 then
            nan
        else
            let centre = Sample.mean energies
            let spread = Vec.sumBy (fun e -> (e - centre) * (e - centre)) energies
            let moves = energies.Values |> Array.pairwise |> Array.sumBy (fun (a, b) -> (b - a) * (b - a))
            if spread > 0.0 && Double.IsFinite spread then moves / spread else nan
