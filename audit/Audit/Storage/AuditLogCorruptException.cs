namespace Backbone.Audit.Storage;

/// <summary>
/// The log on disk is not what this program wrote: damaged, tampered with, incomplete or of another format. Nothing was changed; a
/// person decides (audit/README.md, "When the log refuses to open").
/// </summary>
internal sealed class AuditLogCorruptException(string path, long offset, string problem)
    : Exception($"audit log refused: {path} at offset {offset}: {problem}")
{
    public string Path => path;

    public long Offset => offset;
}
