using Backbone.Host.CommandLine;
using Backbone.Platform.Web;

namespace Backbone.Host.Startup;

/// <summary>Settings in their order: appsettings.json, environment (<c>BACKBONE__…</c>), command line. The later wins.</summary>
internal static class HostConfiguration
{
    private const string EnvironmentPrefix = "BACKBONE__";

    public static void Load(ConfigurationManager configuration, HostArguments arguments)
    {
        configuration.Sources.Clear();
        configuration.AddJsonFile(Path.Combine(AppContext.BaseDirectory, "appsettings.json"), optional: true, reloadOnChange: false);
        configuration.AddInMemoryCollection(FromEnvironment());
        configuration.AddInMemoryCollection(arguments.Settings);
        configuration.AddInMemoryCollection(FromOptions(arguments));
    }

    /// <summary>The shared settings with everything derived filled in: absolute folder, resolved ports, public address.</summary>
    public static BackboneOptions Bind(IConfiguration configuration)
    {
        var options = new BackboneOptions { PublicUrl = "" };
        configuration.GetSection(BackboneOptions.Section).Bind(options);
        options.DataDirectory = Path.GetFullPath(options.DataDirectory);
        options.Urls = FreePort.Resolve(options.Urls);
        if (options.PublicUrl.Length == 0)
        {
            options.PublicUrl = options.Urls.Split(';')[0].TrimEnd('/');
        }

        return options;
    }

    private static IEnumerable<KeyValuePair<string, string?>> FromEnvironment()
    {
        var variables = new ConfigurationBuilder().AddEnvironmentVariables(EnvironmentPrefix).Build();
        return variables.AsEnumerable()
            .Where(pair => pair.Value is not null)
            .Select(pair => KeyValuePair.Create($"{BackboneOptions.Section}:{pair.Key}", pair.Value));
    }

    private static Dictionary<string, string?> FromOptions(HostArguments arguments)
    {
        var settings = new Dictionary<string, string?>();
        if (arguments.Urls is not null)
        {
            settings[$"{BackboneOptions.Section}:{nameof(BackboneOptions.Urls)}"] = arguments.Urls;
        }

        if (arguments.Data is not null)
        {
            settings[$"{BackboneOptions.Section}:{nameof(BackboneOptions.DataDirectory)}"] = arguments.Data;
        }

        if (arguments.NoDemo)
        {
            settings[$"{BackboneOptions.Section}:{nameof(BackboneOptions.Demo)}"] = "false";
        }

        return settings;
    }
}
