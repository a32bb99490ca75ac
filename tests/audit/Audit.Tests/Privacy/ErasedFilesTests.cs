using System.Text;
using Backbone.Audit.Privacy;
using Backbone.Audit.State;
using Backbone.Platform.Web;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Backbone.Audit.Tests.Privacy;

/// <summary>What a thief of the disk finds after an erasure, SQLite's write-ahead log included.</summary>
public sealed class ErasedFilesTests
{
    private const string Person = "resident-4711";
    private const string Secret = "a reason that nobody is to read";

    [Fact]
    public async Task Neither_the_value_nor_its_wrapped_key_is_in_any_file_afterwards()
    {
        await using var host = await ConsoleHost.StartAsync();
        await ErasureTests.SendAsync(host, Person, Secret);
        var wrapped = await WrappedAsync(host, Person);
        Assert.NotEmpty(FilesWith(host, wrapped));
        Assert.Empty(FilesWith(host, Encoding.UTF8.GetBytes(Secret)));

        await ErasureTests.OrderAsync(host, Person);

        Assert.Empty(FilesWith(host, wrapped));
        Assert.Empty(FilesWith(host, Encoding.UTF8.GetBytes(Secret)));
        Assert.All(host.Log.Records.Read(0, int.MaxValue), record => Assert.DoesNotContain(Secret, Encoding.UTF8.GetString(record.Payload), StringComparison.Ordinal));
    }

    [Fact]
    public async Task Of_many_keys_whose_pages_were_divided_and_joined_only_those_that_stand_are_in_the_files()
    {
        await using var host = await ConsoleHost.StartAsync();
        var subjects = host.Services.GetRequiredService<SubjectKeys>();
        var people = Enumerable.Range(0, 150).Select(i => $"resident-{i}").ToList();
        foreach (var person in people)
        {
            await subjects.SealOfAsync(person, TestContext.Current.CancellationToken);
        }

        List<byte[]> gone = [];
        foreach (var person in people.Where((_, i) => i % 3 != 0))
        {
            gone.Add(await WrappedAsync(host, person));
            Assert.Equal(KeyEnd.Destroyed, await subjects.DestroyAsync(person, TemporaryLog.NewId(), TestContext.Current.CancellationToken));
        }

        Assert.Equal(0, gone.Count(wrapped => FilesWith(host, wrapped).Count > 0));
        Assert.NotEmpty(FilesWith(host, await WrappedAsync(host, people[0])));
    }

    [Fact]
    public async Task While_somebody_reads_the_database_it_is_said_that_the_key_lingers_and_the_host_finishes_it_later()
    {
        await using var host = await ConsoleHost.StartAsync();
        await ErasureTests.SendAsync(host, Person, Secret);
        var wrapped = await WrappedAsync(host, Person);
        var finishing = host.Services.GetRequiredService<FinishErasures>();
        await using (var reader = new SqliteConnection($"Data Source={Database(host)};Mode=ReadOnly;Pooling=False"))
        {
            await reader.OpenAsync(TestContext.Current.CancellationToken);
            await using var reading = reader.BeginTransaction(deferred: true);
            await using var command = reader.CreateCommand();
            command.CommandText = "SELECT count(*) FROM SubjectKeys";
            await command.ExecuteScalarAsync(TestContext.Current.CancellationToken);

            var page = await ErasureTests.PageAsync(host, await ErasureTests.OrderAsync(host, Person));

            Assert.Contains("已经销毁", page, StringComparison.Ordinal);
            Assert.Contains("预写日志中还留有已销毁的密钥", page, StringComparison.Ordinal);
            Assert.NotEmpty(FilesWith(host, wrapped));
            Assert.False(await finishing.TryAsync(TestContext.Current.CancellationToken));
            Assert.Equal(HealthStatus.Degraded, await HealthAsync(host));
        }

        Assert.True(await finishing.TryAsync(TestContext.Current.CancellationToken));
        Assert.Empty(FilesWith(host, wrapped));
        Assert.Equal(HealthStatus.Healthy, await HealthAsync(host));
        var (_, after) = await host.GetAsync(EraseSubject.Path);
        Assert.Null(after.QuerySelector(".banner"));
    }

    [Fact]
    public async Task Every_connection_syncs_each_commit_and_overwrites_what_it_deletes()
    {
        await using var host = await ConsoleHost.StartAsync();
        await using var scope = host.Services.CreateAsyncScope();
        var database = scope.ServiceProvider.GetRequiredService<AuditDb>().Database;
        await database.OpenConnectionAsync(TestContext.Current.CancellationToken);
        List<string> said = [];
        foreach (var pragma in (string[])["journal_mode", "synchronous", "busy_timeout", "secure_delete"])
        {
            await using var command = database.GetDbConnection().CreateCommand();
            command.CommandText = "PRAGMA " + pragma;
            said.Add($"{await command.ExecuteScalarAsync(TestContext.Current.CancellationToken)}");
        }

        Assert.Equal(["wal", "2", "10000", "1"], said);
    }

    private static string Database(ConsoleHost host) => Path.Combine(host.Services.GetRequiredService<BackboneOptions>().DataDirectory, "audit", "audit.db");

    private static async Task<HealthStatus> HealthAsync(ConsoleHost host) => (await host.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync(
        check => check.Name == ErasureHealth.Name, TestContext.Current.CancellationToken)).Status;

    private static async Task<byte[]> WrappedAsync(ConsoleHost host, string person)
    {
        var index = host.Services.GetRequiredService<PrivacyKeys>().IndexesOf(person).First();
        await using var scope = host.Services.CreateAsyncScope();
        return (await scope.ServiceProvider.GetRequiredService<AuditDb>().SubjectKeys.AsNoTracking()
            .SingleAsync(key => key.SubjectIndex == index, TestContext.Current.CancellationToken)).Wrapped!;
    }

    /// <summary>Those of the database's files, its write-ahead log among them, that hold these bytes.</summary>
    private static List<string> FilesWith(ConsoleHost host, byte[] bytes) =>
        [.. Directory.EnumerateFiles(Path.GetDirectoryName(Database(host))!, "audit.db*").Where(path => Bytes(path).AsSpan().IndexOf(bytes) >= 0)];

    private static byte[] Bytes(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var all = new byte[file.Length];
        file.ReadAtLeast(all, all.Length, throwOnEndOfStream: false);
        return all;
    }
}
