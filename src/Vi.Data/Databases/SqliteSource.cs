using System.Diagnostics;
using Microsoft.Data.Sqlite;
using SQLitePCL;
using Vi.Data.Typed;

namespace Vi.Data.Databases;

internal sealed record SqliteSettings : QuerySettings
{
    public required string Sqlite { get; init; }
}

/// <summary>
/// Reads the answer of a query to a SQLite database, or its only table. The file is opened read-only, and statements that do anything but
/// read are refused before they run.
/// </summary>
internal sealed class SqliteSource() : NamedTableSource<SqliteSettings>("sqlite", "a query to a SQLite database")
{
    /// <summary>Steps of SQLite's machine between two looks at the clock: less than a millisecond.</summary>
    private const int StepsPerLook = 10_000;

    /// <summary>What a statement that only reads does: SQLITE_READ, SQLITE_SELECT, SQLITE_FUNCTION and SQLITE_RECURSIVE.</summary>
    private static readonly int[] Readings = [20, 21, 31, 33];

    protected override string PathOf(SqliteSettings settings) => settings.Sqlite;

    public override bool Reads(string path) => FileKind.Is(path, ".sqlite", ".sqlite3", ".db", ".db3");

    protected override SqliteSettings Settings(string shown, FileReading reading) =>
        new()
        {
            Sqlite = shown,
            Query = reading.Query,
            Layout = reading.Layout,
            Date = reading.Date,
            Asset = reading.Asset,
            Value = reading.Value,
            DateFormat = reading.DateFormat,
        };

    protected override SourceCells Cells(TableRequest request, SqliteSettings settings)
    {
        FileKind.Check(request, "a SQLite database", "SQLite format 3"u8);
        var address = new SqliteConnectionStringBuilder
        {
            DataSource = request.File,
            Mode = SqliteOpenMode.ReadOnly,
            Pooling = false,
        };
        try
        {
            using var connection = new SqliteConnection(address.ToString());
            connection.Open();
            Guard(connection, TimeSpan.FromSeconds(settings.TimeLimit));
            var query = settings.Query ?? OnlyTable(request, connection);
            using var command = connection.CreateCommand();
#pragma warning disable CA2100 // The query is the user's own, and can only read.
            command.CommandText = query;
#pragma warning restore CA2100
            command.CommandTimeout = settings.TimeLimit;
            using var reader = command.ExecuteReader();
            if (reader.FieldCount == 0)
            {
                throw new ExperimentException(
                    QueryAnswer.Place(request),
                    $"{request.Shown}: the query gives no columns; write a SELECT"
                );
            }

            var isFlag = Enumerable
                .Range(0, reader.FieldCount)
                .Select(j => IsFlag(reader.GetDataTypeName(j)))
                .ToArray();
            var table = QueryAnswer.Of(
                request,
                query,
                reader,
                _ => true,
                j =>
                    isFlag[j] && reader.GetValue(j) is long and (0 or 1) and var flag
                        ? flag.Equals(1L)
                        : reader.GetValue(j)
            );
            return reader.NextResult()
                ? throw new ExperimentException(
                    QueryAnswer.Place(request),
                    $"{request.Shown}: the query holds several statements; write one SELECT"
                )
                : new(table);
        }
        catch (SqliteException error)
        {
            throw Explained(request, settings, error);
        }
    }

    private static bool IsFlag(string type) => type.ToUpperInvariant() is "BOOL" or "BOOLEAN";

    /// <summary>Refuses what does not read, and stops what takes longer than it may.</summary>
    private static void Guard(SqliteConnection connection, TimeSpan limit)
    {
        var clock = Stopwatch.StartNew();
        raw.sqlite3_set_authorizer(
            connection.Handle,
            (strdelegate_authorizer)(
                (_, action, _, _, _, _) => Array.IndexOf(Readings, action) >= 0 ? raw.SQLITE_OK : raw.SQLITE_DENY
            ),
            null
        );
        raw.sqlite3_progress_handler(connection.Handle, StepsPerLook, _ => clock.Elapsed > limit ? 1 : 0, null);
    }

    /// <summary>The query of the only table. Raises <see cref="ExperimentException"/> where there is none or there are several.</summary>
    private static string OnlyTable(TableRequest request, SqliteConnection connection)
    {
        using var command = connection.CreateCommand();
        command.CommandText =
            "SELECT name FROM sqlite_master WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY name";
        using var reader = command.ExecuteReader();
        var tables = new List<string>();
        while (reader.Read())
        {
            tables.Add(reader.GetString(0));
        }

        return tables switch
        {
            [var only] => $"SELECT * FROM \"{only.Replace("\"", "\"\"", StringComparison.Ordinal)}\"",
            [] => throw request.Fail(": the database has no tables"),
            _ => throw new ExperimentException(
                QueryAnswer.Place(request),
                $"{request.Shown}: the database has several tables ({string.Join(", ", tables)}); "
                    + $"write the query, e.g. SELECT * FROM {tables[0]}"
            ),
        };
    }

    private static ExperimentException Explained(TableRequest request, SqliteSettings settings, SqliteException error)
    {
        var said = error.Message.Contains('\'', StringComparison.Ordinal)
            ? error.Message[(error.Message.IndexOf('\'', StringComparison.Ordinal) + 1)..].TrimEnd('.', '\'')
            : error.Message;
        return error.SqliteErrorCode switch
        {
            raw.SQLITE_AUTH => new ExperimentException(
                QueryAnswer.Place(request),
                $"{request.Shown}: the query writes or changes settings ({said}), and is refused; write a SELECT"
            ),
            raw.SQLITE_INTERRUPT => new ExperimentException(
                "data.timeLimit",
                $"{request.Shown}: the query took longer than {settings.TimeLimit} s and was stopped; "
                    + "ask for fewer rows, or raise the limit"
            ),
            raw.SQLITE_READONLY => request.Fail(
                $": another program left the database with changes to complete, which reading cannot do ({said}); "
                    + "open it once with a program that writes"
            ),
            raw.SQLITE_BUSY or raw.SQLITE_LOCKED => request.Fail(
                ": another program has locked the database; try again when it has finished"
            ),
            raw.SQLITE_CANTOPEN or raw.SQLITE_IOERR => request.Fail(
                $": the database cannot be opened ({said}); check that its file and folder can be read"
            ),
            raw.SQLITE_CORRUPT or raw.SQLITE_NOTADB => request.Fail($": the database is damaged ({said})"),
            _ => new ExperimentException(
                QueryAnswer.Place(request),
                $"{request.Shown}: the query fails: {said}; correct it"
            ),
        };
    }
}
