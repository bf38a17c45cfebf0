namespace Vi.Verification.FSharp

open Vi.Math
open Vi.Math.FSharp

/// Every operation of expressions, as a number made of parameters: the operation's result under random weights.
[<RequireQualifiedAccess>]
module AutodiffCases =

    let private functions: (string * (Expression -> Expression) * (Draft -> Shape -> Expression)) list =
        let real (draft: Draft) = draft.Real
        let positive (draft: Draft) = draft.Positive

        [ "negation", (fun a -> -a), real
          "exp", Expr.exp, real
          "expm1", Expr.expm1, real
          "log", Expr.log, positive
          "log1p", Expr.log1p, positive
          "sqrt", Expr.sqrt, positive
          "square", Expr.square, real
          "one minus square", Expr.map UnaryOperation.OneMinusSquare, real
          "reciprocal", Expr.reciprocal, real
          "abs", Expr.abs, real
          "sign", Expr.sign, real
          "tanh", Expr.tanh, real
          "logistic", Expr.logistic, real
          "softplus", Expr.softplus, real
          "sin", Expr.sin, real
          "cos", Expr.cos, real
          "logGamma", Expr.logGamma, positive
          "logNormalCdf", Expr.logNormalCdf, real
          "digamma", Expr.digamma, positive ]

    /// The ways in which two shapes are laid over each other.
    let private layouts n m =
        let n, m = min 17 n, min 9 m
        let scalar, vector, matrix = Shape.Scalar, Shape.Vector n, Shape.Matrix(m, n)
        let row, column, one = Shape.Matrix(1, n), Shape.Matrix(m, 1), Shape.Matrix(1, 1)

        [ scalar, scalar
          scalar, vector
          vector, scalar
          vector, vector
          scalar, matrix
          matrix, scalar
          vector, matrix
          matrix, vector
          row, matrix
          column, matrix
          matrix, column
          vector, column
          column, row
          one, matrix
          one, vector
          matrix, matrix ]

    let private pairs: (string * (Expression -> Expression -> Expression)) list =
        [ "addition", (fun a b -> a + b)
          "subtraction", (fun a b -> a - b)
          "multiplication", (fun a b -> a * b)
          "division", (fun a b -> a / b)
          "power", Expr.power
          "maximum", Expr.maximum
          "minimum", Expr.minimum
          "atLeast", Expr.atLeast ]

    /// Symmetric positive definite from a free matrix: A A' / n + I.
    let private definite n (draft: Draft) =
        let a = draft.Real(Shape.Matrix(n, n))

        Expr.matrixProduct a (Expr.transpose a) / float n
        + Expr.diagonalMatrix (Expr.vector (Array.create n 1.0))

    /// A lower triangular matrix with a diagonal away from 0; the entries above it are there, and are nobody's business.
    let private lower n (draft: Draft) =
        draft.Real(Shape.Matrix(n, n)) * 0.3 + Expr.diagonalMatrix (draft.Positive(Shape.Vector n))

    let private vector n (draft: Draft) = draft.Real(Shape.Vector n)
    let private matrix m n (draft: Draft) = draft.Real(Shape.Matrix(m, n))

    let private structured: (string * (int -> int -> Draft -> Expression)) list =
        [ "sum of all", (fun n m d -> Expr.sum (Expr.exp (matrix m n d)))
          "mean", (fun n _ d -> Expr.mean (Expr.exp (vector n d)))
          "inner product", (fun n m d -> Expr.dot (matrix m n d) (matrix m n d))
          "inner product with itself",
          (fun n _ d ->
              let a = vector n d
              Expr.dot a a)
          "sums of rows", (fun n m d -> Expr.sumRows (matrix m n d))
          "sums of columns", (fun n m d -> Expr.sumColumns (matrix m n d))
          "filling with a number", (fun n m d -> Expr.fill (Shape.Matrix(m, n)) (d.Real Shape.Scalar))
          "filling with a row", (fun n m d -> Expr.fill (Shape.Matrix(m, n)) (vector n d))
          "filling with a column", (fun n m d -> Expr.fill (Shape.Matrix(m, n)) (matrix m 1 d))
          "reshaping", (fun n m d -> Expr.reshape (Shape.Matrix(n, m)) (matrix m n d))
          "transposition", (fun n m d -> Expr.transpose (matrix m n d))
          "concatenation", (fun n m d -> Expr.concatenate [ vector n d; d.Real Shape.Scalar; matrix m 2 d ])
          "one entry", (fun n _ d -> Expr.item (n / 2) (vector n d))
          "slice", (fun n m d -> Expr.slice (n / 2) (m * n - n / 2) (matrix m n d))
          "gather", (fun n m d -> Expr.gather (Array.init m (fun i -> i * 5 % n)) (vector n d))
          "gather of rows", (fun n m d -> Expr.gatherRows (Array.init n (fun i -> i * 3 % m)) (matrix m n d))
          "embedding", (fun n m d -> Expr.embed (Shape.Vector(n + m)) (m / 2) (vector n d))
          "slice of a slice",
          (fun n _ d -> Expr.slice (n / 8) (max 1 (n / 2)) (Expr.slice (n / 3) (n - n / 3) (vector n d)))
          "lower triangle", (fun n _ d -> Expr.lowerTriangle 0.5 (matrix n n d))
          "scatter", (fun n m d -> Expr.scatter (Shape.Vector m) (Array.init n (fun i -> i * 5 % m)) (vector n d))
          "matrix product", (fun n m d -> Expr.matrixProduct (matrix m n d) (matrix n 5 d))
          "matrix product with a transpose",
          (fun n m d -> Expr.matrixProduct (Expr.transpose (matrix m n d)) (matrix m 5 d))
          "matrix times vector", (fun n m d -> Expr.matrixVector (matrix m n d) (vector n d))
          "transpose times vector", (fun n m d -> Expr.matrixVector (Expr.transpose (matrix m n d)) (vector m d))
          "Cholesky factor", (fun n _ d -> Expr.cholesky (definite (min n 17) d))
          "log determinant", (fun n _ d -> Expr.logDeterminant (definite (min n 17) d))
          "triangular solve, vector", (fun n _ d -> Expr.solveLower (lower (min n 17) d) (vector (min n 17) d))
          "triangular solve, matrix", (fun n m d -> Expr.solveLower (lower (min n 17) d) (matrix (min n 17) m d))
          "triangular solve transposed, vector",
          (fun n _ d -> Expr.solveLowerTransposed (lower (min n 17) d) (vector (min n 17) d))
          "triangular solve transposed, matrix",
          (fun n m d -> Expr.solveLowerTransposed (lower (min n 17) d) (matrix (min n 17) m d))
          "log sum exp", (fun n m d -> Expr.logSumExp (matrix m n d))
          "log sum exp of rows", (fun n m d -> Expr.logSumExpRows (matrix m n d))
          "softmax of rows",
          (fun n m d ->
              let a = matrix m n d
              Expr.exp (a - Expr.column (Expr.logSumExpRows a)))
          "cumulative sum", (fun n _ d -> Expr.cumulativeSum (vector n d))
          "cumulative sum from the end", (fun n _ d -> Expr.cumulativeSumFromEnd (vector n d))
          "recurrence", (fun n _ d -> Expr.linearRecurrence (d.Between -0.9 0.9 Shape.Scalar) (vector n d))
          "recurrence from the end",
          (fun n _ d -> Expr.linearRecurrenceFromEnd (d.Between -0.9 0.9 Shape.Scalar) (vector n d))
          "outer product", (fun n m d -> Expr.outer (vector m d) (vector n d))
          "diagonal", (fun n _ d -> Expr.diagonal (matrix n n d))
          "diagonal matrix", (fun n _ d -> Expr.diagonalMatrix (vector n d)) ]

    let private targets family n (draft: Draft) =
        Expr.vector (
            Array.init n (fun _ ->
                match family with
                | PredictorFamily.BernoulliPredictor -> float (draft.Below 2)
                | PredictorFamily.PoissonPredictor -> float (draft.Below 6)
                | _ -> draft.Uniform -3.0 3.0)
        )

    /// The parameters of a likelihood: intercept, slopes, and the family's two.
    let private likelihood family (x: Expression) (y: Expression) alpha beta (first: Expression) second =
        match family with
        | PredictorFamily.NormalPredictor -> GeneralizedLinear.normal x y alpha beta first
        | PredictorFamily.BernoulliPredictor -> GeneralizedLinear.bernoulliLogit x y alpha beta
        | PredictorFamily.PoissonPredictor -> GeneralizedLinear.poissonLog x y alpha beta
        | PredictorFamily.StudentPredictor -> GeneralizedLinear.studentT x y alpha beta second first

    /// The families of likelihoods with linear predictors.
    let families =
        [ "normal", PredictorFamily.NormalPredictor
          "Bernoulli", PredictorFamily.BernoulliPredictor
          "Poisson", PredictorFamily.PoissonPredictor
          "Student-t", PredictorFamily.StudentPredictor ]

    /// One likelihood twice: as a single operation, and made of simple ones (the table is then no constant, but 1 times it).
    let likelihoods family n columns (draft: Draft) : struct (Expression * Expression) =
        let x = draft.Constant(Shape.Matrix(n, columns))
        let y = targets family n draft
        let alpha, beta = draft.Real Shape.Scalar, draft.Between -0.5 0.5 (Shape.Vector columns)
        let first, second = draft.Positive Shape.Scalar, draft.Between 2.0 6.0 Shape.Scalar
        let composed = Expr.named "x" (Expr.reshape x.Shape (Expr.flatten x))
        let one = likelihood family x y alpha beta first second
        struct (one, likelihood family composed y alpha beta first second)

    /// Names and makers of numbers, one an operation; sizes n and m.
    let all: (string * (int -> int -> Draft -> Expression)) list =
        [ for name, f, leaf in functions do
              name, (fun n m (draft: Draft) -> draft.Weigh(f (leaf draft (Shape.Matrix(m, n)))))
          for name, f in pairs do
              name,
              (fun n m draft ->
                  layouts n m
                  |> List.map (fun (first, second) ->
                      draft.Weigh(f (draft.Spaced 0.0 first) (draft.Spaced 0.25 second)))
                  |> List.reduce (+))
          for name, f in structured do
              name,
              (fun n m draft ->
                  let a = f n m draft
                  if a.Shape = Shape.Scalar then a else draft.Weigh a)
          for name, family in families do
              $"{name} likelihood",
              (fun n m draft ->
                  let struct (one, _) = likelihoods family n m draft
                  one)

              $"{name} likelihood of simple operations",
              (fun n m draft ->
                  let struct (_, composed) = likelihoods family n m draft
                  composed) ]
