using System.Net.Sockets;
using System.Text.RegularExpressions;
using Npgsql;

namespace Vi.Data.Databases;

internal sealed record PostgresSettings : QuerySettings
{
    public required string Postgres { get; init; }
}

/// <summary>
/// Reads the answer of a query to a PostgreSQL database, in a read-only transaction with a time limit on the server. Passwords come from
/// PGPASSWORD or a password file, never from the experiment.
/// </summary>
internal sealed partial class PostgresSource()
    : NamedTableSource<PostgresSettings>("postgres", "a query to a PostgreSQL database")
{
    /// <summary>Seconds after which a server that does not answer is away.</summary>
    private const int LongestConnecting = 15;

    /// <summary>Seconds beyond the server's own limit after which the connection is taken to be lost.</summary>
    private const int Grace = 5;

    private static readonly HashSet<Type> Types =
    [
        typeof(double),
        typeof(float),
        typeof(short),
        typeof(int),
        typeof(long),
        typeof(uint),
        typeof(decimal),
        typeof(bool),
        typeof(string),
        typeof(DateTime),
        typeof(DateTimeOffset),
        typeof(DateOnly),
    ];

    protected override string PathOf(PostgresSettings settings) => settings.Postgres;

    public override bool Reads(string path) => Address().IsMatch(path);

    protected override PostgresSettings Settings(string shown, FileReading reading) =>
        throw new ExperimentException(
            $"{Shown(Builder(shown))}: a database is not a file; write its rows to one by vilab import"
        );

    protected override TableRequest Asked(PostgresSettings settings, DataRequest request) =>
        Asked(Shown(Builder(settings.Postgres)), "", request);

    protected override SourceCells Cells(TableRequest request, PostgresSettings settings)
    {
        if (request.SettingPath == "data.test")
        {
            throw new ExperimentException(
                "data.test",
                "held-out rows of a database are not read; write both to files by vilab import"
            );
        }

        var query =
            settings.Query
            ?? throw new ExperimentException("data.query", "missing; write the SELECT that gives the table");
        if (!Reading().IsMatch(query))
        {
            throw NoSelect(request);
        }

        var address = Builder(settings.Postgres);
        address.Pooling = false;
        address.Timeout = Min(LongestConnecting, settings.TimeLimit);
        address.CommandTimeout = settings.TimeLimit + Grace;
        try
        {
            using var connection = new NpgsqlConnection(address.ConnectionString);
            connection.Open();
            using var transaction = connection.BeginTransaction();
            Execute("SET TRANSACTION READ ONLY");
            Execute($"SET LOCAL statement_timeout = '{settings.TimeLimit}s'");
            // The server takes one statement of a batch's command, so that none can end the transaction and go on to write.
            using var batch = new NpgsqlBatch(connection, transaction);
            batch.BatchCommands.Add(new NpgsqlBatchCommand(query));
            using var reader = batch.ExecuteReader();
            return reader.FieldCount == 0
                ? throw new ExperimentException(
                    "data.query",
                    $"{request.Shown}: the query gives no columns; write a SELECT"
                )
                : new(
                    QueryAnswer.Of(request, query, reader, j => Types.Contains(reader.GetFieldType(j)), reader.GetValue)
                );

            void Execute(string statement)
            {
#pragma warning disable CA2100 // The statements are constants and a whole number.
                using var command = new NpgsqlCommand(statement, connection, transaction);
#pragma warning restore CA2100
                command.ExecuteNonQuery();
            }
        }
        catch (PostgresException error)
        {
            throw Explained(request, settings, error);
        }
        catch (NotSupportedException)
        {
            throw NoSelect(request);
        }
        catch (Exception error) when (error is NpgsqlException or SocketException or TimeoutException)
        {
            throw request.Fail(
                $": the database cannot be reached: {(error.InnerException ?? error).Message.TrimEnd('.')}; "
                    + "check that the server runs, and Host and Port"
                    + (
                        error is NpgsqlException { InnerException: null }
                            ? "; a password is given in PGPASSWORD or ~/.pgpass"
                            : ""
                    )
            );
        }
    }

    /// <summary>
    /// The parts of a connection string. Raises <see cref="ExperimentException"/> for one with a password, which results would store, and
    /// for unknown parts.
    /// </summary>
    private static NpgsqlConnectionStringBuilder Builder(string text)
    {
        try
        {
            var parts = new NpgsqlConnectionStringBuilder(text);
            return parts.Password is null && parts.SslPassword is null
                ? parts
                : throw new ExperimentException(
                    "data.postgres",
                    "the connection string holds a password, which a result would store; remove it, and give it in the environment "
                        + "variable PGPASSWORD or in ~/.pgpass"
                );
        }
        catch (Exception error) when (error is ArgumentException or FormatException or InvalidCastException)
        {
            throw new ExperimentException(
                "data.postgres",
                $"this is not a connection string ({error.Message.ReplaceLineEndings(" ")}); "
                    + "write e.g. Host=localhost;Database=prices;Username=ana"
            );
        }
    }

    private static ExperimentException NoSelect(TableRequest request) =>
        new("data.query", $"{request.Shown}: the query is not a SELECT; write one");

    private static string Shown(NpgsqlConnectionStringBuilder parts) =>
        $"{parts.Host}{(parts.Port == NpgsqlConnection.DefaultPort ? "" : $":{parts.Port}")}/{parts.Database ?? parts.Username}";

    private static ExperimentException Explained(
        TableRequest request,
        PostgresSettings settings,
        PostgresException error
    )
    {
        var said = error.MessageText;
        return error.SqlState switch
        {
            PostgresErrorCodes.ReadOnlySqlTransaction => new ExperimentException(
                "data.query",
                $"{request.Shown}: the query writes ({said}), and is refused; write a SELECT"
            ),
            PostgresErrorCodes.QueryCanceled => new ExperimentException(
                "data.timeLimit",
                $"{request.Shown}: the query took longer than {settings.TimeLimit} s and was stopped; "
                    + "ask for fewer rows, or raise the limit"
            ),
            PostgresErrorCodes.InvalidPassword or PostgresErrorCodes.InvalidAuthorizationSpecification => request.Fail(
                $": the server refuses the user: {said}; check Username, and the password in PGPASSWORD or ~/.pgpass"
            ),
            PostgresErrorCodes.InvalidCatalogName or PostgresErrorCodes.CannotConnectNow => request.Fail(
                $": the database is not there: {said}; check Host, Port and Database"
            ),
            _ => new ExperimentException(
                "data.query",
                $"{request.Shown}: the query fails: {said}{(error.Position > 0 ? $", at its character {error.Position}" : "")}"
                    + $"{(error.Hint is { } hint ? $". {hint.TrimEnd('.')}" : "")}; correct it"
            ),
        };
    }

    /// <summary>
    /// Statements that read, after comments, none of which holds another one. Others are refused before the server sees them: a read-only
    /// transaction lets COPY and DO write files and start programs.
    /// </summary>
    [GeneratedRegex(
        @"^(?>(?:\s|--[^\r\n]*[\r\n]|/\*(?:(?!/\*|\*/).)*\*/)*)(?:\(|(?:SELECT|WITH|VALUES|TABLE)\b)",
        RegexOptions.IgnoreCase | RegexOptions.Singleline,
        Timeout.Infinite
    )]
    private static partial Regex Reading();

    [GeneratedRegex(@"^\s*(?:host|server)\s*=", RegexOptions.IgnoreCase, Timeout.Infinite)]
    private static partial Regex Address();
}
