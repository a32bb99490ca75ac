using Backbone.Testing;
using Microsoft.Data.Sqlite;

namespace Backbone.Integration.Tests.Start;

/// <summary><c>host doctor</c> on a folder that has been in use, sound and with one fault planted at a time.</summary>
public sealed class Doctor : IClassFixture<Doctor.UsedFolder>
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private readonly UsedFolder used;

    public Doctor(UsedFolder used) => this.used = used;

    [Fact]
    public async Task A_sound_folder_is_called_sound_and_stays_as_it_was()
    {
        using var folder = used.Copy();
        var before = folder.Listing();

        var (code, output) = await folder.ExamineAsync();

        Assert.True(code == 0, output);
        Assert.Contains("0 problems, 0 warnings", output, StringComparison.Ordinal);
        Assert.Matches("identity database: reachable, [0-9]+ migrations applied, none pending", output);
        Assert.Matches("credit database: reachable, [0-9]+ migrations applied, none pending", output);
        Assert.Matches("signing keys: the ES256 key is 0 days old and signs (89|90) more", output);
        Assert.Matches("signing keys: the master key opens all [0-9]+", output);
        Assert.Matches("catalogue: [0-9]+ apps", output);
        Assert.All(["identity outbox: no event waits", "credit outbox: no event waits", "audit outbox: no event waits"], said => Assert.Contains(said, output, StringComparison.Ordinal));
        Assert.Matches("audit log: [0-9]+ events in 1 segments, every one intact", output);
        Assert.Equal(before, folder.Listing());
    }

    public static TheoryData<string, string, string> Faults => new()
    {
        { "master key readable by others", "is open to more than its owner", "-> chmod 600 {0}/keys/master.key" },
        { "master key missing", "keys/master.key is missing", "-> Restore {0}/keys/master.key from its backup" },
        { "master key cut short", "keys/master.key has 16 bytes, not 32", "-> Restore {0}/keys/master.key from its backup" },
        { "master key of another database", "keys/master.key opens only 0 of", "-> Key file and database do not belong together" },
        { "database missing", "identity.db is missing, but this folder has been in use", "-> Restore {0}/identity.db from its backup" },
        { "credit database missing", "credit.db is missing, but this folder has been in use", "-> Restore {0}/credit/credit.db from its backup" },
        { "credit database damaged", "credit.db is damaged", "-> Stop the host, keep a copy of {0}/credit/credit.db" },
        { "database damaged", "identity.db is damaged", "-> Stop the host, keep a copy of {0}/identity.db" },
        { "database of a newer version", "the schema is newer than this program (29990101000000_Later)", "-> Start the version that wrote it" },
        { "no key signs", "no ES256 key signs now", "-> Start the host: it makes one" },
        { "a forged event in identity's outbox", "identity outbox: 1 rows were not written with {0}/keys/master.key, or altered since (1 without a seal): 77", "-> Somebody else writes" },
        { "a forged event in credit's outbox", "credit outbox: 1 rows were not written with {0}/keys/master.key, or altered since (1 without a seal): 77", "-> Somebody else writes" },
        { "a forged event in the audit outbox", "audit outbox: 1 rows were not written with {0}/keys/audit-privacy.key, or altered since (0 without a seal): 77", "-> Somebody else writes" },
        { "client secret too short", "the secret of console (file:secrets/console.secret) is not base64url", "-> Delete the file for a new secret" },
        { "audit log damaged", "audit log refused", "-> Keep a copy of the folder as evidence" },
        { "audit log missing", "is missing, but this data folder has been in use", "-> Restore {0}/audit/log from its backup" },
        { "folder open to others", "is open to other users", "-> chmod 700 {0}" },
    };

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task A_planted_fault_is_found_and_its_cure_is_said(string fault, string found, string advice)
    {
        using var folder = used.Copy();
        Plant(fault, folder.Path);

        var (code, output) = await folder.ExamineAsync();

        Assert.True(code == 1, output);
        Assert.Contains(string.Format(System.Globalization.CultureInfo.InvariantCulture, found, folder.Path), output, StringComparison.Ordinal);
        Assert.Contains(string.Format(System.Globalization.CultureInfo.InvariantCulture, advice, folder.Path), output, StringComparison.Ordinal);
        Assert.DoesNotContain("the check itself failed", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_wrong_key_of_an_operators_app_is_named_with_file_bound_and_value()
    {
        using var folder = used.Copy();
        using var apps = new DataFolder(Directory.CreateTempSubdirectory("backbone-apps-").FullName);
        await File.WriteAllTextAsync(System.IO.Path.Combine(apps.Path, "mine.yml"), "id: mine\nlevel: 9\n", TestContext.Current.CancellationToken);

        var (code, output) = await folder.ExamineAsync("--set", $"Backbone:Catalogue={apps.Path}");

        Assert.Equal(1, code);
        Assert.Contains("catalogue: mine.yml", output, StringComparison.Ordinal);
        Assert.Contains("found '9'", output, StringComparison.Ordinal);
        Assert.Contains("-> Correct that key in mine.yml", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Beside_a_running_host_it_disturbs_nothing()
    {
        await using var backbone = await BackboneFixture.StartAsync(settings => settings.Demo = true);

        var (code, output) = await HostProcess.RunAsync("doctor", "--data", backbone.DataDirectory, "--urls", "http://localhost:0");

        Assert.True(code == 0, output);
        Assert.Contains("audit log: a running host has it open", output, StringComparison.Ordinal);
        using var client = backbone.NewClient();
        using var ready = await client.GetAsync("/health/ready", TestContext.Current.CancellationToken);
        Assert.True(ready.IsSuccessStatusCode);
    }

    [Fact]
    public async Task A_database_server_out_of_reach_is_a_problem_and_its_password_is_not_said()
    {
        using var folder = used.Copy();

        var (code, output) = await folder.ExamineAsync(
            "--set", "Backbone:Identity:Database=postgres", "--set", "Backbone:Identity:ConnectionString=Host=127.0.0.1;Port=1;Username=u;Password=tell-nobody");

        Assert.Equal(1, code);
        Assert.Contains("identity database: the database server cannot be asked", output, StringComparison.Ordinal);
        Assert.Contains("-> Start the server, or correct", output, StringComparison.Ordinal);
        Assert.DoesNotContain("tell-nobody", output, StringComparison.Ordinal);
    }

    private static void Plant(string fault, string folder)
    {
        string At(params string[] parts) => System.IO.Path.Combine([folder, .. parts]);
        switch (fault)
        {
            case "master key readable by others":
                File.SetUnixFileMode(At("keys", "master.key"), OwnerOnly | UnixFileMode.GroupRead);
                break;
            case "master key missing":
                File.Delete(At("keys", "master.key"));
                break;
            case "master key cut short":
                File.WriteAllBytes(At("keys", "master.key"), new byte[16]);
                break;
            case "master key of another database":
                File.WriteAllBytes(At("keys", "master.key"), new byte[32]);
                break;
            case "database missing":
                File.Delete(At("identity.db"));
                break;
            case "credit database missing":
                File.Delete(At("credit", "credit.db"));
                break;
            case "credit database damaged":
                Overwrite(At("credit", "credit.db"), 4096);
                break;
            case "database damaged":
                Overwrite(At("identity.db"), 4096);
                break;
            case "database of a newer version":
                Alter(At("identity.db"), "insert into __EFMigrationsHistory values ('29990101000000_Later', '99')");
                break;
            case "no key signs":
                Alter(At("identity.db"), "update SigningKeys set SignsUntil = SignsFrom");
                break;
            case "a forged event in identity's outbox":
                Alter(At("identity.db"), "insert into Outbox (Sequence, EventId, Event, Place) values (77, '019ACA11-0000-7000-8000-000000000001', x'7b7d', 1)");
                break;
            case "a forged event in credit's outbox":
                Alter(At("credit", "credit.db"), "insert into Outbox (Sequence, EventId, Event, Place) values (77, x'019ACA11000070008000000000000001', x'7b7d', 1)");
                break;
            case "a forged event in the audit outbox":
                Alter(
                    At("audit", "audit.db"),
                    "insert into Outbox (Sequence, Origin, EventId, Event, Place, Seal) select 77, Origin, '019ACA11-0000-7000-8000-000000000001', x'7b7d', 1, randomblob(32) from Anchors");
                break;
            case "client secret too short":
                File.WriteAllText(At("secrets", "console.secret"), "short");
                break;
            case "audit log damaged":
                Overwrite(Directory.GetFiles(At("audit", "log"), "*.seg").Order().First(), 100);
                break;
            case "audit log missing":
                Directory.Delete(At("audit", "log"), recursive: true);
                break;
            case "folder open to others":
                File.SetUnixFileMode(folder, File.GetUnixFileMode(folder) | UnixFileMode.OtherRead);
                break;
            default:
                throw new ArgumentException($"Nobody knows how to plant '{fault}'.", nameof(fault));
        }
    }

    private static void Overwrite(string path, long offset)
    {
        using var file = File.OpenHandle(path, FileMode.Open, FileAccess.Write);
        RandomAccess.Write(file, Enumerable.Repeat((byte)0x5a, 64).ToArray(), offset);
    }

    private static void Alter(string path, string statement)
    {
        using var connection = new SqliteConnection($"Data Source={path};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // Constant statements above.
        command.CommandText = statement;
#pragma warning restore CA2100
        command.ExecuteNonQuery();
    }

    /// <summary>A data folder, deleted at the end.</summary>
    public sealed class DataFolder(string path) : IDisposable
    {
        public string Path => path;

        public List<string> Listing() => [.. Directory.EnumerateFileSystemEntries(path, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)];

        public Task<(int Code, string Output)> ExamineAsync(params string[] more) =>
            HostProcess.RunAsync(["doctor", "--data", path, "--urls", "http://localhost:0", .. more]);

        public void Dispose() => Directory.Delete(path, recursive: true);
    }

    /// <summary>A folder after a first start with the demonstration, stopped cleanly; every test takes a copy.</summary>
    public sealed class UsedFolder : IAsyncLifetime
    {
        private readonly DataFolder original = new(Directory.CreateTempSubdirectory("backbone-used-").FullName);

        public async ValueTask InitializeAsync()
        {
            await using var host = await HostProcess.StartAsync(original.Path, "--set", "Backbone:SampleApps=false");
            await host.StopAsync();
        }

        public ValueTask DisposeAsync()
        {
            original.Dispose();
            return ValueTask.CompletedTask;
        }

        public DataFolder Copy()
        {
            var target = Directory.CreateTempSubdirectory("backbone-doctor-").FullName;
            foreach (var file in Directory.EnumerateFiles(original.Path, "*", SearchOption.AllDirectories))
            {
                var copy = System.IO.Path.Combine(target, System.IO.Path.GetRelativePath(original.Path, file));
                Directory.CreateDirectory(System.IO.Path.GetDirectoryName(copy)!);
                File.Copy(file, copy);
            }

            return new DataFolder(target);
        }
    }
}
