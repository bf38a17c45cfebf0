using Microsoft.Data.Sqlite;
using Npgsql;
using Vi.App.Tests.Support;

namespace Vi.App.Tests.Data.Sources;

/// <summary>Writes the sample table into databases.</summary>
internal static class SampleDatabases
{
    public static void Sqlite(string path, IReadOnlyList<SampleRow> rows) =>
        Sqlite(
            path,
            "CREATE TABLE sample (day DATE, x REAL, count INTEGER, price DECIMAL(12,4), open BOOLEAN, kind TEXT, y REAL)",
            "INSERT INTO sample VALUES ($0, $1, $2, $3, $4, $5, $6)",
            rows.Select(row => SampleTable.Cells(row).Select(cell => cell is DateTime day ? $"{day:yyyy-MM-dd}" : cell))
        );

    /// <summary>A new database of one statement and one insertion for each row.</summary>
    public static void Sqlite(string path, string table, string insertion, IEnumerable<IEnumerable<object?>> rows)
    {
        using var connection = new SqliteConnection($"Data Source={path};Pooling=False");
        connection.Open();
        Execute(table);
        using var transaction = connection.BeginTransaction();
        foreach (var row in rows)
        {
            Execute(insertion, [.. row]);
        }

        transaction.Commit();

        void Execute(string statement, params object?[] cells)
        {
            using var command = connection.CreateCommand();
#pragma warning disable CA2100 // Tests write their own statements.
            command.CommandText = statement;
#pragma warning restore CA2100
            foreach (var (i, cell) in cells.Index())
            {
                command.Parameters.AddWithValue($"${i}", cell ?? DBNull.Value);
            }

            command.ExecuteNonQuery();
        }
    }

    public static void Postgres(PostgresServer server, string table, IReadOnlyList<SampleRow> rows)
    {
        server.Execute(
            $"DROP TABLE IF EXISTS {table}",
            $"CREATE TABLE {table} (day date, x double precision, count bigint, price numeric(12,4), open boolean, kind text, y double precision)"
        );
        using var connection = new NpgsqlConnection(server.Connection);
        connection.Open();
        using var copy = connection.BeginBinaryImport($"COPY {table} FROM STDIN (FORMAT BINARY)");
        foreach (var row in rows)
        {
            copy.StartRow();
            foreach (var cell in SampleTable.Cells(row))
            {
                if (cell is DateTime day)
                {
                    copy.Write(DateOnly.FromDateTime(day));
                }
                else if (cell is null)
                {
                    copy.WriteNull();
                }
                else
                {
                    copy.Write(cell);
                }
            }
        }

        copy.Complete();
    }
}
