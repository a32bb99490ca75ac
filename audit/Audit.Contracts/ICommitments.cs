namespace Backbone.Audit.Contracts;

/// <summary>
/// Keyed commitments: how personal values stand in the log. The same value gives the same commitment, so that acts from one address can
/// be seen to belong together; without the key nobody learns the value, not even by trying all of them.
/// </summary>
public interface ICommitments
{
    /// <summary><c>hmac:&lt;key epoch&gt;:&lt;base64url of HMAC-SHA-256&gt;</c> under the newest key.</summary>
    /// <param name="kind">One of <see cref="CommitmentKind"/>, or a field's name: values of different kinds never give the same commitment.</param>
    /// <param name="value">In its canonical form (an address as <c>IPAddress.ToString</c> writes it).</param>
    string Commit(string kind, string value);
}

/// <summary>Kinds of value that are the same thing under more than one field.</summary>
public static class CommitmentKind
{
    /// <summary>A network address.</summary>
    public const string Address = "address";

    /// <summary>An e-mail address, in lower case.</summary>
    public const string Email = "email";

    /// <summary>A resident's number (GB 11643), in upper case.</summary>
    public const string IdNumber = "id-number";

    /// <summary>A mobile number of mainland China, eleven digits.</summary>
    public const string Mobile = "mobile";

    /// <summary>What a person is called, or signs in as.</summary>
    public const string Name = "name";
}
