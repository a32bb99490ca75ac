using Backbone.Identity.Clients;
using Backbone.Platform;
using Backbone.Platform.Entities;
using Backbone.Platform.Web.Keys;

namespace Backbone.Identity.Subjects;

/// <summary>The subject and the session id a given client sees.</summary>
internal sealed class ClientSubject(PairwiseSubject pairwise, MasterKey master)
{
    // Session ids are private to a sector too: a common one would link what the subjects keep apart.
    private readonly PairwiseSubject _sessions = new(new MasterKey(master.Derive("pairwise-session")));

    public string Of(SubjectId subject, ClientProfile client) =>
        client.PublicSubject ? subject.ToString() : pairwise.Of(subject, client.Sector);

    /// <summary>
    /// An organisation's: its code, or encrypted as an account's id is. Never an account's: those are UUIDs of version 7, and a code as a number of
    /// 128 bits has zeros where the version stands.
    /// </summary>
    public string Of(EntityCode organisation, ClientProfile client)
    {
        Span<byte> id = stackalloc byte[16];
        System.Buffers.Binary.BinaryPrimitives.WriteUInt128BigEndian(id, organisation.Packed);
        return client.PublicSubject ? organisation.ToString() : pairwise.Of(new SubjectId(new Guid(id, bigEndian: true)), client.Sector);
    }

    public bool IsOf(string value, SubjectId subject, ClientProfile client) => value == Of(subject, client);

    /// <summary>The <c>sid</c> of identity tokens.</summary>
    public string SessionOf(SessionId session, ClientProfile client) => _sessions.Of(new SubjectId(session.Value), client.Sector);
}
