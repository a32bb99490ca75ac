using System.Globalization;
using System.Text.RegularExpressions;
using Backbone.Platform;
using Backbone.Platform.Yaml;

namespace Backbone.Identity.Catalogue;

/// <summary>Reads the <c>organisations</c> part of a file: whether people may, or must, act for one in this app, and with which powers.</summary>
internal static partial class ReadPowers
{
    public const string Key = "organisations";

    private const int Most = 20;

    public static CatalogueApp Read(YamlMap file, CatalogueApp app)
    {
        if (file.Map(Key) is not { } map)
        {
            return app;
        }

        app = app with { Acting = map.Choice("acting", ("allowed", ActingPolicy.Allowed), ("required", ActingPolicy.Required)) };
        if (app.Kind == ClientKind.Machine)
        {
            file.Fail(Key, "none for a machine: nobody acts", "keys and values");
        }

        List<AppPower> powers = [];
        if (map.Map("powers") is { } declared)
        {
            foreach (var (id, words) in declared.Maps())
            {
                if (!Id().IsMatch(id))
                {
                    declared.Fail(id, "a name of 1–40 characters a-z, 0-9 and hyphen, starting with a letter", id);
                }

                powers.Add(new AppPower(id, new Bilingual(words.Text("zh"), words.Text("en"))));
                words.RefuseOthers();
            }

            declared.RefuseOthers();
        }

        if (powers.Count is 0 or > Most)
        {
            map.Fail("powers", $"1–{Most} powers, each with zh and en", powers.Count.ToString(CultureInfo.InvariantCulture));
        }

        map.RefuseOthers();
        return app with { Powers = [.. powers] };
    }

    [GeneratedRegex("^[a-z][a-z0-9-]{0,39}$", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Id();
}
