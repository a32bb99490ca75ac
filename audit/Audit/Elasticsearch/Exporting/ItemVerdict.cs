using Backbone.Audit.Elasticsearch.Client;

namespace Backbone.Audit.Elasticsearch.Exporting;

/// <summary>What the answer about one event means.</summary>
internal enum ItemVerdict
{
    /// <summary>It is in the index.</summary>
    Done,

    /// <summary>It will never be taken as it is.</summary>
    Dead,

    /// <summary>It was not taken; the next attempt may succeed.</summary>
    Again,

    /// <summary>It may have been taken or not.</summary>
    Unknown,

    /// <summary>The index or its template is not there.</summary>
    NoIndex,
}

/// <summary>The table of answers (reference: item or response → action).</summary>
internal static class ItemVerdicts
{
    /// <summary>Refused with 400 for something that is not the document's fault: too many shards, a closed index, a block.</summary>
    private static readonly HashSet<string> NotTheDocuments = new(StringComparer.Ordinal)
    {
        "validation_exception", "index_closed_exception", "cluster_block_exception", "invalid_index_name_exception", "action_request_validation_exception",
    };

    public static ItemVerdict Of(in BulkItemAnswer item) => item.Status switch
    {
        >= 200 and < 300 when item.FailureStore == "used" => ItemVerdict.Dead,
        >= 200 and < 300 or 409 => ItemVerdict.Done,
        400 when item.Error is { } error && NotTheDocuments.Contains(error.Type) => ItemVerdict.Again,
        400 or 413 => ItemVerdict.Dead,
        404 => ItemVerdict.NoIndex,
        >= 500 => ItemVerdict.Unknown,
        _ => ItemVerdict.Again,
    };
}
