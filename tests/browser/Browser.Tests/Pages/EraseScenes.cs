using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Backbone.Testing;
using Microsoft.Data.Sqlite;

namespace Backbone.Browser.Tests.Pages;

/// <summary>Erasing what was sealed for a subject: asked, asked wrongly, for nobody, and done while somebody reads the database.</summary>
internal sealed class EraseScenes(BrowserWorld world, Album album)
{
    private const string Subject = "household-17";

    private string Data => Path.GetDirectoryName(world.Database)!;

    public async Task LookAsync()
    {
        // Signed in anew: an order wants a proof of the last five minutes.
        await using var page = await album.OpenAsync();
        await page.SignInAsync(world, world.Account(DemonstrationPeople.AuditAdministrator), "/console/audit/erase");
        await album.VisitAsync(page, "/console/audit/erase");
        await page.SendFormOfAsync("subject");
        await album.LookAsync(page, "audit-erase-empty");
        await OrderAsync(page);
        await album.LookAsync(page, "audit-erase-nothing");

        await using var database = new SqliteConnection($"Data Source={Path.Combine(Data, "audit", "audit.db")};Pooling=False");
        await database.OpenAsync();
        await SealedAsync(database);

        // A reader, such as a backup: not deferred it would be a writer, and the order would wait for it.
        await using (database.BeginTransaction(deferred: true))
        {
            await using var reading = database.CreateCommand();
            reading.CommandText = "SELECT count(*) FROM SubjectKeys";
            await reading.ExecuteScalarAsync();
            await OrderAsync(page);
            await album.LookAsync(page, "audit-erase-done-and-lingers");
        }
    }

    private async Task OrderAsync(WatchedPage page)
    {
        await page.GoAsync(new Uri(world.Portal, "/console/audit/erase"));
        await page.FillAsync("subject", Subject);
        await page.FillAsync("reference", "2026-0042");
        await page.PressAsync("#confirm");
        await page.SendFormOfAsync("subject");
        await page.Page.WaitForURLAsync(address => new Uri(address).Query.Length > 0);
    }

    /// <summary>As if a system had sent a sealed value: no system of the demonstration does.</summary>
    private async Task SealedAsync(SqliteConnection database)
    {
        var line = (await File.ReadAllLinesAsync(Path.Combine(Data, "keys", "audit-privacy.key")))[^1];
        var key = HKDF.DeriveKey(HashAlgorithmName.SHA256, Base64Url.DecodeFromChars(line.Split(' ')[1]), 32, info: "backbone/audit/subject-index"u8.ToArray());
        await using var insert = database.CreateCommand();
        insert.CommandText = "INSERT INTO SubjectKeys (Id, SubjectIndex, Wrapped, CreatedAt) VALUES ($id, $index, $wrapped, 0)";
        insert.Parameters.AddWithValue("$id", Guid.CreateVersion7().ToString("D").ToUpperInvariant());
        insert.Parameters.AddWithValue("$index", HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(Subject)));
        insert.Parameters.AddWithValue("$wrapped", RandomNumberGenerator.GetBytes(64));
        await insert.ExecuteNonQueryAsync();
    }
}
