namespace Vi.Math.FSharp

open Vi.Math

/// Makes the computation expression `program`.
[<Sealed>]
type ProgramBuilder internal () =

    /// let!: a statement's value for the statements after it.
    member _.Bind(first: Program<'a>, next: 'a -> Program<'b>) = Program.bind next first

    /// return: the program's value.
    member _.Return(value: 'a) = Program.result value

    /// return!: another program's value.
    member _.ReturnFrom(program: Program<'a>) = program

    /// No statement.
    member _.Zero() = Program.result ()

    /// One statement after the other.
    member _.Combine(first: Program<unit>, next: Program<'a>) = Program.bind (fun () -> next) first

    /// Statements that are run when the program is.
    member _.Delay(f: unit -> Program<'a>) = Program.bind f (Program.result ())

    /// Statements for each item, in order.
    member _.For(items: 'a seq, body: 'a -> Program<unit>) : Program<unit> =
        let items = Array.ofSeq items
        Program.init items.Length (fun i -> body items[i]) |> Program.map ignore

/// What may stand for a table of rows of data.
[<AbstractClass; Sealed>]
type AsRowData private () =

    /// A table with one row an observation: a matrix.
    static member Convert(values: Mat, name: string, _: AsRowData) =
        Program.rowMatrix (RowData(name, values.Rows, values.Columns, values.Values))

    /// The same, row by row.
    static member Convert(values: float[][], name: string, witness: AsRowData) =
        AsRowData.Convert(Mat.ofRows values, name, witness)

    /// One number a row: a vector.
    static member Convert(values: float[], name: string, _: AsRowData) =
        Program.rowVector (RowData(name, values.Length, 1, Array.copy values))

    /// One number a row: a vector.
    static member Convert(values: Vec, name: string, _: AsRowData) =
        Program.rowVector (RowData(name, values.Length, 1, values.Values))

    /// Any of these; the last argument only says where to look.
    static member inline Apply(values: ^a, name: string, witness: ^w) : Program<Expression> =
        ((^w or ^a): (static member Convert: ^a * string * ^w -> Program<Expression>) (values, name, witness))

/// The words of the model language; open this module where programs are written.
///
/// Eight schools:
/// <code>
/// let schools (y: float[]) (sigma: float[]) =
///     program {
///         let! mu = normal "mu" 0.0 5.0
///         let! tau = halfCauchy "tau" 5.0
///         let! theta = normalVector "theta" 8 mu tau
///         do! observe "y" (Distribution.normal theta sigma) y
///     }
/// let density = schools y sigma |> Program.trace |> ProgramDensity.whole
/// </code>
module ModelLanguage =

    /// Statements of a model, one after the other: parameters, observations, deterministic quantities, potentials.
    let program = ProgramBuilder()

    /// A parameter with the shape that its distribution's parameters ask for.
    let draw (name: string) (distribution: ProgramDistribution) = Program.draw name distribution

    /// A vector of so many entries of a distribution.
    let drawVector (name: string) (length: int) (distribution: ProgramDistribution) =
        Program.drawShaped name (Shape.Vector length) distribution

    /// A matrix of entries, or of rows, of a distribution.
    let drawMatrix (name: string) (rows: int) (columns: int) (distribution: ProgramDistribution) =
        Program.drawShaped name (Shape.Matrix(rows, columns)) distribution

    /// Data of a distribution: numbers, arrays, or rows of data.
    let inline observe (name: string) (distribution: ProgramDistribution) (data: ^a) =
        Program.observe name distribution (Distribution.expression data)

    /// A quantity that is reported.
    let deterministic (name: string) (value: Expression) = Program.deterministic name value

    /// A number that is added to the log density.
    let potential (name: string) (value: Expression) = Program.potential name value

    /// Rows of a table (N x C numbers, a matrix; or N, a vector): all of them, or those that a minibatch selects. Likelihoods of them are scaled to all rows.
    let inline rowData (name: string) (values: ^a) : Program<Expression> =
        AsRowData.Apply(values, name, Unchecked.defaultof<AsRowData>)

    // A parameter of each family, with the shape that the family's parameters ask for; and vectors of independent entries.

    /// Normal with a mean and a standard deviation > 0.
    let inline normal (name: string) (mean: ^a) (sd: ^b) = draw name (Distribution.normal mean sd)

    /// Normal with a mean and a standard deviation > 0. So many entries.
    let inline normalVector (name: string) (length: int) (mean: ^a) (sd: ^b) =
        drawVector name length (Distribution.normal mean sd)

    /// Cauchy with a location and a scale > 0.
    let inline cauchy (name: string) (location: ^a) (scale: ^b) = draw name (Distribution.cauchy location scale)

    /// Cauchy with a location and a scale > 0. So many entries.
    let inline cauchyVector (name: string) (length: int) (location: ^a) (scale: ^b) =
        drawVector name length (Distribution.cauchy location scale)

    /// Student-t with degrees of freedom > 0, a location and a scale > 0.
    let inline studentT (name: string) (degreesOfFreedom: ^a) (location: ^b) (scale: ^c) =
        draw name (Distribution.studentT degreesOfFreedom location scale)

    /// Student-t with degrees of freedom > 0, a location and a scale > 0. So many entries.
    let inline studentTVector (name: string) (length: int) (degreesOfFreedom: ^a) (location: ^b) (scale: ^c) =
        drawVector name length (Distribution.studentT degreesOfFreedom location scale)

    /// Laplace with a location and a scale > 0.
    let inline laplace (name: string) (location: ^a) (scale: ^b) = draw name (Distribution.laplace location scale)

    /// Laplace with a location and a scale > 0. So many entries.
    let inline laplaceVector (name: string) (length: int) (location: ^a) (scale: ^b) =
        drawVector name length (Distribution.laplace location scale)

    /// |x| for x normal around 0 with this standard deviation > 0.
    let inline halfNormal (name: string) (sd: ^a) = draw name (Distribution.halfNormal sd)

    /// |x| for x normal around 0 with this standard deviation > 0. So many entries.
    let inline halfNormalVector (name: string) (length: int) (sd: ^a) =
        drawVector name length (Distribution.halfNormal sd)

    /// |x| for x Cauchy around 0 with this scale > 0.
    let inline halfCauchy (name: string) (scale: ^a) = draw name (Distribution.halfCauchy scale)

    /// |x| for x Cauchy around 0 with this scale > 0. So many entries.
    let inline halfCauchyVector (name: string) (length: int) (scale: ^a) =
        drawVector name length (Distribution.halfCauchy scale)

    /// |x| for x Student-t around 0 with degrees of freedom and scale > 0.
    let inline halfStudentT (name: string) (degreesOfFreedom: ^a) (scale: ^b) =
        draw name (Distribution.halfStudentT degreesOfFreedom scale)

    /// |x| for x Student-t around 0 with degrees of freedom and scale > 0. So many entries.
    let inline halfStudentTVector (name: string) (length: int) (degreesOfFreedom: ^a) (scale: ^b) =
        drawVector name length (Distribution.halfStudentT degreesOfFreedom scale)

    /// Exponential with a rate > 0.
    let inline exponential (name: string) (rate: ^a) = draw name (Distribution.exponential rate)

    /// Exponential with a rate > 0. So many entries.
    let inline exponentialVector (name: string) (length: int) (rate: ^a) =
        drawVector name length (Distribution.exponential rate)

    /// exp x for x normal with a mean and a standard deviation > 0.
    let inline logNormal (name: string) (mean: ^a) (sd: ^b) = draw name (Distribution.logNormal mean sd)

    /// exp x for x normal with a mean and a standard deviation > 0. So many entries.
    let inline logNormalVector (name: string) (length: int) (mean: ^a) (sd: ^b) =
        drawVector name length (Distribution.logNormal mean sd)

    /// Gamma with a shape and a rate > 0.
    let inline gamma (name: string) (shape: ^a) (rate: ^b) = draw name (Distribution.gamma shape rate)

    /// Gamma with a shape and a rate > 0. So many entries.
    let inline gammaVector (name: string) (length: int) (shape: ^a) (rate: ^b) =
        drawVector name length (Distribution.gamma shape rate)

    /// 1 / x for x Gamma(shape, rate = scale).
    let inline inverseGamma (name: string) (shape: ^a) (scale: ^b) = draw name (Distribution.inverseGamma shape scale)

    /// 1 / x for x Gamma(shape, rate = scale). So many entries.
    let inline inverseGammaVector (name: string) (length: int) (shape: ^a) (scale: ^b) =
        drawVector name length (Distribution.inverseGamma shape scale)

    /// Beta on (0, 1) with two shapes > 0.
    let inline beta (name: string) (a: ^a) (b: ^b) = draw name (Distribution.beta a b)

    /// Beta on (0, 1) with two shapes > 0. So many entries.
    let inline betaVector (name: string) (length: int) (a: ^a) (b: ^b) = drawVector name length (Distribution.beta a b)

    /// Multivariate normal with the lower Cholesky factor of its covariance.
    let inline multivariateNormal (name: string) (mean: ^a) (covarianceFactor: ^b) =
        draw name (Distribution.multivariateNormal mean covarianceFactor)

    /// Multivariate normal with the lower Cholesky factor of its precision.
    let inline multivariateNormalPrecision (name: string) (mean: ^a) (precisionFactor: ^b) =
        draw name (Distribution.multivariateNormalPrecision mean precisionFactor)

    /// Dirichlet with concentrations > 0 (K).
    let inline dirichlet (name: string) (concentration: ^a) = draw name (Distribution.dirichlet concentration)

    /// A matrix of normal entries.
    let inline normalMatrix (name: string) (rows: int) (columns: int) (mean: ^a) (sd: ^b) =
        drawMatrix name rows columns (Distribution.normal mean sd)

    /// Uniform between two numbers.
    let uniform (name: string) (lower: float) (upper: float) = draw name (Distribution.uniform lower upper)

    /// Density 1 on the real line: improper.
    let flat (name: string) = draw name Distribution.flat

    /// Density 1 on the real line for each of so many entries: improper.
    let flatVector (name: string) (length: int) = drawVector name length Distribution.flat

    /// Density 1 on the positive numbers: improper.
    let flatPositive (name: string) = draw name (Distribution.flatOn Domain.Positive)

    /// Lower Cholesky factor of a correlation matrix R with density proportional to |R|^(concentration - 1).
    let inline lkj (name: string) (dimension: int) (concentration: ^a) =
        draw name (Distribution.lkj dimension concentration)

    /// A first-order autoregression from its stationary distribution, its entries the parameters (centred).
    let inline autoregression (name: string) (length: int) (mean: ^a) (phi: ^b) (sd: ^c) =
        draw name (Distribution.autoregression mean phi sd length)

    /// The same distribution made of standard normal parameters under the name raw (non-centred); the series is reported under the name.
    let inline autoregressionFrom (raw: string) (name: string) (length: int) (mean: ^a) (phi: ^b) (sd: ^c) =
        normalVector raw length 0.0 1.0
        |> Program.bind (fun z ->
            SeriesDistributions.autoregressionOf
                (Distribution.expression mean)
                (Distribution.expression phi)
                (Distribution.expression sd)
                z
            |> deterministic name)
