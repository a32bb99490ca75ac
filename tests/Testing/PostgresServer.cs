using System.Security.Cryptography;
using Npgsql;

namespace Backbone.Testing;

/// <summary>Fresh databases on the test machine's PostgreSQL; the server is thrown away with them.</summary>
public static class PostgresServer
{
    /// <summary>Creates an empty database; answers its connection string. Skips the test when there is no server.</summary>
    public static async Task<string> CreateDatabaseAsync()
    {
        var server = new NpgsqlConnectionStringBuilder(RealServers.Postgres());
        var name = $"backbone_{RandomNumberGenerator.GetHexString(12, lowercase: true)}";
        await using var connection = new NpgsqlConnection(server.ConnectionString);
        await connection.OpenAsync();
        await using var create = connection.CreateCommand();
#pragma warning disable CA2100 // The name is random hexadecimal made above.
        create.CommandText = $"create database {name}";
#pragma warning restore CA2100
        await create.ExecuteNonQueryAsync();
        server.Database = name;
        server.Pooling = true;
        server.MaxPoolSize = 10;
        return server.ConnectionString;
    }
}
