using Backbone.Testing;
using Microsoft.Data.Sqlite;

namespace Backbone.Integration.Tests.Start;

public sealed class KilledMigration
{
    /// <summary>EF Core's own lock in SQLite is a row that a killed process leaves; EF would wait for it for ever.</summary>
    [Fact]
    public async Task A_lock_that_a_killed_process_left_does_not_hold_the_next_start()
    {
        var folder = Directory.CreateTempSubdirectory("backbone-killed-").FullName;
        try
        {
            await using (var database = new SqliteConnection($"Data Source={Path.Combine(folder, "identity.db")};Pooling=False"))
            {
                await database.OpenAsync(TestContext.Current.CancellationToken);
                await using var left = database.CreateCommand();
                left.CommandText = """
                    CREATE TABLE "__EFMigrationsLock" ("Id" INTEGER NOT NULL CONSTRAINT "PK___EFMigrationsLock" PRIMARY KEY, "Timestamp" TEXT NOT NULL);
                    INSERT INTO "__EFMigrationsLock" VALUES (1, '2026-11-25 00:00:00+00:00');
                    """;
                await left.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
            }

            await using var backbone = await BackboneFixture.StartAsync(settings => settings.DataDirectory = folder)
                .WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);
            using var client = backbone.NewClient();
            Assert.True((await client.GetAsync("/health/ready", TestContext.Current.CancellationToken)).IsSuccessStatusCode);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
