namespace Backbone.Audit.Verifier.Sources;

/// <summary>The files of a log in a folder, read and never written.</summary>
internal sealed class FolderFiles(string folder) : LogFiles
{
    public override int Concurrency => Environment.ProcessorCount;

    public override string NameOf(string path)
    {
        return Path.Combine(folder, path);
    }

    public override bool TryRead(string path, int most, FileBuffer buffer)
    {
        try
        {
            using var file = File.OpenHandle(NameOf(path), FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            var length = (int)Math.Min(RandomAccess.GetLength(file), most + 1L);
            var target = buffer.Reserve(length);
            for (var total = 0; total < length;)
            {
                var read = RandomAccess.Read(file, target[total..], total);
                if (read == 0)
                {
                    buffer.Reserve(total);
                    break;
                }

                total += read;
            }

            return true;
        }
        catch (Exception missing) when (missing is FileNotFoundException or DirectoryNotFoundException)
        {
            return false;
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new UnreadableException($"{NameOf(path)} cannot be read: {problem.Message}", problem);
        }
    }

    public override IReadOnlyList<string> List(string inner)
    {
        try
        {
            var path = Path.Combine(folder, inner);
            return Directory.Exists(path) ? [.. Directory.EnumerateFiles(path).Select(one => Path.GetFileName(one)).Order(StringComparer.Ordinal)] : [];
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new UnreadableException($"{Path.Combine(folder, inner)} cannot be listed: {problem.Message}", problem);
        }
    }
}
