namespace Vi.Properties

open Vi.Math
open Vi.Math.FSharp
open Vi.Math.FSharp.ModelLanguage
open Xunit

/// The words of the model language that draw vectors.
type LanguageTests() =

    static let length = 3

    /// Each family with a vector of independent entries, and with one entry.
    static let families: (string * (string -> Program<Expression>) * (string -> Program<Expression>)) list =
        [ "normal", (fun name -> normalVector name length 0.5 2.0), (fun name -> normal name 0.5 2.0)
          "cauchy", (fun name -> cauchyVector name length 0.5 2.0), (fun name -> cauchy name 0.5 2.0)
          "student-t", (fun name -> studentTVector name length 4.0 0.5 2.0), (fun name -> studentT name 4.0 0.5 2.0)
          "laplace", (fun name -> laplaceVector name length 0.5 2.0), (fun name -> laplace name 0.5 2.0)
          "half-normal", (fun name -> halfNormalVector name length 2.0), (fun name -> halfNormal name 2.0)
          "half-cauchy", (fun name -> halfCauchyVector name length 2.0), (fun name -> halfCauchy name 2.0)
          "half-student-t",
          (fun name -> halfStudentTVector name length 4.0 2.0),
          (fun name -> halfStudentT name 4.0 2.0)
          "exponential", (fun name -> exponentialVector name length 2.0), (fun name -> exponential name 2.0)
          "log-normal", (fun name -> logNormalVector name length 0.5 2.0), (fun name -> logNormal name 0.5 2.0)
          "gamma", (fun name -> gammaVector name length 3.0 2.0), (fun name -> gamma name 3.0 2.0)
          "inverse-gamma", (fun name -> inverseGammaVector name length 3.0 2.0), (fun name -> inverseGamma name 3.0 2.0)
          "beta", (fun name -> betaVector name length 3.0 2.0), (fun name -> beta name 3.0 2.0)
          "flat", (fun name -> flatVector name length), flat ]

    static let densityOf (draw: Program<Expression>) (position: float list) =
        let density = draw |> Program.trace |> ProgramDensity.whole
        let struct (value, _) = LogDensity.at density (Vec.ofSeq position)
        value

    static member Families: TheoryData<string> = TheoryData<string>([| for name, _, _ in families -> name |])

    /// The entries of a vector are independent: log densities add up, in the coordinates of the real line.
    [<Theory; MemberData(nameof LanguageTests.Families)>]
    member _.``A vector has the density of its entries``(family: string) =
        let _, vector, entry = families |> List.find (fun (name, _, _) -> name = family)
        let position = [ -1.3; 0.2; 0.9 ]
        let whole = densityOf (vector "x") position
        let sum = position |> List.sumBy (fun y -> densityOf (entry "x") [ y ])
        Assert.Equal(sum, whole, 1e-12 * (1.0 + abs sum))
