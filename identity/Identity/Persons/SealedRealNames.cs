using System.Security.Cryptography;
using System.Text;
using Backbone.Identity.Storage;
using Backbone.Platform.Web.Components;
using Backbone.Platform.Web.Keys;

namespace Backbone.Identity.Persons;

/// <summary>
/// Real names at rest: name and number sealed with the master key under a label of their row, so that rows cannot change places; and the keyed
/// blind index under which a number is found without being opened. Who has the database alone cannot try numbers out.
/// </summary>
internal sealed class SealedRealNames(MasterKey master)
{
    private readonly byte[] _index = master.Derive("real-name/index");

    /// <summary>HMAC-SHA256; the same number always gives the same.</summary>
    public byte[] IndexOf(string number) => HMACSHA256.HashData(_index, Encoding.UTF8.GetBytes(number));

    public byte[] SealNumber(Guid account, string number) => master.Seal($"real-name/number/{account:D}", Encoding.UTF8.GetBytes(number));

    public byte[] SealName(Guid account, string name) => master.Seal($"real-name/name/{account:D}", Encoding.UTF8.GetBytes(name));

    public string NameOf(RealName row) => Encoding.UTF8.GetString(master.Open($"real-name/name/{row.AccountId:D}", row.SealedName));

    /// <summary>The number in clear: for an authority's adapter, never for a page.</summary>
    public string NumberOf(RealName row) => Encoding.UTF8.GetString(master.Open($"real-name/number/{row.AccountId:D}", row.SealedNumber));

    /// <summary>As pages show it: 3****************4.</summary>
    public string ShownNumberOf(RealName row) => Masked.IdentityNumber(NumberOf(row));
}
