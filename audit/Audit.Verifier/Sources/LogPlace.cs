namespace Backbone.Audit.Verifier.Sources;

/// <summary>Where a log's public files are, and its segments if they are at hand.</summary>
internal sealed record LogPlace(LogFiles Files, string? SegmentFolder)
{
    private const string Checkpoint = "checkpoint";

    /// <summary>An address; or a folder: the static files themselves, or the audit folder, or the data folder above it.</summary>
    /// <param name="place">As it was given.</param>
    /// <param name="tokenFile">Where the access token for an address is; null for none.</param>
    /// <exception cref="UnreadableException">There is no log, or the address is not allowed.</exception>
    public static LogPlace Find(string place, string? tokenFile)
    {
        if (Uri.TryCreate(place, UriKind.Absolute, out var address) && address.Scheme is "http" or "https")
        {
            return HttpFiles.IsAllowed(address!)
                ? new LogPlace(new HttpFiles(address!, tokenFile), null)
                : throw new UnreadableException($"{place}: plain http is for this machine only; use https");
        }

        foreach (var audit in (string[])[place, Path.Combine(place, "audit")])
        {
            var (tlog, log) = (Path.Combine(audit, "tlog"), Path.Combine(audit, "log"));
            if (File.Exists(Path.Combine(tlog, Checkpoint)))
            {
                return new LogPlace(new FolderFiles(tlog), Directory.Exists(log) ? log : null);
            }
        }

        return File.Exists(Path.Combine(place, Checkpoint))
            ? new LogPlace(new FolderFiles(place), null)
            : throw new UnreadableException($"{place} holds no log: neither checkpoint nor tlog/checkpoint is there");
    }
}
