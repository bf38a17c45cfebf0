namespace Vi.Math.Fluent

open System
open System.Collections.Generic
open Vi.Math
open Vi.Math.FSharp

/// Builds a model statement by statement. A builder of `Define` may have rows of data; one of its own (`new`) may not.
[<Sealed>]
type ModelBuilder internal (start: ProgramTrace) =

    let mutable trace = start

    let run (statement: Program<'a>) =
        let struct (value, next) = statement.Run trace
        trace <- next
        value

    /// A builder of a model without rows of data.
    new() = ModelBuilder(Program.start false ValueNone)

    member internal _.Trace = trace

    /// The model of all statements so far.
    member _.Build() : Model = Model(TracedProgram(trace, ValueNone))

    /// A model from a function that states it on a builder; the function is called again for each size of minibatch.
    static member Define(statements: Action<ModelBuilder>) : Model =
        let program =
            Program(fun trace ->
                let builder = ModelBuilder trace
                statements.Invoke builder
                struct ((), builder.Trace))

        Model(Program.trace program)

    /// A parameter of a distribution, with the shape that the distribution's own parameters ask for.
    member _.Draw(name: string, distribution: ProgramDistribution) : Expression = run (Program.draw name distribution)

    /// A parameter of a distribution: a vector of so many entries.
    member _.Draw(name: string, length: int, distribution: ProgramDistribution) : Expression =
        run (Program.drawShaped name (Shape.Vector length) distribution)

    /// A parameter of a distribution: a matrix.
    member _.Draw(name: string, rows: int, columns: int, distribution: ProgramDistribution) : Expression =
        run (Program.drawShaped name (Shape.Matrix(rows, columns)) distribution)

    /// Data of a distribution.
    member _.Observe(name: string, distribution: ProgramDistribution, data: Expression) : unit =
        run (Program.observe name distribution data)

    /// Data of a distribution: one number.
    member _.Observe(name: string, distribution: ProgramDistribution, data: float) : unit =
        run (Program.observe name distribution (Expr.number data))

    /// Data of a distribution: numbers.
    member _.Observe(name: string, distribution: ProgramDistribution, data: float[]) : unit =
        run (Program.observe name distribution (Expr.vector data))

    /// A quantity that is reported.
    member _.Deterministic(name: string, value: Expression) : Expression = run (Program.deterministic name value)

    /// A number that is added to the log density.
    member _.Potential(name: string, value: Expression) : unit = run (Program.potential name value)

    /// Rows of a table as a matrix (N x C): all of them, or those that a minibatch selects.
    member _.RowData(name: string, values: float[,]) : Expression =
        let rows, columns = Array2D.length1 values, Array2D.length2 values
        run (Program.rowMatrix (RowData(name, rows, columns, Array.ofSeq (Seq.cast<float> values))))

    /// One number a row as a vector (N): all of them, or those that a minibatch selects.
    member _.RowData(name: string, values: float[]) : Expression =
        run (Program.rowVector (RowData(name, values.Length, 1, Array.copy values)))

    /// Normal with a mean and a standard deviation > 0.
    member this.Normal(name: string, mean: Expression, standardDeviation: Expression) : Expression =
        this.Draw(name, RealDistributions.normal mean standardDeviation)

    /// Cauchy with a location and a scale > 0.
    member this.Cauchy(name: string, location: Expression, scale: Expression) : Expression =
        this.Draw(name, RealDistributions.cauchy location scale)

    /// Student-t with degrees of freedom > 0, a location and a scale > 0.
    member this.StudentT
        (name: string, degreesOfFreedom: Expression, location: Expression, scale: Expression)
        : Expression =
        this.Draw(name, RealDistributions.studentT degreesOfFreedom location scale)

    /// Laplace with a location and a scale > 0.
    member this.Laplace(name: string, location: Expression, scale: Expression) : Expression =
        this.Draw(name, RealDistributions.laplace location scale)

    /// |x| for x normal around 0 with this standard deviation > 0.
    member this.HalfNormal(name: string, standardDeviation: Expression) : Expression =
        this.Draw(name, PositiveDistributions.halfNormal standardDeviation)

    /// |x| for x Cauchy around 0 with this scale > 0.
    member this.HalfCauchy(name: string, scale: Expression) : Expression =
        this.Draw(name, PositiveDistributions.halfCauchy scale)

    /// |x| for x Student-t around 0 with degrees of freedom and scale > 0.
    member this.HalfStudentT(name: string, degreesOfFreedom: Expression, scale: Expression) : Expression =
        this.Draw(name, PositiveDistributions.halfStudentT degreesOfFreedom scale)

    /// Exponential with a rate > 0.
    member this.Exponential(name: string, rate: Expression) : Expression =
        this.Draw(name, PositiveDistributions.exponential rate)

    /// exp x for x normal with a mean and a standard deviation > 0.
    member this.LogNormal(name: string, mean: Expression, standardDeviation: Expression) : Expression =
        this.Draw(name, PositiveDistributions.logNormal mean standardDeviation)

    /// Gamma with a shape and a rate > 0.
    member this.Gamma(name: string, shape: Expression, rate: Expression) : Expression =
        this.Draw(name, PositiveDistributions.gamma shape rate)

    /// 1 / x for x Gamma(shape, rate = scale).
    member this.InverseGamma(name: string, shape: Expression, scale: Expression) : Expression =
        this.Draw(name, PositiveDistributions.inverseGamma shape scale)

    /// Beta on (0, 1) with two shapes > 0.
    member this.Beta(name: string, a: Expression, b: Expression) : Expression =
        this.Draw(name, PositiveDistributions.beta a b)

    /// Uniform between two numbers.
    member this.Uniform(name: string, lower: float, upper: float) : Expression =
        this.Draw(name, RealDistributions.uniform lower upper)

    /// Density 1 on the real line: improper.
    member this.Flat(name: string) : Expression = this.Draw(name, RealDistributions.flatOn Domain.Real)

    /// Density 1 on the positive numbers: improper.
    member this.FlatPositive(name: string) : Expression = this.Draw(name, RealDistributions.flatOn Domain.Positive)

    /// Dirichlet with concentrations > 0 (K).
    member this.Dirichlet(name: string, concentration: Expression) : Expression =
        this.Draw(name, VectorDistributions.dirichlet concentration)

    /// Lower Cholesky factor of a correlation matrix R with density proportional to |R|^(concentration - 1).
    member this.Lkj(name: string, dimension: int, concentration: Expression) : Expression =
        this.Draw(name, VectorDistributions.lkj dimension concentration)

    /// A first-order autoregression from its stationary distribution, its entries the parameters (centred).
    member this.Autoregression
        (name: string, length: int, mean: Expression, phi: Expression, standardDeviation: Expression)
        : Expression =
        this.Draw(name, SeriesDistributions.autoregression mean phi standardDeviation length)

    /// The same distribution made of standard normal parameters under the name raw (non-centred); the series is reported under the name.
    member this.AutoregressionFrom
        (raw: string, name: string, length: int, mean: Expression, phi: Expression, standardDeviation: Expression)
        : Expression =
        let z = this.Draw(raw, length, RealDistributions.normal (Expr.number 0.0) (Expr.number 1.0))
        this.Deterministic(name, SeriesDistributions.autoregressionOf mean phi standardDeviation z)
