using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Npgsql;
using Xunit;

namespace Vi.App.Tests.Support;

/// <summary>The tests that share a PostgreSQL server.</summary>
[CollectionDefinition(Name)]
public sealed class PostgresTests : ICollectionFixture<PostgresServer>
{
    public const string Name = "PostgreSQL";
}

/// <summary>
/// A PostgreSQL server of the tests' own, in a temporary folder on a free port, whose user needs a password. Started when first asked for; tests are
/// skipped where no server is installed.
/// </summary>
public sealed class PostgresServer : IDisposable
{
    public const string User = "analyst";
    public const string Password = "correct-horse-7";

    private static readonly string[] Folders =
    [
        .. (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator),
        .. Directory.Exists("/usr/lib/postgresql")
            ? Directory
                .GetDirectories("/usr/lib/postgresql")
                .OrderDescending(StringComparer.Ordinal)
                .Select(version => $"{version}/bin")
            : [],
    ];

    private readonly string folder = Directory.CreateTempSubdirectory("vilab-postgres-").FullName;
    private readonly Lazy<string?> connection;

    public PostgresServer() => connection = new Lazy<string?>(Start);

    /// <summary>The connection string without a password, which PGPASSWORD holds; skips the test where there is no server.</summary>
    public string Connection
    {
        get
        {
            Skip.If(connection.Value is null, "PostgreSQL is not installed (initdb is needed)");
            return connection.Value!;
        }
    }

    /// <summary>Runs statements that may write.</summary>
    public void Execute(params string[] statements)
    {
        using var own = new NpgsqlConnection(Connection);
        own.Open();
        foreach (var statement in statements)
        {
#pragma warning disable CA2100 // Tests write their own statements.
            using var command = new NpgsqlCommand(statement, own);
#pragma warning restore CA2100
            command.ExecuteNonQuery();
        }
    }

    public void Dispose()
    {
        if (connection is { IsValueCreated: true, Value: not null })
        {
            Run("pg_ctl", "-D", Path.Combine(folder, "data"), "-m", "immediate", "-w", "stop");
        }

        Directory.Delete(folder, recursive: true);
    }

    private string? Start()
    {
        if (Tool("initdb") is null)
        {
            return null;
        }

        var (data, password) = (Path.Combine(folder, "data"), Path.Combine(folder, "password"));
        File.WriteAllText(password, Password);
        if (Environment.UserName == "root")
        {
            // The server refuses to run as root.
            Check(Process.Start("chown", ["-R", "nobody", folder]));
        }

        Run(
            "initdb",
            "-D",
            data,
            "-U",
            User,
            "--auth=scram-sha-256",
            $"--pwfile={password}",
            "-E",
            "UTF8",
            "--locale=C"
        );
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        listener.Stop();
        Run(
            "pg_ctl",
            "-D",
            data,
            "-l",
            Path.Combine(folder, "log"),
            "-w",
            "-t",
            "60",
            "-o",
            $"-p {port} -k {folder} -c listen_addresses=127.0.0.1 -c fsync=off",
            "start"
        );
        Environment.SetEnvironmentVariable("PGPASSWORD", Password);
        return $"Host=127.0.0.1;Port={port};Database=postgres;Username={User}";
    }

    private static string? Tool(string name) =>
        Folders.Select(place => Path.Combine(place, name)).FirstOrDefault(File.Exists);

    private static void Run(string tool, params string[] arguments)
    {
        var path = Tool(tool)!;
        Check(
            Environment.UserName == "root"
                ? Process.Start(
                    new ProcessStartInfo("runuser", ["-u", "nobody", "--", path, .. arguments])
                    {
                        WorkingDirectory = "/",
                    }
                )
                : Process.Start(path, arguments)
        );
    }

    private static void Check(Process? started)
    {
        using var process = started!;
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, $"{process.StartInfo.FileName} ended with {process.ExitCode}");
    }
}
