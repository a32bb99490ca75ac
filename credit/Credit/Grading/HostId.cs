using Backbone.Platform.Web.Files;

namespace Backbone.Credit.Grading;

/// <summary>By what a data directory is told from those of other hosts; made at its first use.</summary>
internal static class HostId
{
    public static Guid Of(string folder, TimeProvider clock)
    {
        Directory.CreateDirectory(folder);
        var path = Path.Combine(folder, "host");
        if (File.Exists(path) && Guid.TryParse(File.ReadAllText(path), out var known))
        {
            return known;
        }

        var id = Guid.CreateVersion7(clock.GetUtcNow());
        File.WriteAllText(path, id.ToString("D"));
        DirectorySync.Flush(folder);
        return id;
    }
}
