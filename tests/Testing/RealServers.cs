using Xunit;

namespace Backbone.Testing;

/// <summary>
/// Servers a test needs and this machine may lack. Locally the test is skipped with a reason; in CI it fails. A variable that is set but
/// empty hides what the machine has: <c>BACKBONE_CHROMIUM= BACKBONE_NODE= BACKBONE_APACHE= dotnet test</c> runs as with the SDK alone.
/// </summary>
public static class RealServers
{
    public static bool InCi => Variable("CI") == "true";

    /// <summary>Tests that hold a generated document fresh write it instead (<c>BACKBONE_WRITE_DOCS=1</c>).</summary>
    public static bool MayWriteDocuments => Variable("BACKBONE_WRITE_DOCS") == "1" && !InCi;

    /// <summary>The connection string of a PostgreSQL server where databases may be created (<c>BACKBONE_TEST_POSTGRES</c>).</summary>
    public static string Postgres() => Need("BACKBONE_TEST_POSTGRES", "PostgreSQL", found: null);

    /// <summary>A Chromium executable (<c>BACKBONE_CHROMIUM</c>, else the usual places).</summary>
    public static string Chromium() => Need("BACKBONE_CHROMIUM", "Chromium", FindChromium());

    /// <summary>As <see cref="Chromium"/>, for what must not skip: null where there is none.</summary>
    public static string? FindChromium() =>
        (Variable("BACKBONE_CHROMIUM") ?? OnPath("chromium", "chromium-headless-shell", "chromium-browser", "google-chrome")) is { Length: > 0 } path ? path : null;

    /// <summary>Node.js with the packages of <c>tests/foreign</c> installed (<c>BACKBONE_NODE</c>, else on the path).</summary>
    public static string Node() => Need("BACKBONE_NODE", "Node.js", OnPath("node"));

    /// <summary>Apache with mod_auth_openidc (<c>BACKBONE_APACHE</c>, else on the path).</summary>
    public static string Apache() => Need("BACKBONE_APACHE", "Apache", OnPath("apache2") ?? Existing("/usr/sbin/apache2"));

    /// <summary>curl, with which the examples of the documentation are run.</summary>
    public static string Curl() => Need("BACKBONE_CURL", "curl", OnPath("curl"));

    /// <summary>logger of util-linux, a syslog sender we did not write.</summary>
    public static string Logger() => Need("BACKBONE_LOGGER", "logger of util-linux", OnPath("logger"));

    /// <summary>The program that starts and stops a real Elasticsearch on this machine (<c>BACKBONE_ELASTICSEARCH</c>).</summary>
    public static string Elasticsearch() => Need("BACKBONE_ELASTICSEARCH", "Elasticsearch", found: null);

    /// <summary>A file of the published test vectors (<c>BACKBONE_VECTORS</c> names their folder).</summary>
    public static string Vectors(params string[] path) =>
        Path.Combine([Need("BACKBONE_VECTORS", "The folder of published test vectors", found: null), .. path]);

    /// <summary>Skips the test for want of something; in CI fails it.</summary>
    public static void Missing(string what)
    {
        if (InCi)
        {
            Assert.Fail($"{what} is missing, and in CI nothing may be skipped.");
        }

        Assert.Skip($"{what} is not on this machine.");
    }

    private static string Need(string variable, string what, string? found)
    {
        if ((Variable(variable) ?? found) is { Length: > 0 } value)
        {
            return value;
        }

        Missing($"{what} (or the variable {variable})");
        return "";
    }

    private static string? OnPath(params string[] names) => (Variable("PATH") ?? "").Split(':')
        .SelectMany(folder => names.Select(name => Path.Combine(folder, name)))
        .FirstOrDefault(File.Exists);

    private static string? Existing(string path) => File.Exists(path) ? path : null;

#pragma warning disable RS0030 // Which servers a test machine has is told by its environment.
    private static string? Variable(string name) => Environment.GetEnvironmentVariable(name);
#pragma warning restore RS0030
}
