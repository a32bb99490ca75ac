using Backbone.Host.CommandLine;
using Backbone.Platform.Web;
using Backbone.Platform.Web.Hosting;

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
    /// <exception cref="StartRefusedException">A value is not of its type, or out of bounds: every failure.</exception>
    public static BackboneOptions Bind(IConfiguration configuration)
    {
        var options = new BackboneOptions { PublicUrl = "" };
        try
        {
            configuration.GetSection(BackboneOptions.Section).Bind(options);
        }
        catch (InvalidOperationException failure)
        {
            throw new StartRefusedException(1, [failure.InnerException is { } inner ? $"{failure.Message} {inner.Message}" : failure.Message]);
        }

        var failures = SettingsBounds.Failures(options).ToList();
        if (failures.Count > 0)
        {
            throw new StartRefusedException(1, failures);
        }

        options.DataDirectory = Path.GetFullPath(options.DataDirectory);
        options.Urls = FreePort.Resolve(options.Urls);
        if (options.PublicUrl.Length == 0)
        {
            options.PublicUrl = options.Urls.Split(';')[0];
        }

        options.PublicUrl = options.PublicUrl.TrimEnd('/');
        return options;
    }

    /// <summary>The sample apps take the two ports after the host's, or free ones where the host took a free one.</summary>
    public static SampleAddresses Samples(BackboneOptions options, bool freePorts)
    {
        var port = BindingAddress.Parse(options.Urls.Split(';')[0]).Port;
        return freePorts
            ? new SampleAddresses($"http://localhost:{FreePort.Pick()}", $"http://localhost:{FreePort.Pick()}")
            : new SampleAddresses($"http://localhost:{port + 1}", $"http://localhost:{port + 2}");
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
