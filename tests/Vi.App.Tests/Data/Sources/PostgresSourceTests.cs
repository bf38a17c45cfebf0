using Vi.App.Tests.Support;
using Xunit;

namespace Vi.App.Tests.Data.Sources;

/// <summary>Queries to a PostgreSQL server: what they may do, and what is said where they fail.</summary>
[Collection(PostgresTests.Name)]
public sealed class PostgresSourceTests(PostgresServer server) : IDisposable
{
    private const string FourComments = "/* SELECT */ /**/ /* /x */ -- SELECT\\n";
    private const string ManyComments =
        FourComments
        + FourComments
        + FourComments
        + FourComments
        + FourComments
        + FourComments
        + FourComments
        + FourComments
        + FourComments
        + FourComments;

    private readonly Workspace workspace = new() { FakesTakeGaps = true };

    public void Dispose() => workspace.Dispose();

    private static string Experiment(string connection, string query, string more = "") =>
        $$"""{ "data": { "postgres": "{{connection}}", "query": "{{query}}"{{more}} }, "model": { "type": "fake", "components": 1 } }""";

    private string ErrorOf(string query, string more = "") =>
        workspace.ErrorOf(Experiment(server.Connection, query, more));

    [SkippableTheory]
    [InlineData("DELETE FROM kept RETURNING a", "the query is not a SELECT; write one")]
    [InlineData("CREATE TABLE made (a int)", "the query is not a SELECT; write one")]
    [InlineData("COPY kept TO PROGRAM 'touch planted'", "the query is not a SELECT; write one")]
    [InlineData("/* SELECT */ -- SELECT\\nDO 'BEGIN END'", "the query is not a SELECT; write one")]
    [InlineData("/* a */ COPY /* b */ (SELECT 1) TO PROGRAM 'touch planted'", "the query is not a SELECT; write one")]
    [InlineData("/* /* */ SELECT */ DO 'BEGIN END'", "the query is not a SELECT; write one")]
    [InlineData("--\\rDO 'BEGIN END' /*\\n SELECT 1 */", "the query is not a SELECT; write one")]
    [InlineData(ManyComments + "DO 'BEGIN END'", "the query is not a SELECT; write one")]
    [InlineData(ManyComments + "SELECT a FROM nowhere", "the query fails: relation \"nowhere\" does not exist")]
    [InlineData(
        "WITH gone AS (DELETE FROM kept RETURNING a) SELECT a FROM gone",
        "the query writes (cannot execute SELECT in a read-only transaction)"
    )]
    [InlineData(
        "SELECT 1.5 AS a; COMMIT; DELETE FROM kept",
        "the query fails: cannot insert multiple commands into a prepared statement"
    )]
    [InlineData("COPY (SELECT 1) TO STDOUT", "the query is not a SELECT; write one")]
    [InlineData("SELECT nextval('counter')", "the query writes (cannot execute nextval() in a read-only transaction)")]
    [InlineData("SELECT a FROM nowhere", "the query fails: relation \"nowhere\" does not exist, at its character 15")]
    [InlineData("SELECT b FROM kept", "the query fails: column \"b\" does not exist")]
    [InlineData("SELEC a", "the query is not a SELECT; write one")]
    [InlineData("SELECT a FROM kept WHERE a > 99", "the query gives no rows; at least one is needed")]
    [InlineData("SELECT a, a FROM kept", "two columns have the name \"a\"; rename one")]
    [InlineData("SET statement_timeout = 0", "the query is not a SELECT; write one")]
    [InlineData(
        "SELECT 1e40::numeric AS a",
        "column \"a\": a number of the type numeric has more digits than are read"
    )]
    [InlineData(
        "SELECT 'NaN'::numeric AS a",
        "row 1, column \"a\": numeric NaN and infinity are not read; cast the column to double precision in data.query"
    )]
    [InlineData(
        "SELECT 'Infinity'::numeric AS a",
        "has more digits than are read, or is infinite; cast the column to double"
    )]
    public void A_query_that_cannot_be_used_is_refused(string query, string expected)
    {
        server.Execute(
            "DROP TABLE IF EXISTS kept",
            "CREATE TABLE kept (a double precision)",
            "INSERT INTO kept VALUES (1.5), (2.5)",
            "CREATE SEQUENCE IF NOT EXISTS counter"
        );
        Assert.Contains(expected, ErrorOf(query), StringComparison.Ordinal);
        var kept = workspace.RunText(Experiment(server.Connection, "SELECT a FROM kept"));
        Assert.True(kept.Code == 0, kept.Error);
        Assert.Equal(2, workspace.Result("exp").Data!.Rows);
    }

    [SkippableFact]
    public void A_query_that_takes_too_long_is_stopped() =>
        Assert.Contains(
            "data.timeLimit: 127.0.0.1:",
            ErrorOf("SELECT pg_sleep(60)::text AS a", ", \"timeLimit\": 1"),
            StringComparison.Ordinal
        );

    [SkippableFact]
    public void A_limit_of_more_than_a_day_is_refused() =>
        Assert.Contains(
            "data.timeLimit: 86401 is not allowed; allowed is a whole number of at least 1 and of at most 86400",
            ErrorOf("SELECT 1.5 AS a", ", \"timeLimit\": 86401"),
            StringComparison.Ordinal
        );

    [SkippableFact]
    public void A_column_of_another_type_is_named_with_it()
    {
        const string Query = "SELECT x::double precision AS x, ARRAY[x] AS many FROM generate_series(1, 5) AS x";
        Assert.Contains(
            "column \"many\" has the type integer[], which holds neither numbers, dates nor texts",
            ErrorOf(Query, ", \"columns\": [\"x\", \"many\"]"),
            StringComparison.Ordinal
        );
        var data = workspace.Load($"\"postgres\": \"{server.Connection}\", \"query\": \"{Query}\"");
        Assert.Equal(["x"], data.Dataset.ColumnNames);
        Assert.Contains(data.Findings, f => f.Code == "columns-of-other-types" && f.Subjects is ["many (integer[])"]);
    }

    [SkippableFact]
    public void Types_become_what_text_makes_of_them()
    {
        const string Query =
            "SELECT timestamptz '2024-01-01 12:00+02' + i * interval '1 day' AS day, i::smallint AS a, (i / 3.0)::real AS b, "
            + "nullif(i, 3)::numeric(10,2) AS c, i % 2 = 0 AS even, 'NaN'::float8 * nullif(i, i) AS gone FROM generate_series(1, 4) AS i";
        var data = workspace.Load(
            $"\"postgres\": \"{server.Connection}\", \"query\": \"{Query}\", \"columns\": [\"a\", \"b\", \"c\", \"even\"], \"gaps\": true"
        );
        Assert.Equal(["a", "b", "c", "even=true"], data.Dataset.ColumnNames);
        Assert.Equal([3, (double)1f, double.NaN, 0], data.Dataset.Row(2));
        Assert.Equal(new DateTime(2024, 1, 2, 10, 0, 0), data.Dataset.Times!.Values[0]);
    }

    [SkippableFact]
    public void A_database_that_is_away_is_named_with_a_remedy()
    {
        Assert.Contains(
            "data.postgres: 127.0.0.1:1/prices: the database cannot be reached: ",
            workspace.ErrorOf(Experiment("Host=127.0.0.1;Port=1;Database=prices;Username=ana", "SELECT 1 AS a")),
            StringComparison.Ordinal
        );
        Assert.Contains(
            "the database is not there: database \"nowhere\" does not exist; check Host, Port and Database",
            workspace.ErrorOf(
                Experiment(
                    server.Connection.Replace("=postgres", "=nowhere", StringComparison.Ordinal),
                    "SELECT 1 AS a"
                )
            ),
            StringComparison.Ordinal
        );
        Assert.Contains(
            "the server refuses the user: ",
            workspace.ErrorOf(
                Experiment(
                    server.Connection.Replace(PostgresServer.User, "stranger", StringComparison.Ordinal),
                    "SELECT 1 AS a"
                )
            ),
            StringComparison.Ordinal
        );
    }

    [SkippableFact]
    public void A_password_is_never_shown_or_stored()
    {
        const string Query = "SELECT i * 1.5 AS a FROM generate_series(1, 5) AS i";
        var secret = $"{server.Connection};Password={PostgresServer.Password}";
        var refused = workspace.ErrorOf(Experiment(secret, Query));
        Assert.Contains("the connection string holds a password", refused, StringComparison.Ordinal);
        var set = workspace.RunText(Experiment(server.Connection, Query), "--set", $"data.postgres={secret}");
        Assert.Equal(2, set.Code);
        var broken = workspace.RunText(Experiment(server.Connection, Query), "--set", $"data.postgre={secret}");
        var address = workspace.Run(
            "import",
            $"postgresql://ana:{PostgresServer.Password}@127.0.0.1/prices",
            "--out",
            "x.blocks"
        );
        var imported = workspace.Run("import", secret, "--query", Query, "--out", "x.blocks");
        string[] secrets =
        [
            "Host=h;Password=correct horse battery;",
            "Host=h;Password='it''s a secret'",
            "postgresql://ana:p@ssw0rd@h/d",
        ];
        foreach (var other in secrets)
        {
            var error = workspace.Run("import", other, "--query", Query, "--out", "x.blocks").Error;
            Assert.NotEmpty(error);
            Assert.All(
                ["horse", "battery", "secret", "ssw0rd"],
                part => Assert.DoesNotContain(part, error, StringComparison.Ordinal)
            );
        }

        Assert.All(
            [refused, set.Error, broken.Error, address.Error, imported.Error],
            text =>
            {
                Assert.NotEmpty(text);
                Assert.DoesNotContain(PostgresServer.Password, text, StringComparison.Ordinal);
            }
        );

        var run = workspace.RunText(Experiment(server.Connection, Query), "--verbose");
        Assert.True(run.Code == 0, run.Error);
        Assert.DoesNotContain(PostgresServer.Password, run.Error + run.Out, StringComparison.Ordinal);
        foreach (var file in Directory.GetFiles(workspace.Path("out"), "*", SearchOption.AllDirectories))
        {
            Assert.DoesNotContain(PostgresServer.Password, File.ReadAllText(file), StringComparison.Ordinal);
        }
    }

    [SkippableFact]
    public void The_same_rows_have_the_same_hash_and_others_another()
    {
        string Hash(string query) =>
            workspace.Load($"\"postgres\": \"{server.Connection}\", \"query\": \"{query}\"").Record.Sha256;
        const string Query = "SELECT i * 1.5 AS a FROM generate_series(1, 5) AS i";
        Assert.Equal(Hash(Query), Hash(Query));
        Assert.NotEqual(Hash(Query), Hash(Query.Replace("1.5", "1.6", StringComparison.Ordinal)));
    }
}
