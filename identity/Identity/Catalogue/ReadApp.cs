using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Backbone.Platform.Yaml;

namespace Backbone.Identity.Catalogue;

/// <summary>Reads one app's file: every key, every bound, all failures at once.</summary>
internal static partial class ReadApp
{
    private const string PersonLevel = "person-level";

    public static CatalogueApp Read(YamlMap map, byte[] bytes, IReadOnlyDictionary<string, string> addresses)
    {
        var id = map.Text("id");
        if (!Id().IsMatch(id))
        {
            map.Fail("id", "2–40 characters a-z, 0-9 and hyphen, starting with a letter", id);
        }

        if (id != Path.GetFileNameWithoutExtension(map.File))
        {
            map.Fail("id", "the file's name without .yml", id);
        }

        var fill = new FillAddresses(addresses);
        var state = map.Choice("state", ("live", AppState.Live), ("not-connected", AppState.NotConnected));
        var start = fill.In(map.OptionalText("start"));
        if (start is not null && CheckUri.Page(start) is { } wrongStart)
        {
            map.Fail("start", wrongStart, start);
        }

        var app = new CatalogueApp
        {
            Id = id,
            File = map.File,
            Name = map.Both("name"),
            Description = map.Both("description"),
            Owner = map.Both("owner"),
            Sector = map.Text("sector"),
            Region = map.Both("region"),
            Pinyin = map.OptionalText("pinyin") ?? "",
            Icon = map.OptionalText("icon"),
            Level = map.Number("level", 1, 3),
            PersonLevel = map.Has(PersonLevel) ? map.Number(PersonLevel, 1, 3) : 1,
            Audience = map.Choice("audience", ("citizens", AppAudience.Citizens), ("staff", AppAudience.Staff), ("both", AppAudience.Both)),
            Roles = map.Texts("roles"),
            Listed = map.Flag("listed", true),
            Replaces = map.OptionalText("replaces"),
            FirstParty = map.Flag("first-party", false),
            State = state,
            Start = start is not null && Uri.TryCreate(start, UriKind.Absolute, out var uri) ? uri : null,
            Subject = SubjectKind.Pairwise,
            PairwiseSector = id,
            Consent = ConsentPolicy.Ask,
            Kind = ClientKind.Web,
            Grants = [],
            Scopes = [],
            Hash = "",
        };
        app = ReadPowers.Read(map, ReadClient.Read(map, app, fill));
        map.RefuseOthers();
        CheckState(map, app);

        // An address nobody gave (no demonstration apps running) leaves the app announced, not half connected.
        if (fill.Missing)
        {
            app = app with { State = AppState.NotConnected, Start = null, Redirects = [], PostLogout = [], Secret = null };
        }

        return app with { Hash = HashOf(bytes, fill.Used) };
    }

    private static void CheckState(YamlMap map, CatalogueApp app)
    {
        if (app.Kind == ClientKind.Machine && map.Has(PersonLevel))
        {
            map.Fail(PersonLevel, "none for a machine: nobody signs in", app.PersonLevel.ToString(CultureInfo.InvariantCulture));
        }

        if (app.State == AppState.NotConnected)
        {
            if (app.Redirects.Length > 0 || app.Secret is not null)
            {
                map.Fail("state", "live, as soon as there are redirects or a secret", "not-connected");
            }
        }
        else if (app.Listed && app.Start is null)
        {
            map.Fail("start", "required for a live app of the portal (or listed: false)", "nothing");
        }
    }

    private static string HashOf(byte[] bytes, string used) =>
        Convert.ToHexStringLower(SHA256.HashData([.. bytes, 0, .. Encoding.UTF8.GetBytes(used)]));

    [GeneratedRegex("^[a-z][a-z0-9-]{1,39}$", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    internal static partial Regex Id();
}

/// <summary>Puts the host's addresses where a file says <c>{citizenApp}</c>; remembers which were used and whether one was missing.</summary>
internal sealed class FillAddresses(IReadOnlyDictionary<string, string> addresses)
{
    private readonly SortedSet<string> used = new(StringComparer.Ordinal);

    public static ImmutableArray<string> Names { get; } = ["publicUrl", "citizenApp", "officeApp"];

    public bool Missing { get; private set; }

    public string Used => string.Join('\n', used);

    public string? In(string? text)
    {
        foreach (var name in text is null ? [] : Names)
        {
            if (!text!.Contains($"{{{name}}}", StringComparison.Ordinal))
            {
                continue;
            }

            var value = addresses.GetValueOrDefault(name)?.TrimEnd('/');
            Missing |= string.IsNullOrEmpty(value);
            used.Add($"{name}={value}");
            text = text.Replace($"{{{name}}}", string.IsNullOrEmpty(value) ? "http://localhost" : value, StringComparison.Ordinal);
        }

        return text;
    }
}
