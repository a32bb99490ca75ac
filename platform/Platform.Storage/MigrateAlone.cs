using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;

namespace Backbone.Platform.Storage;

/// <summary>
/// Migrations by one process at a time, and never stuck on one that was killed. PostgreSQL's lock ends with its connection. In SQLite, EF
/// Core's lock is a row that outlives a killed process, and every later start would wait for it for ever (dotnet/efcore#38958): there a lock
/// of the operating system decides who migrates, and a row found by its holder is a dead process's.
/// </summary>
public static class MigrateAlone
{
    private const string LockTable = "__EFMigrationsLock";

    /// <summary>Answers how many migrations were applied. Cancelling gives up waiting; once begun, it ends: a half-done one leaves its lock.</summary>
    public static async Task<int> MigrateAloneAsync(this DatabaseFacade database, TimeProvider clock, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(database);
        if (!(await database.GetPendingMigrationsAsync(cancellation)).Any())
        {
            return 0;
        }

        await using var alone = database.IsSqlite() ? await WaitAsync(database.GetDbConnection().DataSource, clock, cancellation) : null;
        cancellation.ThrowIfCancellationRequested();
        var pending = (await database.GetPendingMigrationsAsync(CancellationToken.None)).Count();
        if (pending > 0)
        {
            if (alone is not null && File.Exists(database.GetDbConnection().DataSource))
            {
                await ForgetDeadHolderAsync(database);
            }

            await database.MigrateAsync(CancellationToken.None);
        }

        return pending;
    }

    /// <summary>The file stays: who deletes a lock file takes it from whoever waits for it.</summary>
    private static async Task<FileStream> WaitAsync(string databaseFile, TimeProvider clock, CancellationToken cancellation)
    {
        var options = new FileStreamOptions { Mode = FileMode.OpenOrCreate, Access = FileAccess.ReadWrite, Share = FileShare.None };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        while (true)
        {
            try
            {
                return new FileStream(databaseFile + ".migrating", options);
            }
            catch (IOException) when (File.Exists(databaseFile + ".migrating"))
            {
                await Task.Delay(TimeSpan.FromMilliseconds(50), clock, cancellation);
            }
        }
    }

    private static async Task ForgetDeadHolderAsync(DatabaseFacade database)
    {
        if (await database.SqlQuery<int>($"SELECT count(*) AS Value FROM sqlite_master WHERE name = {LockTable}").SingleAsync() > 0)
        {
            await database.ExecuteSqlRawAsync($"DELETE FROM \"{LockTable}\"");
        }
    }
}
