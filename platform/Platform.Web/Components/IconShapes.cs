using System.Collections.Frozen;

namespace Backbone.Platform.Web.Components;

/// <summary>Line drawings on a 24 × 24 grid, geometry only: colour and size come from the style sheet.</summary>
public static class IconShapes
{
    /// <summary>Every name, for the gallery and for the catalogue's check.</summary>
    public static IEnumerable<string> Names => Shapes.Keys.Order(StringComparer.Ordinal);

    public static bool Has(string name) => Shapes.ContainsKey(name);

    /// <summary>The shape of that name; a plain app tile for one we do not know, because names also come from catalogue files.</summary>
    internal static string Of(string name) => Shapes.GetValueOrDefault(name) ?? Shapes["app"];

    private static readonly FrozenDictionary<string, string> Shapes = new Dictionary<string, string>
    {
        // Things and acts.
        ["app"] = """<rect x="4" y="4" width="7" height="7" rx="2"/><rect x="13" y="4" width="7" height="7" rx="2"/><rect x="4" y="13" width="7" height="7" rx="2"/><path d="M16.5 13.5v6M13.5 16.5h6"/>""",
        ["arrow"] = """<path d="M5 12h14M13 6l6 6-6 6"/>""",
        ["back"] = """<path d="M15 6l-6 6 6 6"/>""",
        ["check"] = """<path d="M5 12.5l4.5 4.5L19 7.5"/>""",
        ["chevron"] = """<path d="M6 9l6 6 6-6"/>""",
        ["clock"] = """<circle cx="12" cy="12" r="8.5"/><path d="M12 7.5V12l3 2"/>""",
        ["close"] = """<path d="M6 6l12 12M18 6L6 18"/>""",
        ["copy"] = """<rect x="9" y="9" width="11" height="11" rx="2"/><path d="M5 15V6a2 2 0 0 1 2-2h8"/>""",
        ["danger"] = """<path d="M8.2 3.5h7.6l4.7 4.7v7.6l-4.7 4.7H8.2l-4.7-4.7V8.2z"/><path d="M12 8v4.5M12 16v.01"/>""",
        ["device"] = """<rect x="3.5" y="5" width="17" height="11" rx="2"/><path d="M9 20h6M12 16v4"/>""",
        ["display"] = """<circle cx="12" cy="12" r="8.5"/><path d="M12 3.5v17M12 3.5a8.5 8.5 0 0 1 0 17"/><path d="M12 7h6.5M12 12h8.5M12 17h6.5"/>""",
        ["download"] = """<path d="M12 4v11M7 10.5l5 5 5-5M5 20h14"/>""",
        ["exit"] = """<path d="M14 4H7a2 2 0 0 0-2 2v12a2 2 0 0 0 2 2h7M10 12h10M16.5 8.5L20 12l-3.5 3.5"/>""",
        ["eye"] = """<path d="M2.5 12S6 5.5 12 5.5 21.5 12 21.5 12 18 18.5 12 18.5 2.5 12 2.5 12z"/><circle cx="12" cy="12" r="3"/>""",
        ["filter"] = """<path d="M4 6h16M7 12h10M10 18h4"/>""",
        ["info"] = """<circle cx="12" cy="12" r="8.5"/><path d="M12 11v5M12 8v.01"/>""",
        ["key"] = """<circle cx="8" cy="15.5" r="4"/><path d="M11 12.5L20 4M16.5 7.2l2.6 2.6"/>""",
        ["list"] = """<path d="M8 6h12M8 12h12M8 18h12M4 6v.01M4 12v.01M4 18v.01"/>""",
        ["lock"] = """<rect x="5" y="10.5" width="14" height="10" rx="2"/><path d="M8 10.5V8a4 4 0 0 1 8 0v2.5"/>""",
        ["mail"] = """<rect x="3.5" y="5.5" width="17" height="13" rx="2"/><path d="M4 7.5l8 6 8-6"/>""",
        ["passkey"] = """<circle cx="9" cy="8" r="4"/><path d="M3 20c0-3.5 2.6-6 6-6 1 0 1.9.2 2.7.6"/><circle cx="17.5" cy="13" r="2.5"/><path d="M17.5 15.5V21l1.8-1.4M17.5 18.5h1.6"/>""",
        ["person"] = """<circle cx="12" cy="8" r="4"/><path d="M4.5 20c.6-3.8 3.6-6 7.5-6s6.9 2.2 7.5 6"/>""",
        ["phone"] = """<rect x="7" y="2.5" width="10" height="19" rx="2.5"/><path d="M11 18.500h2"/>""",
        ["plus"] = """<path d="M12 5v14M5 12h14"/>""",
        ["search"] = """<circle cx="11" cy="11" r="6.5"/><path d="M16 16l4.5 4.5"/>""",
        ["shield"] = """<path d="M12 3l7.5 2.500v6c0 4.8-3.2 8-7.5 9.5-4.3-1.5-7.5-4.7-7.5-9.500v-6z"/><path d="M8.5 12l2.5 2.5 4.5-4.5"/>""",
        ["trash"] = """<path d="M4.5 7h15M10 4h4M6.5 7l.8 12a1.5 1.5 0 0 0 1.5 1.500h6.400a1.5 1.5 0 0 0 1.5-1.500l.8-12M10 11v5.500M14 11v5.5"/>""",
        ["warning"] = """<path d="M12 4l9 15.500H3z"/><path d="M12 10v4M12 16.800v.01"/>""",

        // Sectors of the catalogue.
        ["assistance"] = """<path d="M12 20.500S4 15.5 4 9.800A4.3 4.3 0 0 1 12 7.500a4.3 4.3 0 0 1 8 2.300c0 5.7-8 10.7-8 10.700z"/>""",
        ["citizen"] = """<path d="M3.5 11.500L12 4l8.5 7.5"/><path d="M6 10v10h12V10"/><circle cx="12" cy="13" r="1.8"/><path d="M8.8 19.500c.2-1.9 1.5-3 3.2-3s3 1.1 3.2 3"/>""",
        ["city"] = """<path d="M3.5 20.500h17M5.5 20.500V9.500h6v11M11.5 20.500V4h7v16.500M8.5 13v.01M8.5 16.500v.01M15 8v.01M15 12v.01M15 16v.01"/>""",
        ["community"] = """<circle cx="8" cy="8.5" r="3"/><circle cx="16.5" cy="9.5" r="2.5"/><path d="M2.5 19c.4-3.2 2.6-5 5.5-5s5.1 1.8 5.5 5M14.5 14.700c3.4-.6 6 1 6.7 4.3"/>""",
        ["credit"] = """<rect x="3.5" y="4.5" width="17" height="15" rx="2"/><path d="M7.5 15.500l3-4 3 2 3.5-5"/>""",
        ["culture"] = """<path d="M4 20h16M5 9h14M12 4l8 5H4zM7 9v8M12 9v8M17 9v8M5 17h14"/>""",
        ["disaster"] = """<path d="M3 17c2 0 2 1.5 4.5 1.500S10 17 12 17s2 1.5 4.5 1.500S19 17 21 17M6 13.500l6-8.5 6 8.500M12 9.500v2.500M12 14v.01"/>""",
        ["ecology"] = """<path d="M5 19c0-9 5-14 15-14 0 10-5 14.5-11.5 14.500M5 20.500c2-5 5-8 9.5-10"/>""",
        ["education"] = """<path d="M2.5 9L12 5l9.5 4L12 13zM6.5 11v5c1.5 1.5 3.3 2.2 5.5 2.200s4-.7 5.5-2.200v-5M21.5 9v5.5"/>""",
        ["emergency"] = """<path d="M6 17v-4a6 6 0 0 1 12 0v4M4 20.500h16M4.5 17h15M12 3v1.500M4.5 6l1.2 1M19.5 6l-1.2 1M12 10.500a2.5 2.5 0 0 0-2.5 2.5"/>""",
        ["employment"] = """<rect x="3.5" y="7.5" width="17" height="12" rx="2"/><path d="M9 7.500V6a1.5 1.5 0 0 1 1.5-1.500h3A1.5 1.5 0 0 1 15 6v1.500M3.5 12.500c5.5 2.5 11.5 2.5 17 0M12 13v2"/>""",
        ["health"] = """<path d="M9.5 4h5v5.500H20v5h-5.500V20h-5v-5.500H4v-5h5.500z"/>""",
        ["law"] = """<path d="M12 4v16M7.5 20h9M5 7l7-1.500L19 7M5 7l-2.5 6.500a2.8 2.8 0 0 0 5 0zM19 7l-2.5 6.500a2.8 2.8 0 0 0 5 0z"/>""",
        ["macro"] = """<path d="M4 4v16h16M8 16v-4M12 16V8M16 16v-6"/><path d="M8 8l4-4 4 2.500L20 4"/>""",
        ["office"] = """<rect x="4" y="3.5" width="16" height="17" rx="2"/><path d="M8 8h8M8 12h8M8 16h4.5"/>""",
        ["park"] = """<path d="M3.5 20.500h17M4.5 20.500v-9l5 3v-3l5 3V5h4.500v15.500M8 17.500v.01M12 17.500v.01M16.5 9v.01M16.5 13v.01"/>""",
        ["safety"] = """<path d="M12 3l7.5 2.500v6c0 4.8-3.2 8-7.5 9.5-4.3-1.5-7.5-4.7-7.5-9.500v-6z"/><path d="M12 8.500v4M12 15.500v.01"/>""",
        ["sea"] = """<path d="M3 18.500c2 0 2 1.5 4.5 1.500s2.5-1.5 4.5-1.5 2 1.5 4.5 1.5 2.5-1.5 4.5-1.500M5.5 15.500L4.5 12h15l-2 3.800M12 12V4l5.5 5H12"/>""",
        ["social-security"] = """<path d="M12 4a9 9 0 0 1 9 8.500H3A9 9 0 0 1 12 4zM12 12.500V18a2.2 2.2 0 0 1-4.4 0M12 2.800V4"/>""",
        ["supervision"] = """<rect x="5" y="4.5" width="14" height="16" rx="2"/><path d="M9 3.500h6v2.500H9zM8.5 12.500l2.2 2.2 4.3-4.4"/>""",
        ["travel"] = """<rect x="5" y="4" width="14" height="13" rx="3"/><path d="M5 11.500h14M8.5 14.500v.01M15.5 14.500v.01M8 17l-2 3.500M16 17l2 3.5"/>""",
        ["village"] = """<path d="M3 20.500h18M5 20.500v-7L10 9l5 4.500v7M8.5 20.500v-4h3v4M18 20.500v-8M18 12.500c-2 0-3-1.5-3-3 2 0 3 1.2 3 3zM18 10c0-2 1-3.2 3-3.5 0 2-1 3.5-3 3.500z"/>""",
    }.ToFrozenDictionary(StringComparer.Ordinal);
}
