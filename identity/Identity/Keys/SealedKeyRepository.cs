using System.Security.Cryptography;
using System.Text;
using System.Xml.Linq;
using Backbone.Identity.Storage;
using Backbone.Platform;
using Backbone.Platform.Web.Keys;
using Microsoft.AspNetCore.DataProtection.Repositories;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Backbone.Identity.Keys;

/// <summary>
/// ASP.NET Core's data-protection keys in the database, so that every host reads what another wrote. Each row is the whole element sealed
/// with the master key: a thief of the database can forge no cookie and no form token.
/// </summary>
internal sealed class SealedKeyRepository(IServiceScopeFactory scopes, MasterKey master, TimeProvider clock) : IXmlRepository
{
    private const string Label = "data-protection";

    public IReadOnlyCollection<XElement> GetAllElements()
    {
        using var scope = scopes.CreateScope();
        var rows = scope.ServiceProvider.GetRequiredService<IdentityDb>().SealedKeys.AsNoTracking().OrderBy(key => key.Id).ToList();
        return [.. rows.Select(row => XElement.Parse(Encoding.UTF8.GetString(master.Open(Label, row.Sealed))))];
    }

    public void StoreElement(XElement element, string friendlyName)
    {
        using var scope = scopes.CreateScope();
        var db = scope.ServiceProvider.GetRequiredService<IdentityDb>();
        var plain = Encoding.UTF8.GetBytes(element.ToString(SaveOptions.DisableFormatting));
        db.SealedKeys.Add(new SealedKey { Id = EventId.New(clock).ToString(), Sealed = master.Seal(Label, plain) });
        db.SaveChanges();
        CryptographicOperations.ZeroMemory(plain);
    }
}
