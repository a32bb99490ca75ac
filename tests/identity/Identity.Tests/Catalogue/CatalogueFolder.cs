using Backbone.Identity.Catalogue;

namespace Backbone.Identity.Tests.Catalogue;

/// <summary>A catalogue of the test's own in a folder of its own: the program's shared files, and the apps the test writes.</summary>
internal sealed class CatalogueFolder : IDisposable
{
    public const string Good = """
        id: library
        name: { zh: 图书馆, en: Library }
        description: { zh: 借书。, en: Borrow books. }
        owner: { zh: 市图书馆, en: City Library }
        sector: public-services
        region: { zh: 济南市, en: Jinan }
        level: 1
        audience: citizens
        state: live
        start: https://library.example/
        client:
          kind: web
          grants: [authorization_code]
          scopes: [openid, profile]
          consent: ask
          secret: file:secrets/library.secret
          redirects:
            - https://library.example/signin-oidc
        """;

    public CatalogueFolder()
    {
        Directory.CreateDirectory(Path.Combine(Root, "data"));
        Directory.CreateDirectory(Operators);
        Options = new CatalogueOptions { OperatorFolder = Operators, DataDirectory = Path.Combine(Root, "data"), Demo = true };
        Options.Addresses["publicUrl"] = "http://localhost:7100";
        Options.Addresses["citizenApp"] = "http://localhost:7101";
        Options.Addresses["officeApp"] = "http://localhost:7102";
    }

    public string Root { get; } = Directory.CreateTempSubdirectory("backbone-catalogue-").FullName;

    public string Operators => Path.Combine(Root, "apps");

    public CatalogueOptions Options { get; }

    public void Write(string name, string text) => File.WriteAllText(Path.Combine(Operators, name), text);

    public LoadOutcome Load() => LoadCatalogue.Load(Options);

    public CatalogueSnapshot Loaded() => Load() switch
    {
        LoadOutcome.Loaded loaded => loaded.Snapshot,
        LoadOutcome.Refused refused => throw new InvalidOperationException(string.Join('\n', refused.Failures)),
        _ => throw new InvalidOperationException(),
    };

    public IReadOnlyList<string> Failures() => Load() is LoadOutcome.Refused refused ? [.. refused.Failures.Select(failure => failure.ToString())] : [];

    public void Dispose() => Directory.Delete(Root, recursive: true);
}
