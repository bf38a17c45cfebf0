namespace Vi.Math.Fluent

open System
open System.Collections.Generic
open System.Globalization
open System.IO
open System.Text.Json
open Vi.Math
open Vi.Math.FSharp

/// Between a column's own unit and what a model reads.
[<AbstractClass; Sealed>]
type ColumnUnits private () =

    /// What a model reads of a value in the column's own unit.
    static member Apply(steps: ColumnStep[], value: float) : float = ColumnSteps.apply steps value

    /// The value in the column's own unit of what a model reads.
    static member Invert(steps: ColumnStep[], value: float) : float = ColumnSteps.invert steps value

/// What a fit predicts for rows: numbers by name, in the columns' own units.
[<Sealed>]
type RowPredictions internal (names: string[], rows: float[][], classes: string[]) =

    let place name =
        match Array.IndexOf(names, name) with
        | -1 -> invalidArg (nameof name) $"""there is no "{name}" among {String.Join(", ", names)}"""
        | found -> found

    /// Names of the numbers of a row.
    member _.Names: IReadOnlyList<string> = names

    /// Number of rows.
    member _.Count = rows.Length

    /// A number of a row, from 0; raises ArgumentException for a name that there is not.
    member _.Item
        with get (row: int, name: string): float = rows[row][place name]

    /// All numbers of a row, from 0.
    member _.Row(row: int) : IReadOnlyList<float> = rows[row]

    /// A number of all rows; raises ArgumentException for a name that there is not.
    member _.Column(name: string) : IReadOnlyList<float> =
        let j = place name
        rows |> Array.map (fun row -> row[j]) :> IReadOnlyList<float>

    /// The most probable class of a row, from 0, as the fitted table named it; null where the target is no class.
    member _.Class(row: int) : string | null =
        match Array.IndexOf(names, "class") with
        | -1 -> null
        | j ->
            let place = rows[row].[j]

            if classes.Length = 2 then
                classes[int place]
            else
                place.ToString CultureInfo.InvariantCulture

/// A fit that predicts rows: what `posterior.json` holds, or a posterior with the names of its columns.
[<Sealed>]
type FittedModel internal (fit: StoredFit) =

    let levels = dict [ for struct (name, texts) in fit.Levels -> name, texts ]

    let sources = fit.Columns |> Array.map _.Source |> Array.distinct

    let classes =
        match fit.Target with
        | null -> [||]
        | target ->
            match levels.TryGetValue target.Source with
            | true, texts -> texts
            | _ -> [||]

    let predictor continues =
        match StoredFit.predictor continues fit with
        | ValueSome found -> found
        | ValueNone ->
            raise (
                NotSupportedException
                    $"a posterior of {fit.Model} fitted by {fit.Algorithm} does not say enough to predict rows"
            )

    let require row (values: float[]) =
        match StoredFit.firstBad fit values with
        | ValueSome j ->
            invalidArg
                "rows"
                $"row {row + 1}, column \"{fit.Columns[j].Name}\": {values[j]} cannot be read: the model needs a finite number, and for a logarithm one in its range"
        | ValueNone -> values

    let predict continues (rows: float[] seq) =
        let predictor = predictor continues

        let step state (at, row) =
            let struct (next, answer) = predictor.Step state (require at row)
            answer, next

        let answers, _ = Array.mapFold step predictor.Start (Seq.toArray (Seq.indexed rows))
        RowPredictions(predictor.Names, answers, classes)

    /// The number of a cell of a column of numbers.
    let number row (name: string) (cell: objnull) : float =
        let bad () : float = invalidArg "rows" $"row {row + 1}, column \"{name}\": \"{cell}\" is not a number"

        match cell with
        | null -> nan
        | :? JsonElement as json ->
            match json.ValueKind with
            | JsonValueKind.Number -> json.GetDouble()
            | JsonValueKind.Null -> nan
            | _ -> bad ()
        | :? string -> bad ()
        | :? IConvertible as value ->
            try
                value.ToDouble CultureInfo.InvariantCulture
            with :? InvalidCastException ->
                bad ()
        | _ -> bad ()

    /// The text of a cell of a column of texts; null where it is missing.
    let word (cell: objnull) : string | null =
        match cell with
        | null -> null
        | :? JsonElement as json when json.ValueKind = JsonValueKind.Null -> null
        | :? IFormattable as value -> value.ToString(null, CultureInfo.InvariantCulture)
        | value -> value.ToString()

    let entry row (cells: IReadOnlyDictionary<string, obj>) (column: ModelColumn) : float =
        let cell =
            match cells.TryGetValue column.Source with
            | true, cell -> cell
            | _ -> invalidArg "rows" $"row {row + 1} has no \"{column.Source}\", which the model reads"

        match column.Level with
        | null -> number row column.Source cell
        | level ->
            match word cell with
            | null -> nan
            | text when
                not (
                    levels[column.Source]
                    |> Array.exists (fun known -> String.Equals(known, text, StringComparison.OrdinalIgnoreCase))
                )
                ->
                let known = String.Join(", ", levels[column.Source])

                invalidArg
                    "rows"
                    $"row {row + 1}, column \"{column.Source}\": \"{text}\" does not occur in the fitted rows, which have {known}"
            | text ->
                if String.Equals(text, level, StringComparison.OrdinalIgnoreCase) then
                    1.0
                else
                    0.0

    member internal _.Fit = fit

    /// The model's type, e.g. linear-regression.
    member _.Model = fit.Model

    /// The algorithm that fitted it.
    member _.Algorithm = fit.Algorithm

    /// Columns of a table that it needs, by name.
    member _.Columns: IReadOnlyList<string> = sources

    /// The columns as the model reads them, indicators of texts among them.
    member _.ModelColumns: IReadOnlyList<ModelColumn> = fit.Columns

    /// The target's name, or that of the only column of a model that describes one number; null where there is none.
    member _.Target: string | null =
        match fit.Target with
        | null -> null
        | target -> target.Source

    /// The two classes of the target as the fitted table named them, that of 0 first; empty where it had numbers or there is no class.
    member _.Classes: IReadOnlyList<string> = classes

    /// The texts of each column of texts, in the order of their numbers.
    member _.Levels: IReadOnlyDictionary<string, IReadOnlyList<string>> =
        let all = Dictionary<string, IReadOnlyList<string>>()
        fit.Levels |> Array.iter (fun (struct (name, texts)) -> all[name] <- texts)
        all

    /// Whether rows may have missing entries.
    member _.TakesGaps = StoredFit.takesGaps fit

    /// Whether rows follow one another, so that their order counts.
    member _.IsSeries = fit.Posterior.IsRegimes

    /// When the last fitted row was observed; null where unknown.
    member _.Until = fit.Until

    /// Whether it predicts rows; a program's draws alone do not.
    member _.CanPredict = (StoredFit.predictor false fit).IsSome

    /// Names of the numbers that it predicts of a row; raises NotSupportedException where it predicts nothing.
    member _.Outputs: IReadOnlyList<string> = (predictor false).Names

    /// Names of the arrays of numbers that are stored.
    member _.NumberNames: IReadOnlyList<string> =
        [| for numbers in FittedPosterior.toArrays fit.Posterior -> numbers.Name |]

    /// Stored numbers by name, row by row: draws, draw by draw along the first axis, or parameters of the posterior's factors. Raises
    /// ArgumentException for a name that there is not.
    member _.Numbers(name: string) : NamedArray =
        match FittedPosterior.toArrays fit.Posterior |> Array.tryFind (fun a -> a.Name = name) with
        | Some found -> found
        | None -> invalidArg (nameof name) $"there are no numbers \"{name}\""

    /// Predictions for rows of cells by column name: numbers, texts where the fitted table had texts, JsonElement of either. Other cells are ignored.
    /// A series goes on after the last fitted row where that is asked for. Raises ArgumentException naming row and column of what cannot be read,
    /// NotSupportedException where it predicts nothing.
    member _.Predict(rows: IEnumerable<IReadOnlyDictionary<string, obj>>, continues: bool) : RowPredictions =
        rows |> Seq.mapi (fun row cells -> fit.Columns |> Array.map (entry row cells)) |> predict continues

    /// The same for rows of their own, not going on after the fitted ones.
    member this.Predict(rows: IEnumerable<IReadOnlyDictionary<string, obj>>) : RowPredictions =
        this.Predict(rows, false)

    /// Predictions for rows of the model's columns (D numbers each, indicators of texts among them) in their own units, NaN where an entry is missing.
    member _.PredictNumbers(rows: IEnumerable<float[]>, continues: bool) : RowPredictions =
        rows
        |> Seq.mapi (fun at row ->
            if row.Length = fit.Columns.Length then
                row
            else
                invalidArg
                    "rows"
                    $"row {at + 1} has {row.Length} numbers, and the model reads {fit.Columns.Length} columns")
        |> predict continues

    /// The first column, from 0, of a row of the model's columns that it cannot read; -1 where there is none.
    member _.FirstBad(row: float[]) : int =
        match StoredFit.firstBad fit row with
        | ValueSome j -> j
        | ValueNone -> -1

    /// The same fit of a table with these columns: how the model reads each, the target (null where there is none), and the texts of columns of texts.
    /// Raises ArgumentException where there are more or fewer columns.
    member _.WithColumns
        (
            columns: IEnumerable<ModelColumn>,
            target: ModelColumn | null,
            levels: IEnumerable<KeyValuePair<string, IReadOnlyList<string>>>,
            until: Nullable<DateTime>
        ) : FittedModel =
        let columns = Seq.toArray columns

        if columns.Length <> fit.Columns.Length then
            invalidArg (nameof columns) $"{columns.Length} columns, and the fit has {fit.Columns.Length}"

        FittedModel
            { fit with
                Columns = columns
                Target = target
                Levels = [| for pair in levels -> struct (pair.Key, Seq.toArray pair.Value) |]
                Until = until }

    /// The same fit under the name of its model's type and of its algorithm.
    member _.As(model: string, algorithm: string) : FittedModel =
        FittedModel { fit with Model = model; Algorithm = algorithm }

    /// As JSON text, to the bit.
    member _.ToJson() : string = StoredFit.toJson fit

    /// Writes the JSON text to a file.
    member this.Save(path: string) : unit = File.WriteAllText(path, this.ToJson())

    /// The fit of JSON text; raises StoredFitException where it is none, or has a newer layout.
    static member OfJson(json: string) : FittedModel = FittedModel(StoredFit.ofJson json)

    /// The fit that a file holds; raises StoredFitException, naming the file, where it is none or has a newer layout.
    static member Load(path: string) : FittedModel =
        try
            FittedModel.OfJson(File.ReadAllText path)
        with :? StoredFitException as error ->
            raise (StoredFitException $"{path}: {error.Message}")

/// Fits made ready to predict and to be stored.
[<AbstractClass; Sealed>]
type FittedModels private () =

    static let column name : ModelColumn = { Name = name; Source = name; Level = null; Steps = [||] }

    static let stored algorithm model (columns: IEnumerable<string>) (target: string | null) posterior =
        FittedModel
            { Model = model
              Algorithm = algorithm
              Columns = columns |> Seq.map column |> Seq.toArray
              Target =
                (match target with
                 | null -> null
                 | name -> column name)
              Levels = [||]
              Until = Nullable()
              Posterior = posterior }

    static let make model (columns: IEnumerable<string>) (target: string | null) posterior =
        stored "cavi" model columns target posterior

    static let requireNames (names: IReadOnlyList<string>) count =
        if names.Count <> count then
            invalidArg "columns" $"{names.Count} names for {count} columns"

    /// The mean of a column with known noise.
    static member Of(column: string, prior: GaussianMeanPrior, posterior: Normal) : FittedModel =
        FittedPosterior.NormalMean(posterior, prior.NoiseVariance) |> make "gaussian-mean" [] column

    /// Mean and precision of a column.
    static member Of(column: string, posterior: GaussianMeanPrecisionPosterior) : FittedModel =
        FittedPosterior.NormalMeanPrecision posterior |> make "gaussian-mean-precision" [] column

    /// A linear regression on D columns; the moments are those of the fitted rows.
    static member Of
        (columns: IReadOnlyList<string>, target: string, data: Moments, posterior: RegressionPosterior)
        : FittedModel =
        let d = posterior.Weights.Mean.Length
        requireNames columns d
        let centre = if posterior.HasIntercept then Vec.slice 0 d data.Mean else Vec.zero d
        FittedPosterior.Regression(centre, posterior.Factors) |> make "linear-regression" columns target

    /// A logistic regression on D columns.
    static member Of
        (columns: IReadOnlyList<string>, target: string, prior: LogisticRegressionPrior, posterior: MvNormal)
        : FittedModel =
        requireNames columns prior.Centre.Length

        FittedPosterior.Logistic(prior.Centre, prior.Intercept, posterior)
        |> make "logistic-regression" columns target

    /// A mixture in D columns.
    static member Of(columns: IReadOnlyList<string>, posterior: FittedMixture) : FittedModel =
        requireNames columns (MixtureComponent.dimension posterior.View.Components[0])
        FittedPosterior.Mixture posterior.View |> make "gaussian-mixture" columns null

    /// A chain of states in D columns, fitted to rows.
    static member Of(columns: IReadOnlyList<string>, posterior: RegimeSwitchingPosterior, rows: Rows) : FittedModel =
        requireNames columns posterior.States[0].Mean.Length
        let last = RowPredictor.lastState posterior rows

        FittedPosterior.Regimes({ posterior with Learned = ValueNone }, last)
        |> make "regime-switching" columns null

    /// A factor model of N columns.
    static member Of
        (columns: IReadOnlyList<string>, data: LatentFactorData, posterior: LatentFactorPosterior)
        : FittedModel =
        requireNames columns data.Means.Length

        FittedPosterior.Factors(Seq.toArray posterior.Loadings, Seq.toArray posterior.NoisePrecisions, data.Means)
        |> make "factor-model" columns null

    /// Draws of a model by name, draw by draw along the first axis, with further numbers that predictions need: of linear-regression and
    /// logistic-regression w (S x D), b (S) where there is an intercept, the centre (D) at which it counts, tau (S); of gaussian-mean mu (S) and
    /// noiseVariance; of gaussian-mean-precision mu and tau. Draws of other models are stored and predict nothing.
    static member OfDraws
        (model: string, columns: IReadOnlyList<string>, target: string | null, numbers: IEnumerable<NamedArray>)
        : FittedModel =
        FittedPosterior.Draws(Seq.toArray numbers) |> stored "draws" model columns target
