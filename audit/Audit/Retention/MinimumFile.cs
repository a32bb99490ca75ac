using Backbone.Audit.Integrating;
using Backbone.Audit.Log;
using Backbone.Audit.Log.Checkpoints;
using Backbone.Audit.Publishing;

namespace Backbone.Audit.Retention;

/// <summary>The signed file <c>minimum</c> beside the checkpoint: from where on entries must be there.</summary>
internal sealed class MinimumFile(TlogFolder folder, LogSigner signer)
{
    public const string Name = "minimum";

    /// <summary>Null when nothing was ever deleted.</summary>
    /// <exception cref="SplitLogException">It is there without this log's signature.</exception>
    public MinimumIndex? Read()
    {
        if (folder.Read(Name) is not { } bytes)
        {
            return null;
        }

        return signer.ReadMinimum(bytes) ?? throw new SplitLogException(
            $"{folder.PathOf(Name)} does not carry this log's signature: it was changed, or the signing key was. Restore it from a copy of the folder.");
    }

    /// <summary>Durable when it returns.</summary>
    public void Write(ReadOnlySpan<byte> note) => folder.Write(Name, note, durable: true);
}
