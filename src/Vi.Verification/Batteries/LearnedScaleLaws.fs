namespace Vi.Verification

/// Groups of rows that lie far apart, one after the other.
type FarGroupsCase =
    {
        /// The groups, each N_g rows of D numbers.
        Groups: float[][][]
        /// Components or states, as many as groups or more.
        Components: int
        /// Seed of the fit.
        Seed: uint64
    }

namespace Vi.Verification.FSharp

open System
open FsCheck
open FsCheck.FSharp
open Vi.Kernels
open Vi.Math
open Vi.Math.FSharp
open Vi.Verification

/// Laws of the learned scale of components.
[<RequireQualifiedAccess>]
module LearnedScaleLaws =

    /// One column, two components and up to three rows, where sums over assignments and two integrals give the evidence.
    let private tinyCases: Arbitrary<MixtureCase> = Samples.mixture 1 3 1 2 2

    /// In one column B is t times a gamma variable: t = 1 for a matrix, 2 for a rate, which is half an inverse scale.
    let private ofMatrix (scale: LearnedScale) : struct (float * Gamma) =
        match scale.Matrix with
        | JointScale d ->
            struct (1.0, Gamma.create (0.5 * d.DegreesOfFreedom) (0.5 * (Chol.toMat d.InverseScale)[0, 0]))
        | ColumnRates rates -> struct (2.0, rates[0])

    /// Points of the logarithm of a gamma variable, evenly spaced, from far below its mean to where no mass is left. The transform of its density falls
    /// like exp(-pi^2 / h) for shapes of about 1 and like exp(-(2 pi / h)^2 / 2a) for large shapes a: 1e-8 for the prior at a step of 1/2, and for q's
    /// shapes of up to 20 at one of 1/5. Over B the prior's step is 1/8: at the floor the factor (B / (B + floor))^(K nu_0 / 2) rises within
    /// 1 / sqrt(nu_0), faster than the prior.
    let private points step (d: Gamma) =
        let centre = log (Gamma.mean d)
        [| centre - 60.0 .. step .. centre + 6.0 |]

    let private ofPrior, private atFloor, private ofQ = 0.5, 0.125, 0.2

    /// Density of q, in nats, below which points are left out: all of them together have less than 1e-8 of the average.
    let private leastLogQ = -28.0

    let private logDensityOfLog (d: Gamma) u = Gamma.logDensity d (exp u) + u

    /// How many precisions share B's power: two components, or the one precision that they share.
    type private Tiny<'prior, 'data, 'components> =
        { Kind: ComponentKind<'prior, 'data, 'components>; Precisions: float }

    /// The prior of a component at B and beta_0, and the log of the powers of |B| over those of its own inverse scale.
    let private at
        (tiny: Tiny<'prior, 'data, 'components>)
        (case: MixtureCase)
        (b: float)
        (beta0: float)
        : struct ('prior * float) =
        let c = case.Prior.Component
        let floored = b + LearnedScale.Floor * (Chol.toMat c.Precision.InverseScale)[0, 0]

        struct (tiny.Kind.Of
                    { c with
                        PrecisionScale = beta0
                        Precision = { c.Precision with InverseScale = Chol.scaledIdentity 1 floored } },
                0.5 * c.Precision.DegreesOfFreedom * tiny.Precisions * log (b / floored))

    let private logAssignment (case: MixtureCase) = EnumeratedMixture.logAssignment case.Prior.Weights.Concentration

    /// log p(X | B, beta_0) + the log of the powers.
    let private evidenceAt (tiny: Tiny<'prior, 'data, 'components>) (case: MixtureCase) b beta0 =
        let struct (prior, ratio) = at tiny case b beta0

        ratio + EnumeratedMixture.logEvidence 2 (logAssignment case) (tiny.Kind.LogEvidence prior) case.Rows

    /// log p(X): a sum over both logarithms. A row at m_0 is as probable at any B down to the floor, e^-18, and below that the mass falls like the
    /// root of B: less than 1e-8 of it is beyond the lowest points.
    let private evidence tiny case (hyperprior: LearnedScale) =
        let struct (t, ofB) = ofMatrix hyperprior
        let ofBeta = hyperprior.MeanScale

        [| for u in points atFloor ofB do
               for v in points ofPrior ofBeta ->
                   logDensityOfLog ofB u + logDensityOfLog ofBeta v + evidenceAt tiny case (t * exp u) (exp v) |]
        |> fun logs -> Special.logSumExp (ReadOnlySpan logs) + log (atFloor * ofPrior)

    /// KL(q || p(z, pi, components, B, beta_0 | X)), on average over q(B) q(beta0).
    let private divergence
        (tiny: Tiny<'prior, 'data, 'components>)
        (case: MixtureCase)
        (hyperprior: LearnedScale)
        logEvidence
        (q: MixturePosterior<Dirichlet, 'components>)
        responsibilities
        =
        let struct (t, priorOfB) = ofMatrix hyperprior
        let struct (_, ofB) = ofMatrix q.Learned.Value
        let ofBeta = q.Learned.Value.MeanScale
        let family = tiny.Kind.Family

        Seq.sum (
            seq {
                for u in points ofQ ofB do
                    for v in points ofQ ofBeta do
                        let logQ = logDensityOfLog ofB u + logDensityOfLog ofBeta v

                        if logQ > leastLogQ then
                            let struct (prior, ratio) = at tiny case (t * exp u) (exp v)

                            let given groups =
                                let data = tiny.Kind.Assigned 1 groups

                                Dirichlet.klDivergence
                                    q.Weights
                                    { Concentration = Vec.add case.Prior.Weights.Concentration (family.Counts data) }
                                + family.KlDivergence q.Components (family.Posterior prior data)

                            let inner =
                                EnumeratedMixture.divergence
                                    2
                                    (logAssignment case)
                                    (tiny.Kind.LogEvidence prior)
                                    responsibilities
                                    given
                                    case.Rows

                            let logPosterior =
                                logDensityOfLog priorOfB u
                                + logDensityOfLog hyperprior.MeanScale v
                                + ratio
                                + EnumeratedMixture.logEvidence
                                    2
                                    (logAssignment case)
                                    (tiny.Kind.LogEvidence prior)
                                    case.Rows
                                - logEvidence

                            ofQ * ofQ * exp logQ * (logQ - logPosterior + inner)
            }
        )

    let private integrated precisions (kind: ComponentKind<'prior, 'data, 'components>) : Law =
        let tinyKind = { Kind = kind; Precisions = precisions }
        let subject = LearnedScales.mixture MixtureKinds.dirichlet kind

        Law.make
            { Name = $"{subject.Name}: log evidence is the bound plus the divergence, by quadrature in one column"
              Statement =
                "On up to three rows the bound plus the divergence from the posterior, averaged over q(B) and q(beta0), is the log evidence: a sum over assignments, integrated over B and beta_0."
              Formula =
                @"\log\int\!\!\int p(B)\,p(\beta_0)\sum_z p(z)\,p(X\mid z,B,\beta_0)\,dB\,d\beta_0=\mathcal L(q)+\mathrm{KL}"
              Source = "Bishop 2006, 10.2 to 10.4; own derivation"
              Covers = [ "gaussian-mixture"; "cavi" ]
              Cases = 5
              Generator = tinyCases
              Holds =
                fun case ->
                    let model = subject.Model case
                    let hyperprior = model.Prior.Learned.Value
                    let exact = evidence tinyKind case hyperprior
                    let rows = ConjugateSubject.table 1 case.Rows

                    let q = ConjugateSubject.sweeps subject case 2 model.Prior
                    let elbo = ConjugateSubject.bound subject case q

                    let responsibilities =
                        MixtureView.responsibilities (Mixture.view WeightFamilies.dirichlet kind.Family q) rows

                    let gap = divergence tinyKind case hyperprior exact q responsibilities

                    [ Compare.atMost "bound" elbo.Value exact (Tolerances.sumOverLogScales exact)
                      Compare.close "bound + KL" exact (elbo.Value + gap) (Tolerances.sumOverLogScales exact) ] }

    /// Two to four groups of 25 to 40 rows in 1 to 3 columns, 10 to 10,000 of their own standard deviations apart.
    let private farGroups =
        gen {
            let! columns = Gen.choose (1, 3)
            let! count = Gen.choose (2, 4)
            let! free = Gen.choose (0, 2)
            let! apart = Scalars.logUniformGen 10.0 1e4
            let! unit = Scalars.logUniformGen 1e-3 1e3
            let! sizes = Gen.arrayOfLength count (Gen.choose (25, 40))
            let! seed = Scalars.seedGen

            let row group rng =
                let struct (noise, rng) = Rng.array columns Rng.normal rng

                struct (noise
                        |> Array.mapi (fun j x ->
                            unit * (x + apart * float (if (group + j) % 2 = 0 then group else -group))),
                        rng)

            let groups, _ =
                (Rng.ofSeed seed, Array.indexed sizes)
                ||> Array.mapFold (fun rng (group, size) ->
                    let struct (rows, rng) = Rng.array size (row group) rng
                    rows, rng)

            return { Groups = groups; Components = count + free; Seed = seed }
        }
        |> Arb.fromGen

    /// Each group's own standard deviations, or those of all groups within, against those of the component next to its mean.
    let private ownWidths shared (case: FarGroupsCase) (components: MixtureComponent[]) =
        let groups = case.Groups |> Array.map (Rows.ofSeq >> Moments.ofRows)

        let within =
            groups
            |> Array.map _.Scatter
            |> Array.reduce Mat.add
            |> Mat.scale (1.0 / Array.sumBy (fun (own: Moments) -> own.Weight) groups)

        [ for g in 0 .. groups.Length - 1 do
              let own = groups[g]
              let covariance = if shared then within else Moments.covariance own

              let nearest =
                  components |> Array.minBy (fun c -> Vec.maxAbs (Vec.subtract (MixtureComponent.mean c) own.Mean))

              let found = MixtureComponent.covariance nearest

              for j in 0 .. own.Mean.Length - 1 do
                  Compare.close
                      $"log of group {g + 1}'s standard deviation {j + 1} over its own"
                      0.0
                      (0.5 * log (found[j, j] / covariance[j, j]))
                      (log 1.3) ]

    /// The best of three starts.
    let private best (engine: Engine<'state, SweepInfo, 'globals>) seed =
        Run.restarts 3 engine (Cavi.stopRule 1e-4 300) (Rng.ofSeed seed)
        |> Array.maxBy (fun run -> run.Info.Elbo.Value)
        |> fun run -> engine.Answer run.State

    let private farStatement =
        "Groups of rows 10 to 10,000 of their own standard deviations apart are found with their own standard deviations within 30 per cent, whatever the unit."

    /// A default prior with two degrees of freedom more, as it is where its scale is learned.
    let private unitOf components data =
        let prior = GaussianMixture.defaultPrior components 1.0 data

        { prior with
            Component =
                { prior.Component with
                    Precision =
                        { prior.Component.Precision with
                            DegreesOfFreedom = prior.Component.Precision.DegreesOfFreedom + 2.0 } } }

    /// Whether the scale is learned is given, so that a fixed one can be tried; whether components share a covariance is said.
    let internal farApart learn shared (kind: ComponentKind<'prior, 'data, 'components>) : Law =
        let subject = LearnedScales.mixture MixtureKinds.dirichlet kind

        Law.make
            { Name = $"{subject.Name}: groups far apart have their own width"
              Statement = farStatement
              Formula = @"\lvert\log(\sigma_k/s_k)\rvert\le\log 1.3"
              Source = "groups known from the simulation"
              Covers = [ "gaussian-mixture"; "cavi" ]
              Cases = 20
              Generator = farGroups
              Holds =
                fun case ->
                    let rows = case.Groups |> Array.concat |> Rows.ofSeq
                    let unit = unitOf case.Components (Moments.ofRows rows)

                    let prior: MixturePrior<Dirichlet, 'prior> =
                        { Weights = unit.Weights; Component = kind.Of unit.Component; Learned = ValueNone }

                    let engine = MixtureMoves.engine WeightFamilies.dirichlet kind.Family (learn kind.Family prior) rows

                    ownWidths shared case (kind.Family.View (best engine case.Seed).Components) }

    /// Groups as stretches of time that come twice.
    let internal statesFarApart learn : Law =
        Law.make
            { Name = "regime-switching and a learned scale: groups far apart have their own width"
              Statement = farStatement
              Formula = @"\lvert\log(\sigma_k/s_k)\rvert\le\log 1.3"
              Source = "groups known from the simulation"
              Covers = [ "regime-switching"; "cavi" ]
              Cases = 20
              Generator = farGroups
              Holds =
                fun case ->
                    let half first (rows: float[][]) =
                        if first then rows[.. rows.Length / 2 - 1] else rows[rows.Length / 2 ..]

                    let rows =
                        [| yield! Array.collect (half true) case.Groups
                           yield! Array.collect (half false) case.Groups |]
                        |> Rows.ofSeq

                    let unit = unitOf 1 (Moments.ofRows rows)
                    let prior = RegimeSwitching.prior case.Components 1.0 0.0 unit.Component |> learn
                    let engine = RegimeMoves.engine prior (RegimeSwitching.chain rows)
                    ownWidths false case (Array.map Joint (best engine case.Seed).States) }

    let private rises (kind: ComponentKind<'prior, 'data, 'components>) : Law =
        { LearnedScales.mixture MixtureKinds.dirichlet kind with Cases = MoveLaws.cases }
        |> MoveLaws.rises (
            MixtureKinds.prior MixtureKinds.dirichlet kind
            >> Mixture.learnScale kind.Family
            >> MixtureMoves.engine WeightFamilies.dirichlet kind.Family
        )

    let private battery (weights: WeightKind<'weights>) (kind: ComponentKind<'prior, 'data, 'components>) : Law list =
        ConjugateLaws.battery (LearnedScales.mixture weights kind)
        |> List.map (Law.covers [ "gaussian-mixture" ])

    /// All laws.
    let all: Law list =
        List.concat
            [ battery MixtureKinds.dirichlet MixtureKinds.full
              battery MixtureKinds.dirichlet MixtureKinds.tied
              battery MixtureKinds.dirichlet MixtureKinds.diagonal
              battery MixtureKinds.stickBreaking MixtureKinds.full
              ConjugateLaws.batteryOfSeries LearnedScales.regimes |> List.map (Law.covers [ "regime-switching" ])
              [ integrated 2.0 MixtureKinds.full
                integrated 1.0 MixtureKinds.tied
                integrated 2.0 MixtureKinds.diagonal
                farApart Mixture.learnScale false MixtureKinds.full
                farApart Mixture.learnScale true MixtureKinds.tied
                farApart Mixture.learnScale false MixtureKinds.diagonal
                statesFarApart RegimeSwitching.learnScale
                rises MixtureKinds.full
                rises MixtureKinds.tied
                rises MixtureKinds.diagonal
                MoveLaws.rises
                    (fun (case: RegimeCase) rows ->
                        RegimeMoves.engine (RegimeSwitching.learnScale case.Prior) (RegimeSwitching.chain rows))
                    { LearnedScales.regimes with Cases = Samples.regimes 4 40 3 2 4 } ] ]
