using System.Reflection;
using NetArchTest.Rules;
using Xunit;

namespace Vi.App.Tests.Architecture;

/// <summary>Dependencies point one way: between assemblies, and between the folders of the application.</summary>
public sealed class ReferenceTests
{
    /// <summary>What each assembly of the house may refer to, directly.</summary>
    private static readonly Dictionary<string, string[]> Allowed = new(StringComparer.Ordinal)
    {
        ["Vi.Kernels"] = [],
        ["Vi.Math.FSharp"] = ["Vi.Kernels"],
        ["Vi.Verification"] = ["Vi.Kernels", "Vi.Math.FSharp"],
        ["Vi.Results"] = [],
        ["Vi.Data"] = ["Vi.Kernels", "Vi.Math.FSharp", "Vi.Results"],
        ["Vi.Charts"] = ["Vi.Results"],
        ["Vi.Reports"] = ["Vi.Results", "Vi.Charts"],
        ["Vi.Figures"] = ["Vi.Kernels", "Vi.Math.FSharp", "Vi.Results", "Vi.Data", "Vi.Charts", "Vi.Reports"],
        ["vilab"] =
        [
            "Vi.Kernels",
            "Vi.Math.FSharp",
            "Vi.Verification",
            "Vi.Results",
            "Vi.Data",
            "Vi.Charts",
            "Vi.Reports",
            "Vi.Figures",
        ],
    };

    /// <summary>The application's folders that each of them must not know.</summary>
    public static TheoryData<string, string[]> Forbidden =>
        new()
        {
            {
                "Hosting",
                ["Algorithms", "Configuration", "Laws", "Models", "Running", "Verifying", "Commands", "Data"]
            },
            { "Models", ["Hosting", "Running", "Verifying", "Commands"] },
            { "Running", ["Commands"] },
        };

    [Theory]
    [InlineData("Vi.Kernels")]
    [InlineData("Vi.Math.FSharp")]
    [InlineData("Vi.Verification")]
    [InlineData("Vi.Results")]
    [InlineData("Vi.Data")]
    [InlineData("Vi.Charts")]
    [InlineData("Vi.Reports")]
    [InlineData("Vi.Figures")]
    [InlineData("vilab")]
    public void An_assembly_refers_only_to_those_below_it(string assembly)
    {
        var own = Assembly
            .Load(assembly)
            .GetReferencedAssemblies()
            .Select(reference => reference.Name!)
            .Where(Allowed.ContainsKey);
        Assert.Empty(own.Except(Allowed[assembly], StringComparer.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Forbidden))]
    public void A_folder_does_not_know_those_above_it(string folder, string[] forbidden)
    {
        var types = Types.InAssembly(Assembly.Load("vilab")).That().ResideInNamespace($"Vi.App.{folder}");
        Assert.NotEmpty(types.GetTypes());
        var result = types
            .ShouldNot()
            .HaveDependencyOnAny([.. forbidden.Select(other => other == "Data" ? "Vi.Data" : $"Vi.App.{other}")])
            .GetResult();
        Assert.Empty((result.FailingTypes ?? []).Select(type => $"{type.FullName}: {type.Explanation}"));
    }
}
