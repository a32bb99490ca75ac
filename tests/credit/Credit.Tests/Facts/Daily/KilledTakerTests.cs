using System.Text;
using Backbone.Credit.Facts.Daily;
using Backbone.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Backbone.Credit.Tests.Facts.Daily;

public sealed class KilledTakerTests
{
    private const string DataVariable = "BACKBONE_TEST_DAILY_DATA";
    private const string FolderVariable = "BACKBONE_TEST_DAILY_FOLDER";
    private const string DatabaseVariable = "BACKBONE_TEST_DAILY_DATABASE";
    private const int Files = 12;
    private const int RowsOfEach = 6_000;
    private const int Kills = 3;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    /// <summary>
    /// Runs itself as a second process: a host that takes one file after another until it is killed, each time at another moment. Files are of two batches
    /// each, so that some are killed between them. In the end each is in its place with its report, and its facts, its row and its event are there once.
    /// </summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task After_kill_9_in_the_middle_of_files_each_is_taken_once(bool postgres)
    {
        if (Environment.GetEnvironmentVariable(DataVariable) is { } killed)
        {
            // The second process runs both cases; the one that it is for never ends.
            if (postgres == Environment.GetEnvironmentVariable(DatabaseVariable) is { Length: > 0 })
            {
                await TakeUntilKilledAsync(killed, Environment.GetEnvironmentVariable(FolderVariable)!, Environment.GetEnvironmentVariable(DatabaseVariable)!);
            }

            return;
        }

        var database = postgres ? await PostgresServer.CreateDatabaseAsync() : "";

        var data = Directory.CreateTempSubdirectory("backbone-killed-daily-");
        var folder = Directory.CreateTempSubdirectory("backbone-killed-agency-");
        try
        {
            for (var i = 0; i < Files; i++)
            {
                AgencyFiles.Put(folder.FullName, $"{i:00}.csv", AgencyFiles.File($"第{i}件", RowsOfEach));
            }

            for (var kill = 0; kill < Kills; kill++)
            {
                await KillAsync(data.FullName, folder.FullName, database, 100 + (kill * 150));
            }

            await using var backbone = await AgencyFiles.StartAsync(data.FullName, folder.FullName, settings => On(settings, database));
            var before = AgencyFiles.NamesIn(folder.FullName).Length + AgencyFiles.NamesIn(Path.Combine(folder.FullName, "taken")).Length;
            Assert.InRange(before, 1, Files);

            // The lease of who was killed last falls with its connection, which a server may notice a moment later.
            for (var start = TimeProvider.System.GetTimestamp(); AgencyFiles.NamesIn(Path.Combine(folder.FullName, "done")).Length < 2 * Files && TimeProvider.System.GetElapsedTime(start) < TimeSpan.FromMinutes(2);)
            {
                await AgencyFiles.LookTwiceAsync(backbone);
            }

            Assert.Equal(
                Enumerable.Range(0, Files).SelectMany(i => new[] { $"{i:00}.csv", $"{i:00}.csv.report.csv" }), AgencyFiles.NamesIn(Path.Combine(folder.FullName, "done")));
            Assert.Empty(AgencyFiles.NamesIn(folder.FullName));
            Assert.Empty(AgencyFiles.NamesIn(Path.Combine(folder.FullName, "taken")));
            var documents = await AgencyFiles.DocumentsAsync(backbone);
            Assert.Equal(Files * RowsOfEach, documents.Count);
            Assert.Equal(Files * RowsOfEach, documents.Distinct(StringComparer.Ordinal).Count());
            var taken = await AgencyFiles.TakenAsync(backbone);
            Assert.Equal(Files, taken.Count);
            Assert.All(taken, file => Assert.Equal(RowsOfEach, file.New + file.Known));
            Assert.Equal(Files, await AgencyFiles.EventsAsync(backbone));
        }
        finally
        {
            data.Delete(recursive: true);
            folder.Delete(recursive: true);
        }
    }

    private static void On(FixtureSettings settings, string database)
    {
        settings.Postgres = database.Length > 0;
        if (settings.Postgres)
        {
            settings.Settings["Backbone:Identity:ConnectionString"] = database;
        }
    }

    private static async Task KillAsync(string data, string folder, string database, int after)
    {
        var start = new System.Diagnostics.ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, "Backbone.Credit.Tests")) { RedirectStandardOutput = true };
        start.ArgumentList.Add("-method");
        start.ArgumentList.Add($"{typeof(KilledTakerTests).FullName}.{nameof(After_kill_9_in_the_middle_of_files_each_is_taken_once)}");
        (start.Environment[DataVariable], start.Environment[FolderVariable], start.Environment[DatabaseVariable]) = (data, folder, database);
        using var child = System.Diagnostics.Process.Start(start)!;
        while (await child.StandardOutput.ReadLineAsync(Cancelled) is { } line)
        {
            if (line == "began")
            {
                await Task.Delay(after, Cancelled);
                child.Kill();
            }
        }

        await child.WaitForExitAsync(Cancelled);
        Assert.NotEqual(0, child.ExitCode);
    }

    private static async Task TakeUntilKilledAsync(string data, string folder, string database)
    {
        await using var backbone = await AgencyFiles.StartAsync(data, folder, settings => On(settings, database));
        await backbone.Services.GetRequiredService<TakeRegularly>().RoundAsync(CancellationToken.None);
        var output = Console.OpenStandardOutput();
        output.Write(Encoding.ASCII.GetBytes("\nbegan\n"));
        output.Flush();
        await backbone.Services.GetRequiredService<TakeRegularly>().RoundAsync(CancellationToken.None);
        await Task.Delay(Timeout.Infinite);
    }
}
