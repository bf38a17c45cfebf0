using Vi.App.Tests.Support;
using Xunit;

namespace Vi.App.Tests.Data.Sources;

/// <summary>Queries to SQLite databases.</summary>
public sealed class SqliteSourceTests : IDisposable
{
    private readonly Workspace workspace = new();

    public SqliteSourceTests() =>
        SampleDatabases.Sqlite(
            workspace.Path("prices.db"),
            "CREATE TABLE prices (a REAL, b TEXT, c BLOB)",
            "INSERT INTO prices VALUES ($0, $1, $2)",
            Enumerable.Range(1, 5).Select(i => new object?[] { i * 1.5, $"{i}.25", new byte[] { 1 } })
        );

    public void Dispose() => workspace.Dispose();

    private string ErrorOf(string query, string more = "") =>
        workspace.ErrorOf(
            $$"""{ "data": { "sqlite": "prices.db", "query": "{{query}}"{{more}} }, "model": { "type": "fake", "components": 1 } }"""
        );

    [Theory]
    [InlineData("DELETE FROM prices RETURNING a", "data.query: prices.db: the query writes or changes settings")]
    [InlineData("SELECT 1.5 AS a; DELETE FROM prices", "data.query: prices.db: the query writes or changes settings")]
    [InlineData("ATTACH 'FOLDER/other.db' AS other", "data.query: prices.db: the query writes or changes settings")]
    [InlineData("PRAGMA journal_mode = WAL", "data.query: prices.db: the query writes or changes settings")]
    [InlineData("VACUUM INTO 'FOLDER/copy.db'", "data.query: prices.db: the query writes or changes settings")]
    [InlineData("SELECT a FROM nowhere", "data.query: prices.db: the query fails: no such table: nowhere")]
    [InlineData("SELEC a", "data.query: prices.db: the query fails: near \"SELEC\": syntax error")]
    [InlineData("SELECT a FROM prices WHERE a > 99", "data.query: prices.db: the query gives no rows")]
    [InlineData("SELECT 1.5 AS a; SELECT 2.5 AS a", "data.query: prices.db: the query holds several statements")]
    public void A_query_that_cannot_be_used_is_refused(string query, string expected)
    {
        var before = File.ReadAllBytes(workspace.Path("prices.db"));
        var folder = workspace.Folder.Replace('\\', '/');
        Assert.Contains(
            expected,
            ErrorOf(query.Replace("FOLDER", folder, StringComparison.Ordinal)),
            StringComparison.Ordinal
        );
        Assert.Equal(before, File.ReadAllBytes(workspace.Path("prices.db")));
        Assert.Single(Directory.GetFiles(workspace.Folder, "*.db"));
    }

    [Fact]
    public void A_query_that_takes_too_long_is_stopped() =>
        Assert.Contains(
            "data.timeLimit: prices.db: the query took longer than 1 s and was stopped",
            ErrorOf(
                "WITH RECURSIVE r(i) AS (SELECT 1.5 UNION ALL SELECT i + 1 FROM r) SELECT max(i) AS a FROM r",
                ", \"timeLimit\": 1"
            ),
            StringComparison.Ordinal
        );

    [Fact]
    public void A_limit_of_more_than_a_day_is_refused() =>
        Assert.Contains(
            "data.timeLimit: 86401 is not allowed; allowed is a whole number of at least 1 and of at most 86400",
            ErrorOf("SELECT 1.5 AS a", ", \"timeLimit\": 86401"),
            StringComparison.Ordinal
        );

    [Fact]
    public void The_only_table_needs_no_query()
    {
        var data = workspace.Load("\"sqlite\": \"prices.db\"");
        Assert.Equal(["a", "b"], data.Dataset.ColumnNames);
        Assert.Equal([3, 2.25], data.Dataset.Row(1));
        Assert.Contains(data.Findings, f => f.Code == "columns-of-other-types" && f.Subjects is ["c (BLOB)"]);
    }

    [Fact]
    public void Of_several_tables_one_must_be_queried()
    {
        SampleDatabases.Sqlite(workspace.Path("prices.db"), "CREATE TABLE other (a REAL)", "", []);
        Assert.Contains(
            "data.query: prices.db: the database has several tables (other, prices); write the query",
            workspace.ErrorOf(
                """{ "data": { "sqlite": "prices.db" }, "model": { "type": "fake", "components": 1 } }"""
            ),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void A_file_of_another_kind_is_refused()
    {
        workspace.Write("prices.db", "a,b\n1,2\n");
        Assert.Contains(
            "data.sqlite: prices.db: this is not a SQLite database",
            ErrorOf("SELECT 1"),
            StringComparison.Ordinal
        );
    }
}
