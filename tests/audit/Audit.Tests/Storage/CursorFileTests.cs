using Backbone.Audit.Storage;

namespace Backbone.Audit.Tests.Storage;

public sealed class CursorFileTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("backbone-cursor-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void What_was_written_last_is_read()
    {
        var cursor = new CursorFile(Path.Combine(folder, "cursors"), "elasticsearch");
        Assert.Null(cursor.Read());

        cursor.Write(7);
        cursor.Write(1_234_567);

        Assert.Equal(1_234_567, new CursorFile(Path.Combine(folder, "cursors"), "elasticsearch").Read());
        Assert.Equal([cursor.FullPath], Directory.GetFiles(Path.Combine(folder, "cursors")));
    }

    [Fact]
    public void A_cursor_that_any_byte_was_changed_in_is_refused_and_says_the_way_out()
    {
        var cursor = new CursorFile(folder, "elasticsearch");
        cursor.Write(4_711);
        var sound = File.ReadAllBytes(cursor.FullPath);
        for (var at = 0; at < sound.Length; at++)
        {
            var damaged = (byte[])sound.Clone();
            damaged[at] ^= 1;
            File.WriteAllBytes(cursor.FullPath, damaged);
            Assert.Contains("delete the file", Assert.Throws<AuditLogCorruptException>(() => cursor.Read()).Message, StringComparison.Ordinal);
        }

        File.WriteAllBytes(cursor.FullPath, []);
        Assert.Throws<AuditLogCorruptException>(() => cursor.Read());
    }

    [Fact]
    public void A_crash_between_writing_aside_and_renaming_leaves_the_old_one()
    {
        var cursor = new CursorFile(folder, "elasticsearch");
        cursor.Write(1);
        File.WriteAllText(cursor.FullPath + ".new", "half of a cur");

        Assert.Equal(1, cursor.Read());
        cursor.Write(2);
        Assert.Equal(2, cursor.Read());
    }
}
