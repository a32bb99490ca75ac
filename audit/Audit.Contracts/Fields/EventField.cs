namespace Backbone.Audit.Contracts.Fields;

/// <summary>How a field's values compare. Chosen so that every store has it: the core types of a minimal Elasticsearch.</summary>
public enum FieldType
{
    /// <summary>Compared whole, byte by byte; at most 1,024 UTF-16 units (ECS <c>ignore_above</c>).</summary>
    Keyword,

    /// <summary>Searched by words; a Han character is a word of its own.</summary>
    Text,

    /// <summary>An IPv4 or IPv6 address; also searched by CIDR range.</summary>
    Ip,

    /// <summary>UTC, RFC 3339.</summary>
    Date,

    /// <summary>A whole number of 64 bits.</summary>
    Number,

    /// <summary>IEEE 754, 64 bits.</summary>
    Real,

    Boolean,
}

/// <summary>What becomes of a field's value before it stands in a leaf that nobody can take back.</summary>
public enum Privacy
{
    /// <summary>Says nothing of a natural person that an id does not say.</summary>
    Clear,

    /// <summary>Personal: the leaf holds a keyed commitment of it.</summary>
    Committed,

    /// <summary>Personal and needed again: the leaf holds it encrypted under a key that can be destroyed.</summary>
    Sealed,

    /// <summary>Free text: what looks like a person's identifier in it is replaced by a keyed commitment.</summary>
    Scrubbed,
}

/// <summary>One field that an event may have.</summary>
/// <param name="Name">Flat, joined by dots: <c>user.target.id</c>.</param>
/// <param name="Type">How values compare.</param>
/// <param name="IsList">Several values may stand under the name (ECS <c>normalize: array</c>).</param>
/// <param name="Privacy">How the value stands in the leaf.</param>
public sealed record EventField(string Name, FieldType Type, bool IsList = false, Privacy Privacy = Privacy.Clear)
{
    /// <summary>Of the Elastic Common Schema, or one of the own objects.</summary>
    public bool IsOwn { get; } = EventFields.OwnObjects.Contains(Name.AsSpan(0, Math.Max(0, Name.IndexOf('.'))).ToString());
}
