using System.Reflection;
using System.Text.Json;
using Vi.App.Tests.Support;
using Vi.Results;
using Xunit;

namespace Vi.App.Tests.Results;

/// <summary><c>docs/result.md</c> describes what is stored: every member of every record, every word of every enumeration, nothing else.</summary>
public sealed class ResultPageTests
{
    [Fact]
    public void The_page_describes_what_is_stored_and_nothing_else()
    {
        var page = OnThePage().ToList();
        Assert.True(page.Count > 250);
        Assert.Equal(page.Count, page.Distinct(StringComparer.Ordinal).Count());
        Assert.Equal(Stored().Order(StringComparer.Ordinal), page.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void A_link_leads_to_a_heading()
    {
        var text = File.ReadAllText(Repository.At("docs", "result.md"));
        var headings = text.Split('\n').Where(line => line.StartsWith('#')).Select(line => line.TrimStart('#', ' '));
        var anchors = headings.Select(heading => heading.ToLowerInvariant()).ToHashSet(StringComparer.Ordinal);
        var links = text.Split("](#").Skip(1).Select(part => part.Split(')')[0]).ToList();
        Assert.NotEmpty(links);
        Assert.All(links, link => Assert.Contains(link, anchors));
    }

    /// <summary>Rows of the tables as <c>RECORD.member</c>.</summary>
    private static IEnumerable<string> OnThePage()
    {
        var record = "";
        foreach (var line in File.ReadLines(Repository.At("docs", "result.md")))
        {
            if (line.StartsWith("### ", StringComparison.Ordinal))
            {
                record = line[4..];
            }
            else if (line.StartsWith("| `", StringComparison.Ordinal))
            {
                yield return $"{record}.{line.Split('`')[1]}";
            }
        }
    }

    private static HashSet<string> Stored()
    {
        var rows = new HashSet<string>(StringComparer.Ordinal);
        var seen = new HashSet<Type>();
        foreach (var root in new[] { typeof(RunResult), typeof(ComparedRuns), typeof(VerificationResult) })
        {
            Visit(root);
        }

        return rows;

        void Visit(Type type)
        {
            foreach (var argument in type.GetGenericArguments())
            {
                Visit(argument);
            }

            if (type.Assembly != typeof(RunResult).Assembly || !seen.Add(type))
            {
                return;
            }

            if (type == typeof(Posterior))
            {
                rows.UnionWith(OfSummary());
            }
            else if (type.IsEnum)
            {
                rows.UnionWith(Enum.GetValues(type).Cast<object>().Select(word => $"{type.Name}.{Json(word)}"));
            }
            else
            {
                VisitMembers(type);
            }
        }

        void VisitMembers(Type type)
        {
            var info = ResultJson.Options.GetTypeInfo(type);
            foreach (var derived in info.PolymorphismOptions?.DerivedTypes ?? [])
            {
                Visit(derived.DerivedType);
            }

            foreach (var property in info.Properties.Where(property => property.Get is not null))
            {
                var declaring = ((MemberInfo)property.AttributeProvider!).DeclaringType!;
                rows.Add($"{declaring.Name}.{property.Name}");
                Visit(property.PropertyType);
            }
        }
    }

    /// <summary>A posterior has its own converter: summaries by name.</summary>
    private static IEnumerable<string> OfSummary()
    {
        Posterior posterior =
        [
            new(Quantity.Scalar("mu"))
            {
                Mean = [0],
                Sd = [1],
                Q05 = [-1],
                Q50 = [0],
                Q95 = [1],
            },
        ];
        var summary = JsonSerializer.SerializeToElement(posterior, ResultJson.Options).GetProperty("mu");
        return summary.EnumerateObject().Select(member => $"{nameof(QuantitySummary)}.{member.Name}");
    }

    private static string Json(object word) => JsonSerializer.Serialize(word, ResultJson.Options).Trim('"');
}
