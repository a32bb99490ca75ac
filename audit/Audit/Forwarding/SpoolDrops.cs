using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using Backbone.Audit.Contracts;
using Backbone.Audit.Events;
using Backbone.Audit.Storage;
using Backbone.Platform;
using Backbone.Platform.Web.Keys;

namespace Backbone.Audit.Forwarding;

/// <summary>
/// What was dropped while the spool was full, until an event says so: how many of which kind, from when to when. Kept in a file, written at
/// the first drop, then at most once a second, and at the end; a crash forgets the drops of the last second.
/// </summary>
internal sealed class SpoolDrops(string path, TimeProvider clock)
{
    private static readonly TimeSpan WriteEvery = TimeSpan.FromSeconds(1);

    // Guards all below.
    private readonly Lock gate = new();
    private DropRecord? waiting = Read(path);
    private DateTimeOffset written;
    private bool isDirty;

    /// <summary>Drops that no event says yet.</summary>
    public long Waiting
    {
        get
        {
            lock (gate)
            {
                return waiting?.Kinds.Values.Sum() ?? 0;
            }
        }
    }

    /// <summary>Drops since this process began.</summary>
    public long Total { get; private set; }

    public void Count(string module, string action)
    {
        lock (gate)
        {
            var now = clock.GetUtcNow();
            waiting ??= new DropRecord(EventId.New(clock).Value, now, now, ImmutableSortedDictionary<string, long>.Empty.WithComparers(StringComparer.Ordinal));
            var kind = $"{module}/{action}";
            waiting = waiting with { Until = now, Kinds = waiting.Kinds.SetItem(kind, waiting.Kinds.GetValueOrDefault(kind) + 1) };
            Total++;
            isDirty = true;
            if (now - written >= WriteEvery)
            {
                Write(now);
            }
        }
    }

    /// <summary>The event that says what was dropped until now; null when nothing was. The same, with the same id, until it is told to have been said.</summary>
    public AuditEvent? Event()
    {
        lock (gate)
        {
            if (waiting is not { } said)
            {
                return null;
            }

            // What is dropped from now on is said by another event.
            Write(clock.GetUtcNow());
            return AuditKinds.Drop.Occurred(clock, "spool-full")
                .With("resource.count", said.Kinds.Values.Sum())
                .With("resource.from", said.From.ToUnixTimeMilliseconds())
                .With("resource.to", said.Until.ToUnixTimeMilliseconds())
                .With("resource.ids", said.Kinds.Select(kind => $"{kind.Key} {kind.Value}")) with
            { Id = new EventId(said.EventId) };
        }
    }

    /// <summary>The event is on the disk; drops since it was made stay, under an id of their own.</summary>
    public void Said(AuditEvent drop)
    {
        lock (gate)
        {
            if (waiting is not { } now)
            {
                return;
            }

            var told = drop.Details["resource.ids"].Split('\n').Select(kind => kind.Split(' ')).ToDictionary(kind => kind[0], kind => long.Parse(kind[1], null));
            var rest = now.Kinds.Select(kind => KeyValuePair.Create(kind.Key, kind.Value - told.GetValueOrDefault(kind.Key))).Where(kind => kind.Value > 0)
                .ToImmutableSortedDictionary(StringComparer.Ordinal);
            waiting = rest.IsEmpty ? null : now with { EventId = EventId.New(clock).Value, From = now.Until, Kinds = rest };
            isDirty = true;
            Write(clock.GetUtcNow());
        }
    }

    public void Flush()
    {
        lock (gate)
        {
            Write(clock.GetUtcNow());
        }
    }

    private void Write(DateTimeOffset now)
    {
        if (!isDirty)
        {
            return;
        }

        if (waiting is null)
        {
            File.Delete(path);
        }
        else
        {
            PrivateFile.CreateFolder(Path.GetDirectoryName(path)!);
            ReplacedFile.Write(path, JsonSerializer.SerializeToUtf8Bytes(waiting, DropJson.Default.DropRecord));
        }

        (written, isDirty) = (now, false);
    }

    private static DropRecord? Read(string path)
    {
        if (!File.Exists(path))
        {
            return null;
        }

        try
        {
            return JsonSerializer.Deserialize(File.ReadAllBytes(path), DropJson.Default.DropRecord);
        }
        catch (JsonException)
        {
            throw new AuditLogCorruptException(path, 0, "is no record of dropped events; delete the file to start without it");
        }
    }
}

/// <param name="EventId">Of the event that will say it.</param>
/// <param name="From">The first drop.</param>
/// <param name="Until">The last.</param>
/// <param name="Kinds">How many, by <c>module/action</c>.</param>
internal sealed record DropRecord(Guid EventId, DateTimeOffset From, DateTimeOffset Until, ImmutableSortedDictionary<string, long> Kinds);

[JsonSerializable(typeof(DropRecord))]
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
internal sealed partial class DropJson : JsonSerializerContext;
