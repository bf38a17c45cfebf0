using System.Diagnostics;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Vi.App.Commands;
using Vi.App.Tests.Support;
using Xunit;

namespace Vi.App.Tests.Robustness;

/// <summary>
/// Damaged configurations, tables, arrays and results end in an answer or in a message that names the file, within ten seconds each. Forty of
/// each kind; <c>VI_MUTATIONS=2000</c> tries so many, and <c>VI_SEED</c> others.
/// </summary>
public sealed class MutatedInputTests : IDisposable
{
    private const int UsualCount = 40;
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(10);
    private static readonly JsonDocumentOptions Lenient = new()
    {
        CommentHandling = JsonCommentHandling.Skip,
        AllowTrailingCommas = true,
    };

    private readonly Workspace workspace = new() { HasRealModels = true };

    public void Dispose() => workspace.Dispose();

    private static int Count { get; } = Number("VI_MUTATIONS", UsualCount);

    private static int Seed { get; } = Number("VI_SEED", 42);

    private static int Number(string variable, int usual) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), out var number) ? number : usual;

    [Fact]
    public void Configurations()
    {
        string[] files = Directory.GetFiles(Repository.At("experiments"), "*.json");
        Array.Sort(files, StringComparer.Ordinal);
        foreach (var file in Directory.GetFiles(Repository.At("data"), "*.csv"))
        {
            File.Copy(file, workspace.Path(Path.GetFileName(file)));
        }

        Try(
            Count,
            "mutated.json",
            random =>
            {
                var text = File.ReadAllText(files[random.Next(files.Length)])
                    .Replace("../data/", "", StringComparison.Ordinal);
                return random.Next(2) == 0
                    ? Mutations.Bytes(Encoding.UTF8.GetBytes(text), random)
                    : Mutations.Json(JsonNode.Parse(text, documentOptions: Lenient)!, random);
            },
            "validate",
            "mutated.json"
        );
    }

    [Fact]
    public void Tables()
    {
        (string Text, char Delimiter)[] tables =
        [
            ("a,b,c\n" + Rows(',', row => $"{row},{row * 0.37 % 1:F3},{row * row % 7}"), ','),
            ("date;x;y\n" + Rows(';', row => $"2024-01-{row:00};{row},5;-0,{row}"), ';'),
            (
                "name\tvalue\tkind\n" + Rows('\t', row => $"\"n{row}\"\t{1000 + row}\t{(row % 2 == 0 ? "yes" : "no")}"),
                '\t'
            ),
            ("1.5,2\n" + Rows(',', row => $"{row}.25,{(row % 5 == 0 ? "" : "NA")}"), ','),
        ];
        workspace.Write(
            "table.json",
            """
            { "data": { "csv": "mutated.csv" }, "model": { "type": "gaussian-mixture", "components": 2 },
              "inference": { "restarts": 1, "maxIterations": 3, "check": "none" },
              "report": { "enabled": false } }
            """
        );
        Try(
            Count,
            "mutated.csv",
            random =>
            {
                var (text, delimiter) = tables[random.Next(tables.Length)];
                return random.Next(2) == 0
                    ? Mutations.Bytes(Encoding.UTF8.GetBytes(text), random)
                    : Mutations.Table(text, delimiter, random);
            },
            "run",
            "table.json"
        );
    }

    [Fact]
    public void Arrays()
    {
        var header = Encoding.ASCII.GetBytes(
            "{'descr': '<f8', 'fortran_order': False, 'shape': (20, 2), }".PadRight(117) + "\n"
        );
        byte[] numbers = [.. Enumerable.Range(0, 40).SelectMany(i => BitConverter.GetBytes(System.Math.Sin(i)))];
        byte[] whole = [0x93, .. "NUMPY"u8, 1, 0, (byte)header.Length, 0, .. header, .. numbers];
        workspace.Write(
            "array.json",
            """
            { "data": { "npy": "mutated.npy" }, "model": { "type": "gaussian-mixture", "components": 2 },
              "inference": { "restarts": 1, "maxIterations": 3, "check": "none" },
              "report": { "enabled": false } }
            """
        );
        // Most changes of numbers only give other numbers.
        Try(
            System.Math.Max(UsualCount, Count / 4),
            "mutated.npy",
            random =>
                random.Next(4) == 0
                    ? Mutations.Bytes(whole, random)
                    : [.. Mutations.Bytes(whole[..(10 + header.Length)], random), .. numbers],
            "run",
            "array.json"
        );
    }

    [Fact]
    public void Stored_results()
    {
        workspace.Write("small.json", Small("small"));
        workspace.Write("other.json", Small("other"));
        Assert.Equal(CommandLine.Fine, workspace.Run("run", "small.json", "other.json").Code);
        var path = workspace.Path("out", "small", "result.json");
        var whole = File.ReadAllBytes(path);
        var root = JsonNode.Parse(whole)!;
        var random = new Random(Seed);
        for (var left = System.Math.Max(UsualCount / 4, Count / 10); left > 0; left--)
        {
            var mutated = random.Next(2) == 0 ? Mutations.Bytes(whole, random) : Mutations.Json(root, random);
            File.WriteAllBytes(path, mutated);
            AssertAnswers("result.json", mutated, "report", "out/small");
            AssertAnswers("result.json", mutated, "runs", "--out", "out");
            // A damaged neighbour is in no other run's way.
            Assert.Equal(CommandLine.Fine, workspace.Run("run", "other.json").Code);
        }
    }

    /// <summary>Markup, escape sequences and formulas in names, labels, headers and cells stay text on the terminal, in pages and in tables.</summary>
    [Fact]
    public void Hostile_texts()
    {
        string[] hostile =
        [
            "<b id=planted>",
            "\"><b id=planted>",
            "</script><b id=planted>",
            "'><b id=planted>",
            "<!--<b id=planted>",
            "]]><b id=planted>",
            "\\u003cb id=planted>",
            "\u001b[2J\u001b]0;planted\a",
            "\u0090\u009b31m",
            "\u202eplanted",
            "=HYPERLINK(1)",
            "+1",
            "-1+1",
            "@SUM(1)",
        ];
        for (var i = 0; i < System.Math.Max(UsualCount / 8, Count / 40); i++)
        {
            var random = new Random((Seed * 100_003) + i);
            string Some() => hostile[random.Next(hostile.Length)];
            string Json(string text) => JsonSerializer.Serialize(text);
            string Cell(string text) => $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
            var (column, group) = (Some(), Some());
            workspace.Write(
                "rows.csv",
                $"{Cell(column)},y,kind\n"
                    + string.Concat(
                        Enumerable
                            .Range(0, 30)
                            .Select(row => $"{row},{row * row % 7},{Cell(row % 2 == 0 ? group : "other")}\n")
                    )
            );
            workspace.Write(
                "hostile.json",
                $$"""
                { "name": "hostile", "description": {{Json(Some())}},
                  "data": { "csv": "rows.csv", "columns": [{{Json(column)}}, "y"] },
                  "model": { "type": "gaussian-mixture", "components": 2 },
                  "inference": [{ "label": {{Json(Some() + "1")}}, "restarts": 1 }, { "label": {{Json(
                    Some() + "2"
                )}}, "restarts": 1 }] }
                """
            );
            var outcome = workspace.Run("run", "hostile.json");
            var listed = workspace.Run("runs", "--out", "out");
            Assert.True(outcome.Code == CommandLine.Fine, outcome.Error);
            Assert.DoesNotContain(
                outcome.Out + outcome.Error + listed.Out,
                c => (char.IsControl(c) && c != '\n') || c is '\u202e'
            );
            var files = Directory.GetFiles(workspace.Path("out"), "*", SearchOption.AllDirectories);
            foreach (var page in files.Where(file => file.EndsWith(".html", StringComparison.Ordinal)))
            {
                Assert.DoesNotContain("<b id=planted>", File.ReadAllText(page), StringComparison.Ordinal);
            }

            foreach (var table in files.Where(file => file.EndsWith(".csv", StringComparison.Ordinal)))
            {
                Assert.DoesNotMatch(@"(?m)(^|,)""?[=+@]", File.ReadAllText(table));
            }
        }
    }

    private static string Rows(char delimiter, Func<int, string> row) =>
        string.Join('\n', Enumerable.Range(1, 25).Select(row)) + (delimiter == ',' ? "\n" : "");

    private static string Small(string name) =>
        $$"""
            { "name": "{{name}}", "data": { "synthetic": { "generator": "gaussian", "n": 20, "mean": 3 } },
              "model": { "type": "gaussian-mixture", "components": 2 } }
            """;

    private void Try(int count, string file, Func<Random, byte[]> mutate, params string[] args)
    {
        var codes = new HashSet<int>();
        for (var i = 0; i < count; i++)
        {
            var mutated = mutate(new Random((Seed * 100_003) + i));
            workspace.WriteBytes(file, mutated);
            codes.Add(AssertAnswers(file, mutated, args));
        }

        // Some changes do no harm, others are found.
        Assert.Superset(new HashSet<int> { CommandLine.Fine, CommandLine.BadInput }, codes);
    }

    /// <summary>Fine, or told which file is wrong and how; a fit that fails says so in its own words.</summary>
    private int AssertAnswers(string file, byte[] mutated, params string[] args)
    {
        var watch = Stopwatch.StartNew();
        var outcome = workspace.Run(args);
        var input = Encoding.UTF8.GetString(mutated.AsSpan(0, System.Math.Min(mutated.Length, 3000)));
        string Told() => $"exit code {outcome.Code} after {watch.Elapsed.TotalSeconds:F1} s\n{outcome.Error}\n{input}";
        Assert.True(watch.Elapsed < Longest, Told());
        Assert.DoesNotContain("--verbose", outcome.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", outcome.Error, StringComparison.Ordinal);
        if (outcome.Code == CommandLine.BadInput)
        {
            Assert.True(
                outcome.Error.Contains(file, StringComparison.Ordinal)
                    || outcome.Error.Contains(args[^1], StringComparison.Ordinal),
                Told()
            );
        }
        else
        {
            Assert.True(outcome.Code is CommandLine.Fine or CommandLine.Failed, Told());
        }

        Assert.True(outcome.Error.Length < 20_000, Told());
        Assert.All(outcome.Error.Where(char.IsControl), c => Assert.True(c is '\n' or '\r', Told()));
        return outcome.Code;
    }
}
