namespace Vi.Math.Fluent

open System
open System.Collections.Generic
open Vi.Math
open Vi.Math.FSharp

/// A column that a program asks for and the data do not have.
[<Sealed>]
type NoSuchColumnException(column: string, columns: IReadOnlyList<string>) =
    inherit
        ArgumentException(
            let all = columns |> Seq.map (fun known -> $"'{known}'") |> String.concat ", "
            $"there is no column '{column}' among {all}"
        )

    /// The column asked for.
    member _.Column = column

    /// The columns that there are.
    member _.Columns = columns

/// A table of data as a program sees it: named columns of numbers.
[<Sealed>]
type ModelTable(names: IReadOnlyList<string>, rows: int, values: float[]) =

    let find (name: string) =
        match Seq.tryFindIndex (fun column -> column = name) names with
        | Some column -> column
        | None -> raise (NoSuchColumnException(name, names))

    do
        if values.Length <> rows * names.Count then
            invalidArg (nameof values) $"{values.Length} numbers do not fill {rows} rows of {names.Count} columns"

    /// Names of the columns.
    member _.Columns = names

    /// Number of rows.
    member _.Rows = rows

    /// A column by its name; raises NoSuchColumnException, naming the columns, where there is none.
    member _.Column(name: string) : float[] =
        let column = find name
        Array.init rows (fun i -> values[i * names.Count + column])

    /// Some columns by their names, rows x columns; raises like Column.
    member _.Matrix([<ParamArray>] columns: string[]) : float[,] =
        let at = columns |> Array.map find
        Array2D.init rows columns.Length (fun i j -> values[i * names.Count + at[j]])

/// A model of one's own that experiment files may name: a class with a constructor that takes nothing, in an assembly that the file names.
type IModelProgram =

    /// Its name in experiment files, e.g. dose-response.
    abstract Name: string

    /// What it says and when to use it, in a sentence or two.
    abstract Summary: string

    /// Its settings, which are numbers, with their defaults.
    abstract Settings: IReadOnlyDictionary<string, float>

    /// The model of a table, with all settings. Raises ArgumentException where they do not go together.
    abstract Build: data: ModelTable * settings: IReadOnlyDictionary<string, float> -> Model

/// Models from programs of the F# language.
[<AbstractClass; Sealed>]
type ModelOf private () =

    /// The model of a program.
    static member Program(program: Program<'T>) : Model = Model(Program.trace program)
