using System.Security.Cryptography;
using System.Text;
using Backbone.Platform.Web.Keys;

namespace Backbone.Identity.Register;

/// <summary>The keyed hash of a code: a stolen table cannot be tried out, a code moved to another row or address is wrong.</summary>
internal sealed class CodeHash(MasterKey master)
{
    private readonly byte[] _key = master.Derive("register/code");

    public byte[] Of(Guid id, string purpose, Identifier to, string code) =>
        HMACSHA256.HashData(_key, Encoding.UTF8.GetBytes($"{id:D}\n{purpose}\n{to.Value}\n{code}"));
}
