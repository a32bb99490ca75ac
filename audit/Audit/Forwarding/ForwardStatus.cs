using System.Text.Json;
using System.Text.Json.Serialization;
using Backbone.Audit.Storage;
using Backbone.Platform.Web.Keys;

namespace Backbone.Audit.Forwarding;

/// <summary>What the forwarding loop last knew of the log, in a small file, for the doctor: another process, which may come when none runs.</summary>
/// <param name="LastContact">When the log last answered for a batch.</param>
/// <param name="Fault">What keeps events from going on; null while they do.</param>
/// <param name="FaultSince">Since when.</param>
/// <param name="Cure">What can be done about the fault.</param>
/// <param name="LastReuse">When the log last got events of this spool under numbers that others had before; null for never.</param>
internal sealed record ForwardStatus(DateTimeOffset? LastContact, string? Fault, DateTimeOffset? FaultSince, string? Cure = null, DateTimeOffset? LastReuse = null)
{
    public const string FileName = "forward.json";

    public static ForwardStatus? Read(string path)
    {
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllBytes(path), ForwardStatusJson.Default.ForwardStatus);
        }
        catch (Exception unreadable) when (unreadable is IOException or JsonException)
        {
            return null;
        }
    }

    public void Write(string path)
    {
        PrivateFile.CreateFolder(Path.GetDirectoryName(path)!);
        ReplacedFile.Write(path, JsonSerializer.SerializeToUtf8Bytes(this, ForwardStatusJson.Default.ForwardStatus));
    }
}

[JsonSerializable(typeof(ForwardStatus))]
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
internal sealed partial class ForwardStatusJson : JsonSerializerContext;
