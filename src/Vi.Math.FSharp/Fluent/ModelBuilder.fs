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

    /// A parameter of a law, with the shape that the law's own parameters ask for.
    member _.Draw(name: string, law: RandomLaw) : Expression = run (Program.draw name law)

    /// A parameter of a law: a vector of so many entries.
    member _.Draw(name: string, length: int, law: RandomLaw) : Expression =
        run (Program.drawShaped name (Shape.Vector length) law)

    /// A parameter of a law: a matrix.
    member _.Draw(name: string, rows: int, columns: int, law: RandomLaw) : Expression =
        run (Program.drawShaped name (Shape.Matrix(rows, columns)) law)

    /// Data of a law.
    member _.Observe(name: string, law: RandomLaw, data: Expression) : unit = run (Program.observe name law data)

    /// Data of a law: one number.
    member _.Observe(name: string, law: RandomLaw, data: float) : unit =
        run (Program.observe name law (Expr.number data))

    /// Data of a law: numbers.
    member _.Observe(name: string, law: RandomLaw, data: float[]) : unit =
        run (Program.observe name law (Expr.vector data))

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
        this.Draw(name, RealLaws.normal mean standardDeviation)

    /// Cauchy with a location and a scale > 0.
    member this.Cauchy(name: string, location: Expression, scale: Expression) : Expression =
        this.Draw(name, RealLaws.cauchy location scale)

    /// Student-t with degrees of freedom > 0, a location and a scale > 0.
    member this.StudentT
        (name: string, degreesOfFreedom: Expression, location: Expression, scale: Expression)
        : Expression =
        this.Draw(name, RealLaws.studentT degreesOfFreedom location scale)

    /// Laplace with a location and a scale > 0.
    member this.Laplace(name: string, location: Expression, scale: Expression) : Expression =
        this.Draw(name, RealLaws.laplace location scale)

    /// |x| for x normal around 0 with this standard deviation > 0.
    member this.HalfNormal(name: string, standardDeviation: Expression) : Expression =
        this.Draw(name, PositiveLaws.halfNormal standardDeviation)

    /// |x| for x Cauchy around 0 with this scale > 0.
    member this.HalfCauchy(name: string, scale: Expression) : Expression =
        this.Draw(name, PositiveLaws.halfCauchy scale)

    /// |x| for x Student-t around 0 with degrees of freedom and scale > 0.
    member this.HalfStudentT(name: string, degreesOfFreedom: Expression, scale: Expression) : Expression =
        this.Draw(name, PositiveLaws.halfStudentT degreesOfFreedom scale)

    /// Exponential with a rate > 0.
    member this.Exponential(name: string, rate: Expression) : Expression =
        this.Draw(name, PositiveLaws.exponential rate)

    /// exp x for x normal with a mean and a standard deviation > 0.
    member this.LogNormal(name: string, mean: Expression, standardDeviation: Expression) : Expression =
        this.Draw(name, PositiveLaws.logNormal mean standardDeviation)

    /// Gamma with a shape and a rate > 0.
    member this.Gamma(name: string, shape: Expression, rate: Expression) : Expression =
        this.Draw(name, PositiveLaws.gamma shape rate)

    /// 1 / x for x Gamma(shape, rate = scale).
    member this.InverseGamma(name: string, shape: Expression, scale: Expression) : Expression =
        this.Draw(name, PositiveLaws.inverseGamma shape scale)

    /// Beta on (0, 1) with two shapes > 0.
    member this.Beta(name: string, a: Expression, b: Expression) : Expression = this.Draw(name, PositiveLaws.beta a b)

    /// Uniform between two numbers.
    member this.Uniform(name: string, lower: float, upper: float) : Expression =
        this.Draw(name, RealLaws.uniform lower upper)

    /// Density 1 on the real line: improper.
    member this.Flat(name: string) : Expression = this.Draw(name, RealLaws.flatOn Domain.Real)

    /// Density 1 on the positive numbers: improper.
    member this.FlatPositive(name: string) : Expression = this.Draw(name, RealLaws.flatOn Domain.Positive)

    /// Dirichlet with concentrations > 0 (K).
    member this.Dirichlet(name: string, concentration: Expression) : Expression =
        this.Draw(name, VectorLaws.dirichlet concentration)

    /// Lower Cholesky factor of a correlation matrix R with density proportional to |R|^(concentration - 1).
    member this.Lkj(name: string, dimension: int, concentration: Expression) : Expression =
        this.Draw(name, VectorLaws.lkj dimension concentration)

    /// A first-order autoregression from its stationary law, its entries the parameters (centred).
    member this.Autoregression
        (name: string, length: int, mean: Expression, phi: Expression, standardDeviation: Expression)
        : Expression =
        this.Draw(name, SeriesLaws.autoregression mean phi standardDeviation length)

    /// The same law made of standard normal parameters under the name raw (non-centred); the series is reported under the name.
    member this.AutoregressionFrom
        (raw: string, name: string, length: int, mean: Expression, phi: Expression, standardDeviation: Expression)
        : Expression =
        let z = this.Draw(raw, length, RealLaws.normal (Expr.number 0.0) (Expr.number 1.0))
        this.Deterministic(name, SeriesLaws.autoregressionOf mean phi standardDeviation z)
