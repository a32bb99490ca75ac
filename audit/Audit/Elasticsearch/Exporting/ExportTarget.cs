using System.Text;
using Backbone.Audit.Elasticsearch.Client;
using Backbone.Audit.Elasticsearch.Indexing;
using Backbone.Audit.Elasticsearch.Reconciling;
using Backbone.Audit.Storage;

namespace Backbone.Audit.Elasticsearch.Exporting;

/// <summary>
/// Which data stream is written, and each stream's first event and cursor: files in <c>&lt;data&gt;/audit/elasticsearch</c>. Replacing the one file
/// <c>stream</c> is how a rebuilt index takes over; the exporter looks at it between batches. The exporter and what an operator runs beside it are
/// processes of their own: the choice is made under a lock, and the first choice gives way to any other.
/// </summary>
internal sealed class ExportTarget(string folder, string alias)
{
    /// <summary>A choice takes a moment.</summary>
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(10);

    private string PointerPath => Path.Combine(folder, "stream");

    public string Alias => alias;

    public DeadLetters DeadLetters { get; } = new(Path.Combine(folder, "dead-letters.ndjson"));

    public CursorFile CursorOf(string stream) => new(folder, "cursor-" + stream);

    /// <summary>The first event the stream is to hold: where a rebuilt one begins, and what retention has deleted lies below it. None: 0.</summary>
    public CursorFile StartOf(string stream) => new(folder, "first-" + stream);

    /// <summary>The stream's name; null when none was chosen on this machine.</summary>
    public string? Current()
    {
        try
        {
            var name = File.ReadAllText(PointerPath, Encoding.ASCII).Trim();
            return IndexStream.NumberOf(alias, name) is null ? null : name;
        }
        catch (Exception missing) when (missing is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    /// <summary>Whatever was chosen before. Durable when it returns.</summary>
    /// <exception cref="IOException">The disk refused, or another process did not let go.</exception>
    public void Choose(string stream)
    {
        using var only = LockedFile.Hold(PointerPath + ".lock", LongestWait);
        ReplacedFile.Write(PointerPath, Encoding.ASCII.GetBytes(stream + "\n"));
    }

    /// <summary>Chooses it unless one was chosen meanwhile, by whichever process. Answers the chosen one; durable when it returns.</summary>
    /// <exception cref="IOException">The disk refused, or another process did not let go.</exception>
    public string ChooseFirst(string stream)
    {
        using var only = LockedFile.Hold(PointerPath + ".lock", LongestWait);
        if (Current() is { } chosen)
        {
            return chosen;
        }

        ReplacedFile.Write(PointerPath, Encoding.ASCII.GetBytes(stream + "\n"));
        return stream;
    }

    /// <summary>What the last holding of the index against the log found.</summary>
    public ReconciledFile Reconciled { get; } = new(Path.Combine(folder, "reconciled.json"));

    /// <summary>The right to rebuild or repair the index, for one at a time; null when another has it.</summary>
    /// <param name="purpose">As <see cref="IndexLease"/> names them.</param>
    /// <param name="clock">Since when.</param>
    /// <param name="owner">Who has it otherwise, and what for.</param>
    public IndexLease? TryLease(string purpose, TimeProvider clock, out string owner) => IndexLease.TryTake(folder, purpose, clock, out owner);

    /// <exception cref="IOException">Another process has it, which is named.</exception>
    public IndexLease Lease(string purpose, TimeProvider clock) => TryLease(purpose, clock, out var owner) ?? throw new IOException(
        $"the index is held already, by process {owner}; let it end, or end it and begin again");

    /// <summary>The chosen stream; without one, that the cluster's alias means; without that, the newest there is, or the first.</summary>
    public async Task<string> FindAsync(ElasticsearchClient client, CancellationToken cancellation)
    {
        if (Current() is { } chosen)
        {
            return chosen;
        }

        var answer = await client.GetAsync($"_alias/{alias}", cancellation);
        var named = answer.IsSuccess ? AliasNames(answer) : [];
        var streams = await IndexStream.AllAsync(client, alias, cancellation);
        return streams.LastOrDefault(stream => named.Contains(stream.Name))?.Name
            ?? (streams.Count > 0 ? streams[^1].Name : null)
            ?? IndexStream.NameOf(alias, 1);
    }

    private static HashSet<string> AliasNames(ClusterAnswer answer)
    {
        using var document = System.Text.Json.JsonDocument.Parse(answer.Body);
        return [.. document.RootElement.EnumerateObject().Select(property => property.Name)];
    }
}
