using System.Text.Json;

namespace Backbone.Audit.Elasticsearch.Client;

/// <summary>What a node answered, whatever the status.</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="Body">The whole body.</param>
internal sealed record ClusterAnswer(int Status, byte[] Body)
{
    public bool IsSuccess => Status is >= 200 and < 300;

    /// <summary>"403 security_exception: …", for messages; the cluster's own words, cut where they are long.</summary>
    public override string ToString()
    {
        var error = Error();
        return error is null ? $"{Status}" : $"{Status} {error.Type}: {error.ShortReason}";
    }

    /// <summary>The error object of a refused request; null when there is none that can be read.</summary>
    public ClusterError? Error()
    {
        try
        {
            using var document = JsonDocument.Parse(Body);
            if (document.RootElement.ValueKind != JsonValueKind.Object || !document.RootElement.TryGetProperty("error", out var error))
            {
                return null;
            }

            return error.ValueKind == JsonValueKind.String
                ? new ClusterError("error", error.GetString())
                : error.Deserialize(ElasticsearchJson.Default.ClusterError);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>The body in its type.</summary>
    /// <exception cref="ClusterRefusedException">The request was refused, or the body is not what it should be.</exception>
    public T Read<T>(System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> type)
    {
        if (!IsSuccess)
        {
            throw new ClusterRefusedException(this);
        }

        try
        {
            return JsonSerializer.Deserialize(Body, type) ?? throw new JsonException("null");
        }
        catch (JsonException unreadable)
        {
            throw new ClusterRefusedException(this, unreadable);
        }
    }
}

/// <summary>The error object of Elasticsearch.</summary>
internal sealed record ClusterError(string Type, string? Reason)
{
    private const int MostShown = 300;

    public string ShortReason => Reason is { Length: > MostShown } ? Reason[..MostShown] + "…" : Reason ?? "";
}

/// <summary>No node gave an answer.</summary>
#pragma warning disable CA1032 // It always says whether the request may have been carried out.
internal sealed class ClusterUnavailableException(string message, bool mayHaveHappened, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>The request reached a node, and nobody knows what became of it.</summary>
    public bool MayHaveHappened => mayHaveHappened;
}

/// <summary>A node answered, and refused.</summary>
internal sealed class ClusterRefusedException(ClusterAnswer answer, Exception? inner = null)
    : Exception(inner is null ? $"Elasticsearch answered {answer}" : $"Elasticsearch answered {answer.Status} with a body that cannot be read", inner)
{
    public ClusterAnswer Answer => answer;
}
#pragma warning restore CA1032
