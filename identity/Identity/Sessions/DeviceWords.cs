namespace Backbone.Identity.Sessions;

/// <summary>Browser and system as a person calls them, from the user agent. Names only, so that the list says nothing more than needed.</summary>
internal static class DeviceWords
{
    // Order decides: every Chromium browser also says Chrome and Safari, every iPhone also says Mac OS X.
    private static readonly (string Sign, string Name)[] Browsers =
    [
        ("MicroMessenger/", "WeChat"), ("Edg", "Edge"), ("OPR/", "Opera"), ("HuaweiBrowser/", "Huawei Browser"), ("UCBrowser/", "UC Browser"),
        ("QQBrowser/", "QQ Browser"), ("SamsungBrowser/", "Samsung Internet"), ("Firefox/", "Firefox"), ("FxiOS/", "Firefox"),
        ("CriOS/", "Chrome"), ("Chromium/", "Chromium"), ("HeadlessChrome/", "Chrome"), ("Chrome/", "Chrome"), ("Safari/", "Safari"),
    ];

    private static readonly (string Sign, string Name)[] Systems =
    [
        ("HarmonyOS", "HarmonyOS"), ("OpenHarmony", "HarmonyOS"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"),
        ("Windows", "Windows"), ("Mac OS X", "macOS"), ("CrOS", "ChromeOS"), ("Linux", "Linux"),
    ];

    /// <summary>"Chrome · Windows"; empty when neither is known, and the page says so in the person's language.</summary>
    public static string Of(string? userAgent)
    {
        var names = new[] { Find(Browsers, userAgent ?? ""), Find(Systems, userAgent ?? "") };
        return string.Join(" · ", names.Where(name => name is not null));
    }

    private static string? Find((string Sign, string Name)[] known, string userAgent) =>
        known.FirstOrDefault(entry => userAgent.Contains(entry.Sign, StringComparison.Ordinal)).Name;
}
