using System.Buffers;
using Backbone.Audit.Contracts;
using Backbone.Audit.Contracts.Fields;
using Backbone.Audit.Events;

namespace Backbone.Audit.Privacy;

/// <summary>
/// From a valid event to the leaf that nobody can take back: personal values become keyed commitments or are sealed under the subject's
/// key, and what looks like a person's identifier in any other text becomes a commitment too.
/// </summary>
internal sealed class EventPrivacy(ICommitments commitments, SubjectKeys subjects)
{
    /// <summary>The canonical bytes of the event.</summary>
    public async ValueTask<ReadOnlyMemory<byte>> LeafOfAsync(ValidEvent valid, CancellationToken cancellation)
    {
        var fields = new List<LeafValue>(valid.Fields.Count + 2);
        foreach (var (name, value) in valid.Fields)
        {
            fields.Add(Covered(EventFields.Find(name)!, value));
        }

        if (valid.Sealed.Count > 0)
        {
            // Under the subject as it stands in the leaf: whoever may open the value finds the key by it.
            var subject = fields.Find(field => field.Name == "subject.id").Text!;
            var seal = await subjects.SealOfAsync(subject, cancellation);
            fields.Add(new LeafValue("subject.key") { Id = seal.Id });
            fields.Add(new LeafValue("subject.sealed") { Values = [.. valid.Sealed.Select(secret => seal.Close(valid.Id, secret.Key, secret.Value))] });
            fields.Sort((one, other) => string.CompareOrdinal(one.Name, other.Name));
        }

        var output = new ArrayBufferWriter<byte>(1024);
        LeafWriter.Write(fields, output);
        return output.WrittenMemory;
    }

    private LeafValue Covered(EventField field, LeafValue value)
    {
        Func<string, string> cover = field.Privacy switch
        {
            Contracts.Fields.Privacy.Committed => text => Committed(field.Name, text),
            Contracts.Fields.Privacy.Scrubbed => text => PersonalText.Scrub(text, free: true, commitments),
            _ => text => PersonalText.Scrub(text, free: false, commitments),
        };
        return value.Text is { } text ? value with { Text = cover(text) }
            : value.Values.IsDefault ? value
            : value with { Values = [.. value.Values.Select(cover)] };
    }

    private string Committed(string field, string text)
    {
        var (kind, value) = CommittedAs(field, text);
        return commitments.Commit(kind, value);
    }

    /// <summary>Under which kind, and in which canonical form, a field's value is committed.</summary>
    public static (string Kind, string Value) CommittedAs(string field, string text) => field switch
    {
        "source.address" or "client.address" => (CommitmentKind.Address, EventRules.Address(text) ?? text),
        "user.email" => (CommitmentKind.Email, text.ToLowerInvariant()),
        "user.name" or "user.full_name" or "user.effective.name" or "user.changes.name" or "user.target.name" or "related.user" =>
            (CommitmentKind.Name, text),
        _ => (field, text),
    };
}
