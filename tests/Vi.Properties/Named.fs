namespace Vi.Properties

// The parameterless constructor below exists for xunit's deserialisation, whose base constructor is marked obsolete for all other use.
#nowarn "44"

open System
open Vi.Verification.FSharp
open Xunit
open Xunit.Abstractions
open Xunit.Sdk

/// A test case whose display name is its one argument.
type NamedTestCase =
    inherit XunitTestCase

    new() = { inherit XunitTestCase() }

    new(sink: IMessageSink, testMethod: ITestMethod, name: string) =
        { inherit
            XunitTestCase(sink, TestMethodDisplay.Method, TestMethodDisplayOptions.None, testMethod, [| box name |]) }

    override this.GetDisplayName(_, _) = string this.TestMethodArguments[0]

/// Makes one test case of each name.
type NamedDiscoverer(sink: IMessageSink) =
    interface IXunitTestCaseDiscoverer with
        member _.Discover(_, testMethod, attribute) =
            let names =
                match Seq.head (attribute.GetConstructorArguments()) :?> string with
                | "laws" -> Catalogue.laws |> List.map (fun law -> law.Name)
                | "specimens" -> Catalogue.specimens () |> List.map (fun specimen -> specimen.Name)
                | other -> invalidArg (nameof attribute) $"there is no list of tests called '{other}'"

            names |> Seq.map (fun name -> new NamedTestCase(sink, testMethod, name) :> IXunitTestCase)

/// A test that is run for every name of a list: laws or specimens.
[<AttributeUsage(AttributeTargets.Method)>]
[<XunitTestCaseDiscoverer("Vi.Properties.NamedDiscoverer", "Vi.Properties")>]
type ForEachAttribute(list: string) =
    inherit FactAttribute()
    member _.List = list
