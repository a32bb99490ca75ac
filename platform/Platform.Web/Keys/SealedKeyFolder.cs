using System.Security.Cryptography;
using System.Text;
using System.Xml.Linq;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.AspNetCore.DataProtection.Repositories;
using Microsoft.AspNetCore.DataProtection.XmlEncryption;
using Microsoft.Extensions.DependencyInjection;

namespace Backbone.Platform.Web.Keys;

/// <summary>
/// ASP.NET Core's data-protection keys as files in <c>&lt;data&gt;/keys/protection</c>, for a host without a database of its own. Each file is
/// the whole element sealed with the master key: a thief of the files alone can forge no cookie and no form token.
/// </summary>
internal sealed class SealedKeyFolder(string folder, MasterKey master) : IXmlRepository
{
    private const string Label = "data-protection";
    private const string Ending = ".sealed";

    public IReadOnlyCollection<XElement> GetAllElements() => Directory.Exists(folder)
        ? [.. Directory.GetFiles(folder, "*" + Ending).Order(StringComparer.Ordinal).Select(Open)]
        : [];

    public void StoreElement(XElement element, string friendlyName)
    {
        ArgumentNullException.ThrowIfNull(element);
        var plain = Encoding.UTF8.GetBytes(element.ToString(SaveOptions.DisableFormatting));
        PrivateFile.Create(Path.Combine(folder, RandomNumberGenerator.GetHexString(32, lowercase: true) + Ending), master.Seal(Label, plain));
        CryptographicOperations.ZeroMemory(plain);
    }

    private XElement Open(string path) => XElement.Parse(Encoding.UTF8.GetString(master.Open(Label, File.ReadAllBytes(path))));
}

public static class SealedDataProtection
{
    /// <summary>Data protection for a host whose modules bring none: keys in the data directory, sealed with the master key.</summary>
    public static IServiceCollection AddSealedDataProtection(this IServiceCollection services, BackboneOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        services.AddSingleton(_ => MasterKey.Of(options));
        services.AddSingleton(provider => new SealedKeyFolder(options.PathOf("keys", "protection"), provider.GetRequiredService<MasterKey>()));
        services.AddDataProtection().SetApplicationName("backbone");
        services.AddOptions<KeyManagementOptions>().Configure<SealedKeyFolder>((management, repository) =>
        {
            management.XmlRepository = repository;

            // The repository seals the whole element.
            management.XmlEncryptor = new NullXmlEncryptor();
        });
        return services;
    }
}
