using System.Runtime.Versioning;
using System.Text;
using Backbone.Platform.Web.Keys;

namespace Backbone.Platform.Tests.Keys;

[UnsupportedOSPlatform("windows")]
public sealed class PrivateFileTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("backbone-private").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Of_many_that_name_a_file_at_once_exactly_one_does()
    {
        // The step alone and many rounds: around it stands an fsync, which lets two meet at the step only now and then.
        const int Hosts = 4;
        const int Rounds = 2_000;
        var named = new int[Rounds];
        using var together = new Barrier(Hosts);
        Thread[] hosts = [.. Enumerable.Range(0, Hosts).Select(host => new Thread(() =>
        {
            for (var round = 0; round < Rounds; round++)
            {
                var draft = Path.Combine(_folder, $"draft-{host}");
                File.WriteAllText(draft, "");
                together.SignalAndWait();
                if (PrivateFile.TryName(draft, Path.Combine(_folder, $"key-{round}")))
                {
                    Interlocked.Increment(ref named[round]);
                }

                File.Delete(draft);
            }
        }))];
        Array.ForEach(hosts, host => host.Start());
        Array.ForEach(hosts, host => host.Join());

        Assert.All(named, times => Assert.Equal(1, times));
    }

    [Fact]
    public void A_file_that_is_there_is_kept_and_no_draft_stays()
    {
        var path = Path.Combine(_folder, "keys", "some.key");

        Assert.True(PrivateFile.Create(path, "first"u8));
        Assert.False(PrivateFile.Create(path, "second"u8));

        Assert.Equal("first", File.ReadAllText(path, Encoding.ASCII));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));
        Assert.Equal([path], Directory.GetFileSystemEntries(Path.GetDirectoryName(path)!));
    }
}
